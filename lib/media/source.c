#include "media/source.h"

#include <inttypes.h>

#include <libavutil/avstring.h>

#include "base/thread.h"
#include "media/cut.h"
#include "media/seek.h"

/* Time that jumps further than this is a fault or a splice, not a pause. */
enum { SPLICE_US = 10 * 1000 * 1000, SPLICE_BACK_US = 100 * 1000 };
enum { INTERLEAVE_US = 10 * 1000 * 1000 }; /* streams lie no further apart in a file */
enum { AHEAD_US = 2 * 1000 * 1000 };       /* of a film that is decoded elsewhere */
static const int64_t PAUSE_US = INT64_C(3600) * 1000 * 1000;
/* All pauses of an input: a few damaged bytes must not become a film of years. */
static const int64_t PAUSES_US = INT64_C(86400) * 1000 * 1000;

struct decoder {
    AVCodecContext *context;  /* NULL: the plan needs no frames of it */
    AVStream *stream;         /* NULL: the plan does not need it */
    struct mk_outlet *copies; /* those who want its packets; NULL: nobody can */
    struct mk_cut cut;
    bool waits_for_key;  /* after a seek: what comes before cannot be decoded */
    int64_t next_pts;    /* where the next frame is expected, in stream time */
    int64_t next_dts_us; /* the same for packets */
    int64_t paused_us;   /* all pauses between frames */
    uint64_t frames, damaged, packets;
};

/* One part, while it is read. */
struct work {
    struct mk_source *source;
    const struct mk_plan_part *plan;
    struct mk_reader *reader;
    struct mk_input *input;
    struct decoder video, audio, right; /* right: of two mono streams */
    AVPacket *packet;
    AVFrame *frame;
    int64_t splice_us; /* what earlier jumps of time took away */
};

static mockets_status open_decoder(struct work *work, struct decoder *decoder,
                                   struct mockets_error *err)
{
    const struct mk_plan_source *source =
        &work->source->stage.run->plan->sources[work->source->index];
    const AVCodec *codec;
    int av;

    codec = avcodec_find_decoder(decoder->stream->codecpar->codec_id);
    if (!codec)
        return mk_fail(err, MOCKETS_E_MEDIA, "there is no decoder for %s",
                       avcodec_get_name(decoder->stream->codecpar->codec_id));
    decoder->context = avcodec_alloc_context3(codec);
    if (!decoder->context)
        return mk_fail_nomem(err);
    av = avcodec_parameters_to_context(decoder->context, decoder->stream->codecpar);
    if (av >= 0) {
        decoder->context->pkt_timebase = decoder->stream->time_base;
        decoder->context->max_pixels = MK_INPUT_MAX_PIXELS;
        decoder->context->thread_count =
            codec->type == AVMEDIA_TYPE_VIDEO && source->threads > 0 ? source->threads : 1;
        if (source->draft)
            decoder->context->skip_loop_filter = AVDISCARD_ALL;
        av = avcodec_open2(decoder->context, codec, NULL);
    }
    if (av < 0)
        return mk_input_fail(work->input, err, av, "the decoder cannot be opened");
    return MOCKETS_OK;
}

static mockets_status open_stream(struct work *work, struct decoder *decoder, int index,
                                  struct mockets_error *err)
{
    AVFormatContext *format = work->input->format;
    bool copies = decoder->copies && decoder->copies->count > 0;

    if (index < 0 || (decoder->cut.outlet->count == 0 && !copies))
        return MOCKETS_OK;
    if ((unsigned)index >= format->nb_streams)
        return mk_fail(err, MOCKETS_E_MEDIA, "the input has no stream %d", index);
    decoder->stream = format->streams[index];
    decoder->next_pts = decoder->next_dts_us = AV_NOPTS_VALUE;
    decoder->stream->discard = AVDISCARD_DEFAULT;
    return decoder->cut.outlet->count > 0 ? open_decoder(work, decoder, err) : MOCKETS_OK;
}

