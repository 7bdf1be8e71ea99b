#include "media/fmp4.h"

#include "media/box.h"
#include "media/cenc.h"

/* ---- header ---- */

static void put_matrix(struct mk_buf *to)
{
    static const uint32_t unity[9] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

    for (size_t i = 0; i < 9; i++)
        put_u32(to, unity[i]);
}

static void put_ftyp(struct mk_buf *to)
{
    size_t box = begin_box(to, "ftyp");

    mk_buf_append(to, "iso6\0\0\0\1iso6isomavc1dashmsixpiff", 32);
    end_box(to, box);
}

static void put_mvhd(struct mk_buf *to, size_t tracks)
{
    size_t box = begin_full_box(to, "mvhd", 1, 0);

    put_zeros(to, 16); /* made and changed: not told, so that equal input gives equal files */
    put_u32(to, MK_FRAGMENT_SCALE);
    put_u64(to, 0);
    put_u32(to, 0x10000);
    put_u16(to, 0x100);
    put_zeros(to, 10);
    put_matrix(to);
    put_zeros(to, 24);
    put_u32(to, (uint32_t)tracks + 1);
    end_box(to, box);
}

static uint32_t shown_width(const struct mk_fmp4_track *track)
{
    if (track->sar.num <= 0 || track->sar.den <= 0)
        return (uint32_t)track->width_px << 16;
    return (uint32_t)(((int64_t)track->width_px << 16) * track->sar.num / track->sar.den);
}

static void put_tkhd(struct mk_buf *to, const struct mk_fmp4_track *track)
{
    enum { ENABLED_IN_MOVIE = 3 };
    size_t box = begin_full_box(to, "tkhd", 1, ENABLED_IN_MOVIE);

    put_zeros(to, 16);
    put_u32(to, track->id);
    put_u32(to, 0);
    put_u64(to, 0);
    put_zeros(to, 12);
    put_u16(to, track->video ? 0 : 0x100);
    put_u16(to, 0);
    put_matrix(to);
    put_u32(to, track->video ? shown_width(track) : 0);
    put_u32(to, track->video ? (uint32_t)track->height_px << 16 : 0);
    end_box(to, box);
}

static void put_edts(struct mk_buf *to, const struct mk_fmp4_track *track)
{
    size_t edts, elst;

    if (!track->edit)
        return;
    edts = begin_box(to, "edts");
    elst = begin_full_box(to, "elst", 1, 0);
    put_u32(to, 1);
    put_u64(to, 0); /* to the end of all fragments */
    put_u64(to, track->edit);
    put_u32(to, 0x10000);
    end_box(to, elst);
    end_box(to, edts);
}

static void put_avc1(struct mk_buf *to, const struct mk_fmp4_track *track)
{
    size_t avc1 = begin_box(to, track->cenc ? "encv" : "avc1"), box;

    put_zeros(to, 6);
    put_u16(to, 1);
    put_zeros(to, 16);
    put_u16(to, (unsigned)track->width_px);
    put_u16(to, (unsigned)track->height_px);
    put_u32(to, 72 << 16);
    put_u32(to, 72 << 16);
    put_u32(to, 0);
    put_u16(to, 1);
    put_zeros(to, 32);
    put_u16(to, 24);
    put_u16(to, 0xffff);
    box = begin_box(to, "avcC");
    mk_buf_append(to, track->config, track->config_bytes);
    end_box(to, box);
    if (track->sar.num > 0 && track->sar.den > 0) {
        box = begin_box(to, "pasp");
        put_u32(to, (uint32_t)track->sar.num);
        put_u32(to, (uint32_t)track->sar.den);
        end_box(to, box);
    }
    box = begin_box(to, "colr");
    mk_buf_append(to, "nclx", 4);
    put_u16(to, (unsigned)track->primaries);
    put_u16(to, (unsigned)track->transfer);
    put_u16(to, (unsigned)track->matrix);
    put_u8(to, track->full_range ? 0x80 : 0);
    end_box(to, box);
    mk_cenc_entry(track->cenc, "avc1", to);
    end_box(to, avc1);
}

/* The head of an MPEG-4 descriptor; its content is never long. */
static void put_descriptor(struct mk_buf *to, unsigned tag, size_t bytes)
{
    put_u8(to, tag);
    mk_buf_append(to, "\x80\x80\x80", 3);
    put_u8(to, (unsigned)bytes);
}

