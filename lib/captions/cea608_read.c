#include <string.h>

#include "captions/cea608.h"
#include "captions/utf8.h"

enum { TEXT_BYTES = MK_608_ROWS * (MK_608_COLUMNS * 3 + 1) };

/* Miscellaneous control codes: the second byte. */
enum {
    RCL = 0x20, /* pop-on begins */
    BS = 0x21,
    DER = 0x24, /* erase to the end of the row */
    RU2 = 0x25,
    RU4 = 0x27,
    RDC = 0x29, /* paint-on begins */
    TR = 0x2a,
    RTD = 0x2b,
    EDM = 0x2c, /* erase what is shown */
    CR = 0x2d,
    ENM = 0x2e, /* erase what is loaded */
    EOC = 0x2f, /* show what is loaded */
};

void mk_608_reader_init(struct mk_608_reader *reader, unsigned channel, struct mk_cue_list *to)
{
    memset(reader, 0, sizeof(*reader));
    reader->channel = channel;
    reader->to = to;
    reader->row = MK_608_ROWS - 1;
}

static struct mk_608_screen *target(struct mk_608_reader *reader)
{
    bool shown = reader->mode == MK_608_ROLL_UP || reader->mode == MK_608_PAINT_ON;

    return &reader->screens[shown ? reader->shown : !reader->shown];
}

static size_t write_row(const uint16_t *cells, char *to)
{
    size_t used = 0;

    for (unsigned i = 0; i < MK_608_COLUMNS; i++)
        used += mk_utf8_write(cells[i] ? cells[i] : ' ', to + used);
    return used;
}

/* What is shown has been shown until now. */
static void flush(struct mk_608_reader *reader, int64_t time_us)
{
    struct mk_608_screen *screen = &reader->screens[reader->shown];
    char text[TEXT_BYTES];
    size_t used = 0;

    for (unsigned row = 0; screen->any && row < MK_608_ROWS; row++) {
        used += write_row(screen->cells[row], text + used);
        text[used++] = '\n';
    }
    mk_cue_list_add(reader->to, reader->since_us, time_us, text, used);
}

static void erase(struct mk_608_screen *screen)
{
    memset(screen, 0, sizeof(*screen));
}

static void put_char(struct mk_608_reader *reader, int64_t time_us, uint16_t point)
{
    struct mk_608_screen *screen = target(reader);

    if (reader->mode == MK_608_NONE || reader->mode == MK_608_TEXT || !point)
        return;
    if (!screen->any && screen == &reader->screens[reader->shown])
        reader->since_us = time_us;
    screen->any = true;
    if (reader->column == MK_608_COLUMNS)
        reader->column--;
    screen->cells[reader->row][reader->column++] = point;
}

static void back_up(struct mk_608_reader *reader)
{
    if (reader->column > 0)
        reader->column--;
    target(reader)->cells[reader->row][reader->column] = 0;
}

static void roll_up(struct mk_608_reader *reader, int64_t time_us)
{
    if (reader->mode == MK_608_ROLL_UP)
        return;
    flush(reader, time_us);
    erase(&reader->screens[0]);
    erase(&reader->screens[1]);
    reader->mode = MK_608_ROLL_UP;
    reader->row = MK_608_ROWS - 1;
    reader->column = 0;
}

static void swap(struct mk_608_reader *reader, int64_t time_us)
{
    flush(reader, time_us);
    reader->shown = !reader->shown;
    reader->since_us = time_us;
    reader->mode = MK_608_POP_ON;
}

static void control(struct mk_608_reader *reader, int64_t time_us, uint8_t code)
{
    struct mk_608_screen *shown = &reader->screens[reader->shown];

    switch (code) {
    case RCL:
        reader->mode = MK_608_POP_ON;
        break;
    case RDC:
        reader->mode = MK_608_PAINT_ON;
        break;
    case TR:
    case RTD:
        reader->mode = MK_608_TEXT;
        break;
    case BS:
        back_up(reader);
        break;
    case DER:
        memset(&target(reader)->cells[reader->row][reader->column], 0,
               (MK_608_COLUMNS - reader->column) * sizeof(uint16_t));
        break;
    case EDM:
        flush(reader, time_us);
        erase(shown);
        break;
    case CR: /* every line that rolls up is a caption of its own, until the next one begins */
        if (reader->mode == MK_608_ROLL_UP) {
            flush(reader, time_us);
            erase(shown);
            reader->column = 0;
        }
        break;
    case ENM:
        erase(&reader->screens[!reader->shown]);
        break;
    case EOC:
        swap(reader, time_us);
        break;
    default:
        if (code >= RU2 && code <= RU4)
            roll_up(reader, time_us);
    }
}

/* Preamble: the row, and where in it; by the first byte and bit 5 of the second. */
static void move(struct mk_608_reader *reader, uint8_t a, uint8_t b)
{
    static const uint8_t rows[8][2] = {{10, 10}, {0, 1}, {2, 3}, {11, 12},
                                       {13, 14}, {4, 5}, {6, 7}, {8, 9}};

    if (reader->mode != MK_608_ROLL_UP)
        reader->row = rows[a & 7][b >> 5 & 1];
    reader->column = b & 0x10 ? (b >> 1 & 7) * 4 : 0;
}

static void put_control(struct mk_608_reader *reader, int64_t time_us, uint8_t a, uint8_t b)
{
    a &= 0x17;
    if (b >= 0x40) {
        move(reader, a, b);
    } else if ((a == 0x14 || a == 0x15) && b < 0x30) {
        control(reader, time_us, b);
    } else if (a == 0x17 && b > 0x20 && b < 0x24) {
        reader->column += b - 0x20;
        if (reader->column > MK_608_COLUMNS)
            reader->column = MK_608_COLUMNS;
    } else if (a == 0x11 && b < 0x30) {
        put_char(reader, time_us, ' '); /* a change of style takes a column */
    } else if (a == 0x12 || a == 0x13) {
        back_up(reader);
        put_char(reader, time_us, mk_608_decode(a, b));
    } else {
        put_char(reader, time_us, mk_608_decode(a, b));
    }
}

void mk_608_reader_put(struct mk_608_reader *reader, int64_t time_us, uint8_t a, uint8_t b)
{
    bool again;

    a &= 0x7f;
    b &= 0x7f;
    if (a == 0 && b == 0)
        return;
    again = reader->last[0] == a && reader->last[1] == b;
    reader->last[0] = reader->last[1] = 0;
    if (a > 0 && a < 0x10) { /* data about programmes, until the next control code */
        reader->active = false;
    } else if (a < 0x20 && a) {
        if (again)
            return;
        reader->last[0] = a;
        reader->last[1] = b;
        reader->active = (a >> 3 & 1) == reader->channel;
        if (reader->active && b >= 0x20)
            put_control(reader, time_us, a, b);
    } else if (reader->active) {
        put_char(reader, time_us, mk_608_decode(0, a));
        put_char(reader, time_us, mk_608_decode(0, b));
    }
}

void mk_608_reader_end(struct mk_608_reader *reader, int64_t time_us)
{
    flush(reader, time_us);
    erase(&reader->screens[reader->shown]);
}
