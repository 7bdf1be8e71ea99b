#ifndef MK_PLAN_CODEC_H
#define MK_PLAN_CODEC_H

#include "model/preset.h"
#include "plan/plan.h"

/** Containers and codecs that can be made; which preset words mean them. */
bool mk_codec_container(const char *name, enum mk_container *out);
bool mk_codec_video(const char *name, enum mk_codec *out);
bool mk_codec_audio(const char *name, enum mk_codec *out);
bool mk_codec_image(const char *name, enum mk_codec *out);

/** The H.264 settings of a preset, without picture, segments and threads. */
struct mk_plan_encode mk_codec_h264(const struct mk_video_parameters *video);

/** The AAC settings of a preset. NULL profile: one that no encoder of this build makes. */
struct mk_plan_encode mk_codec_aac(const struct mk_audio_parameters *audio);

/** InterlacedMode of a preset. "Auto" makes top field first, as the service's guide says. */
enum mk_fields mk_codec_fields(const struct mk_video_parameters *video);

#endif
