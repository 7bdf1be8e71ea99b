#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "model/pattern.h"

static const struct {
    const char *pattern, *text;
    bool matches;
} rows[] = {
    {"^$", "", true},
    {"^$", "a", false},
    {"abc", "abc", true},
    {"abc", "abcd", false},
    {"(^a$)|(^b$)", "b", true},
    {"(^a$)|(^b$)", "ab", false},
    {"^\\d{13}-\\w{6}$", "1351620000001-000010", true},
    {"^\\d{13}-\\w{6}$", "1351620000001-00_0Z", false},
    {"^\\d{13}-\\w{6}$", "1351620000001-0_00Z9", true},
    {"^\\d{13}-\\w{6}$", "1351620000001-000010\n", false},
    {"^\\d{13}-\\w{6}$",
     "\xd9\xa1"
     "351620000001-000010",
     false}, /* an Arabic digit one */
    {"^(\\w|\\.|-){1,4}$", "a.-_", true},
    {"^(\\w|\\.|-){1,4}$", "a.-_b", false},
    {"^(\\w|\\.|-){1,4}$", "a/b", false},
    {"^\\d{1,5}(\\.\\d{0,5})?$", "10", true},
    {"^\\d{1,5}(\\.\\d{0,5})?$", "10.", true},
    {"^\\d{1,5}(\\.\\d{0,5})?$", "10.12345", true},
    {"^\\d{1,5}(\\.\\d{0,5})?$", "10.123456", false},
    {"(^$)|(^.*\\{count\\}.*$)", "", true},
    {"(^$)|(^.*\\{count\\}.*$)", "t/{count}", true},
    {"(^$)|(^.*\\{count\\}.*$)", "t/{{count}}{count}-x", true},
    {"(^$)|(^.*\\{count\\}.*$)", "t/{coun}", false},
    {"(^$)|(^.*\\{count\\}.*$)", "{count}\nx", false},
    {"^(?:[A-Z\\+/]{2})*(?:[A-Z]=)?$", "AB+/", true},
    {"^(?:[A-Z\\+/]{2})*(?:[A-Z]=)?$", "AB+/C=", true},
    {"^(?:[A-Z\\+/]{2})*(?:[A-Z]=)?$", "AB+/C", false},
    {"^[+-]?a$", "-a", true},
    {"^[+-]?a$", "+-a", false},
    {"^\\d{1,4}?px$", "1234px", true},
    {"^\\d{1,4}?px$", "12345px", false},
    {"^.{1,3}$", "\xc3\xa9\xe6\x97\xa5z", true}, /* three characters in six bytes */
    {"^.{1,3}$", "\xc3\xa9\xe6\x97\xa5zz", false},
    {"^a{2,}$", "aaaaa", true},
    {"^a{2,}$", "a", false},
    {"^a.*b$", "a\xc3\xa9-b-b", true},
    {"^a.*b$", "a\xc3\xa9-b-c", false},
    {"^[ab]*b[ab]+$", "aabab", true},
    {"^[ab]*b[ab]+$", "aaab", false},
    {"(^auto$)|(^23.97$)|(^24$)", "auto", true},
    {"(^auto$)|(^23.97$)|(^24$)", "23.97", true},
    {"(^auto$)|(^23.97$)|(^24$)", "23x97", true},
    {"(^auto$)|(^23.97$)|(^24$)", "24", true},
    {"(^auto$)|(^23.97$)|(^24$)", "2", false},
    {"(^jpg$)|(^png$)", "png", true},
    {"(^jpg$)|(^png$)", "pn", false},
    {"(^jpg$)|(^png$)", "pngg", false},
    {"(^jpg$)|(^png$)", "", false},
    {"(^auto$)|(^\\d{2,4}$)", "auto", true},
    {"(^auto$)|(^\\d{2,4}$)", "1080", true},
    {"(^auto$)|(^\\d{2,4}$)", "autos", false},
    {"^H\\.264$", "H.264", true},
    {"^H\\.264$", "Hx264", false},
};

static void answers_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (mk_pattern_match(rows[i].pattern, rows[i].text) != rows[i].matches)
            fail_msg("row %zu: %s on \"%s\"", i, rows[i].pattern, rows[i].text);
    }
}

/* Patterns that make a backtracking matcher explode. */
static void is_never_slow(void **state)
{
    static const char *const hostile[] = {"^(a*)*b$", "^(a|a)*b$", "^(.*.*)*,.*.*$", "^(a?){64}b$"};
    char text[2 * MK_PATTERN_LONGEST];

    (void)state;
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        clock_t start = clock();

        memset(text, 'a', sizeof(text));
        text[MK_PATTERN_LONGEST - 1] = '\0';
        assert_false(mk_pattern_match(hostile[i], text));
        assert_true(clock() - start < 60 * CLOCKS_PER_SEC); /* of the processor */
    }
}

static void ends_at_the_longest(void **state)
{
    char text[MK_PATTERN_LONGEST + 1];

    (void)state;
    memset(text, 'a', sizeof(text));
    text[MK_PATTERN_LONGEST] = '\0';
    assert_false(mk_pattern_match("^a*$", text));
    text[MK_PATTERN_LONGEST - 1] = '\0';
    assert_true(mk_pattern_match("^a*$", text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_rows),
        cmocka_unit_test(is_never_slow),
        cmocka_unit_test(ends_at_the_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
