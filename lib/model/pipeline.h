#ifndef MK_MODEL_PIPELINE_H
#define MK_MODEL_PIPELINE_H

#include "model/table.h"

struct mk_notifications {
    const char *progressing, *completed, *warning, *error; /* SNS topic ARNs, "" = none */
};

struct mk_permission {
    const char *grantee_type, *grantee;
    const char *const *access;
    size_t access_count;
};

struct mk_output_config {
    const char *bucket, *storage_class;
    const struct mk_permission *permissions;
    size_t permission_count;
};

struct mk_warning {
    const char *code, *message;
};

/**
 * Also the request of CreatePipeline and of the three updates: UpdatePipeline,
 * UpdatePipelineNotifications and UpdatePipelineStatus each take some of the members.
 */
struct mk_pipeline {
    const char *id, *arn, *name, *status, *input_bucket, *output_bucket, *role, *aws_kms_key_arn;
    struct mk_notifications *notifications;
    struct mk_output_config *content_config, *thumbnail_config;
};

/** The request of TestRole. */
struct mk_test_role {
    const char *role, *input_bucket, *output_bucket;
    const char *const *topics;
    size_t topic_count;
};

extern const struct mk_shape mk_shape_pipeline;        /**< as it is answered */
extern const struct mk_shape mk_shape_create_pipeline; /**< as CreatePipeline takes it */
extern const struct mk_shape mk_shape_update_pipeline; /**< as UpdatePipeline takes it */
extern const struct mk_shape mk_shape_update_notifications;
extern const struct mk_shape mk_shape_update_status;
extern const struct mk_shape mk_shape_test_role;
extern const struct mk_shape mk_shape_warning;

/**
 * The rules that span members (reference 2.3), and what follows from them: with OutputBucket,
 * both configs are filled; with equal config buckets, output_bucket is. Changes @p pipeline.
 */
mockets_status mk_rules_pipeline(struct mk_pipeline *pipeline, struct mk_arena *arena,
                                 struct mockets_error *err);

/**
 * A stored pipeline with the changes of an update (reference 2.4): a member that is not set keeps
 * what is stored, "" and an empty list delete it, and the result obeys the rules of a creation.
 *
 * @param stored   borrowed; @p out points into it
 * @param changes  the request, checked against its shape; borrowed, @p out points into it
 * @param out      the pipeline to store; untouched on failure
 */
mockets_status mk_rules_pipeline_update(const struct mk_pipeline *stored,
                                        const struct mk_pipeline *changes, struct mk_arena *arena,
                                        struct mk_pipeline *out, struct mockets_error *err);

/**
 * What an answer's "Warnings" say (reference 2.5): topics and a key that are in other regions than
 * the pipeline.
 *
 * @param region  of the pipeline and of its buckets
 * @param out     @p count of them in @p arena
 */
mockets_status mk_pipeline_warnings(const struct mk_pipeline *pipeline, const char *region,
                                    struct mk_arena *arena, const struct mk_warning **out,
                                    size_t *count, struct mockets_error *err);

/** The rules of TestRole: the role is an ARN of a role. */
mockets_status mk_rules_test_role(const struct mk_test_role *request, struct mockets_error *err);

#endif
