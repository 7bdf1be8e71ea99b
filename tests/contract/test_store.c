#include "store_fixture.h"

static void add_record(struct store_fixture *f, enum mk_record_kind kind, const char *id)
{
    const struct mk_record record = {.id = id, .document = id};

    assert_ok(f, CALL(f, record_insert, kind, &record));
}

static void records_come_and_go(void **state)
{
    struct store_fixture *f = *state;
    struct mk_record record = {.id = "1-a", .document = "{\"Name\":\"ö\"}"}, found = {0};

    assert_ok(f, CALL(f, record_insert, MK_RECORD_PIPELINE, &record));
    assert_fails(f, MOCKETS_E_EXISTS, CALL(f, record_insert, MK_RECORD_PIPELINE, &record));
    assert_ok(f, CALL(f, record_get, MK_RECORD_PIPELINE, "1-a", &f->arena, &found));
    assert_string_equal(found.id, "1-a");
    assert_string_equal(found.document, record.document);
    assert_false(found.held);

    record.document = "{}";
    record.held = true;
    assert_ok(f, CALL(f, record_update, MK_RECORD_PIPELINE, &record, NULL));
    assert_ok(f, CALL(f, record_get, MK_RECORD_PIPELINE, "1-a", &f->arena, &found));
    assert_string_equal(found.document, "{}");
    assert_true(found.held);

    assert_ok(f, CALL(f, record_delete, MK_RECORD_PIPELINE, "1-a"));
    found.id = "untouched";
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 CALL(f, record_get, MK_RECORD_PIPELINE, "1-a", &f->arena, &found));
    assert_string_equal(found.id, "untouched");
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, record_delete, MK_RECORD_PIPELINE, "1-a"));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, record_update, MK_RECORD_PIPELINE, &record, NULL));
}

static void kinds_are_apart(void **state)
{
    struct store_fixture *f = *state;
    const struct mk_page page = {.ascending = true, .limit = 10};
    struct mk_page_result result;
    struct mk_record found;

    add_record(f, MK_RECORD_PIPELINE, "1-a");
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 CALL(f, record_get, MK_RECORD_PRESET, "1-a", &f->arena, &found));
    assert_ok(f, CALL(f, record_list, MK_RECORD_PRESET, &page, &f->arena, &result));
    assert_int_equal(result.count, 0);
    assert_null(result.next);
    add_record(f, MK_RECORD_PRESET, "1-a");
    assert_ok(f, CALL(f, record_delete, MK_RECORD_PIPELINE, "1-a"));
    assert_ok(f, CALL(f, record_get, MK_RECORD_PRESET, "1-a", &f->arena, &found));
}

/* Walk a listing page by page and compare it with @p expected, one word an item. */
static void check_walk(struct store_fixture *f, const char *pipeline, const char *job_state,
                       bool ascending, unsigned limit, const char *expected)
{
    struct mk_page page = {.ascending = ascending, .limit = limit};
    char walked[512] = "";

    do {
        struct mk_page_result result = {0};

        if (pipeline || job_state)
            assert_ok(f, CALL(f, job_list, pipeline, job_state, &page, &f->arena, &result));
        else
            assert_ok(f, CALL(f, record_list, MK_RECORD_PRESET, &page, &f->arena, &result));
        assert_true(result.count <= limit);
        assert_true(!result.next || result.count == limit);
        for (size_t i = 0; i < result.count; i++) {
            strcat(walked, walked[0] ? " " : "");
            strcat(walked, result.documents[i]);
        }
        page.after = result.next;
    } while (page.after);
    assert_string_equal(walked, expected);
}

/* Ids of the same millisecond in no order: creation decides. */
static const char *const ids[] = {"5-z", "5-a", "5-m", "5-b", "5-y", "5-c"};

static void records_are_listed_in_pages(void **state)
{
    struct store_fixture *f = *state;
    struct mk_page page = {.limit = 3, .after = "9-nobody"};
    struct mk_page_result result = {.count = 77};

    for (size_t i = 0; i < 6; i++) {
        add_record(f, MK_RECORD_PRESET, ids[i]);
        add_record(f, MK_RECORD_PIPELINE, ids[5 - i]);
    }
    for (unsigned limit = 1; limit < 8; limit++) {
        check_walk(f, NULL, NULL, true, limit, "5-z 5-a 5-m 5-b 5-y 5-c");
        check_walk(f, NULL, NULL, false, limit, "5-c 5-y 5-b 5-m 5-a 5-z");
    }
    assert_fails(f, MOCKETS_E_NOT_FOUND,
                 CALL(f, record_list, MK_RECORD_PRESET, &page, &f->arena, &result));
    assert_int_equal(result.count, 77);
}

