#ifndef SERVER_LOGGER_H
#define SERVER_LOGGER_H

#include <stdbool.h>

#include <mockets/log.h>

/** Writes log lines to a file descriptor. Set before start, then constant; any thread may log. */
struct logger {
    int fd;
    enum mockets_log_level level;
    bool json;
};

/** A mockets_log_sink; @p context is the logger. One write(2) a line, so lines never mix. */
void logger_sink(void *context, enum mockets_log_level level, const char *message);

/** A mockets_log_sink that files everything under debug, for chatty libraries. */
void logger_sink_debug(void *context, enum mockets_log_level level, const char *message);

/** Format and log one line. */
void logger_write(const struct logger *logger, enum mockets_log_level level, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));

#endif
