#include "model/pipeline.h"

#include "model/rows.h"

#define PATTERN_BUCKET "^(\\w|\\.|-){1,255}$"
#define PATTERN_ROLE   "^arn:aws:iam::\\w{12}:role/.+$"
#define PATTERN_TOPIC  "(^$)|(^arn:aws:sns:.*:\\w{12}:.+$)"
#define PATTERN_STATUS "(^Active$)|(^Paused$)"

static const struct mk_field notifications_rows[] = {
    MK_ROW_STRING(mk_notifications, progressing, "Progressing", .pattern = PATTERN_TOPIC),
    MK_ROW_STRING(mk_notifications, completed, "Completed", .pattern = PATTERN_TOPIC),
    MK_ROW_STRING(mk_notifications, warning, "Warning", .pattern = PATTERN_TOPIC),
    MK_ROW_STRING(mk_notifications, error, "Error", .pattern = PATTERN_TOPIC),
};
static const struct mk_shape notifications_shape =
    MK_SHAPE("Notifications", mk_notifications, notifications_rows);

static const struct mk_field permission_rows[] = {
    MK_ROW_STRING(mk_permission, grantee_type, "GranteeType",
                  .pattern = "(^Canonical$)|(^Email$)|(^Group$)"),
    MK_ROW_STRING(mk_permission, grantee, "Grantee", .min = 1, .max = 255),
    MK_ROW_LIST(mk_permission, access, access_count, "Access",
                .pattern = "(^FullControl$)|(^Read$)|(^ReadAcp$)|(^WriteAcp$)", .max_items = 30),
};
static const struct mk_shape permission_shape =
    MK_SHAPE("Permission", mk_permission, permission_rows);

static const struct mk_field config_rows[] = {
    MK_ROW_STRING(mk_output_config, bucket, "Bucket", .pattern = PATTERN_BUCKET),
    MK_ROW_STRING(mk_output_config, storage_class, "StorageClass",
                  .pattern = "(^ReducedRedundancy$)|(^Standard$)"),
    MK_ROW_LIST(mk_output_config, permissions, permission_count, "Permissions",
                .shape = &permission_shape, .max_items = 30, .empty = true),
};
static const struct mk_shape config_shape =
    MK_SHAPE("PipelineOutputConfig", mk_output_config, config_rows);

static const struct mk_field pipeline_rows[] = {
    MK_ROW_STRING(mk_pipeline, id, "Id", .pattern = MK_PATTERN_ID, .output_only = true),
    MK_ROW_STRING(mk_pipeline, arn, "Arn", .output_only = true),
    MK_ROW_STRING(mk_pipeline, name, "Name", .min = 1, .max = 40),
    MK_ROW_STRING(mk_pipeline, status, "Status", .pattern = PATTERN_STATUS, .output_only = true),
    MK_ROW_STRING(mk_pipeline, input_bucket, "InputBucket", .pattern = PATTERN_BUCKET),
    MK_ROW_STRING(mk_pipeline, output_bucket, "OutputBucket", .pattern = PATTERN_BUCKET),
    MK_ROW_STRING(mk_pipeline, role, "Role", .pattern = PATTERN_ROLE, .own_text = true),
    MK_ROW_STRING(mk_pipeline, aws_kms_key_arn, "AwsKmsKeyArn", .max = 255),
    MK_ROW_STRUCT(mk_pipeline, notifications, "Notifications", &notifications_shape),
    MK_ROW_STRUCT(mk_pipeline, content_config, "ContentConfig", &config_shape),
    MK_ROW_STRUCT(mk_pipeline, thumbnail_config, "ThumbnailConfig", &config_shape),
};
const struct mk_shape mk_shape_pipeline = MK_SHAPE("Pipeline", mk_pipeline, pipeline_rows);

static const struct mk_field create_rows[] = {
    MK_ROW_STRING(mk_pipeline, name, "Name", .min = 1, .max = 40, .required = true),
    MK_ROW_STRING(mk_pipeline, input_bucket, "InputBucket", .pattern = PATTERN_BUCKET,
                  .required = true),
    MK_ROW_STRING(mk_pipeline, output_bucket, "OutputBucket", .pattern = PATTERN_BUCKET),
    MK_ROW_STRING(mk_pipeline, role, "Role", .pattern = PATTERN_ROLE, .own_text = true,
                  .required = true),
    MK_ROW_STRING(mk_pipeline, aws_kms_key_arn, "AwsKmsKeyArn", .max = 255),
    MK_ROW_STRUCT(mk_pipeline, notifications, "Notifications", &notifications_shape),
    MK_ROW_STRUCT(mk_pipeline, content_config, "ContentConfig", &config_shape),
    MK_ROW_STRUCT(mk_pipeline, thumbnail_config, "ThumbnailConfig", &config_shape),
};
const struct mk_shape mk_shape_create_pipeline =
    MK_SHAPE("CreatePipelineRequest", mk_pipeline, create_rows);

static const struct mk_field update_rows[] = {
    MK_ROW_STRING(mk_pipeline, name, "Name", .min = 1, .max = 40),
    MK_ROW_STRING(mk_pipeline, input_bucket, "InputBucket", .pattern = PATTERN_BUCKET),
    MK_ROW_STRING(mk_pipeline, role, "Role", .pattern = PATTERN_ROLE, .own_text = true),
    MK_ROW_STRING(mk_pipeline, aws_kms_key_arn, "AwsKmsKeyArn", .max = 255),
    MK_ROW_STRUCT(mk_pipeline, notifications, "Notifications", &notifications_shape),
    MK_ROW_STRUCT(mk_pipeline, content_config, "ContentConfig", &config_shape),
    MK_ROW_STRUCT(mk_pipeline, thumbnail_config, "ThumbnailConfig", &config_shape),
};
const struct mk_shape mk_shape_update_pipeline =
    MK_SHAPE("UpdatePipelineRequest", mk_pipeline, update_rows);

static const struct mk_field update_notifications_rows[] = {
    MK_ROW_STRUCT(mk_pipeline, notifications, "Notifications", &notifications_shape,
                  .required = true),
};
const struct mk_shape mk_shape_update_notifications =
    MK_SHAPE("UpdatePipelineNotificationsRequest", mk_pipeline, update_notifications_rows);

static const struct mk_field update_status_rows[] = {
    MK_ROW_STRING(mk_pipeline, status, "Status", .pattern = PATTERN_STATUS, .required = true),
};
const struct mk_shape mk_shape_update_status =
    MK_SHAPE("UpdatePipelineStatusRequest", mk_pipeline, update_status_rows);

static const struct mk_field test_role_rows[] = {
    MK_ROW_STRING(mk_test_role, role, "Role", .pattern = PATTERN_ROLE, .own_text = true,
                  .required = true),
    MK_ROW_STRING(mk_test_role, input_bucket, "InputBucket", .pattern = PATTERN_BUCKET,
                  .required = true),
    MK_ROW_STRING(mk_test_role, output_bucket, "OutputBucket", .pattern = PATTERN_BUCKET,
                  .required = true),
    MK_ROW_LIST(mk_test_role, topics, topic_count, "Topics", .pattern = PATTERN_TOPIC,
                .max_items = 30, .required = true),
};
const struct mk_shape mk_shape_test_role =
    MK_SHAPE("TestRoleRequest", mk_test_role, test_role_rows);

static const struct mk_field warning_rows[] = {
    MK_ROW_STRING(mk_warning, code, "Code"),
    MK_ROW_STRING(mk_warning, message, "Message"),
};
const struct mk_shape mk_shape_warning = MK_SHAPE("Warning", mk_warning, warning_rows);
