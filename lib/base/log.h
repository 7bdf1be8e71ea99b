#ifndef MK_BASE_LOG_H
#define MK_BASE_LOG_H

#include <mockets/log.h>

/** Where the log lines go. Set before start, then constant; shared by all threads. */
struct mk_log {
    mockets_log_sink sink; /**< NULL: nowhere */
    void *context;
    enum mockets_log_level level;
};

/** Format and send one line; lines longer than 1 KiB are cut. Thread-safe. */
void mk_log(const struct mk_log *log, enum mockets_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
