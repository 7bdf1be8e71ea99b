#ifndef MOCKETS_LOG_H
#define MOCKETS_LOG_H

#include <mockets/version.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mockets_log_level {
    MOCKETS_LOG_ERROR = 0,
    MOCKETS_LOG_WARNING = 1,
    MOCKETS_LOG_INFO = 2,
    MOCKETS_LOG_DEBUG = 3,
};

/**
 * Receives one finished line without a line end.
 *
 * Called on any thread, several at once; it must not call back into the engine.
 *
 * @param context  as given in the options
 * @param level    how serious
 * @param message  UTF-8, NUL-terminated, valid during the call
 */
typedef void (*mockets_log_sink)(void *context, enum mockets_log_level level, const char *message);

/**
 * Send what the FFmpeg libraries log to @p sink, or to nowhere when @p sink is NULL.
 * This is a setting of the whole process, therefore for programs, not for libraries.
 * Call it before the first engine is opened.
 */
MOCKETS_API void mockets_log_capture_libav(mockets_log_sink sink, void *context);

#ifdef __cplusplus
}
#endif

#endif
