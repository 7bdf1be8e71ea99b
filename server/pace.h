#ifndef SERVER_PACE_H
#define SERVER_PACE_H

#include <stddef.h>
#include <string.h>

#include <mockets/engine.h>

#include "server/settings.h"

/** What every command that runs jobs can be told of how hard encoders work. */
struct pace {
    char *speed;
    char *x264_preset; /**< NULL: what the speed means */
    unsigned encoder_threads;
    bool copy_when_possible;
};

/** The rows of settings that fill the member "pace" of @p owner. */
#define PACE_SETTINGS(owner)                                                                       \
    {.name = "speed",                                                                              \
     .kind = SETTING_TEXT,                                                                         \
     .offset = offsetof(owner, pace.speed),                                                        \
     .placeholder = "SPEED",                                                                       \
     .help = "fast, balanced or best: less time, or a better picture at the same rate",            \
     .fallback = "balanced",                                                                       \
     .choices = "fast|balanced|best"},                                                             \
        {.name = "x264-preset",                                                                    \
         .kind = SETTING_TEXT,                                                                     \
         .offset = offsetof(owner, pace.x264_preset),                                              \
         .placeholder = "NAME",                                                                    \
         .help = "H.264 by exactly this preset of x264, in one pass, whatever --speed says",       \
         .choices = "ultrafast|superfast|veryfast|faster|fast|medium|slow|slower|veryslow"},       \
        {.name = "encoder-threads",                                                                \
         .kind = SETTING_NUMBER,                                                                   \
         .offset = offsetof(owner, pace.encoder_threads),                                          \
         .placeholder = "N",                                                                       \
         .help = "threads of each video encoder, for the same bytes every time (H.264 whose rate " \
                 "has a ceiling: one); 0 is what fills the processors",                            \
         .fallback = "0",                                                                          \
         .max = 64},                                                                               \
    {                                                                                              \
        .name = "copy-when-possible", .kind = SETTING_SWITCH,                                      \
        .offset = offsetof(owner, pace.copy_when_possible),                                        \
        .help = "do not make streams anew that are as the preset wants them"                       \
    }

static inline void pace_apply(const struct pace *pace, struct mockets_options *options)
{
    options->speed = !strcmp(pace->speed, "fast")   ? MOCKETS_SPEED_FAST
                     : !strcmp(pace->speed, "best") ? MOCKETS_SPEED_BEST
                                                    : MOCKETS_SPEED_BALANCED;
    options->x264_preset = pace->x264_preset;
    options->encoder_threads = pace->encoder_threads;
    options->copy_when_possible = pace->copy_when_possible;
}

#endif
