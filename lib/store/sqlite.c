#include "store/sqlite.h"

#include <string.h>

/*
 * seq is the order of creation, and of listings. lease_until is NULL for a job that waits in the
 * ordinary way or is finished, else the end of its lease: 0 for one that was interrupted. So
 * jobs_waiting is the queue, and jobs_leased the few that run.
 */
static const char schema_1[] =
    "CREATE TABLE records ("
    " seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, held INTEGER NOT NULL,"
    " document TEXT NOT NULL, UNIQUE (kind, id)) STRICT;"
    "CREATE INDEX records_by_kind ON records (kind);"

    "CREATE TABLE jobs ("
    " seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, pipeline_id TEXT NOT NULL,"
    " state TEXT NOT NULL, owner TEXT, lease_until INTEGER, attempts INTEGER NOT NULL,"
    " document TEXT NOT NULL, context TEXT) STRICT;"
    "CREATE INDEX jobs_by_pipeline ON jobs (pipeline_id);"
    "CREATE INDEX jobs_by_state ON jobs (state);"
    "CREATE INDEX jobs_waiting ON jobs (pipeline_id)"
    " WHERE state = 'Submitted' AND lease_until IS NULL;"
    "CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;"

    /* due_at is NULL while an older event of the job has to go first. */
    "CREATE TABLE events ("
    " seq INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL, due_at INTEGER,"
    " attempts INTEGER NOT NULL, topic TEXT NOT NULL, subject TEXT NOT NULL,"
    " message TEXT NOT NULL) STRICT;"
    "CREATE INDEX events_by_job ON events (job_id);"
    "CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL;";

/* What makes schema N + 1 out of schema N. */
static const char *const upgrades[] = {schema_1};

enum { SCHEMA_VERSION = sizeof(upgrades) / sizeof(upgrades[0]) };

static mockets_status read_version(struct mk_sqlite_conn *conn, int *out, struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, "PRAGMA user_version", &stmt, err);

    if (rc)
        return rc;
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc)
        *out = row ? sqlite3_column_int(stmt, 0) : 0;
    mk_sqlite_end(stmt);
    return rc;
}

static mockets_status upgrade(struct mk_sqlite_conn *conn, void *argument,
                              struct mockets_error *err)
{
    char pragma[64];
    int version = 0;
    mockets_status rc = read_version(conn, &version, err);

    (void)argument;
    if (rc)
        return rc;
    if (version < 0 || version > SCHEMA_VERSION)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED,
                       "the store was made by a newer version of mockets (schema %d, not %d)",
                       version, SCHEMA_VERSION);
    if (version == SCHEMA_VERSION)
        return MOCKETS_OK;
    for (; !rc && version < SCHEMA_VERSION; version++)
        rc = mk_sqlite_exec(conn, upgrades[version], err);
    sqlite3_snprintf(sizeof(pragma), pragma, "PRAGMA user_version = %d", version);
    return rc ? rc : mk_sqlite_exec(conn, pragma, err);
}

static mockets_status sqlite_open(void *self, const char *url, struct mockets_error *err)
{
    struct mk_sqlite *store = self;
    const char *path = strchr(url, ':') + 1;
    mockets_status rc;

    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->returned, NULL);
    store->last = &store->pending;
    if (!*path)
        return mk_fail(err, MOCKETS_E_INVALID, "the store URL \"%s\" names no file", url);
    store->memory = strcmp(path, ":memory:") == 0;
    store->path = mk_arena_strdup(&store->arena, path);
    if (!store->path)
        return mk_fail_nomem(err);
    rc = mk_sqlite_conn_open(store->path, false, &store->writer, err);
    return rc ? rc : mk_sqlite_write(store, upgrade, NULL, err);
}

static void sqlite_close(void *self)
{
    struct mk_sqlite *store = self;

    while (store->idle) {
        struct mk_sqlite_conn *conn = store->idle;

        store->idle = conn->next;
        mk_sqlite_conn_close(&conn);
    }
    mk_sqlite_conn_close(&store->writer);
    pthread_cond_destroy(&store->returned);
    pthread_mutex_destroy(&store->lock);
    mk_arena_fini(&store->arena);
}

const struct mk_store_ops mk_store_sqlite = {
    .scheme = "sqlite",
    .size = sizeof(struct mk_sqlite),
    .open = sqlite_open,
    .close = sqlite_close,
    .record_insert = mk_sqlite_record_insert,
    .record_update = mk_sqlite_record_update,
    .record_get = mk_sqlite_record_get,
    .record_list = mk_sqlite_record_list,
    .record_delete = mk_sqlite_record_delete,
    .record_count = mk_sqlite_record_count,
    .job_insert = mk_sqlite_job_insert,
    .job_get = mk_sqlite_job_get,
    .job_document = mk_sqlite_job_document,
    .job_list = mk_sqlite_job_list,
    .job_claim = mk_sqlite_job_claim,
    .job_renew = mk_sqlite_job_renew,
    .job_note = mk_sqlite_job_note,
    .job_update = mk_sqlite_job_update,
    .job_reclaim = mk_sqlite_job_reclaim,
    .job_count_active = mk_sqlite_job_count_active,
    .event_next = mk_sqlite_event_next,
    .event_done = mk_sqlite_event_done,
    .event_retry = mk_sqlite_event_retry,
};
