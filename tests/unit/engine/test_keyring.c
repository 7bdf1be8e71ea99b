#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/keyring.h"

#define ONE   "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OTHER "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="
#define ARN   "arn:aws:kms:us-east-1:000000000000:"

static mockets_status load(const char *text, struct mk_keyring **out, struct mockets_error *err)
{
    FILE *file = fopen("keys", "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    fclose(file);
    return mk_keyring_open("keys", out, err);
}

static void reads_its_file(void **state)
{
    static const struct {
        const char *text, *message; /* NULL: it is right */
    } rows[] = {
        {"a " ONE, NULL},
        {"# two\r\n\n  a\t" ONE " \r\nb " OTHER "\n", NULL},
        {"", "line 1 of the key file keys: there is no key in it"},
        {"# a\n", "line 2 of the key file keys: there is no key in it"},
        {"a\n", "line 1 of the key file keys: write the name, a blank, and 256 bits in base64"},
        {"a " ONE "\nb AAAA", "line 2 of the key file keys: write the name, a blank, and 256 bits "
                              "in base64"},
        {"a A" ONE, "line 1 of the key file keys: write the name, a blank, and 256 bits in base64"},
        {"a " ONE "\na " OTHER, "line 2 of the key file keys: this name has a key already"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_keyring *keyring = NULL;
        struct mockets_error err = {0};

        assert_int_equal(load(rows[i].text, &keyring, &err),
                         rows[i].message ? MOCKETS_E_INVALID : MOCKETS_OK);
        assert_string_equal(err.message, rows[i].message ? rows[i].message : "");
        mk_keyring_close(&keyring);
    }
}

static void refuses_a_file_that_is_none(void **state)
{
    struct mk_keyring *keyring = NULL;
    char name[300] = {0};
    struct mockets_error err;

    (void)state;
    assert_int_not_equal(mk_keyring_open("none", &keyring, &err), MOCKETS_OK);
    assert_int_not_equal(mk_keyring_open("/dev/zero", &keyring, &err), MOCKETS_OK);
    assert_int_not_equal(mk_keyring_open("/", &keyring, &err), MOCKETS_OK);
    memset(name, 'x', sizeof(name) - 1);
    assert_int_equal(load(name, &keyring, &err), MOCKETS_E_INVALID);
    assert_null(keyring);
}

static void wraps_and_unwraps(void **state)
{
    static const uint8_t secret[32] = "0123456789abcdef0123456789abcde";
    static const char *const names[] = {NULL,        "",  "alias/b",  ARN "alias/b",
                                        ARN "key/c", "c", ARN "key/d"};
    struct mk_keyring *keyring = NULL;

    (void)state;
    assert_int_equal(load("alias/b " ONE "\nc " OTHER "\n" ARN "key/d " ONE, &keyring, NULL), 0);
    for (size_t i = 0; i < 3 * sizeof(names) / sizeof(names[0]); i++) {
        size_t size = 16 + 8 * (i % 3), wrapped_size = 0, key_size = 0;
        uint8_t wrapped[MK_WRAPPED_KEY_BYTES], key[MK_DATA_KEY_BYTES];

        assert_int_equal(
            mk_keyring_wrap(keyring, names[i / 3], secret, size, wrapped, &wrapped_size, NULL),
            MOCKETS_OK);
        assert_int_equal(mk_keyring_unwrap(keyring, wrapped, wrapped_size, key, &key_size, NULL),
                         MOCKETS_OK);
        assert_int_equal(key_size, size);
        assert_memory_equal(key, secret, size);
        /* Whatever is changed or cut off is noticed. */
        for (size_t k = 0; k < wrapped_size; k++) {
            wrapped[k] ^= 0x20;
            assert_int_equal(
                mk_keyring_unwrap(keyring, wrapped, wrapped_size, key, &key_size, NULL),
                MOCKETS_E_UNDECRYPTABLE);
            wrapped[k] ^= 0x20;
            assert_int_equal(mk_keyring_unwrap(keyring, wrapped, k, key, &key_size, NULL),
                             MOCKETS_E_UNDECRYPTABLE);
        }
    }
    mk_keyring_close(&keyring);
}

static void knows_no_other_name(void **state)
{
    static const char *const names[] = {"b", "alias/", ARN "alias/c", ARN, "key/alias/x"};
    struct mk_keyring *keyring = NULL;
    uint8_t wrapped[MK_WRAPPED_KEY_BYTES];
    struct mockets_error err;
    size_t size = 0;

    (void)state;
    assert_int_equal(load("alias/b " ONE, &keyring, NULL), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_equal(mk_keyring_wrap(keyring, names[i], (const uint8_t *)"0123456789abcdef", 16,
                                         wrapped, &size, &err),
                         MOCKETS_E_NOT_FOUND);
    mk_keyring_close(&keyring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_its_file),
        cmocka_unit_test(refuses_a_file_that_is_none),
        cmocka_unit_test(wraps_and_unwraps),
        cmocka_unit_test(knows_no_other_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
