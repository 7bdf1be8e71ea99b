#include <stdlib.h>
#include <string.h>

#include "captions/cea708.h"

/* Text is sent ahead into a window that is hidden; a command shows it. */
enum { AHEAD_FRAMES = 15, BLOCK_BYTES = 31, PACKET_BYTES = 126, ROWS = MK_608_ROWS };

/* A caption comes to 15 rows of 32 characters of 3 bytes at most, and its window. */
enum { MAX_BYTES = ROWS * (MK_608_COLUMNS * 3 + 1) + 16 };

struct bytes {
    uint8_t data[MAX_BYTES];
    size_t size;
    size_t breaks[MAX_BYTES]; /* where a block may end: between commands and characters */
    size_t break_count;
};

struct writer {
    struct mk_arena *arena;
    struct mk_708_packet *packets;
    size_t count, room;
    bool failed;
};

static void add(struct bytes *to, const void *data, size_t size)
{
    memcpy(to->data + to->size, data, size);
    to->size += size;
    to->breaks[to->break_count++] = to->size;
}

static void add_char(struct bytes *to, uint32_t point)
{
    uint8_t wide[] = {0x18, (uint8_t)(point >> 8), (uint8_t)point};
    uint8_t narrow = (uint8_t)(point == 0x266a ? 0x7f : point);

    if (point > 0xffff)
        add(to, "?", 1);
    else if (point == 0x266a || (point >= 0x20 && point < 0x7f) || (point >= 0xa0 && point < 0x100))
        add(to, &narrow, 1);
    else
        add(to, wide, sizeof(wide));
}

/* Delete the window, define it anew, hidden, at the bottom in the middle, and fill it. */
static void add_window(struct bytes *to, unsigned window, const char *text)
{
    uint32_t lines[ROWS][MK_608_COLUMNS];
    size_t columns[ROWS];
    unsigned rows = 0;

    while (rows < ROWS && (columns[rows] = mk_608_wrap(&text, lines[rows], MK_608_COLUMNS)) > 0)
        rows++;
    add(to, (uint8_t[]){0x8c, (uint8_t)(1 << window)}, 2);
    add(to,
        (uint8_t[]){(uint8_t)(0x98 + window), 0x18, 0x80 | 95, 50, (uint8_t)(7 << 4 | (rows - 1)),
                    MK_608_COLUMNS - 1, 1 << 3 | 1},
        7);
    for (unsigned row = 0; row < rows; row++) {
        if (row)
            add(to, (uint8_t[]){0x0d}, 1);
        for (size_t i = 0; i < columns[row]; i++)
            add_char(to, lines[row][i]);
    }
    add(to, (uint8_t[]){0x03}, 1);
}

static struct mk_708_packet *new_packet(struct writer *writer, int64_t frame)
{
    if (writer->count == writer->room) {
        size_t room = writer->room ? writer->room * 2 : 64;
        struct mk_708_packet *packets = mk_arena_array(writer->arena, room, sizeof(*packets));

        if (!packets) {
            writer->failed = true;
            return NULL;
        }
        if (writer->count)
            memcpy(packets, writer->packets, writer->count * sizeof(*packets));
        writer->packets = packets;
        writer->room = room;
    }
    writer->packets[writer->count] = (struct mk_708_packet){.frame = frame, .size = 1};
    return &writer->packets[writer->count++];
}

/* Send the bytes in blocks of one service, as many packets as it takes. */
static void send(struct writer *writer, int64_t frame, unsigned service, const struct bytes *bytes)
{
    struct mk_708_packet *packet = NULL;
    size_t at = 0, b = 0;

    while (at < bytes->size) {
        size_t end = at;

        while (b < bytes->break_count && bytes->breaks[b] - at <= BLOCK_BYTES)
            end = bytes->breaks[b++];
        if (!packet || packet->size + 1 + (end - at) > PACKET_BYTES)
            packet = new_packet(writer, frame);
        if (!packet)
            return;
        packet->bytes[packet->size++] = (uint8_t)(service << 5 | (end - at));
        memcpy(packet->bytes + packet->size, bytes->data + at, end - at);
        packet->size = (uint8_t)(packet->size + (end - at));
        at = end;
    }
}

