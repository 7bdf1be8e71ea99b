#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    struct mk_arena arena = {0};

    (void)state;
    for (size_t size = 0; size < 10000; size += 37) {
        unsigned char *memory = mk_arena_alloc(&arena, size);

        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xAA, size);
    }
    mk_arena_fini(&arena);
    assert_null(arena.head);
    assert_non_null(mk_arena_alloc(&arena, 1));
    mk_arena_fini(&arena);
    mk_arena_fini(&arena);
}

static void pieces_do_not_overlap(void **state)
{
    struct mk_arena arena = {0};
    char *pieces[500];

    (void)state;
    for (int i = 0; i < 500; i++) {
        pieces[i] = mk_arena_alloc(&arena, 33);
        memset(pieces[i], i & 0xFF, 33);
    }
    for (int i = 0; i < 500; i++) {
        for (int k = 0; k < 33; k++)
            assert_int_equal((unsigned char)pieces[i][k], i & 0xFF);
    }
    mk_arena_fini(&arena);
}

static void impossible_sizes_fail(void **state)
{
    struct mk_arena arena = {0};

    (void)state;
    assert_null(mk_arena_alloc(&arena, SIZE_MAX));
    assert_null(mk_arena_alloc(&arena, SIZE_MAX - 20));
    assert_null(mk_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(mk_arena_memdup(&arena, "x", SIZE_MAX));
    mk_arena_fini(&arena);
}

static void texts_are_copied(void **state)
{
    struct mk_arena arena = {0};
    char text[] = "text";
    char *copy = mk_arena_strdup(&arena, text);
    char *large;

    (void)state;
    text[0] = 'n';
    assert_string_equal(copy, "text");
    assert_null(mk_arena_strdup(&arena, NULL));
    assert_string_equal(mk_arena_memdup(&arena, "a\0bc", 4), "a");
    assert_memory_equal(mk_arena_memdup(&arena, "a\0bc", 4), "a\0bc", 5);
    assert_string_equal(mk_arena_memdup(&arena, NULL, 0), "");
    assert_string_equal(mk_arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
    large = mk_arena_printf(&arena, "%09000d", 1);
    assert_int_equal(strlen(large), 9000);
    mk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(impossible_sizes_fail),
        cmocka_unit_test(texts_are_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
