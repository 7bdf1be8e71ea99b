#include "base/id.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

static mockets_status random_bytes(unsigned char *out, size_t size, struct mockets_error *err)
{
    ssize_t got;

    do
        got = getrandom(out, size, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)size)
        return mk_fail_errno(err, errno, "cannot get random numbers");
    return MOCKETS_OK;
}

mockets_status mk_id_new(int64_t time_ms, char out[MK_ID_SIZE], struct mockets_error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    unsigned char random[6];
    char tail[7];
    mockets_status rc = random_bytes(random, sizeof(random), err);

    if (rc)
        return rc;
    for (size_t i = 0; i < sizeof(random); i++)
        tail[i] = letters[random[i] % 36];
    tail[6] = '\0';
    snprintf(out, MK_ID_SIZE, "%013llu-%.6s", (unsigned long long)time_ms % 10000000000000ULL,
             tail);
    return MOCKETS_OK;
}

mockets_status mk_uuid_new(char out[MK_UUID_SIZE], struct mockets_error *err)
{
    unsigned char b[16];
    mockets_status rc = random_bytes(b, sizeof(b), err);

    if (rc)
        return rc;
    b[6] = (unsigned char)(0x40 | (b[6] & 0x0F));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3F));
    snprintf(out, MK_UUID_SIZE,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
    return MOCKETS_OK;
}
