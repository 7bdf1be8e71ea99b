#ifndef TEST_STORE_FIXTURE_H
#define TEST_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

/* Every test of the suite runs on each of these. */
struct store_backend {
    const char *name;
    const char *url;
    bool volatile_data; /* gone when the store is closed */
    void (*wipe)(void);
};

struct store_fixture {
    int64_t claimed_ms; /* of the last claim */
    struct mk_store store;
    struct mk_arena arena;
    struct mockets_error err;
};

static inline void wipe_sqlite(void)
{
    unlink("store.db");
    unlink("store.db-wal");
    unlink("store.db-shm");
}

static inline void wipe_nothing(void)
{
}

static const struct store_backend store_backends[] = {
    {"sqlite file", "sqlite:store.db", false, wipe_sqlite},
    {"sqlite memory", "sqlite::memory:", true, wipe_nothing},
};

static const struct store_backend *backend; /* the one under test */

static inline int set_up(void **state)
{
    static struct store_fixture fixture;

    backend->wipe();
    memset(&fixture, 0, sizeof(fixture));
    *state = &fixture;
    return mk_store_open(backend->url, &fixture.store, &fixture.err);
}

static inline int tear_down(void **state)
{
    struct store_fixture *f = *state;

    mk_store_close(&f->store);
    mk_arena_fini(&f->arena);
    backend->wipe();
    return 0;
}

/* f->store->ops->SLOT(f->store.self, …, &f->err) */
#define CALL(f, slot, ...) ((f)->store.ops->slot((f)->store.self, __VA_ARGS__, &(f)->err))

#define assert_ok(f, call)                                                                         \
    do {                                                                                           \
        if (call)                                                                                  \
            fail_msg("%s: %s", #call, (f)->err.message);                                           \
    } while (0)
#define assert_fails(f, expected, call)                                                            \
    do {                                                                                           \
        memset(&(f)->err, 0, sizeof((f)->err));                                                    \
        assert_int_equal(call, expected);                                                          \
        assert_int_equal((f)->err.status, expected);                                               \
        assert_true((f)->err.message[0]);                                                          \
    } while (0)

static inline mockets_status add_job(struct store_fixture *f, const char *id, const char *pipeline)
{
    const struct mk_job_record job = {
        .id = id,
        .pipeline_id = pipeline,
        .state = "Submitted",
        .document = id,
        .context = "{}",
    };

    return CALL(f, job_insert, &job);
}

/* The next job, to be held for 100 ms from @p now_ms on; its id, or NULL. */
static inline const char *claim(struct store_fixture *f, const char *owner, int64_t now_ms)
{
    struct mk_job_record job;
    mockets_status rc = CALL(f, job_claim, owner, now_ms, 100, &f->arena, &job);

    if (rc == MOCKETS_E_NOT_FOUND)
        return NULL;
    assert_int_equal(rc, MOCKETS_OK);
    assert_string_equal(job.owner, owner);
    assert_true(job.claimed_ms >= f->claimed_ms);
    f->claimed_ms = job.claimed_ms;
    return job.id;
}

static inline mockets_status set_state(struct store_fixture *f, const char *id, const char *state,
                                       const char *owner, bool release)
{
    const struct mk_job_record job = {.id = id, .state = state};

    return CALL(f, job_update, &job, owner, NULL, release, NULL, 0);
}

static inline int run_suite(const struct CMUnitTest *tests, size_t count)
{
    int failed = 0;

    for (size_t i = 0; i < sizeof(store_backends) / sizeof(store_backends[0]); i++) {
        backend = &store_backends[i];
        failed += _cmocka_run_group_tests(backend->name, tests, count, NULL, NULL);
    }
    return failed;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif
