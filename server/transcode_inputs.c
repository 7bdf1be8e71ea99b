#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/transcode.h"

static const char standard_input[] = "/dev/stdin";

const char *transcode_input_path(const char *input)
{
    return strcmp(input, "-") != 0 ? input : standard_input;
}

/** Shorten @p directory until @p path lies in it. */
static void make_common(char *directory, const char *path)
{
    for (;;) {
        size_t size = strlen(directory);

        if (!strncmp(path, directory, size) && (!size || path[size] == '/'))
            return;
        *strrchr(directory, '/') = '\0';
    }
}

/** Why @p path is no input; NULL if it is one. @p pipe tells whether it can be read only once. */
static const char *why_not(const char *path, bool *pipe)
{
    struct stat info;

    if (stat(path, &info))
        return strerror(errno);
    if (S_ISDIR(info.st_mode))
        return "it is a directory";
    *pipe = S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode);
    if (!*pipe && !S_ISREG(info.st_mode))
        return "it is a device: give a file or a pipe";
    return *pipe || !access(path, R_OK) ? NULL : strerror(errno);
}

/** The whole path without links, but that a pipe may be one to what has no name. */
static char *whole_path(const char *path, bool pipe)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *above, *real, *whole;

    if (!pipe)
        return realpath(path, NULL);
    above = slash ? text_format("%.*s/", (int)(slash - path), path) : strdup(".");
    real = above ? realpath(above, NULL) : NULL;
    whole = real ? text_format("%s/%s", real[1] ? real : "", name) : NULL;
    free(above);
    free(real);
    if (whole && strlen(whole) >= PATH_MAX) {
        free(whole);
        whole = NULL;
        errno = ENAMETOOLONG;
    }
    return whole;
}

/** Nobody may have begun to write: that is waited for where it is read, and can be interrupted. */
static int open_pipe(const char *path)
{
    if (!strcmp(path, standard_input))
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/** Add a key, for now the whole path, and widen the directory. */
static mockets_status add_key(struct transcode_inputs *out, const char *whole,
                              struct mockets_error *err)
{
    if (!out->keys.count) {
        strcpy(out->directory, whole);
        *strrchr(out->directory, '/') = '\0';
    }
    make_common(out->directory, whole);
    return strings_add(&out->keys, whole) ? MOCKETS_OK : error_set_nomem(err);
}

static mockets_status add_input(struct transcode_inputs *out, const char *input,
                                struct mockets_error *err)
{
    const char *path = transcode_input_path(input), *why;
    bool pipe = false;
    char *whole = NULL;
    int fd = -1;
    mockets_status rc;

    why = why_not(path, &pipe);
    if (!why) {
        whole = whole_path(path, pipe);
        fd = whole && pipe ? open_pipe(path) : -1;
        if (!whole || (pipe && fd < 0))
            why = strerror(errno);
    }
    rc = why ? error_set(err, MOCKETS_E_INVALID, "%s cannot be read: %s.", input, why)
             : add_key(out, whole, err);
    free(whole);
    if (!rc && pipe)
        out->streams[out->stream_count++] = (struct mockets_stream){
            TRANSCODE_INPUT_BUCKET, out->keys.items[out->keys.count - 1], fd};
    else if (fd >= 0)
        close(fd);
    return rc;
}

mockets_status transcode_find_inputs(const struct strings *inputs, struct transcode_inputs *out,
                                     struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    out->streams = calloc(inputs->count, sizeof(*out->streams));
    if (!out->streams)
        return error_set_nomem(err);
    for (size_t i = 0; i < inputs->count && !rc; i++)
        rc = add_input(out, inputs->items[i], err);
    if (rc)
        return rc;
    for (size_t i = 0; i < out->keys.count; i++) {
        char *key = out->keys.items[i], *inside = key + strlen(out->directory) + 1;

        memmove(key, inside, strlen(inside) + 1);
    }
    if (!out->directory[0])
        strcpy(out->directory, "/");
    return MOCKETS_OK;
}

void transcode_close_inputs(struct transcode_inputs *inputs)
{
    for (size_t i = 0; i < inputs->stream_count; i++)
        close(inputs->streams[i].fd);
    free(inputs->streams);
    inputs->streams = NULL;
    inputs->stream_count = 0;
    strings_clear(&inputs->keys);
}
