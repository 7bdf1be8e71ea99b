#include "engine/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/str.h"
#include "base/thread.h"

static const char *option(mockets_engine *engine, const char *value, const char *otherwise)
{
    return mk_arena_strdup(&engine->arena, value ? value : otherwise);
}

static bool account_ok(const char *account)
{
    return strlen(account) == 12 && strspn(account, "0123456789") == 12;
}

static mockets_status set_options(mockets_engine *engine, const struct mockets_options *options,
                                  struct mockets_error *err)
{
    engine->log = (struct mk_log){options->log, options->log_context, options->log_level};
    engine->region = option(engine, options->region, "us-east-1");
    engine->account_id = option(engine, options->account_id, "000000000000");
    engine->strict = options->strict;
    engine->overwrite = options->overwrite;
    engine->aws_limits = options->aws_limits;
    engine->speed = options->speed;
    engine->encoder_threads = options->encoder_threads;
    engine->copy = options->copy_when_possible;
    if (options->x264_preset)
        engine->x264_preset = option(engine, options->x264_preset, NULL);
    engine->workers = options->workers;
    if (!engine->workers) {
        engine->workers = mk_thread_cores();
        engine->more_runners = engine->workers < MK_RUNNERS / 2 ? engine->workers : 0;
    }
    if (!engine->region || !engine->account_id || (options->x264_preset && !engine->x264_preset))
        return mk_fail_nomem(err);
    if (!account_ok(engine->account_id))
        return mk_fail(err, MOCKETS_E_INVALID, "the account id must have 12 digits, not \"%s\"",
                       engine->account_id);
    if (engine->workers > MK_RUNNERS)
        return mk_fail(err, MOCKETS_E_INVALID, "%u workers are too many: %d at most",
                       engine->workers, MK_RUNNERS);
    if ((unsigned)engine->speed > MOCKETS_SPEED_BEST)
        return mk_fail(err, MOCKETS_E_INVALID, "there is no speed %d", (int)engine->speed);
    if (engine->encoder_threads > 64)
        return mk_fail(err, MOCKETS_E_INVALID, "%u threads an encoder are too many: 64 at most",
                       engine->encoder_threads);
    return MOCKETS_OK;
}

/* One process a data directory: its store, and its unfinished objects, are its own. */
static mockets_status lock_data_dir(mockets_engine *engine, const char *data_dir,
                                    struct mockets_error *err)
{
    const char *path = mk_arena_printf(&engine->arena, "%s/lock", data_dir);
    mockets_status rc = mk_fs_mkdirs(data_dir, err);

