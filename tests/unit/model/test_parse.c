#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/job.h"
#include "model/pipeline.h"

static mockets_status parse(const struct mk_shape *shape, const char *json, bool input,
                            struct mk_arena *arena, void *out, struct mockets_error *err)
{
    return mk_model_parse(shape, json, strlen(json), input, arena, out, err);
}

/* Parse as our own record, emit, and compare. */
static void expect_text(const struct mk_shape *shape, const char *json, const char *expected)
{
    struct mk_arena arena = {0};
    struct mockets_error err;
    void *object = mk_arena_alloc(&arena, shape->size);
    char *text;

    if (parse(shape, json, false, &arena, object, &err))
        fail_msg("%s: %s", json, err.message);
    text = mk_model_text(shape, object, &arena);
    assert_string_equal(text, expected);
    mk_arena_fini(&arena);
}

static const char job_text[] =
    "{\"Id\":\"1111111111111-abcde1\",\"Arn\":null,\"PipelineId\":\"1111111111111-abcde2\","
    "\"Input\":null,\"Inputs\":[{\"Key\":\"a \\\"b\\\"\\\\\\n\\u0001\xc3\xa9\xf0\x9f\x8e\xac.mp4\","
    "\"FrameRate\":null,\"Resolution\":\"\",\"AspectRatio\":null,\"Interlaced\":null,"
    "\"Container\":null,\"Encryption\":{\"Mode\":\"s3\",\"Key\":null,\"KeyMd5\":null,"
    "\"InitializationVector\":null},\"TimeSpan\":null,\"InputCaptions\":{\"MergePolicy\":null,"
    "\"CaptionSources\":[]},\"DetectedProperties\":{\"Width\":1280,\"Height\":null,"
    "\"FrameRate\":\"25\",\"FileSize\":9007199254740993,\"DurationMillis\":-1}}],\"Output\":null,"
    "\"Outputs\":[{\"Id\":\"1\",\"Key\":\"k\",\"ThumbnailPattern\":\"\","
    "\"ThumbnailEncryption\":null,\"Rotate\":null,\"PresetId\":null,\"SegmentDuration\":\"2.0\","
    "\"Status\":\"Complete\",\"StatusDetail\":null,\"Duration\":118,\"Width\":0,\"Height\":null,"
    "\"FrameRate\":null,\"FileSize\":null,\"DurationMillis\":null,\"Watermarks\":[],"
    "\"AlbumArt\":null,\"Composition\":null,\"Captions\":null,\"Encryption\":null,"
    "\"AppliedColorSpaceConversion\":null}],\"OutputKeyPrefix\":null,\"Playlists\":[{"
    "\"Name\":\"p\",\"Format\":\"HLSv3\",\"OutputKeys\":[\"k\",null],\"HlsContentProtection\":null,"
    "\"PlayReadyDrm\":null,\"Status\":\"Submitted\",\"StatusDetail\":null}],"
    "\"Status\":\"Complete\",\"UserMetadata\":{\"b\":\"2\",\"a\":\"\"},"
    "\"Timing\":{\"SubmitTimeMillis\":1636545275576,\"StartTimeMillis\":null,"
    "\"FinishTimeMillis\":null}}";

static const char empty_job_text[] =
    "{\"Id\":null,\"Arn\":null,\"PipelineId\":null,\"Input\":null,\"Inputs\":null,"
    "\"Output\":null,\"Outputs\":null,\"OutputKeyPrefix\":null,\"Playlists\":[],\"Status\":null,"
    "\"UserMetadata\":null,\"Timing\":null}";

static void reads_what_it_wrote(void **state)
{
    (void)state;
    expect_text(&mk_shape_job, job_text, job_text);
    expect_text(&mk_shape_job, "{}", empty_job_text);
    expect_text(&mk_shape_job, empty_job_text, empty_job_text);
    expect_text(&mk_shape_job, "{\"UserMetadata\":{}}",
                "{\"Id\":null,\"Arn\":null,\"PipelineId\":null,\"Input\":null,\"Inputs\":null,"
                "\"Output\":null,\"Outputs\":null,\"OutputKeyPrefix\":null,\"Playlists\":[],"
                "\"Status\":null,\"UserMetadata\":{},\"Timing\":null}");
}

static void keeps_null_apart_from_empty(void **state)
{
    struct mk_arena arena = {0};
    struct mk_job job = {0};

    (void)state;
    assert_int_equal(parse(&mk_shape_create_job,
                           "{\"Inputs\":[],\"Outputs\":null,\"OutputKeyPrefix\":\"\","
                           "\"Playlists\":[null],\"UserMetadata\":{\"gone\":null,\"k\":\"v\"}}",
                           true, &arena, &job, NULL),
                     MOCKETS_OK);
    assert_non_null(job.inputs);
    assert_int_equal(job.input_count, 0);
    assert_null(job.outputs);
    assert_string_equal(job.output_key_prefix, "");
    assert_int_equal(job.playlist_count, 1);
    assert_null(job.playlists[0].name);
    assert_int_equal(job.user_metadata_count, 1);
    assert_string_equal(job.user_metadata[0].key, "k");
    mk_arena_fini(&arena);
}

static void ignores_what_requests_may_not_set(void **state)
{
    struct mk_arena arena = {0};
    struct mk_job job = {0};

    (void)state;
    assert_int_equal(parse(&mk_shape_create_job,
                           "{\"Id\":\"x\",\"Status\":7,\"pipelineId\":\"no\",\"PipelineId\":\"a\","
                           "\"PipelineId\":\"b\",\"Input\":{\"Key\":\"k\",\"DetectedProperties\":"
                           "{\"Width\":\"x\"}},\"Outputs\":[{\"Status\":[],\"Width\":1.5}]}",
                           true, &arena, &job, NULL),
                     MOCKETS_OK);
    assert_null(job.id);
    assert_null(job.status);
    assert_string_equal(job.pipeline_id, "b");
    assert_string_equal(job.input->key, "k");
    assert_null(job.input->detected_properties);
    assert_null(job.outputs[0].status);
    assert_false(job.outputs[0].width.set);
    mk_arena_fini(&arena);
}