static void jobs_are_kept(void **state)
{
    struct store_fixture *f = *state;
    struct mk_job_record job = {
        .id = "1-a", .pipeline_id = "p", .state = "Submitted", .document = "{\"Id\":\"1-a\"}"};
    struct mk_job_record found = {0};

    assert_ok(f, CALL(f, job_insert, &job));
    assert_fails(f, MOCKETS_E_EXISTS, CALL(f, job_insert, &job));
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &found));
    assert_string_equal(found.id, "1-a");
    assert_string_equal(found.pipeline_id, "p");
    assert_string_equal(found.state, "Submitted");
    assert_string_equal(found.document, job.document);
    assert_null(found.context);
    assert_null(found.owner);
    assert_int_equal(found.attempts, 0);
    found.id = "untouched";
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, job_get, "1-b", &f->arena, &found));
    assert_string_equal(found.id, "untouched");
}

static void large_documents_survive(void **state)
{
    struct store_fixture *f = *state;
    enum { SIZE = 1 << 20 };
    char *large = mk_arena_alloc(&f->arena, SIZE + 1);
    struct mk_job_record job = {
        .id = "1-a", .pipeline_id = "p", .state = "Submitted", .document = large};
    struct mk_job_record found;

    memset(large, 'x', SIZE);
    assert_ok(f, CALL(f, job_insert, &job));
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &found));
    assert_string_equal(found.document, large);
}

static void jobs_are_listed_in_pages(void **state)
{
    struct store_fixture *f = *state;
    struct mk_page page = {.limit = 2};
    struct mk_page_result result;

    for (size_t i = 0; i < 6; i++)
        assert_ok(f, add_job(f, ids[i], i % 3 ? "p" : "q"));
    for (unsigned limit = 1; limit < 8; limit++) {
        check_walk(f, "p", NULL, true, limit, "5-a 5-m 5-y 5-c");
        check_walk(f, "p", NULL, false, limit, "5-c 5-y 5-m 5-a");
        check_walk(f, "nobody", NULL, true, limit, "");
        check_walk(f, NULL, "Submitted", true, limit, "5-z 5-a 5-m 5-b 5-y 5-c");
        check_walk(f, NULL, "Complete", false, limit, "");
    }
    assert_ok(f, set_state(f, "5-m", "Complete", NULL, true));
    check_walk(f, NULL, "Submitted", false, 2, "5-c 5-y 5-b 5-a 5-z");
    check_walk(f, NULL, "Complete", true, 2, "5-m");
    check_walk(f, "p", NULL, true, 2, "5-a 5-m 5-y 5-c");

    /* The last item of a page left the listing: the next page goes on where it was. */
    page.after = "5-m";
    assert_ok(f, CALL(f, job_list, NULL, "Submitted", &page, &f->arena, &result));
    assert_int_equal(result.count, 2);
    assert_string_equal(result.documents[0], "5-a");
    page.after = "9-nobody";
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, job_list, "p", NULL, &page, &f->arena, &result));
}

static void listings_end_at_the_oldest(void **state)
{
    struct store_fixture *f = *state;
    static const char *const walks[2] = {"2-b 2-a", "2-a 2-b"};
    struct mk_page page = {.limit = 1, .oldest = "2"};
    struct mk_page_result result;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, CALL(f, job_list, "p", NULL, &page, &f->arena, &result));
    assert_int_equal(result.count, 0);
    assert_ok(f, add_job(f, "1-b", "p"));
    assert_ok(f, add_job(f, "2-a", "p"));
    assert_ok(f, add_job(f, "2-b", "p"));
    for (int ascending = 0; ascending < 2; ascending++) {
        char walk[32] = "";

        page.ascending = ascending;
        page.after = NULL;
        do {
            assert_ok(f, CALL(f, job_list, ascending ? "p" : NULL, ascending ? NULL : "Submitted",
                              &page, &f->arena, &result));
            assert_int_equal(result.count, 1);
            strcat(strcat(walk, walk[0] ? " " : ""), result.documents[0]);
            page.after = result.next;
        } while (page.after);
        assert_string_equal(walk, walks[ascending]);
    }
    page.after = "1-a"; /* forgotten, but it was the last of a page */
    assert_ok(f, CALL(f, job_list, "p", NULL, &page, &f->arena, &result));
    assert_int_equal(result.count, 1);
    assert_string_equal(result.documents[0], "2-a");
    page.oldest = "3";
    assert_ok(f, CALL(f, job_list, "p", NULL, &page, &f->arena, &result));
    assert_int_equal(result.count, 0);
}

