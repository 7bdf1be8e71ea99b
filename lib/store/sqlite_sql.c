#include "store/sqlite.h"

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

const char *const mk_sqlite_upgrades[MK_SQLITE_SCHEMA] = {schema_1};

/* The columns that mk_sqlite_job_row() reads. */
#define JOB_COLUMNS "id, pipeline_id, state, document, context, owner, attempts"

#define RECORD_LIST(beyond)                                                                        \
    "SELECT id, document FROM records INDEXED BY records_by_kind"                                  \
    " WHERE kind = ?1 AND seq " beyond " LIMIT ?3"
/* Two listings of jobs, each in two directions. */
#define JOB_LIST(index, column, beyond)                                                            \
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

/* The jobs of a pipeline may be very many; these two indexes know the few that are active. */
#define WAITING                                                                                    \
    "FROM jobs INDEXED BY jobs_waiting WHERE state = 'Submitted' AND lease_until IS NULL"
#define LEASED "FROM jobs INDEXED BY jobs_leased WHERE lease_until IS NOT NULL"
/* Ends with the id of the pipeline and ")". */
#define NOT_HELD "NOT EXISTS (SELECT 1 FROM records WHERE kind = 'pipeline' AND held AND id = "

const char *const mk_sqlite_sql[MK_SQL_COUNT] = {
    [MK_SQL_BEGIN] = "BEGIN",
    [MK_SQL_COMMIT] = "COMMIT",

    [MK_SQL_RECORD] = "SELECT id, document, held FROM records WHERE kind = ?1 AND id = ?2",
    [MK_SQL_RECORD_SEQ] = "SELECT seq FROM records WHERE kind = ?1 AND id = ?2",
    [MK_SQL_RECORD_COUNT] = "SELECT count(*) FROM records WHERE kind = ?1",
    [MK_SQL_RECORDS_OLDER] = RECORD_LIST(OLDER),
    [MK_SQL_RECORDS_NEWER] = RECORD_LIST(NEWER),

    [MK_SQL_JOB] = "SELECT " JOB_COLUMNS " FROM jobs WHERE id = ?1",
    [MK_SQL_JOB_SEQ] = "SELECT seq FROM jobs WHERE id = ?1",
    [MK_SQL_JOB_DOCUMENT] = "SELECT document FROM jobs WHERE id = ?1",
    [MK_SQL_JOBS_OF_STATE_OLDER] = JOB_LIST("jobs_by_state", "state", OLDER),
    [MK_SQL_JOBS_OF_STATE_NEWER] = JOB_LIST("jobs_by_state", "state", NEWER),
    [MK_SQL_JOBS_OF_PIPELINE_OLDER] = JOB_LIST("jobs_by_pipeline", "pipeline_id", OLDER),
    [MK_SQL_JOBS_OF_PIPELINE_NEWER] = JOB_LIST("jobs_by_pipeline", "pipeline_id", NEWER),
    [MK_SQL_JOB_COUNT_ACTIVE] = "SELECT (SELECT count(*) " WAITING " AND pipeline_id = ?1)"
                                " + (SELECT count(*) " LEASED " AND pipeline_id = ?1)",
    /*
     * The queue is ordered by pipeline: hop from pipeline to pipeline and look at the first job of
     * each, so that what waits behind a held pipeline costs one hop and not one look a job. Leases
     * that are over are few; all of them are looked at.
     */
    [MK_SQL_JOB_PICK] =
        "WITH RECURSIVE hop (id) AS ("
        " SELECT (SELECT pipeline_id " WAITING " ORDER BY pipeline_id LIMIT 1)"
        " UNION ALL"
        " SELECT (SELECT pipeline_id " WAITING
        "  AND pipeline_id > hop.id ORDER BY pipeline_id LIMIT 1)"
        "  FROM hop WHERE hop.id IS NOT NULL)"
        "SELECT min(seq) FROM ("
        " SELECT (SELECT seq " WAITING " AND pipeline_id = hop.id ORDER BY seq LIMIT 1) AS seq"
        "  FROM hop WHERE hop.id IS NOT NULL AND " NOT_HELD "hop.id)"
        " UNION ALL"
        " SELECT seq FROM jobs INDEXED BY jobs_leased WHERE lease_until <= ?1"
        "  AND (state = 'Progressing' OR " NOT_HELD "jobs.pipeline_id)))",

    [MK_SQL_EVENT_NEXT] = "SELECT job_id, topic, subject, message, seq, attempts"
                          " FROM events INDEXED BY events_due WHERE due_at <= ?1"
                          " ORDER BY due_at, seq LIMIT 1",

    [MK_SQL_USE_WAL] = "PRAGMA journal_mode = WAL",
    [MK_SQL_VERSION] = "PRAGMA user_version",
    [MK_SQL_BEGIN_CHANGE] = "BEGIN IMMEDIATE",
    [MK_SQL_ROLLBACK] = "ROLLBACK",
    [MK_SQL_SAVE] = "SAVEPOINT change",
    [MK_SQL_UNDO] = "ROLLBACK TO change",
    [MK_SQL_RELEASE] = "RELEASE change",

    [MK_SQL_RECORD_INSERT] = "INSERT INTO records (kind, id, held, document)"
                             " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    [MK_SQL_RECORD_UPDATE] = "UPDATE records SET held = ?3, document = ?4"
                             " WHERE kind = ?1 AND id = ?2 AND document = ifnull(?5, document)",
    [MK_SQL_RECORD_DELETE] =
        "DELETE FROM records WHERE kind = ?1 AND id = ?2 AND NOT (kind = 'pipeline' AND ("
        "EXISTS (SELECT 1 " WAITING " AND pipeline_id = ?2)"
        " OR EXISTS (SELECT 1 " LEASED " AND pipeline_id = ?2)))",

    [MK_SQL_JOB_INSERT] =
        "INSERT INTO jobs (id, pipeline_id, state, lease_until, attempts, document, context)"
        " VALUES (?1, ?2, ?3, iif(?3 = 'Progressing', 0, NULL), ?4, ?5, ?6)"
        " ON CONFLICT DO NOTHING",
    [MK_SQL_JOB_UPDATE] =
        "UPDATE jobs SET state = coalesce(?2, state), document = coalesce(?3, document),"
        " context = coalesce(?4, context), owner = iif(?5, NULL, owner),"
        " lease_until = CASE"
        "  WHEN coalesce(?2, state) NOT IN ('Submitted', 'Progressing') THEN NULL"
        "  WHEN owner IS NOT NULL AND NOT ?5 THEN coalesce(lease_until, 0)"
        "  WHEN coalesce(?2, state) = 'Progressing' THEN 0 END"
        " WHERE id = ?1 AND (?6 IS NULL OR owner = ?6) AND (?7 IS NULL OR state = ?7)",
    [MK_SQL_JOB_CLAIM] = "UPDATE jobs SET owner = ?2, lease_until = ?3, attempts = attempts + 1"
                         " WHERE seq = ?1 RETURNING " JOB_COLUMNS,
    [MK_SQL_JOB_RENEW] = "UPDATE jobs SET lease_until = ?3"
                         " WHERE id = ?1 AND owner = ?2 AND lease_until IS NOT NULL",
    [MK_SQL_JOB_RECLAIM] = "UPDATE jobs INDEXED BY jobs_leased"
                           " SET owner = NULL, lease_until = iif(state = 'Progressing', 0, NULL)"
                           " WHERE lease_until IS NOT NULL AND owner IS NOT NULL AND owner <> ?1",

    [MK_SQL_EVENT_INSERT] =
        "INSERT INTO events (job_id, due_at, attempts, topic, subject, message)"
        " VALUES (?1, iif(EXISTS (SELECT 1 FROM events WHERE job_id = ?1), NULL, 0), 0,"
        " ?2, ?3, ?4)",
    [MK_SQL_EVENT_DELETE] = "DELETE FROM events WHERE seq = ?1",
    /* The next event of the same job is due from now on. */
    [MK_SQL_EVENT_RELEASE] =
        "UPDATE events SET due_at = 0 WHERE seq = (SELECT seq FROM events"
        "  WHERE job_id = (SELECT job_id FROM events WHERE seq = ?1 AND due_at IS NOT NULL)"
        "  AND seq > ?1"
        "  ORDER BY seq LIMIT 1)",
    [MK_SQL_EVENT_RETRY] = "UPDATE events SET due_at = ?2, attempts = attempts + 1"
                           " WHERE seq = ?1 AND due_at IS NOT NULL",
};
