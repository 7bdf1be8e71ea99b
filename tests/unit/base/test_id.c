#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/id.h"

static void ids_have_the_services_shape(void **state)
{
    char id[MK_ID_SIZE];
    struct mockets_error err;

    (void)state;
    for (int i = 0; i < 200; i++) {
        assert_int_equal(mk_id_new(1351620000001, id, &err), MOCKETS_OK);
        assert_int_equal(strlen(id), 20);
        assert_int_equal(strncmp(id, "1351620000001-", 14), 0);
        assert_int_equal(strspn(id + 14, "abcdefghijklmnopqrstuvwxyz0123456789"), 6);
    }
    assert_int_equal(mk_id_new(5, id, &err), MOCKETS_OK);
    assert_int_equal(strncmp(id, "0000000000005-", 14), 0);
}

static void uuids_are_of_version_4(void **state)
{
    char uuid[MK_UUID_SIZE];
    struct mockets_error err;

    (void)state;
    for (int i = 0; i < 200; i++) {
        assert_int_equal(mk_uuid_new(uuid, &err), MOCKETS_OK);
        assert_int_equal(strlen(uuid), 36);
        for (int k = 0; k < 36; k++) {
            if (k == 8 || k == 13 || k == 18 || k == 23)
                assert_int_equal(uuid[k], '-');
            else
                assert_non_null(strchr("0123456789abcdef", uuid[k]));
        }
        assert_int_equal(uuid[14], '4');
        assert_non_null(strchr("89ab", uuid[19]));
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void they_differ(void **state)
{
    enum { COUNT = 2000 };
    static char uuids[COUNT][MK_UUID_SIZE];
    struct mockets_error err;

    (void)state;
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(mk_uuid_new(uuids[i], &err), MOCKETS_OK);
    qsort(uuids, COUNT, sizeof(uuids[0]), compare);
    for (int i = 1; i < COUNT; i++)
        assert_string_not_equal(uuids[i - 1], uuids[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_have_the_services_shape),
        cmocka_unit_test(uuids_are_of_version_4),
        cmocka_unit_test(they_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
