#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <malloc.h>

#include "base/heap.h"

enum { BLOCKS = 96, BLOCK_BYTES = 1000 * 1000 };

static char *blocks[BLOCKS];

static long resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long all, resident;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &all, &resident), 2);
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

/* Does Linux keep this flag of smaps(5) for the mapping of an address? */
static bool has_flag(const void *address, const char *flag)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    bool inside = false, found = false;
    char line[512];

    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        uintptr_t first, end;

        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &first, &end) == 2)
            inside = (uintptr_t)address >= first && (uintptr_t)address < end;
        else if (inside && !strncmp(line, "VmFlags:", 8))
            found = strstr(line, flag) != NULL;
    }
    fclose(file);
    return found;
}

static void use_and_free(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK_BYTES);
        assert_non_null(blocks[i]);
        memset(blocks[i], i, BLOCK_BYTES);
    }
    for (int i = 0; i < BLOCKS; i++)
        free(blocks[i]);
}

/* Set up twice, for nothing is to happen the second time. */
static void keeps_memory_until_it_is_given_back(void **state)
{
    static const long most = (long)BLOCKS * BLOCK_BYTES;
    bool ours = mallopt(M_ARENA_MAX, 1); /* a sanitizer's allocator says no */
    long before, kept;

    (void)state;
    mockets_heap_tune();
    mockets_heap_tune();
    for (int round = 0; round < 3; round++) {
        before = resident_bytes();
        use_and_free();
        kept = resident_bytes();
        if (ours)
            assert_true(kept - before > most * 9 / 10);
        mk_heap_give_back(round % 2);
        if (ours)
            assert_true(kept - resident_bytes() > most * 9 / 10);
    }
}

static void asks_for_large_pages(void **state)
{
    bool ours = mallopt(M_ARENA_MAX, 1);
    bool there = access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) == 0;

    (void)state;
    mockets_heap_tune();
    for (int large = 1; large >= 0; large--) {
        char *block;

        mk_heap_give_back(large);
        block = malloc(BLOCK_BYTES);
        assert_non_null(block);
        assert_int_equal(has_flag(block + BLOCK_BYTES / 2, " hg"), ours && there && large);
        free(block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_memory_until_it_is_given_back),
        cmocka_unit_test(asks_for_large_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
