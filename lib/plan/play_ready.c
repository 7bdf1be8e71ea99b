#include "plan/play_ready.h"

#include <string.h>

#include "base/base64.h"
#include "base/crypto.h"

enum { ID_BYTES = 16, CHECK_BYTES = 8, MAX_TEXT_BYTES = 32 * 1024 };

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) % 16 : -1;
}

bool mk_play_ready_key_id(const char *text, uint8_t out[16])
{
    size_t count = 0;

    for (; text && *text; text++) {
        if (*text == '-')
            continue;
        if (digit(*text) < 0 || count == 2 * ID_BYTES)
            return false;
        out[count / 2] = (uint8_t)(out[count / 2] << 4 | digit(*text));
        count++;
    }
    return count == 2 * ID_BYTES;
}

/* The first three groups of a GUID are numbers, and PlayReady stores them lowest byte first. */
static void turn(const uint8_t in[16], uint8_t out[16])
{
    static const uint8_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

    for (size_t i = 0; i < sizeof(order); i++)
        out[i] = in[order[i]];
}

/* The beginning of the key id, encrypted with the key: shows that a key is the right one. */
static mockets_status check_of(const uint8_t *key, const uint8_t id[16], uint8_t out[32],
                               struct mockets_error *err)
{
    struct mk_cipher_key cipher_key = {.mode = MK_CIPHER_CBC, .key_bytes = 16, .iv_bytes = 16};
    struct mk_cipher *cipher = NULL;
    size_t got = 0;
    mockets_status rc;

    memcpy(cipher_key.key, key, cipher_key.key_bytes);
    rc = mk_cipher_open(&cipher_key, false, &cipher, err); /* one block, no IV: as AES-ECB */
    if (!rc)
        rc = mk_cipher_update(cipher, id, ID_BYTES, out, &got, err);
    mk_cipher_close(&cipher);
    mk_wipe(&cipher_key, sizeof(cipher_key));
    return rc;
}

static void put_xml(const char *text, struct mk_buf *to)
{
    for (; *text; text++) {
        if (strchr("&<>\"'", *text))
            mk_buf_printf(to, "&#%d;", *text);
        else
            mk_buf_putc(to, (unsigned char)*text < ' ' ? '?' : *text); /* XML has no such */
    }
}

static void put_le(unsigned value, size_t bytes, struct mk_buf *to)
{
    for (; bytes--; value >>= 8)
        mk_buf_putc(to, (char)value);
}

/* One character of well-formed UTF-8. @return the next */
static const char *put_utf16(const char *at, struct mk_buf *to)
{
    unsigned char c = (unsigned char)*at++;
    unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    unsigned point = more ? c & (0x3fu >> more) : c;

    for (; more && *at; more--)
        point = point << 6 | ((unsigned char)*at++ & 0x3fu);
    if (point >= 0x10000) {
        put_le(0xd800 | (point - 0x10000) >> 10, 2, to);
        point = 0xdc00 | ((point - 0x10000) & 0x3ff);
    }
    put_le(point, 2, to);
    return at;
}

static void put_object(const char *text, struct mk_buf *to)
{
    enum { HEAD_BYTES = 10, HEADER_RECORD = 1 };
    struct mk_buf wide;

    mk_buf_init(&wide, UINT16_MAX);
    while (*text)
        text = put_utf16(text, &wide);
    put_le((unsigned)wide.size + HEAD_BYTES, 4, to);
    put_le(1, 2, to);
    put_le(HEADER_RECORD, 2, to);
    put_le((unsigned)wide.size, 2, to);
    mk_buf_append(to, wide.data, wide.size);
    to->failed = to->failed || wide.failed;
    mk_buf_fini(&wide);
}

mockets_status mk_play_ready_object(const uint8_t *key, const uint8_t key_id[16], const char *url,
                                    struct mk_buf *to, struct mockets_error *err)
{
    uint8_t id[ID_BYTES], check[2 * MK_BLOCK_BYTES];
    const char *id_text, *check_text;
    struct mk_arena arena = {0};
    struct mk_buf text;
    mockets_status rc;

    turn(key_id, id);
    rc = check_of(key, id, check, err);
    if (rc)
        return rc;
    id_text = mk_base64_encode(id, sizeof(id), &arena);
    check_text = mk_base64_encode(check, CHECK_BYTES, &arena);
    mk_buf_init(&text, MAX_TEXT_BYTES);
    mk_buf_printf(&text,
                  "<WRMHEADER xmlns=\"http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader\" "
                  "version=\"4.0.0.0\"><DATA><PROTECTINFO><KEYLEN>16</KEYLEN>"
                  "<ALGID>AESCTR</ALGID></PROTECTINFO><KID>%s</KID><CHECKSUM>%s</CHECKSUM>"
                  "<LA_URL>",
                  id_text ? id_text : "", check_text ? check_text : "");
    put_xml(url, &text);
    mk_buf_puts(&text, "</LA_URL></DATA></WRMHEADER>");
    if (!text.failed)
        put_object(text.data, to);
    if (text.failed || to->failed || !id_text || !check_text)
        rc = mk_fail_nomem(err);
    mk_buf_fini(&text);
    mk_arena_fini(&arena);
    return rc;
}
