#ifndef MK_CAPTIONS_CEA708_H
#define MK_CAPTIONS_CEA708_H

#include "captions/cea608.h"

/* Captions of digital television: what a frame carries (CEA-708), line 21 included. */

enum { MK_708_SERVICES = 6, MK_708_WINDOWS = 8, MK_708_ROWS = 16, MK_708_COLUMNS = 42 };

struct mk_708_window {
    bool defined, visible, any;
    unsigned anchor, rows, columns, row, column;
    uint16_t cells[MK_708_ROWS][MK_708_COLUMNS]; /* code points; 0 = nothing */
};

struct mk_708_service {
    struct mk_cue_list list;
    struct mk_708_window windows[MK_708_WINDOWS];
    unsigned current;
    int64_t since_us;
};

/** Reads the captions of frames into cues. */
struct mk_cc_reader {
    struct mk_cue_list line21[4]; /* CC1 … CC4 */
    struct mk_608_reader readers[4];
    struct mk_708_service services[MK_708_SERVICES];
    uint8_t packet[128];
    size_t packet_size, packet_used;
};

/** @return a reader in the arena, which also keeps its cues; or NULL */
struct mk_cc_reader *mk_cc_reader_new(struct mk_arena *arena);

/** The @p size bytes of a frame: triplets of kind and pair. In the order of presentation. */
void mk_cc_reader_put(struct mk_cc_reader *reader, int64_t time_us, const uint8_t *triplets,
                      size_t size);

/** The film ends. Takes the first channel that is not empty: CC1 … CC4, then the services. */
mockets_status mk_cc_reader_end(struct mk_cc_reader *reader, int64_t time_us, struct mk_cues *out,
                                struct mockets_error *err);

/* cea708_read.c: a packet of services has come */
void mk_708_read_packet(struct mk_cc_reader *reader, int64_t time_us);
void mk_708_end(struct mk_708_service *service, int64_t time_us);

/** Bytes a frame at 29.97 or 30 frames a second: 20 triplets. */
enum { MK_CC_FRAME_BYTES = 60 };

/** A packet of CEA-708 and the frame it is to begin in. */
struct mk_708_packet {
    int64_t frame;
    uint8_t size;
    uint8_t bytes[128];
};

/** Makes what the frames of a film carry. */
struct mk_cc_writer {
    struct mk_608_pairs fields[2];
    size_t next_pair[2];
    struct mk_708_packet *packets; /* in the order they are sent */
    size_t packet_count, next_packet, packet_used;
};

/** The first two tracks in line 21, the first MK_708_SERVICES in services. */
mockets_status mk_cc_writer_new(struct mk_caption_tracks tracks, int rate_num, int rate_den,
                                struct mk_arena *arena, struct mk_cc_writer **out,
                                struct mockets_error *err);

/** What frame @p frame carries; frames come in their order, none is left out. */
void mk_cc_writer_frame(struct mk_cc_writer *writer, int64_t frame,
                        uint8_t bytes[MK_CC_FRAME_BYTES]);

#endif
