#include <string.h>

#include "captions/language.h"
#include "media/package.h"

/* Captions as a track of MP4 (3GPP TS 26.245): samples of text, and empty ones between them. */

enum { SCALE = 1000, US = 1000000 / SCALE };

/* How the text looks: white, at the bottom in the middle, in the first font of one. */
static const uint8_t description[] = {
    0,    0,    0,    0,                       /* display flags */
    1,    0xff,                                /* horizontally in the middle, at the bottom */
    0,    0,    0,    0,                       /* background: none */
    0,    0,    0,    0,    0,   0,   0,   0,  /* text box: the track's */
    0,    0,    0,    0,    0,   1,   0,   18, /* style of all characters: font 1, plain, size 18 */
    0xff, 0xff, 0xff, 0xff,                    /* white */
    0,    0,    0,    18,   'f', 't', 'a', 'b', 0, 1, 0, 1, 5, 'S', 'e', 'r', 'i', 'f',
};

static mockets_status add_stream(struct mk_package *package, const struct mk_caption_track *plan,
                                 struct mk_text_track *text, struct mockets_error *err)
{
    struct mk_cue_list list = {.arena = &package->arena};
    AVStream *stream = avformat_new_stream(package->mux, NULL);
    mockets_status rc;

    if (!stream)
        return mk_fail_nomem(err);
    mk_cues_flatten(plan->cues, &list);
    rc = mk_cue_list_finish(&list, &text->cues, err);
    if (rc)
        return rc;
    text->stream = stream;
    stream->time_base = (AVRational){1, SCALE};
    stream->codecpar->codec_type = AVMEDIA_TYPE_SUBTITLE;
    stream->codecpar->codec_id = AV_CODEC_ID_MOV_TEXT;
    stream->codecpar->extradata = av_mallocz(sizeof(description) + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!stream->codecpar->extradata)
        return mk_fail_nomem(err);
    memcpy(stream->codecpar->extradata, description, sizeof(description));
    stream->codecpar->extradata_size = sizeof(description);
    if (text == package->texts)
        stream->disposition |= AV_DISPOSITION_DEFAULT;
    if (av_dict_set(&stream->metadata, "language", mk_language_three(plan->language), 0) < 0 ||
        (plan->label && av_dict_set(&stream->metadata, "handler_name", plan->label, 0) < 0))
        return mk_fail_nomem(err);
    return MOCKETS_OK;
}

mockets_status mk_texts_open(struct mk_package *package, struct mockets_error *err)
{
    const struct mk_caption_tracks *plan = &package->plan->captions;
    mockets_status rc = MOCKETS_OK;

    package->texts = mk_arena_array(&package->arena, plan->count + 1, sizeof(*package->texts));
    if (!package->texts)
        return mk_fail_nomem(err);
    for (size_t i = 0; !rc && i < plan->count; i++)
        rc = add_stream(package, &plan->items[i], &package->texts[i], err);
    return rc;
}

/* A text from where the track ends to @p end_us; NULL: nothing is shown. */
static mockets_status write_sample(struct mk_package *package, struct mk_text_track *text,
                                   const char *words, int64_t end_us, struct mockets_error *err)
{
    size_t size = words ? strlen(words) : 0;
    int64_t start = (text->end_us + US / 2) / US, end = (end_us + US / 2) / US;
    AVPacket *packet;
    int av;

    if (end <= start)
        return MOCKETS_OK;
    packet = av_packet_alloc();
    if (!packet || av_new_packet(packet, (int)size + 2) < 0) {
        av_packet_free(&packet);
        return mk_fail_nomem(err);
    }
    packet->data[0] = (uint8_t)(size >> 8);
    packet->data[1] = (uint8_t)size;
    if (size)
        memcpy(packet->data + 2, words, size);
    packet->stream_index = text->stream->index;
    packet->pts = packet->dts = start;
    packet->duration = end - start;
    packet->flags |= AV_PKT_FLAG_KEY;
    av_packet_rescale_ts(packet, (AVRational){1, SCALE}, text->stream->time_base);
    av = av_write_frame(package->mux, packet);
    av_packet_free(&packet);
    text->end_us = end_us;
    if (av < 0 || package->io.rc)
        return mk_io_fail(&package->io, err, av, "the captions cannot be written");
    return MOCKETS_OK;
}

static mockets_status write_cue(struct mk_package *package, struct mk_text_track *text,
                                int64_t end_us, struct mockets_error *err)
{
    const struct mk_cue *cue = &text->cues.items[text->next++];
    mockets_status rc = MOCKETS_OK;

    if (cue->start_us > text->end_us)
        rc = write_sample(package, text, NULL, cue->start_us, err);
    return rc ? rc : write_sample(package, text, cue->text, end_us, err);
}

mockets_status mk_texts_write(struct mk_package *package, int64_t until_us,
                              struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < package->plan->captions.count; i++) {
        struct mk_text_track *text = &package->texts[i];

        while (!rc && text->next < text->cues.count &&
               text->cues.items[text->next].end_us <= until_us)
            rc = write_cue(package, text, text->cues.items[text->next].end_us, err);
    }
    return rc;
}

mockets_status mk_texts_finish(struct mk_package *package, int64_t end_us,
                               struct mockets_error *err)
{
    mockets_status rc = mk_texts_write(package, end_us, err);

    for (size_t i = 0; !rc && i < package->plan->captions.count; i++) {
        struct mk_text_track *text = &package->texts[i];

        if (text->next < text->cues.count && text->cues.items[text->next].start_us < end_us)
            rc = write_cue(package, text, end_us, err);
        if (!rc)
            rc = write_sample(package, text, NULL, end_us, err);
    }
    return rc;
}
