#include "server/logger.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/text.h"

enum { LINE_SIZE = 4096, STAMP_SIZE = 32 };

static const char *const names[] = {"error", "warning", "info", "debug"};

static void write_stamp(char out[STAMP_SIZE])
{
    struct timespec now;
    struct tm parts;
    size_t used;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    used = strftime(out, STAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(out + used, STAMP_SIZE - used, ".%03uZ", (unsigned)(now.tv_nsec / 1000000) % 1000);
}

/** Line ends and other control characters in a message would forge lines. */
static void blank_controls(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = ' ';
}

static size_t format_line(const struct logger *logger, enum mockets_log_level level,
                          const char *message, char line[LINE_SIZE])
{
    char stamp[STAMP_SIZE], escaped[LINE_SIZE - 100];
    int size;

    write_stamp(stamp);
    if (logger->json) {
        json_escape(message, escaped, sizeof(escaped));
        size = snprintf(line, LINE_SIZE, "{\"time\":\"%s\",\"level\":\"%s\",\"message\":\"%s\"}\n",
                        stamp, names[level], escaped);
    } else {
        snprintf(escaped, sizeof(escaped), "%s", message);
        blank_controls(escaped);
        size = snprintf(line, LINE_SIZE, "%s %s %s\n", stamp, names[level], escaped);
    }
    return (size_t)size;
}

void logger_sink(void *context, enum mockets_log_level level, const char *message)
{
    const struct logger *logger = context;
    char line[LINE_SIZE];
    size_t size, done = 0;

    if (level > logger->level)
        return;
    size = format_line(logger, level, message, line);
    while (done < size) {
        ssize_t got = write(logger->fd, line + done, size - done);

        if (got < 0 && errno != EINTR)
            return; /* there is nobody left to tell */
        done += got > 0 ? (size_t)got : 0;
    }
}

void logger_sink_debug(void *context, enum mockets_log_level level, const char *message)
{
    (void)level;
    logger_sink(context, MOCKETS_LOG_DEBUG, message);
}

void logger_write(const struct logger *logger, enum mockets_log_level level, const char *format,
                  ...)
{
    char message[LINE_SIZE];
    va_list args;

    if (level > logger->level)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    logger_sink((void *)logger, level, message);
}