static void put_mp4a(struct mk_buf *to, const struct mk_fmp4_track *track)
{
    enum { ES = 3, DECODER = 4, CONFIG = 5, SYNC = 6, HEAD = 5, AAC = 0x40, SOUND = 0x15 };
    size_t mp4a = begin_box(to, track->cenc ? "enca" : "mp4a"), esds, config = track->config_bytes;

    put_zeros(to, 6);
    put_u16(to, 1);
    put_zeros(to, 8);
    put_u16(to, (unsigned)track->channels);
    put_u16(to, 16);
    put_u32(to, 0);
    put_u32(to, track->sample_rate_hz <= UINT16_MAX ? (uint32_t)track->sample_rate_hz << 16 : 0);
    esds = begin_full_box(to, "esds", 0, 0);
    put_descriptor(to, ES, 3 + HEAD + 13 + HEAD + config + HEAD + 1);
    put_u16(to, track->id);
    put_u8(to, 0);
    put_descriptor(to, DECODER, 13 + HEAD + config);
    put_u8(to, AAC);
    put_u8(to, SOUND);
    put_zeros(to, 3);
    put_u32(to, (uint32_t)track->bit_rate_bps);
    put_u32(to, (uint32_t)track->bit_rate_bps);
    put_descriptor(to, CONFIG, config);
    mk_buf_append(to, track->config, config);
    put_descriptor(to, SYNC, 1);
    put_u8(to, 2);
    end_box(to, esds);
    mk_cenc_entry(track->cenc, "mp4a", to);
    end_box(to, mp4a);
}

static void put_stbl(struct mk_buf *to, const struct mk_fmp4_track *track)
{
    static const char *const empty[] = {"stts", "stsc", "stco"};
    size_t stbl = begin_box(to, "stbl"), box = begin_full_box(to, "stsd", 0, 0);

    put_u32(to, 1);
    if (track->video)
        put_avc1(to, track);
    else
        put_mp4a(to, track);
    end_box(to, box);
    for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
        box = begin_full_box(to, empty[i], 0, 0);
        put_u32(to, 0);
        end_box(to, box);
    }
    box = begin_full_box(to, "stsz", 0, 0);
    put_u64(to, 0);
    end_box(to, box);
    end_box(to, stbl);
}

static void put_minf(struct mk_buf *to, const struct mk_fmp4_track *track)
{
    size_t minf = begin_box(to, "minf"), box, dref, url;

    box = track->video ? begin_full_box(to, "vmhd", 0, 1) : begin_full_box(to, "smhd", 0, 0);
    put_zeros(to, track->video ? 8 : 4);
    end_box(to, box);
    box = begin_box(to, "dinf");
    dref = begin_full_box(to, "dref", 0, 0);
    put_u32(to, 1);
    url = begin_full_box(to, "url ", 0, 1); /* this file */
    end_box(to, url);
    end_box(to, dref);
    end_box(to, box);
    put_stbl(to, track);
    end_box(to, minf);
}

static void put_trak(struct mk_buf *to, const struct mk_fmp4_track *track)
{
    enum { UND = 0x55c4 };
    size_t trak = begin_box(to, "trak"), mdia, box;

    put_tkhd(to, track);
    put_edts(to, track);
    mdia = begin_box(to, "mdia");
    box = begin_full_box(to, "mdhd", 1, 0);
    put_zeros(to, 16);
    put_u32(to, MK_FRAGMENT_SCALE);
    put_u64(to, 0);
    put_u16(to, UND);
    put_u16(to, 0);
    end_box(to, box);
    box = begin_full_box(to, "hdlr", 0, 0);
    put_u32(to, 0);
    mk_buf_append(to, track->video ? "vide" : "soun", 4);
    put_zeros(to, 12);
    put_u8(to, 0);
    end_box(to, box);
    put_minf(to, track);
    end_box(to, mdia);
    end_box(to, trak);
}

void mk_fmp4_header(const struct mk_fmp4_track *tracks, size_t count, int64_t duration,
                    struct mk_buf *to)
{
    size_t moov, mvex, box;

    put_ftyp(to);
    moov = begin_box(to, "moov");
    put_mvhd(to, count);
    for (size_t i = 0; i < count; i++)
        put_trak(to, &tracks[i]);
    mvex = begin_box(to, "mvex");
    box = begin_full_box(to, "mehd", 1, 0);
    put_u64(to, duration);
    end_box(to, box);
    for (size_t i = 0; i < count; i++) {
        box = begin_full_box(to, "trex", 0, 0);
        put_u32(to, tracks[i].id);
        put_u32(to, 1);
        put_zeros(to, 12);
        end_box(to, box);
    }
    end_box(to, mvex);
    if (count)
        mk_cenc_header(tracks[0].cenc, to);
    end_box(to, moov);
}

/* ---- fragments ---- */

