#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <mockets/mockets.h>

#include "server/command.h"
#include "server/config.h"
#include "server/http.h"
#include "server/listener.h"
#include "server/logger.h"
#include "server/ops.h"
#include "server/request.h"

/** Everything that one run of the server holds. */
struct serving {
    struct config config;
    struct logger logger;
    struct listener *listeners; /**< sockets of which belong to http once it is there */
    size_t listener_count;
    struct app app;
    struct http *http;
    sigset_t signals;     /**< those that stop the server */
    _Atomic bool stopped; /**< the drain is over */
};

static mockets_status open_listeners(struct serving *serving, struct mockets_error *err)
{
    const struct strings *texts = &serving->config.listen;
    mockets_status rc = MOCKETS_OK;

    serving->listeners = calloc(texts->count, sizeof(*serving->listeners));
    if (!serving->listeners)
        return error_set_nomem(err);
    for (size_t i = 0; i < texts->count && !rc; i++) {
        rc = listener_open(texts->items[i], &serving->listeners[i], err);
        serving->listener_count += !rc;
    }
    return rc;
}

static mockets_status open_engine(struct serving *serving, struct mockets_error *err)
{
    struct mockets_options options = config_options(&serving->config);
    mockets_status rc;

    options.log = logger_sink;
    options.log_context = &serving->logger;
    options.log_level = serving->logger.level;
    rc = mockets_engine_open(&options, &serving->app.engine, err);
    return rc ? rc : mockets_engine_start(serving->app.engine, err);
}

static mockets_status start(struct serving *serving, struct mockets_error *err)
{
    size_t count = 0;
    const struct mockets_operation *operations = mockets_operations(&count);
    mockets_status rc = open_listeners(serving, err);

    if (!rc)
        rc = open_engine(serving, err);
    if (rc)
        return rc;
    serving->app.logger = &serving->logger;
    router_init(&serving->app.router, operations, count, own_routes, own_route_count);
    rc =
        http_start(&serving->app, serving->listeners, serving->listener_count, &serving->http, err);
    if (rc)
        serving->listener_count = 0;
    return rc;
}

/**
 * Waits for a second signal while the first one's drain is going on. It ends the process as a
 * crash would, so that it works whatever the drain is stuck in; jobs survive that by design.
 */
static void *watch(void *argument)
{
    struct serving *serving = argument;
    int number;

    sigwait(&serving->signals, &number);
    if (!serving->stopped) {
        logger_write(&serving->logger, MOCKETS_LOG_WARNING,
                     "stopping at once: unfinished jobs begin again with the next start");
        _exit(EXIT_DONE);
    }
    return NULL;
}

static void drain(struct serving *serving)
{
    pthread_t watcher;
    bool watched = !pthread_create(&watcher, NULL, watch, serving);

    mockets_engine_stop(serving->app.engine, serving->config.drain_seconds * 1000);
    serving->stopped = true;
    if (watched) {
        pthread_kill(watcher, SIGTERM);
        pthread_join(watcher, NULL);
    }
}

static void run(struct serving *serving)
{
    int number;

    for (size_t i = 0; i < serving->listener_count; i++)
        printf("mockets: listening on %s\n", serving->listeners[i].url);
    fflush(stdout);
    sigwait(&serving->signals, &number);
    logger_write(&serving->logger, MOCKETS_LOG_INFO, "stopping: %s", strsignal(number));
    serving->app.stopping = true;
    http_quiesce(serving->http);
    drain(serving);
}

static void finish(struct serving *serving)
{
    if (serving->http)
        http_stop(&serving->http);
    else
        for (size_t i = 0; i < serving->listener_count; i++)
            close(serving->listeners[i].fd);
    mockets_engine_close(&serving->app.engine);
    free(serving->listeners);
    config_fini(&serving->config);
}

/** Every connection and every file of a job is a descriptor. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return;
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/** All threads inherit the mask, so that only sigwait() ever sees these signals. */
static void block_signals(sigset_t *signals)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its output */
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

int cmd_serve(int argc, char **argv)
{
    struct serving serving = {0};
    struct mockets_error err = {0};
    bool help = false;
    mockets_status rc = config_load(&serving.config, argc, argv, &help, &err);

    if (help) {
        puts("usage: mockets serve [FLAG…]\n\nEvery flag is also an environment variable "
             "(--log-level: MOCKETS_LOG_LEVEL) and a key\nof the --config file.\n");
        config_usage(stdout);
    }
    if (!rc && !help) {
        block_signals(&serving.signals);
        raise_descriptor_limit();
        serving.logger = (struct logger){STDERR_FILENO, config_log_level(&serving.config),
                                         !strcmp(serving.config.log_format, "json")};
        mockets_log_capture_libav(logger_sink_debug, &serving.logger);
        rc = start(&serving, &err);
        if (!rc)
            run(&serving);
    }
    finish(&serving);
    return rc ? command_fail(EXIT_USAGE, err.message) : EXIT_DONE;
}
