#include <string.h>

#include "check.h"
#include "plan/play_ready.h"

static void reads_key_ids(void **state)
{
    static const struct {
        const char *text;
        bool right;
    } rows[] = {
        {"00112233-4455-6677-8899-aAbBcCdDeEfF", true},
        {"00112233445566778899aabbccddeeff", true},
        {"00112233445566778899aabbccddeef", false},
        {"00112233445566778899aabbccddeeff0", false},
        {"g0112233445566778899aabbccddeeff", false},
        {"", false},
        {NULL, false},
    };
    static const uint8_t bytes[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                      0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t id[16];

        assert_int_equal(mk_play_ready_key_id(rows[i].text, id), rows[i].right);
        if (rows[i].right)
            assert_memory_equal(id, bytes, sizeof(id));
    }
}

static void has_its_ceiling(void **state)
{
    static const uint8_t zeros[16];
    char url[40 * 1024];
    struct mockets_error err;
    struct mk_buf object;

    (void)state;
    memset(url, 'x', sizeof(url) - 1);
    url[sizeof(url) - 1] = '\0';
    mk_buf_init(&object, 64 * 1024);
    assert_int_equal(mk_play_ready_object(zeros, zeros, url, &object, &err), MOCKETS_E_NOMEM);
    mk_buf_fini(&object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_key_ids),
        cmocka_unit_test(has_its_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
