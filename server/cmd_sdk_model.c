#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mockets/mockets.h>

#include "server/command.h"
#include "server/settings.h"

struct flags {
    bool install;
};

static const struct setting rows[] = {
    {.name = "install",
     .kind = SETTING_SWITCH,
     .offset = offsetof(struct flags, install),
     .help = "write the model where botocore, boto3 and the AWS CLI look for it: below the first "
             "directory of AWS_DATA_PATH, or else below ~/.aws/models"},
};

static const struct settings settings = {.rows = rows, .count = 1, .flags_only = true};

static const char usage[] =
    "usage: mockets sdk-model botocore [--install]\n\n"
    "Prints the model of the elastictranscoder client (service-2.json), which botocore, boto3 and\n"
    "the AWS CLI no longer ship. Save it as\n"
    "  ~/.aws/models/" MOCKETS_SDK_MODEL_FOLDER "/service-2.json\n"
    "or let --install do that, which also adds the paginators, the waiter and the endpoint "
    "rules.\n";

/* The directory that models are looked for in. NULL: none is known, or out of memory. */
static char *find_models(struct mockets_error *err)
{
    const char *path = getenv("AWS_DATA_PATH"), *home = getenv("HOME");
    size_t size = path ? strcspn(path, ":") : 0;
    bool in_home = !size || (path[0] == '~' && (size == 1 || path[1] == '/'));
    char *models;

    if (in_home && (!home || !home[0])) {
        error_set(err, MOCKETS_E_INVALID,
                  "HOME is not set: name a directory for the model in AWS_DATA_PATH.");
        return NULL;
    }
    if (!size)
        models = text_format("%s/.aws/models", home);
    else if (in_home)
        models = text_format("%s%.*s", home, (int)size - 1, path + 1);
    else
        models = text_format("%.*s", (int)size, path);
    if (!models)
        error_set_nomem(err);
    return models;
}

static mockets_status fail_on(const char *what, const char *path, struct mockets_error *err)
{
    return error_set(err, MOCKETS_E_IO, "%s %s: %s.", what, path, strerror(errno));
}

/* Make the directories above the file. */
static mockets_status make_parents(char *path, struct mockets_error *err)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        int failed;

        *slash = '\0';
        failed = mkdir(path, 0777) && errno != EEXIST;
        if (failed)
            fail_on("Cannot make the directory", path, err);
        *slash = '/';
        if (failed)
            return MOCKETS_E_IO;
    }
    return MOCKETS_OK;
}

/* What a model's file is to become, and whether it is that already. */
struct model_file {
    char *path;
    struct mockets_reply text;
    bool there;
};

/* Something else by that name is an error: it is somebody's work. */
static mockets_status look(struct model_file *file, struct mockets_error *err)
{
    FILE *stream = fopen(file->path, "rb");
    size_t at = 0;
    int c = 0;

    if (!stream && errno == ENOENT)
        return MOCKETS_OK;
    if (!stream)
        return fail_on("Cannot read", file->path, err);
    while (at < file->text.size && (c = getc(stream)) == (unsigned char)file->text.text[at])
        at++;
    file->there = at == file->text.size && getc(stream) == EOF && !ferror(stream);
    fclose(stream);
    if (file->there)
        return MOCKETS_OK;
    return error_set(err, MOCKETS_E_EXISTS,
                     "%s exists and is not what would be written, so nothing has been changed: "
                     "move it away and run this again, or set AWS_DATA_PATH to another directory.",
                     file->path);
}

static mockets_status write_file(const struct model_file *file, struct mockets_error *err)
{
    int fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    size_t at = 0;
    bool failed;

    if (fd < 0)
        return fail_on("Cannot make", file->path, err);
    while (at < file->text.size) {
        ssize_t size = write(fd, file->text.text + at, file->text.size - at);

        if (size < 0 && errno != EINTR)
            break;
        at += size > 0 ? (size_t)size : 0;
    }
    failed = at < file->text.size;
    if (close(fd) || failed) {
        fail_on("Cannot write", file->path, err);
        unlink(file->path);
        return MOCKETS_E_IO;
    }
    return MOCKETS_OK;
}

static mockets_status install_files(struct model_file *files, size_t count,
                                    struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < count; i++)
        rc = look(&files[i], err);
    if (!rc)
        rc = make_parents(files[0].path, err);
    for (size_t i = 0; !rc && i < count; i++) {
        if (!files[i].there)
            rc = write_file(&files[i], err);
        if (!rc)
            printf("%s %s\n", files[i].there ? "unchanged" : "wrote", files[i].path);
    }
    return rc;
}

static mockets_status make_files(const char *models, const char *const *names, size_t count,
                                 struct model_file *files, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < count; i++) {
        files[i].path = text_format("%s/%s/%s", models, MOCKETS_SDK_MODEL_FOLDER, names[i]);
        rc =
            files[i].path ? mockets_sdk_model(names[i], &files[i].text, err) : error_set_nomem(err);
    }
    return rc;
}

static mockets_status install(struct mockets_error *err)
{
    size_t count;
    const char *const *names = mockets_sdk_model_files(&count);
    struct model_file *files = calloc(count, sizeof(*files));
    char *models = find_models(err);
    mockets_status rc = MOCKETS_E_INVALID;

    if (!files)
        rc = error_set_nomem(err);
    else if (models)
        rc = make_files(models, names, count, files, err);
    if (!rc)
        rc = install_files(files, count, err);
    for (size_t i = 0; files && i < count; i++) {
        free(files[i].path);
        mockets_free(files[i].text.text);
    }
    free(files);
    free(models);
    return rc;
}

static int print_model(void)
{
    struct mockets_reply text;
    struct mockets_error err;

    if (mockets_sdk_model("service-2.json", &text, &err))
        return command_fail(EXIT_FAILED, err.message);
    fputs(text.text, stdout);
    mockets_free(text.text);
    if (fflush(stdout))
        return command_fail(EXIT_FAILED, "The model could not be written to standard output.");
    return EXIT_DONE;
}

int cmd_sdk_model(int argc, char **argv)
{
    struct settings_result result = {0};
    struct flags flags = {0};
    struct mockets_error err;
    mockets_status rc = settings_read(&settings, argc, argv, &flags, &result, &err);

    if (!rc && !result.help &&
        (result.arguments.count != 1 || strcmp(result.arguments.items[0], "botocore") != 0))
        rc = error_set(&err, MOCKETS_E_INVALID,
                       "The model is made for botocore (boto3, the AWS CLI): write mockets "
                       "sdk-model botocore.");
    strings_clear(&result.arguments);
    if (rc)
        return command_fail(EXIT_USAGE, err.message);
    if (result.help) {
        puts(usage);
        settings_usage(&settings, stdout);
        return EXIT_DONE;
    }
    if (!flags.install)
        return print_model();
    return install(&err) ? command_fail(EXIT_FAILED, err.message) : EXIT_DONE;
}
