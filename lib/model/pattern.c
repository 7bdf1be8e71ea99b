#include "model/pattern.h"

#include <assert.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The pattern is walked as text, without compiling it. What is carried along is the set of all
 * places in the subject where the part of the pattern seen so far can end, so nothing is ever
 * tried twice.
 */

enum { WORD_BITS = 64, WORDS = MK_PATTERN_LONGEST / WORD_BITS + 1 };

/** Places in the subject: bit n = before its byte n. */
struct places {
    uint64_t words[WORDS];
};

struct subject {
    const char *text;
    size_t size;
    size_t words; /* of a set of places that are in use */
};

struct repeat {
    unsigned min, max;
};

static const char *match_alternatives(const struct subject *subject, const char *pattern,
                                      const struct places *from, struct places *to);

static void clear(const struct subject *subject, struct places *places)
{
    memset(places->words, 0, subject->words * sizeof(places->words[0]));
}

static void copy(const struct subject *subject, struct places *to, const struct places *from)
{
    memcpy(to->words, from->words, subject->words * sizeof(to->words[0]));
}

static void add(struct places *places, size_t at)
{
    places->words[at / WORD_BITS] |= UINT64_C(1) << at % WORD_BITS;
}

static bool holds(const struct places *places, size_t at)
{
    return places->words[at / WORD_BITS] >> at % WORD_BITS & 1;
}

static bool is_empty(const struct subject *subject, const struct places *places)
{
    for (size_t i = 0; i < subject->words; i++) {
        if (places->words[i])
            return false;
    }
    return true;
}

/* Move what is in found but not in all to fresh, and add it to all. False if there was nothing. */
static bool merge(const struct subject *subject, struct places *all, const struct places *found,
                  struct places *fresh)
{
    uint64_t any = 0;

    for (size_t i = 0; i < subject->words; i++) {
        fresh->words[i] = found->words[i] & ~all->words[i];
        all->words[i] |= fresh->words[i];
        any |= fresh->words[i];
    }
    return any != 0;
}

static bool in_escape(char escape, char c)
{
    bool digit = c >= '0' && c <= '9';

    if (escape == 'd')
        return digit;
    if (escape == 'w')
        return digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    assert(strchr("\\.+*?{}()[]/|^$", escape));
    return c == escape;
}

/* pattern is behind the '['. */
static bool in_class(const char *pattern, char c)
{
    for (; *pattern != ']'; pattern++) {
        if (*pattern == '\\') {
            if (in_escape(*++pattern, c))
                return true;
        } else if (pattern[1] == '-' && pattern[2] != ']') {
            if (c >= pattern[0] && c <= pattern[2])
                return true;
            pattern += 2;
        } else if (*pattern == c) {
            return true;
        }
    }
    return false;
}

static bool in_atom(const char *atom, char c)
{
    switch (*atom) {
    case '.':
        return c != '\n' && c != '\r';
    case '\\':
        return in_escape(atom[1], c);
    case '[':
        return in_class(atom + 1, c);
    default:
        return c == *atom;
    }
}

/* Step over one character that the atom matches, from every place. */
static void match_character(const struct subject *subject, const char *atom,
                            const struct places *from, struct places *to)
{
    clear(subject, to);
    for (size_t i = 0; i < subject->words; i++) {
        for (uint64_t rest = from->words[i]; rest; rest &= rest - 1) {
            size_t at = i * WORD_BITS + (size_t)__builtin_ctzll(rest);

            if (at >= subject->size || !in_atom(atom, subject->text[at]))
                continue;
            at++;
            while (((unsigned char)subject->text[at] & 0xC0) == 0x80)
                at++;
            add(to, at);
        }
    }
}

static bool is_character(const char *atom)
{
    return *atom != '(' && *atom != '^' && *atom != '$';
}

static void match_atom(const struct subject *subject, const char *atom, const struct places *from,
                       struct places *to)
{
    size_t anchor = *atom == '^' ? 0 : subject->size;

    if (*atom == '(') {
        atom += atom[1] == '?' ? 3 : 1;
        match_alternatives(subject, atom, from, to);
    } else if (*atom == '^' || *atom == '$') {
        clear(subject, to);
        if (holds(from, anchor))
            add(to, anchor);
    } else {
        match_character(subject, atom, from, to);
    }
}

/* The end of the atom that starts here. */
static const char *skip_atom(const char *pattern)
{
    unsigned depth = 0;

    do {
        assert(*pattern);
        if (*pattern == '\\') {
            pattern++;
        } else if (*pattern == '[') {
            while (*pattern != ']')
                pattern += *pattern == '\\' ? 2 : 1;
        } else if (*pattern == '(') {
            depth++;
        } else if (*pattern == ')') {
            depth--;
        }
        pattern++;
    } while (depth);
    return pattern;
}

