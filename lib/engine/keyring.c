#include "engine/keyring.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/crypto.h"
#include "base/str.h"

enum { MASTER_BYTES = 32, NAME_LONGEST = 255, MOST_FILE_BYTES = 1024 * 1024 };

/* What stands in front of a wrapped key, and the context that Elastic Transcoder asks for. */
static const char magic[4] = {'M', 'K', 'K', 1};
static const char context[] = "service=elastictranscoder.amazonaws.com";

struct master {
    char name[NAME_LONGEST + 1];
    uint8_t key[MASTER_BYTES];
};

struct mk_keyring {
    size_t count;
    struct master masters[];
};

static mockets_status fail_line(struct mockets_error *err, const char *path, size_t line,
                                const char *what)
{
    return mk_fail(err, MOCKETS_E_INVALID, "line %zu of the key file %s: %s", line, path, what);
}

static const struct master *find(const struct mk_keyring *keyring, const char *name, size_t length)
{
    for (size_t i = 0; i < keyring->count; i++) {
        const char *other = keyring->masters[i].name;

        if (strlen(other) == length && !memcmp(other, name, length))
            return &keyring->masters[i];
    }
    return NULL;
}

/* "NAME KEY", cut in place. @return what is wrong with it, or NULL. */
static const char *read_line(struct mk_keyring *keyring, char *line)
{
    struct master *master = &keyring->masters[keyring->count];
    char *name = line + strspn(line, " \t\r"), *key;
    size_t length = strcspn(name, " \t\r"), size = 0;

    if (!length || *name == '#')
        return NULL;
    if (length > NAME_LONGEST)
        return "the name of a master key has 255 characters at most";
    key = name + length + strspn(name + length, " \t\r");
    key[strcspn(key, " \t\r")] = '\0';
    if (!mk_base64_decode(key, master->key, sizeof(master->key), &size) ||
        size != sizeof(master->key))
        return "write the name, a blank, and 256 bits in base64";
    if (find(keyring, name, length))
        return "this name has a key already";
    memcpy(master->name, name, length);
    keyring->count++;
    return NULL;
}

static mockets_status parse(char *text, const char *path, struct mk_keyring **out,
                            struct mockets_error *err)
{
    size_t lines = 1, line = 0;
    struct mk_keyring *keyring;
    const char *wrong = NULL;

    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    keyring = mk_alloc(sizeof(*keyring) + lines * sizeof(keyring->masters[0]));
    if (!keyring)
        return mk_fail_nomem(err);
    for (char *rest = text, *at; !wrong && (at = strsep(&rest, "\n"));) {
        line++;
        wrong = read_line(keyring, at);
    }
    if (!wrong && !keyring->count)
        wrong = "there is no key in it";
    if (wrong) {
        keyring->count = lines; /* the one that is wrong too */
        mk_keyring_close(&keyring);
        return fail_line(err, path, line, wrong);
    }
    *out = keyring;
    return MOCKETS_OK;
}

mockets_status mk_keyring_open(const char *path, struct mk_keyring **out, struct mockets_error *err)
{
    FILE *file = fopen(path, "rbe");
    char *text;
    size_t size;
    mockets_status rc;

    if (!file)
        return mk_fail_errno(err, errno, "cannot open the key file %s", path);
    text = mk_alloc(MOST_FILE_BYTES + 1);
    if (!text) {
        fclose(file);
        return mk_fail_nomem(err);
    }
    setvbuf(file, NULL, _IONBF, 0); /* no copy of the keys stays behind */
    size = fread(text, 1, MOST_FILE_BYTES + 1, file);
    if (ferror(file))
        rc = mk_fail_errno(err, errno, "cannot read the key file %s", path);
    else if (size > MOST_FILE_BYTES || memchr(text, '\0', size))
        rc = mk_fail(err, MOCKETS_E_INVALID, "the key file %s is no text, or too long", path);
    else
        rc = parse(text, path, out, err);
    mk_wipe(text, MOST_FILE_BYTES + 1);
    mk_free(text);
    fclose(file);
    return rc;
}

