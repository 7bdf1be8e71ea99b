#include "server/preset_list.h"

#include <stdio.h>
#include <string.h>

#include <mockets/preset.h>

#include "server/text.h"

const char *json_text(json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text ? text : "";
}

const char *preset_short_name(json_t *preset)
{
    static const char *const prefixes[] = {"System preset: ", "mockets: "};
    const char *name = json_text(preset, "Name");

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
            return name + strlen(prefixes[i]);
    return name;
}

mockets_status preset_list_read(mockets_engine *engine, json_t **out, struct mockets_error *err)
{
    json_t *all = json_array(), *page = NULL;
    const char *token = NULL;
    mockets_status rc = MOCKETS_OK;

    do {
        struct mockets_reply reply = {0};
        json_t *next;

        rc = mockets_preset_list(engine, token, &reply, err);
        if (rc)
            break;
        next = json_loadb(reply.text, reply.size, 0, NULL);
        mockets_free(reply.text);
        json_decref(page); /* only now: the token was a part of it */
        page = next;
        if (!all || json_array_extend(all, json_object_get(page, "Presets"))) {
            rc = error_set(err, MOCKETS_E_INTERNAL, "The list of presets cannot be read.");
            break;
        }
        token = json_string_value(json_object_get(page, "NextPageToken"));
    } while (token);
    json_decref(page);
    if (rc)
        json_decref(all);
    else
        *out = all;
    return rc;
}

/** Add the presets that @p wanted may have meant to the message of @p err. */
static void name_candidates(json_t *presets, const char *wanted, bool exact,
                            struct mockets_error *err)
{
    size_t used = strlen(err->message), i;
    json_t *preset;
    bool any = false;

    json_array_foreach(presets, i, preset)
    {
        const char *name = preset_short_name(preset);
        size_t room = sizeof(err->message) - used;
        int size;

        if (exact ? strcasecmp(name, wanted) != 0 : !strcasestr(name, wanted))
            continue;
        size = snprintf(err->message + used, room, "%s\n  %s  %s",
                        any ? "" : " Did you mean:", json_text(preset, "Id"),
                        json_text(preset, "Name"));
        if (size < 0 || (size_t)size >= room)
            break;
        used += (size_t)size;
        any = true;
    }
    if (!any)
        snprintf(err->message + used, sizeof(err->message) - used,
                 " \"mockets presets\" lists them all.");
}

json_t *preset_list_find(json_t *presets, const char *wanted, struct mockets_error *err)
{
    json_t *preset, *loose = NULL;
    size_t matches = 0, i;

    json_array_foreach(presets, i,
                       preset) if (!strcmp(json_text(preset, "Id"), wanted)) return preset;
    json_array_foreach(presets, i,
                       preset) if (!strcmp(json_text(preset, "Name"), wanted)) return preset;
    json_array_foreach(presets, i, preset)
    {
        if (strcasecmp(preset_short_name(preset), wanted) != 0)
            continue;
        loose = preset;
        matches++;
    }
    if (matches == 1)
        return loose;
    error_set(err, MOCKETS_E_INVALID,
              matches ? "Several presets are named \"%s\": give the id."
                      : "No preset has the id or the name \"%s\".",
              wanted);
    name_candidates(presets, wanted, matches > 0, err);
    return NULL;
}