static const char *parse_number(const char *pattern, unsigned *number)
{
    *number = 0;
    for (; *pattern >= '0' && *pattern <= '9'; pattern++)
        *number = *number * 10 + (unsigned)(*pattern - '0');
    return pattern;
}

/* What follows an atom. A "?" behind it (take as little as possible) changes no yes or no. */
static const char *parse_repeat(const char *pattern, struct repeat *repeat)
{
    *repeat = (struct repeat){1, 1};
    switch (*pattern) {
    case '*':
        *repeat = (struct repeat){0, UINT_MAX};
        break;
    case '+':
        *repeat = (struct repeat){1, UINT_MAX};
        break;
    case '?':
        *repeat = (struct repeat){0, 1};
        break;
    case '{':
        pattern = parse_number(pattern + 1, &repeat->min);
        repeat->max = repeat->min;
        if (*pattern == ',' && pattern[1] == '}')
            repeat->max = UINT_MAX, pattern++;
        else if (*pattern == ',')
            pattern = parse_number(pattern + 1, &repeat->max);
        assert(*pattern == '}');
        break;
    default:
        return pattern;
    }
    pattern++;
    return *pattern == '?' ? pattern + 1 : pattern;
}

static bool only_place(const struct subject *subject, const struct places *places, size_t *out)
{
    bool found = false;

    for (size_t i = 0; i < subject->words; i++) {
        uint64_t word = places->words[i];

        if (!word)
            continue;
        if (found || word & (word - 1))
            return false;
        found = true;
        *out = i * WORD_BITS + (size_t)__builtin_ctzll(word);
    }
    return found;
}

/* A character with its repetition from one place, which is nearly all of what there is to do. */
static void match_run(const struct subject *subject, const char *atom, struct repeat repeat,
                      size_t at, struct places *to)
{
    clear(subject, to);
    for (unsigned count = 0;; count++) {
        if (count >= repeat.min)
            add(to, at);
        if (count == repeat.max || at >= subject->size || !in_atom(atom, subject->text[at]))
            break;
        at++;
        while (((unsigned char)subject->text[at] & 0xC0) == 0x80)
            at++;
    }
}

/* One atom with its repetition, from all places in *places to all places in *places. */
static const char *match_piece(const struct subject *subject, const char *pattern,
                               struct places *places)
{
    struct repeat repeat;
    const char *end = parse_repeat(skip_atom(pattern), &repeat);
    struct places last, found;
    unsigned i;
    size_t at;

    if (is_empty(subject, places))
        return end;
    if (is_character(pattern) && only_place(subject, places, &at)) {
        match_run(subject, pattern, repeat, at, places);
        return end;
    }
    for (i = 0; i < repeat.min; i++) {
        match_atom(subject, pattern, places, &found);
        copy(subject, places, &found);
    }
    if (i == repeat.max)
        return end;
    copy(subject, &last, places);
    for (; i < repeat.max; i++) {
        match_atom(subject, pattern, &last, &found);
        if (!merge(subject, places, &found, &last))
            break;
    }
    return end;
}

/* Up to the closing bracket or the pattern's end; *to is the union over the alternatives. */
static const char *match_alternatives(const struct subject *subject, const char *pattern,
                                      const struct places *from, struct places *to)
{
    struct places places, fresh;

    clear(subject, to);
    for (;;) {
        copy(subject, &places, from);
        while (*pattern && *pattern != '|' && *pattern != ')')
            pattern = match_piece(subject, pattern, &places);
        merge(subject, to, &places, &fresh);
        if (*pattern != '|')
            return pattern;
        pattern++;
    }
}

enum verdict { NO, YES, NOT_WORDS };

/* Most patterns begin with, or are, words, "(^one$)|(^two$)": those are compared and not walked. */
static enum verdict match_words(const char *pattern, const char *text)
{
    for (;;) {
        size_t size;

        if (pattern[0] != '(' || pattern[1] != '^')
            return NOT_WORDS;
        pattern += 2;
        size = strcspn(pattern, "\\.+*?{}()[]|^$");
        if (pattern[size] != '$' || pattern[size + 1] != ')')
            return NOT_WORDS;
        if (!strncmp(text, pattern, size) && !text[size])
            return YES;
        pattern += size + 2;
        if (!*pattern)
            return NO;
        if (*pattern++ != '|')
            return NOT_WORDS;
    }
}

bool mk_pattern_match(const char *pattern, const char *text)
{
    struct subject subject = {.text = text, .size = strnlen(text, MK_PATTERN_LONGEST)};
    enum verdict verdict = match_words(pattern, text);
    struct places start, end;

    if (verdict != NOT_WORDS)
        return verdict == YES;
    if (subject.size >= MK_PATTERN_LONGEST)
        return false;
    subject.words = subject.size / WORD_BITS + 1;
    clear(&subject, &start);
    add(&start, 0);
    match_alternatives(&subject, pattern, &start, &end);
    return holds(&end, subject.size);
}
