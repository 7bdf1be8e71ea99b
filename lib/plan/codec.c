#include "plan/codec.h"

#include <string.h>

/* The containers of the API. */
static const struct {
    const char *name;
    enum mk_container container;
} containers[] = {
    {"mp4", MK_CONTAINER_MP4}, {"ts", MK_CONTAINER_TS},     {"webm", MK_CONTAINER_WEBM},
    {"flv", MK_CONTAINER_FLV}, {"mpg", MK_CONTAINER_MPG},   {"mxf", MK_CONTAINER_MXF},
    {"gif", MK_CONTAINER_GIF}, {"mp3", MK_CONTAINER_MP3},   {"mp2", MK_CONTAINER_MP2},
    {"oga", MK_CONTAINER_OGG}, {"ogg", MK_CONTAINER_OGG},   {"flac", MK_CONTAINER_FLAC},
    {"wav", MK_CONTAINER_WAV}, {"fmp4", MK_CONTAINER_FMP4},
};

/* What a container cannot hold although the API lets it be asked for. */
static const struct {
    enum mk_container container;
    enum mk_codec codec;
} misfits[] = {
    {MK_CONTAINER_WAV, MK_CODEC_PCM_S8},  {MK_CONTAINER_WAV, MK_CODEC_PCM_U16},
    {MK_CONTAINER_WAV, MK_CODEC_PCM_U24}, {MK_CONTAINER_WAV, MK_CODEC_PCM_U32},
    {MK_CONTAINER_MXF, MK_CODEC_PCM_S8},  {MK_CONTAINER_MXF, MK_CODEC_PCM_U8},
    {MK_CONTAINER_MXF, MK_CODEC_PCM_U16}, {MK_CONTAINER_MXF, MK_CODEC_PCM_U24},
    {MK_CONTAINER_MXF, MK_CODEC_PCM_S32}, {MK_CONTAINER_MXF, MK_CODEC_PCM_U32},
};

bool mk_codec_container(const char *name, enum mk_container *out)
{
    for (size_t i = 0; name && i < sizeof(containers) / sizeof(containers[0]); i++) {
        if (strcmp(containers[i].name, name) == 0) {
            *out = containers[i].container;
            return true;
        }
    }
    return false;
}

bool mk_codec_fits(enum mk_container container, enum mk_codec codec)
{
    for (size_t i = 0; i < sizeof(misfits) / sizeof(misfits[0]); i++) {
        if (misfits[i].container == container && misfits[i].codec == codec)
            return false;
    }
    return true;
}

bool mk_codec_image(const char *name, enum mk_codec *out)
{
    if (!name || (strcmp(name, "png") != 0 && strcmp(name, "jpg") != 0))
        return false;
    *out = strcmp(name, "png") == 0 ? MK_CODEC_PNG : MK_CODEC_JPEG;
    return true;
}

const char *mk_codec_missing(const struct mk_preset *preset, const struct mk_plan_encoder *encoders)
{
    bool he = !encoders[MK_CODEC_AAC_HE].missing;
    enum mk_codec codec;

    if (preset->video && mk_codec_video(preset->video->codec, &codec) && encoders[codec].missing)
        return encoders[codec].name;
    if (preset->audio && mk_codec_audio(preset, he, &codec) && encoders[codec].missing)
        return encoders[codec].name;
    return NULL;
}
