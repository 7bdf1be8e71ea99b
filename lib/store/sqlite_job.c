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
    const struct mk_job_record *job = ((struct job_work *)argument)->job;
    sqlite3_stmt *stmt;
    int changes = 0;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_JOB_INSERT, &stmt, err);

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
static mockets_status find_job(struct mk_sqlite_conn *conn, enum mk_sql sql, const char *id,
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
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    mockets_status rc = find_job(conn, MK_SQL_JOB, work->id, &stmt, err);

    if (rc)
        return rc;
    rc = mk_sqlite_job_row(stmt, work->arena, &work->found, err);
    mk_sqlite_end(stmt);
    return rc;
}

static mockets_status get_document(struct mk_sqlite_conn *conn, void *argument,
                                   struct mockets_error *err)
{
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    mockets_status rc = find_job(conn, MK_SQL_JOB_DOCUMENT, work->id, &stmt, err);

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
    sqlite3_stmt *stmt;
    mockets_status rc = find_job(conn, MK_SQL_JOB_SEQ, id, &stmt, err);

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

static mockets_status list_jobs(struct mk_sqlite_conn *conn, void *argument,
                                struct mockets_error *err)
{
    static const enum mk_sql lists[2][2] = {
        {MK_SQL_JOBS_OF_STATE_OLDER, MK_SQL_JOBS_OF_STATE_NEWER},
        {MK_SQL_JOBS_OF_PIPELINE_OLDER, MK_SQL_JOBS_OF_PIPELINE_NEWER},
    };
    struct job_work *work = argument;
    const struct mk_page *page = work->page;
    int64_t seq = page->ascending ? 0 : INT64_MAX;
    sqlite3_stmt *stmt;
    mockets_status rc = MOCKETS_OK;

    if (page->after)
        rc = find_seq(conn, page->after, &seq, err);
    if (!rc)
        rc = mk_sqlite_use(conn, lists[work->pipeline_id != NULL][page->ascending], &stmt, err);
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
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    int changes = 0;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_JOB_UPDATE, &stmt, err);

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
    struct job_work *work = argument;
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_JOB_COUNT_ACTIVE, &stmt, err);

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
