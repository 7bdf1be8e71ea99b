#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/cancel.h"

static void count_wake(void *context)
{
    ++*(int *)context;
}

static void watches_are_woken(void **state)
{
    struct mk_cancel cancel;
    int woken[3] = {0};
    struct mk_cancel_watch watches[3];

    (void)state;
    mk_cancel_init(&cancel);
    assert_false(mk_cancel_is_set(&cancel));
    for (int i = 0; i < 3; i++) {
        watches[i] = (struct mk_cancel_watch){.wake = count_wake, .context = &woken[i]};
        mk_cancel_watch(&cancel, &watches[i]);
    }
    mk_cancel_unwatch(&cancel, &watches[1]);
    mk_cancel_unwatch(&cancel, &watches[1]);
    mk_cancel_set(&cancel);
    assert_true(mk_cancel_is_set(&cancel));
    assert_int_equal(woken[0], 1);
    assert_int_equal(woken[1], 0);
    assert_int_equal(woken[2], 1);

    /* Who comes too late is woken at once. */
    mk_cancel_watch(&cancel, &watches[1]);
    assert_int_equal(woken[1], 1);
    mk_cancel_fini(&cancel);
}

static void nothing_is_never_cancelled(void **state)
{
    int woken = 0;
    struct mk_cancel_watch watch = {.wake = count_wake, .context = &woken};

    (void)state;
    assert_false(mk_cancel_is_set(NULL));
    mk_cancel_watch(NULL, &watch);
    mk_cancel_unwatch(NULL, &watch);
    assert_int_equal(woken, 0);
}

struct sleeper {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool woken; /* guarded by lock */
};

static void wake_sleeper(void *context)
{
    struct sleeper *sleeper = context;

    pthread_mutex_lock(&sleeper->lock);
    sleeper->woken = true;
    pthread_cond_signal(&sleeper->cond);
    pthread_mutex_unlock(&sleeper->lock);
}

static void *set_cancel(void *argument)
{
    mk_cancel_set(argument);
    return NULL;
}

static void sleeping_threads_are_woken(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        struct sleeper sleeper = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
        struct mk_cancel_watch watch = {.wake = wake_sleeper, .context = &sleeper};
        struct mk_cancel cancel;
        pthread_t thread;

        mk_cancel_init(&cancel);
        pthread_create(&thread, NULL, set_cancel, &cancel);
        mk_cancel_watch(&cancel, &watch);
        pthread_mutex_lock(&sleeper.lock);
        while (!sleeper.woken)
            pthread_cond_wait(&sleeper.cond, &sleeper.lock);
        pthread_mutex_unlock(&sleeper.lock);
        mk_cancel_unwatch(&cancel, &watch);
        pthread_join(thread, NULL);
        mk_cancel_fini(&cancel);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watches_are_woken),
        cmocka_unit_test(nothing_is_never_cancelled),
        cmocka_unit_test(sleeping_threads_are_woken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
