#include "media/scale_lines.h"

#include <assert.h>
#include <string.h>

#include <libavutil/cpu.h>
#include <libavutil/mem.h>

#include "base/alloc.h"

/*
 * Pixels are made in blocks of 16. Each of a block's groups of four weights has a table: which of
 * the 64 pixels from its first one on meet which weight, and the weights in two parts, for they
 * have 12 bits and more, and the processor multiplies bytes. The lines that come of it have 6 bits
 * more than pixels, the weights across them 14.
 */
enum { BLOCK = 16, GROUP = 4, SEEN = 64, BLOCKS_A_STORE = 4 };
enum { MOST_HELD = 3 }; /* groups whose tables fit into registers */
enum { PLACES = 0, HIGH = SEEN, LOW = 2 * SEEN, TABLE_BYTES = 3 * SEEN };
enum { ALONG_ONE = 1 << 12, PART_BITS = 6, PART = 1 << PART_BITS, ACROSS_ONE = 1 << 14 };

/* A block of 16 pixels must come of 64. */
enum { MOST_NARROWER_QUARTERS = 15 };

/* Across lines more weights than that are not worth it. */
enum { MOST_LINES = 64 };

static bool has_instructions(void)
{
#if defined(__x86_64__)
    return av_get_cpu_flags() & AV_CPU_FLAG_AVX512ICL;
#else
    return false;
#endif
}

bool mk_scale_lines_can(int from_width, int from_height, int to_width, int to_height)
{
    return has_instructions() && from_width >= SEEN && to_width >= BLOCK && from_height >= BLOCK &&
           to_height >= BLOCK &&
           4 * (int64_t)from_width <= MOST_NARROWER_QUARTERS * (int64_t)to_width &&
           4 * (int64_t)from_height <= MOST_LINES * (int64_t)to_height;
}

static int64_t table_bytes(const struct mk_scale_lines *plane)
{
    return (int64_t)plane->groups * TABLE_BYTES;
}

/* Tables of the block that begins at @p x, and where its groups begin. */
static void fill_block(const struct mk_scale_lines *plane, const struct mk_taps *taps, int x,
                       int *begin, uint8_t *tables)
{
    int last = plane->from_width - SEEN;
    int count = plane->to_width - x < BLOCK ? plane->to_width - x : BLOCK;

    memset(tables, 0, (size_t)table_bytes(plane));
    for (int group = 0; group < plane->groups; group++, tables += TABLE_BYTES) {
        int wanted = count > 0 ? taps->first[x] + group * GROUP : 0;

        begin[group] = wanted < last ? wanted : last;
        for (int i = 0; i < count * GROUP; i++) {
            int tap = group * GROUP + i % GROUP, pixel = x + i / GROUP;
            int place = taps->first[pixel] + tap - begin[group], weight, high;

            if (tap >= taps->count)
                continue;
            assert(place >= 0 && place < SEEN);
            weight = taps->weights[pixel * taps->count + tap];
            high = (weight + PART / 2 + ALONG_ONE * PART) / PART - ALONG_ONE; /* rounded down */
            tables[PLACES + i] = (uint8_t)place;
            tables[HIGH + i] = (uint8_t)high;
            tables[LOW + i] = (uint8_t)(weight - high * PART);
        }
    }
}

/* Blocks of simple ratios share their tables. */
static int find_tables(const struct mk_scale_lines *plane, int made)
{
    size_t bytes = (size_t)table_bytes(plane);
    int i = 0;

    while (memcmp(plane->tables + (size_t)i * bytes, plane->tables + (size_t)made * bytes, bytes))
        i++;
    return i;
}

/* From the third on: the first ones see the edge. At least two are left, the last see it as well. */
static int alike_end(const struct mk_scale_lines *plane)
{
    int end = 2;

    while (end + 2 < plane->blocks && plane->table[end] == plane->table[2] &&
           plane->table[end + 1] == plane->table[2])
        end += 2;
    return end;
}

static mockets_status init_along(struct mk_scale_lines *plane, enum mk_kernel kernel, double offset,
                                 struct mockets_error *err)
{
    int made = 0;
    struct mk_taps taps;
    mockets_status rc =
        mk_taps_make(kernel, plane->from_width, plane->to_width, offset, ALONG_ONE, &taps, err);

    if (rc)
        return rc;
    plane->groups = (taps.count + GROUP - 1) / GROUP;
    plane->blocks =
        (plane->to_width + BLOCK * BLOCKS_A_STORE - 1) / (BLOCK * BLOCKS_A_STORE) * BLOCKS_A_STORE;
    plane->begin = mk_alloc_array((size_t)plane->blocks * (size_t)plane->groups, sizeof(int));
    plane->table = mk_alloc_array((size_t)plane->blocks, sizeof(int));
    plane->tables = av_malloc_array((size_t)plane->blocks, (size_t)table_bytes(plane));
    if (!plane->begin || !plane->table || !plane->tables)
        rc = mk_fail_nomem(err);
    for (int i = 0; i < plane->blocks && !rc; i++) {
        fill_block(plane, &taps, i * BLOCK, plane->begin + i * plane->groups,
                   plane->tables + made * table_bytes(plane));
        plane->table[i] = find_tables(plane, made);
        made += plane->table[i] == made;
    }
    if (!rc)
        plane->alike_end = alike_end(plane);
    mk_taps_fini(&taps);
    return rc;
}

