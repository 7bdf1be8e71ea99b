#include "plan/captions.h"

#include <string.h>

#include "base/str.h"
#include "captions/language.h"

static const struct {
    const char *policy;
    enum mk_merge merge;
} policies[] = {
    {"MergeOverride", MK_MERGE_SIDECAR_WINS},
    {"MergeRetain", MK_MERGE_EMBEDDED_WINS},
    {"Override", MK_MERGE_SIDECAR_ONLY},
};

static bool said(const struct mk_job_input *input)
{
    const struct mk_input_captions *captions = input->input_captions;

    return captions && (captions->caption_source_count || !mk_str_empty(captions->merge_policy));
}

enum mk_merge mk_captions_merge_of(const struct mk_job_input *input,
                                   const struct mk_job_output *output)
{
    const char *policy = said(input)        ? input->input_captions->merge_policy
                         : output->captions ? output->captions->merge_policy
                                            : NULL;

    for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
        if (mk_str_eq(policies[i].policy, policy))
            return policies[i].merge;
    }
    return MK_MERGE_EMBEDDED_WINS;
}

bool mk_captions_wanted(const struct mk_job_output *output)
{
    return output->captions && output->captions->caption_format_count;
}

bool mk_captions_own_sources(const struct mk_job_input *input, const struct mk_job_output *output)
{
    return mk_captions_wanted(output) && output->captions->caption_source_count && !said(input);
}

static bool has(const struct mk_caption_track *tracks, size_t count, const char *language)
{
    for (size_t i = 0; i < count; i++) {
        if (mk_language_same(tracks[i].language, language))
            return true;
    }
    return false;
}

static size_t add(struct mk_caption_tracks from, struct mk_caption_tracks but, bool unless,
                  struct mk_caption_track *out, size_t count)
{
    for (size_t i = 0; i < from.count; i++) {
        const char *language = from.items[i].language;

        if (has(out, count, language) || (unless && has(but.items, but.count, language)))
            continue;
        out[count++] = from.items[i];
    }
    return count;
}

size_t mk_captions_merge(enum mk_merge merge, struct mk_caption_tracks embedded,
                         struct mk_caption_tracks sidecars, struct mk_caption_track *out)
{
    size_t count = 0;

    if (merge != MK_MERGE_SIDECAR_ONLY)
        count = add(embedded, sidecars, merge == MK_MERGE_SIDECAR_WINS, out, count);
    return add(sidecars, embedded, false, out, count);
}

const char *mk_captions_extension(const char *format, const char *container)
{
    static const struct {
        const char *format, *extension, *fragmented;
    } extensions[] = {
        {"srt", "srt", "srt"},
        {"scc", "scc", "scc"},
        {"webvtt", "vtt", "vtt"},
        {"dfxp", "dfxp", "ismt"},
    };

    for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
        if (mk_str_eq(extensions[i].format, format))
            return mk_str_eq(container, "fmp4") ? extensions[i].fragmented
                                                : extensions[i].extension;
    }
    return NULL;
}

const char *mk_captions_key(const char *prefix, const char *pattern, const char *output_key,
                            const char *language, struct mk_arena *arena)
{
    static const char word[] = "{language}";
    const char *at;

    if (mk_str_empty(pattern))
        return mk_arena_printf(arena, "%s%s-%s", prefix ? prefix : "", output_key, language);
    at = strstr(pattern, word);
    if (!at)
        return mk_arena_printf(arena, "%s%s%s", prefix ? prefix : "", pattern, language);
    return mk_arena_printf(arena, "%s%.*s%s%s", prefix ? prefix : "", (int)(at - pattern), pattern,
                           language, at + sizeof(word) - 1);
}

const char *mk_captions_path(const char *from, const char *to, struct mk_arena *arena)
{
    size_t common = 0;
    const char *up = "";

    for (size_t i = 0; from[i] && from[i] == to[i]; i++) {
        if (from[i] == '/')
            common = i + 1;
    }
    for (const char *c = from + common; up && *c; c++) {
        if (*c == '/')
            up = mk_arena_printf(arena, "../%s", up);
    }
    return up ? mk_arena_printf(arena, "%s%s", up, to + common) : NULL;
}
