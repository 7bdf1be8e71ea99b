#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mockets/mockets.h>

#include "server/command.h"
#include "server/logger.h"
#include "server/preset_list.h"
#include "server/scratch.h"
#include "server/settings.h"
#include "server/transcode.h"

/** How long one look at a running job waits for its end. */
enum { SLICE_MS = 200 };

static const char *check_preset(const char *value)
{
    const char *equal = strchr(value, '=');

    return equal && (equal == value || !equal[1]) ? "give it as ID-OR-NAME or ID-OR-NAME=KEY"
                                                  : NULL;
}

static const char *check_playlist(const char *value)
{
    const char *equal = strrchr(value, '=');

    return equal && equal > value && equal[1] ? NULL : "give it as NAME=FORMAT, index=HLSv3 say";
}

static const char *check_seconds(const char *value)
{
    char *end = NULL;
    double seconds = strtod(value, &end);

    return strspn(value, "0123456789.") == strlen(value) && end != value && !*end && seconds >= 1 &&
                   seconds <= 60
               ? NULL
               : "give 1 to 60 seconds";
}

#define MEMBER(name) offsetof(struct transcode, name)

static const struct setting rows[] = {
    {.name = "output",
     .kind = SETTING_TEXT,
     .offset = MEMBER(output),
     .placeholder = "DIR",
     .help = "the directory that gets the outputs; made if missing"},
    {.name = "preset",
     .kind = SETTING_LIST,
     .offset = MEMBER(presets),
     .placeholder = "ID-OR-NAME[=KEY]",
     .help = "one output, KEY under DIR; may be repeated",
     .check = check_preset},
    {.name = "playlist",
     .kind = SETTING_LIST,
     .offset = MEMBER(playlists),
     .placeholder = "NAME=FORMAT",
     .help = "a playlist of all outputs: HLSv3, HLSv4, Smooth or MPEG-DASH",
     .check = check_playlist},
    {.name = "segment-duration",
     .kind = SETTING_TEXT,
     .offset = MEMBER(segment_duration),
     .placeholder = "SECONDS",
     .help = "cut ts and fmp4 outputs in segments (default: 6 where a playlist needs them)",
     .check = check_seconds},
    {.name = "json",
     .kind = SETTING_SWITCH,
     .offset = MEMBER(json),
     .help = "print the job as JSON instead of one line for each output"},
    {.name = "overwrite",
     .kind = SETTING_SWITCH,
     .offset = MEMBER(overwrite),
     .help = "replace existing outputs instead of failing"},
    PACE_SETTINGS(struct transcode),
};

static const struct settings settings = {
    .rows = rows, .count = sizeof(rows) / sizeof(rows[0]), .flags_only = true};

/** The engine of one run, and what has to be tidied up behind it. */
struct run {
    struct transcode transcode;
    struct transcode_inputs inputs;
    struct scratch scratch;
    struct logger logger;
    mockets_engine *engine;
    json_t *presets;
    char *request;
    char id[32];
    sigset_t signals; /**< those that cancel */
};

static mockets_status read_flags(struct transcode *transcode, int argc, char **argv, bool *help,
                                 struct mockets_error *err)
{
    struct settings_result result = {0};
    mockets_status rc = settings_read(&settings, argc, argv, transcode, &result, err);

    transcode->inputs = result.arguments;
    *help = result.help;
    if (rc || result.help)
        return rc;
    if (!transcode->inputs.count)
        return error_set(err, MOCKETS_E_INVALID,
                         "An input is missing: write mockets transcode "
                         "INPUT --output DIR --preset ID-OR-NAME.");
    if (!transcode->output)
        return error_set(err, MOCKETS_E_INVALID,
                         "--output is missing: name the directory that "
                         "gets the outputs with --output DIR.");
    if (!transcode->presets.count)
        return error_set(err, MOCKETS_E_INVALID,
                         "--preset is missing: name one with --preset "
                         "ID-OR-NAME, \"mockets presets\" lists them.");
    return MOCKETS_OK;
}

/** mkdir -p */
static mockets_status make_directory(const char *path, struct mockets_error *err)
{
    char *copy = strdup(path);
    struct stat info;

    if (!copy)
        return error_set_nomem(err);
    for (char *at = copy + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        mkdir(copy, 0777);
        *at = '/';
    }
    mkdir(copy, 0777);
    free(copy);
    if (stat(path, &info) || !S_ISDIR(info.st_mode))
        return error_set(err, MOCKETS_E_INVALID,
                         "The output directory %s cannot be made: choose another with --output.",
                         path);
    return MOCKETS_OK;
}

