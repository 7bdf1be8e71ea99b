#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

void mk_log(const struct mk_log *log, enum mockets_log_level level, const char *format, ...)
{
    char line[1024];
    va_list args;

    if (!log || !log->sink || level > log->level)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    log->sink(log->context, level, line);
}
