#include "store/sqlite.h"

struct record_work {
    const char *kind;
    const struct mk_record *record;
    const char *id;
    const char *expected; /* NULL: any */
    int64_t count;
    const struct mk_page *page;
    struct mk_arena *arena;
    struct mk_record found;
    struct mk_page_result result;
};

static const char *kind_name(enum mk_record_kind kind)
{
    return kind == MK_RECORD_PIPELINE ? "pipeline" : "preset";
}

static mockets_status fail_missing(struct mockets_error *err, const char *kind, const char *id)
{
    return mk_fail(err, MOCKETS_E_NOT_FOUND, "there is no %s \"%s\"", kind, id);
}

static mockets_status find_seq(struct mk_sqlite_conn *conn, const char *kind, const char *id,
                               int64_t *out, struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_RECORD_SEQ, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, kind);
    mk_sqlite_bind(stmt, 2, id);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc && !row)
        rc = fail_missing(err, kind, id);
    if (!rc)
        *out = sqlite3_column_int64(stmt, 0);
    mk_sqlite_end(stmt);
    return rc;
}

static mockets_status write_record(struct mk_sqlite_conn *conn, enum mk_sql sql,
                                   const struct record_work *work, int *changes,
                                   struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    mockets_status rc = mk_sqlite_use(conn, sql, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->kind);
    mk_sqlite_bind(stmt, 2, work->record->id);
    sqlite3_bind_int(stmt, 3, work->record->held);
    mk_sqlite_bind(stmt, 4, work->record->document);
    if (work->expected)
        mk_sqlite_bind(stmt, 5, work->expected);
    return mk_sqlite_run(stmt, changes, err);
}

static mockets_status insert_record(struct mk_sqlite_conn *conn, void *argument,
                                    struct mockets_error *err)
{
    struct record_work *work = argument;
    int changes = 0;
    mockets_status rc = write_record(conn, MK_SQL_RECORD_INSERT, work, &changes, err);

    if (!rc && !changes)
        rc = mk_fail(err, MOCKETS_E_EXISTS, "the %s \"%s\" is there already", work->kind,
                     work->record->id);
    return rc;
}

mockets_status mk_sqlite_record_insert(void *self, enum mk_record_kind kind,
                                       const struct mk_record *record, struct mockets_error *err)
{
    struct record_work work = {.kind = kind_name(kind), .record = record};

    return mk_sqlite_write(self, insert_record, &work, err);
}

static mockets_status update_record(struct mk_sqlite_conn *conn, void *argument,
                                    struct mockets_error *err)
{
    struct record_work *work = argument;
    int changes = 0;
    int64_t seq;
    mockets_status rc = write_record(conn, MK_SQL_RECORD_UPDATE, work, &changes, err);

    if (!rc && !changes)
        rc = find_seq(conn, work->kind, work->record->id, &seq, err);
    if (!rc && !changes)
        rc = mk_fail(err, MOCKETS_E_IN_USE, "the %s \"%s\" has been changed by somebody else",
                     work->kind, work->record->id);
    return rc;
}

mockets_status mk_sqlite_record_update(void *self, enum mk_record_kind kind,
                                       const struct mk_record *record, const char *expected,
                                       struct mockets_error *err)
{
    struct record_work work = {.kind = kind_name(kind), .record = record, .expected = expected};

    return mk_sqlite_write(self, update_record, &work, err);
}

static mockets_status delete_record(struct mk_sqlite_conn *conn, void *argument,
                                    struct mockets_error *err)
{
    struct record_work *work = argument;
    sqlite3_stmt *stmt;
    int changes = 0;
    int64_t seq;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_RECORD_DELETE, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->kind);
    mk_sqlite_bind(stmt, 2, work->id);
    rc = mk_sqlite_run(stmt, &changes, err);
    if (!rc && !changes)
        rc = find_seq(conn, work->kind, work->id, &seq, err);
    if (!rc && !changes)
        rc = mk_fail(err, MOCKETS_E_IN_USE, "the pipeline \"%s\" has jobs that wait or run",
                     work->id);
    return rc;
}