    if (rc)
        return rc;
    if (!path)
        return mk_fail_nomem(err);
    engine->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (engine->lock_fd < 0)
        return mk_fail_errno(err, errno, "cannot open %s", path);
    if (flock(engine->lock_fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK
                   ? mk_fail(err, MOCKETS_E_IN_USE,
                             "the data directory %s is in use by another mockets", data_dir)
                   : mk_fail_errno(err, errno, "cannot lock %s", path);
    return MOCKETS_OK;
}

/* The data directory's own name, kept in it: it marks its unfinished objects in the buckets. */
static mockets_status node_id(const char *data_dir, struct mk_arena *arena, const char **out,
                              struct mockets_error *err)
{
    const char *path = mk_arena_printf(arena, "%s/node", data_dir);
    char text[MK_UUID_SIZE] = "";
    mockets_status rc = MOCKETS_OK;
    int fd;

    if (!path)
        return mk_fail_nomem(err);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return mk_fail_errno(err, errno, "cannot open %s", path);
    if (read(fd, text, MK_UUID_SIZE - 1) != MK_UUID_SIZE - 1) {
        rc = mk_uuid_new(text, err);
        if (!rc && (ftruncate(fd, 0) || pwrite(fd, text, MK_UUID_SIZE - 1, 0) < 0 || fsync(fd)))
            rc = mk_fail_errno(err, errno, "cannot write %s", path);
    }
    close(fd);
    text[MK_UUID_SIZE - 1] = '\0';
    *out = mk_arena_strdup(arena, text);
    return rc ? rc : *out ? MOCKETS_OK : mk_fail_nomem(err);
}

/* What a process that died left there is of no use. */
static mockets_status open_scratch(mockets_engine *engine, const char *data_dir,
                                   struct mockets_error *err)
{
    engine->scratch = mk_arena_printf(&engine->arena, "%s/scratch", data_dir);
    return engine->scratch ? mk_fs_remove_tree(engine->scratch, err) : mk_fail_nomem(err);
}

static mockets_status open_backends(mockets_engine *engine, const struct mockets_options *options,
                                    const char *data_dir, struct mockets_error *err)
{
    struct mk_arena *arena = &engine->arena;
    struct mk_storage_config storage = {
        .url = options->storage_url ? options->storage_url
                                    : mk_arena_printf(arena, "dir:%s/buckets", data_dir),
        .buckets = options->buckets,
        .bucket_count = options->bucket_count,
        .streams = options->streams,
        .stream_count = options->stream_count,
    };
    const char *store = options->store_url
                            ? options->store_url
                            : mk_arena_printf(arena, "sqlite:%s/mockets.db", data_dir);
    mockets_status rc;

    if (!storage.url || !store)
        return mk_fail_nomem(err);
    rc = node_id(data_dir, arena, &storage.node_id, err);
    if (!rc)
        rc = mk_store_open(store, &engine->store, err);
    if (!rc)
        rc = mk_storage_open(&storage, &engine->storage, err);
    if (!rc)
        rc = mk_notify_open(options->topics, options->topic_count, &engine->log, &engine->notify,
                            err);
    return rc;
}

/* This process has the data directory alone: whoever else owns a job is dead. */
static mockets_status take_back(mockets_engine *engine, struct mockets_error *err)
{
    size_t count = 0;
    mockets_status rc =
        engine->store.ops->job_reclaim(engine->store.self, engine->owner, &count, err);

    if (!rc && count)
        mk_log(&engine->log, MOCKETS_LOG_WARNING, "%zu jobs were cut off and will run again",
               count);
    return rc;
}

mockets_status mockets_engine_open(const struct mockets_options *options, mockets_engine **out,
                                   struct mockets_error *err)
{
    const char *data_dir = options->data_dir ? options->data_dir : "mockets-data";
    mockets_engine *engine = mk_alloc(sizeof(*engine));
    mockets_status rc;

    if (!engine)
        return mk_fail_nomem(err);
    engine->lock_fd = -1;
    pthread_mutex_init(&engine->lock, NULL);
    mk_cond_init(&engine->work);
    mk_cond_init(&engine->news);
    mk_cond_init(&engine->mail);
    mk_cond_init(&engine->stopped);
    rc = set_options(engine, options, err);
    if (!rc)
        rc = mk_engine_emit_presets(engine, err);
    if (!rc)
        rc = mk_uuid_new(engine->owner, err);
    if (!rc)
        rc = lock_data_dir(engine, data_dir, err);
    if (!rc)
        rc = open_scratch(engine, data_dir, err);
    if (!rc)
        rc = open_backends(engine, options, data_dir, err);
    if (!rc && options->kms_keys)
        rc = mk_keyring_open(options->kms_keys, &engine->keyring, err);
    if (!rc)
        rc = take_back(engine, err);
    if (!rc && !engine->strict)
        rc = mk_engine_make_defaults(engine, err);
    if (rc) {
        mockets_engine_close(&engine);
        return rc;
    }
    *out = engine;
    return MOCKETS_OK;
}

static mockets_status start_threads(mockets_engine *engine, struct mockets_error *err)
{
    unsigned count = engine->workers + engine->more_runners;
    mockets_status rc;

    engine->runners = mk_alloc_array(count, sizeof(*engine->runners));
    if (!engine->runners)
        return mk_fail_nomem(err);
    rc = mk_thread_start(&engine->keeper, "mk-keeper", mk_keeper_main, engine, err);
    if (rc)
        return rc;
    engine->keeper_started = true;
    rc = mk_thread_start(&engine->mailer, "mk-mailer", mk_mailer_main, engine, err);
    if (rc)
        return rc;
    engine->mailer_started = true;
    for (unsigned i = 0; !rc && i < count; i++) {
        rc = mk_thread_start(&engine->runners[i], "mk-runner", mk_runner_main, engine, err);
        engine->runner_count += !rc;
    }
    return rc;
}

mockets_status mockets_engine_start(mockets_engine *engine, struct mockets_error *err)
{
    bool already;
    mockets_status rc;

    pthread_mutex_lock(&engine->lock);
    already = engine->started;
    engine->started = true;
    engine->stopping = engine->cut_off = false;
    engine->submitted += !already; /* there may be some from before */
    pthread_mutex_unlock(&engine->lock);
    if (already)
        return MOCKETS_OK;
    rc = start_threads(engine, err);
    if (rc)
        mockets_engine_stop(engine, 0);
    return rc;
}

/* Ask everybody to stop; running jobs get the drain time, then they are cut off. */
static void drain(mockets_engine *engine, unsigned drain_ms)
{
    struct timespec deadline = mk_clock_deadline(drain_ms);

    pthread_mutex_lock(&engine->lock);
    engine->stopping = true;
    pthread_cond_broadcast(&engine->work);
    pthread_cond_broadcast(&engine->mail);
    pthread_cond_broadcast(&engine->stopped);
    while (engine->running_count) {
        if (pthread_cond_timedwait(&engine->stopped, &engine->lock, &deadline) == ETIMEDOUT)
            break;
    }
    engine->cut_off = true;
    for (struct mk_running *run = engine->running; run; run = run->next)
        mk_cancel_set(&run->cancel);
    pthread_mutex_unlock(&engine->lock);
}

void mockets_engine_stop(mockets_engine *engine, unsigned drain_ms)
{
    bool started;

    pthread_mutex_lock(&engine->lock);
    started = engine->started;
    pthread_mutex_unlock(&engine->lock);
    if (!started)
        return;
    drain(engine, drain_ms);
    for (unsigned i = 0; i < engine->runner_count; i++)
        pthread_join(engine->runners[i], NULL);
    if (engine->keeper_started)
        pthread_join(engine->keeper, NULL);
    if (engine->mailer_started)
        pthread_join(engine->mailer, NULL);
    mk_free(engine->runners);
    engine->runners = NULL;
    engine->runner_count = 0;
    engine->keeper_started = engine->mailer_started = false;
    pthread_mutex_lock(&engine->lock);
    engine->started = false;
    pthread_mutex_unlock(&engine->lock);
}

void mockets_engine_close(mockets_engine **handle)
{
    mockets_engine *engine = *handle;

    *handle = NULL;
    if (!engine)
        return;
    mockets_engine_stop(engine, 0);
    mk_keyring_close(&engine->keyring);
    mk_notify_close(&engine->notify);
    mk_storage_close(&engine->storage);
    mk_store_close(&engine->store);
    if (engine->lock_fd >= 0)
        close(engine->lock_fd);
    pthread_cond_destroy(&engine->stopped);
    pthread_cond_destroy(&engine->mail);
    pthread_cond_destroy(&engine->news);
    pthread_cond_destroy(&engine->work);
    pthread_mutex_destroy(&engine->lock);
    mk_arena_fini(&engine->arena);
    mk_free(engine);
}

mockets_status mockets_engine_check(mockets_engine *engine, struct mockets_error *err)
{
    struct mk_arena arena = {0};
    struct mk_page page = {.ascending = true, .limit = 1};
    struct mk_page_result result = {0};
    mockets_status rc = engine->store.ops->record_list(engine->store.self, MK_RECORD_PIPELINE,
                                                       &page, &arena, &result, err);

    mk_arena_fini(&arena);
    return rc;
}

void mockets_free(void *memory)
{
    mk_free(memory);
}

const char *mockets_version(void)
{
    return MOCKETS_VERSION;
}

const char *mk_engine_arn(const mockets_engine *engine, const char *kind, const char *id,
                          struct mk_arena *arena)
{
    return mk_arena_printf(arena, "arn:aws:elastictranscoder:%s:%s:%s/%s", engine->region,
                           engine->account_id, kind, id);
}

void mk_engine_submitted(mockets_engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->submitted++;
    pthread_mutex_unlock(&engine->lock);
    pthread_cond_broadcast(&engine->work);
}

void mk_engine_changed(mockets_engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->changes++;
    pthread_mutex_unlock(&engine->lock);
    pthread_cond_broadcast(&engine->news);
}

void mk_engine_posted(mockets_engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->posted++;
    pthread_mutex_unlock(&engine->lock);
    pthread_cond_signal(&engine->mail);
}
