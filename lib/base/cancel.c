#include "base/cancel.h"

#include <stddef.h>

void mk_cancel_init(struct mk_cancel *cancel)
{
    atomic_init(&cancel->set, false);
    pthread_mutex_init(&cancel->lock, NULL);
    cancel->watches = NULL;
}

void mk_cancel_fini(struct mk_cancel *cancel)
{
    pthread_mutex_destroy(&cancel->lock);
}

void mk_cancel_set(struct mk_cancel *cancel)
{
    pthread_mutex_lock(&cancel->lock);
    atomic_store(&cancel->set, true);
    for (struct mk_cancel_watch *watch = cancel->watches; watch; watch = watch->next)
        watch->wake(watch->context);
    pthread_mutex_unlock(&cancel->lock);
}

bool mk_cancel_is_set(const struct mk_cancel *cancel)
{
    return cancel && atomic_load_explicit(&cancel->set, memory_order_relaxed);
}

void mk_cancel_watch(struct mk_cancel *cancel, struct mk_cancel_watch *watch)
{
    if (!cancel)
        return;
    pthread_mutex_lock(&cancel->lock);
    watch->next = cancel->watches;
    cancel->watches = watch;
    if (atomic_load(&cancel->set))
        watch->wake(watch->context);
    pthread_mutex_unlock(&cancel->lock);
}

void mk_cancel_unwatch(struct mk_cancel *cancel, struct mk_cancel_watch *watch)
{
    if (!cancel)
        return;
    pthread_mutex_lock(&cancel->lock);
    for (struct mk_cancel_watch **at = &cancel->watches; *at; at = &(*at)->next) {
        if (*at == watch) {
            *at = watch->next;
            break;
        }
    }
    pthread_mutex_unlock(&cancel->lock);
}
