#include "store/sqlite.h"

#include <semaphore.h>

#include "base/clock.h"

/* Longest time that a reader looks at the store as it was, if somebody else has the file too. */
enum { SNAPSHOT_US = 10000 };

/* One caller's part of a transaction; lives on its stack while it waits. */
struct mk_sqlite_change {
    mockets_status (*work)(struct mk_sqlite_conn *conn, void *argument, struct mockets_error *err);
    void *argument;
    struct mockets_error *err;
    bool lasting;      /* else it need not be synced to the disk by itself */
    mockets_status rc; /* the leader's until the turn comes */
    bool done;         /* written by the leader; without it the turn is to lead */
    sem_t turn;
    struct mk_sqlite_change *next;
};

/* A statement about transactions. */
static mockets_status run(struct mk_sqlite_conn *conn, enum mk_sql sql, struct mockets_error *err)
{
    sqlite3_stmt *stmt;
    mockets_status rc = mk_sqlite_use(conn, sql, &stmt, err);

    return rc ? rc : mk_sqlite_run(stmt, NULL, err);
}

/* SQLite gives up a transaction by itself when the disk is full, for example. */
static bool in_transaction(const struct mk_sqlite_conn *conn)
{
    return !sqlite3_get_autocommit(conn->db);
}

static mockets_status run_one(struct mk_sqlite_conn *conn, struct mk_sqlite_change *change)
{
    mockets_status rc = run(conn, MK_SQL_SAVE, change->err);

    if (rc)
        return rc;
    rc = change->work(conn, change->argument, change->err);
    if (rc && in_transaction(conn))
        (void)run(conn, MK_SQL_UNDO, NULL);
    if (in_transaction(conn))
        (void)run(conn, MK_SQL_RELEASE, NULL);
    return rc;
}

/*
 * A commit syncs the WAL, with all that was committed before, or leaves that to a later one. SQLite
 * takes the setting when it compiles the statement: a prepared one would do nothing.
 */