void mk_fmp4_fragment(const struct mk_fmp4_track *track, unsigned sequence, int64_t start,
                      const struct mk_fmp4_sample *samples, size_t count,
                      const struct mk_buf *secrets, struct mk_buf *to)
{
    enum { BASE_IS_MOOF = 0x20000 };
    enum { OFFSET = 1, DURATIONS = 0x100, SIZES = 0x200, FLAGS = 0x400, SHIFTS = 0x800 };
    enum { KEY = 0x2000000, NOT_KEY = 0x1010000, MDAT_HEAD = 8 };
    size_t moof = begin_box(to, "moof"), box, traf, offset;
    uint64_t bytes = MDAT_HEAD;

    box = begin_full_box(to, "mfhd", 0, 0);
    put_u32(to, sequence);
    end_box(to, box);
    traf = begin_box(to, "traf");
    box = begin_full_box(to, "tfhd", 0, BASE_IS_MOOF);
    put_u32(to, track->id);
    end_box(to, box);
    box = begin_full_box(to, "tfdt", 1, 0);
    put_u64(to, start);
    end_box(to, box);
    box = begin_full_box(to, "trun", 1, OFFSET | DURATIONS | SIZES | FLAGS | SHIFTS);
    put_u32(to, (uint32_t)count);
    offset = to->size;
    put_u32(to, 0);
    for (size_t i = 0; i < count; i++) {
        put_u32(to, samples[i].duration);
        put_u32(to, samples[i].size_bytes);
        put_u32(to, samples[i].key ? KEY : NOT_KEY);
        put_u32(to, (uint32_t)samples[i].shift);
        bytes += samples[i].size_bytes;
    }
    end_box(to, box);
    if (track->cenc)
        mk_cenc_fragment(track, samples, count, secrets, moof, to);
    end_box(to, traf);
    end_box(to, moof);
    set_u32(to, offset, (uint32_t)(to->size - moof + MDAT_HEAD));
    put_u32(to, (uint32_t)bytes);
    mk_buf_append(to, "mdat", 4);
}

/* ---- indexes ---- */

enum { MAX_REFERENCES = 65535, LONG_SCALE = 90000 };

/* One entry of "sidx" stands for so many segments. */
static size_t segments_together(size_t count)
{
    return count > MAX_REFERENCES ? (count + MAX_REFERENCES - 1) / MAX_REFERENCES : 1;
}

/* The tracks' own scale, unless a segment is too long for 32 bits of it. */
static uint32_t index_scale(const struct mk_made_segment *segments, size_t count)
{
    int64_t longest_us = UINT32_MAX / (MK_FRAGMENT_SCALE / 1000000) / segments_together(count);

    for (size_t i = 0; i < count; i++) {
        if (segments[i].duration_us >= longest_us)
            return LONG_SCALE;
    }
    return MK_FRAGMENT_SCALE;
}

void mk_fmp4_index(unsigned id, const struct mk_made_segment *segments, size_t count,
                   struct mk_buf *to)
{
    const uint32_t starts_with_key = 0x90000000;
    size_t together = segments_together(count), box = begin_full_box(to, "sidx", 0, 0);
    int64_t scale = index_scale(segments, count), us = 0, told = 0;

    put_u32(to, id);
    put_u32(to, (uint32_t)scale);
    put_u64(to, 0); /* from time 0; the first reference is next to this box */
    put_u16(to, 0);
    put_u16(to, (unsigned)((count + together - 1) / together));
    for (size_t i = 0; i < count; i += together) {
        int64_t bytes = 0, time;

        for (size_t k = i; k < count && k < i + together; k++) {
            bytes += segments[k].size_bytes;
            us += segments[k].duration_us;
        }
        time = us / 1000 * scale / 1000 + us % 1000 * scale / 1000000;
        put_u32(to, (uint32_t)bytes & 0x7fffffff);
        put_u32(to, (uint32_t)(time - told));
        put_u32(to, starts_with_key);
        told = time;
    }
    end_box(to, box);
}

void mk_fmp4_places(const struct mk_fmp4_track *tracks, const struct mk_made_track *made,
                    size_t count, struct mk_buf *to)
{
    size_t begin = begin_box(to, "mfra"), box;

    for (size_t i = 0; i < count; i++) {
        if (!made[i].fragment_count)
            continue;
        box = begin_full_box(to, "tfra", 1, 0);
        put_u32(to, tracks[i].id);
        put_u32(to, 0); /* the three numbers behind each place are of one byte */
        put_u32(to, (uint32_t)made[i].fragment_count);
        for (size_t f = 0; f < made[i].fragment_count; f++) {
            put_u64(to, made[i].fragments[f].start);
            put_u64(to, made[i].fragments[f].offset_bytes);
            mk_buf_append(to, "\1\1\1", 3);
        }
        end_box(to, box);
    }
    box = begin_full_box(to, "mfro", 0, 0);
    put_u32(to, (uint32_t)(to->size + 4 - begin));
    end_box(to, box);
    end_box(to, begin);
}