static mockets_status init_across(struct mk_scale_lines *plane, enum mk_kernel kernel,
                                  struct mockets_error *err)
{
    struct mk_taps taps;
    mockets_status rc =
        mk_taps_make(kernel, plane->from_height, plane->to_height, 0, ACROSS_ONE, &taps, err);
    size_t count;

    if (rc)
        return rc;
    plane->lines = taps.count;
    plane->kept_pixels = plane->blocks * BLOCK;
    count = (size_t)plane->to_height * (size_t)taps.count;
    plane->weights = mk_alloc_array(count, sizeof(*plane->weights));
    plane->kept = av_malloc_array((size_t)taps.count, (size_t)plane->kept_pixels * sizeof(int16_t));
    if (!plane->weights || !plane->kept)
        rc = mk_fail_nomem(err);
    for (size_t i = 0; i < count && !rc; i++)
        plane->weights[i] = (int16_t)taps.weights[i];
    plane->first = taps.first;
    taps.first = NULL;
    mk_taps_fini(&taps);
    return rc;
}

mockets_status mk_scale_lines_init(struct mk_scale_lines *plane, enum mk_kernel kernel,
                                   double offset, int from_width, int from_height, int to_width,
                                   int to_height, struct mockets_error *err)
{
    mockets_status rc;

    *plane = (struct mk_scale_lines){.from_width = from_width,
                                     .from_height = from_height,
                                     .to_width = to_width,
                                     .to_height = to_height};
    rc = init_along(plane, kernel, offset, err);
    if (!rc)
        rc = init_across(plane, kernel, err);
    if (rc)
        mk_scale_lines_fini(plane);
    return rc;
}

void mk_scale_lines_fini(struct mk_scale_lines *plane)
{
    mk_free(plane->begin);
    mk_free(plane->table);
    mk_free(plane->first);
    mk_free(plane->weights);
    av_free(plane->tables);
    av_free(plane->kept);
    *plane = (struct mk_scale_lines){0};
}

#if defined(__x86_64__)

#include <immintrin.h>

#define WIDE   __attribute__((target("avx512bw,avx512vbmi,avx512vnni")))
#define INLINE __attribute__((always_inline)) static inline

/* How far ahead of where it is read a line is asked for: each is too short to be foreseen. */
enum { AHEAD = 4, CACHE_LINE = 64 };

/* The tables of a group. */
struct group {
    __m512i places, high, low;
};

WIDE INLINE struct group load_group(const uint8_t *table)
{
    return (struct group){.places = _mm512_loadu_si512(table + PLACES),
                          .high = _mm512_loadu_si512(table + HIGH),
                          .low = _mm512_loadu_si512(table + LOW)};
}

struct sums {
    __m512i high, low;
};

WIDE INLINE struct sums no_sums(void)
{
    return (struct sums){_mm512_setzero_si512(), _mm512_set1_epi32(PART / 2)};
}

WIDE INLINE struct sums add_group(struct sums sums, const uint8_t *from, struct group group)
{
    __m512i pixels = _mm512_permutexvar_epi8(group.places, _mm512_loadu_si512(from));

    return (struct sums){_mm512_dpbusd_epi32(sums.high, pixels, group.high),
                         _mm512_dpbusd_epi32(sums.low, pixels, group.low)};
}

/* 16 pixels, with PART_BITS more than they had. */
WIDE INLINE __m512i end_sums(struct sums sums)
{
    return _mm512_add_epi32(sums.high, _mm512_srai_epi32(sums.low, PART_BITS));
}

WIDE INLINE __m512i make_block(const struct mk_scale_lines *plane, const uint8_t *from, int block,
                               int groups)
{
    const int *begin = plane->begin + (ptrdiff_t)block * groups;
    const uint8_t *table = plane->tables + (ptrdiff_t)plane->table[block] * TABLE_BYTES * groups;
    struct sums sums = no_sums();

    for (int i = 0; i < groups; i++, table += TABLE_BYTES)
        sums = add_group(sums, from + begin[i], load_group(table));
    return end_sums(sums);
}

/* The same with the tables of up to three groups in registers. */
WIDE INLINE __m512i make_alike(const struct mk_scale_lines *plane, const uint8_t *from, int block,
                               int groups, const struct group held[MOST_HELD])
{
    const int *begin = plane->begin + (ptrdiff_t)block * groups;
    struct sums sums = add_group(no_sums(), from + begin[0], held[0]);

    if (groups > 1)
        sums = add_group(sums, from + begin[1], held[1]);
    if (groups > 2)
        sums = add_group(sums, from + begin[2], held[2]);
    return end_sums(sums);
}