static mockets_status begin(struct mk_sqlite_conn *conn, bool lasting, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    if (conn->unsynced == lasting)
        rc = mk_sqlite_exec(
            conn, lasting ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", err);
    if (!rc)
        conn->unsynced = !lasting;
    return rc ? rc : run(conn, MK_SQL_BEGIN_CHANGE, err);
}

/* A change that is alone needs no savepoint: its failure gives up the whole transaction. */
static mockets_status run_alone(struct mk_sqlite_conn *conn, struct mk_sqlite_change *change)
{
    mockets_status rc = begin(conn, change->lasting, change->err);

    if (!rc)
        rc = change->work(conn, change->argument, change->err);
    if (!rc)
        rc = run(conn, MK_SQL_COMMIT, change->err);
    if (rc && in_transaction(conn))
        (void)run(conn, MK_SQL_ROLLBACK, NULL);
    return rc;
}

/* Apply all changes in one transaction: each stands or falls alone, until the commit. */
static void run_batch(struct mk_sqlite_conn *conn, struct mk_sqlite_change *batch)
{
    struct mockets_error why;
    bool lasting = false;
    mockets_status rc;

    for (const struct mk_sqlite_change *change = batch; change; change = change->next)
        lasting = lasting || change->lasting;
    rc = begin(conn, lasting, &why);
    for (struct mk_sqlite_change *change = batch; change && !rc; change = change->next) {
        change->rc = run_one(conn, change);
        if (!in_transaction(conn))
            rc = mk_fail(&why, MOCKETS_E_IO, "the store gave up a transaction");
    }
    if (!rc)
        rc = run(conn, MK_SQL_COMMIT, &why);
    if (!rc)
        return;
    if (in_transaction(conn))
        (void)run(conn, MK_SQL_ROLLBACK, NULL);
    for (struct mk_sqlite_change *change = batch; change; change = change->next) {
        if (change->rc)
            continue;
        change->rc = rc;
        if (change->err)
            *change->err = why;
    }
}

/*
 * To begin and to end a transaction costs a reader more than to look up a row in it. So it stays
 * open for the next reader, for as long as nothing is changed.
 */
static void end_snapshot(struct mk_sqlite_conn *conn)
{
    if (conn->snapshot)
        (void)run(conn, MK_SQL_COMMIT, NULL);
    conn->snapshot = false;
}

/*
 * While a change is being committed, readers that begin before and after the commit are of one
 * version and see different stores. None of them is kept: who saw the change must not be given a
 * reader that did not.
 */
static bool is_changing(uint64_t version)
{
    return version % 2;
}

/* Nobody shall read what was before; and what idle readers hold open would keep the WAL growing. */
static void turn_version(struct mk_sqlite *store)
{
    struct mk_sqlite_conn **at = &store->idle, *ended = NULL, *conn;

    pthread_mutex_lock(&store->lock);
    store->version++;
    while (*at) {
        conn = *at;
        if (conn->snapshot) {
            *at = conn->next;
            conn->next = ended;
            ended = conn;
        } else {
            at = &conn->next;
        }
    }
    pthread_mutex_unlock(&store->lock);
    if (!ended)
        return;
    for (conn = ended; conn; conn = conn->next)
        end_snapshot(conn);
    pthread_mutex_lock(&store->lock);
    while (ended) {
        conn = ended;
        ended = conn->next;
        conn->next = store->idle;
        store->idle = conn;
    }
    pthread_cond_broadcast(&store->returned);
    pthread_mutex_unlock(&store->lock);
}

/*
 * Be the leader: write all that is pending, this thread's own change first, and hand the lead to
 * the first of those that came in meanwhile. Everybody is woken once, and without the lock.
 */
static void lead(struct mk_sqlite *store)
{
    struct mk_sqlite_change *batch, *next;

    pthread_mutex_lock(&store->lock);
    batch = store->pending;
    store->pending = NULL;
    store->last = &store->pending;
    pthread_mutex_unlock(&store->lock);
    turn_version(store);
    if (batch->next)
        run_batch(store->writer, batch);
    else
        batch->rc = run_alone(store->writer, batch);
    turn_version(store);
    pthread_mutex_lock(&store->lock);
    next = store->pending;
    store->writing = next;
    pthread_mutex_unlock(&store->lock);
    if (next)
        sem_post(&next->turn);
    for (batch = batch->next; batch; batch = next) {
        next = batch->next;
        batch->done = true;
        sem_post(&batch->turn);
    }
}

static mockets_status carry_out(struct mk_sqlite *store, struct mk_sqlite_change *change)
{
    bool wait;

    sem_init(&change->turn, 0, 0);
    pthread_mutex_lock(&store->lock);
    *store->last = change;
    store->last = &change->next;
    wait = store->writing;
    store->writing = true;
    pthread_mutex_unlock(&store->lock);
    while (wait && sem_wait(&change->turn))
        continue; /* interrupted */
    if (!change->done)
        lead(store);
    sem_destroy(&change->turn);
    return change->rc;
}

mockets_status mk_sqlite_write(struct mk_sqlite *store,
                               mockets_status (*work)(struct mk_sqlite_conn *conn, void *argument,
                                                      struct mockets_error *err),
                               void *argument, struct mockets_error *err)
{
    struct mk_sqlite_change change = {
        .work = work, .argument = argument, .err = err, .lasting = true};

    return carry_out(store, &change);
}

mockets_status mk_sqlite_note(struct mk_sqlite *store,
                              mockets_status (*work)(struct mk_sqlite_conn *conn, void *argument,
                                                     struct mockets_error *err),
                              void *argument, struct mockets_error *err)
{
    struct mk_sqlite_change change = {.work = work, .argument = argument, .err = err};

    return carry_out(store, &change);
}

/* @return a reader, and the version of the store. */
static mockets_status borrow(struct mk_sqlite *store, struct mk_sqlite_conn **out,
                             uint64_t *version, struct mockets_error *err)
{
    struct mk_sqlite_conn *conn;
    mockets_status rc;

    pthread_mutex_lock(&store->lock);
    while (!store->idle && store->reader_count == MK_SQLITE_READERS)
        pthread_cond_wait(&store->returned, &store->lock);
    conn = store->idle;
    if (conn)
        store->idle = conn->next;
    else
        store->reader_count++;
    *version = store->version;
    pthread_mutex_unlock(&store->lock);
    if (!conn) {
        rc = mk_sqlite_conn_open(store->path, true, &conn, err);
        if (rc) {
            pthread_mutex_lock(&store->lock);
            store->reader_count--;
            pthread_cond_signal(&store->returned);
            pthread_mutex_unlock(&store->lock);
            return rc;
        }
    }
    *out = conn;
    return MOCKETS_OK;
}

static void give_back(struct mk_sqlite *store, struct mk_sqlite_conn *conn)
{
    pthread_mutex_lock(&store->lock);
    if (conn->snapshot && (conn->version != store->version || is_changing(conn->version))) {
        pthread_mutex_unlock(&store->lock);
        end_snapshot(conn);
        pthread_mutex_lock(&store->lock);
    }
    conn->next = store->idle;
    store->idle = conn;
    pthread_cond_signal(&store->returned);
    pthread_mutex_unlock(&store->lock);
}

static mockets_status take_snapshot(struct mk_sqlite_conn *conn, uint64_t version,
                                    struct mockets_error *err)
{
    int64_t now_us = mk_clock_mono_us();
    mockets_status rc;

    if (is_changing(version) || conn->version != version || now_us - conn->since_us > SNAPSHOT_US)
        end_snapshot(conn);
    if (conn->snapshot)
        return MOCKETS_OK;
    rc = run(conn, MK_SQL_BEGIN, err);
    conn->snapshot = !rc;
    conn->version = version;
    conn->since_us = now_us;
    return rc;
}

mockets_status mk_sqlite_read(struct mk_sqlite *store,
                              mockets_status (*work)(struct mk_sqlite_conn *conn, void *argument,
                                                     struct mockets_error *err),
                              void *argument, struct mockets_error *err)
{
    struct mk_sqlite_conn *conn;
    uint64_t version;
    mockets_status rc;

    if (store->memory)
        return mk_sqlite_write(store, work, argument, err);
    rc = borrow(store, &conn, &version, err);
    if (rc)
        return rc;
    rc = take_snapshot(conn, version, err);
    if (!rc)
        rc = work(conn, argument, err);
    if (rc && rc != MOCKETS_E_NOT_FOUND)
        end_snapshot(conn);
    give_back(store, conn);
    return rc;
}
