#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/pattern.h"
#include "model/rules.h"

/* What an output's captions can be. */
static const struct format {
    const char *name;
    bool embedded;
    const char *containers; /* words between blanks; NULL: all that hold video but fmp4 */
} formats[] = {
    {"mov-text", true, " mp4 "}, {"cea-708", true, " mp4 ts "}, {"srt", false, NULL},
    {"scc", false, NULL},        {"webvtt", false, " * "},      {"dfxp", false, " * "},
};

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    }
    return NULL;
}

static bool fits(const struct format *format, const char *container)
{
    char word[16];

    if (!format->containers)
        return strcmp(container, "fmp4") != 0;
    snprintf(word, sizeof(word), " %s ", container);
    return strcmp(format->containers, " * ") == 0 || strstr(format->containers, word);
}

static mockets_status check_sources(const struct mk_place *place,
                                    const struct mk_caption_source *sources, size_t count,
                                    const char *merge_policy)
{
    if (count && mk_str_empty(merge_policy))
        return MK_FAIL_AT(place, "The '%s' object must have a 'MergePolicy'.", place->member);
    for (size_t i = 0; i < count; i++) {
        mockets_status rc;

        if (mk_str_empty(sources[i].key) || mk_str_empty(sources[i].language))
            return MK_FAIL_AT(place, "Each of the 'CaptionSources' must have a 'Key' and a "
                                     "'Language'.");
        if (!mk_pattern_match("^[A-Za-z]{2,3}$", sources[i].language))
            return MK_FAIL_AT(place, "The 'Language' of each of the 'CaptionSources' must be a "
                                     "code of ISO 639: two or three letters.");
        rc = mk_rules_encryption(place, sources[i].encryption, MK_ENCRYPTED_INPUT);
        if (rc)
            return rc;
    }
    return MOCKETS_OK;
}

mockets_status mk_rules_input_captions(const struct mk_place *place,
                                       const struct mk_input_captions *captions)
{
    if (!captions)
        return MOCKETS_OK;
    return check_sources(place, captions->caption_sources, captions->caption_source_count,
                         captions->merge_policy);
}

static mockets_status check_formats(const struct mk_place *place,
                                    const struct mk_captions *captions,
                                    const struct mk_preset *preset)
{
    unsigned embedded = 0;

    for (size_t i = 0; i < captions->caption_format_count; i++) {
        const struct mk_caption_format *caption = &captions->caption_formats[i];
        const struct format *format =
            mk_str_empty(caption->format) ? NULL : find_format(caption->format);
        mockets_status rc;

        if (!format)
            return MK_FAIL_AT(place, "Each of the 'CaptionFormats' must have a 'Format'.");
        embedded += format->embedded;
        if (!fits(format, preset->container))
            return MK_FAIL_AT(place,
                              "The caption format '%s' is not available for the container '%s'.",
                              format->name, preset->container);
        rc = mk_rules_encryption(place, caption->encryption, MK_ENCRYPTED_OUTPUT);
        if (rc)
            return rc;
    }
    if (embedded > 1)
        return MK_FAIL_AT(place, "An output must not have more than one embedded caption format.");
    return MOCKETS_OK;
}

mockets_status mk_rules_captions(const struct mk_place *place, const struct mk_captions *captions,
                                 const struct mk_preset *preset)
{
    mockets_status rc;

    if (!captions || (!captions->caption_source_count && !captions->caption_format_count))
        return MOCKETS_OK;
    if (!captions->caption_format_count)
        return MK_FAIL_AT(place, "The 'CaptionFormats' of 'Captions' must not be blank.");
    if (!preset->video)
        return MK_FAIL_AT(place, "'Captions' are not available for outputs without video.");
    rc = check_sources(place, captions->caption_sources, captions->caption_source_count,
                       captions->merge_policy);
    return rc ? rc : check_formats(place, captions, preset);
}

static bool has_format(const struct mk_captions *captions, const char *format)
{
    for (size_t i = 0; i < captions->caption_format_count; i++) {
        if (mk_str_eq(captions->caption_formats[i].format, format))
            return true;
    }
    return false;
}

bool mk_captions_alike(const struct mk_captions *a, const struct mk_captions *b)
{
    static const struct mk_captions none;

    a = a ? a : &none;
    b = b ? b : &none;
    if (a->caption_format_count != b->caption_format_count ||
        a->caption_source_count != b->caption_source_count ||
        !mk_str_eq(a->merge_policy, b->merge_policy))
        return false;
    for (size_t i = 0; i < a->caption_format_count; i++) {
        if (!has_format(b, a->caption_formats[i].format))
            return false;
    }
    for (size_t i = 0; i < a->caption_source_count; i++) {
        if (!mk_str_eq(a->caption_sources[i].key, b->caption_sources[i].key) ||
            !mk_str_eq(a->caption_sources[i].language, b->caption_sources[i].language))
            return false;
    }
    return true;
}
