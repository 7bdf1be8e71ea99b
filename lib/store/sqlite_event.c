#include "store/sqlite.h"

struct event_work {
    int64_t sequence;
    int64_t time_ms;
    struct mk_arena *arena;
    struct mk_event found;
};

mockets_status mk_sqlite_event_add(struct mk_sqlite_conn *conn, const struct mk_event *events,
                                   size_t count, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < count; i++) {
        sqlite3_stmt *stmt;

        rc = mk_sqlite_use(conn, MK_SQL_EVENT_INSERT, &stmt, err);
        if (rc)
            return rc;
        mk_sqlite_bind(stmt, 1, events[i].job_id);
        mk_sqlite_bind(stmt, 2, events[i].topic);
        mk_sqlite_bind(stmt, 3, events[i].subject);
        mk_sqlite_bind(stmt, 4, events[i].message);
        rc = mk_sqlite_run(stmt, NULL, err);
    }
    return rc;
}

static mockets_status copy_event(sqlite3_stmt *stmt, struct mk_arena *arena, struct mk_event *out,
                                 struct mockets_error *err)
{
    struct mk_event event = {
        .sequence = sqlite3_column_int64(stmt, 4),
        .attempts = sqlite3_column_int(stmt, 5),
    };
    const char **const texts[] = {&event.job_id, &event.topic, &event.subject, &event.message};
    mockets_status rc = MOCKETS_OK;

    for (int i = 0; !rc && i < 4; i++)
        rc = mk_sqlite_text(stmt, i, arena, texts[i], err);
    if (!rc)
        *out = event;
    return rc;
}

static mockets_status next_event(struct mk_sqlite_conn *conn, void *argument,
                                 struct mockets_error *err)
{
    struct event_work *work = argument;
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_EVENT_NEXT, &stmt, err);

    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, work->time_ms);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc && !row)
        rc = mk_fail(err, MOCKETS_E_NOT_FOUND, "no event is due");
    if (!rc)
        rc = copy_event(stmt, work->arena, &work->found, err);
    mk_sqlite_end(stmt);
    return rc;
}

mockets_status mk_sqlite_event_next(void *self, int64_t now_ms, struct mk_arena *arena,
                                    struct mk_event *out, struct mockets_error *err)
{
    struct event_work work = {.time_ms = now_ms, .arena = arena};
    mockets_status rc = mk_sqlite_read(self, next_event, &work, err);

    if (!rc)
        *out = work.found;
    return rc;
}

static mockets_status fail_missing(int64_t sequence, struct mockets_error *err)
{
    return mk_fail(err, MOCKETS_E_NOT_FOUND, "there is no event %lld", (long long)sequence);
}

static mockets_status release_next(struct mk_sqlite_conn *conn, int64_t sequence,
                                   struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_EVENT_RELEASE, &stmt, err);

    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, sequence);
    return mk_sqlite_run(stmt, NULL, err);
}

static mockets_status finish_event(struct mk_sqlite_conn *conn, void *argument,
                                   struct mockets_error *err)
{
    struct event_work *work = argument;
    sqlite3_stmt *stmt;
    int changes = 0;
    mockets_status rc = release_next(conn, work->sequence, err);

    if (!rc)
        rc = mk_sqlite_use(conn, MK_SQL_EVENT_DELETE, &stmt, err);
    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, work->sequence);
    rc = mk_sqlite_run(stmt, &changes, err);
    return rc || changes ? rc : fail_missing(work->sequence, err);
}

mockets_status mk_sqlite_event_done(void *self, int64_t sequence, struct mockets_error *err)
{
    struct event_work work = {.sequence = sequence};

    return mk_sqlite_write(self, finish_event, &work, err);
}

static mockets_status retry_event(struct mk_sqlite_conn *conn, void *argument,
                                  struct mockets_error *err)
{
    struct event_work *work = argument;
    sqlite3_stmt *stmt;
    int changes = 0;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_EVENT_RETRY, &stmt, err);

    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, work->sequence);
    sqlite3_bind_int64(stmt, 2, work->time_ms);
    rc = mk_sqlite_run(stmt, &changes, err);
    return rc || changes ? rc : fail_missing(work->sequence, err);
}

mockets_status mk_sqlite_event_retry(void *self, int64_t sequence, int64_t at_ms,
                                     struct mockets_error *err)
{
    struct event_work work = {.sequence = sequence, .time_ms = at_ms};

    return mk_sqlite_write(self, retry_event, &work, err);
}