/* Of as many blocks from the third on as have the same tables; how far it came. */
WIDE INLINE int make_all_alike(const struct mk_scale_lines *plane, const uint8_t *from, int16_t *to,
                               int groups)
{
    const uint8_t *table = plane->tables + (ptrdiff_t)plane->table[2] * TABLE_BYTES * groups;
    const struct group held[MOST_HELD] = {load_group(table),
                                          load_group(table + (groups > 1 ? TABLE_BYTES : 0)),
                                          load_group(table + (groups > 2 ? 2 * TABLE_BYTES : 0))};
    int i = 2;

    for (; i < plane->alike_end; i += 2)
        _mm512_storeu_si512(to + (ptrdiff_t)i * BLOCK,
                            _mm512_packs_epi32(make_alike(plane, from, i, groups, held),
                                               make_alike(plane, from, i + 1, groups, held)));
    return i;
}

WIDE INLINE void make_line(const struct mk_scale_lines *plane, const uint8_t *from, int16_t *to,
                           int groups)
{
    for (int i = 0; i < plane->blocks; i += 2) {
        if (i == 2 && groups <= MOST_HELD)
            i = make_all_alike(plane, from, to, groups);
        _mm512_storeu_si512(to + (ptrdiff_t)i * BLOCK,
                            _mm512_packs_epi32(make_block(plane, from, i, groups),
                                               make_block(plane, from, i + 1, groups)));
    }
}

/* For the numbers of groups that ratios from 1 to 3 have the compiler knows how many they are. */
WIDE static void scale_along(const struct mk_scale_lines *plane, const uint8_t *from, int16_t *to)
{
    switch (plane->groups) {
    case 1:
        make_line(plane, from, to, 1);
        break;
    case 2:
        make_line(plane, from, to, 2);
        break;
    case 3:
        make_line(plane, from, to, 3);
        break;
    default:
        make_line(plane, from, to, plane->groups);
    }
}

/* Half of each weight meets each line: 14 bits of 15. */
WIDE INLINE __m512i add_line(__m512i sum, const int16_t *line, int16_t weight)
{
    return _mm512_add_epi16(
        sum, _mm512_mulhrs_epi16(_mm512_loadu_si512(line), _mm512_set1_epi16(weight)));
}

WIDE static void scale_across(const struct mk_scale_lines *plane, int line, uint8_t *to)
{
    enum { BITS = PART_BITS - 1, HALF = 1 << (BITS - 1), AT_ONCE = BLOCK * BLOCKS_A_STORE };
    /* packing goes by quarters of a register, first of blocks, then of their pairs */
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const int16_t *weights = plane->weights + (ptrdiff_t)line * plane->lines;
    const int16_t *lines[MOST_LINES];

    for (int i = 0; i < plane->lines; i++)
        lines[i] =
            plane->kept + (ptrdiff_t)((plane->first[line] + i) % plane->lines) * plane->kept_pixels;
    for (int x = 0; x < plane->to_width; x += AT_ONCE) {
        __m512i a = _mm512_set1_epi16(HALF), b = a, pixels;
        int left = plane->to_width - x;

        for (int i = 0; i < plane->lines; i++) {
            a = add_line(a, lines[i] + x, weights[i]);
            b = add_line(b, lines[i] + x + AT_ONCE / 2, weights[i]);
        }
        pixels = _mm512_packus_epi16(_mm512_srai_epi16(a, BITS), _mm512_srai_epi16(b, BITS));
        _mm512_mask_storeu_epi8(to + x, left < AT_ONCE ? (UINT64_C(1) << left) - 1 : UINT64_MAX,
                                _mm512_permutexvar_epi32(order, pixels));
    }
}

static void ask_for(const uint8_t *line, int pixels)
{
    for (int x = 0; x < pixels; x += CACHE_LINE)
        __builtin_prefetch(line + x);
}

void mk_scale_lines_run(struct mk_scale_lines *plane, const uint8_t *from, ptrdiff_t from_stride,
                        uint8_t *to, ptrdiff_t to_stride)
{
    int made = 0;

    for (int line = 0; line < plane->to_height; line++, to += to_stride) {
        for (; made < plane->first[line] + plane->lines; made++) {
            if (made + AHEAD < plane->from_height)
                ask_for(from + (made + AHEAD) * from_stride, plane->from_width);
            scale_along(plane, from + made * from_stride,
                        plane->kept + (ptrdiff_t)(made % plane->lines) * plane->kept_pixels);
        }
        scale_across(plane, line, to);
    }
}

#else

void mk_scale_lines_run(struct mk_scale_lines *plane, const uint8_t *from, ptrdiff_t from_stride,
                        uint8_t *to, ptrdiff_t to_stride)
{
    (void)plane;
    (void)from;
    (void)from_stride;
    (void)to;
    (void)to_stride;
    assert(!"mk_scale_lines_can() said no");
}

#endif
