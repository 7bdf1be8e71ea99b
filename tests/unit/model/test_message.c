#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "model/message.h"
#include "model/operation.h"
#include "model/status.h"

static const struct {
    enum mockets_job_state state;
    const char *job, *subject, *body;
} rows[] = {
    {MOCKETS_JOB_ERROR,
     "{\"Id\":\"1396802206674-45b89f\",\"PipelineId\":\"1396795968443-34a7hg\","
     "\"Inputs\":[{\"Key\":\"input.mp3\"}],\"Outputs\":[{\"Id\":\"1\",\"PresetId\":"
     "\"1351620000001-300040\",\"Key\":\"output.mp3\",\"Status\":\"Error\",\"StatusDetail\":"
     "\"3002 0b3c: The object \\\"x\\\" is there.\"}]}",
     "The Amazon Elastic Transcoder job 1396802206674-45b89f has failed.",
     "{\n"
     "  \"state\" : \"ERROR\",\n"
     "  \"errorCode\" : 3002,\n"
     "  \"messageDetails\" : \"3002 0b3c: The object \\\"x\\\" is there.\",\n"
     "  \"version\" : \"2012-09-25\",\n"
     "  \"jobId\" : \"1396802206674-45b89f\",\n"
     "  \"pipelineId\" : \"1396795968443-34a7hg\",\n"
     "  \"input\" : {\n"
     "    \"key\" : \"input.mp3\"\n"
     "  },\n"
     "  \"inputCount\" : 1,\n"
     "  \"outputs\" : [ {\n"
     "    \"id\" : \"1\",\n"
     "    \"presetId\" : \"1351620000001-300040\",\n"
     "    \"key\" : \"output.mp3\",\n"
     "    \"status\" : \"Error\",\n"
     "    \"statusDetail\" : \"3002 0b3c: The object \\\"x\\\" is there.\",\n"
     "    \"errorCode\" : 3002\n"
     "  } ]\n"
     "}"},
    {MOCKETS_JOB_PROGRESSING,
     "{\"Id\":\"j\",\"PipelineId\":\"p\",\"Inputs\":[{\"Key\":\"i\",\"FrameRate\":\"auto\","
     "\"Container\":\"mp4\"}],\"OutputKeyPrefix\":\"o/\",\"Outputs\":[{\"Id\":\"1\",\"PresetId\":"
     "\"a\",\"Key\":\"x\",\"ThumbnailPattern\":\"\",\"Rotate\":\"auto\",\"SegmentDuration\":\"10\","
     "\"Status\":\"Submitted\"},{\"Id\":\"2\",\"PresetId\":\"b\",\"Key\":\"y\","
     "\"SegmentDuration\":\"02.50\",\"Status\":\"Submitted\"}],\"Playlists\":[{\"Name\":\"m\","
     "\"Format\":\"HLSv3\",\"OutputKeys\":[\"x\",\"y\"],\"Status\":\"Submitted\"}],"
     "\"UserMetadata\":{\"k\":\"v\"}}",
     "Amazon Elastic Transcoder has scheduled job j for transcoding.",
     "{\n"
     "  \"state\" : \"PROGRESSING\",\n"
     "  \"version\" : \"2012-09-25\",\n"
     "  \"jobId\" : \"j\",\n"
     "  \"pipelineId\" : \"p\",\n"
     "  \"input\" : {\n"
     "    \"key\" : \"i\",\n"
     "    \"frameRate\" : \"auto\",\n"
     "    \"container\" : \"mp4\"\n"
     "  },\n"
     "  \"inputCount\" : 1,\n"
     "  \"outputKeyPrefix\" : \"o/\",\n"
     "  \"outputs\" : [ {\n"
     "    \"id\" : \"1\",\n"
     "    \"presetId\" : \"a\",\n"
     "    \"key\" : \"x\",\n"
     "    \"thumbnailPattern\" : \"\",\n"
     "    \"rotate\" : \"auto\",\n"
     "    \"segmentDuration\" : 10.0,\n"
     "    \"status\" : \"Progressing\"\n"
     "  }, {\n"
     "    \"id\" : \"2\",\n"
     "    \"presetId\" : \"b\",\n"
     "    \"key\" : \"y\",\n"
     "    \"segmentDuration\" : 2.5,\n"
     "    \"status\" : \"Progressing\"\n"
     "  } ],\n"
     "  \"playlists\" : [ {\n"
     "    \"name\" : \"m\",\n"
     "    \"format\" : \"HLSv3\",\n"
     "    \"outputKeys\" : [ \"x\", \"y\" ],\n"
     "    \"status\" : \"Progressing\"\n"
     "  } ],\n"
     "  \"userMetadata\" : {\n"
     "    \"k\" : \"v\"\n"
     "  }\n"
     "}"},
    {MOCKETS_JOB_COMPLETE,
     "{\"Id\":\"j\",\"PipelineId\":\"p\",\"Inputs\":[{\"Key\":\"i\",\"DetectedProperties\":"
     "{\"Width\":4}}],\"Outputs\":[{\"Id\":\"1\",\"Key\":\"x\",\"Status\":\"Complete\","
     "\"StatusDetail\":\"4 channels.\",\"Duration\":118,\"Width\":640,\"Height\":360,"
     "\"FrameRate\":\"25\",\"FileSize\":9,\"DurationMillis\":117353}]}",
     "Amazon Elastic Transcoder has finished transcoding job j.",
     "{\n"
     "  \"state\" : \"COMPLETED\",\n"
     "  \"version\" : \"2012-09-25\",\n"
     "  \"jobId\" : \"j\",\n"
     "  \"pipelineId\" : \"p\",\n"
     "  \"input\" : {\n"
     "    \"key\" : \"i\"\n"
     "  },\n"
     "  \"inputCount\" : 1,\n"
     "  \"outputs\" : [ {\n"
     "    \"id\" : \"1\",\n"
     "    \"key\" : \"x\",\n"
     "    \"status\" : \"Complete\",\n"
     "    \"statusDetail\" : \"4 channels.\",\n"
     "    \"duration\" : 118,\n"
     "    \"width\" : 640,\n"
     "    \"height\" : 360\n"
     "  } ]\n"
     "}"},
    {MOCKETS_JOB_SUBMITTED, "{\"Id\":\"j\"}", NULL, NULL},
    {MOCKETS_JOB_CANCELED, "{\"Id\":\"j\"}", NULL, NULL},
};

