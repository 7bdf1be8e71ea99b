#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include <stddef.h>

#include <mockets/error.h>

struct app;
struct listener;

/** The HTTP listeners and their threads. */
struct http;

/** A request body may have so many bytes. */
enum { HTTP_BODY_MAX = 1 << 20 };

/**
 * Serve requests on @p count listening sockets, which are taken, also on failure.
 *
 * @param app  borrowed until http_stop()
 */
mockets_status http_start(struct app *app, const struct listener *listeners, size_t count,
                          struct http **out, struct mockets_error *err);

/** Refuse new connections; open ones go on. */
void http_quiesce(struct http *http);

/** End all connections when their request is done, join the threads, close the sockets. */
void http_stop(struct http **http);

#endif
