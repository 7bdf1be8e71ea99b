#include <mockets/log.h>

#include <stdio.h>
#include <string.h>

#include <libavcodec/version.h>
#include <libavfilter/version.h>
#include <libavformat/version.h>
#include <libavutil/log.h>
#include <libavutil/version.h>
#include <libswscale/version.h>

/* av_log has one receiver in a process; set before the first engine is opened, then constant. */
static mockets_log_sink captured;
static void *captured_context;

/* What troubles libav while it reads damaged media is seldom an error of the program. */
static enum mockets_log_level level_of(int level)
{
    if (level <= AV_LOG_FATAL)
        return MOCKETS_LOG_ERROR;
    if (level <= AV_LOG_ERROR)
        return MOCKETS_LOG_WARNING;
    return level <= AV_LOG_WARNING ? MOCKETS_LOG_INFO : MOCKETS_LOG_DEBUG;
}

static void receive(void *object, int level, const char *format, va_list args)
{
    static _Thread_local int print_prefix = 1;
    char line[1024];
    size_t length;

    level &= 0xff;
    if (!captured || level > av_log_get_level())
        return;
    av_log_format_line2(object, level, format, args, line, sizeof(line), &print_prefix);
    length = strlen(line);
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = '\0';
    if (length > 0)
        captured(captured_context, level_of(level), line);
}

void mockets_log_capture_libav(mockets_log_sink sink, void *context)
{
    captured = sink;
    captured_context = context;
    av_log_set_callback(receive);
}

const char *mockets_media_version(void)
{
    return "libavcodec " AV_STRINGIFY(LIBAVCODEC_VERSION) ", libavformat " AV_STRINGIFY(LIBAVFORMAT_VERSION) ", libavfilter " AV_STRINGIFY(
        LIBAVFILTER_VERSION) ", libavutil " AV_STRINGIFY(LIBAVUTIL_VERSION) ", "
                                                                            "libswscale"
                                                                            " " AV_STRINGIFY(
                                                                                LIBSWSCALE_VERSION);
}
