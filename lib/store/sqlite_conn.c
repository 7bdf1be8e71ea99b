#include "store/sqlite.h"

#include <string.h>

#include "base/alloc.h"

enum { BUSY_MS = 10000 };

static mockets_status fail_sqlite(sqlite3 *db, struct mockets_error *err)
{
    int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;

    if (code == SQLITE_NOMEM)
        return mk_fail_nomem(err);
    return mk_fail(err, MOCKETS_E_IO, "the store failed: %s", sqlite3_errmsg(db));
}

mockets_status mk_sqlite_exec(struct mk_sqlite_conn *conn, const char *sql,
                              struct mockets_error *err)
{
    if (sqlite3_exec(conn->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail_sqlite(conn->db, err);
    return MOCKETS_OK;
}

/* Readers and the writer see each other's file only in this mode without waiting. */
static mockets_status use_wal(struct mk_sqlite_conn *conn, struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    bool row = false, good = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_USE_WAL, &stmt, err);

    if (rc)
        return rc;
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc && row) {
        const char *mode = (const char *)sqlite3_column_text(stmt, 0);

        good = mode && (!strcmp(mode, "wal") || !strcmp(mode, "memory"));
    }
    mk_sqlite_end(stmt);
    if (!rc && !good)
        rc = mk_fail(err, MOCKETS_E_IO, "the store's file system cannot hold a WAL database");
    return rc;
}

mockets_status mk_sqlite_conn_open(const char *path, bool reader, struct mk_sqlite_conn **out,
                                   struct mockets_error *err)
{
    static const char settings[] = "PRAGMA synchronous = FULL;"
                                   "PRAGMA foreign_keys = OFF;"
                                   "PRAGMA temp_store = MEMORY;"
                                   "PRAGMA cache_size = -16384;";
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (reader ? 0 : SQLITE_OPEN_CREATE);
    struct mk_sqlite_conn *conn = mk_alloc(sizeof(*conn));
    mockets_status rc = MOCKETS_OK;

    if (!conn)
        return mk_fail_nomem(err);
    if (sqlite3_open_v2(path, &conn->db, flags, NULL) != SQLITE_OK) {
        rc = fail_sqlite(conn->db, err);
        mk_error_prefix(err, "cannot open the store %s: ", path);
    }
    if (!rc) {
        sqlite3_busy_timeout(conn->db, BUSY_MS);
        rc = mk_sqlite_exec(conn, settings, err);
    }
    if (!rc)
        rc = reader ? mk_sqlite_exec(conn, "PRAGMA query_only = ON", err) : use_wal(conn, err);
    if (!rc && reader)
        rc = mk_sqlite_prepare(conn, MK_SQL_READS, err);
    if (rc)
        mk_sqlite_conn_close(&conn);
    else
        *out = conn;
    return rc;
}

void mk_sqlite_conn_close(struct mk_sqlite_conn **conn)
{
    if (!*conn)
        return;
    for (size_t i = 0; i < MK_SQL_COUNT; i++)
        sqlite3_finalize((*conn)->statements[i]);
    sqlite3_close((*conn)->db);
    mk_free(*conn);
    *conn = NULL;
}

mockets_status mk_sqlite_use(struct mk_sqlite_conn *conn, enum mk_sql sql, sqlite3_stmt **out,
                             struct mockets_error *err)
{
    sqlite3_stmt **stmt = &conn->statements[sql];
    int code = SQLITE_OK;

    if (!*stmt)
        code = sqlite3_prepare_v3(conn->db, mk_sqlite_sql[sql], -1, SQLITE_PREPARE_PERSISTENT, stmt,
                                  NULL);
    *out = *stmt;
    return code == SQLITE_OK ? MOCKETS_OK : fail_sqlite(conn->db, err);
}

mockets_status mk_sqlite_prepare(struct mk_sqlite_conn *conn, enum mk_sql end,
                                 struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    mockets_status rc = MOCKETS_OK;

    for (int sql = 0; sql < (int)end && !rc; sql++)
        rc = mk_sqlite_use(conn, (enum mk_sql)sql, &stmt, err);
    return rc;
}

void mk_sqlite_bind(sqlite3_stmt *stmt, int index, const char *text)
{
    sqlite3_bind_text(stmt, index, text, -1, SQLITE_STATIC);
}

mockets_status mk_sqlite_step(sqlite3_stmt *stmt, bool *row, struct mockets_error *err)
{
    int code = sqlite3_step(stmt);

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return fail_sqlite(sqlite3_db_handle(stmt), err);
    *row = code == SQLITE_ROW;
    return MOCKETS_OK;
}

mockets_status mk_sqlite_text(sqlite3_stmt *stmt, int column, struct mk_arena *arena,
                              const char **out, struct mockets_error *err)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);
    char *copy;

    if (!text && sqlite3_column_type(stmt, column) == SQLITE_NULL) {
        *out = NULL;
        return MOCKETS_OK;
    }
    copy = text ? mk_arena_memdup(arena, text, (size_t)sqlite3_column_bytes(stmt, column)) : NULL;
    if (!copy)
        return mk_fail_nomem(err);
    *out = copy;
    return MOCKETS_OK;
}

void mk_sqlite_end(sqlite3_stmt *stmt)
{
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

mockets_status mk_sqlite_run(sqlite3_stmt *stmt, int *changes, struct mockets_error *err)
{
    bool row = false;
    mockets_status rc = mk_sqlite_step(stmt, &row, err);

    if (!rc && changes)
        *changes = sqlite3_changes(sqlite3_db_handle(stmt));
    mk_sqlite_end(stmt);
    return rc;
}

static bool grow(struct mk_arena *arena, const char ***items, size_t count, size_t *room)
{
    const char **larger;

    if (count < *room)
        return true;
    larger = mk_arena_array(arena, *room ? *room * 2 : 64, sizeof(*larger));
    if (!larger)
        return false;
    if (count)
        memcpy(larger, *items, count * sizeof(*larger));
    *room = *room ? *room * 2 : 64;
    *items = larger;
    return true;
}

mockets_status mk_sqlite_collect(sqlite3_stmt *stmt, unsigned limit, struct mk_arena *arena,
                                 struct mk_page_result *out, struct mockets_error *err)
{
    struct mk_page_result page = {0};
    size_t room = 0;
    bool row = true;
    mockets_status rc = MOCKETS_OK;

    while (!rc) {
        rc = mk_sqlite_step(stmt, &row, err);
        if (rc || !row)
            break;
        if (page.count == limit) {
            page.next = page.last;
            break;
        }
        if (!grow(arena, &page.documents, page.count, &room))
            rc = mk_fail_nomem(err);
        else
            rc = mk_sqlite_text(stmt, 1, arena, &page.documents[page.count++], err);
        if (!rc && page.count == limit)
            rc = mk_sqlite_text(stmt, 0, arena, &page.last, err);
    }
    mk_sqlite_end(stmt);
    if (!rc)
        *out = page;
    return rc;
}
