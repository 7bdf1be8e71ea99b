#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/pipeline.h"

#define ROLE  "\"Role\":\"arn:aws:iam::123456789012:role/r\","
#define NAMED "\"Name\":\"n\",\"InputBucket\":\"in\","

#define CONTENT(grants)   "\"ContentConfig\":{\"Bucket\":\"c\",\"Permissions\":[" grants "]}"
#define THUMBNAIL(grants) "\"ThumbnailConfig\":{\"Bucket\":\"c\",\"Permissions\":[" grants "]}"
#define GROUP(name)       "{\"GranteeType\":\"Group\",\"Grantee\":\"" name "\",\"Access\":[\"Read\"]}"
#define NO_GROUP                                                                                   \
    "The 'Grantee' of a 'Group' must be 'AllUsers', 'AuthenticatedUsers' or 'LogDelivery'."

static const struct {
    const char *json, *field, *message;
} wrong[] = {
    {"{\"Role\":\"\",\"OutputBucket\":\"b\"}", "/Role", "Role cannot be blank"},
    {"{\"OutputBucket\":\"b\"}", "/Role", "Role cannot be blank"},
    {"{\"Role\":\"asdf\",\"OutputBucket\":\"b\"}", "/Role", "Role ARN is invalid: asdf"},
    {"{" ROLE NAMED "\"ThumbnailConfig\":{\"Bucket\":\"t\"}}", "/OutputBucket",
     "[OutputBucket and ContentConfig:Bucket are not allowed to both be null.]"},
    {"{" ROLE NAMED "\"ContentConfig\":{\"StorageClass\":\"Standard\"}}", "/OutputBucket",
     "[OutputBucket and ContentConfig:Bucket are not allowed to both be null.]"},
    {"{" ROLE NAMED "\"OutputBucket\":\"b\",\"ContentConfig\":{\"Bucket\":\"c\"}}", "/OutputBucket",
     "[OutputBucket and ContentConfig are mutually exclusive.]"},
    {"{" ROLE NAMED "\"OutputBucket\":\"b\",\"ThumbnailConfig\":{\"Bucket\":\"c\"}}",
     "/OutputBucket", "[OutputBucket and ThumbnailConfig are mutually exclusive.]"},
    {"{" ROLE NAMED "\"ContentConfig\":{\"Bucket\":\"c\"}}", "/ThumbnailConfig/Bucket",
     "[ThumbnailConfig:Bucket is not allowed to be null if ContentConfig is specified.]"},
    {"{" ROLE NAMED "\"ContentConfig\":{\"Bucket\":\"c\"},\"ThumbnailConfig\":{}}",
     "/ThumbnailConfig/Bucket",
     "[ThumbnailConfig:Bucket is not allowed to be null if ContentConfig is specified.]"},
    {"{" ROLE NAMED CONTENT(GROUP("Everybody")) "," THUMBNAIL("") "}", "/ContentConfig/Permissions",
     NO_GROUP},
    {"{" ROLE NAMED CONTENT("{\"GranteeType\":\"Group\"}") "," THUMBNAIL("") "}",
     "/ContentConfig/Permissions", NO_GROUP},
    {"{" ROLE NAMED CONTENT(GROUP("AllUsers")) "," THUMBNAIL(
         GROUP("AllUsers") "," GROUP("allusers")) "}",
     "/ThumbnailConfig/Permissions", NO_GROUP},
};

#define NONE                                                                                       \
    "\"Notifications\":{\"Progressing\":\"\",\"Completed\":\"\",\"Warning\":\"\",\"Error\":\"\"},"
#define ANSWER(output, notifications, content, thumbnail)                                          \
    "{\"Id\":null,\"Arn\":null,\"Name\":\"n\",\"Status\":null,\"InputBucket\":\"in\","             \
    "\"OutputBucket\":" output ",\"Role\":\"arn:aws:iam::123456789012:role/r\","                   \
    "\"AwsKmsKeyArn\":null," notifications "\"ContentConfig\":{\"Bucket\":\"" content              \
    "\",\"StorageClass\":null,\"Permissions\":[]},\"ThumbnailConfig\":{\"Bucket\":\"" thumbnail    \
    "\",\"StorageClass\":null,\"Permissions\":[]}}"

