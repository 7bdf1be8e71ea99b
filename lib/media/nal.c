#include "media/nal.h"

#include <string.h>

/* Where the next start code "00 00 01" is, or the end. */
static const uint8_t *find_start(const uint8_t *at, const uint8_t *end)
{
    for (; end - at >= 3; at++) {
        if (at[0] == 0 && at[1] == 0 && at[2] == 1)
            return at;
    }
    return end;
}

static bool next_in_annex_b(struct mk_nals *nals, struct mk_nal *out)
{
    const uint8_t *start = find_start(nals->at, nals->end), *stop;

    if (start == nals->end)
        return false;
    start += 3;
    stop = find_start(start, nals->end);
    nals->at = stop;
    while (stop > start && stop[-1] == 0) /* they belong to the next start code */
        stop--;
    *out = (struct mk_nal){start, (size_t)(stop - start)};
    return true;
}

static bool next_with_length(struct mk_nals *nals, struct mk_nal *out)
{
    size_t size = 0;

    if (nals->end - nals->at < nals->length_bytes)
        return false;
    for (int i = 0; i < nals->length_bytes; i++)
        size = size << 8 | *nals->at++;
    if (size > (size_t)(nals->end - nals->at))
        return false;
    *out = (struct mk_nal){nals->at, size};
    nals->at += size;
    return true;
}

bool mk_nal_next(struct mk_nals *nals, struct mk_nal *out)
{
    bool found;

    do
        found = nals->length_bytes ? next_with_length(nals, out) : next_in_annex_b(nals, out);
    while (found && out->size == 0);
    return found;
}

/* The bits of a unit, without the bytes that keep start codes out of it. */
struct bits {
    const uint8_t *data;
    size_t size, at; /* at: in bits, of … */
    uint8_t plain[1024];
    bool failed; /* read beyond the end, or a number that is too large */
};

static bool open_bits(struct bits *bits, const struct mk_nal *nal)
{
    size_t zeros = 0;

    if (nal->size > sizeof(bits->plain))
        return false;
    memset(bits, 0, sizeof(*bits));
    for (size_t i = 1; i < nal->size; i++) {
        bool escape = zeros >= 2 && nal->data[i] == 3;

        zeros = nal->data[i] ? 0 : zeros + 1;
        if (!escape)
            bits->plain[bits->size++] = nal->data[i];
    }
    return true;
}

static unsigned get(struct bits *bits, int count)
{
    unsigned value = 0;

    for (; count > 0; count--, bits->at++) {
        if (bits->at / 8 >= bits->size) {
            bits->failed = true;
            return 0;
        }
        value = value << 1 | (bits->plain[bits->at / 8] >> (7 - bits->at % 8) & 1u);
    }
    return value;
}

/* Exp-Golomb, without sign; of numbers with one every two are a positive and a negative. */
static unsigned get_ue(struct bits *bits)
{
    int zeros = 0;

    while (!bits->failed && !get(bits, 1))
        zeros++;
    if (zeros > 16)
        bits->failed = true;
    return bits->failed ? 0 : (1u << zeros) - 1 + get(bits, zeros);
}

/* More is damage. MAX_BLOCKS: of 16 x 16. */
enum { MAX_CYCLE = 255, MAX_BLOCKS = 16384 / 16, EXTENDED_SAR = 255 };

static void skip_scaling_list(struct bits *bits, int count)
{
    int last = 8, next = 8;

    for (int i = 0; i < count && !bits->failed; i++) {
        if (next) {
            unsigned delta = get_ue(bits);

            next = (last + (delta & 1 ? (int)(delta + 1) / 2 : -(int)(delta / 2))) & 0xff;
        }
        last = next ? next : last;
    }
}

