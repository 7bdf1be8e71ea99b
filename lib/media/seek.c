#include "media/seek.h"

/* Decoders of sound need so much before, and some containers are not exact. */
enum { LEAD_US = 250 * 1000, TRIES = 7 };

static bool seek(struct mk_input *input, int64_t us)
{
    return avformat_seek_file(input->format, -1, INT64_MIN, us, us, 0) >= 0 && !input->io.rc;
}

/* Is the first key frame (or first sound) from here on before the target? */
static bool begins_before(struct mk_input *input, int video, int64_t target_us)
{
    AVPacket *packet = av_packet_alloc();
    bool found = false, before = false;

    while (packet && !found && av_read_frame(input->format, packet) >= 0) {
        const AVStream *stream = input->format->streams[packet->stream_index];
        int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

        found = stream->discard < AVDISCARD_ALL && time != AV_NOPTS_VALUE &&
                (video < 0 || (packet->stream_index == video && packet->flags & AV_PKT_FLAG_KEY));
        if (found)
            before = av_rescale_q(time, stream->time_base, AV_TIME_BASE_Q) <= target_us;
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return before;
}

bool mk_input_seek(struct mk_input *input, int video, bool sound, int64_t target_us,
                   int64_t start_us)
{
    int64_t back_us = sound ? LEAD_US : 0;

    for (int i = 0; i < TRIES && target_us - back_us > start_us; i++) {
        if (!seek(input, target_us - back_us))
            return false;
        if (begins_before(input, video, target_us))
            return seek(input, target_us - back_us);
        back_us = back_us > 0 ? 4 * back_us : LEAD_US;
    }
    return false;
}
