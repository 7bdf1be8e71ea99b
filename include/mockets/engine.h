#ifndef MOCKETS_ENGINE_H
#define MOCKETS_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include <mockets/error.h>
#include <mockets/log.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Pipelines, presets and jobs of one data directory, and the threads that run the jobs. */
typedef struct mockets_engine mockets_engine;

/** A bucket that lives in a directory of the caller's choice. */
struct mockets_bucket {
    const char *name;
    const char *directory;
};

/**
 * An input that comes through a pipe: one job can read it, once. It takes the place of an object of
 * its name as an input of jobs, and is nowhere else.
 */
struct mockets_stream {
    const char *bucket;
    const char *key;
    int fd; /**< borrowed: open until the engine is closed, and nobody else reads from it */
};

/** Where the events of an SNS topic go: an HTTP endpoint that gets the message as a POST. */
struct mockets_topic {
    const char *arn;
    const char *url;
};

/** Points on the curve between time and quality; what they are is in docs/performance.md. */
enum mockets_speed {
    MOCKETS_SPEED_BALANCED,
    MOCKETS_SPEED_FAST,
    MOCKETS_SPEED_BEST,
};

/**
 * How to open an engine. Start from MOCKETS_OPTIONS_INIT; every member that stays zero gets the
 * default named beside it. Strings are copied by mockets_engine_open().
 */
struct mockets_options {
    size_t size;             /**< sizeof(struct mockets_options), for binary compatibility */
    const char *data_dir;    /**< everything is kept under it; created if missing; "mockets-data" */
    const char *store_url;   /**< "sqlite:PATH"; "sqlite:DATA_DIR/mockets.db" */
    const char *storage_url; /**< "dir:PATH", buckets are its directories; "dir:DATA_DIR/buckets" */
    const struct mockets_bucket *buckets; /**< buckets outside of storage_url; may be NULL */
    size_t bucket_count;
    const struct mockets_topic *topics; /**< delivery of notifications; may be NULL */
    size_t topic_count;
    /** Jobs that run at the same time; 0 = one for every core, and those that only wait for disks. */
    unsigned workers;
    const char *region;     /**< in ARNs; "us-east-1" */
    const char *account_id; /**< in ARNs and error texts, 12 digits; "000000000000" */
    bool strict;            /**< the service's own rules only: no placeholders, no own presets */
    bool aws_limits;        /**< enforce the account limits and request rates of the service */
    bool overwrite;         /**< an existing output is replaced instead of failing with 3002 */
    mockets_log_sink log;   /**< may be NULL: silent */
    void *log_context;
    enum mockets_log_level log_level; /**< the least serious level that reaches the sink */
    const char *kms_keys; /**< file with the master keys that keys in jobs are wrapped with; NULL =
                               they are not wrapped */
    enum mockets_speed speed; /**< of encoders; MOCKETS_SPEED_BALANCED */
    const char *x264_preset;  /**< H.264 by exactly this preset of x264, in one pass; NULL = what
                                     the speed means */
    unsigned encoder_threads; /**< of each encoder of film: the same jobs give the same bytes,
                                     whatever runs beside them (H.264 whose rate has a ceiling
                                     needs one thread for that, and has it); 0 = what fills the
                                     processors */
    bool copy_when_possible;  /**< streams that are as the preset wants them are not made anew;
                                     their packets are looked at once more for that */
    const struct mockets_stream *streams; /**< inputs that are not in storage; may be NULL */
    size_t stream_count;
};

#define MOCKETS_OPTIONS_INIT                                                                       \
    {                                                                                              \
        .size = sizeof(struct mockets_options), .log_level = MOCKETS_LOG_INFO                      \
    }

/**
 * Open the data directory, create what is missing in it (also the pipeline "default" with the
 * buckets "input" and "output", unless strict), and take back the jobs of a process that died.
 * No job runs before mockets_engine_start().
 *
 * @param options  borrowed for the call
 * @param out      receives the engine; close it with mockets_engine_close()
 * @param err      filled on failure only; may be NULL
 *
 * @retval MOCKETS_E_IN_USE       another process has this data directory open
 * @retval MOCKETS_E_INVALID      an option makes no sense; the sentence says which
 * @retval MOCKETS_E_UNSUPPORTED  a URL names a store or storage that this build does not have
 * @retval MOCKETS_E_IO           the directory or the store cannot be used
 *
 * Blocks for disk access.
 */
MOCKETS_API mockets_status mockets_engine_open(const struct mockets_options *options,
                                               mockets_engine **out, struct mockets_error *err);

/** Start the worker threads. Calling it again changes nothing. */
MOCKETS_API mockets_status mockets_engine_start(mockets_engine *engine, struct mockets_error *err);

/**
 * Stop claiming jobs, let running ones finish for up to @p drain_ms milliseconds, then hand the
 * rest back to the queue (they are Submitted or Progressing in the store and run again after the
 * next start), and join all threads. Other calls on the engine keep working. Blocks.
 */
MOCKETS_API void mockets_engine_stop(mockets_engine *engine, unsigned drain_ms);

/** Stop with no drain time if still started, release everything and set *engine to NULL. */
MOCKETS_API void mockets_engine_close(mockets_engine **engine);

/**
 * Is the engine able to work: the store answers. Thread-safe, blocks for one store round trip.
 */
MOCKETS_API mockets_status mockets_engine_check(mockets_engine *engine, struct mockets_error *err);

/** Release a string or buffer that a mockets function handed out. NULL is fine. */
MOCKETS_API void mockets_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
