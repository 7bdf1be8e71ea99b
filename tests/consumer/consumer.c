/* One job without HTTP: transcode a file of bucket "input" with a preset and print the result. */
#include <mockets/mockets.h>
#include <stdio.h>

static int fail(const char *what, const struct mockets_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->message);
    return 1;
}

/* consumer DATA_DIR: the input is DATA_DIR/buckets/input/clip.mp4 */
int main(int argc, char **argv)
{
    static const char job[] = "{\"Inputs\":[{\"Key\":\"clip.mp4\"}],"
                              "\"Outputs\":[{\"Key\":\"web.mp4\","
                              "\"PresetId\":\"1351620000001-000061\"}]}";
    struct mockets_options options = MOCKETS_OPTIONS_INIT;
    struct mockets_reply reply;
    struct mockets_error err;
    enum mockets_job_state state;
    mockets_engine *engine;
    char id[32];

    options.data_dir = argc > 1 ? argv[1] : "mockets-data";
    if (mockets_engine_open(&options, &engine, &err) || mockets_engine_start(engine, &err))
        return fail("open", &err);
    if (mockets_job_create(engine, job, &reply, &err))
        return fail("create", &err);
    sscanf(reply.text, "{\"Job\":{\"Id\":\"%31[^\"]", id);
    mockets_free(reply.text);
    if (mockets_job_wait(engine, id, 60000, &state, &err) ||
        mockets_job_read(engine, id, &reply, &err))
        return fail("wait", &err);
    puts(reply.text);
    mockets_free(reply.text);
    mockets_engine_close(&engine);
    return state == MOCKETS_JOB_COMPLETE ? 0 : 1;
}
