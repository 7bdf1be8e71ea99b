#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "media/nal.h"

static size_t from_hex(const char *hex, uint8_t *to)
{
    size_t size = strlen(hex) / 2;

    for (size_t i = 0; i < size; i++) {
        char byte[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        to[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return size;
}

/* All but the last were made by x264. */
static const struct {
    const char *hex;
    struct mk_info_h264 h264;
} sets[] = {
    {"6742c00dd90141fb0e1000000300100000030320f142a480",
     {66, true, 13, 3, 1, 8, 320, 240, {4, 3}, true, false}},
    {"674d401feca05017fcb808800000030080000019078c18cb",
     {77, true, 31, 4, 1, 8, 640, 360, {1, 1}, true, false}},
    {"6764001eacd940b47b7fe020001e62000003000200000300643e28532c",
     {100, false, 30, 4, 1, 8, 720, 480, {256, 243}, false, false}},
    {"67640028acd940780227e5c05b20000003002000000641e30632c0",
     {100, false, 40, 4, 1, 8, 1920, 1080, {1, 1}, true, true}},
    /* by hand: 1b in High, lists of scaling, order of type 1, cropped */
    {"67640009ad91249249249250884dfffffffffffffffd4391a6110b13d26f028040",
     {100, false, 11, 16, 1, 8, 172, 136, {12, 11}, true, false}},
};

static void reads_sets(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(sets); i++) {
        const struct mk_info_h264 *want = &sets[i].h264;
        struct mk_info_h264 got;
        uint8_t data[64];
        struct mk_nal nal = {data, from_hex(sets[i].hex, data)};

        if (!mk_nal_read_sps(&nal, &got))
            fail_msg("row %zu is not read", i);
        if (got.profile != want->profile || got.constrained != want->constrained ||
            got.level != want->level || got.chroma_format != want->chroma_format ||
            got.depth != want->depth || got.progressive != want->progressive ||
            got.full_range != want->full_range)
            fail_msg("row %zu: profile %d level %d", i, got.profile, got.level);
        if (got.width_px != want->width_px || got.height_px != want->height_px ||
            got.sar.num != want->sar.num || got.sar.den != want->sar.den)
            fail_msg("row %zu: %d x %d, %d:%d", i, got.width_px, got.height_px, got.sar.num,
                     got.sar.den);
        if (got.references != want->references)
            fail_msg("row %zu: %d references", i, got.references);
    }
}

/* However much of a set is there, only that is read, and nothing is made up. */
static void refuses_what_is_cut_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(sets); i++) {
        uint8_t data[64];
        size_t size = from_hex(sets[i].hex, data);

        for (size_t cut = 1; cut < size; cut++) {
            uint8_t *part = malloc(cut);
            struct mk_nal nal = {part, cut};
            struct mk_info_h264 got = {.profile = -1};
            bool read;

            memcpy(part, data, cut);
            read = mk_nal_read_sps(&nal, &got);
            if (read ? got.width_px != sets[i].h264.width_px || got.sar.num != sets[i].h264.sar.num
                     : got.profile != -1 || cut + 1 == size)
                fail_msg("row %zu, %zu bytes", i, cut);
            if (read && cut < 8)
                fail_msg("row %zu, %zu bytes are no set", i, cut);
            free(part);
        }
    }
}

static void refuses_other_profiles(void **state)
{
    static const char *const others[] = {
        "676e001ea6cd940a02ff97011000000300100000030320f162d960",     /* High 10 */
        "68640028acd940780227e5c05b20000003002000000641e30632c0",     /* no SPS */
        "67640028ffffffffffffffffffffffffffffffffffffffffffffffffff", /* depths that differ */
        "67640028000000000000000000000000",                           /* no number ends */
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(others); i++) {
        struct mk_info_h264 got;
        uint8_t data[64];
        struct mk_nal nal = {data, from_hex(others[i], data)};

        if (mk_nal_read_sps(&nal, &got))
            fail_msg("row %zu is read", i);
    }
}

static void steps_through_units(void **state)
{
    static const struct {
        int length_bytes;
        const char *hex;
        const char *types; /* of the units that are found; '!' : the rest is cut off */
    } rows[] = {
        {0,
         "00000001"
         "0910"
         "000001"
         "6701"
         "00000001"
         "650102",
         "9 7 5"},
        {0,
         "000001"
         "6500"
         "000001"
         "00000001"
         "41",
         "5 1"},
        {0, "ffff", ""},
        {4,
         "00000002"
         "0910"
         "00000003"
         "650102",
         "9 5"},
        {2,
         "0000"
         "0002"
         "6701"
         "0001"
         "68",
         "7 8"},
        {1,
         "0167"
         "0568",
         "7!"},
        {4,
         "00000001"
         "67"
         "000000",
         "7!"},
        {4,
         "ffffffff"
         "67",
         "!"},
    };

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        uint8_t data[64];
        size_t size = from_hex(rows[i].hex, data);
        struct mk_nals nals = {data, data + size, rows[i].length_bytes};
        struct mk_nal nal;
        char types[32] = "";

        while (mk_nal_next(&nals, &nal)) {
            assert_true(nal.size > 0 && nal.data + nal.size <= data + size);
            snprintf(types + strlen(types), sizeof(types) - strlen(types), "%s%d",
                     types[0] ? " " : "", mk_nal_type(&nal));
        }
        if (rows[i].length_bytes && nals.at != nals.end)
            strcat(types, "!");
        if (strcmp(types, rows[i].types) != 0)
            fail_msg("row %zu: %s", i, types);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sets),
        cmocka_unit_test(refuses_what_is_cut_off),
        cmocka_unit_test(refuses_other_profiles),
        cmocka_unit_test(steps_through_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
