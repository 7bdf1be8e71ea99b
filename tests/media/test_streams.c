#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <mockets/mockets.h>

#include "base/fs.h"

/* Jobs whose input comes through a pipe, by the public functions. */

static const char film[] = "film.mp4";

/* One after the other, for as long as somebody reads. */
static void *write_film(void *end)
{
    int fd = *(int *)end;
    FILE *file = fopen(film, "rb");
    char data[4096];
    size_t size;

    while ((size = fread(data, 1, sizeof(data), file)) > 0 && write(fd, data, size) > 0)
        ;
    fclose(file);
    close(fd);
    return NULL;
}

struct fixture {
    mockets_engine *engine;
    pthread_t writer;
    int ends[2];
    struct mockets_error err;
    char *job;              /* what became of the last one */
    _Atomic int not_copied; /* so many jobs were told to copy nothing */
};

static void listen(void *context, enum mockets_log_level level, const char *message)
{
    struct fixture *f = context;

    (void)level;
    if (strstr(message, "nothing will be copied: the input comes through a pipe"))
        f->not_copied++;
}

static int set_up(void **state)
{
    static struct fixture f;
    struct mockets_options options = MOCKETS_OPTIONS_INIT;
    struct mockets_stream stream = {.bucket = "input", .key = film};

    *state = memset(&f, 0, sizeof(f));
    mockets_log_capture_libav(NULL, NULL);
    if (mk_fs_remove_tree("data", NULL) || pipe(f.ends))
        return -1;
    stream.fd = f.ends[0];
    options.data_dir = "data";
    options.streams = &stream;
    options.stream_count = 1;
    options.copy_when_possible = true;
    options.log = listen;
    options.log_context = &f;
    if (mockets_engine_open(&options, &f.engine, &f.err) || mockets_engine_start(f.engine, &f.err))
        return -1;
    return pthread_create(&f.writer, NULL, write_film, &f.ends[1]);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    mockets_engine_close(&f->engine);
    close(f->ends[0]);
    pthread_join(f->writer, NULL);
    mockets_free(f->job);
    return 0;
}

static int set_up_all(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    return system(MK_CLIP " film.mp4 --size 320x180 --seconds 4 --audio 2") ||
           system("ffmpeg -v error -y -i film.mp4 -c copy -movflags +faststart front.mp4") ||
           rename("front.mp4", film);
}

/* Run one job to its end. @return how it ended */
static enum mockets_job_state run(struct fixture *f, const char *json)
{
    enum mockets_job_state state;
    struct mockets_reply reply;
    char id[32];

    mockets_free(f->job);
    f->job = NULL;
    if (mockets_job_create(f->engine, json, &reply, &f->err))
        fail_msg("%s: %s", json, f->err.message);
    sscanf(reply.text, "{\"Job\":{\"Id\":\"%31[^\"]", id);
    mockets_free(reply.text);
    assert_int_equal(mockets_job_wait(f->engine, id, 60000, &state, &f->err), MOCKETS_OK);
    assert_int_equal(mockets_job_read(f->engine, id, &reply, &f->err), MOCKETS_OK);
    f->job = reply.text;
    return state;
}

static void check_says(const struct fixture *f, const char *text)
{
    if (!strstr(f->job, text))
        fail_msg("not in the job: %s\n%s", text, f->job);
}

#define INPUT       "{\"Inputs\":[{\"Key\":\"film.mp4\""
#define OUTPUTS     "}],\"Outputs\":["
#define SMALL(name) "{\"Key\":\"" name "\",\"PresetId\":\"1351620000001-000061\""
#define CLIP        ",\"Composition\":[{\"TimeSpan\":{\"StartTime\":\"2.5\",\"Duration\":\"1\"}}]"

static const char plain[] = INPUT OUTPUTS SMALL("a.mp4") "}]}";

static void is_there_for_one_job(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run(f, plain), MOCKETS_JOB_COMPLETE);
    check_says(f, "\"FileSize\":null,\"DurationMillis\":4");
    assert_int_equal(run(f, INPUT OUTPUTS SMALL("b.mp4") "}]}"), MOCKETS_JOB_ERROR);
    check_says(f, "\"StatusDetail\":\"1000 ");
    check_says(f, "film.mp4\\\" comes through a pipe, which can be read only once");
}

/* To see whether its streams can be copied all of it would have to be read before. */
static void is_not_copied(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run(f, plain), MOCKETS_JOB_COMPLETE);
    assert_int_equal(f->not_copied, 1);
}

/* Nobody can go to the beginning of a clip, but all that is before it can be left out. */
static void clips(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run(f, INPUT OUTPUTS SMALL("a.mp4") CLIP "}," SMALL("b.mp4") CLIP "}]}"),
                     MOCKETS_JOB_COMPLETE);
    check_says(f, "\"DurationMillis\":10");
}

static void two_clips_are_one_too_many(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(run(f, INPUT OUTPUTS SMALL("a.mp4") "}," SMALL("b.mp4") CLIP "}]}"),
                     MOCKETS_JOB_ERROR);
    check_says(f, "\"Key\":\"a.mp4\"");
    check_says(f, "\"Status\":\"Complete\"");
    check_says(f, "another output takes another clip of it");
}

/* What would have to be read before the film is. */
static void second_looks_are_refused(void **state)
{
    static const struct {
        const char *job, *text;
    } rows[] = {
        {INPUT
         ",\"Encryption\":{\"Mode\":\"aes-ctr\",\"Key\":\"AAAAAAAAAAAAAAAAAAAAAA==\","
         "\"KeyMd5\":\"SucTNuRL+b950nUuI0gYpQ==\","
         "\"InitializationVector\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}" OUTPUTS SMALL("a.mp4") "}]}",
         "cannot be decrypted: save \\\"film.mp4\\\" as a file"},
        {INPUT OUTPUTS SMALL("a.mp4") ",\"Captions\":{\"CaptionFormats\":[{\"Format\":\"webvtt\","
                                      "\"Pattern\":\"a-{language}\"}]}}]}",
         "Captions inside of what comes through a pipe cannot be read"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        assert_int_equal(run(f, rows[i].job), MOCKETS_JOB_ERROR);
        check_says(f, "\"StatusDetail\":\"1000 ");
        check_says(f, rows[i].text);
    }
}

/* It is in no bucket, and what is there under its name is something else. */
static void is_no_object(void **state)
{
    struct fixture *f = *state;
    mockets_object *object = NULL;

    assert_int_equal(mockets_object_open(f->engine, "input", film, &object, &f->err),
                     MOCKETS_E_NOT_FOUND);
    assert_int_equal(system("echo no film > data/buckets/input/film.mp4"), 0);
    assert_int_equal(run(f, plain), MOCKETS_JOB_COMPLETE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(is_there_for_one_job),
        TEST(is_not_copied),
        TEST(clips),
        TEST(two_clips_are_one_too_many),
        TEST(second_looks_are_refused),
        TEST(is_no_object),
    };

    return cmocka_run_group_tests(tests, set_up_all, NULL);
}