static void choose_streams(struct work *work)
{
    for (unsigned i = 0; i < work->input->format->nb_streams; i++) {
        bool needed = (int)i == work->plan->video_stream || (int)i == work->plan->audio_stream ||
                      (i > 0 && (int)i == work->plan->right_stream);

        work->input->format->streams[i]->discard = needed ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
}

static mockets_status open_input(struct work *work, struct mockets_error *err)
{
    mockets_status rc =
        mk_input_open(work->reader, &work->source->stage.run->cancel, &work->input, err);

    if (!rc)
        choose_streams(work);
    return rc;
}

/* What has been probed need not be opened and looked into again. */
static mockets_status open_or_take(struct work *work, struct mockets_error *err)
{
    const struct mk_media_host *host = work->source->stage.run->host;
    mockets_status rc;

    if (host->take_input &&
        host->take_input(host->context, work->plan->input, &work->reader, &work->input)) {
        choose_streams(work);
        return MOCKETS_OK;
    }
    rc = host->open_input(host->context, work->plan->input, &work->reader, err);
    return rc ? rc : open_input(work, err);
}

/* Where the container allows it nothing is read that lies far before the part. What comes but once
 * is read from where it is. */
static mockets_status go_to_start(struct work *work, struct mockets_error *err)
{
    const struct mk_plan_part *plan = work->plan;

    if (plan->skip_us <= 0 || work->reader->once)
        return MOCKETS_OK;
    if (mk_input_seek(work->input, plan->video_stream, plan->audio_stream >= 0, plan->start_us,
                      plan->start_us - plan->skip_us)) {
        work->video.waits_for_key = true;
        return MOCKETS_OK;
    }
    if (work->input->io.rc)
        return mk_input_fail(work->input, err, AVERROR(EIO), "the input cannot be read");
    mk_input_close(&work->input);
    return open_input(work, err);
}

static mockets_status open_work(struct work *work, struct mockets_error *err)
{
    mockets_status rc;

    work->packet = av_packet_alloc();
    work->frame = av_frame_alloc();
    if (!work->packet || !work->frame)
        return mk_fail_nomem(err);
    rc = open_or_take(work, err);
    if (!rc)
        rc = go_to_start(work, err);
    if (!rc)
        rc = open_stream(work, &work->video, work->plan->video_stream, err);
    if (!rc)
        rc = open_stream(work, &work->audio, work->plan->audio_stream, err);
    if (!rc && work->plan->right_stream > 0)
        rc = open_stream(work, &work->right, work->plan->right_stream, err);
    return rc;
}

static void close_work(struct work *work)
{
    avcodec_free_context(&work->video.context);
    avcodec_free_context(&work->audio.context);
    avcodec_free_context(&work->right.context);
    mk_cut_fini(&work->video.cut);
    mk_cut_fini(&work->audio.cut);
    mk_cut_fini(&work->right.cut);
    av_packet_free(&work->packet);
    av_frame_free(&work->frame);
    mk_input_close(&work->input);
    mk_reader_close(&work->reader);
}

static bool wants_frames(const struct decoder *decoder)
{
    return decoder->context && mk_outlet_wanted(decoder->cut.outlet);
}

static bool wants_packets(const struct decoder *decoder)
{
    return decoder->stream && decoder->copies && mk_outlet_wanted(decoder->copies);
}

static void count_damage(struct work *work, struct decoder *decoder, int av)
{
    if (decoder->damaged++ == 0)
        mk_log(work->source->stage.run->host->log, MOCKETS_LOG_WARNING,
               "source %u: a damaged part of stream %d is skipped: %s", work->source->index,
               decoder->stream->index, av_err2str(av));
}

/* Is it so long after what came before that nobody can mean it? */
static bool too_late(struct decoder *decoder, int64_t pts, int64_t expected)
{
    int64_t pause_us =
        pts > expected ? av_rescale_q(pts - expected, decoder->stream->time_base, AV_TIME_BASE_Q)
                       : 0;

    if (pause_us <= SPLICE_US)
        return false;
    if (pause_us > PAUSE_US || decoder->paused_us + pause_us > PAUSES_US)
        return true;
    decoder->paused_us += pause_us;
    return false;
}

/* Frames without a timestamp that can be follow the one before. */
static void stamp(struct work *work, struct decoder *decoder, AVFrame *frame)
{
    AVRational base = decoder->stream->time_base;
    int64_t duration = mk_av_frame_duration(frame);
    int64_t start = av_rescale_q(work->plan->start_us, AV_TIME_BASE_Q, base);

    int64_t expected = decoder->next_pts == AV_NOPTS_VALUE ? start : decoder->next_pts;

    frame->pts = frame->best_effort_timestamp;
    if (frame->pts == AV_NOPTS_VALUE || too_late(decoder, frame->pts, expected))
        frame->pts = expected;
    if (frame->nb_samples > 0)
        duration = av_rescale_q(frame->nb_samples, (AVRational){1, frame->sample_rate}, base);
    else if (duration <= 0 && decoder->stream->avg_frame_rate.num > 0)
        duration = av_rescale_q(1, av_inv_q(decoder->stream->avg_frame_rate), base);
    decoder->next_pts = frame->pts + duration;
    mk_av_frame_set_duration(frame, duration);
    frame->pts -= start;
    frame->time_base = base;
}

static mockets_status receive(struct work *work, struct decoder *decoder, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    while (!rc) {
        int av = avcodec_receive_frame(decoder->context, work->frame);

        if (av == AVERROR(EAGAIN) || av == AVERROR_EOF)
            return MOCKETS_OK;
        if (av == AVERROR(ENOMEM))
            return mk_fail_nomem(err);
        if (av < 0) {
            count_damage(work, decoder, av);
            continue;
        }
        decoder->frames++;
        stamp(work, decoder, work->frame);
        rc = mk_cut_put(&decoder->cut, work->frame, err);
        av_frame_unref(work->frame);
    }
    if (rc != MOCKETS_E_CANCELED)
        return rc;
    if (!wants_packets(decoder))
        decoder->stream->discard = AVDISCARD_ALL; /* nobody listens to this one */
    return MOCKETS_OK;
}

static mockets_status decode(struct work *work, struct decoder *decoder, AVPacket *packet,
                             struct mockets_error *err)
{
    int av = avcodec_send_packet(decoder->context, packet);

    if (av == AVERROR(ENOMEM))
        return mk_fail_nomem(err);
    if (av < 0 && av != AVERROR_EOF)
        count_damage(work, decoder, av);
    return receive(work, decoder, err);
}

/* Broadcast streams are spliced: time jumps, on all streams at about the same place. Take every
 * jump out, as if the parts had been made in one go. */
static void splice(struct work *work, struct decoder *decoder, AVPacket *packet)
{
    AVRational base = decoder->stream->time_base;
    const AVInputFormat *format = work->input->format->iformat;
    bool broadcast = (format->flags & AVFMT_TS_DISCONT) && !av_match_name("ogg", format->name);
    int64_t dts = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
    int64_t dts_us, jump_us, shift;

    if (dts == AV_NOPTS_VALUE)
        return;
    dts_us = av_rescale_q(dts, base, AV_TIME_BASE_Q) + work->splice_us;
    if (decoder->next_dts_us != AV_NOPTS_VALUE) {
        jump_us = dts_us - decoder->next_dts_us;
        if (jump_us > (broadcast ? SPLICE_US : PAUSE_US) ||
            jump_us < (broadcast && packet->dts != AV_NOPTS_VALUE ? -SPLICE_BACK_US : -PAUSE_US)) {
            work->splice_us -= jump_us;
            dts_us -= jump_us;
            mk_log(work->source->stage.run->host->log, MOCKETS_LOG_WARNING,
                   "source %u: a jump of %" PRId64 " ms in the timestamps is taken out",
                   work->source->index, jump_us / 1000);
        }
    }
    decoder->next_dts_us = dts_us + av_rescale_q(packet->duration, base, AV_TIME_BASE_Q);
    shift = av_rescale_q(work->splice_us, AV_TIME_BASE_Q, base);
    if (packet->pts != AV_NOPTS_VALUE)
        packet->pts += shift;
    if (packet->dts != AV_NOPTS_VALUE)
        packet->dts += shift;
}

static struct decoder *decoder_of(struct work *work, const AVPacket *packet)
{
    struct decoder *all[] = {&work->video, &work->audio, &work->right};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if ((wants_frames(all[i]) || wants_packets(all[i])) &&
            all[i]->stream->index == packet->stream_index)
            return all[i];
    }
    return NULL;
}

