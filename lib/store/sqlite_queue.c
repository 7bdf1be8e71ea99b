#include "store/sqlite.h"

#include "base/clock.h"

struct queue_work {
    const char *id;
    const char *owner;
    int64_t now_ms;
    int64_t until_ms;
    struct mk_arena *arena;
    struct mk_job_record found;
    int count;
};

static mockets_status pick(struct mk_sqlite_conn *conn, int64_t now_ms, int64_t *seq,
                           struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_JOB_PICK, &stmt, err);

    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, now_ms);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc && sqlite3_column_type(stmt, 0) == SQLITE_NULL)
        rc = mk_fail(err, MOCKETS_E_NOT_FOUND, "no job waits");
    if (!rc)
        *seq = sqlite3_column_int64(stmt, 0);
    mk_sqlite_end(stmt);
    return rc;
}

static mockets_status claim(struct mk_sqlite_conn *conn, void *argument, struct mockets_error *err)
{
    struct queue_work *work = argument;
    sqlite3_stmt *stmt;
    int64_t seq = 0;
    bool row = false;
    mockets_status rc = pick(conn, work->now_ms, &seq, err);

    if (!rc)
        rc = mk_sqlite_use(conn, MK_SQL_JOB_CLAIM, &stmt, err);
    if (rc)
        return rc;
    sqlite3_bind_int64(stmt, 1, seq);
    mk_sqlite_bind(stmt, 2, work->owner);
    sqlite3_bind_int64(stmt, 3, work->until_ms);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc)
        rc = mk_sqlite_job_row(stmt, work->arena, &work->found, err);
    work->found.claimed_ms = mk_clock_wall_ms(); /* here, where claims come one after the other */
    mk_sqlite_end(stmt);
    return rc;
}

static mockets_status look(struct mk_sqlite_conn *conn, void *argument, struct mockets_error *err)
{
    struct queue_work *work = argument;
    int64_t seq;

    return pick(conn, work->now_ms, &seq, err);
}

/* Look first: whoever finds nothing to claim holds up nobody who writes. */
mockets_status mk_sqlite_job_claim(void *self, const char *owner, int64_t now_ms, int64_t lease_ms,
                                   struct mk_arena *arena, struct mk_job_record *out,
                                   struct mockets_error *err)
{
    struct queue_work work = {
        .owner = owner, .now_ms = now_ms, .until_ms = now_ms + lease_ms, .arena = arena};
    mockets_status rc = mk_sqlite_read(self, look, &work, err);

    if (!rc)
        rc = mk_sqlite_note(self, claim, &work, err);

    if (!rc)
        *out = work.found;
    return rc;
}

static mockets_status renew(struct mk_sqlite_conn *conn, void *argument, struct mockets_error *err)
{
    struct queue_work *work = argument;
    sqlite3_stmt *stmt;
    int changes = 0;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_JOB_RENEW, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->id);
    mk_sqlite_bind(stmt, 2, work->owner);
    sqlite3_bind_int64(stmt, 3, work->until_ms);
    rc = mk_sqlite_run(stmt, &changes, err);
    return rc || changes ? rc : mk_sqlite_job_refuse(conn, work->id, err);
}

mockets_status mk_sqlite_job_renew(void *self, const char *id, const char *owner, int64_t until_ms,
                                   struct mockets_error *err)
{
    struct queue_work work = {.id = id, .owner = owner, .until_ms = until_ms};

    return mk_sqlite_note(self, renew, &work, err);
}

static mockets_status reclaim(struct mk_sqlite_conn *conn, void *argument,
                              struct mockets_error *err)
{
    struct queue_work *work = argument;
    sqlite3_stmt *stmt;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_JOB_RECLAIM, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->owner);
    return mk_sqlite_run(stmt, &work->count, err);
}

mockets_status mk_sqlite_job_reclaim(void *self, const char *owner, size_t *count,
                                     struct mockets_error *err)
{
    struct queue_work work = {.owner = owner};
    mockets_status rc = mk_sqlite_write(self, reclaim, &work, err);

    if (!rc)
        *count = (size_t)work.count;
    return rc;
}
