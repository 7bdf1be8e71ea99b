#ifndef MK_CAPTIONS_CEA608_H
#define MK_CAPTIONS_CEA608_H

#include "captions/cue.h"

/* Line 21 captions (CEA-608): pairs of bytes, one pair a frame and field. */

enum { MK_608_ROWS = 15, MK_608_COLUMNS = 32 };

enum mk_608_mode { MK_608_NONE, MK_608_POP_ON, MK_608_ROLL_UP, MK_608_PAINT_ON, MK_608_TEXT };

struct mk_608_screen {
    uint16_t cells[MK_608_ROWS][MK_608_COLUMNS]; /* code points; 0 = nothing */
    bool any;
};

/** Reads one channel of a field into cues. */
struct mk_608_reader {
    struct mk_cue_list *to;
    unsigned channel; /* 0 or 1: the first or the second of its field */
    bool active;      /* what comes is for this channel */
    uint8_t last[2];  /* the control code before, which may be repeated */
    enum mk_608_mode mode;
    unsigned row, column;
    struct mk_608_screen screens[2];
    unsigned shown;   /* which of them is on the screen */
    int64_t since_us; /* when it began to show something */
};

void mk_608_reader_init(struct mk_608_reader *reader, unsigned channel, struct mk_cue_list *to);

/** One pair, with or without parity; in the order of time. */
void mk_608_reader_put(struct mk_608_reader *reader, int64_t time_us, uint8_t a, uint8_t b);

/** The film ends: so does what is shown. */
void mk_608_reader_end(struct mk_608_reader *reader, int64_t time_us);

/** A pair with odd parity, and the frame that carries it. */
struct mk_608_pair {
    int64_t frame;
    uint8_t bytes[2];
};

struct mk_608_pairs {
    struct mk_608_pair *items; /* in the order of frames, one a frame at most */
    size_t count;
};

/**
 * Pop-on captions for the first channel of a field: loaded ahead, shown and erased on time, as
 * far as a pair a frame allows.
 *
 * @param rate_num, rate_den  frames per second
 * @param field               0 or 1
 */
mockets_status mk_608_write(struct mk_cues cues, int rate_num, int rate_den, unsigned field,
                            struct mk_arena *arena, struct mk_608_pairs *out,
                            struct mockets_error *err);

/* ---- characters ---- */

/** How a character is sent: one byte, or a control code (two bytes), or that over a plain one. */
struct mk_608_code {
    uint8_t control; /* 0: one byte */
    uint8_t byte;
    char instead; /* extended characters only: what older decoders show */
};

/** '?' if there is nothing like it. */
struct mk_608_code mk_608_encode(uint32_t point);

/** The character of a byte (control 0), or of a control code without its channel bit; 0 = none. */
uint16_t mk_608_decode(uint8_t control, uint8_t byte);

/** A line of at most @p columns characters off @p text, broken between words. 0 at the end. */
size_t mk_608_wrap(const char **text, uint32_t *points, size_t columns);

#endif