static void has_the_services_layout(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_job job = {0};
        const char *subject = "", *body = "";

        assert_int_equal(mk_model_parse(&mk_shape_job, rows[i].job, strlen(rows[i].job), false,
                                        &arena, &job, NULL),
                         MOCKETS_OK);
        assert_int_equal(mk_message_job(&job, rows[i].state, &arena, &subject, &body, NULL),
                         MOCKETS_OK);
        if (rows[i].body) {
            assert_string_equal(subject, rows[i].subject);
            assert_string_equal(body, rows[i].body);
        } else {
            assert_null(subject);
            assert_null(body);
        }
        mk_arena_fini(&arena);
    }
}

static const struct {
    const char *job;
    bool warns;
} warning_rows[] = {
    {"{\"Id\":\"j\",\"Outputs\":[{\"Status\":\"Complete\"},{\"Status\":\"Complete\","
     "\"StatusDetail\":\"Cut.\"}]}",
     true},
    {"{\"Id\":\"j\",\"Outputs\":[{\"Status\":\"Complete\",\"StatusDetail\":\"\"}]}", false},
    {"{\"Id\":\"j\",\"Outputs\":[{\"Status\":\"Complete\"}]}", false},
    {"{\"Id\":\"j\",\"Outputs\":[{\"Status\":\"Error\",\"StatusDetail\":\"4000 u: No.\"}]}", false},
};

static void warns_of_what_is_not_as_it_should_be(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(warning_rows) / sizeof(warning_rows[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_job job = {0};
        const char *subject = "", *body = "", *text = warning_rows[i].job;

        assert_int_equal(
            mk_model_parse(&mk_shape_job, text, strlen(text), false, &arena, &job, NULL),
            MOCKETS_OK);
        assert_int_equal(mk_message_warning(&job, &arena, &subject, &body, NULL), MOCKETS_OK);
        if (warning_rows[i].warns) {
            assert_string_equal(subject, "The Amazon Elastic Transcoder job j has warnings.");
            assert_non_null(strstr(body, "{\n  \"state\" : \"WARNING\",\n  \"version\""));
            assert_non_null(strstr(body, "\n    \"statusDetail\" : \"Cut.\"\n"));
            assert_null(strstr(body, "errorCode"));
        } else {
            assert_null(subject);
            assert_null(body);
        }
        mk_arena_fini(&arena);
    }
}

/* Of several outputs none speaks for the job. */
static void has_no_details_of_many(void **state)
{
    static const char text[] = "{\"Id\":\"j\",\"Outputs\":[{\"Status\":\"Error\",\"StatusDetail\":"
                               "\"4000 u: No.\"},{\"Status\":\"Complete\"}]}";
    struct mk_arena arena = {0};
    struct mk_job job = {0};
    const char *subject, *body;

    (void)state;
    assert_int_equal(
        mk_model_parse(&mk_shape_job, text, sizeof(text) - 1, false, &arena, &job, NULL),
        MOCKETS_OK);
    assert_int_equal(mk_message_job(&job, MOCKETS_JOB_ERROR, &arena, &subject, &body, NULL),
                     MOCKETS_OK);
    assert_null(strstr(body, "messageDetails"));
    assert_non_null(strstr(body, "\n    \"errorCode\" : 4000\n"));
    mk_arena_fini(&arena);
}

static void names_the_states(void **state)
{
    static const char *const words[] = {"Submitted", "Progressing", "Complete", "Canceled",
                                        "Error"};
    enum mockets_job_state found = MOCKETS_JOB_ERROR;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(mk_job_state_name((enum mockets_job_state)i), words[i]);
        assert_true(mk_job_state_parse(words[i], &found));
        assert_int_equal(found, i);
    }
    assert_false(mk_job_state_parse("complete", &found));
    assert_int_equal(found, MOCKETS_JOB_ERROR);
}

static void lists_the_operations(void **state)
{
    const struct mockets_operation *operations;
    size_t count;

    (void)state;
    operations = mockets_operations(&count);
    assert_int_equal(count, MK_OPERATION_COUNT);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(operations[i].name);
        assert_memory_equal(operations[i].path, "/2012-09-25/", 12);
        assert_true(i == 0 || strcmp(operations[i - 1].name, operations[i].name) < 0);
    }
    assert_string_equal(operations[MK_CREATE_JOB].name, "CreateJob");
    assert_int_equal(operations[MK_CREATE_JOB].success, 201);
    assert_string_equal(operations[MK_READ_JOB].path, "/2012-09-25/jobs/{Id}");
    assert_string_equal(operations[MK_READ_JOB].method, "GET");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_services_layout),
        cmocka_unit_test(warns_of_what_is_not_as_it_should_be),
        cmocka_unit_test(has_no_details_of_many),
        cmocka_unit_test(names_the_states),
        cmocka_unit_test(lists_the_operations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