static int64_t frame_of(int64_t us, int rate_num, int rate_den)
{
    return (int64_t)((double)us * rate_num / rate_den / 1e6 + 0.5);
}

static void send_track(struct writer *writer, struct mk_cues cues, unsigned service, int rate_num,
                       int rate_den)
{
    int64_t shown = -1, end = 0;

    for (size_t i = 0; i < cues.count; i++) {
        int64_t start = frame_of(cues.items[i].start_us, rate_num, rate_den);
        int64_t ahead = start - AHEAD_FRAMES > shown ? start - AHEAD_FRAMES : shown + 1;
        unsigned window = i & 1;
        struct bytes bytes = {.size = 0};

        add_window(&bytes, window, cues.items[i].text);
        send(writer, ahead > 0 ? ahead : 0, service, &bytes);
        bytes.size = bytes.break_count = 0;
        add(&bytes, (uint8_t[]){0x8a, (uint8_t)(1 << !window)}, 2);
        add(&bytes, (uint8_t[]){0x89, (uint8_t)(1 << window)}, 2);
        send(writer, start, service, &bytes);
        shown = start;
        end = frame_of(cues.items[i].end_us, rate_num, rate_den);
        if (i + 1 < cues.count && frame_of(cues.items[i + 1].start_us, rate_num, rate_den) <= end)
            continue;
        bytes.size = bytes.break_count = 0;
        add(&bytes, (uint8_t[]){0x8a, (uint8_t)(1 << window)}, 2);
        send(writer, end, service, &bytes);
    }
}

/* By time; the order of one track's packets of one frame is kept. */
struct ordered {
    struct mk_708_packet *packet;
    size_t place;
};

static int by_frame(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;

    if (x->packet->frame != y->packet->frame)
        return x->packet->frame < y->packet->frame ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* Number the packets, and tell their sizes. */
static bool finish(struct writer *writer, struct mk_cc_writer *out)
{
    struct ordered *order = mk_arena_array(writer->arena, writer->count + 1, sizeof(*order));

    out->packets = mk_arena_array(writer->arena, writer->count + 1, sizeof(*out->packets));
    if (!order || !out->packets || writer->failed)
        return false;
    for (size_t i = 0; i < writer->count; i++)
        order[i] = (struct ordered){&writer->packets[i], i};
    if (writer->count)
        qsort(order, writer->count, sizeof(*order), by_frame);
    for (size_t i = 0; i < writer->count; i++) {
        struct mk_708_packet *packet = &out->packets[i];

        *packet = *order[i].packet;
        packet->size = (uint8_t)(packet->size + (packet->size & 1)); /* a null block */
        packet->bytes[0] = (uint8_t)((i & 3) << 6 | packet->size / 2);
    }
    out->packet_count = writer->count;
    return true;
}

mockets_status mk_cc_writer_new(struct mk_caption_tracks tracks, int rate_num, int rate_den,
                                struct mk_arena *arena, struct mk_cc_writer **out,
                                struct mockets_error *err)
{
    struct mk_cc_writer *made = mk_arena_alloc(arena, sizeof(*made));
    struct writer writer = {.arena = arena};

    if (!made)
        return mk_fail_nomem(err);
    for (size_t i = 0; i < tracks.count && i < MK_708_SERVICES; i++) {
        struct mk_cue_list list = {.arena = arena};
        mockets_status rc = MOCKETS_OK;

        mk_cues_flatten(tracks.items[i].cues, &list);
        if (i < 2)
            rc = mk_608_write(tracks.items[i].cues, rate_num, rate_den, (unsigned)i, arena,
                              &made->fields[i], err);
        if (rc || list.failed)
            return rc ? rc : mk_fail_nomem(err);
        send_track(&writer, (struct mk_cues){list.items, list.count}, (unsigned)i + 1, rate_num,
                   rate_den);
    }
    if (!finish(&writer, made))
        return mk_fail_nomem(err);
    *out = made;
    return MOCKETS_OK;
}
