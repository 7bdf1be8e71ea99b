#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/job.h"
#include "model/pipeline.h"
#include "model/preset.h"

static const struct {
    const struct mk_shape *shape;
    const char *json, *field, *message; /* message NULL: all is well */
} rows[] = {
    {&mk_shape_create_pipeline,
     "{\"Name\":\"n\",\"InputBucket\":\"in\",\"Role\":\"anything\",\"OutputBucket\":\"out\","
     "\"Notifications\":{\"Progressing\":\"\"}}",
     NULL, NULL},
    {&mk_shape_create_pipeline, "{\"Name\":\"n\",\"Role\":\"r\"}", "/InputBucket",
     "1 validation error detected: Value null at 'inputBucket' failed to satisfy constraint: "
     "Member must not be null"},
    {&mk_shape_create_pipeline, "{\"Name\":\"\",\"InputBucket\":\"a/b\",\"Role\":\"\"}", "/Name",
     "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must "
     "have length greater than or equal to 1; Value 'a/b' at 'inputBucket' failed to satisfy "
     "constraint: Member must satisfy regular expression pattern: ^(\\w|\\.|-){1,255}$"},
    {&mk_shape_create_job,
     "{\"PipelineId\":\"1111111111111-abcde1\",\"Input\":{\"Key\":\"k\"},\"Outputs\":[{\"Key\":"
     "\"a\",\"PresetId\":\"1351620000001-000010\",\"ThumbnailPattern\":\"\"}]}",
     NULL, NULL},
    {&mk_shape_create_job,
     "{\"PipelineId\":\"1111111111111-abcde1\",\"Input\":{\"AspectRatio\":\"2:1\"},"
     "\"Outputs\":[{\"Key\":\"a\",\"PresetId\":\"1351620000001-000010\"},{\"PresetId\":\"x\"}]}",
     "/Input/Key",
     "4 validation errors detected: Value null at 'input.key' failed to satisfy constraint: Member "
     "must not be null; Value '2:1' at 'input.aspectRatio' failed to satisfy constraint: Member "
     "must satisfy regular expression pattern: (^auto$)|(^1:1$)|(^4:3$)|(^3:2$)|(^16:9$); Value "
     "null at 'outputs.2.member.key' failed to satisfy constraint: Member must not be null; Value "
     "'x' at 'outputs.2.member.presetId' failed to satisfy constraint: Member must satisfy regular "
     "expression pattern: ^\\d{13}-\\w{6}$"},
    {&mk_shape_create_job,
     "{\"PipelineId\":\"1111111111111-abcde1\",\"Playlists\":[{\"OutputKeys\":[\"a\",null,\"\"]}]}",
     "/Playlists/0/OutputKeys/1",
     "2 validation errors detected: Value null at 'playlists.1.member.outputKeys.2.member' failed "
     "to satisfy constraint: Member must not be null; Value '' at "
     "'playlists.1.member.outputKeys.3.member' failed to satisfy constraint: Member must have "
     "length greater than or equal to 1"},
    {&mk_shape_create_job,
     "{\"PipelineId\":\"1111111111111-abcde1\",\"Outputs\":[{\"Key\":\"a\",\"PresetId\":"
     "\"1351620000001-000010\",\"Composition\":[{},{}]}]}",
     "/Outputs/0/Composition",
     "1 validation error detected: Value '[2 items]' at 'outputs.1.member.composition' failed to "
     "satisfy constraint: Member must have length less than or equal to 1"},
    {&mk_shape_preset,
     "{\"Name\":\"n\",\"Container\":\"mp4\",\"Audio\":{\"BitRate\":\"\"},\"Video\":{"
     "\"CodecOptions\":{\"MaxBitRate\":\"\",\"\":\"x\"}}}",
     "/Audio/BitRate",
     "2 validation errors detected: Value '' at 'audio.bitRate' failed to satisfy constraint: "
     "Member must satisfy regular expression pattern: ^\\d{1,3}$; Value '' at "
     "'video.codecOptions' failed to satisfy constraint: Map keys must satisfy constraint: [Member "
     "must have length less than or equal to 255, Member must have length greater than or equal "
     "to 1]"},
    {&mk_shape_preset, "{\"Name\":\"n\",\"Container\":\"mp4\",\"Video\":{\"FixedGOP\":\"no\"}}",
     "/Video/FixedGOP",
     "1 validation error detected: Value 'no' at 'video.fixedGOP' failed to satisfy constraint: "
     "Member must satisfy regular expression pattern: (^true$)|(^false$)"},
};