/** Open an engine whose buckets are the user's directories. */
static mockets_status open_engine(struct run *run, struct mockets_error *err)
{
    const struct mockets_bucket buckets[] = {{TRANSCODE_INPUT_BUCKET, run->inputs.directory},
                                             {TRANSCODE_OUTPUT_BUCKET, run->transcode.output}};
    struct mockets_options options = MOCKETS_OPTIONS_INIT;
    mockets_status rc = scratch_open(&run->scratch, err);

    if (rc)
        return rc;
    options.data_dir = run->scratch.path;
    options.buckets = buckets;
    options.bucket_count = 2;
    options.streams = run->inputs.streams;
    options.stream_count = run->inputs.stream_count;
    options.workers = 1;
    options.overwrite = run->transcode.overwrite;
    pace_apply(&run->transcode.pace, &options);
    /* What becomes of the job is printed from the job. */
    run->logger = (struct logger){STDERR_FILENO, MOCKETS_LOG_ERROR, false};
    options.log = logger_sink;
    options.log_context = &run->logger;
    options.log_level = MOCKETS_LOG_ERROR;
    return mockets_engine_open(&options, &run->engine, err);
}

static mockets_status create_job(struct run *run, struct mockets_error *err)
{
    struct mockets_reply reply = {0};
    mockets_status rc = mockets_job_create(run->engine, run->request, &reply, err);
    json_t *body;

    if (rc)
        return rc;
    body = json_loadb(reply.text, reply.size, 0, NULL);
    snprintf(run->id, sizeof(run->id), "%s", json_text(json_object_get(body, "Job"), "Id"));
    json_decref(body);
    mockets_free(reply.text);
    return mockets_engine_start(run->engine, err);
}

static mockets_status prepare(struct run *run, struct mockets_error *err)
{
    mockets_status rc = transcode_find_inputs(&run->transcode.inputs, &run->inputs, err);

    if (!rc)
        rc = make_directory(run->transcode.output, err);
    if (!rc)
        rc = open_engine(run, err);
    if (!rc)
        rc = preset_list_read(run->engine, &run->presets, err);
    if (!rc)
        rc = transcode_request(&run->transcode, &run->inputs, run->presets, &run->request, err);
    return rc ? rc : create_job(run, err);
}

/** Wait for the end of the job; a signal cancels it. */
static mockets_status wait_for_job(struct run *run, struct mockets_error *err)
{
    const struct timespec now = {0};
    bool terminal = isatty(STDERR_FILENO);
    mockets_status rc;

    do {
        struct mockets_job_progress progress;

        rc = mockets_job_wait(run->engine, run->id, SLICE_MS, NULL, err);
        if (terminal && !mockets_job_progress(run->engine, run->id, &progress, NULL))
            transcode_show_progress(&progress);
        if (rc == MOCKETS_E_TIMEOUT && sigtimedwait(&run->signals, NULL, &now) > 0) {
            mockets_engine_stop(run->engine, 0);
            rc = error_set(err, MOCKETS_E_CANCELED, "Canceled.");
        }
    } while (rc == MOCKETS_E_TIMEOUT);
    if (terminal)
        transcode_clear_progress();
    return rc;
}

static int report(struct run *run)
{
    struct mockets_reply reply = {0};
    struct mockets_error err;
    json_t *body, *job;
    bool complete;

    if (mockets_job_read(run->engine, run->id, &reply, &err))
        return command_fail(EXIT_FAILED, err.message);
    body = json_loadb(reply.text, reply.size, 0, NULL);
    job = json_object_get(body, "Job");
    complete = !strcmp(json_text(job, "Status"), "Complete");
    if (run->transcode.json) {
        json_dumpf(job, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (complete) {
        transcode_print_outputs(job);
    }
    if (!complete)
        transcode_print_failures(job);
    json_decref(body);
    mockets_free(reply.text);
    return complete ? EXIT_DONE : EXIT_FAILED;
}

static int transcode(struct run *run)
{
    struct mockets_error err;
    mockets_status rc = prepare(run, &err);

    if (rc)
        return command_fail(rc == MOCKETS_E_IO || rc >= MOCKETS_E_NOMEM ? EXIT_FAILED : EXIT_USAGE,
                            err.message);
    rc = wait_for_job(run, &err);
    return rc ? command_fail(EXIT_FAILED, err.message) : report(run);
}

static void finish(struct run *run)
{
    mockets_engine_close(&run->engine);
    scratch_close(&run->scratch);
    json_decref(run->presets);
    free(run->request);
    transcode_close_inputs(&run->inputs);
    strings_clear(&run->transcode.inputs);
    settings_fini(&settings, &run->transcode);
}

/** These signals cancel the job; between two looks at it they wait. */
static void block_signals(sigset_t *signals)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its output */
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

int cmd_transcode(int argc, char **argv)
{
    struct run run = {0};
    struct mockets_error err;
    bool help = false;
    int code = EXIT_DONE;

    if (read_flags(&run.transcode, argc, argv, &help, &err)) {
        code = command_fail(EXIT_USAGE, err.message);
    } else if (help) {
        puts("usage: mockets transcode INPUT… --output DIR --preset ID-OR-NAME[=KEY]… [FLAG…]\n\n"
             "INPUT is a file, a pipe, or - for standard input; several are joined.\n");
        settings_usage(&settings, stdout);
    } else {
        block_signals(&run.signals);
        mockets_log_capture_libav(NULL, NULL);
        code = transcode(&run);
    }
    finish(&run);
    return code;
}
