#include "captions/cue.h"
#include "captions/language.h"
#include "check.h"

static struct mk_cues make(struct mk_arena *arena, const struct mk_cue *cues, size_t count)
{
    struct mk_cue_list list = {.arena = arena};
    struct mk_cues out;

    for (size_t i = 0; i < count; i++)
        mk_cue_list_add(&list, cues[i].start_us, cues[i].end_us, cues[i].text,
                        strlen(cues[i].text));
    assert_int_equal(mk_cue_list_finish(&list, &out, NULL), MOCKETS_OK);
    return out;
}

static void check(struct mk_cues found, const struct mk_cue *wanted, size_t count)
{
    assert_int_equal(found.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(found.items[i].start_us, wanted[i].start_us);
        assert_int_equal(found.items[i].end_us, wanted[i].end_us);
        assert_string_equal(found.items[i].text, wanted[i].text);
    }
}

static void tidies_and_orders(void **state)
{
    static const struct mk_cue given[] = {{50, MK_CUE_OPEN, "e"},
                                          {20, MK_CUE_OPEN, "\tb \n\n c\x01 "},
                                          {10, 20, " \n "},
                                          {30, 30, "never"},
                                          {20, 25, "a"}};
    static const struct mk_cue wanted[] = {{20, 25, "a"}, {20, 50, "b\nc"}, {50, 4000050, "e"}};
    struct mk_arena arena = {0};

    (void)state;
    check(make(&arena, given, CHECK_COUNT(given)), wanted, CHECK_COUNT(wanted));
    mk_arena_fini(&arena);
}

static void places(void **state)
{
    static const struct mk_cue given[] = {
        {0, 10, "a"}, {10, 20, "b"}, {20, 30, "c"}, {30, 40, "d"}};
    static const struct mk_cue wanted[] = {{100, 105, "b"}, {105, 115, "c"}, {115, 120, "d"}};
    struct mk_arena arena = {0};
    struct mk_cue_list list = {.arena = &arena};

    (void)state;
    mk_cues_place((struct mk_cues){given, 4}, (struct mk_cue_place){85, 100, 120}, &list);
    check((struct mk_cues){list.items, list.count}, wanted, CHECK_COUNT(wanted));
    mk_arena_fini(&arena);
}

static void flattens(void **state)
{
    static const struct mk_cue given[] = {
        {0, 30, "a"}, {10, 20, "b"}, {20, 25, "c"}, {40, 50, "d"}};
    static const struct mk_cue wanted[] = {
        {0, 10, "a"}, {10, 20, "a\nb"}, {20, 25, "a\nc"}, {25, 30, "a"}, {40, 50, "d"}};
    struct mk_arena arena = {0};
    struct mk_cue_list list = {.arena = &arena};

    (void)state;
    mk_cues_flatten((struct mk_cues){given, 4}, &list);
    check((struct mk_cues){list.items, list.count}, wanted, CHECK_COUNT(wanted));
    mk_arena_fini(&arena);
}

static void knows_languages(void **state)
{
    (void)state;
    assert_true(mk_language_same("en", "ENG"));
    assert_true(mk_language_same("ger", "deu"));
    assert_true(mk_language_same("xyz", "xyz"));
    assert_false(mk_language_same("en", "de"));
    assert_false(mk_language_same("und", "en"));
    assert_string_equal(mk_language_three("fr"), "fra");
    assert_string_equal(mk_language_three("chi"), "zho");
    assert_string_equal(mk_language_three("xyz"), "xyz");
    assert_string_equal(mk_language_three("xx"), "und");
    assert_false(mk_language_valid("e1"));
    assert_false(mk_language_valid(""));
    assert_true(mk_language_valid("sgn"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tidies_and_orders),
        cmocka_unit_test(places),
        cmocka_unit_test(flattens),
        cmocka_unit_test(knows_languages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
