#include "media/copy.h"

#include <string.h>

#include <libavcodec/bsf.h>

#include "media/source.h"

/* Ticks at least as fine as those of a transport stream; containers count in milliseconds. */
enum { TICKS_PER_SECOND = 90000, ROUNDING_US = 1500 };

struct copy {
    struct mk_encode *encode;
    const struct mk_plan_copy *plan;
    AVBSFContext *filter; /* NULL: packets are as they are wanted */
    int64_t first;        /* time of the first packet, in the encode's time base */
    int64_t first_us;     /* the same, as it came */
    int64_t ticks;        /* from one packet to the next */
    int64_t count;        /* of packets that were passed on */
};

/* ADTS repeats in front of every packet what other containers say once, as encoders do. */
static mockets_status open_filter(struct copy *copy, struct mockets_error *err)
{
    const AVCodecParameters *par = copy->encode->parameters;
    int av;

    if (par->codec_id != AV_CODEC_ID_AAC || par->extradata_size > 0)
        return MOCKETS_OK;
    av = av_bsf_list_parse_str("aac_adtstoasc", &copy->filter);
    if (av >= 0)
        av = avcodec_parameters_copy(copy->filter->par_in, par);
    if (av >= 0)
        av = av_bsf_init(copy->filter);
    return av < 0 ? mk_fail_av(err, av, "the sound cannot be copied") : MOCKETS_OK;
}

/* The filter tells what it found with the first packet. */
static mockets_status keep_header(struct copy *copy, const AVPacket *packet,
                                  struct mockets_error *err)
{
    AVCodecParameters *par = copy->encode->parameters;
    size_t size = 0;
    const uint8_t *data = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, &size);

    if (!data || par->extradata)
        return MOCKETS_OK;
    par->extradata = av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!par->extradata)
        return mk_fail_nomem(err);
    memcpy(par->extradata, data, size);
    par->extradata_size = (int)size;
    return MOCKETS_OK;
}

static AVRational rate_of(const struct copy *copy)
{
    return (AVRational){copy->plan->rate.num, copy->plan->rate.den};
}

/* Film counts in fractions of its pictures, sound in samples. */
static void set_time_base(struct copy *copy, const AVPacket *packet)
{
    struct mk_encode *encode = copy->encode;
    AVRational rate = rate_of(copy);
    int fine = 1;

    if (encode->plan->kind == MK_VIDEO && rate.num < TICKS_PER_SECOND)
        fine = (TICKS_PER_SECOND + rate.num - 1) / rate.num;
    encode->time_base = (AVRational){1, rate.num * fine};
    copy->ticks =
        encode->plan->kind == MK_VIDEO ? (int64_t)rate.den * fine : copy->plan->packet_samples;
    copy->first = av_rescale_q(packet->pts, packet->time_base, encode->time_base);
    copy->first_us = av_rescale_q(packet->pts, packet->time_base, AV_TIME_BASE_Q);
}

static mockets_status begin(struct copy *copy, const AVPacket *packet, struct mockets_error *err)
{
    struct mk_encode *encode = copy->encode;

    encode->parameters = avcodec_parameters_alloc();
    if (!encode->parameters ||
        avcodec_parameters_copy(encode->parameters,
                                encode->source->parameters[encode->plan->kind]) < 0)
        return mk_fail_nomem(err);
    set_time_base(copy, packet);
    return open_filter(copy, err);
}

/* Which one it is in the order of showing. */
static int64_t number_of(const struct copy *copy, const AVPacket *packet)
{
    int64_t us = av_rescale_q(packet->pts, packet->time_base, AV_TIME_BASE_Q) - copy->first_us;

    return av_rescale_q(us, AV_TIME_BASE_Q, av_inv_q(rate_of(copy)));
}

/* The last packet of sound may be meant to be heard in part. */
static int64_t duration_of(const struct copy *copy, const AVPacket *packet)
{
    AVRational base = copy->encode->time_base;
    int64_t own = av_rescale_q(packet->duration, packet->time_base, base);
    int64_t rounded = av_rescale_q(ROUNDING_US, AV_TIME_BASE_Q, base);

    return own > 0 && own < copy->ticks - rounded ? own : copy->ticks;
}

static mockets_status stamp(struct copy *copy, AVPacket *packet, struct mockets_error *err)
{
    bool film = copy->encode->plan->kind == MK_VIDEO;
    int64_t number = film ? number_of(copy, packet) : copy->count;
    int64_t duration = film ? copy->ticks : duration_of(copy, packet);

    if (number < copy->count - copy->plan->delay_packets)
        return mk_fail(err, MOCKETS_E_MEDIA, "the input is not what it was when it was looked at");
    packet->pts = copy->first + number * copy->ticks;
    packet->dts = copy->first + (copy->count - copy->plan->delay_packets) * copy->ticks;
    packet->duration = duration;
    packet->time_base = copy->encode->time_base;
    packet->flags &= AV_PKT_FLAG_KEY;
    packet->pos = -1;
    copy->count++;
    return MOCKETS_OK;
}

static mockets_status take(struct copy *copy, AVPacket *packet, struct mockets_error *err)
{
    mockets_status rc = copy->encode->parameters ? MOCKETS_OK : begin(copy, packet, err);

    if (rc)
        return rc;
    if (copy->filter) {
        AVRational base = packet->time_base;
        int av = av_bsf_send_packet(copy->filter, packet);

        if (av >= 0)
            av = av_bsf_receive_packet(copy->filter, packet);
        if (av < 0)
            return mk_fail_av(err, av, "the sound cannot be copied");
        packet->time_base = base;
        rc = keep_header(copy, packet, err);
    }
    av_packet_free_side_data(packet);
    if (!rc)
        rc = stamp(copy, packet, err);
    return rc ? rc : mk_outlet_packet(&copy->encode->outlet, packet, err);
}

static mockets_status run(struct copy *copy)
{
    struct mk_stage *stage = &copy->encode->stage;
    mockets_status rc = MOCKETS_OK;
    struct mk_item item;

    while (!rc && mk_stage_next(stage, &item, &rc)) {
        rc = take(copy, item.packet, &stage->error);
        mk_item_free(&item);
    }
    return rc;
}

void *mk_copy_main(void *argument)
{
    struct mk_encode *encode = argument;
    struct copy copy = {.encode = encode, .plan = &encode->plan->copy};
    mockets_status rc = run(&copy);

    mk_queue_leave(&encode->stage.inbox);
    av_bsf_free(&copy.filter);
    mk_outlet_end(&encode->outlet, rc ? &encode->stage.error : NULL);
    return NULL;
}