mockets_status mk_sqlite_record_delete(void *self, enum mk_record_kind kind, const char *id,
                                       struct mockets_error *err)
{
    struct record_work work = {.kind = kind_name(kind), .id = id};

    return mk_sqlite_write(self, delete_record, &work, err);
}

static mockets_status get_record(struct mk_sqlite_conn *conn, void *argument,
                                 struct mockets_error *err)
{
    struct record_work *work = argument;
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_RECORD, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->kind);
    mk_sqlite_bind(stmt, 2, work->id);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc && !row)
        rc = fail_missing(err, work->kind, work->id);
    if (!rc)
        rc = mk_sqlite_text(stmt, 0, work->arena, &work->found.id, err);
    if (!rc)
        rc = mk_sqlite_text(stmt, 1, work->arena, &work->found.document, err);
    if (!rc)
        work->found.held = sqlite3_column_int(stmt, 2) != 0;
    mk_sqlite_end(stmt);
    return rc;
}

mockets_status mk_sqlite_record_get(void *self, enum mk_record_kind kind, const char *id,
                                    struct mk_arena *arena, struct mk_record *out,
                                    struct mockets_error *err)
{
    struct record_work work = {.kind = kind_name(kind), .id = id, .arena = arena};
    mockets_status rc = mk_sqlite_read(self, get_record, &work, err);

    if (!rc)
        *out = work.found;
    return rc;
}

static mockets_status list_records(struct mk_sqlite_conn *conn, void *argument,
                                   struct mockets_error *err)
{
    struct record_work *work = argument;
    const struct mk_page *page = work->page;
    int64_t seq = page->ascending ? 0 : INT64_MAX;
    sqlite3_stmt *stmt;
    mockets_status rc = MOCKETS_OK;

    if (page->after)
        rc = find_seq(conn, work->kind, page->after, &seq, err);
    if (!rc)
        rc = mk_sqlite_use(conn, page->ascending ? MK_SQL_RECORDS_NEWER : MK_SQL_RECORDS_OLDER,
                           &stmt, err);
    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->kind);
    sqlite3_bind_int64(stmt, 2, seq);
    sqlite3_bind_int64(stmt, 3, (int64_t)page->limit + 1);
    return mk_sqlite_collect(stmt, page->limit, work->arena, &work->result, err);
}

mockets_status mk_sqlite_record_list(void *self, enum mk_record_kind kind,
                                     const struct mk_page *page, struct mk_arena *arena,
                                     struct mk_page_result *out, struct mockets_error *err)
{
    struct record_work work = {.kind = kind_name(kind), .page = page, .arena = arena};
    mockets_status rc = mk_sqlite_read(self, list_records, &work, err);

    if (!rc)
        *out = work.result;
    return rc;
}

static mockets_status count_records(struct mk_sqlite_conn *conn, void *argument,
                                    struct mockets_error *err)
{
    struct record_work *work = argument;
    sqlite3_stmt *stmt;
    bool row = false;
    mockets_status rc = mk_sqlite_use(conn, MK_SQL_RECORD_COUNT, &stmt, err);

    if (rc)
        return rc;
    mk_sqlite_bind(stmt, 1, work->kind);
    rc = mk_sqlite_step(stmt, &row, err);
    if (!rc)
        work->count = sqlite3_column_int64(stmt, 0);
    mk_sqlite_end(stmt);
    return rc;
}

mockets_status mk_sqlite_record_count(void *self, enum mk_record_kind kind, int64_t *count,
                                      struct mockets_error *err)
{
    struct record_work work = {.kind = kind_name(kind)};
    mockets_status rc = mk_sqlite_read(self, count_records, &work, err);

    if (!rc)
        *count = work.count;
    return rc;
}
