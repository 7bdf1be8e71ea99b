#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "model/pattern.h"
#include "model/pipeline.h"
#include "model/rules.h"

static mockets_status check_role(const char *role, struct mockets_error *err)
{
    const struct mk_field *row = mk_shape_field(&mk_shape_pipeline, "Role");

    if (mk_str_empty(role))
        return mk_fail_field(err, "/Role", "Role cannot be blank");
    if (!mk_pattern_match(row->pattern, role))
        return mk_fail_field(err, "/Role", "Role ARN is invalid: %.*s", mk_shown_bytes(role), role);
    return MOCKETS_OK;
}

/* Some clients send an empty object for "none". */
static bool is_given(const struct mk_output_config *config)
{
    return config && (config->bucket || config->storage_class || config->permission_count);
}

/* The square brackets are the service's. */
static mockets_status check_buckets(const struct mk_pipeline *pipeline, struct mockets_error *err)
{
    const struct mk_output_config *content = pipeline->content_config;
    const struct mk_output_config *thumbnail = pipeline->thumbnail_config;

    if (!pipeline->output_bucket && (!is_given(content) || !content->bucket))
        return mk_fail_field(
            err, "/OutputBucket",
            "[OutputBucket and ContentConfig:Bucket are not allowed to both be null.]");
    if (pipeline->output_bucket && is_given(content))
        return mk_fail_field(err, "/OutputBucket",
                             "[OutputBucket and ContentConfig are mutually exclusive.]");
    if (pipeline->output_bucket && is_given(thumbnail))
        return mk_fail_field(err, "/OutputBucket",
                             "[OutputBucket and ThumbnailConfig are mutually exclusive.]");
    if (is_given(content) && (!is_given(thumbnail) || !thumbnail->bucket))
        return mk_fail_field(err, "/ThumbnailConfig/Bucket",
                             "[ThumbnailConfig:Bucket is not allowed to be null if ContentConfig "
                             "is specified.]");
    return MOCKETS_OK;
}

/* A grantee that is a group has one of the names that S3 knows. */
static mockets_status check_grantees(const struct mk_output_config *config, const char *field,
                                     struct mockets_error *err)
{
    static const char groups[] = "(^AllUsers$)|(^AuthenticatedUsers$)|(^LogDelivery$)";

    for (size_t i = 0; config && i < config->permission_count; i++) {
        const struct mk_permission *permission = &config->permissions[i];

        if (mk_str_eq(permission->grantee_type, "Group") &&
            !(permission->grantee && mk_pattern_match(groups, permission->grantee)))
            return mk_fail_field(err, field,
                                 "The 'Grantee' of a 'Group' must be 'AllUsers', "
                                 "'AuthenticatedUsers' or 'LogDelivery'.");
    }
    return MOCKETS_OK;
}

static mockets_status check_permissions(const struct mk_pipeline *pipeline,
                                        struct mockets_error *err)
{
    mockets_status rc = check_grantees(pipeline->content_config, "/ContentConfig/Permissions", err);

    return rc ? rc
              : check_grantees(pipeline->thumbnail_config, "/ThumbnailConfig/Permissions", err);
}

static mockets_status fill_configs(struct mk_pipeline *pipeline, struct mk_arena *arena,
                                   struct mockets_error *err)
{
    if (!pipeline->output_bucket) {
        if (mk_str_eq(pipeline->content_config->bucket, pipeline->thumbnail_config->bucket))
            pipeline->output_bucket = pipeline->content_config->bucket;
        return MOCKETS_OK;
    }
    pipeline->content_config = mk_arena_alloc(arena, sizeof(*pipeline->content_config));
    pipeline->thumbnail_config = mk_arena_alloc(arena, sizeof(*pipeline->thumbnail_config));
    if (!pipeline->content_config || !pipeline->thumbnail_config)
        return mk_fail_nomem(err);
    pipeline->content_config->bucket = pipeline->output_bucket;
    pipeline->thumbnail_config->bucket = pipeline->output_bucket;
    return MOCKETS_OK;
}

/* The service always answers all four. */
static mockets_status fill_notifications(struct mk_pipeline *pipeline, struct mk_arena *arena,
                                         struct mockets_error *err)
{
    struct mk_notifications *notifications = pipeline->notifications;