static void answers_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_arena arena = {0};
        struct mockets_error err = {0};
        void *object = mk_arena_alloc(&arena, rows[i].shape->size);
        mockets_status rc;

        assert_int_equal(mk_model_parse(rows[i].shape, rows[i].json, strlen(rows[i].json), true,
                                        &arena, object, &err),
                         MOCKETS_OK);
        rc = mk_model_check(rows[i].shape, object, &err);
        assert_int_equal(rc, rows[i].message ? MOCKETS_E_INVALID : MOCKETS_OK);
        assert_int_equal(err.status, rc);
        assert_string_equal(err.message, rows[i].message ? rows[i].message : "");
        assert_string_equal(err.field, rows[i].field ? rows[i].field : "");
        assert_int_equal(mk_model_check(rows[i].shape, object, NULL), rc);
        mk_arena_fini(&arena);
    }
}

static void checks_one_string(void **state)
{
    const struct mk_field *id = mk_shape_field(&mk_shape_job, "Id");
    struct mockets_error err = {0};

    (void)state;
    assert_int_equal(mk_model_check_string(id, "id", "1111111111111-abcde1", &err), MOCKETS_OK);
    assert_int_equal(mk_model_check_string(id, "id", "fake_job", &err), MOCKETS_E_INVALID);
    assert_string_equal(err.message,
                        "1 validation error detected: Value 'fake_job' at 'id' failed to satisfy "
                        "constraint: Member must satisfy regular expression pattern: "
                        "^\\d{13}-\\w{6}$");
    assert_string_equal(err.field, "/id");
    assert_int_equal(mk_model_check_string(id, "id", NULL, &err), MOCKETS_E_INVALID);
}

/* However much is wrong and however long it is, the message fits and stays UTF-8. */
static void cuts_what_is_too_long(void **state)
{
    char key[3 * 4000 + 1];
    struct mk_job_output outputs[40] = {{0}};
    struct mk_job job = {.outputs = outputs, .output_count = 40};
    struct mockets_error err;

    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        memset(key, 'a', 3);
        for (size_t i = shift; i + 3 < sizeof(key); i += 3)
            memcpy(key + i, "\xe6\x97\xa5", 4);
        for (size_t i = 0; i < 40; i++)
            outputs[i].key = outputs[i].preset_id = key;
        assert_int_equal(mk_model_check(&mk_shape_create_job, &job, &err), MOCKETS_E_INVALID);
        assert_true(mk_str_starts(err.message, "82 validation errors detected: Value null at "));
        assert_true(mk_str_utf8(err.message, strlen(err.message)));
        assert_non_null(strstr(err.message, "...' at 'outputs.1.member.key'"));
    }
}

static void is_fast(void **state)
{
    struct mk_job_input input = {.key = "in/some long key of a file.mp4", .container = "aac"};
    struct mk_job_output outputs[30];
    struct mk_job job = {.pipeline_id = "1111111111111-abcde1",
                         .input = &input,
                         .outputs = outputs,
                         .output_count = 30};
    clock_t start;

    (void)state;
    for (size_t i = 0; i < 30; i++) {
        outputs[i] = (struct mk_job_output){.key = "out/720p/file-name.ts",
                                            .preset_id = "1351620000001-200010",
                                            .thumbnail_pattern = "out/t/file-name-{count}",
                                            .rotate = "auto",
                                            .segment_duration = "10"};
    }
    start = clock();
    for (int i = 0; i < 100; i++)
        assert_int_equal(mk_model_check(&mk_shape_create_job, &job, NULL), MOCKETS_OK);
    start = clock() - start; /* of the processor: a busy machine makes no difference */
    print_message("check: %d us for 30 outputs\n", (int)(start / (CLOCKS_PER_SEC / 10000)));
    assert_true(start < 5 * CLOCKS_PER_SEC); /* with sanitizers, too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_rows),
        cmocka_unit_test(checks_one_string),
        cmocka_unit_test(cuts_what_is_too_long),
        cmocka_unit_test(is_fast),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
