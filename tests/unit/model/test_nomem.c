#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <mockets/sdk_model.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "model/message.h"
#include "model/pipeline.h"
#include "model/preset.h"

/*
 * The allocator of base/alloc.c, replaced: this program's own functions come first in the link.
 * The allocation after the next "left" ones fails, all others succeed.
 */
static long left = -1;

static bool denied(void)
{
    return left >= 0 && left-- == 0;
}

void *mk_alloc(size_t size)
{
    return denied() ? NULL : calloc(1, size ? size : 1);
}

void *mk_alloc_array(size_t count, size_t size)
{
    return denied() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *mk_realloc(void *memory, size_t size)
{
    return denied() ? NULL : realloc(memory, size ? size : 1);
}

void mk_free(void *memory)
{
    free(memory);
}

char *mk_strdup(const char *text)
{
    return denied() ? NULL : strdup(text);
}

/* jansson (2.14) does not notice when the buffer of a token cannot grow: a byte is missing then. */
static bool blame_jansson;

static void *json_allocate(size_t size)
{
    if (!denied())
        return malloc(size);
    blame_jansson = true;
    return NULL;
}

static const char job_text[] =
    "{\"Id\":\"1111111111111-abcde1\",\"PipelineId\":\"1111111111111-abcde2\","
    "\"Inputs\":[{\"Key\":\"a\",\"DetectedProperties\":{\"Width\":1280}}],"
    "\"Outputs\":[{\"Id\":\"1\",\"Key\":\"k\",\"Status\":\"Error\",\"StatusDetail\":\"4000 u: t\","
    "\"Composition\":[{\"TimeSpan\":{\"StartTime\":\"1\"}}]}],"
    "\"Playlists\":[{\"Name\":\"p\",\"OutputKeys\":[\"k\"]}],\"UserMetadata\":{\"b\":\"2\"}}";

/* Of the job when all goes well. */
enum { EMITTED_BYTES = 1036 };

/* Parse, emit and announce. False as soon as memory is out. */
static bool handle_job(void)
{
    struct mk_arena arena = {0};
    struct mockets_error err = {0};
    struct mk_job job = {0};
    const char *subject, *body, *text = NULL;
    mockets_status rc;
    bool done = false;

    blame_jansson = false;
    rc = mk_model_parse(&mk_shape_job, job_text, sizeof(job_text) - 1, false, &arena, &job, &err);
    if (rc) {
        assert_int_equal(err.status, rc);
        assert_true(err.message[0]);
    } else {
        text = mk_model_text(&mk_shape_job, &job, &arena);
    }
    if (text) {
        assert_true(blame_jansson || strlen(text) == EMITTED_BYTES);
        rc = mk_message_job(&job, MOCKETS_JOB_ERROR, &arena, &subject, &body, &err);
        assert_true(rc == MOCKETS_OK || rc == MOCKETS_E_NOMEM);
        done = rc == MOCKETS_OK;
    }
    mk_arena_fini(&arena);
    return done;
}

/* A violation stays one, though its text may be missing. */
static bool check_job(void)
{
    struct mockets_error err = {0};
    struct mk_job job = {.pipeline_id = "x"};

    assert_int_equal(mk_model_check(&mk_shape_create_job, &job, &err), MOCKETS_E_INVALID);
    assert_int_equal(err.status, MOCKETS_E_INVALID);
    return strstr(err.message, "'pipelineId'") && strcmp(err.field, "/PipelineId") == 0;
}

static bool complete_pipeline(void)
{
    struct mk_pipeline pipeline = {.role = "arn:aws:iam::123456789012:role/r",
                                   .output_bucket = "b"};
    struct mk_arena arena = {0};
    mockets_status rc = mk_rules_pipeline(&pipeline, &arena, NULL);

    assert_true(rc == MOCKETS_OK || rc == MOCKETS_E_NOMEM);
    mk_arena_fini(&arena);
    return rc == MOCKETS_OK;
}

static bool update_pipeline(void)
{
    struct mk_output_config config = {.bucket = "b"};
    const struct mk_pipeline stored = {.content_config = &config, .thumbnail_config = &config};
    const struct mk_pipeline changes = {.content_config = &config, .thumbnail_config = &config};
    struct mk_pipeline out = {.name = "untouched"};
    struct mk_arena arena = {0};
    mockets_status rc = mk_rules_pipeline_update(&stored, &changes, &arena, &out, NULL);

    assert_true(rc == MOCKETS_OK || (rc == MOCKETS_E_NOMEM && out.name));
    mk_arena_fini(&arena);
    return rc == MOCKETS_OK;
}

static bool complete_preset(void)
{
    const struct mk_pair options[] = {{"Level", "1"}, {"MaxBitRate", "62500"}};
    struct mk_video_parameters video = {
        .codec = "H.264", .codec_options = options, .codec_option_count = 2, .frame_rate = "60"};
    struct mk_preset preset = {.name = "n", .container = "mp4", .video = &video};
    struct mk_arena arena = {0};
    const char *warning = NULL;
    mockets_status rc = mk_rules_preset(&preset, &arena, &warning, NULL);

    assert_true(rc == MOCKETS_OK ? strlen(warning) > 200 : rc == MOCKETS_E_NOMEM && !warning);
    mk_arena_fini(&arena);
    return rc == MOCKETS_OK;
}

static bool make_sdk_model(void)
{
    struct mockets_reply file = {0};
    mockets_status rc = mockets_sdk_model("service-2.json", &file, NULL);

    assert_true(rc == MOCKETS_OK ? file.size == strlen(file.text) && file.size > 40000
                                 : rc == MOCKETS_E_NOMEM && !file.text);
    mk_free(file.text);
    return rc == MOCKETS_OK;
}

static void fail_each(bool (*work)(void), long least)
{
    long failing = 0;
    bool done;

    do {
        left = failing;
        done = work();
        assert_true(done || left < 0);
        failing++;
    } while (!done || left < 0);
    left = -1;
    assert_true(failing > least);
}

static void survives_any_failure(void **state)
{
    (void)state;
    json_set_alloc_funcs(json_allocate, free);
    fail_each(handle_job, 60);
    fail_each(check_job, 2);
    fail_each(complete_pipeline, 1);
    fail_each(update_pipeline, 1);
    fail_each(complete_preset, 2);
    fail_each(make_sdk_model, 5);
    json_set_alloc_funcs(malloc, free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_any_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
