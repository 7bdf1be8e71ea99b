#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "base/str.h"
#include "captions/text.h"
#include "captions/time.h"

/* TTML and its profiles (dfxp, ebu-tt, smpte-tt), read with expat: the only place that knows it. */

enum { MAX_DEPTH = 64, MAX_WORDS = 64 * 1024 };

struct level {
    int64_t begin_us, end_us; /* end: MK_CUE_OPEN if it is not told */
    bool collects;            /* a paragraph, or a span with times of its own */
    bool in_div, preserve;
    size_t mark; /* where its text begins in words */
};

struct ttml {
    struct mk_cue_list *to;
    XML_Parser parser;
    struct level levels[MAX_DEPTH];
    unsigned depth, collecting, divs;
    struct mk_buf words;
    double nominal_rate, rate, tick_rate; /* frames and ticks a second */
    bool smpte, drop;
    const char *fault;
};

static void give_up(struct ttml *ttml, const char *fault)
{
    if (!ttml->fault)
        ttml->fault = fault;
    XML_StopParser(ttml->parser, XML_FALSE);
}

/* Names come as "namespace|name"; nobody's profile needs the namespace to tell them apart. */
static const char *local(const char *name)
{
    const char *bar = strrchr(name, '|');

    return bar ? bar + 1 : name;
}

static const char *attribute(const char *const *attributes, const char *name)
{
    for (; *attributes; attributes += 2) {
        if (strcmp(local(attributes[0]), name) == 0)
            return attributes[1];
    }
    return NULL;
}

/* ---- times ---- */

static const struct {
    const char *unit;
    double seconds; /* 0: frames or ticks */
} units[] = {{"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 0.001}, {"f", 0}, {"t", 0}};

static bool parse_count(const struct ttml *ttml, double number, const char *unit, int64_t *us)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        double seconds = units[i].seconds;

        if (strcmp(units[i].unit, unit) != 0)
            continue;
        if (seconds == 0)
            seconds = 1 / (*unit == 'f' ? ttml->rate : ttml->tick_rate);
        if (!(number * seconds <= 1e9)) /* no number, either */
            return false;
        *us = (int64_t)(number * seconds * 1e6 + 0.5);
        return true;
    }
    return false;
}

/* Seconds that a label counts, and frames behind them: a label is no clock at 29.97. */
static int64_t frames_us(const struct ttml *ttml, int64_t seconds, double frames)
{
    double total = (double)seconds * ttml->nominal_rate + frames;
    int64_t minutes = seconds / 60;

    if (!ttml->smpte)
        return seconds * 1000000 + (int64_t)(frames / ttml->rate * 1e6 + 0.5);
    if (ttml->drop)
        total -= 2.0 * (double)(minutes - minutes / 10);
    return (int64_t)(total / ttml->rate * 1e6 + 0.5);
}

static bool parse_time(const struct ttml *ttml, const char *text, int64_t *us)
{
    const char *colon = strchr(text, ':'), *rest;
    char *unit;
    double frames;

    while (*text == ' ')
        text++;
    if (!colon) {
        double number = strtod(text, &unit);

        return unit != text && *text >= '0' && *text <= '9' && parse_count(ttml, number, unit, us);
    }
    rest = mk_caption_time_parse(text, text + strlen(text), us);
    if (!rest || *us % 1000000 || *rest != ':') {
        if (rest && ttml->smpte && *us % 1000000 == 0)
            *us = frames_us(ttml, *us / 1000000, 0);
        return rest != NULL;
    }
    frames = strtod(rest + 1, &unit);
    if (unit == rest + 1 || !(frames >= 0 && frames <= 1000))
        return false;
    *us = frames_us(ttml, *us / 1000000, frames);
    return true;
}

static void read_rates(struct ttml *ttml, const char *const *attributes)
{
    const char *rate = attribute(attributes, "frameRate");
    const char *multiplier = attribute(attributes, "frameRateMultiplier");
    const char *tick = attribute(attributes, "tickRate");
    double numerator = 1, denominator = 1;
    char *rest;

    if (rate && strtod(rate, NULL) >= 1 && strtod(rate, NULL) <= 1000)
        ttml->nominal_rate = strtod(rate, NULL);
    if (multiplier) {
        numerator = strtod(multiplier, &rest);
        denominator = strtod(rest + (*rest == ':'), NULL);
    }
    ttml->rate = ttml->nominal_rate;
    if (numerator > 1e-6 && denominator > 1e-6 && numerator < 1e6 && denominator < 1e6)
        ttml->rate *= numerator / denominator;
    ttml->tick_rate = rate ? ttml->rate : 1;
    if (tick && strtod(tick, NULL) >= 1)
        ttml->tick_rate = strtod(tick, NULL);
    ttml->smpte = mk_str_eq(attribute(attributes, "timeBase"), "smpte");
    ttml->drop = mk_str_eq(attribute(attributes, "dropMode"), "dropNTSC");
}

