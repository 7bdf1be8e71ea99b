#include "media/av.h"

#include <stdarg.h>
#include <stdio.h>

static mockets_status status_of(int av)
{
    switch (av) {
    case AVERROR(ENOMEM):
        return MOCKETS_E_NOMEM;
    case AVERROR_EXIT:
        return MOCKETS_E_CANCELED;
    case AVERROR(EIO):
    case AVERROR(ENOSPC):
        return MOCKETS_E_IO;
    case AVERROR_INVALIDDATA:
    case AVERROR_EOF:
    case AVERROR_DEMUXER_NOT_FOUND:
    case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_STREAM_NOT_FOUND:
    case AVERROR_PATCHWELCOME:
        return MOCKETS_E_MEDIA;
    case AVERROR_ENCODER_NOT_FOUND:
    case AVERROR_MUXER_NOT_FOUND:
    case AVERROR_FILTER_NOT_FOUND:
    case AVERROR_BSF_NOT_FOUND:
        return MOCKETS_E_UNSUPPORTED;
    default:
        return MOCKETS_E_INTERNAL;
    }
}

mockets_status mk_fail_av(struct mockets_error *err, int av, const char *format, ...)
{
    char what[512], why[AV_ERROR_MAX_STRING_SIZE] = "";
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    av_strerror(av, why, sizeof(why));
    return mk_fail(err, status_of(av), "%s: %s", what, why);
}
