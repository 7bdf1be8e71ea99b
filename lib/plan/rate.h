#ifndef MK_PLAN_RATE_H
#define MK_PLAN_RATE_H

#include "base/arena.h"
#include "plan/info.h"

/** The frame rate of a stream, made sensible: a standard rate where it is close to one. */
struct mk_rational mk_rate_of_stream(const struct mk_info_stream *stream);

/** Which rate the API means by @p name. @return false: none; "auto", NULL and "" are none. */
bool mk_rate_named(const char *name, struct mk_rational *out);

/**
 * The rate of an output (reference 10).
 *
 * @param frame_rate      the preset's FrameRate: "auto" or one of the supported rates
 * @param max_frame_rate  the preset's MaxFrameRate; NULL = 30
 * @param input           as mk_rate_of_stream() gives it
 */
struct mk_rational mk_rate_choose(const char *frame_rate, const char *max_frame_rate,
                                  struct mk_rational input);

/** The API's text for a rate: "29.97", "25", else up to three decimals. NULL: out of memory. */
const char *mk_rate_name(struct mk_rational rate, struct mk_arena *arena);

#endif
