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
    void *next = dlsym(RTLD_NEXT, "avcodec_find_encoder_by_name");
    char padded[64];

    memcpy(&find, &next, sizeof(find));
    snprintf(padded, sizeof(padded), " %s ", name);
    return hidden && strstr(hidden, padded) ? NULL : find(name);
}
