#ifndef MK_PLAN_WARNING_H
#define MK_PLAN_WARNING_H

#include "base/arena.h"
#include "model/preset.h"

/*
 * What an output that is made is told all the same, in the service's own words (reference 8.3).
 * All of its warnings are made here; every text is provoked by api.status_detail.
 */

/** A clip is longer than the input. */
extern const char mk_warning_clip[];

/** The input has more channels than the output. NULL: out of memory. */
const char *mk_warning_channels(int found, int wanted, struct mk_arena *arena);

/**
 * Segments that playlists must record with more than the preset asks for: by more than half,
 * less is what containers add and what encoders save up for such places in any film.
 *
 * @param highest_bps  the rate of the fastest segment
 * @param average_bps  of all of them
 *
 * @return NULL: there is nothing to tell
 */
const char *mk_warning_segments(const struct mk_preset *preset, int64_t highest_bps,
                                int64_t average_bps);

/** @p before and @p after, if there are both. NULL: there is neither, or memory is out. */
const char *mk_warning_join(const char *before, const char *after, struct mk_arena *arena);

#endif
