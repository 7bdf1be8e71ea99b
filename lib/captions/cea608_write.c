#include <string.h>

#include "captions/cea608.h"

/* What goes out in one piece: a pair, or a control code, which is sent twice. */
struct unit {
    uint8_t bytes[2];
    bool twice;
};

/* The control codes, the rows with a preamble, a tab and 32 characters of two pairs and more. */
enum { MAX_UNITS = 2 + MK_608_ROWS * (2 + MK_608_COLUMNS * 2) };

struct load {
    struct unit units[MAX_UNITS];
    size_t count, pairs;
    bool half; /* the last unit has room for a byte */
};

struct writer {
    struct mk_arena *arena;
    struct mk_608_pairs pairs;
    size_t room;
    uint8_t misc;  /* first byte of a miscellaneous control code in this field */
    int64_t next;  /* the first frame that is free */
    int64_t erase; /* when what is shown is to go; -1 = nothing is shown */
    bool failed;
};

static void add_unit(struct load *load, uint8_t a, uint8_t b, bool twice)
{
    load->units[load->count++] = (struct unit){{a, b}, twice};
    load->pairs += twice ? 2 : 1;
    load->half = false;
}

static void add_byte(struct load *load, uint8_t byte)
{
    if (load->half) {
        load->units[load->count - 1].bytes[1] = byte;
        load->half = false;
    } else {
        add_unit(load, byte, 0, false);
        load->half = true;
    }
}

static void add_char(struct load *load, uint32_t point)
{
    struct mk_608_code code = mk_608_encode(point);

    if (code.instead)
        add_byte(load, (uint8_t)code.instead);
    if (code.control)
        add_unit(load, code.control, code.byte, true);
    else
        add_byte(load, code.byte);
}

/* Put a row in the middle: to the fourth column before it and on from there. */
static void add_place(struct load *load, unsigned row, size_t columns)
{
    static const uint8_t rows[MK_608_ROWS][2] = {
        {0x11, 0x40}, {0x11, 0x60}, {0x12, 0x40}, {0x12, 0x60}, {0x15, 0x40},
        {0x15, 0x60}, {0x16, 0x40}, {0x16, 0x60}, {0x17, 0x40}, {0x17, 0x60},
        {0x10, 0x40}, {0x13, 0x40}, {0x13, 0x60}, {0x14, 0x40}, {0x14, 0x60},
    };
    unsigned before = (unsigned)(MK_608_COLUMNS - columns) / 2;

    add_unit(load, rows[row][0], (uint8_t)(rows[row][1] | 0x10 | before / 4 << 1), true);
    if (before % 4)
        add_unit(load, 0x17, (uint8_t)(0x20 + before % 4), true);
}

static void fill(struct load *load, const char *text, uint8_t misc)
{
    uint32_t lines[MK_608_ROWS][MK_608_COLUMNS];
    size_t columns[MK_608_ROWS];
    unsigned count = 0;

    while (count < MK_608_ROWS &&
           (columns[count] = mk_608_wrap(&text, lines[count], MK_608_COLUMNS)) > 0)
        count++;
    memset(load, 0, sizeof(*load));
    add_unit(load, misc, 0x20, true);
    add_unit(load, misc, 0x2e, true);
    for (unsigned row = 0; row < count; row++) {
        add_place(load, MK_608_ROWS - count + row, columns[row]);
        for (size_t i = 0; i < columns[row]; i++)
            add_char(load, lines[row][i]);
    }
}

static uint8_t with_parity(uint8_t byte)
{
    return (uint8_t)(byte | (__builtin_parity(byte) ? 0 : 0x80));
}

static void put(struct writer *writer, const struct unit *unit)
{
    for (int i = 0; i < (unit->twice ? 2 : 1); i++) {
        struct mk_608_pairs *pairs = &writer->pairs;

        if (pairs->count == writer->room) {
            size_t room = writer->room ? writer->room * 2 : 256;
            struct mk_608_pair *items = mk_arena_array(writer->arena, room, sizeof(*items));

            if (!items) {
                writer->failed = true;
                return;
            }
            if (pairs->count)
                memcpy(items, pairs->items, pairs->count * sizeof(*items));
            pairs->items = items;
            writer->room = room;
        }
        pairs->items[pairs->count++] = (struct mk_608_pair){
            writer->next++, {with_parity(unit->bytes[0]), with_parity(unit->bytes[1])}};
    }
}

static void put_misc(struct writer *writer, uint8_t code)
{
    put(writer, &(struct unit){{writer->misc, code}, true});
}

/* Erase what is shown, if that is due before @p frame. */
static void put_erase(struct writer *writer, int64_t frame)
{
    if (writer->erase < 0 || writer->erase > frame)
        return;
    if (writer->next < writer->erase)
        writer->next = writer->erase;
    put_misc(writer, 0x2c);
    writer->erase = -1;
}

/* Where time is short codes go out once. Characters do not: of two alike one would be lost. */
static void hurry(struct load *load)
{
    load->pairs = 0;
    for (size_t i = 0; i < load->count; i++) {
        const uint8_t *bytes = load->units[i].bytes;

        if (bytes[1] >= 0x40 || bytes[0] < 0x11 || bytes[0] > 0x13)
            load->units[i].twice = false;
        load->pairs += load->units[i].twice ? 2 : 1;
    }
}

/* Load the caption so that it is there at frame @p start, show it, remember to erase it. */
static void put_caption(struct writer *writer, struct load *load, int64_t start, int64_t end)
{
    int64_t begin;

    if (start - writer->next < (int64_t)load->pairs + 2)
        hurry(load);
    begin = start - (int64_t)load->pairs;
    if (writer->erase >= start)
        writer->erase = -1; /* the new one takes its place */
    if (writer->erase >= 0)
        begin -= writer->erase + 2 > begin ? 2 : 0;
    put_erase(writer, begin);
    if (writer->next < begin)
        writer->next = begin;
    for (size_t i = 0; i < load->count; i++) {
        put_erase(writer, writer->next);
        put(writer, &load->units[i]);
    }
    put_erase(writer, start);
    if (writer->next < start)
        writer->next = start;
    put_misc(writer, 0x2f);
    writer->erase = end;
}

static int64_t frame_of(int64_t us, int rate_num, int rate_den)
{
    return (int64_t)((double)us * rate_num / rate_den / 1e6 + 0.5);
}

mockets_status mk_608_write(struct mk_cues cues, int rate_num, int rate_den, unsigned field,
                            struct mk_arena *arena, struct mk_608_pairs *out,
                            struct mockets_error *err)
{
    struct writer writer = {.arena = arena, .misc = field ? 0x15 : 0x14, .erase = -1};
    struct mk_cue_list flat = {.arena = arena};

    mk_cues_flatten(cues, &flat);
    for (size_t i = 0; i < flat.count; i++) {
        struct load load;

        fill(&load, flat.items[i].text, writer.misc);
        put_caption(&writer, &load, frame_of(flat.items[i].start_us, rate_num, rate_den),
                    frame_of(flat.items[i].end_us, rate_num, rate_den));
    }
    put_erase(&writer, INT64_MAX);
    if (writer.failed || flat.failed)
        return mk_fail_nomem(err);
    *out = writer.pairs;
    return MOCKETS_OK;
}