static bool wants(const struct decoder *decoder)
{
    return (wants_frames(decoder) && !decoder->cut.ended) || wants_packets(decoder);
}

/* A stream that ended long before the part does must not keep it open. */
static bool far_beyond(const struct work *work, const struct decoder *decoder)
{
    return work->plan->duration_us > 0 && decoder->next_dts_us != AV_NOPTS_VALUE &&
           decoder->next_dts_us - work->plan->start_us > work->plan->duration_us + INTERLEAVE_US;
}

/* The packet as it is, but for the source's start; those who copy it know where it belongs. */
static mockets_status pass_on(struct work *work, struct decoder *decoder, struct mockets_error *err)
{
    AVCodecParameters **parameters =
        &work->source->parameters[decoder == &work->video ? MK_VIDEO : MK_AUDIO];
    AVRational base = decoder->stream->time_base;
    AVPacket *packet;
    mockets_status rc;

    if (work->packet->pts == AV_NOPTS_VALUE)
        return mk_fail(err, MOCKETS_E_MEDIA, "stream %d has lost its times",
                       decoder->stream->index);
    if (!*parameters) {
        *parameters = avcodec_parameters_alloc();
        if (!*parameters || avcodec_parameters_copy(*parameters, decoder->stream->codecpar) < 0)
            return mk_fail_nomem(err);
    }
    packet = av_packet_clone(work->packet);
    if (!packet)
        return mk_fail_nomem(err);
    packet->time_base = base;
    packet->pts -= av_rescale_q(work->plan->start_us, AV_TIME_BASE_Q, base);
    rc = mk_outlet_packet(decoder->copies, packet, err);
    av_packet_free(&packet);
    return rc == MOCKETS_E_CANCELED ? MOCKETS_OK : rc;
}