void mk_keyring_close(struct mk_keyring **keyring)
{
    if (*keyring)
        mk_wipe((*keyring)->masters, (*keyring)->count * sizeof((*keyring)->masters[0]));
    mk_free(*keyring);
    *keyring = NULL;
}

/* "arn:aws:kms:us-east-1:111122223333:alias/x" is the key "alias/x", "…:key/ID" the key "ID" too. */
static const struct master *resolve(const struct mk_keyring *keyring, const char *name)
{
    const struct master *master;
    const char *tail;

    if (mk_str_empty(name))
        return &keyring->masters[0];
    master = find(keyring, name, strlen(name));
    tail = strrchr(name, ':');
    tail = tail ? tail + 1 : name;
    if (!master)
        master = find(keyring, tail, strlen(tail));
    if (!master && mk_str_starts(tail, "key/"))
        master = find(keyring, tail + 4, strlen(tail + 4));
    return master;
}

/* The context, and all that stands before the nonce, is authenticated. @return its size. */
static size_t put_beside(const uint8_t *head, size_t head_bytes, uint8_t *to)
{
    memcpy(to, head, head_bytes);
    memcpy(to + head_bytes, context, strlen(context));
    return head_bytes + strlen(context);
}

mockets_status mk_keyring_wrap(const struct mk_keyring *keyring, const char *name,
                               const uint8_t *key, size_t key_bytes, uint8_t *out,
                               size_t *out_bytes, struct mockets_error *err)
{
    const struct master *master = resolve(keyring, name);
    uint8_t beside[MK_WRAPPED_KEY_BYTES], *at = out;
    size_t length, head, size;
    mockets_status rc;

    if (!master)
        return mk_fail(err, MOCKETS_E_NOT_FOUND, "the key file has no key for %s", name);
    length = strlen(master->name);
    memcpy(at, magic, sizeof(magic));
    at[sizeof(magic)] = (uint8_t)length;
    memcpy(at + sizeof(magic) + 1, master->name, length);
    head = sizeof(magic) + 1 + length;
    at += head;
    rc = mk_crypto_random(at, MK_SEAL_NONCE_BYTES, err);
    size = put_beside(out, head, beside);
    if (!rc)
        rc = mk_seal(master->key, at, beside, size, key, key_bytes, at + MK_SEAL_NONCE_BYTES, err);
    if (!rc)
        *out_bytes = head + MK_SEAL_NONCE_BYTES + key_bytes + MK_GCM_TAG_BYTES;
    return rc;
}

mockets_status mk_keyring_unwrap(const struct mk_keyring *keyring, const uint8_t *wrapped,
                                 size_t wrapped_bytes, uint8_t *key, size_t *key_bytes,
                                 struct mockets_error *err)
{
    const size_t fixed = sizeof(magic) + 1, around = MK_SEAL_NONCE_BYTES + MK_GCM_TAG_BYTES;
    size_t head = wrapped_bytes > fixed ? fixed + wrapped[sizeof(magic)] : fixed, size;
    uint8_t beside[MK_WRAPPED_KEY_BYTES];
    const struct master *master;
    mockets_status rc;

    if (wrapped_bytes < head + around || wrapped_bytes > head + around + MK_DATA_KEY_BYTES ||
        memcmp(wrapped, magic, sizeof(magic)) != 0)
        return mk_fail(err, MOCKETS_E_UNDECRYPTABLE, "this is no wrapped data key");
    master = find(keyring, (const char *)wrapped + fixed, head - fixed);
    if (!master)
        return mk_fail(err, MOCKETS_E_UNDECRYPTABLE,
                       "the key file lacks the master key of a wrapped data key");
    size = put_beside(wrapped, head, beside);
    rc = mk_unseal(master->key, wrapped + head, beside, size, wrapped + head + MK_SEAL_NONCE_BYTES,
                   wrapped_bytes - head - around, key, err);
    if (!rc)
        *key_bytes = wrapped_bytes - head - around;
    return rc;
}
