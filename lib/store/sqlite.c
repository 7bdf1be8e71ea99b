#include "store/sqlite.h"

#include <string.h>

static mockets_status read_version(struct mk_sqlite_conn *conn, int *out, struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_VERSION, &stmt, err);

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
    if (version < 0 || version > MK_SQLITE_SCHEMA)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED,
                       "the store was made by a newer version of mockets (schema %d, not %d)",
                       version, MK_SQLITE_SCHEMA);
    if (version == MK_SQLITE_SCHEMA)
        return MOCKETS_OK;
    for (; !rc && version < MK_SQLITE_SCHEMA; version++)
        rc = mk_sqlite_exec(conn, mk_sqlite_upgrades[version], err);
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
    if (!rc)
        rc = mk_sqlite_write(store, upgrade, NULL, err);
    return rc ? rc : mk_sqlite_prepare(store->writer, MK_SQL_COUNT, err);
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
