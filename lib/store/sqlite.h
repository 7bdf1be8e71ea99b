#ifndef MK_STORE_SQLITE_H
#define MK_STORE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>

#include "store/store.h"

/*
 * Private to store/sqlite*.c. A slot packs its arguments, and mk_sqlite_read() or
 * mk_sqlite_write() calls its work function on a connection: reads run side by side on a few
 * connections, changes that come in together share one transaction and one sync of the disk.
 */

enum { MK_SQLITE_READERS = 8, MK_SQLITE_SCHEMA = 1 };

/** All that is ever asked of SQLite. */
enum mk_sql {
    /* What readers use. */
    MK_SQL_BEGIN,
    MK_SQL_COMMIT,
    MK_SQL_RECORD,
    MK_SQL_RECORD_SEQ,
    MK_SQL_RECORD_COUNT,
    MK_SQL_RECORDS_OLDER,
    MK_SQL_RECORDS_NEWER,
    MK_SQL_JOB,
    MK_SQL_JOB_SEQ,
    MK_SQL_JOB_DOCUMENT,
    MK_SQL_JOBS_OF_STATE_OLDER,
    MK_SQL_JOBS_OF_STATE_NEWER,
    MK_SQL_JOBS_OF_PIPELINE_OLDER,
    MK_SQL_JOBS_OF_PIPELINE_NEWER,
    MK_SQL_JOB_COUNT_ACTIVE,
    MK_SQL_JOB_PICK,
    MK_SQL_EVENT_NEXT,
    MK_SQL_READS,
    /* And the writer. */
    MK_SQL_USE_WAL = MK_SQL_READS,
    MK_SQL_VERSION,
    MK_SQL_BEGIN_CHANGE,
    MK_SQL_ROLLBACK,
    MK_SQL_SAVE,
    MK_SQL_UNDO,
    MK_SQL_RELEASE,
    MK_SQL_RECORD_INSERT,
    MK_SQL_RECORD_UPDATE,
    MK_SQL_RECORD_DELETE,
    MK_SQL_JOB_INSERT,
    MK_SQL_JOB_UPDATE,
    MK_SQL_JOB_CLAIM,
    MK_SQL_JOB_RENEW,
    MK_SQL_JOB_RECLAIM,
    MK_SQL_EVENT_INSERT,
    MK_SQL_EVENT_DELETE,
    MK_SQL_EVENT_RELEASE,
    MK_SQL_EVENT_RETRY,
    MK_SQL_COUNT
};

extern const char *const mk_sqlite_sql[MK_SQL_COUNT];

/** What makes schema N + 1 out of schema N. */
extern const char *const mk_sqlite_upgrades[MK_SQLITE_SCHEMA];

/** Used by one thread at a time. */
struct mk_sqlite_conn {
    sqlite3 *db;
    sqlite3_stmt *statements[MK_SQL_COUNT]; /* NULL: not prepared yet */
    bool unsynced;                          /* the writer: commits do not sync the disk now */
    bool snapshot;    /* a reader's transaction is open: it sees the store as it was at since_us */
    uint64_t version; /* of the store then */
    int64_t since_us;
    struct mk_sqlite_conn *next; /* idle readers; guarded by the store's lock */
};

struct mk_sqlite {
    const char *path; /* set at open, then constant */
    bool memory;      /* set at open, then constant: the writer is the only connection */
    struct mk_arena arena;
    struct mk_sqlite_conn *writer; /* whoever leads uses it */
    pthread_mutex_t lock;
    pthread_cond_t returned;          /* a reader is idle again */
    bool writing;                     /* somebody leads; guarded by lock */
    struct mk_sqlite_change *pending; /* guarded by lock */
    struct mk_sqlite_change **last;   /* guarded by lock */
    struct mk_sqlite_conn *idle;      /* guarded by lock */
    uint64_t version;                 /* odd while a change is being written; by lock */
    unsigned reader_count;            /* guarded by lock */
};

/** Run @p work on a connection that only reads. */
mockets_status mk_sqlite_read(struct mk_sqlite *store,
                              mockets_status (*work)(struct mk_sqlite_conn *conn, void *argument,
                                                     struct mockets_error *err),
                              void *argument, struct mockets_error *err);

/**
 * Run @p work in a transaction, perhaps on another thread while this one waits. What it changed is
 * durable on MOCKETS_OK and undone otherwise. @p argument is the place for results: hand them out
 * only after this returned.
 */
mockets_status mk_sqlite_write(struct mk_sqlite *store,
                               mockets_status (*work)(struct mk_sqlite_conn *conn, void *argument,
                                                      struct mockets_error *err),
                               void *argument, struct mockets_error *err);

/** As mk_sqlite_write(), but a loss of power may undo it until the next mk_sqlite_write(). */
mockets_status mk_sqlite_note(struct mk_sqlite *store,
                              mockets_status (*work)(struct mk_sqlite_conn *conn, void *argument,
                                                     struct mockets_error *err),
                              void *argument, struct mockets_error *err);

mockets_status mk_sqlite_conn_open(const char *path, bool reader, struct mk_sqlite_conn **out,
                                   struct mockets_error *err);
void mk_sqlite_conn_close(struct mk_sqlite_conn **conn);

/** Run statements that take and give nothing. */
mockets_status mk_sqlite_exec(struct mk_sqlite_conn *conn, const char *sql,
                              struct mockets_error *err);

