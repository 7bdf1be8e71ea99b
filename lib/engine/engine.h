#ifndef MK_ENGINE_ENGINE_H
#define MK_ENGINE_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include <mockets/engine.h>
#include <mockets/job.h>

#include "base/arena.h"
#include "base/cancel.h"
#include "base/id.h"
#include "base/log.h"
#include "engine/keyring.h"
#include "notify/notify.h"
#include "storage/storage.h"
#include "store/store.h"

/* The most jobs that run at the same time. */
enum { MK_RUNNERS = 1024 };

/* How long a claim lasts without being renewed, and how often it is renewed. */
enum { MK_LEASE_MS = 30000, MK_RENEW_MS = 8000 };

/** A job that is running in this process. On its runner's stack. */
struct mk_running {
    char id[32]; /* set before it is listed, then constant */
    struct mk_cancel cancel;
    _Atomic int64_t done_us;  /* media time that all outputs have reached */
    _Atomic int64_t total_us; /* 0 while not known */
    int64_t started_us;       /* monotonic clock; set before it is listed */
    bool gave_room;           /* guarded by the engine's lock */
    struct mk_running *next;  /* guarded by the engine's lock */
};

/** A request rate: so many a second, and so many at once. */
struct mk_rate_limit {
    double tokens;     /* guarded by the engine's lock */
    int64_t filled_us; /* guarded by the engine's lock; monotonic, 0 = full */
};

struct mockets_engine {
    /* set at open, then constant */
    struct mk_arena arena; /* owns the option strings */
    struct mk_log log;
    struct mk_store store;
    struct mk_storage *storage;
    struct mk_notify *notify;
    struct mk_keyring *keyring; /* NULL: keys in jobs are not wrapped */
    const char *region, *account_id;
    bool strict, overwrite, aws_limits;
    unsigned workers;      /* jobs whose media may be made at the same time */
    unsigned more_runners; /* for jobs that are being published meanwhile */
    enum mockets_speed speed;
    const char *x264_preset; /* NULL: what the speed means */
    unsigned encoder_threads;
    bool copy;                     /* streams that are as they are wanted are passed on */
    const char *scratch;           /* directory of files that are gone when their job ends */
    int lock_fd;                   /* holds the data directory */
    char owner[MK_UUID_SIZE];      /* of this process's claims */
    const char **preset_documents; /* of the system presets, in their order */

    pthread_mutex_t lock;
    pthread_cond_t work;        /* a job may be waiting, or stop */
    pthread_cond_t news;        /* some job's stored state has changed */
    pthread_cond_t mail;        /* an event may be waiting, or stop */
    pthread_cond_t stopped;     /* stop, and a job that was running does not any more */
    bool started, stopping;     /* guarded by lock */
    bool cut_off;               /* guarded by lock; the drain is over: nothing may run on */
    uint64_t submitted;         /* guarded by lock; counts what `work` announces */
    uint64_t exhausted;         /* guarded by lock; `submitted` when nothing was left to claim */
    uint64_t taken;             /* guarded by lock; so many of the submitted wait no more */
    struct timespec look_again; /* guarded by lock; for jobs that nobody announces; monotonic */
    unsigned making;            /* guarded by lock; runners that claim, or make media */
    uint64_t changes;           /* guarded by lock; counts what `news` announces */
    uint64_t posted;            /* guarded by lock; counts what `mail` announces */
    struct mk_rate_limit create_job_rate, read_job_rate;
    unsigned running_count;     /* guarded by lock */
    uint64_t begun;             /* guarded by lock; jobs so far */
    struct mk_running *running; /* guarded by lock */

    pthread_t *runners;
    unsigned runner_count;
    pthread_t keeper, mailer;
    bool keeper_started, mailer_started;
};

/** "arn:aws:elastictranscoder:REGION:ACCOUNT:KIND/ID" in the arena; NULL: out of memory. */
const char *mk_engine_arn(const mockets_engine *engine, const char *kind, const char *id,
                          struct mk_arena *arena);

/** Everybody's presets never change: their documents are made once, when the engine is opened. */
mockets_status mk_engine_emit_presets(mockets_engine *engine, struct mockets_error *err);

/** The document of a system preset, with this account's ARN. */
struct mk_preset;
const char *mk_engine_preset_document(const mockets_engine *engine, const struct mk_preset *preset);

/** Jobs may be waiting: wake the runners. */
void mk_engine_submitted(mockets_engine *engine);

/** A job's stored state has changed: wake who waits for it. */
void mk_engine_changed(mockets_engine *engine);

/** Events have been stored: wake the mailer. */
void mk_engine_posted(mockets_engine *engine);

/** The id that stands for the pipeline "default"; it is made by mockets_engine_open(). */
extern const char mk_default_pipeline_id[];

/** This job needs no processor to itself any more: another one may begin. */
void mk_running_give_room(mockets_engine *engine, struct mk_running *running);

/** Thread mains: argument is the engine. */
void *mk_runner_main(void *engine);
void *mk_keeper_main(void *engine);
void *mk_mailer_main(void *engine);

/** Make the pipeline "default" and its buckets, if they are missing. */
mockets_status mk_engine_make_defaults(mockets_engine *engine, struct mockets_error *err);

/** Run one claimed job to its end, or until it is handed back. Logs what went wrong. */
void mk_run_job(mockets_engine *engine, struct mk_running *running,
                const struct mk_job_record *record);

#endif
