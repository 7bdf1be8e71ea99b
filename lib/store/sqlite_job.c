#include "store/sqlite.h"

struct job_work {
    const struct mk_job_record *job;
    const char *id;
    const char *pipeline_id;
    const char *state;
    const struct mk_page *page;
    const char *expected_owner;
    const char *expected_state;
    bool release;
    const struct mk_event *events;
    size_t event_count;
    struct mk_arena *arena;
    struct mk_job_record found;
    struct mk_page_result result;
    int64_t count;
};

static mockets_status insert_job(struct mk_sqlite_conn *conn, void *argument,
                                 struct mockets_error *err)
{
    static const char sql[] =
        "INSERT INTO jobs (id, pipeline_id, state, lease_until, attempts, document, context)"
        " VALUES (?1, ?2, ?3, iif(?3 = 'Progressing', 0, NULL), ?4, ?5, ?6)"
        " ON CONFLICT DO NOTHING";
    const struct mk_job_record *job = ((struct job_work *)argument)->job;
    sqlite3_stmt *stmt;
    int changes = 0;
    mockets_status rc = mk_sqlite_use(conn, sql, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, job->id);
    mk_sqlite_bind(stmt, 2, job->pipeline_id);
    mk_sqlite_bind(stmt, 3, job->state);
    sqlite3_bind_int(stmt, 4, job->attempts);
    mk_sqlite_bind(stmt, 5, job->document);
    mk_sqlite_bind(stmt, 6, job->context);
    rc = mk_sqlite_run(stmt, &changes, err);
    if (!rc && !changes)
        rc = mk_fail(err, MOCKETS_E_EXISTS, "the job \"%s\" is there already", job->id);
    return rc;
}

mockets_status mk_sqlite_job_insert(void *self, const struct mk_job_record *job,
                                    struct mockets_error *err)
{
    struct job_work work = {.job = job};

    return mk_sqlite_write(self, insert_job, &work, err);
}

mockets_status mk_sqlite_job_row(sqlite3_stmt *stmt, struct mk_arena *arena,
                                 struct mk_job_record *out, struct mockets_error *err)
{
    struct mk_job_record job = {.attempts = sqlite3_column_int(stmt, 6)};
    const char **const texts[] = {&job.id,       &job.pipeline_id, &job.state,
                                  &job.document, &job.context,     &job.owner};
    mockets_status rc = MOCKETS_OK;

    for (int i = 0; !rc && i < 6; i++)
        rc = mk_sqlite_text(stmt, i, arena, texts[i], err);
    if (!rc)
        *out = job;
    return rc;
}

/* The row of a job, or of as much of it as @p sql asks for. */
static mockets_status find_job(struct mk_sqlite_conn *conn, const char *sql, const char *id,
                               sqlite3_stmt **out, struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, sql, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, id);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc && !row)
        rc = mk_fail(err, MOCKETS_E_NOT_FOUND, "there is no job \"%s\"", id);
    if (rc)
        mk_sqlite_end(stmt);
    else
        *out = stmt;
    return rc;
}

static mockets_status get_job(struct mk_sqlite_conn *conn, void *argument,
                              struct mockets_error *err)
{
    static const char sql[] = "SELECT " MK_SQLITE_JOB_COLUMNS " FROM jobs WHERE id = ?1";
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    mockets_status rc = find_job(conn, sql, work->id, &stmt, err);

    if (rc)
        return rc;
    rc = mk_sqlite_job_row(stmt, work->arena, &work->found, err);
    mk_sqlite_end(stmt);
    return rc;
}

static mockets_status get_document(struct mk_sqlite_conn *conn, void *argument,
                                   struct mockets_error *err)
{
    static const char sql[] = "SELECT document FROM jobs WHERE id = ?1";
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    mockets_status rc = find_job(conn, sql, work->id, &stmt, err);

    if (rc)
        return rc;
    rc = mk_sqlite_text(stmt, 0, work->arena, &work->found.document, err);
    mk_sqlite_end(stmt);
    return rc;
}

mockets_status mk_sqlite_job_get(void *self, const char *id, struct mk_arena *arena,
                                 struct mk_job_record *out, struct mockets_error *err)
{
    struct job_work work = {.id = id, .arena = arena};
    mockets_status rc = mk_sqlite_read(self, get_job, &work, err);

    if (!rc)
        *out = work.found;
    return rc;
}

mockets_status mk_sqlite_job_document(void *self, const char *id, struct mk_arena *arena,
                                      const char **out, struct mockets_error *err)
{
    struct job_work work = {.id = id, .arena = arena};
    mockets_status rc = mk_sqlite_read(self, get_document, &work, err);

    if (!rc)
        *out = work.found.document;
    return rc;
}

static mockets_status find_seq(struct mk_sqlite_conn *conn, const char *id, int64_t *out,
                               struct mockets_error *err)
{
    static const char sql[] = "SELECT seq FROM jobs WHERE id = ?1";
    sqlite3_stmt *stmt;
    mockets_status rc = find_job(conn, sql, id, &stmt, err);

    if (rc)
        return rc;
    *out = sqlite3_column_int64(stmt, 0);
    mk_sqlite_end(stmt);
    return rc;
}

mockets_status mk_sqlite_job_refuse(struct mk_sqlite_conn *conn, const char *id,
                                    struct mockets_error *err)
{
    int64_t seq = 0;
    mockets_status rc = find_seq(conn, id, &seq, err);

    return rc ? rc
              : mk_fail(err, MOCKETS_E_IN_USE, "the job \"%s\" has another state or owner", id);
}

/* Two listings, each in two directions. */
#define LIST(index, column, beyond)                                                                \
    "SELECT id, document FROM jobs INDEXED BY " index " WHERE " column " = ?1" SINCE               \
    " AND seq " beyond " LIMIT ?3"
