#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "store_fixture.h"

static void set_held(struct store_fixture *f, const char *pipeline, bool held)
{
    const struct mk_record record = {.id = pipeline, .document = "{}", .held = held};

    if (CALL(f, record_insert, MK_RECORD_PIPELINE, &record))
        assert_ok(f, CALL(f, record_update, MK_RECORD_PIPELINE, &record, NULL));
}

static int64_t count_active(struct store_fixture *f, const char *pipeline)
{
    int64_t count = -1;

    assert_ok(f, CALL(f, job_count_active, pipeline, &count));
    return count;
}

static void the_oldest_job_is_next(void **state)
{
    struct store_fixture *f = *state;
    struct mk_job_record job = {.id = "untouched"};

    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, job_claim, "me", 1000, 100, &f->arena, &job));
    assert_string_equal(job.id, "untouched");
    assert_ok(f, add_job(f, "5-z", "q"));
    assert_ok(f, add_job(f, "5-y", "p"));
    assert_ok(f, add_job(f, "5-x", "q"));
    assert_ok(f, add_job(f, "5-w", "o"));
    assert_ok(f, CALL(f, job_claim, "me", 1000, 100, &f->arena, &job));
    assert_string_equal(job.id, "5-z");
    assert_string_equal(job.pipeline_id, "q");
    assert_string_equal(job.state, "Submitted");
    assert_string_equal(job.document, "5-z");
    assert_string_equal(job.context, "{}");
    assert_string_equal(job.owner, "me");
    assert_int_equal(job.attempts, 1);
    assert_string_equal(claim(f, "me", 1000), "5-y");
    assert_string_equal(claim(f, "you", 1000), "5-x");
    assert_string_equal(claim(f, "me", 1000), "5-w");
    assert_null(claim(f, "me", 1000));
}

static void held_pipelines_wait(void **state)
{
    struct store_fixture *f = *state;

    set_held(f, "p", true);
    set_held(f, "q", false);
    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, add_job(f, "1-b", "q"));
    assert_ok(f, add_job(f, "1-c", "p"));
    assert_ok(f, add_job(f, "1-d", "unknown"));
    assert_string_equal(claim(f, "me", 1000), "1-b");
    assert_string_equal(claim(f, "me", 1000), "1-d");
    assert_null(claim(f, "me", 1000));
    set_held(f, "p", false);
    assert_string_equal(claim(f, "me", 1000), "1-a");
    assert_string_equal(claim(f, "me", 1000), "1-c");
}

static void started_jobs_go_on_in_held_pipelines(void **state)
{
    struct store_fixture *f = *state;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, add_job(f, "1-b", "p"));
    assert_string_equal(claim(f, "me", 1000), "1-a");
    assert_string_equal(claim(f, "me", 1000), "1-b");
    assert_ok(f, set_state(f, "1-b", "Progressing", "me", false));
    set_held(f, "p", true);
    assert_null(claim(f, "you", 1099));
    assert_string_equal(claim(f, "you", 1100), "1-b");
    assert_null(claim(f, "you", 1100)); /* 1-a was claimed, but has not started */
    set_held(f, "p", false);
    assert_string_equal(claim(f, "you", 1100), "1-a");
}

static void leases_end(void **state)
{
    struct store_fixture *f = *state;
    struct mk_job_record job;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, add_job(f, "1-b", "p"));
    assert_string_equal(claim(f, "me", 1000), "1-a");
    assert_ok(f, set_state(f, "1-a", "Progressing", "me", false));
    assert_ok(f, CALL(f, job_renew, "1-a", "me", 1200));
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, job_renew, "1-a", "you", 9000));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, job_renew, "1-c", "you", 9000));
    assert_string_equal(claim(f, "you", 1199), "1-b");
    assert_null(claim(f, "you", 1199));
    assert_ok(f, CALL(f, job_claim, "you", 1200, 100, &f->arena, &job));
    assert_string_equal(job.id, "1-a");
    assert_string_equal(job.state, "Progressing");
    assert_int_equal(job.attempts, 2);

    /* The first owner comes back too late. */
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, job_renew, "1-a", "me", 9000));
    assert_fails(f, MOCKETS_E_IN_USE, set_state(f, "1-a", "Complete", "me", true));
    assert_ok(f, set_state(f, "1-a", "Complete", "you", true));
}