/** The prepared @p sql. End its use. */
mockets_status mk_sqlite_use(struct mk_sqlite_conn *conn, enum mk_sql sql, sqlite3_stmt **out,
                             struct mockets_error *err);
/**
 * Prepare all before @p end now. They stay in memory as long as the connection; prepared while a
 * film is encoded they would lie between its pictures.
 */
mockets_status mk_sqlite_prepare(struct mk_sqlite_conn *conn, enum mk_sql end,
                                 struct mockets_error *err);
/** Bind NULL too; borrowed until the end of the use. */
void mk_sqlite_bind(sqlite3_stmt *stmt, int index, const char *text);
mockets_status mk_sqlite_step(sqlite3_stmt *stmt, bool *row, struct mockets_error *err);
/** Copy a text, or NULL, of the current row. */
mockets_status mk_sqlite_text(sqlite3_stmt *stmt, int column, struct mk_arena *arena,
                              const char **out, struct mockets_error *err);
void mk_sqlite_end(sqlite3_stmt *stmt);
/** Step a statement that gives no rows, and end its use. */
mockets_status mk_sqlite_run(sqlite3_stmt *stmt, int *changes, struct mockets_error *err);

/**
 * Collect a page of a listing.
 *
 * @param stmt   gives (id, document) rows; limit + 1 of them if there are more. Its use is ended
 */
mockets_status mk_sqlite_collect(sqlite3_stmt *stmt, unsigned limit, struct mk_arena *arena,
                                 struct mk_page_result *out, struct mockets_error *err);

/* The slots. */
mockets_status mk_sqlite_record_insert(void *self, enum mk_record_kind kind,
                                       const struct mk_record *record, struct mockets_error *err);
mockets_status mk_sqlite_record_update(void *self, enum mk_record_kind kind,
                                       const struct mk_record *record, const char *expected,
                                       struct mockets_error *err);
mockets_status mk_sqlite_record_count(void *self, enum mk_record_kind kind, int64_t *count,
                                      struct mockets_error *err);
mockets_status mk_sqlite_record_get(void *self, enum mk_record_kind kind, const char *id,
                                    struct mk_arena *arena, struct mk_record *out,
                                    struct mockets_error *err);
mockets_status mk_sqlite_record_list(void *self, enum mk_record_kind kind,
                                     const struct mk_page *page, struct mk_arena *arena,
                                     struct mk_page_result *out, struct mockets_error *err);
mockets_status mk_sqlite_record_delete(void *self, enum mk_record_kind kind, const char *id,
                                       struct mockets_error *err);
mockets_status mk_sqlite_job_insert(void *self, const struct mk_job_record *job,
                                    struct mockets_error *err);
mockets_status mk_sqlite_job_get(void *self, const char *id, struct mk_arena *arena,
                                 struct mk_job_record *out, struct mockets_error *err);
mockets_status mk_sqlite_job_document(void *self, const char *id, struct mk_arena *arena,
                                      const char **out, struct mockets_error *err);
mockets_status mk_sqlite_job_list(void *self, const char *pipeline_id, const char *state,
                                  const struct mk_page *page, struct mk_arena *arena,
                                  struct mk_page_result *out, struct mockets_error *err);
mockets_status mk_sqlite_job_note(void *self, const struct mk_job_record *job, const char *owner,
                                  const struct mk_event *events, size_t event_count,
                                  struct mockets_error *err);
mockets_status mk_sqlite_job_update(void *self, const struct mk_job_record *job,
                                    const char *expected_owner, const char *expected_state,
                                    bool release, const struct mk_event *events, size_t event_count,
                                    struct mockets_error *err);
mockets_status mk_sqlite_job_claim(void *self, const char *owner, int64_t now_ms, int64_t lease_ms,
                                   struct mk_arena *arena, struct mk_job_record *out,
                                   struct mockets_error *err);
mockets_status mk_sqlite_job_renew(void *self, const char *id, const char *owner, int64_t until_ms,
                                   struct mockets_error *err);
mockets_status mk_sqlite_job_reclaim(void *self, const char *owner, size_t *count,
                                     struct mockets_error *err);
mockets_status mk_sqlite_job_count_active(void *self, const char *pipeline_id, int64_t *count,
                                          struct mockets_error *err);
mockets_status mk_sqlite_event_next(void *self, int64_t now_ms, struct mk_arena *arena,
                                    struct mk_event *out, struct mockets_error *err);
mockets_status mk_sqlite_event_done(void *self, int64_t sequence, struct mockets_error *err);
mockets_status mk_sqlite_event_retry(void *self, int64_t sequence, int64_t at_ms,
                                     struct mockets_error *err);

/** Part of a change: add events to the outbox. */
mockets_status mk_sqlite_event_add(struct mk_sqlite_conn *conn, const struct mk_event *events,
                                   size_t count, struct mockets_error *err);
/** Part of any work: the job of the current row of @p stmt, its columns from the first on. */
mockets_status mk_sqlite_job_row(sqlite3_stmt *stmt, struct mk_arena *arena,
                                 struct mk_job_record *out, struct mockets_error *err);
/** Part of any work: fail with MOCKETS_E_IN_USE if job @p id is there, with NOT_FOUND if not. */
mockets_status mk_sqlite_job_refuse(struct mk_sqlite_conn *conn, const char *id,
                                    struct mockets_error *err);

#endif