/* Sound that is read by itself would fill memory, if it did not wait for the film. */
static mockets_status keep_pace(struct work *work, const struct decoder *decoder)
{
    struct mk_source *source = work->source;
    int64_t now_us = decoder->next_dts_us - work->plan->start_us;

    while (source->paced && decoder->next_dts_us != AV_NOPTS_VALUE &&
           now_us > source->film_us + AHEAD_US) {
        mockets_status rc;
        struct mk_item item;

        if (!mk_stage_next(&source->stage, &item, &rc)) {
            source->paced = false;
            return rc;
        }
        source->film_us = av_rescale_q(item.packet->dts, item.packet->time_base, AV_TIME_BASE_Q);
        mk_item_free(&item);
    }
    return MOCKETS_OK;
}

static mockets_status take(struct work *work, struct decoder *decoder, bool *beyond,
                           struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    if (decoder->waits_for_key && !(work->packet->flags & AV_PKT_FLAG_KEY))
        return MOCKETS_OK;
    decoder->waits_for_key = false;
    decoder->packets++;
    splice(work, decoder, work->packet);
    *beyond = far_beyond(work, decoder);
    rc = keep_pace(work, decoder);
    if (!rc && wants_packets(decoder))
        rc = pass_on(work, decoder, err);
    if (rc || decoder->cut.ended || !wants_frames(decoder))
        return rc;
    return decode(work, decoder, work->packet, err);
}

static mockets_status read_all(struct work *work, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;
    bool beyond = false;

    while (!rc && !beyond && (wants(&work->video) || wants(&work->audio) || wants(&work->right))) {
        int av = av_read_frame(work->input->format, work->packet);
        struct decoder *decoder;

        if (work->input->io.rc)
            return mk_input_fail(work->input, err, av, "the input cannot be read");
        if (av < 0) {
            if (av != AVERROR_EOF)
                mk_log(work->source->stage.run->host->log, MOCKETS_LOG_WARNING,
                       "source %u: the input ends early: %s", work->source->index, av_err2str(av));
            break;
        }
        decoder = decoder_of(work, work->packet);
        if (decoder)
            rc = take(work, decoder, &beyond, err);
        av_packet_unref(work->packet);
    }
    return rc;
}

static mockets_status drain(struct work *work, struct decoder *decoder, struct mockets_error *err)
{
    mockets_status rc;

    if (!wants_frames(decoder))
        return MOCKETS_OK;
    rc = decode(work, decoder, NULL, err);
    if (!rc)
        rc = mk_cut_end(&decoder->cut, err);
    if (rc)
        return rc == MOCKETS_E_CANCELED ? MOCKETS_OK : rc;
    if (decoder->damaged > 1)
        mk_log(work->source->stage.run->host->log, MOCKETS_LOG_WARNING,
               "source %u: %" PRIu64 " damaged parts of stream %d were skipped",
               work->source->index, decoder->damaged, decoder->stream->index);
    if (decoder->packets > 0 && decoder->frames == 0 && !decoder->cut.lane)
        return mk_fail(err, MOCKETS_E_MEDIA, "nothing in stream %d could be decoded",
                       decoder->stream->index);
    return MOCKETS_OK;
}

