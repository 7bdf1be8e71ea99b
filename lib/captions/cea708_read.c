#include <string.h>

#include "captions/cea708.h"
#include "captions/utf8.h"

enum { TEXT_BYTES = 4096 };

/* Commands. Those from 0x80 on have as many bytes behind them as lengths[] says. */
enum {
    BS = 0x08,
    FF = 0x0c,
    CR = 0x0d,
    HCR = 0x0e,
    EXT1 = 0x10,
    P16 = 0x18,
    CW0 = 0x80,
    CLW = 0x88,
    DSW = 0x89,
    HDW = 0x8a,
    TGW = 0x8b,
    DLW = 0x8c,
    RST = 0x8f,
    SPL = 0x92,
    DF0 = 0x98,
};
static const uint8_t lengths[32] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0,
                                    2, 3, 2, 0, 0, 0, 0, 4, 6, 6, 6, 6, 6, 6, 6, 6};

/* Append the rows of a window, as long as they fit. */
static size_t write_window(const struct mk_708_window *window, char *text, size_t used)
{
    for (unsigned row = 0; row < MK_708_ROWS; row++) {
        unsigned columns = MK_708_COLUMNS;

        while (columns > 0 && !window->cells[row][columns - 1])
            columns--;
        if (!columns || used + columns * 3 + 1 > TEXT_BYTES)
            continue;
        for (unsigned i = 0; i < columns; i++)
            used += mk_utf8_write(window->cells[row][i] ? window->cells[row][i] : ' ', text + used);
        text[used++] = '\n';
    }
    return used;
}

/* Commands come while a text stays: then it is one caption still. */
static void join_last(struct mk_cue_list *list)
{
    struct mk_cue *last = list->count > 1 ? &list->items[list->count - 1] : NULL;

    if (!last || last[-1].end_us != last->start_us || strcmp(last[-1].text, last->text) != 0)
        return;
    last[-1].end_us = last->end_us;
    list->count--;
}

/* What is shown has been shown until now. */
static void flush(struct mk_708_service *service, int64_t time_us)
{
    char text[TEXT_BYTES];
    size_t used = 0;

    for (unsigned anchor = 0; anchor < 128; anchor++) {
        for (unsigned w = 0; w < MK_708_WINDOWS; w++) {
            const struct mk_708_window *window = &service->windows[w];

            if (window->visible && window->any && window->anchor == anchor)
                used = write_window(window, text, used);
        }
    }
    mk_cue_list_add(&service->list, service->since_us, time_us, text, used);
    join_last(&service->list);
    service->since_us = time_us;
}

static void clear(struct mk_708_window *window)
{
    memset(window->cells, 0, sizeof(window->cells));
    window->any = false;
    window->row = window->column = 0;
}

static void put_char(struct mk_708_service *service, int64_t time_us, uint16_t point)
{
    struct mk_708_window *window = &service->windows[service->current];
    bool shows = false;

    if (!window->defined || !point)
        return;
    for (unsigned w = 0; w < MK_708_WINDOWS; w++)
        shows = shows || (service->windows[w].visible && service->windows[w].any);
    if (!shows && window->visible)
        service->since_us = time_us;
    window->any = true;
    if (window->column < MK_708_COLUMNS)
        window->cells[window->row][window->column++] = point;
}

static void new_line(struct mk_708_service *service, int64_t time_us)
{
    struct mk_708_window *window = &service->windows[service->current];

    window->column = 0;
    if (window->row + 1 < window->rows && window->row + 1 < MK_708_ROWS) {
        window->row++;
        return;
    }
    if (window->visible)
        flush(service, time_us);
    memmove(window->cells[0], window->cells[1], sizeof(window->cells[0]) * (MK_708_ROWS - 1));
    memset(window->cells[window->row], 0, sizeof(window->cells[0]));
}

static void define(struct mk_708_service *service, unsigned w, const uint8_t *with)
{
    struct mk_708_window *window = &service->windows[w];

    if (!window->defined)
        clear(window);
    window->defined = true;
    window->visible = with[0] & 0x20;
    window->anchor = with[1] & 0x7f;
    window->rows = (with[3] & 0x0f) + 1;
    window->columns = (with[4] & 0x3f) + 1;
    service->current = w;
}

