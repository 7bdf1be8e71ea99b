#ifndef MK_DOOR_DOOR_H
#define MK_DOOR_DOOR_H

#include <mockets/log.h>

#include "media/media.h"

/*
 * The media room as a module that the program loads when it first needs it: FFmpeg brings more
 * than a hundred libraries along, and a server that waits for jobs wants none of them. door.c
 * takes the place of the room in the program; module.c, beside the room, makes the module.
 */

/**
 * What goes through the door: name, parameters, and the parameters' names. Who declares a function
 * of the room in media/media.h for other rooms adds it here.
 */
/* clang-format off */
#define MK_DOOR_CALLS(CALL)                                                                        \
    CALL(mk_media_probe,                                                                           \
         (struct mk_reader *reader, struct mk_cancel *cancel, struct mk_arena *arena,              \
          struct mk_info *out, struct mk_input **keep, struct mockets_error *err),                 \
         (reader, cancel, arena, out, keep, err))                                                  \
    CALL(mk_media_probe_image,                                                                     \
         (struct mk_reader *reader, struct mk_info_image *out, struct mockets_error *err),         \
         (reader, out, err))                                                                       \
    CALL(mk_media_captions,                                                                        \
         (struct mk_reader *reader, const struct mk_info *info, struct mk_cancel *cancel,          \
          struct mk_arena *arena, struct mk_caption_tracks *out, struct mockets_error *err),       \
         (reader, info, cancel, arena, out, err))                                                  \
    CALL(mk_media_scan,                                                                            \
         (struct mk_reader *reader, struct mk_info *info, struct mk_cancel *cancel,                \
          struct mk_arena *arena, struct mockets_error *err),                                      \
         (reader, info, cancel, arena, err))                                                       \
    CALL(mk_media_run,                                                                             \
         (const struct mk_plan *plan, const struct mk_media_host *host, struct mk_cancel *cancel,  \
          struct mockets_error *err),                                                              \
         (plan, host, cancel, err))                                                                \
    CALL(mk_media_find_encoder,                                                                    \
         (enum mk_codec codec, const char **name, bool *there, struct mockets_error *err),         \
         (codec, name, there, err))
/* clang-format on */

/** What the module exports, and nothing else, as MK_DOOR_SYMBOL. */
struct mk_door {
    const char *version; /**< MOCKETS_VERSION of the build that made it */
    size_t size;         /**< of this struct, there */
#define MEMBER(name, parameters, arguments) mockets_status(*name) parameters;
    MK_DOOR_CALLS(MEMBER)
#undef MEMBER
    /* These cannot fail, so that door.c says what they do while there is no module. */
    void (*mk_input_close)(struct mk_input **input);
    void (*mockets_log_capture_libav)(mockets_log_sink sink, void *context);
    const char *(*mockets_media_version)(void);
};

#define MK_DOOR_MODULE "mockets-media.so"
#define MK_DOOR_SYMBOL "mockets_media_door"

#endif
