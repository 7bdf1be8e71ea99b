#include <string.h>

#include "base/str.h"
#include "captions/cea708.h"
#include "captions/language.h"
#include "captions/text.h"
#include "media/input.h"
#include "media/media.h"

/* The captions that lie in an input, collected from its packets. */

enum { REORDER = 32, MAX_TEXT = 16 * 1024 };

/* CEA-608/708 of one picture. */
struct picture {
    int64_t us;
    size_t size;
    uint8_t triplets[31 * 3];
};

struct work {
    struct mk_input *input;
    struct mk_arena *arena;
    struct mk_cue_list *texts; /* one per stream */
    struct mk_cc_reader *cc;
    struct picture waiting[REORDER]; /* in the order of presentation */
    size_t waiting_count;
    int64_t end_us;
};

static const enum AVCodecID text_codecs[] = {AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_TEXT,
                                             AV_CODEC_ID_SUBRIP, AV_CODEC_ID_WEBVTT};

static bool is_text(const AVStream *stream)
{
    for (size_t i = 0; i < sizeof(text_codecs) / sizeof(text_codecs[0]); i++) {
        if (stream->codecpar->codec_id == text_codecs[i])
            return true;
    }
    return false;
}

/* A sample of text in MP4: its length, the text, and boxes about its looks. */
static mockets_status take_text(struct work *work, const AVPacket *packet,
                                struct mockets_error *err)
{
    const AVStream *stream = work->input->format->streams[packet->stream_index];
    bool mov = stream->codecpar->codec_id == AV_CODEC_ID_MOV_TEXT;
    const char *text = (const char *)packet->data;
    size_t size = (size_t)packet->size;
    int64_t start_us = av_rescale_q(packet->pts, stream->time_base, AV_TIME_BASE_Q);
    int64_t length_us = av_rescale_q(packet->duration, stream->time_base, AV_TIME_BASE_Q);
    struct mk_buf plain;

    if (mov && size >= 2) {
        size_t told = (size_t)packet->data[0] << 8 | packet->data[1];

        if (told > size - 2)
            return mk_fail(err, MOCKETS_E_MEDIA, "a text of stream %d is cut off",
                           packet->stream_index);
        text += 2;
        size = told;
    }
    if (!mk_str_utf8(text, size))
        return mk_fail(err, MOCKETS_E_MEDIA, "a text of stream %d is not UTF-8",
                       packet->stream_index);
    mk_buf_init(&plain, MAX_TEXT);
    if (mov)
        mk_buf_append(&plain, text, size);
    else
        mk_caption_plain(text, size, &plain);
    if (plain.size)
        mk_cue_list_add(&work->texts[packet->stream_index], start_us,
                        length_us > 0 ? start_us + length_us : MK_CUE_OPEN, plain.data, plain.size);
    mk_buf_fini(&plain);
    return MOCKETS_OK;
}

/* The oldest picture has all that come before it. */
static void take_oldest(struct work *work)
{
    const struct picture *oldest = &work->waiting[0];

    mk_cc_reader_put(work->cc, oldest->us, oldest->triplets, oldest->size);
    work->waiting_count--;
    memmove(work->waiting, work->waiting + 1, work->waiting_count * sizeof(*work->waiting));
}

static void add_picture(struct work *work, int64_t us, const uint8_t *triplets, size_t size)
{
    size_t at;

    if (work->waiting_count == REORDER)
        take_oldest(work);
    for (at = work->waiting_count; at > 0 && work->waiting[at - 1].us > us; at--)
        work->waiting[at] = work->waiting[at - 1];
    work->waiting[at] = (struct picture){.us = us, .size = size};
    memcpy(work->waiting[at].triplets, triplets, size);
    work->waiting_count++;
}

/* Take away the bytes that keep start codes out of H.264 and HEVC. */
static size_t unescape(const uint8_t *from, size_t size, bool escaped, uint8_t *to, size_t most)
{
    size_t used = 0, zeros = 0;

    for (size_t i = 0; i < size && used < most; i++) {
        if (escaped && zeros >= 2 && from[i] == 3) {
            zeros = 0;
            continue;
        }
        zeros = from[i] ? 0 : zeros + 1;
        to[used++] = from[i];
    }
    return used;
}

/* User data "GA94" of ATSC, told by what stands before it: in a message of H.264 or HEVC for
 * country and provider, in MPEG-2 behind its start code. */
static bool is_user_data(const uint8_t *at, const uint8_t *begin, bool *escaped)
{
    static const uint8_t message[] = {0xb5, 0x00, 0x31}, start_code[] = {0, 0, 1, 0xb2};

    *escaped = at - begin >= 3 && memcmp(at - 3, message, 3) == 0;
    return *escaped || (at - begin >= 4 && memcmp(at - 4, start_code, 4) == 0);
}

static void take_film(struct work *work, const AVPacket *packet, int64_t us)
{
    const uint8_t *at = packet->data, *end = packet->data + packet->size;

    while (at && at < end) {
        uint8_t data[8 + 31 * 3];
        bool escaped;
        size_t size;

        at = memmem(at, (size_t)(end - at), "GA94\003", 5);
        if (!at)
            return;
        if (is_user_data(at, packet->data, &escaped)) {
            /* flags and count, a byte that is reserved, triplets */
            size = unescape(at + 5, (size_t)(end - at) - 5, escaped, data, sizeof(data));
            if (size >= 2 && data[0] & 0x40) {
                size_t told = (size_t)(data[0] & 0x1f) * 3;

                add_picture(work, us, data + 2, told < size - 2 ? told : size - 2);
            }
        }
        at += 5;
    }
}

