#ifndef MK_STORE_STORE_H
#define MK_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * Records, queue, leases and outbox. The store knows no API rules: documents are texts to it, and
 * states are words. Slots run on many threads at once. What a slot hands out lives in the
 * caller's arena. A change is durable when its slot returns MOCKETS_OK.
 */

enum mk_record_kind { MK_RECORD_PIPELINE, MK_RECORD_PRESET };

/** A pipeline or a custom preset. */
struct mk_record {
    const char *id;
    const char *document; /**< JSON as the API answers it */
    bool held;            /**< pipelines: paused, its jobs are not claimed */
};

struct mk_job_record {
    const char *id;
    const char *pipeline_id;
    const char *state;    /**< "Submitted", "Progressing", "Complete", "Canceled", "Error" */
    const char *document; /**< the Job as the API answers it */
    const char *context; /**< JSON of the engine's own: preset snapshots, what is being published */
    const char *owner;   /**< who runs it; NULL = nobody */
    int attempts;        /**< how often it was claimed */
    int64_t claimed_ms;  /**< of a claim: when, in the order of all claims; UTC since 1970 */
};

/** A message that has to reach the outside, in order per job, at least once. */
struct mk_event {
    int64_t sequence; /**< given by the store */
    const char *job_id;
    const char *topic; /**< SNS topic ARN */
    const char *subject;
    const char *message;
    int attempts;
};

/** Which part of a listing. */
struct mk_page {
    bool ascending;    /**< oldest first */
    const char *after; /**< id of the last item of the page before; NULL = first page */
    unsigned limit;
    const char *oldest; /**< jobs: none that were made before the first id from here on; or NULL */
};

/** Documents of one page, and the id to go on with (NULL = that was all). */
struct mk_page_result {
    const char **documents;
    size_t count;
    const char *next;
    const char *last; /**< id of the last item of a full page, also where nothing follows */
};

struct mk_store_ops {
    const char *scheme; /**< "sqlite" in "sqlite:PATH" */
    size_t size;        /**< bytes of private state, zeroed before open() */
    /** On failure close() still runs, on whatever was set up. Creates or upgrades the schema. */
    mockets_status (*open)(void *self, const char *url, struct mockets_error *err);
    void (*close)(void *self);

    /** MOCKETS_E_EXISTS if the id is taken. */
    mockets_status (*record_insert)(void *self, enum mk_record_kind kind,
                                    const struct mk_record *record, struct mockets_error *err);
    /**
     * With @p expected only while that is the document; else MOCKETS_E_IN_USE: somebody else has
     * changed it in the meantime.
     */
    mockets_status (*record_update)(void *self, enum mk_record_kind kind,
                                    const struct mk_record *record, const char *expected,
                                    struct mockets_error *err);
    mockets_status (*record_get)(void *self, enum mk_record_kind kind, const char *id,
                                 struct mk_arena *arena, struct mk_record *out,
                                 struct mockets_error *err);
    /** An unknown page->after is MOCKETS_E_NOT_FOUND. */
    mockets_status (*record_list)(void *self, enum mk_record_kind kind, const struct mk_page *page,
                                  struct mk_arena *arena, struct mk_page_result *out,
                                  struct mockets_error *err);
    /** MOCKETS_E_IN_USE: a pipeline that has Submitted or Progressing jobs. */
    mockets_status (*record_delete)(void *self, enum mk_record_kind kind, const char *id,
                                    struct mockets_error *err);
    mockets_status (*record_count)(void *self, enum mk_record_kind kind, int64_t *count,
                                   struct mockets_error *err);

    /** The job and its place in the queue in one transaction. */
    mockets_status (*job_insert)(void *self, const struct mk_job_record *job,
                                 struct mockets_error *err);
    mockets_status (*job_get)(void *self, const char *id, struct mk_arena *arena,
                              struct mk_job_record *out, struct mockets_error *err);
    /** The document alone, which is what readers of the API ask for most. */
    mockets_status (*job_document)(void *self, const char *id, struct mk_arena *arena,
                                   const char **out, struct mockets_error *err);
    /** By pipeline if @p pipeline_id is given, else by state. */
    mockets_status (*job_list)(void *self, const char *pipeline_id, const char *state,
                               const struct mk_page *page, struct mk_arena *arena,
                               struct mk_page_result *out, struct mockets_error *err);
    /**
     * Take the oldest job that waits: Submitted in a pipeline that is not held, or Progressing;
     * owned by nobody, or with a lease that is over. It stays in its state, owned by @p owner until
     * now + lease. A loss of power may undo it.
     * MOCKETS_E_NOT_FOUND if there is none.
     */
    mockets_status (*job_claim)(void *self, const char *owner, int64_t now_ms, int64_t lease_ms,
                                struct mk_arena *arena, struct mk_job_record *out,
                                struct mockets_error *err);
    /** MOCKETS_E_IN_USE if @p owner does not own it any more. */
    mockets_status (*job_renew)(void *self, const char *id, const char *owner, int64_t until_ms,
                                struct mockets_error *err);
    /**
     * How far a job is that @p owner has: as job_update() without a release, but a loss of power
     * may undo it. Whoever claims the job then begins anew.
     */
    mockets_status (*job_note)(void *self, const struct mk_job_record *job, const char *owner,
                               const struct mk_event *events, size_t event_count,
                               struct mockets_error *err);
    /**
     * Replace state, document and context (NULL keeps it) and append @p events, in one
     * transaction. With @p expected_owner only while that owner has the job, with
     * @p expected_state only in that state; else MOCKETS_E_IN_USE and nothing changed. @p release
     * ends the ownership.
     */
    mockets_status (*job_update)(void *self, const struct mk_job_record *job,
                                 const char *expected_owner, const char *expected_state,
                                 bool release, const struct mk_event *events, size_t event_count,
                                 struct mockets_error *err);
    /** Give back all jobs of owners other than @p owner at once: their processes are dead. */
    mockets_status (*job_reclaim)(void *self, const char *owner, size_t *count,
                                  struct mockets_error *err);
    /** Jobs of the pipeline that are Submitted or Progressing. */
    mockets_status (*job_count_active)(void *self, const char *pipeline_id, int64_t *count,
                                       struct mockets_error *err);

    /**
     * The event that has been due for longest, a fresh one before one that is tried again, and none
     * that is behind another one of its job. NOT_FOUND if nothing is due.
     */
    mockets_status (*event_next)(void *self, int64_t now_ms, struct mk_arena *arena,
                                 struct mk_event *out, struct mockets_error *err);
    /** It has been delivered, or given up. */
    mockets_status (*event_done)(void *self, int64_t sequence, struct mockets_error *err);
    /** Try it again at @p at_ms. */
    mockets_status (*event_retry)(void *self, int64_t sequence, int64_t at_ms,
                                  struct mockets_error *err);
};

extern const struct mk_store_ops mk_store_sqlite;

/** An open store: call the slots as store->ops->job_get(store->self, …). */
struct mk_store {
    const struct mk_store_ops *ops;
    void *self;
};

/** @retval MOCKETS_E_UNSUPPORTED  no backend has the URL's scheme */
mockets_status mk_store_open(const char *url, struct mk_store *out, struct mockets_error *err);
void mk_store_close(struct mk_store *store);

#endif
