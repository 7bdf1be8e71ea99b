#ifndef MK_PLAN_CODEC_H
#define MK_PLAN_CODEC_H

#include "model/preset.h"
#include "plan/make.h"

/* Containers and codecs: what the words of a preset mean, and what each of them can hold. */

/** @return whether @p name is a container that is made here. */
bool mk_codec_container(const char *name, enum mk_container *out);

/** Can a file of @p container hold @p codec? Asked of what the rules of CreatePreset let pass. */
bool mk_codec_fits(enum mk_container container, enum mk_codec codec);

bool mk_codec_image(const char *name, enum mk_codec *out);

/**
 * The encoder that a preset needs and this build lacks; NULL if it has all.
 *
 * @param encoders  MK_CODECS of them
 */
const char *mk_codec_missing(const struct mk_preset *preset,
                             const struct mk_plan_encoder *encoders);

/* ---- codec_video.c ---- */

bool mk_codec_video(const char *name, enum mk_codec *out);

/** InterlacedMode of a preset. "Auto" makes top field first, as the service's guide says. */
enum mk_fields mk_codec_fields(const struct mk_video_parameters *video);

/** What the encoder of the preset's codec takes. */
enum mk_pixels mk_codec_pixels(const struct mk_video_parameters *video);

/** What heights are multiples of: either field of 4:2:0 has whole lines of chroma. */
int mk_codec_height_step_px(const struct mk_video_parameters *video);

/** The rate that the preset's codec can have in @p container and is nearest to @p rate. */
struct mk_rational mk_codec_rate(const struct mk_video_parameters *video,
                                 enum mk_container container, struct mk_rational rate);

/** The settings of a preset's picture for its codec, without effort, segments and threads. */
struct mk_plan_encode mk_codec_film(const struct mk_video_parameters *video,
                                    const struct mk_plan_picture *picture);

/** LoopCount of a preset as mk_plan_package.repeats. */
int mk_codec_repeats(const struct mk_video_parameters *video);

/* ---- codec_audio.c ---- */

/** The codec of a preset's sound; @p he: is there an encoder for HE-AAC, for profile "auto"? */
bool mk_codec_audio(const struct mk_preset *preset, bool he, enum mk_codec *out);

/** How many channels @p codec can have, of those that are wanted. */
int mk_codec_channels(enum mk_codec codec, int wanted);

/** The speakers of @p channels channels of @p codec: those of the input where it can have them. */
uint64_t mk_codec_layout(enum mk_codec codec, int channels, uint64_t input);

/** The sample rate that @p codec in @p container can have: the next lower one, else the lowest. */
int mk_codec_sample_rate(enum mk_codec codec, enum mk_container container, int wanted_hz);

enum mk_samples mk_codec_samples(enum mk_codec codec);

/** The settings of a preset's sound for @p codec. */
struct mk_plan_encode mk_codec_track(const struct mk_audio_parameters *audio, enum mk_codec codec,
                                     int sample_rate_hz, int channels);

#endif