static void read_high(struct bits *bits, struct mk_info_h264 *out)
{
    enum { LISTS = 8, SMALL_LISTS = 6 };

    out->chroma_format = (int)get_ue(bits);
    out->depth = (int)get_ue(bits) + 8;
    if ((int)get_ue(bits) + 8 != out->depth)
        bits->failed = true;
    get(bits, 1); /* lossless */
    for (int i = 0, any = (int)get(bits, 1); any && i < LISTS; i++) {
        if (get(bits, 1))
            skip_scaling_list(bits, i < SMALL_LISTS ? 16 : 64);
    }
}

static void skip_order(struct bits *bits)
{
    unsigned type = get_ue(bits);

    if (type == 0) {
        get_ue(bits);
    } else if (type == 1) {
        unsigned count;

        get(bits, 1);
        get_ue(bits);
        get_ue(bits);
        count = get_ue(bits);
        if (count > MAX_CYCLE)
            bits->failed = true;
        for (unsigned i = 0; i < count && !bits->failed; i++)
            get_ue(bits);
    }
}

static void read_size(struct bits *bits, struct mk_info_h264 *out)
{
    int width = (int)get_ue(bits) + 1, height = (int)get_ue(bits) + 1, crop[4] = {0};

    out->progressive = get(bits, 1);
    if (!out->progressive)
        get(bits, 1);
    get(bits, 1);
    if (width > MAX_BLOCKS || height > MAX_BLOCKS)
        bits->failed = true;
    for (int i = 0, any = (int)get(bits, 1); any && i < 4; i++)
        crop[i] = (int)get_ue(bits);
    /* in chroma samples of 4:2:0; of anything else the size is of no use to anybody */
    out->width_px = width * 16 - 2 * (crop[0] + crop[1]);
    out->height_px = height * 16 * (out->progressive ? 1 : 2) -
                     2 * (out->progressive ? 1 : 2) * (crop[2] + crop[3]);
}

static void read_vui(struct bits *bits, struct mk_info_h264 *out)
{
    /* ITU-T H.264 table E-1 */
    static const struct mk_rational sars[] = {
        {0, 1},   {1, 1},   {12, 11}, {10, 11}, {16, 11},  {40, 33}, {24, 11}, {20, 11}, {32, 11},
        {80, 33}, {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3},   {3, 2},   {2, 1},
    };

    if (get(bits, 1)) {
        unsigned number = get(bits, 8);

        if (number < sizeof(sars) / sizeof(sars[0]))
            out->sar = sars[number];
        if (number == EXTENDED_SAR) {
            out->sar.num = (int)get(bits, 16);
            out->sar.den = (int)get(bits, 16);
        }
    }
    if (get(bits, 1))
        get(bits, 1);
    if (get(bits, 1)) {
        get(bits, 3);
        out->full_range = get(bits, 1);
    }
}

bool mk_nal_read_sps(const struct mk_nal *nal, struct mk_info_h264 *out)
{
    enum { BASELINE = 66, MAIN = 77, HIGH = 100, LEVEL_1B = 9 };
    struct mk_info_h264 found = {.chroma_format = 1, .depth = 8, .sar = {0, 1}};
    unsigned constraints;
    struct bits bits;

    if (mk_nal_type(nal) != MK_NAL_SPS || !open_bits(&bits, nal))
        return false;
    found.profile = (int)get(&bits, 8);
    constraints = get(&bits, 8);
    found.constrained = constraints >> 6 & 1; /* constraint_set1_flag */
    found.level = (int)get(&bits, 8);
    if (found.level == LEVEL_1B)
        found.level = 11;
    if (found.profile != BASELINE && found.profile != MAIN && found.profile != HIGH)
        return false;
    get_ue(&bits);
    if (found.profile == HIGH)
        read_high(&bits, &found);
    get_ue(&bits);
    skip_order(&bits);
    found.references = (int)get_ue(&bits);
    get(&bits, 1);
    read_size(&bits, &found);
    if (get(&bits, 1))
        read_vui(&bits, &found);
    if (bits.failed || found.width_px <= 0 || found.height_px <= 0)
        return false;
    if (found.sar.num <= 0 || found.sar.den <= 0)
        found.sar = (struct mk_rational){1, 1};
    *out = found;
    return true;
}
