#include <string.h>

#include "captions/cea708.h"

/* The first byte of a triplet: five marker bits, whether it counts, its kind. */
enum { VALID = 4, KIND = 3, FIELD_1 = 0, FIELD_2 = 1, PACKET_DATA = 2, PACKET_START = 3 };
enum { MARKERS = 0xf8, TRIPLETS = MK_CC_FRAME_BYTES / 3 };

struct mk_cc_reader *mk_cc_reader_new(struct mk_arena *arena)
{
    struct mk_cc_reader *reader = mk_arena_alloc(arena, sizeof(*reader));

    if (!reader)
        return NULL;
    for (unsigned i = 0; i < 4; i++) {
        reader->line21[i].arena = arena;
        mk_608_reader_init(&reader->readers[i], i & 1, &reader->line21[i]);
    }
    for (unsigned i = 0; i < MK_708_SERVICES; i++)
        reader->services[i].list.arena = arena;
    return reader;
}

static void put_packet(struct mk_cc_reader *reader, int64_t time_us, unsigned kind,
                       const uint8_t *pair)
{
    if (kind == PACKET_START) {
        unsigned code = pair[0] & 0x3f;

        reader->packet_size = code ? code * 2 : 128;
        reader->packet_used = 0;
    }
    if (reader->packet_used + 2 > reader->packet_size)
        return;
    memcpy(reader->packet + reader->packet_used, pair, 2);
    reader->packet_used += 2;
    if (reader->packet_used == reader->packet_size)
        mk_708_read_packet(reader, time_us);
}

void mk_cc_reader_put(struct mk_cc_reader *reader, int64_t time_us, const uint8_t *triplets,
                      size_t size)
{
    for (; size >= 3; size -= 3, triplets += 3) {
        unsigned kind = triplets[0] & KIND;

        if (!(triplets[0] & VALID))
            continue;
        if (kind == FIELD_1 || kind == FIELD_2) {
            for (unsigned i = 0; i < 2; i++)
                mk_608_reader_put(&reader->readers[kind * 2 + i], time_us, triplets[1],
                                  triplets[2]);
        } else {
            put_packet(reader, time_us, kind, triplets + 1);
        }
    }
}

mockets_status mk_cc_reader_end(struct mk_cc_reader *reader, int64_t time_us, struct mk_cues *out,
                                struct mockets_error *err)
{
    struct mk_cue_list *found = NULL;

    for (unsigned i = 4; i-- > 0;)
        mk_608_reader_end(&reader->readers[i], time_us);
    for (unsigned i = 0; i < MK_708_SERVICES; i++)
        mk_708_end(&reader->services[i], time_us);
    for (unsigned i = 0; !found && i < 4; i++)
        found = reader->line21[i].count ? &reader->line21[i] : NULL;
    for (unsigned i = 0; !found && i < MK_708_SERVICES; i++)
        found = reader->services[i].list.count ? &reader->services[i].list : NULL;
    return mk_cue_list_finish(found ? found : &reader->line21[0], out, err);
}

static void put_triplet(uint8_t *to, unsigned kind, bool valid, uint8_t a, uint8_t b)
{
    to[0] = (uint8_t)(MARKERS | (valid ? VALID : 0) | kind);
    to[1] = a;
    to[2] = b;
}

static void put_field(struct mk_cc_writer *writer, unsigned field, int64_t frame, uint8_t *to)
{
    const struct mk_608_pairs *pairs = &writer->fields[field];
    size_t *next = &writer->next_pair[field];

    if (*next < pairs->count && pairs->items[*next].frame <= frame) {
        put_triplet(to, field, true, pairs->items[*next].bytes[0], pairs->items[*next].bytes[1]);
        ++*next;
    } else {
        put_triplet(to, field, true, 0x80, 0x80);
    }
}

void mk_cc_writer_frame(struct mk_cc_writer *writer, int64_t frame,
                        uint8_t bytes[MK_CC_FRAME_BYTES])
{
    put_field(writer, 0, frame, bytes);
    put_field(writer, 1, frame, bytes + 3);
    for (unsigned i = 2; i < TRIPLETS; i++) {
        const struct mk_708_packet *packet = &writer->packets[writer->next_packet];
        size_t used = writer->packet_used;

        if (writer->next_packet == writer->packet_count || packet->frame > frame) {
            put_triplet(bytes + i * 3, PACKET_DATA, false, 0, 0);
            continue;
        }
        put_triplet(bytes + i * 3, used ? PACKET_DATA : PACKET_START, true, packet->bytes[used],
                    packet->bytes[used + 1]);
        writer->packet_used += 2;
        if (writer->packet_used == packet->size) {
            writer->packet_used = 0;
            writer->next_packet++;
        }
    }
}
