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