static void finished_jobs_stay_finished(void **state)
{
    static const char *const ends[] = {"Complete", "Canceled", "Error"};
    struct store_fixture *f = *state;

    for (size_t i = 0; i < 3; i++) {
        bool release = i != 1;
        char id[] = {'1', '-', (char)('a' + i), '\0'};

        assert_ok(f, add_job(f, id, "p"));
        assert_string_equal(claim(f, "me", 1000), id);
        assert_ok(f, set_state(f, id, "Progressing", "me", false));
        assert_ok(f, set_state(f, id, ends[i], "me", release));
        assert_fails(f, MOCKETS_E_IN_USE, CALL(f, job_renew, id, "me", 1));
        assert_null(claim(f, "you", INT64_MAX / 2));
    }
    assert_int_equal(count_active(f, "p"), 0);
}

static void released_jobs_wait_again(void **state)
{
    struct store_fixture *f = *state;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, add_job(f, "1-b", "p"));
    assert_string_equal(claim(f, "me", 1000), "1-a");
    assert_string_equal(claim(f, "me", 1000), "1-b");
    assert_ok(f, set_state(f, "1-b", "Progressing", "me", false));
    assert_ok(f, set_state(f, "1-b", NULL, "me", true));
    assert_ok(f, set_state(f, "1-a", NULL, "me", true));
    assert_string_equal(claim(f, "you", 1001), "1-a");
    assert_string_equal(claim(f, "you", 1001), "1-b");
    assert_null(claim(f, "you", 1001));
}

static void jobs_of_the_dead_are_given_back(void **state)
{
    struct store_fixture *f = *state;
    struct mk_job_record job;
    size_t count = 0;

    for (const char *id = "a\0b\0c\0d\0"; *id; id += 2)
        assert_ok(f, add_job(f, id, "p"));
    assert_string_equal(claim(f, "dead", 1000), "a");
    assert_string_equal(claim(f, "dead", 1000), "b");
    assert_string_equal(claim(f, "me", 1000), "c");
    assert_ok(f, set_state(f, "b", "Progressing", "dead", false));
    assert_ok(f, CALL(f, job_reclaim, "me", &count));
    assert_int_equal(count, 2);
    assert_ok(f, CALL(f, job_get, "b", &f->arena, &job));
    assert_null(job.owner);
    assert_string_equal(job.state, "Progressing");
    assert_string_equal(claim(f, "me", 1001), "a");
    assert_string_equal(claim(f, "me", 1001), "b");
    assert_string_equal(claim(f, "me", 1001), "d");
    assert_null(claim(f, "me", 1001));
    assert_ok(f, CALL(f, job_reclaim, "me", &count));
    assert_int_equal(count, 0);
}

static void active_jobs_are_counted(void **state)
{
    struct store_fixture *f = *state;

    assert_int_equal(count_active(f, "p"), 0);
    for (const char *id = "a\0b\0c\0d\0"; *id; id += 2)
        assert_ok(f, add_job(f, id, "p"));
    assert_ok(f, add_job(f, "e", "q"));
    assert_int_equal(count_active(f, "p"), 4);
    assert_string_equal(claim(f, "me", 1000), "a");
    assert_string_equal(claim(f, "me", 1000), "b");
    assert_int_equal(count_active(f, "p"), 4);
    assert_ok(f, set_state(f, "a", "Progressing", "me", false));
    assert_ok(f, set_state(f, "d", "Canceled", NULL, true));
    assert_int_equal(count_active(f, "p"), 3);
    assert_ok(f, set_state(f, "a", "Complete", "me", true));
    assert_int_equal(count_active(f, "p"), 2);
    assert_int_equal(count_active(f, "q"), 1);
}

enum { THREADS = 8, JOBS = 40 };

/* What one thread did; asserted on by the main thread. */
struct hammer {
    struct store_fixture *f;
    pthread_t thread;
    unsigned number;
    _Atomic unsigned *claimed; /* how often each job was claimed */
    unsigned inserted;
    unsigned refused;
    unsigned finished;
    unsigned failed;
};

static void *insert_and_claim(void *argument)
{
    struct hammer *self = argument;
    const struct mk_store *store = &self->f->store;
    struct mk_arena arena = {0};
    char owner[16];

    snprintf(owner, sizeof(owner), "owner-%u", self->number);
    for (unsigned i = 0; i < JOBS; i++) {
        char id[32];
        struct mk_job_record job = {
            .id = id, .pipeline_id = i % 2 ? "p" : "q", .state = "Submitted", .document = "{}"};
        struct mk_job_record got;

        snprintf(id, sizeof(id), "%u", self->number * JOBS + i);
        self->failed += store->ops->job_insert(store->self, &job, NULL) != MOCKETS_OK;
        if (store->ops->job_claim(store->self, owner, 1000, 100, &arena, &got, NULL)) {
            self->failed++;
            continue;
        }
        atomic_fetch_add(&self->claimed[strtoul(got.id, NULL, 10)], 1);
        got = (struct mk_job_record){.id = got.id, .state = "Complete"};
        self->failed +=
            store->ops->job_update(store->self, &got, owner, "Submitted", true, NULL, 0, NULL) != 0;
    }
    mk_arena_fini(&arena);
    return NULL;
}

