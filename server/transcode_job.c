#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/preset_list.h"
#include "server/transcode.h"

/** Seconds of a segment where a playlist needs segments and nothing else is said. */
static const char default_segment[] = "6";

/** Letters and digits of @p name in lower case, everything else as single dashes. */
static void write_slug(const char *name, char *out, size_t capacity)
{
    size_t used = 0;

    for (; *name && used + 1 < capacity; name++) {
        if (isalnum((unsigned char)*name))
            out[used++] = (char)tolower((unsigned char)*name);
        else if (used && out[used - 1] != '-')
            out[used++] = '-';
    }
    while (used && out[used - 1] == '-')
        used--;
    out[used] = '\0';
}

static bool is_container(json_t *preset, const char *container)
{
    return !strcmp(json_text(preset, "Container"), container);
}

/** "INPUT-PRESET.EXTENSION", or without the extension when it names segments. */
static char *default_key(const struct transcode *transcode, json_t *preset, bool segments)
{
    const char *path = transcode_input_path(transcode->inputs.items[0]);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    int size = (int)(dot && dot > name ? (size_t)(dot - name) : strlen(name));
    const char *extension = is_container(preset, "fmp4") ? "mp4" : json_text(preset, "Container");
    char slug[128];

    write_slug(preset_short_name(preset), slug, sizeof(slug));
    if (segments)
        return text_format("%.*s-%s", size, name, slug);
    return text_format("%.*s-%s.%s", size, name, slug, extension);
}

/** What a --segment-duration or a playlist means for outputs of this preset; NULL: nothing. */
static const char *segment_of(const struct transcode *transcode, json_t *preset)
{
    if (!is_container(preset, "ts") && !is_container(preset, "fmp4"))
        return NULL;
    if (transcode->segment_duration)
        return transcode->segment_duration;
    return transcode->playlists.count ? default_segment : NULL;
}

/** The preset that "ID-OR-NAME=KEY" or "ID-OR-NAME" names. */
static json_t *find_preset(json_t *presets, const char *text, struct mockets_error *err)
{
    char *wanted = strndup(text, strcspn(text, "="));
    json_t *preset = NULL;

    if (wanted)
        preset = preset_list_find(presets, wanted, err);
    else
        error_set_nomem(err);
    free(wanted);
    return preset;
}

/** One output of the request for one --preset. */
static mockets_status add_output(const struct transcode *transcode, json_t *presets,
                                 const char *text, json_t *outputs, struct mockets_error *err)
{
    json_t *preset = find_preset(presets, text, err), *output;
    const char *equal = strchr(text, '='), *segment;
    mockets_status rc = MOCKETS_OK;
    char *key;

    if (!preset)
        return MOCKETS_E_INVALID;
    segment = segment_of(transcode, preset);
    key = equal ? strdup(equal + 1)
                : default_key(transcode, preset, segment && is_container(preset, "ts"));
    if (!key)
        return error_set_nomem(err);
    output = json_pack("{s:s, s:s, s:s*}", "Key", key, "PresetId", json_text(preset, "Id"),
                       "SegmentDuration", segment);
    if (!output)
        rc = error_set(err, MOCKETS_E_INVALID, "The key \"%s\" is not UTF-8.", key);
    else if (json_array_append_new(outputs, output))
        rc = error_set_nomem(err);
    free(key);
    return rc;
}

/** One playlist of the request, of all outputs. */
static mockets_status add_playlist(const char *text, json_t *outputs, json_t *playlists,
                                   struct mockets_error *err)
{
    const char *equal = strrchr(text, '=');
    json_t *keys = json_array(), *output, *playlist;
    size_t i;

    json_array_foreach(outputs, i, output) json_array_append(keys, json_object_get(output, "Key"));
    playlist = json_pack("{s:s%, s:s, s:o}", "Name", text, (size_t)(equal - text), "Format",
                         equal + 1, "OutputKeys", keys);
    if (!playlist)
        return error_set(err, MOCKETS_E_INVALID, "The playlist \"%s\" is not UTF-8.", text);
    return json_array_append_new(playlists, playlist) ? error_set_nomem(err) : MOCKETS_OK;
}

static mockets_status add_inputs(const struct strings *keys, json_t *inputs,
                                 struct mockets_error *err)
{
    for (size_t i = 0; i < keys->count; i++) {
        json_t *input = json_pack("{s:s}", "Key", keys->items[i]);

        if (!input)
            return error_set(err, MOCKETS_E_INVALID, "The name of the input %s is not UTF-8.",
                             keys->items[i]);
        if (json_array_append_new(inputs, input))
            return error_set_nomem(err);
    }
    return MOCKETS_OK;
}

/** A --segment-duration that no output can follow is a mistake. */
static mockets_status check_segments(const struct transcode *transcode, json_t *outputs,
                                     struct mockets_error *err)
{
    json_t *output;
    size_t i;

    if (!transcode->segment_duration)
        return MOCKETS_OK;
    json_array_foreach(outputs, i,
                       output) if (json_object_get(output, "SegmentDuration")) return MOCKETS_OK;
    return error_set(err, MOCKETS_E_INVALID,
                     "No preset makes segments: leave --segment-duration out or choose a preset "
                     "whose container is ts or fmp4.");
}

mockets_status transcode_request(const struct transcode *transcode,
                                 const struct transcode_inputs *inputs, json_t *presets, char **out,
                                 struct mockets_error *err)
{
    json_t *in = json_array(), *outputs = json_array(), *playlists = json_array();
    json_t *request =
        json_pack("{s:O, s:O, s:O}", "Inputs", in, "Outputs", outputs, "Playlists", playlists);
    mockets_status rc = request ? add_inputs(&inputs->keys, in, err) : error_set_nomem(err);
    char *text;

    for (size_t i = 0; i < transcode->presets.count && !rc; i++)
        rc = add_output(transcode, presets, transcode->presets.items[i], outputs, err);
    if (!rc)
        rc = check_segments(transcode, outputs, err);
    for (size_t i = 0; i < transcode->playlists.count && !rc; i++)
        rc = add_playlist(transcode->playlists.items[i], outputs, playlists, err);
    if (!rc) {
        text = json_dumps(request, JSON_COMPACT);
        rc = text ? MOCKETS_OK : error_set_nomem(err);
        if (text)
            *out = text;
    }
    json_decref(request);
    json_decref(in);
    json_decref(outputs);
    json_decref(playlists);
    return rc;
}