/* Ids of one moment come in any order, and clocks are put back: neither hides a job. */
static void listings_miss_nothing(void **state)
{
    struct store_fixture *f = *state;
    static const char *const made[] = {"2-b", "2-a", "5-a", "3-b", "3-a"};
    static const char *const forgotten[] = {"1-b", "1-a"};
    enum { COUNT = sizeof(made) / sizeof(made[0]) };
    struct mk_page page = {.limit = 10, .oldest = "2"};
    struct mk_page_result result;

    for (int with_old = 0; with_old < 2; with_old++) {
        for (size_t i = 0; !with_old && i < COUNT; i++)
            assert_ok(f, add_job(f, made[i], "p"));
        for (size_t i = 0; with_old && i < 2; i++)
            assert_ok(f, add_job(f, forgotten[i], "p"));
        for (int ascending = 0; ascending < 2; ascending++) {
            page.ascending = ascending;
            assert_ok(f, CALL(f, job_list, "p", NULL, &page, &f->arena, &result));
            assert_int_equal(result.count, COUNT);
            for (size_t i = 0; i < COUNT; i++)
                assert_string_equal(result.documents[ascending ? i : COUNT - 1 - i], made[i]);
        }
    }
}

static void updates_replace_what_is_given(void **state)
{
    struct store_fixture *f = *state;
    struct mk_job_record job = {.id = "1-a", .document = "new"}, found;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, CALL(f, job_update, &job, NULL, "Submitted", false, NULL, 0));
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &found));
    assert_string_equal(found.state, "Submitted");
    assert_string_equal(found.document, "new");
    assert_string_equal(found.context, "{}");

    job = (struct mk_job_record){.id = "1-a", .state = "Canceled", .context = "c"};
    assert_ok(f, CALL(f, job_update, &job, NULL, NULL, true, NULL, 0));
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &found));
    assert_string_equal(found.state, "Canceled");
    assert_string_equal(found.document, "new");
    assert_string_equal(found.context, "c");
    job.id = "1-b";
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, job_update, &job, NULL, NULL, true, NULL, 0));
}

static void updates_meet_what_they_expect(void **state)
{
    struct store_fixture *f = *state;
    const struct mk_job_record job = {.id = "1-a", .state = "Complete", .document = "new"};
    const struct mk_event event = {.job_id = "1-a", .topic = "t", .subject = "s", .message = "m"};
    struct mk_job_record found;
    struct mk_event none;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_fails(f, MOCKETS_E_IN_USE,
                 CALL(f, job_update, &job, NULL, "Progressing", true, &event, 1));
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, job_update, &job, "me", NULL, true, &event, 1));
    assert_string_equal(claim(f, "me", 1000), "1-a");
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, job_update, &job, "you", NULL, true, &event, 1));
    assert_fails(f, MOCKETS_E_IN_USE,
                 CALL(f, job_update, &job, "me", "Progressing", true, &event, 1));
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &found));
    assert_string_equal(found.state, "Submitted");
    assert_string_equal(found.document, "1-a");
    assert_string_equal(found.owner, "me");
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_next, INT64_MAX, &f->arena, &none));

    assert_ok(f, CALL(f, job_update, &job, "me", "Submitted", true, &event, 1));
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &found));
    assert_string_equal(found.state, "Complete");
    assert_null(found.owner);
    assert_ok(f, CALL(f, event_next, 0, &f->arena, &none));
}

static void notes_are_of_the_owner(void **state)
{
    struct store_fixture *f = *state;
    const struct mk_job_record job = {.id = "1-a", .state = "Progressing", .document = "new"};
    const struct mk_event event = {.job_id = "1-a", .topic = "t", .subject = "s", .message = "m"};
    struct mk_job_record found;
    struct mk_event told;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, job_note, &job, "me", &event, 1));
    assert_string_equal(claim(f, "me", 1000), "1-a");
    assert_fails(f, MOCKETS_E_IN_USE, CALL(f, job_note, &job, "you", &event, 1));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_next, INT64_MAX, &f->arena, &told));
    assert_ok(f, CALL(f, job_note, &job, "me", &event, 1));
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &found));
    assert_string_equal(found.state, "Progressing");
    assert_string_equal(found.document, "new");
    assert_string_equal(found.context, "{}");
    assert_string_equal(found.owner, "me");
    assert_ok(f, CALL(f, event_next, 0, &f->arena, &told));
    assert_string_equal(told.message, "m");
}

static void add_event(struct store_fixture *f, const char *job_id, const char *message)
{
    const struct mk_job_record job = {.id = job_id};
    const struct mk_event event = {
        .job_id = job_id, .topic = "arn:t", .subject = "s", .message = message};

    assert_ok(f, CALL(f, job_update, &job, NULL, NULL, false, &event, 1));
}

static struct mk_event next_event(struct store_fixture *f, int64_t now_ms, const char *message)
{
    struct mk_event event = {0};

    assert_ok(f, CALL(f, event_next, now_ms, &f->arena, &event));
    assert_string_equal(event.message, message);
    return event;
}

