#ifndef SERVER_PRESET_LIST_H
#define SERVER_PRESET_LIST_H

#include <jansson.h>

#include <mockets/engine.h>

/** Read all pages of ListPresets. @param out receives an array; release it with json_decref(). */
mockets_status preset_list_read(mockets_engine *engine, json_t **out, struct mockets_error *err);

/**
 * Find a preset by its id, its name, or its name without the prefix and in any case.
 *
 * @param presets  from preset_list_read()
 * @return the preset (borrowed), or NULL: @p err names candidates
 */
json_t *preset_list_find(json_t *presets, const char *wanted, struct mockets_error *err);

/** @return the name of @p preset without "System preset: " or "mockets: "; borrowed. */
const char *preset_short_name(json_t *preset);

/** @return a member of @p json that is a string; "" if there is none. Borrowed. */
const char *json_text(json_t *json, const char *key);

#endif
