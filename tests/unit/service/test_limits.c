#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/limits.h"

/* The limits of an account (reference 7): just inside and just outside, and none without the flag. */

static int64_t there; /* what the store says is there */

static mockets_status count_records(void *self, enum mk_record_kind kind, int64_t *count,
                                    struct mockets_error *err)
{
    (void)self;
    (void)kind;
    (void)err;
    *count = there;
    return MOCKETS_OK;
}

static mockets_status count_jobs(void *self, const char *pipeline_id, int64_t *count,
                                 struct mockets_error *err)
{
    (void)self;
    (void)err;
    assert_string_equal(pipeline_id, "p");
    *count = there;
    return MOCKETS_OK;
}

static const struct mk_store_ops ops = {.record_count = count_records,
                                        .job_count_active = count_jobs};

static mockets_engine engine_with(bool limits)
{
    return (mockets_engine){.aws_limits = limits,
                            .account_id = "123456789012",
                            .store = {.ops = &ops},
                            .lock = PTHREAD_MUTEX_INITIALIZER};
}

enum what { PIPELINES, PRESETS, BACKLOG };

static const struct {
    enum what what;
    int64_t most;
    const char *message;
} rows[] = {
    {PIPELINES, 4,
     "The account already has the maximum number of pipelines allowed: account=123456789012, "
     "maximum number of pipelines=4"},
    {PRESETS, 50,
     "The account already has the maximum number of presets allowed: account=123456789012, "
     "maximum number of presets=50"},
    {BACKLOG, 1000000,
     "The account already has the maximum number of jobs per pipeline in the backlog: "
     "account=123456789012, maximum number of jobs in backlog for pipeline=1000000"},
};

static mockets_status ask(mockets_engine *engine, enum what what, struct mockets_error *err)
{
    if (what == BACKLOG)
        return mk_limit_backlog(engine, "p", err);
    return mk_limit_records(engine, what == PIPELINES ? MK_RECORD_PIPELINE : MK_RECORD_PRESET, err);
}

static void numbers_have_limits(void **state)
{
    mockets_engine limited = engine_with(true), free = engine_with(false);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mockets_error err = {0};

        there = rows[i].most - 1;
        assert_int_equal(ask(&limited, rows[i].what, &err), MOCKETS_OK);
        there = rows[i].most;
        assert_int_equal(ask(&free, rows[i].what, &err), MOCKETS_OK);
        assert_int_equal(ask(&limited, rows[i].what, &err), MOCKETS_E_LIMIT);
        assert_string_equal(err.message, rows[i].message);
    }
}

/* How many requests go through at once; what the time that this takes adds is the rate. */
static int burst_of(mockets_engine *engine,
                    mockets_status (*limit)(mockets_engine *engine, struct mockets_error *err),
                    int most)
{
    struct mockets_error err = {0};
    int count = 0;

    while (count < most && !limit(engine, &err))
        count++;
    if (count < most)
        assert_string_equal(err.message, "Rate of requests exceeds the allowed throughput.");
    return count;
}

static void rates_have_limits(void **state)
{
    mockets_engine limited = engine_with(true), free = engine_with(false);

    (void)state;
    /* a machine that takes a second for this lets some more through */
    assert_in_range(burst_of(&limited, mk_limit_create_job, 1000), 100, 110);
    assert_in_range(burst_of(&limited, mk_limit_read_job, 1000), 50, 70);
    assert_int_equal(burst_of(&free, mk_limit_create_job, 1000), 1000);
    assert_int_equal(burst_of(&free, mk_limit_read_job, 1000), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_limits),
        cmocka_unit_test(rates_have_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