static void events_keep_their_order(void **state)
{
    struct store_fixture *f = *state;
    const struct mk_job_record job = {.id = "1-a"};
    const struct mk_event two[] = {
        {.job_id = "1-a", .topic = "arn:1", .subject = "s1", .message = "a1"},
        {.job_id = "1-a", .topic = "arn:2", .subject = "s2", .message = "a2"},
    };
    struct mk_event event = {.sequence = -5};

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, add_job(f, "1-b", "p"));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_next, INT64_MAX, &f->arena, &event));
    assert_int_equal(event.sequence, -5);
    assert_ok(f, CALL(f, job_update, &job, NULL, NULL, false, two, 2));
    add_event(f, "1-b", "b1");

    event = next_event(f, 0, "a1");
    assert_string_equal(event.job_id, "1-a");
    assert_string_equal(event.topic, "arn:1");
    assert_string_equal(event.subject, "s1");
    assert_int_equal(event.attempts, 0);
    next_event(f, 0, "a1"); /* at least once: it stays until it is done */
    assert_ok(f, CALL(f, event_done, event.sequence));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_done, event.sequence));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_retry, event.sequence, 5));
    event = next_event(f, 0, "a2");
    assert_string_equal(event.topic, "arn:2");
    assert_ok(f, CALL(f, event_done, event.sequence));
    event = next_event(f, 0, "b1");
    assert_ok(f, CALL(f, event_done, event.sequence));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_next, INT64_MAX, &f->arena, &event));
}

static void events_are_tried_again(void **state)
{
    struct store_fixture *f = *state;
    struct mk_event event;

    assert_ok(f, add_job(f, "1-a", "p"));
    assert_ok(f, add_job(f, "1-b", "p"));
    add_event(f, "1-a", "a1");
    add_event(f, "1-a", "a2");
    add_event(f, "1-b", "b1");
    assert_ok(f, CALL(f, event_retry, next_event(f, 0, "a1").sequence, 1000));

    /* a2 must not overtake a1, b1 may. */
    event = next_event(f, 999, "b1");
    assert_ok(f, CALL(f, event_done, event.sequence));
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_next, 999, &f->arena, &event));
    add_event(f, "1-a", "a3");
    assert_fails(f, MOCKETS_E_NOT_FOUND, CALL(f, event_next, 999, &f->arena, &event));
    event = next_event(f, 1000, "a1");
    assert_int_equal(event.attempts, 1);
    assert_ok(f, CALL(f, event_retry, event.sequence, 3000));
    event = next_event(f, 3000, "a1");
    assert_int_equal(event.attempts, 2);
    assert_ok(f, CALL(f, event_done, event.sequence));
    event = next_event(f, 0, "a2");
    assert_int_equal(event.attempts, 0);
    assert_ok(f, CALL(f, event_done, event.sequence));
    next_event(f, 0, "a3");
}

static void everything_survives_a_restart(void **state)
{
    struct store_fixture *f = *state;
    const struct mk_record pipeline = {.id = "p", .document = "P", .held = true};
    struct mk_record record;
    struct mk_job_record job;

    if (backend->volatile_data)
        skip();
    assert_ok(f, CALL(f, record_insert, MK_RECORD_PIPELINE, &pipeline));
    assert_ok(f, add_job(f, "1-a", "q"));
    assert_ok(f, add_job(f, "1-b", "p"));
    assert_string_equal(claim(f, "me", 1000), "1-a");
    add_event(f, "1-a", "a1");
    mk_store_close(&f->store);
    assert_null(f->store.self);
    assert_ok(f, mk_store_open(backend->url, &f->store, &f->err));

    assert_ok(f, CALL(f, record_get, MK_RECORD_PIPELINE, "p", &f->arena, &record));
    assert_true(record.held);
    assert_ok(f, CALL(f, job_get, "1-a", &f->arena, &job));
    assert_string_equal(job.owner, "me");
    assert_int_equal(job.attempts, 1);
    next_event(f, 0, "a1");
    assert_null(claim(f, "you", 1099));
    assert_string_equal(claim(f, "you", 1100), "1-a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_come_and_go),           TEST(kinds_are_apart),
        TEST(records_are_listed_in_pages),   TEST(jobs_are_kept),
        TEST(large_documents_survive),       TEST(jobs_are_listed_in_pages),
        TEST(listings_end_at_the_oldest),    TEST(listings_miss_nothing),
        TEST(updates_replace_what_is_given), TEST(updates_meet_what_they_expect),
        TEST(notes_are_of_the_owner),        TEST(events_keep_their_order),
        TEST(events_are_tried_again),        TEST(everything_survives_a_restart),
    };

    return run_suite(tests, sizeof(tests) / sizeof(tests[0]));
}