static void change_windows(struct mk_708_service *service, uint8_t code, unsigned which)
{
    for (unsigned w = 0; w < MK_708_WINDOWS; w++) {
        struct mk_708_window *window = &service->windows[w];

        if (!(which >> w & 1) || !window->defined)
            continue;
        if (code == CLW || code == DLW)
            clear(window);
        if (code == DSW || (code == TGW && !window->visible))
            window->visible = true;
        else if (code != CLW)
            window->visible = false;
        if (code == DLW)
            window->defined = false;
    }
}

static void command(struct mk_708_service *service, int64_t time_us, uint8_t code,
                    const uint8_t *with)
{
    struct mk_708_window *window = &service->windows[service->current];

    if (code < CLW) {
        service->current = code - CW0;
    } else if (code >= CLW && code <= DLW) {
        flush(service, time_us);
        change_windows(service, code, with[0]);
    } else if (code == RST) {
        flush(service, time_us);
        memset(service->windows, 0, sizeof(service->windows));
    } else if (code == SPL) {
        window->row = with[0] & 0x0f;
        window->column = with[1] & 0x3f;
        if (window->column > MK_708_COLUMNS) /* more can be said than a window has */
            window->column = MK_708_COLUMNS;
    } else if (code >= DF0) {
        flush(service, time_us);
        define(service, code - DF0, with);
    }
}

static void put_low(struct mk_708_service *service, int64_t time_us, uint8_t code)
{
    struct mk_708_window *window = &service->windows[service->current];

    if (code == BS && window->column > 0) {
        window->cells[window->row][--window->column] = 0;
    } else if (code == CR) {
        new_line(service, time_us);
    } else if (code == HCR) {
        memset(window->cells[window->row], 0, sizeof(window->cells[0]));
        window->column = 0;
    } else if (code == FF) {
        if (window->visible)
            flush(service, time_us);
        clear(window);
    }
}

/* The second set of characters, behind EXT1. */
static uint16_t extended(uint8_t byte)
{
    static const struct {
        uint8_t byte;
        uint16_t point;
    } points[] = {
        {0x20, ' '},    {0x21, 0xa0},   {0x25, 0x2026}, {0x2a, 0x160},  {0x2c, 0x152},
        {0x30, 0x2588}, {0x31, 0x2018}, {0x32, 0x2019}, {0x33, 0x201c}, {0x34, 0x201d},
        {0x35, 0x2022}, {0x39, 0x2122}, {0x3a, 0x161},  {0x3c, 0x153},  {0x3f, 0x178},
    };

    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
        if (points[i].byte == byte)
            return points[i].point;
    }
    return byte >= 0x20 ? '_' : 0;
}

static void read_block(struct mk_708_service *service, int64_t time_us, const uint8_t *at,
                       const uint8_t *end)
{
    while (at < end) {
        uint8_t code = *at++;
        unsigned more = code == P16 ? 2 : code == EXT1 ? 1 : 0;

        if (code >= 0x80 && code < 0xa0)
            more = lengths[code - 0x80];
        else if (code < 0x20 && !more)
            more = code >= 0x18 ? 2 : code >= 0x10 ? 1 : 0;
        if ((size_t)(end - at) < more)
            return;
        if (code == P16)
            put_char(service, time_us, (uint16_t)(at[0] << 8 | at[1]));
        else if (code == EXT1)
            put_char(service, time_us, extended(at[0]));
        else if (code < 0x20)
            put_low(service, time_us, code);
        else if (code >= 0x80 && code < 0xa0)
            command(service, time_us, code, at);
        else
            put_char(service, time_us, code == 0x7f ? 0x266a : code);
        at += more;
    }
}

void mk_708_read_packet(struct mk_cc_reader *reader, int64_t time_us)
{
    const uint8_t *at = reader->packet + 1, *end = reader->packet + reader->packet_size;

    while (at < end) {
        unsigned number = *at >> 5, size = *at & 0x1f;

        at++;
        if (number == 7 && at < end)
            number = *at++ & 0x3f;
        if (!number || (size_t)(end - at) < size)
            return;
        if (number <= MK_708_SERVICES)
            read_block(&reader->services[number - 1], time_us, at, at + size);
        at += size;
    }
}

void mk_708_end(struct mk_708_service *service, int64_t time_us)
{
    flush(service, time_us);
    memset(service->windows, 0, sizeof(service->windows));
}
