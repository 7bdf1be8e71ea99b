/* To be preloaded: makes FFmpeg one that lacks the encoders which $HIDDEN_ENCODERS names, each
 * between blanks. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>

__attribute__((visibility("default"))) const AVCodec *avcodec_find_encoder_by_name(const char *name)
{
    const AVCodec *(*find)(const char *) = NULL;
    const char *hidden = getenv("HIDDEN_ENCODERS");
    /* the real one: who loads FFmpeg at run time keeps it from RTLD_NEXT */
    void *avcodec = dlopen("libavcodec.so." AV_STRINGIFY(LIBAVCODEC_VERSION_MAJOR), RTLD_LAZY);
    void *real = dlsym(avcodec, "avcodec_find_encoder_by_name");
    char padded[64];

    memcpy(&find, &real, sizeof(find));
    snprintf(padded, sizeof(padded), " %s ", name);
    return hidden && strstr(hidden, padded) ? NULL : find(name);
}