static void takes_an_absent_body_for_no_members(void **state)
{
    struct mk_arena arena = {0};
    struct mk_job job = {0};

    (void)state;
    assert_int_equal(mk_model_parse(&mk_shape_create_job, NULL, 0, true, &arena, &job, NULL),
                     MOCKETS_OK);
    assert_int_equal(parse(&mk_shape_create_job, "null", true, &arena, &job, NULL), MOCKETS_OK);
    assert_int_equal(mk_model_parse(&mk_shape_job, NULL, 0, false, &arena, &job, NULL),
                     MOCKETS_E_SERIALIZATION);
    mk_arena_fini(&arena);
}

static const struct {
    const char *json, *field, *message;
} wrong_rows[] = {
    {"{\"Outputs\":[{},{\"SegmentDuration\":10}]}", "/Outputs/1/SegmentDuration",
     "NUMBER_VALUE can not be converted to a String"},
    {"{\"PipelineId\":1.5}", "/PipelineId", "NUMBER_VALUE can not be converted to a String"},
    {"{\"PipelineId\":true}", "/PipelineId", "TRUE_VALUE can not be converted to a String"},
    {"{\"PipelineId\":false}", "/PipelineId", "FALSE_VALUE can not be converted to a String"},
    {"{\"PipelineId\":{}}", "/PipelineId", "Start of structure or map found where not expected."},
    {"{\"PipelineId\":[]}", "/PipelineId", "Start of list found where not expected."},
    {"{\"Outputs\":{}}", "/Outputs", "Expected list or null"},
    {"{\"Outputs\":\"x\"}", "/Outputs", "Expected list or null"},
    {"{\"Outputs\":[\"x\"]}", "/Outputs/0", "Expected structure or map, or null"},
    {"{\"Input\":[]}", "/Input", "Start of list found where not expected."},
    {"{\"Playlists\":[{\"OutputKeys\":[\"a\",{}]}]}", "/Playlists/0/OutputKeys/1",
     "Start of structure or map found where not expected."},
    {"{\"UserMetadata\":{\"a/b\":3}}", "/UserMetadata",
     "NUMBER_VALUE can not be converted to a String"},
    {"{\"UserMetadata\":[]}", "/UserMetadata", "Start of list found where not expected."},
    {"[]", "", "Start of list found where not expected."},
    {"7", "", "Expected structure or map, or null"},
    {"{\"Input\":", "", "The JSON text cannot be read at line 1, column 9: it ends too early."},
    {" ", "", "The JSON text cannot be read at line 1, column 1: it ends too early."},
    {"{}\n}", "", "The JSON text cannot be read at line 2, column 1: something follows its end."},
    {"{'a':1}", "", "The JSON text cannot be read at line 1, column 2: it is not JSON."},
    {"{\"PipelineId\":\"a\\u0000b\"}", "",
     "The JSON text cannot be read at line 1, column 24: it holds a NUL character."},
    {"{\"a\\u0000b\":\"\"}", "",
     "The JSON text cannot be read at line 1, column 11: it holds a NUL character."},
    {"{\"PipelineId\":\"\xff\"}", "",
     "The JSON text cannot be read at line 1, column 15: it is not UTF-8."},
    {"{\"a\":99999999999999999999}", "",
     "The JSON text cannot be read at line 1, column 25: a number is too large."},
};

static void says_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrong_rows) / sizeof(wrong_rows[0]); i++) {
        struct mk_arena arena = {0};
        struct mockets_error err = {0};
        struct mk_job job = {0};

        assert_int_equal(parse(&mk_shape_create_job, wrong_rows[i].json, true, &arena, &job, &err),
                         MOCKETS_E_SERIALIZATION);
        assert_int_equal(err.status, MOCKETS_E_SERIALIZATION);
        assert_string_equal(err.message, wrong_rows[i].message);
        assert_string_equal(err.field, wrong_rows[i].field);
        assert_int_equal(parse(&mk_shape_create_job, wrong_rows[i].json, true, &arena, &job, NULL),
                         MOCKETS_E_SERIALIZATION);
        mk_arena_fini(&arena);
    }
}

static void refuses_deep_nesting(void **state)
{
    static char text[200000];
    struct mk_arena arena = {0};
    struct mockets_error err;
    struct mk_job job = {0};

    (void)state;
    memset(text, '[', sizeof(text) - 1);
    assert_int_equal(parse(&mk_shape_create_job, text, true, &arena, &job, &err),
                     MOCKETS_E_SERIALIZATION);
    assert_non_null(strstr(err.message, "nested too deep"));
    mk_arena_fini(&arena);
}

static void stops_at_the_ceiling(void **state)
{
    struct mk_job job = {.id = "1111111111111-abcde1"};
    struct mk_buf text;

    (void)state;
    mk_buf_init(&text, 20);
    mk_model_emit(&mk_shape_job, &job, &text);
    assert_true(text.failed);
    assert_true(text.size <= 20);
    mk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(keeps_null_apart_from_empty),
        cmocka_unit_test(ignores_what_requests_may_not_set),
        cmocka_unit_test(takes_an_absent_body_for_no_members),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(refuses_deep_nesting),
        cmocka_unit_test(stops_at_the_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