/* begin, end and dur are told from the begin of what is around. */
static bool read_times(const struct ttml *ttml, const char *const *attributes,
                       const struct level *around, struct level *level)
{
    const char *begin = attribute(attributes, "begin"), *end = attribute(attributes, "end"),
               *length = attribute(attributes, "dur");
    int64_t us;

    if (begin) {
        if (!parse_time(ttml, begin, &us))
            return false;
        level->begin_us = around->begin_us + us;
    }
    if (end) {
        if (!parse_time(ttml, end, &us))
            return false;
        if (around->begin_us + us < level->end_us)
            level->end_us = around->begin_us + us;
    }
    if (length) {
        if (!parse_time(ttml, length, &us))
            return false;
        if (level->begin_us + us < level->end_us)
            level->end_us = level->begin_us + us;
    }
    return true;
}

/* ---- elements ---- */

static bool is_timed(const char *const *attributes)
{
    return attribute(attributes, "begin") || attribute(attributes, "end") ||
           attribute(attributes, "dur");
}

static void XMLCALL start(void *user, const char *full_name, const char **attributes)
{
    struct ttml *ttml = user;
    const char *name = local(full_name), *space = attribute(attributes, "space");
    struct level *level = &ttml->levels[ttml->depth], *around = level;

    if (ttml->depth == MAX_DEPTH) {
        give_up(ttml, "its elements are nested too deeply");
        return;
    }
    if (ttml->depth == 0) {
        *level = (struct level){.end_us = MK_CUE_OPEN};
        if (strcmp(name, "tt") != 0)
            give_up(ttml, "it is XML, but no timed text");
        read_rates(ttml, attributes);
    } else {
        around = level - 1;
        *level = *around;
    }
    ttml->depth++;
    level->collects = false;
    if (space)
        level->preserve = strcmp(space, "preserve") == 0;
    if (strcmp(name, "div") == 0) {
        ttml->divs += !level->in_div;
        level->in_div = true;
    }
    if (strcmp(name, "br") == 0 && ttml->collecting)
        mk_buf_putc(&ttml->words, '\n');
    if (ttml->depth > 1 && !read_times(ttml, attributes, around, level))
        give_up(ttml, "a time in it cannot be understood");
    if (strcmp(name, "p") == 0 || (ttml->collecting && is_timed(attributes))) {
        level->collects = true;
        level->mark = ttml->words.size;
        ttml->collecting++;
    }
}

static void XMLCALL end(void *user, const char *name)
{
    struct ttml *ttml = user;
    struct level *level = &ttml->levels[--ttml->depth];

    (void)name;
    if (!level->collects)
        return;
    ttml->collecting--;
    if (ttml->divs <= 1 && ttml->words.size > level->mark)
        mk_cue_list_add(ttml->to, level->begin_us, level->end_us, ttml->words.data + level->mark,
                        ttml->words.size - level->mark);
    ttml->words.size = level->mark;
}

static void XMLCALL words(void *user, const char *text, int size)
{
    struct ttml *ttml = user;
    bool preserve = ttml->levels[ttml->depth - 1].preserve;
    struct mk_buf *to = &ttml->words;

    for (int i = 0; ttml->collecting && i < size; i++) {
        bool blank = strchr(" \t\r\n", text[i]) != NULL;
        bool after_blank = !to->size || to->data[to->size - 1] == ' ';

        if (!blank || preserve)
            mk_buf_putc(to, text[i]);
        else if (!after_blank)
            mk_buf_putc(to, ' ');
    }
}

mockets_status mk_ttml_read(const char *text, size_t size, struct mk_cue_list *to,
                            struct mockets_error *err)
{
    struct ttml ttml = {.to = to, .nominal_rate = 30, .rate = 30, .tick_rate = 1};
    mockets_status rc = MOCKETS_OK;
    enum XML_Status status;

    ttml.parser = XML_ParserCreateNS(NULL, '|');
    if (!ttml.parser)
        return mk_fail_nomem(err);
    mk_buf_init(&ttml.words, MAX_WORDS);
    XML_SetUserData(ttml.parser, &ttml);
    XML_SetElementHandler(ttml.parser, start, end);
    XML_SetCharacterDataHandler(ttml.parser, words);
    status = XML_Parse(ttml.parser, text, (int)size, XML_TRUE);
    if (ttml.fault)
        rc = mk_fail(err, MOCKETS_E_MEDIA, "%s", ttml.fault);
    else if (XML_GetErrorCode(ttml.parser) == XML_ERROR_NO_MEMORY)
        rc = mk_fail_nomem(err);
    else if (status != XML_STATUS_OK)
        rc = mk_fail(err, MOCKETS_E_MEDIA, "line %lu: %s",
                     (unsigned long)XML_GetCurrentLineNumber(ttml.parser),
                     XML_ErrorString(XML_GetErrorCode(ttml.parser)));
    else if (ttml.words.failed)
        rc = mk_fail(err, MOCKETS_E_MEDIA, "a paragraph in it is too long");
    mk_buf_fini(&ttml.words);
    XML_ParserFree(ttml.parser);
    return rc;
}
