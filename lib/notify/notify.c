#include "notify/notify.h"

#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "notify/webhook.h"

enum { DROPPED_MAX = 256 };

struct target {
    const char *topic;
    const char *url;
};

struct mk_notify {
    struct mk_arena arena;    /* guarded by lock after the opening */
    struct target *targets;   /* set at open, then constant */
    size_t target_count;      /* set at open, then constant */
    const struct mk_log *log; /* set at open, then constant */
    pthread_mutex_t lock;
    const char *dropped[DROPPED_MAX]; /* topics without a URL that were logged; guarded by lock */
    size_t dropped_count;             /* guarded by lock */
};

static mockets_status add_target(struct mk_notify *self, const struct mockets_topic *topic,
                                 struct mockets_error *err)
{
    struct target *target = &self->targets[self->target_count];

    if (mk_str_empty(topic->arn))
        return mk_fail(err, MOCKETS_E_INVALID, "a topic needs an ARN");
    if (mk_str_empty(topic->url) || !mk_webhook_accepts(topic->url))
        return mk_fail(err, MOCKETS_E_INVALID,
                       "the topic \"%s\" needs an http or https URL, not \"%s\"", topic->arn,
                       topic->url ? topic->url : "");
    target->topic = mk_arena_strdup(&self->arena, topic->arn);
    target->url = mk_arena_strdup(&self->arena, topic->url);
    if (!target->topic || !target->url)
        return mk_fail_nomem(err);
    self->target_count++;
    return MOCKETS_OK;
}

mockets_status mk_notify_open(const struct mockets_topic *topics, size_t count,
                              const struct mk_log *log, struct mk_notify **out,
                              struct mockets_error *err)
{
    struct mk_notify *self = mk_alloc(sizeof(*self));
    mockets_status rc = MOCKETS_OK;

    if (!self)
        return mk_fail_nomem(err);
    pthread_mutex_init(&self->lock, NULL);
    self->log = log;
    self->targets = mk_arena_array(&self->arena, count, sizeof(self->targets[0]));
    if (!self->targets)
        rc = mk_fail_nomem(err);
    for (size_t i = 0; !rc && i < count; i++)
        rc = add_target(self, &topics[i], err);
    if (rc)
        mk_notify_close(&self);
    else
        *out = self;
    return rc;
}

void mk_notify_close(struct mk_notify **notify)
{
    if (!*notify)
        return;
    pthread_mutex_destroy(&(*notify)->lock);
    mk_arena_fini(&(*notify)->arena);
    mk_free(*notify);
    *notify = NULL;
}

/* Remember @p topic; false if it is known already, or too many are. */
static bool note_dropped(struct mk_notify *self, const char *topic)
{
    bool first = true;

    pthread_mutex_lock(&self->lock);
    for (size_t i = 0; first && i < self->dropped_count; i++)
        first = strcmp(self->dropped[i], topic) != 0;
    if (first && self->dropped_count < DROPPED_MAX) {
        const char *copy = mk_arena_strdup(&self->arena, topic);

        if (copy)
            self->dropped[self->dropped_count++] = copy;
    } else {
        first = false;
    }
    pthread_mutex_unlock(&self->lock);
    return first;
}

static const struct target *find_target(const struct mk_notify *self, const char *topic)
{
    for (size_t i = 0; i < self->target_count; i++) {
        if (!strcmp(self->targets[i].topic, topic))
            return &self->targets[i];
    }
    return NULL;
}

bool mk_notify_delivers(const struct mk_notify *notify, const char *topic)
{
    return find_target(notify, topic) != NULL;
}

mockets_status mk_notify_deliver(struct mk_notify *notify, const struct mk_notice *notice,
                                 struct mk_cancel *cancel, struct mockets_error *err)
{
    const struct target *target = find_target(notify, notice->topic);

    if (target)
        return mk_webhook_deliver(target->url, notice, cancel, err);
    if (note_dropped(notify, notice->topic))
        mk_log(notify->log, MOCKETS_LOG_WARNING,
               "the topic %s has no URL: its notifications are dropped", notice->topic);
    return MOCKETS_OK;
}
