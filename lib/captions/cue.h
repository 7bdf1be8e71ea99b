#ifndef MK_CAPTIONS_CUE_H
#define MK_CAPTIONS_CUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Captions as plain data: what is shown, from when to when. Everything lives in an arena. */

/** One text on the screen: @c start_us <= time < @c end_us. */
struct mk_cue {
    int64_t start_us, end_us;
    const char *text; /**< UTF-8, lines parted by '\n', no markup, never empty */
};

struct mk_cues {
    const struct mk_cue *items; /**< in the order of their start */
    size_t count;
};

/** One language of a film. */
struct mk_caption_track {
    const char *language; /**< ISO 639 code of two or three letters; "und" if nobody said */
    const char *label;    /**< its name for viewers; NULL = none was given */
    struct mk_cues cues;
};

struct mk_caption_tracks {
    const struct mk_caption_track *items;
    size_t count;
};

/** The time of a cue whose end nobody has told. */
#define MK_CUE_OPEN INT64_MAX

/** Cues in the making. Too many, or out of memory, sets @c failed; look at it at the end. */
struct mk_cue_list {
    struct mk_arena *arena;
    struct mk_cue *items;
    size_t count, room;
    bool failed;
};

/**
 * Add a cue with a copy of the @p size bytes of @p text. Blanks around lines and empty lines are
 * taken off; a cue that is left without text or without a duration is dropped.
 */
void mk_cue_list_add(struct mk_cue_list *list, int64_t start_us, int64_t end_us, const char *text,
                     size_t size);

/** Bring the cues into the order of their start; ends that are open get closed by the next cue. */
mockets_status mk_cue_list_finish(struct mk_cue_list *list, struct mk_cues *out,
                                  struct mockets_error *err);

/** How the time of cues becomes the time of an output. */
struct mk_cue_place {
    int64_t shift_us;          /**< added to every time */
    int64_t from_us, until_us; /**< what lies outside, after the shift, is cut off */
};

/** The one way from a caption's own time into output time: append @p in, shifted and cut. */
void mk_cues_place(struct mk_cues in, struct mk_cue_place place, struct mk_cue_list *to);

/** Append @p in such that no two cues overlap: those shown together become one with all lines. */
void mk_cues_flatten(struct mk_cues in, struct mk_cue_list *to);

#endif