/*
 * Ids begin with the time, so the newest one before ?4 says about where the listing ends, and what
 * lies far behind it is not looked at. Only about: jobs of one moment have their ids in any order.
 */
#define SINCE                                                                                      \
    " AND id >= ?4 AND seq > ifnull((SELECT seq FROM jobs WHERE id < ?4 ORDER BY id DESC LIMIT 1)" \
    " - 64, 0)"
#define OLDER "< ?2 ORDER BY seq DESC"
#define NEWER "> ?2 ORDER BY seq"

static mockets_status list_jobs(struct mk_sqlite_conn *conn, void *argument,
                                struct mockets_error *err)
{
    static const char *const queries[2][2] = {
        {LIST("jobs_by_state", "state", OLDER), LIST("jobs_by_state", "state", NEWER)},
        {LIST("jobs_by_pipeline", "pipeline_id", OLDER),
         LIST("jobs_by_pipeline", "pipeline_id", NEWER)},
    };
    struct job_work *work = argument;
    const struct mk_page *page = work->page;
    int64_t seq = page->ascending ? 0 : INT64_MAX;
    sqlite3_stmt *stmt;
    mockets_status rc = MOCKETS_OK;

    if (page->after)
        rc = find_seq(conn, page->after, &seq, err);
    if (!rc)
        rc = mk_sqlite_use(conn, queries[work->pipeline_id != NULL][page->ascending], &stmt, err);
    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->pipeline_id ? work->pipeline_id : work->state);
    sqlite3_bind_int64(stmt, 2, seq);
    sqlite3_bind_int64(stmt, 3, (int64_t)page->limit + 1);
    mk_sqlite_bind(stmt, 4, page->oldest ? page->oldest : "");
    return mk_sqlite_collect(stmt, page->limit, work->arena, &work->result, err);
}

mockets_status mk_sqlite_job_list(void *self, const char *pipeline_id, const char *state,
                                  const struct mk_page *page, struct mk_arena *arena,
                                  struct mk_page_result *out, struct mockets_error *err)
{
    struct job_work work = {
        .pipeline_id = pipeline_id, .state = state, .page = page, .arena = arena};
    mockets_status rc = mk_sqlite_read(self, list_jobs, &work, err);

    if (!rc)
        *out = work.result;
    return rc;
}

static mockets_status update_job(struct mk_sqlite_conn *conn, void *argument,
                                 struct mockets_error *err)
{
    static const char sql[] =
        "UPDATE jobs SET state = coalesce(?2, state), document = coalesce(?3, document),"
        " context = coalesce(?4, context), owner = iif(?5, NULL, owner),"
        " lease_until = CASE"
        "  WHEN coalesce(?2, state) NOT IN ('Submitted', 'Progressing') THEN NULL"
        "  WHEN owner IS NOT NULL AND NOT ?5 THEN coalesce(lease_until, 0)"
        "  WHEN coalesce(?2, state) = 'Progressing' THEN 0 END"
        " WHERE id = ?1 AND (?6 IS NULL OR owner = ?6) AND (?7 IS NULL OR state = ?7)";
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    int changes = 0;
    mockets_status rc = mk_sqlite_use(conn, sql, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->job->id);
    mk_sqlite_bind(stmt, 2, work->job->state);
    mk_sqlite_bind(stmt, 3, work->job->document);
    mk_sqlite_bind(stmt, 4, work->job->context);
    sqlite3_bind_int(stmt, 5, work->release);
    mk_sqlite_bind(stmt, 6, work->expected_owner);
    mk_sqlite_bind(stmt, 7, work->expected_state);
    rc = mk_sqlite_run(stmt, &changes, err);
    if (!rc && !changes)
        rc = mk_sqlite_job_refuse(conn, work->job->id, err);
    return rc ? rc : mk_sqlite_event_add(conn, work->events, work->event_count, err);
}

mockets_status mk_sqlite_job_note(void *self, const struct mk_job_record *job, const char *owner,
                                  const struct mk_event *events, size_t event_count,
                                  struct mockets_error *err)
{
    struct job_work work = {
        .job = job, .expected_owner = owner, .events = events, .event_count = event_count};

    return mk_sqlite_note(self, update_job, &work, err);
}

mockets_status mk_sqlite_job_update(void *self, const struct mk_job_record *job,
                                    const char *expected_owner, const char *expected_state,
                                    bool release, const struct mk_event *events, size_t event_count,
                                    struct mockets_error *err)
{
    struct job_work work = {.job = job,
                            .expected_owner = expected_owner,
                            .expected_state = expected_state,
                            .release = release,
                            .events = events,
                            .event_count = event_count};

    return mk_sqlite_write(self, update_job, &work, err);
}

static mockets_status count_active(struct mk_sqlite_conn *conn, void *argument,
                                   struct mockets_error *err)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM jobs INDEXED BY jobs_waiting"
        "  WHERE state = 'Submitted' AND lease_until IS NULL AND pipeline_id = ?1)"
        " + (SELECT count(*) FROM jobs INDEXED BY jobs_leased"
        "  WHERE lease_until IS NOT NULL AND pipeline_id = ?1)";
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, sql, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->pipeline_id);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc)
        work->count = sqlite3_column_int64(stmt, 0);
    mk_sqlite_end(stmt);
    return rc;
}

mockets_status mk_sqlite_job_count_active(void *self, const char *pipeline_id, int64_t *count,
                                          struct mockets_error *err)
{
    struct job_work work = {.pipeline_id = pipeline_id};
    mockets_status rc = mk_sqlite_read(self, count_active, &work, err);

    if (!rc)
        *count = work.count;
    return rc;
}