static mockets_status take(struct work *work, const AVPacket *packet, struct mockets_error *err)
{
    const AVStream *stream = work->input->format->streams[packet->stream_index];
    int64_t pts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    int64_t us;

    if (pts == AV_NOPTS_VALUE)
        return MOCKETS_OK;
    us = av_rescale_q(pts, stream->time_base, AV_TIME_BASE_Q);
    if (is_text(stream))
        return packet->pts == AV_NOPTS_VALUE ? MOCKETS_OK : take_text(work, packet, err);
    if (stream->codecpar->codec_id == AV_CODEC_ID_EIA_608)
        for (int at = 0; at < packet->size; at += 31 * 3)
            add_picture(work, us, packet->data + at,
                        (size_t)(packet->size - at < 31 * 3 ? packet->size - at : 31 * 3));
    else
        take_film(work, packet, us);
    us += av_rescale_q(packet->duration, stream->time_base, AV_TIME_BASE_Q);
    if (us > work->end_us)
        work->end_us = us;
    return MOCKETS_OK;
}

static mockets_status read_all(struct work *work, struct mockets_error *err)
{
    AVPacket *packet = av_packet_alloc();
    mockets_status rc = MOCKETS_OK;

    if (!packet)
        return mk_fail_nomem(err);
    while (!rc) {
        int av = av_read_frame(work->input->format, packet);

        if (work->input->io.rc)
            rc = mk_input_fail(work->input, err, av, "the input cannot be read");
        else if (av < 0)
            break; /* an input that ends early is told of when it is decoded */
        else
            rc = take(work, packet, err);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    while (work->waiting_count)
        take_oldest(work);
    return rc;
}

static const char *language_of(const AVStream *stream, struct mk_arena *arena)
{
    const AVDictionaryEntry *entry = av_dict_get(stream->metadata, "language", NULL, 0);

    if (entry && mk_language_valid(entry->value))
        return mk_arena_strdup(arena, entry->value);
    return "und";
}

static const char *label_of(const AVStream *stream, struct mk_arena *arena)
{
    const AVDictionaryEntry *entry = av_dict_get(stream->metadata, "title", NULL, 0);

    return entry && mk_str_utf8(entry->value, strlen(entry->value)) && entry->value[0]
               ? mk_arena_strdup(arena, entry->value)
               : NULL;
}

/* Texts in the order of their streams, then what the film carries, if it is anything. */
static mockets_status collect(struct work *work, struct mk_caption_tracks *out,
                              struct mockets_error *err)
{
    const AVFormatContext *format = work->input->format;
    struct mk_caption_track *tracks =
        mk_arena_array(work->arena, format->nb_streams + 1, sizeof(*tracks));
    struct mk_cues cues;
    size_t count = 0;
    mockets_status rc = MOCKETS_OK;

    if (!tracks)
        return mk_fail_nomem(err);
    for (unsigned i = 0; !rc && i < format->nb_streams; i++) {
        if (!is_text(format->streams[i]))
            continue;
        tracks[count].language = language_of(format->streams[i], work->arena);
        tracks[count].label = label_of(format->streams[i], work->arena);
        rc = mk_cue_list_finish(&work->texts[i], &tracks[count++].cues, err);
    }
    if (!rc)
        rc = mk_cc_reader_end(work->cc, work->end_us, &cues, err);
    if (!rc && cues.count)
        tracks[count++] = (struct mk_caption_track){.language = "und", .cues = cues};
    *out = (struct mk_caption_tracks){tracks, count};
    return rc;
}

static mockets_status open_work(struct work *work, const struct mk_info *info,
                                struct mockets_error *err)
{
    AVFormatContext *format = work->input->format;
    bool film = false;

    work->cc = mk_cc_reader_new(work->arena);
    work->texts = mk_arena_array(work->arena, format->nb_streams + 1, sizeof(*work->texts));
    if (!work->cc || !work->texts)
        return mk_fail_nomem(err);
    for (unsigned i = 0; i < format->nb_streams; i++) {
        AVStream *stream = format->streams[i];
        bool wanted = is_text(stream) || stream->codecpar->codec_id == AV_CODEC_ID_EIA_608;

        if (!film && i < info->stream_count && info->streams[i].kind == MK_VIDEO &&
            !info->streams[i].attached_picture)
            wanted = film = true;
        work->texts[i].arena = work->arena;
        stream->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    return MOCKETS_OK;
}

mockets_status mk_media_captions(struct mk_reader *reader, const struct mk_info *info,
                                 struct mk_cancel *cancel, struct mk_arena *arena,
                                 struct mk_caption_tracks *out, struct mockets_error *err)
{
    struct work work = {.arena = arena};
    mockets_status rc = mk_input_open(reader, cancel, &work.input, err);

    if (!rc)
        rc = open_work(&work, info, err);
    if (!rc)
        rc = read_all(&work, err);
    if (!rc)
        rc = collect(&work, out, err);
    mk_input_close(&work.input);
    return rc;
}