/* How long the part has become: until its last stream ends. */
static int64_t length_of(const struct work *work)
{
    const struct mk_cut *all[] = {&work->video.cut, &work->audio.cut, &work->right.cut};
    int64_t end_us = 0;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i]->ended)
            return work->plan->duration_us;
        if (all[i]->end_us > end_us)
            end_us = all[i]->end_us;
    }
    return end_us;
}

/* @param offset_us  where the part begins; moves to its end */
static mockets_status run_part(struct mk_source *source, unsigned part, int64_t *offset_us,
                               struct mockets_error *err)
{
    const struct mk_plan_source *plan = &source->stage.run->plan->sources[source->index];
    struct work work = {.source = source, .plan = &plan->parts[part]};
    bool lane = plan->lane;
    mockets_status rc;

    mk_cut_init(&work.video.cut, work.plan, part, *offset_us, lane, &source->pictures);
    mk_cut_init(&work.audio.cut, work.plan, part, *offset_us, lane, &source->sounds);
    mk_cut_init(&work.right.cut, work.plan, part, *offset_us, lane, &source->sounds);
    work.right.cut.right = true;
    work.video.copies = &source->packets[MK_VIDEO];
    work.audio.copies = &source->packets[MK_AUDIO];
    rc = open_work(&work, err);
    if (!rc)
        rc = read_all(&work, err);
    if (!rc)
        rc = drain(&work, &work.video, err);
    if (!rc)
        rc = drain(&work, &work.audio, err);
    if (!rc)
        rc = drain(&work, &work.right, err);
    if (!rc && work.plan->skip_us > 0 && !lane && !work.video.cut.begun && !work.audio.cut.begun &&
        (wants(&work.video) || wants(&work.audio)))
        rc = mk_fail(err, MOCKETS_E_INVALID,
                     "The StartTime of the clip lies after the end of the input.");
    *offset_us += length_of(&work);
    close_work(&work);
    return rc;
}

static bool wanted(const struct mk_source *source)
{
    return mk_outlet_wanted(&source->pictures) || mk_outlet_wanted(&source->sounds) ||
           mk_outlet_wanted(&source->packets[MK_VIDEO]) ||
           mk_outlet_wanted(&source->packets[MK_AUDIO]);
}

/* One stretch after the other, as long as there are some that nobody has begun. */
static mockets_status run_lane(struct mk_source *source, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    while (!rc && wanted(source)) {
        struct mk_item item;
        int64_t begin_us = 0;

        if (!mk_queue_get(&source->lanes->work, &item))
            return mk_fail(err, MOCKETS_E_CANCELED, "canceled");
        if (item.kind == MK_ITEM_END)
            break;
        mk_outlet_stretch(&source->pictures, item.stretch);
        rc = run_part(source, (unsigned)item.stretch, &begin_us, err);
        if (!rc)
            mk_outlet_stretch(&source->pictures, MK_NO_STRETCH);
    }
    return rc;
}

static mockets_status run(struct mk_source *source, struct mockets_error *err)
{
    const struct mk_plan_source *plan = &source->stage.run->plan->sources[source->index];
    mockets_status rc = MOCKETS_OK;
    int64_t offset_us = 0;

    if (source->lanes)
        return run_lane(source, err);
    for (unsigned p = 0; p < plan->part_count && !rc; p++) {
        if (wanted(source))
            rc = run_part(source, p, &offset_us, err);
    }
    return rc;
}

void *mk_source_main(void *argument)
{
    struct mk_source *source = argument;
    struct mk_stage *stage = &source->stage;
    mockets_status rc;

    mk_thread_give_way(stage->run->plan->sources[source->index].nice);
    rc = run(source, &stage->error);
    if (stage->run->plan->sources[source->index].paced)
        mk_queue_leave(&stage->inbox);
    mk_outlet_end(&source->pictures, rc ? &stage->error : NULL);
    mk_outlet_end(&source->sounds, rc ? &stage->error : NULL);
    for (int kind = MK_VIDEO; kind <= MK_AUDIO; kind++)
        mk_outlet_end(&source->packets[kind], rc ? &stage->error : NULL);
    return NULL;
}
