/*
 * The contestant "mockets through the library": creates presets and runs jobs in this process.
 *
 *   bench-job DATA_DIR INPUT_DIR OUTPUT_DIR SPEED X264_PRESET|- PRESETS JOB [COUNT]
 *
 * PRESETS is a file with the body of one CreatePreset on each line; JOB a file with the body of
 * CreateJob, in which @0 stands for the first preset's id, and # for the number of the job.
 */
#include <mockets/mockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRESETS = 30, ID_SIZE = 32, TEXT_SIZE = 64 * 1024, JOBS = 1000 };

static mockets_engine *engine;
static char ids[PRESETS][ID_SIZE], jobs[JOBS][ID_SIZE];

static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static const struct mockets_operation *operation(const char *name)
{
    const struct mockets_operation *all;
    size_t count;

    all = mockets_operations(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    }
    die(name, "no such operation");
    return NULL;
}

/* @param what  "Preset" or "Job" */
static void create(const char *name, const char *what, const char *body, char id[ID_SIZE])
{
    struct mockets_call call = {.body = body, .body_size = strlen(body)};
    struct mockets_reply reply;
    struct mockets_error err;
    char form[64];

    if (mockets_operation_run(engine, operation(name), &call, &reply, &err))
        die(name, err.message);
    snprintf(form, sizeof(form), "{\"%s\":{\"Id\":\"%%%d[^\"]", what, ID_SIZE - 1);
    if (sscanf(reply.text, form, id) != 1)
        die(name, reply.text);
    mockets_free(reply.text);
}

static void create_presets(const char *path)
{
    static char line[TEXT_SIZE];
    FILE *file = fopen(path, "r");

    if (!file)
        die(path, "cannot be read");
    for (int i = 0; i < PRESETS && fgets(line, sizeof(line), file); i++)
        create("CreatePreset", "Preset", line, ids[i]);
    fclose(file);
}

static void create_job(const char *form, int number)
{
    static char body[2 * TEXT_SIZE];
    size_t used = 0;

    for (; *form && used < TEXT_SIZE; form++) {
        if (*form == '@') {
            char *end;
            long which = strtol(form + 1, &end, 10);

            used += (size_t)sprintf(body + used, "%s", ids[which % PRESETS]);
            form = end - 1;
        } else if (*form == '#') {
            used += (size_t)sprintf(body + used, "%d", number);
        } else {
            body[used++] = *form;
        }
    }
    body[used] = '\0';
    create("CreateJob", "Job", body, jobs[number]);
}

static void wait_for(const char *id)
{
    enum mockets_job_state state;
    struct mockets_reply reply;
    struct mockets_error err;

    if (mockets_job_wait(engine, id, -1, &state, &err))
        die(id, err.message);
    if (state == MOCKETS_JOB_COMPLETE)
        return;
    if (mockets_job_read(engine, id, &reply, &err))
        die(id, err.message);
    die(id, reply.text);
}

int main(int argc, char **argv)
{
    static char form[TEXT_SIZE];
    struct mockets_options options = MOCKETS_OPTIONS_INIT;
    struct mockets_error err;
    int count = argc > 8 ? atoi(argv[8]) : 1;
    FILE *file;

    mockets_heap_tune();
    if (argc < 8 || count < 1 || count > JOBS)
        die("bench-job", "see the head of its source");
    options.data_dir = argv[1];
    options.buckets = (const struct mockets_bucket[]){{"input", argv[2]}, {"output", argv[3]}};
    options.bucket_count = 2;
    options.speed = !strcmp(argv[4], "fast")   ? MOCKETS_SPEED_FAST
                    : !strcmp(argv[4], "best") ? MOCKETS_SPEED_BEST
                                               : MOCKETS_SPEED_BALANCED;
    options.x264_preset = strcmp(argv[5], "-") ? argv[5] : NULL;
    mockets_log_capture_libav(NULL, NULL);
    if (mockets_engine_open(&options, &engine, &err) || mockets_engine_start(engine, &err))
        die("open", err.message);
    create_presets(argv[6]);
    file = fopen(argv[7], "r");
    if (!file || !fread(form, 1, sizeof(form) - 1, file))
        die(argv[7], "cannot be read");
    fclose(file);
    for (int i = 0; i < count; i++)
        create_job(form, i);
    for (int i = 0; i < count; i++)
        wait_for(jobs[i]);
    mockets_engine_close(&engine);
    return 0;
}
