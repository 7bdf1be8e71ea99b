#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <mockets/mockets.h>

#include "server/command.h"
#include "server/preset_list.h"
#include "server/scratch.h"
#include "server/settings.h"

struct flags {
    bool json;
};

static const struct setting rows[] = {
    {.name = "json",
     .kind = SETTING_SWITCH,
     .offset = offsetof(struct flags, json),
     .help = "print the presets as a JSON array"},
};

static const struct settings settings = {.rows = rows, .count = 1, .flags_only = true};

/** Append "H.264 1280x720 2400 kbit/s" or "AAC 160 kbit/s". */
static void describe(json_t *media, bool video, char *out, size_t capacity)
{
    const char *rate = json_text(media, "BitRate");
    size_t used = strlen(out);
    char size[32] = "";

    if (!json_is_object(media))
        return;
    if (video)
        snprintf(size, sizeof(size), " %.12sx%.12s", json_text(media, "MaxWidth"),
                 json_text(media, "MaxHeight"));
    if (video && json_text(media, "Resolution")[0])
        snprintf(size, sizeof(size), " %.16s", json_text(media, "Resolution"));
    snprintf(out + used, capacity - used, "%s%s%s%s%s%s", used ? ", " : "",
             json_text(media, "Codec"), size, rate[0] ? " " : "", rate,
             rate[0] && strcmp(rate, "auto") ? " kbit/s" : "");
}

static void print_text(json_t *presets)
{
    json_t *preset;
    size_t i;

    printf("%-20s %-50s %-9s %s\n", "ID", "NAME", "CONTAINER", "WHAT");
    json_array_foreach(presets, i, preset)
    {
        char what[256] = "";

        describe(json_object_get(preset, "Video"), true, what, sizeof(what));
        describe(json_object_get(preset, "Audio"), false, what, sizeof(what));
        printf("%-20s %-50s %-9s %s", json_text(preset, "Id"), json_text(preset, "Name"),
               json_text(preset, "Container"), what);
        if (json_text(preset, "MissingEncoder")[0])
            printf("  [not possible: FFmpeg has no %s here]", json_text(preset, "MissingEncoder"));
        putchar('\n');
    }
}

/** Add "MissingEncoder" to every preset: what FFmpeg lacks for it, or null. */
static mockets_status add_missing(mockets_engine *engine, json_t *presets,
                                  struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;
    json_t *preset;
    size_t i;

    json_array_foreach(presets, i, preset)
    {
        const char *name = NULL;

        rc = mockets_preset_missing_encoder(engine, json_text(preset, "Id"), &name, err);
        if (rc)
            return rc;
        if (json_object_set_new(preset, "MissingEncoder", name ? json_string(name) : json_null()))
            return error_set(err, MOCKETS_E_NOMEM, "out of memory");
    }
    return MOCKETS_OK;
}

/** The presets are the engine's, and an engine wants a directory of its own. */
static mockets_status read_presets(json_t **out, struct mockets_error *err)
{
    struct mockets_options options = MOCKETS_OPTIONS_INIT;
    mockets_engine *engine = NULL;
    json_t *presets = NULL;
    struct scratch scratch;
    mockets_status rc = scratch_open(&scratch, err);

    if (rc)
        return rc;
    options.data_dir = scratch.path;
    rc = mockets_engine_open(&options, &engine, err);
    if (!rc)
        rc = preset_list_read(engine, &presets, err);
    if (!rc)
        rc = add_missing(engine, presets, err);
    if (rc)
        json_decref(presets);
    else
        *out = presets;
    mockets_engine_close(&engine);
    scratch_close(&scratch);
    return rc;
}

static int list_presets(bool json)
{
    struct mockets_error err;
    json_t *presets = NULL;

    if (read_presets(&presets, &err))
        return command_fail(EXIT_FAILED, err.message);
    if (json) {
        json_dumpf(presets, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_text(presets);
    }
    json_decref(presets);
    return EXIT_DONE;
}

int cmd_presets(int argc, char **argv)
{
    struct settings_result result = {0};
    struct flags flags = {0};
    struct mockets_error err;
    mockets_status rc = settings_read(&settings, argc, argv, &flags, &result, &err);

    if (!rc && result.arguments.count)
        rc = error_set(&err, MOCKETS_E_INVALID, "presets takes no argument, and \"%s\" is one.",
                       result.arguments.items[0]);
    strings_clear(&result.arguments);
    if (rc)
        return command_fail(EXIT_USAGE, err.message);
    if (result.help) {
        puts("usage: mockets presets [--json]\n");
        settings_usage(&settings, stdout);
        return EXIT_DONE;
    }
    return list_presets(flags.json);
}
