#include "plan/layout.h"

#include "base/str.h"
#include "plan/keys.h"

static bool is_ts_in_segments(const struct mk_preset *preset, const struct mk_job_output *output)
{
    return mk_str_eq(preset->container, "ts") && mk_key_seconds_us(output->segment_duration) > 0;
}

static bool holds(const struct mk_playlist *playlist, const char *key)
{
    for (size_t i = 0; i < playlist->output_key_count; i++) {
        if (mk_str_eq(playlist->output_keys[i], key))
            return true;
    }
    return false;
}

struct mk_layout mk_layout_of(const struct mk_job *job, const struct mk_preset *preset,
                              const struct mk_job_output *output)
{
    struct mk_layout layout = {false, false};

    for (size_t i = 0; is_ts_in_segments(preset, output) && i < job->playlist_count; i++) {
        const struct mk_playlist *playlist = &job->playlists[i];
        bool *way = mk_str_eq(playlist->format, "HLSv4") ? &layout.one_file : &layout.files;

        *way = *way || holds(playlist, output->key);
    }
    if (!layout.one_file)
        layout.files = true;
    return layout;
}

const char *mk_layout_first_key(const struct mk_job *job, const struct mk_preset *preset,
                                const struct mk_job_output *output, struct mk_arena *arena)
{
    const char *prefix = job->output_key_prefix ? job->output_key_prefix : "", *ending = "";

    if (is_ts_in_segments(preset, output))
        ending = mk_layout_of(job, preset, output).files ? "00000.ts" : ".ts";
    return mk_arena_printf(arena, "%s%s%s", prefix, output->key, ending);
}