static const struct {
    const char *json, *answer;
} right[] = {
    {"{" ROLE NAMED "\"OutputBucket\":\"b\"}", ANSWER("\"b\"", NONE, "b", "b")},
    {"{" ROLE NAMED "\"OutputBucket\":\"b\",\"ContentConfig\":{},\"ThumbnailConfig\":{}}",
     ANSWER("\"b\"", NONE, "b", "b")},
    {"{" ROLE NAMED "\"ContentConfig\":{\"Bucket\":\"c\"},\"ThumbnailConfig\":{\"Bucket\":\"c\"}}",
     ANSWER("\"c\"", NONE, "c", "c")},
    {"{" ROLE NAMED "\"Notifications\":{\"Error\":\"arn:aws:sns:x:123456789012:t\"},"
     "\"ContentConfig\":{\"Bucket\":\"c\"},\"ThumbnailConfig\":{\"Bucket\":\"t\"}}",
     ANSWER("null",
            "\"Notifications\":{\"Progressing\":\"\",\"Completed\":\"\",\"Warning\":\"\","
            "\"Error\":\"arn:aws:sns:x:123456789012:t\"},",
            "c", "t")},
};

static void parse(const char *json, struct mk_arena *arena, struct mk_pipeline *pipeline)
{
    assert_int_equal(
        mk_model_parse(&mk_shape_create_pipeline, json, strlen(json), true, arena, pipeline, NULL),
        MOCKETS_OK);
}

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_pipeline pipeline = {0};
        struct mockets_error err = {0};

        parse(wrong[i].json, &arena, &pipeline);
        assert_int_equal(mk_rules_pipeline(&pipeline, &arena, &err), MOCKETS_E_INVALID);
        assert_string_equal(err.message, wrong[i].message);
        assert_string_equal(err.field, wrong[i].field);
        mk_arena_fini(&arena);
    }
}

static void fills_what_follows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_pipeline pipeline = {0};
        struct mockets_error err = {0};

        parse(right[i].json, &arena, &pipeline);
        assert_int_equal(mk_model_check(&mk_shape_create_pipeline, &pipeline, &err), MOCKETS_OK);
        assert_int_equal(mk_rules_pipeline(&pipeline, &arena, &err), MOCKETS_OK);
        assert_string_equal(mk_model_text(&mk_shape_pipeline, &pipeline, &arena), right[i].answer);
        assert_string_equal(err.message, "");
        mk_arena_fini(&arena);
    }
}

#define STORED                                                                                     \
    "{" ROLE NAMED                                                                                 \
    "\"AwsKmsKeyArn\":\"k\",\"Notifications\":{\"Error\":\"arn:aws:sns:x:123456789012:"            \
    "t\"},\"ContentConfig\":{\"Bucket\":\"c\",\"StorageClass\":\"Standard\",\"Permissions\":[{"    \
    "\"Grantee\":\"g\"}]},\"ThumbnailConfig\":{\"Bucket\":\"t\"}}"

/* What of a pipeline an update changes: name, key, error topic, output and content bucket, grants. */
static const struct {
    const char *changes, *name, *key, *error, *output, *content;
    size_t permission_count;
} updates[] = {
    {"{}", "n", "k", "arn:aws:sns:x:123456789012:t", NULL, "c", 1},
    {"{\"Name\":null,\"ContentConfig\":null}", "n", "k", "arn:aws:sns:x:123456789012:t", NULL, "c",
     1},
    {"{\"Name\":\"m\",\"AwsKmsKeyArn\":\"\"}", "m", NULL, "arn:aws:sns:x:123456789012:t", NULL, "c",
     1},
    {"{\"Notifications\":{\"Error\":\"\"}}", "n", "k", "", NULL, "c", 1},
    {"{\"ContentConfig\":{\"Bucket\":\"t\"}}", "n", "k", "arn:aws:sns:x:123456789012:t", "t", "t",
     1},
    {"{\"ContentConfig\":{\"Permissions\":[]}}", "n", "k", "arn:aws:sns:x:123456789012:t", NULL,
     "c", 0},
};

static void updates_what_is_given(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_pipeline stored = {0}, changes = {0}, out;

        parse(STORED, &arena, &stored);
        assert_int_equal(mk_rules_pipeline(&stored, &arena, NULL), MOCKETS_OK);
        parse(updates[i].changes, &arena, &changes);
        assert_int_equal(mk_rules_pipeline_update(&stored, &changes, &arena, &out, NULL),
                         MOCKETS_OK);
        assert_string_equal(out.name, updates[i].name);
        assert_true(mk_str_eq(out.aws_kms_key_arn, updates[i].key));
        assert_string_equal(out.notifications->error, updates[i].error);
        assert_string_equal(out.notifications->warning, "");
        assert_true(mk_str_eq(out.output_bucket, updates[i].output));
        assert_string_equal(out.content_config->bucket, updates[i].content);
        assert_string_equal(out.content_config->storage_class, "Standard");
        assert_int_equal(out.content_config->permission_count, updates[i].permission_count);
        assert_string_equal(out.thumbnail_config->bucket, "t");
        assert_string_equal(stored.name, "n");
        mk_arena_fini(&arena);
    }
}

