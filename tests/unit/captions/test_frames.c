#include <stdlib.h>

#include "captions/cea708.h"
#include "check.h"

static const struct mk_cue cues[] = {
    {1000000, 2500000, "Good morning."},
    {3000000, 4200000, "\u00dcber \u2018all\u2019 \u266a\u266a\n{\u00e9\u00e0}"},
    {4200000, 5500000, "A line that is too long for a row of thirty-two columns"},
    {5600000, 6000000, "last"},
};
static const char *const wanted[] = {
    "Good morning.",
    "\u00dcber \u2018all\u2019 \u266a\u266a\n{\u00e9\u00e0}",
    "A line that is too long for a\nrow of thirty-two columns",
    "last",
};
static const struct mk_caption_track tracks[] = {
    {.language = "en", .cues = {cues, 4}},
    {.language = "de", .cues = {cues, 1}},
    {.language = "fr", .cues = {cues, 4}},
};

static int64_t frame_us(int64_t frame)
{
    return frame * 1001000000 / 30000;
}

static void check(struct mk_cues found, size_t count)
{
    assert_int_equal(found.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_in_range(llabs(found.items[i].start_us - cues[i].start_us), 0, 33400);
        assert_in_range(llabs(found.items[i].end_us - cues[i].end_us), 0, 2 * 33400);
        assert_string_equal(found.items[i].text, wanted[i]);
    }
}

/* What the writer puts into the frames, the reader takes out of them; one kind of triplets only. */
static void comes_back(void **state)
{
    static const struct {
        unsigned kinds; /* bit n: triplets of kind n */
        size_t tracks, count;
    } rows[] = {{1, 1, 4}, {2, 2, 1}, {12, 1, 4}, {15, 3, 4}};

    (void)state;
    for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
        struct mk_arena arena = {0};
        struct mk_cc_reader *reader = mk_cc_reader_new(&arena);
        struct mk_cc_writer *writer;
        struct mk_cues found;

        assert_int_equal(mk_cc_writer_new((struct mk_caption_tracks){tracks, rows[i].tracks}, 30000,
                                          1001, &arena, &writer, NULL),
                         MOCKETS_OK);
        for (int64_t frame = 0; frame < 200; frame++) {
            uint8_t bytes[MK_CC_FRAME_BYTES];

            mk_cc_writer_frame(writer, frame, bytes);
            for (size_t t = 0; t < sizeof(bytes); t += 3) {
                if (rows[i].kinds >> (bytes[t] & 3) & 1)
                    mk_cc_reader_put(reader, frame_us(frame), bytes + t, 3);
            }
        }
        assert_int_equal(mk_cc_reader_end(reader, frame_us(200), &found, NULL), MOCKETS_OK);
        check(found, rows[i].count);
        mk_arena_fini(&arena);
    }
}

static void every_service_comes_back(void **state)
{
    struct mk_arena arena = {0};
    struct mk_cc_reader *reader = mk_cc_reader_new(&arena);
    struct mk_cc_writer *writer;

    (void)state;
    mk_cc_writer_new((struct mk_caption_tracks){tracks, 3}, 30, 1, &arena, &writer, NULL);
    for (int64_t frame = 0; frame < 200; frame++) {
        uint8_t bytes[MK_CC_FRAME_BYTES];

        mk_cc_writer_frame(writer, frame, bytes);
        mk_cc_reader_put(reader, frame * 1000000 / 30, bytes, sizeof(bytes));
    }
    for (size_t i = 0; i < 3; i++) {
        struct mk_cue_list *list = &reader->services[i].list;

        check((struct mk_cues){list->items, list->count}, tracks[i].cues.count);
    }
    mk_arena_fini(&arena);
}

static void has_parity_and_places(void **state)
{
    struct mk_arena arena = {0};
    struct mk_608_pairs pairs;

    (void)state;
    mk_608_write((struct mk_cues){cues, 4}, 30000, 1001, 0, &arena, &pairs, NULL);
    for (size_t i = 0; i < pairs.count; i++) {
        assert_int_equal(__builtin_parity(pairs.items[i].bytes[0]), 1);
        assert_int_equal(__builtin_parity(pairs.items[i].bytes[1]), 1);
        if (i)
            assert_true(pairs.items[i].frame > pairs.items[i - 1].frame);
    }
    mk_arena_fini(&arena);
}

/* Noise must not do harm. */
static void survives_noise(void **state)
{
    uint32_t noise = 1;

    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        struct mk_arena arena = {0};
        struct mk_cc_reader *reader = mk_cc_reader_new(&arena);
        struct mk_cues found;

        for (int64_t frame = 0; frame < 300; frame++) {
            uint8_t bytes[93];

            for (size_t i = 0; i < sizeof(bytes); i++) {
                noise = noise * 1664525 + 1013904223;
                bytes[i] = (uint8_t)(noise >> 24);
            }
            for (size_t i = 0; i < sizeof(bytes) && round & 1; i += 3)
                bytes[i] = (uint8_t)(0xfe | !i); /* packets, one a frame */
            mk_cc_reader_put(reader, frame, bytes, sizeof(bytes));
        }
        assert_int_equal(mk_cc_reader_end(reader, 300, &found, NULL), MOCKETS_OK);
        mk_arena_fini(&arena);
    }
}

/* A place far to the right of a window is its end, from where one can go back. */
static void keeps_within_a_window(void **state)
{
    static const uint8_t packet[14] = {7,    0x20 | 12, 0x98, 0x20, 0,  0,    0x0f,
                                       0x29, 0x11,      0x92, 15,   63, 0x08, 'A'};
    struct mk_arena arena = {0};
    struct mk_cc_reader *reader = mk_cc_reader_new(&arena);
    uint8_t bytes[21];
    struct mk_cues found;

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        bytes[i * 3] = i ? 0xfe : 0xff;
        bytes[i * 3 + 1] = packet[i * 2];
        bytes[i * 3 + 2] = packet[i * 2 + 1];
    }
    mk_cc_reader_put(reader, 0, bytes, sizeof(bytes));
    assert_int_equal(mk_cc_reader_end(reader, 300, &found, NULL), MOCKETS_OK);
    assert_int_equal(found.count, 1);
    assert_non_null(strchr(found.items[0].text, 'A'));
    mk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(every_service_comes_back),
        cmocka_unit_test(has_parity_and_places),
        cmocka_unit_test(survives_noise),
        cmocka_unit_test(keeps_within_a_window),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
