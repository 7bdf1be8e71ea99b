#include "engine/protect.h"

#include <string.h>

#include "base/base64.h"
#include "base/str.h"
#include "engine/run.h"
#include "media/playlist.h"
#include "plan/keys.h"
#include "plan/play_ready.h"

enum { MAX_URI_BYTES = 8 * 1024, MAX_OBJECT_BYTES = 64 * 1024 };

const uint8_t *mk_run_hls_stored_key(const struct mk_run *run, const struct mk_playlist *playlist)
{
    const struct mk_hls_content_protection *hls = playlist->hls_content_protection;
    const struct mk_secret *secret = mk_secret_of(run, hls);

    if (!secret || !mk_str_eq(hls->key_storage_policy, "WithVariantPlaylists"))
        return NULL;
    return secret->cipher.key;
}

/* Where the key is, seen from the media playlist of the output. NULL: out of memory. */
static const char *uri_of(struct mk_run *run, const struct mk_playlist *playlist,
                          const struct mk_job_output *output)
{
    const char *url = playlist->hls_content_protection->license_acquisition_url, *uri = NULL;
    struct mk_buf text;

    mk_buf_init(&text, MAX_URI_BYTES);
    if (mk_run_hls_stored_key(run, playlist)) {
        const char *path =
            mk_key_seen_from(output->key, playlist->name, MK_HLS_KEY_ENDING, &run->arena);

        if (path)
            mk_playlist_uri(path, &text);
    } else {
        mk_playlist_foreign_uri(url ? url : "", &text);
    }
    if (!text.failed)
        uri = mk_arena_strdup(&run->arena, text.data);
    mk_buf_fini(&text);
    return uri;
}

static mockets_status protect(struct mk_run *run, const struct mk_playlist *playlist,
                              const struct mk_plan_hls_key **keys, struct mockets_error *err)
{
    const struct mk_secret *secret = mk_secret_of(run, playlist->hls_content_protection);

    for (size_t k = 0; secret && k < playlist->output_key_count; k++) {
        size_t i = mk_run_find_output(run, playlist->output_keys[k]);
        struct mk_plan_hls_key *key = mk_arena_alloc(&run->arena, sizeof(*key));

        if (!key)
            return mk_fail_nomem(err);
        key->key = secret->cipher.key;
        key->has_iv = secret->has_iv;
        memcpy(key->iv, secret->cipher.iv, sizeof(key->iv));
        key->uri = uri_of(run, playlist, &run->job.outputs[i]);
        if (!key->uri)
            return mk_fail_nomem(err);
        keys[i] = key;
    }
    return MOCKETS_OK;
}

mockets_status mk_run_hls_keys(struct mk_run *run, const struct mk_plan_hls_key *const **out,
                               struct mockets_error *err)
{
    const struct mk_plan_hls_key **keys =
        mk_arena_array(&run->arena, run->job.output_count, sizeof(*keys));
    mockets_status rc = keys ? MOCKETS_OK : mk_fail_nomem(err);

    for (size_t p = 0; !rc && p < run->job.playlist_count; p++)
        rc = protect(run, &run->job.playlists[p], keys, err);
    if (!rc)
        *out = keys;
    return rc;
}

/* *out is NULL if the playlist has no DRM. */
static mockets_status cenc_of(struct mk_run *run, const struct mk_playlist *playlist,
                              const struct mk_plan_cenc **out, struct mockets_error *err)
{
    const struct mk_play_ready_drm *drm = playlist->play_ready_drm;
    const struct mk_secret *secret = mk_secret_of(run, drm);
    struct mk_plan_cenc *cenc;
    struct mk_buf object;
    mockets_status rc;

    *out = NULL;
    if (!secret)
        return MOCKETS_OK;
    cenc = mk_arena_alloc(&run->arena, sizeof(*cenc));
    if (!cenc)
        return mk_fail_nomem(err);
    cenc->key = secret->cipher.key;
    memcpy(cenc->iv, secret->cipher.iv, sizeof(cenc->iv));
    if (!mk_play_ready_key_id(drm->key_id, cenc->key_id))
        return mk_fail(err, MOCKETS_E_INVALID, "The 'KeyId' is no GUID.");
    mk_buf_init(&object, MAX_OBJECT_BYTES);
    rc = mk_play_ready_object(cenc->key, cenc->key_id, drm->license_acquisition_url, &object, err);
    if (!rc) {
        cenc->header_bytes = object.size;
        cenc->header = mk_arena_memdup(&run->arena, object.data, object.size);
        rc = cenc->header ? MOCKETS_OK : mk_fail_nomem(err);
    }
    mk_buf_fini(&object);
    *out = cenc;
    return rc;
}

mockets_status mk_run_cencs(struct mk_run *run, const struct mk_plan_cenc *const **out,
                            struct mockets_error *err)
{
    const struct mk_plan_cenc **cencs =
        mk_arena_array(&run->arena, run->job.output_count, sizeof(*cencs));
    mockets_status rc = cencs ? MOCKETS_OK : mk_fail_nomem(err);

    for (size_t p = 0; !rc && p < run->job.playlist_count; p++) {
        const struct mk_playlist *playlist = &run->job.playlists[p];
        const struct mk_plan_cenc *cenc = NULL;

        rc = cenc_of(run, playlist, &cenc, err);
        for (size_t k = 0; !rc && cenc && k < playlist->output_key_count; k++)
            cencs[mk_run_find_output(run, playlist->output_keys[k])] = cenc;
    }
    if (!rc)
        *out = cencs;
    return rc;
}

mockets_status mk_run_play_ready(struct mk_run *run, const struct mk_playlist *playlist,
                                 const char **out, struct mockets_error *err)
{
    const struct mk_plan_cenc *cenc = NULL;
    mockets_status rc = cenc_of(run, playlist, &cenc, err);

    if (rc)
        return rc;
    *out = cenc ? mk_base64_encode(cenc->header, cenc->header_bytes, &run->arena) : NULL;
    return cenc && !*out ? mk_fail_nomem(err) : MOCKETS_OK;
}