static void updates_obey_the_rules(void **state)
{
    struct mk_arena arena = {0};
    struct mk_pipeline stored = {0}, changes = {.role = ""}, out = {.name = "untouched"};
    struct mockets_error err = {0};

    (void)state;
    parse(STORED, &arena, &stored);
    assert_int_equal(mk_rules_pipeline_update(&stored, &changes, &arena, &out, &err),
                     MOCKETS_E_INVALID);
    assert_string_equal(err.message, "Role cannot be blank");
    changes.role = "x";
    assert_int_equal(mk_rules_pipeline_update(&stored, &changes, &arena, &out, &err),
                     MOCKETS_E_INVALID);
    assert_string_equal(err.message, "Role ARN is invalid: x");
    assert_string_equal(out.name, "untouched");
    mk_arena_fini(&arena);
}

static void groups_have_names(void **state)
{
    static const char *const names[] = {"AllUsers", "AuthenticatedUsers", "LogDelivery"};
    struct mockets_error err = {0};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct mk_permission grants[] = {{.grantee_type = "Group", .grantee = names[i]},
                                         {.grantee_type = "Canonical", .grantee = "Everybody"}};
        struct mk_output_config config = {
            .bucket = "c", .permissions = grants, .permission_count = 2};
        struct mk_pipeline changes = {.content_config = &config}, stored = {0}, out;
        struct mk_arena arena = {0};

        parse(STORED, &arena, &stored);
        assert_int_equal(mk_rules_pipeline_update(&stored, &changes, &arena, &out, NULL),
                         MOCKETS_OK);
        grants[0].grantee = "Everybody";
        assert_int_equal(mk_rules_pipeline_update(&stored, &changes, &arena, &out, &err),
                         MOCKETS_E_INVALID);
        assert_string_equal(err.message, NO_GROUP);
        mk_arena_fini(&arena);
    }
}

#define TOPIC(region) "arn:aws:sns:" region ":123456789012:t"

/* What is in other regions than us-east-1, and the codes that this is warned of with. */
static const struct {
    struct mk_notifications topics;
    const char *key, *codes;
} regions[] = {
    {{"", "", "", ""}, NULL, ""},
    {{NULL, NULL, NULL, NULL}, "key", ""},
    {{TOPIC("us-east-1"), TOPIC("us-east-1"), TOPIC("us-east-1"), TOPIC("us-east-1")},
     "arn:aws:kms:us-east-1:123456789012:key/k",
     ""},
    {{TOPIC("us-east-2"), "", "", ""}, NULL, "6003 "},
    {{"", TOPIC("us-east-11"), TOPIC("us-east"), ""}, NULL, "6004 6005 "},
    {{"", "", "", TOPIC("eu-west-1")}, "arn:aws:kms:eu-west-1:1:key/k", "6006 6007 6008 "},
};

static void warns_of_other_regions(void **state)
{
    struct mk_arena arena = {0};
    const struct mk_warning *warnings;
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
        struct mk_notifications topics = regions[i].topics;
        const struct mk_pipeline pipeline = {.notifications = &topics,
                                             .aws_kms_key_arn = regions[i].key};
        char codes[64] = "";

        assert_int_equal(
            mk_pipeline_warnings(&pipeline, "us-east-1", &arena, &warnings, &count, NULL),
            MOCKETS_OK);
        for (size_t k = 0; k < count; k++)
            strcat(strcat(codes, warnings[k].code), " ");
        assert_string_equal(codes, regions[i].codes);
    }
    assert_string_equal(
        warnings[0].message,
        "The SNS notification topic for Error events and the pipeline are in different regions, "
        "which increases processing time for jobs in the pipeline and can incur additional "
        "charges. To decrease processing time and prevent cross-regional charges, use the same "
        "region for the SNS notification topic for Error events and the pipeline.");
    mk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),
        cmocka_unit_test(fills_what_follows),
        cmocka_unit_test(updates_what_is_given),
        cmocka_unit_test(updates_obey_the_rules),
        cmocka_unit_test(groups_have_names),
        cmocka_unit_test(warns_of_other_regions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
