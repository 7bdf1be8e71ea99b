#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/pipeline.h"

enum { TOPICS = 4, MOST = TOPICS + 2 };

struct list {
    struct mk_warning items[MOST];
    size_t count;
    struct mk_arena *arena;
    const char *region; /* of the pipeline */
    bool failed;
};

/* Is this an ARN of the service ("arn:aws:sns:") in another region? Empty means none. */
static bool is_elsewhere(const char *arn, const char *service, const char *region)
{
    size_t size = strlen(region);

    if (!arn || !mk_str_starts(arn, service))
        return false;
    arn += strlen(service);
    return *arn != ':' && !(strncmp(arn, region, size) == 0 && arn[size] == ':');
}

static void add(struct list *list, const char *code, const char *message)
{
    list->failed = list->failed || !message;
    list->items[list->count++] = (struct mk_warning){code, message};
}

static void add_topic(struct list *list, const char *code, const char *event, const char *arn)
{
    static const char format[] =
        "The SNS notification topic for %s events and the pipeline are in different regions, "
        "which increases processing time for jobs in the pipeline and can incur additional "
        "charges. To decrease processing time and prevent cross-regional charges, use the same "
        "region for the SNS notification topic for %s events and the pipeline.";

    if (is_elsewhere(arn, "arn:aws:sns:", list->region))
        add(list, code, mk_arena_printf(list->arena, format, event, event));
}

/* The buckets are where the pipeline is. */
static void add_key(struct list *list, const char *code, const char *bucket, const char *arn)
{
    static const char format[] =
        "The KMS key and the %s bucket are in different regions. Outputs that are encrypted with "
        "s3-aws-kms will fail. Use the same region for the KMS key and the %s bucket.";

    if (is_elsewhere(arn, "arn:aws:kms:", list->region))
        add(list, code, mk_arena_printf(list->arena, format, bucket, bucket));
}

mockets_status mk_pipeline_warnings(const struct mk_pipeline *pipeline, const char *region,
                                    struct mk_arena *arena, const struct mk_warning **out,
                                    size_t *count, struct mockets_error *err)
{
    const struct mk_notifications *topics = pipeline->notifications;
    struct list list = {.arena = arena, .region = region};
    struct mk_warning *copy;

    if (topics) {
        add_topic(&list, "6003", "Progressing", topics->progressing);
        add_topic(&list, "6004", "Warning", topics->warning);
        add_topic(&list, "6005", "Completion", topics->completed);
        add_topic(&list, "6006", "Error", topics->error);
    }
    add_key(&list, "6007", "ContentConfig", pipeline->aws_kms_key_arn);
    add_key(&list, "6008", "ThumbnailConfig", pipeline->aws_kms_key_arn);
    copy = mk_arena_array(arena, MOST, sizeof(*copy));
    if (list.failed || !copy)
        return mk_fail_nomem(err);
    memcpy(copy, list.items, sizeof(list.items));
    *out = copy;
    *count = list.count;
    return MOCKETS_OK;
}