static void run_threads(struct hammer hammers[THREADS], void *(*main)(void *))
{
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&hammers[i].thread, NULL, main, &hammers[i]), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(hammers[i].thread, NULL);
}

static void each_job_is_claimed_once(void **state)
{
    struct store_fixture *f = *state;
    struct hammer hammers[THREADS] = {0};
    _Atomic unsigned claimed[THREADS * JOBS] = {0};

    for (unsigned i = 0; i < THREADS; i++)
        hammers[i] = (struct hammer){.f = f, .number = i, .claimed = claimed};
    run_threads(hammers, insert_and_claim);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(hammers[i].failed, 0);
    for (unsigned i = 0; i < THREADS * JOBS; i++)
        assert_int_equal(atomic_load(&claimed[i]), 1);
    assert_null(claim(f, "me", INT64_MAX / 2));
    assert_int_equal(count_active(f, "p") + count_active(f, "q"), 0);
}

/* All threads insert the same ids and read them back: one wins each time, none harms another. */
static void *insert_the_same(void *argument)
{
    struct hammer *self = argument;
    const struct mk_store *store = &self->f->store;
    struct mk_arena arena = {0};

    for (unsigned i = 0; i < JOBS; i++) {
        char id[32];
        struct mk_job_record job = {
            .id = id, .pipeline_id = "p", .state = "Submitted", .document = id};
        struct mk_job_record got;
        mockets_status rc;

        snprintf(id, sizeof(id), "%u", i);
        rc = store->ops->job_insert(store->self, &job, NULL);
        self->inserted += rc == MOCKETS_OK;
        self->refused += rc == MOCKETS_E_EXISTS;
        if (store->ops->job_get(store->self, id, &arena, &got, NULL) || strcmp(got.document, id))
            self->failed++;
    }
    mk_arena_fini(&arena);
    return NULL;
}

static void changes_stand_or_fall_alone(void **state)
{
    struct store_fixture *f = *state;
    struct hammer hammers[THREADS] = {0};
    unsigned inserted = 0, refused = 0;

    for (unsigned i = 0; i < THREADS; i++)
        hammers[i] = (struct hammer){.f = f, .number = i};
    run_threads(hammers, insert_the_same);
    for (unsigned i = 0; i < THREADS; i++) {
        inserted += hammers[i].inserted;
        refused += hammers[i].refused;
        assert_int_equal(hammers[i].failed, 0);
    }
    assert_int_equal(inserted, JOBS);
    assert_int_equal(refused, JOBS * (THREADS - 1));
    assert_int_equal(count_active(f, "p"), JOBS);
}

/* Whoever waits, is claimed or runs keeps the pipeline; whatever is done does not. */
static void active_jobs_keep_their_pipeline(void **state)
{
    struct store_fixture *f = *state;
    const struct mk_job_record done = {.id = "1-a", .state = "Complete"};
    const struct mk_job_record canceled = {.id = "1-b", .state = "Canceled"};

    set_held(f, "p", false);
    set_held(f, "q", false);
    assert_ok(f, add_job(f, "1-a", "p"));
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, record_delete, MK_RECORD_PIPELINE, "p"));
    assert_string_equal(claim(f, "me", 1000), "1-a");
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, record_delete, MK_RECORD_PIPELINE, "p"));
    assert_ok(f, set_state(f, "1-a", "Progressing", "me", false));
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, record_delete, MK_RECORD_PIPELINE, "p"));
    assert_ok(f, CALL(f, job_update, &done, "me", "Progressing", true, NULL, 0));
    assert_ok(f, add_job(f, "1-b", "p"));
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, record_delete, MK_RECORD_PIPELINE, "p"));
    assert_ok(f, CALL(f, record_delete, MK_RECORD_PIPELINE, "q"));
    assert_ok(f, CALL(f, job_update, &canceled, NULL, "Submitted", true, NULL, 0));
    assert_ok(f, CALL(f, record_delete, MK_RECORD_PIPELINE, "p"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_oldest_job_is_next),
        TEST(held_pipelines_wait),
        TEST(started_jobs_go_on_in_held_pipelines),
        TEST(leases_end),
        TEST(finished_jobs_stay_finished),
        TEST(released_jobs_wait_again),
        TEST(jobs_of_the_dead_are_given_back),
        TEST(active_jobs_are_counted),
        TEST(active_jobs_keep_their_pipeline),
        TEST(each_job_is_claimed_once),
        TEST(changes_stand_or_fall_alone),
    };

    return run_suite(tests, sizeof(tests) / sizeof(tests[0]));
}
