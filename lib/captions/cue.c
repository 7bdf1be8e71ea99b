#include "captions/cue.h"

#include <stdlib.h>
#include <string.h>

/* More than anybody reads: a film of ten hours with ten captions a second. */
enum { MAX_CUES = 360000, MAX_TEXT = 8192 };

/* How long a last caption stays whose end nobody has told. */
static const int64_t LAST_US = 4 * 1000 * 1000;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Copy @p text without control characters, blanks around its lines and empty lines. */
static size_t tidy(const char *text, size_t size, char *to)
{
    size_t used = 0, line = 0;

    for (size_t i = 0; i <= size; i++) {
        char c = '\n';

        if (i < size)
            c = text[i];
        if (c == '\n') {
            while (used > line && is_blank(to[used - 1]))
                used--;
            if (used > line)
                to[used++] = '\n';
            line = used;
        } else if (((unsigned char)c >= ' ' && c != 0x7f) || c == '\t') {
            if (used > line || !is_blank(c))
                to[used++] = c;
        }
    }
    return used ? used - 1 : 0;
}

static bool make_room(struct mk_cue_list *list)
{
    size_t room = list->room ? list->room * 2 : 64;
    struct mk_cue *items;

    if (list->count < list->room)
        return true;
    items = list->count < MAX_CUES ? mk_arena_array(list->arena, room, sizeof(*items)) : NULL;
    if (!items) {
        list->failed = true;
        return false;
    }
    if (list->count)
        memcpy(items, list->items, list->count * sizeof(*items));
    list->items = items;
    list->room = room;
    return true;
}

void mk_cue_list_add(struct mk_cue_list *list, int64_t start_us, int64_t end_us, const char *text,
                     size_t size)
{
    char tidied[MAX_TEXT + 1];
    size_t used;
    char *copy;

    if (size > MAX_TEXT) {
        list->failed = true;
        return;
    }
    used = tidy(text, size, tidied);
    if (!used || end_us <= start_us || !make_room(list))
        return;
    copy = mk_arena_memdup(list->arena, tidied, used);
    if (!copy) {
        list->failed = true;
        return;
    }
    list->items[list->count++] = (struct mk_cue){start_us, end_us, copy};
}

static int by_start(const void *a, const void *b)
{
    const struct mk_cue *x = a, *y = b;

    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return (x->end_us > y->end_us) - (x->end_us < y->end_us);
}

static void close_ends(struct mk_cue_list *list)
{
    int64_t next_us = MK_CUE_OPEN;

    for (size_t i = list->count; i-- > 0;) {
        struct mk_cue *cue = &list->items[i];

        if (cue->end_us == MK_CUE_OPEN)
            cue->end_us = next_us != MK_CUE_OPEN ? next_us : cue->start_us + LAST_US;
        if (i > 0 && list->items[i - 1].start_us < cue->start_us)
            next_us = cue->start_us;
    }
}

mockets_status mk_cue_list_finish(struct mk_cue_list *list, struct mk_cues *out,
                                  struct mockets_error *err)
{
    if (list->failed)
        return mk_fail(err, MOCKETS_E_NOMEM, "there are more captions than can be kept");
    if (list->count)
        qsort(list->items, list->count, sizeof(*list->items), by_start);
    close_ends(list);
    *out = (struct mk_cues){list->items, list->count};
    return MOCKETS_OK;
}

void mk_cues_place(struct mk_cues in, struct mk_cue_place place, struct mk_cue_list *to)
{
    for (size_t i = 0; i < in.count; i++) {
        const struct mk_cue *cue = &in.items[i];
        int64_t start_us = cue->start_us + place.shift_us, end_us = cue->end_us + place.shift_us;

        if (start_us < place.from_us)
            start_us = place.from_us;
        if (end_us > place.until_us)
            end_us = place.until_us;
        if (end_us > start_us && make_room(to))
            to->items[to->count++] = (struct mk_cue){start_us, end_us, cue->text};
    }
}

static int by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* What is shown together: more cannot be read anyway. */
enum { MAX_TOGETHER = 16 };

struct together {
    const struct mk_cue *cues[MAX_TOGETHER];
    size_t count;
};

static void drop_ended(struct together *shown, int64_t now_us)
{
    size_t kept = 0;

    for (size_t i = 0; i < shown->count; i++) {
        if (shown->cues[i]->end_us > now_us)
            shown->cues[kept++] = shown->cues[i];
    }
    shown->count = kept;
}

static void add_together(const struct together *shown, int64_t start_us, int64_t end_us,
                         struct mk_cue_list *to)
{
    char text[MAX_TEXT];
    size_t used = 0;

    for (size_t i = 0; i < shown->count; i++) {
        size_t size = strlen(shown->cues[i]->text);

        if (used + size + 1 > sizeof(text))
            break;
        if (used)
            text[used++] = '\n';
        memcpy(text + used, shown->cues[i]->text, size);
        used += size;
    }
    mk_cue_list_add(to, start_us, end_us, text, used);
}

void mk_cues_flatten(struct mk_cues in, struct mk_cue_list *to)
{
    int64_t *times = mk_arena_array(to->arena, in.count * 2 + 1, sizeof(*times));
    struct together shown = {.count = 0};
    size_t next = 0, count = 0;

    if (!times) {
        to->failed = true;
        return;
    }
    for (size_t i = 0; i < in.count; i++) {
        times[count++] = in.items[i].start_us;
        times[count++] = in.items[i].end_us;
    }
    if (count)
        qsort(times, count, sizeof(*times), by_time);
    for (size_t t = 0; t + 1 < count; t++) {
        if (times[t] == times[t + 1])
            continue;
        drop_ended(&shown, times[t]);
        for (; next < in.count && in.items[next].start_us <= times[t]; next++) {
            if (shown.count < MAX_TOGETHER)
                shown.cues[shown.count++] = &in.items[next];
        }
        add_together(&shown, times[t], times[t + 1], to);
    }
}
