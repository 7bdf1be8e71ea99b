#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/pattern.h"
#include "model/rules.h"

enum { METADATA_KEY_LONGEST = 128, METADATA_VALUE_LONGEST = 256 };

/* One character of a key or value. */
#define PATTERN_METADATA "^[0-9A-Za-z _.:/=+%@-]*$"

static mockets_status check_metadata(const struct mk_job *job, struct mockets_error *err)
{
    for (size_t i = 0; i < job->user_metadata_count; i++) {
        const struct mk_pair *pair = &job->user_metadata[i];
        size_t key = strlen(pair->key), value = strlen(pair->value);

        if (key < 1 || key > METADATA_KEY_LONGEST)
            return mk_fail_field(err, "/UserMetadata",
                                 "A key of 'UserMetadata' must have between 1 and 128 characters.");
        if (value > METADATA_VALUE_LONGEST)
            return mk_fail_field(err, "/UserMetadata",
                                 "The value of '%.*s' in 'UserMetadata' must have no more than 256 "
                                 "characters.",
                                 mk_shown_bytes(pair->key), pair->key);
        if (!mk_pattern_match(PATTERN_METADATA, pair->key) ||
            !mk_pattern_match(PATTERN_METADATA, pair->value))
            return mk_fail_field(err, "/UserMetadata",
                                 "The key '%.*s' in 'UserMetadata' and its value must consist of "
                                 "letters, digits, spaces and the characters _.:/=+-%%@.",
                                 mk_shown_bytes(pair->key), pair->key);
    }
    return MOCKETS_OK;
}

mockets_status mk_rules_job(const struct mk_job *job, const struct mk_preset *const *presets,
                            struct mockets_error *err)
{
    mockets_status rc = mk_rules_inputs(job, err);

    if (!rc)
        rc = mk_rules_outputs(job, presets, err);
    if (!rc)
        rc = mk_rules_playlists(job, presets, err);
    if (!rc)
        rc = check_metadata(job, err);
    return rc;
}

static mockets_status unsupported(const struct mk_pointer *pointer, const char *what,
                                  struct mockets_error *err)
{
    return mk_fail_field(err, pointer->text,
                         "%s is not supported by this version of mockets: remove it and resubmit "
                         "the request.",
                         what);
}

/* One member that this version does not know what to do with. */
struct novelty {
    bool used;
    const char *member; /* pointer below the list's item */
    const char *what;
};

static mockets_status refuse_novelties(const struct novelty *novelties, size_t count,
                                       const char *list, size_t index, struct mockets_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (novelties[i].used) {
            struct mk_pointer pointer = mk_pointer_to(list, index, novelties[i].member);

            return unsupported(&pointer, novelties[i].what, err);
        }
    }
    return MOCKETS_OK;
}

static bool has_encrypted_mark(const struct mk_job_output *output)
{
    for (size_t i = 0; i < output->watermark_count; i++) {
        if (!mk_encryption_empty(output->watermarks[i].encryption))
            return true;
    }
    return false;
}

static bool has_encrypted_art(const struct mk_job_output *output)
{
    for (size_t i = 0; output->album_art && i < output->album_art->artwork_count; i++) {
        if (!mk_encryption_empty(output->album_art->artwork[i].encryption))
            return true;
    }
    return false;
}

static mockets_status check_output(const struct mk_job_output *output, size_t index,
                                   struct mockets_error *err)
{
    const struct novelty novelties[] = {
        {has_encrypted_mark(output), "Watermarks", "'Encryption' in 'Watermarks'"},
        {has_encrypted_art(output), "AlbumArt", "'Encryption' in 'AlbumArt'"},
    };

    return refuse_novelties(novelties, sizeof(novelties) / sizeof(novelties[0]), "Outputs", index,
                            err);
}

static mockets_status check_playlist(const struct mk_playlist *playlist, size_t index,
                                     struct mockets_error *err)
{
    const struct novelty novelties[] = {
        {!mk_play_ready_empty(playlist->play_ready_drm), "PlayReadyDrm", "'PlayReadyDrm'"},
    };

    return refuse_novelties(novelties, sizeof(novelties) / sizeof(novelties[0]), "Playlists", index,
                            err);
}

mockets_status mk_rules_job_supported(const struct mk_job *job, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; !rc && i < job->output_count; i++)
        rc = check_output(&job->outputs[i], i, err);
    for (size_t i = 0; !rc && i < job->playlist_count; i++)
        rc = check_playlist(&job->playlists[i], i, err);
    return rc;
}