    if (!notifications)
        notifications = mk_arena_alloc(arena, sizeof(*notifications));
    if (!notifications)
        return mk_fail_nomem(err);
    if (!notifications->progressing)
        notifications->progressing = "";
    if (!notifications->completed)
        notifications->completed = "";
    if (!notifications->warning)
        notifications->warning = "";
    if (!notifications->error)
        notifications->error = "";
    pipeline->notifications = notifications;
    return MOCKETS_OK;
}

static const char *kept(const char *stored, const char *change)
{
    return change ? change : stored;
}

static mockets_status merge_notifications(const struct mk_notifications *stored,
                                          const struct mk_notifications *changes,
                                          struct mk_arena *arena, struct mk_pipeline *out,
                                          struct mockets_error *err)
{
    static const struct mk_notifications none;
    struct mk_notifications *merged = mk_arena_alloc(arena, sizeof(*merged));

    if (!merged)
        return mk_fail_nomem(err);
    stored = stored ? stored : &none;
    changes = changes ? changes : &none;
    merged->progressing = kept(stored->progressing, changes->progressing);
    merged->completed = kept(stored->completed, changes->completed);
    merged->warning = kept(stored->warning, changes->warning);
    merged->error = kept(stored->error, changes->error);
    out->notifications = merged;
    return fill_notifications(out, arena, err);
}

static mockets_status merge_config(struct mk_output_config **config,
                                   const struct mk_output_config *changes, struct mk_arena *arena,
                                   struct mockets_error *err)
{
    struct mk_output_config *merged;

    if (!changes)
        return MOCKETS_OK;
    merged = mk_arena_alloc(arena, sizeof(*merged));
    if (!merged)
        return mk_fail_nomem(err);
    if (*config)
        *merged = **config;
    merged->bucket = kept(merged->bucket, changes->bucket);
    merged->storage_class = kept(merged->storage_class, changes->storage_class);
    if (changes->permissions) {
        merged->permissions = changes->permissions;
        merged->permission_count = changes->permission_count;
    }
    *config = merged;
    return MOCKETS_OK;
}

mockets_status mk_rules_pipeline_update(const struct mk_pipeline *stored,
                                        const struct mk_pipeline *changes, struct mk_arena *arena,
                                        struct mk_pipeline *out, struct mockets_error *err)
{
    struct mk_pipeline merged = *stored;
    mockets_status rc = MOCKETS_OK;

    merged.name = kept(stored->name, changes->name);
    merged.status = kept(stored->status, changes->status);
    merged.input_bucket = kept(stored->input_bucket, changes->input_bucket);
    merged.role = kept(stored->role, changes->role);
    merged.aws_kms_key_arn = kept(stored->aws_kms_key_arn, changes->aws_kms_key_arn);
    if (mk_str_empty(merged.aws_kms_key_arn))
        merged.aws_kms_key_arn = NULL;
    if (changes->role)
        rc = check_role(changes->role, err);
    if (!rc)
        rc = check_permissions(changes, err);
    if (!rc)
        rc =
            merge_notifications(stored->notifications, changes->notifications, arena, &merged, err);
    if (!rc)
        rc = merge_config(&merged.content_config, changes->content_config, arena, err);
    if (!rc)
        rc = merge_config(&merged.thumbnail_config, changes->thumbnail_config, arena, err);
    if (rc)
        return rc;
    /* Reported as long as both go to the same bucket; it cannot be changed itself. */
    merged.output_bucket = NULL;
    if (merged.content_config && merged.thumbnail_config &&
        mk_str_eq(merged.content_config->bucket, merged.thumbnail_config->bucket))
        merged.output_bucket = merged.content_config->bucket;
    *out = merged;
    return MOCKETS_OK;
}

mockets_status mk_rules_test_role(const struct mk_test_role *request, struct mockets_error *err)
{
    return check_role(request->role, err);
}

mockets_status mk_rules_pipeline(struct mk_pipeline *pipeline, struct mk_arena *arena,
                                 struct mockets_error *err)
{
    mockets_status rc = check_role(pipeline->role, err);

    if (!rc)
        rc = check_buckets(pipeline, err);
    if (!rc)
        rc = check_permissions(pipeline, err);
    if (!rc)
        rc = fill_configs(pipeline, arena, err);
    if (!rc)
        rc = fill_notifications(pipeline, arena, err);
    return rc;
}
