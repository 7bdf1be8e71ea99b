#ifndef MOCKETS_PRESET_H
#define MOCKETS_PRESET_H

#include <mockets/operation.h>

#ifdef __cplusplus
extern "C" {
#endif

/** ReadPreset: {"Preset":…}. Errors as for mockets_operation_run(). Thread-safe. */
MOCKETS_API mockets_status mockets_preset_read(mockets_engine *engine, const char *id,
                                               struct mockets_reply *reply,
                                               struct mockets_error *err);

/** One page of ListPresets; @p page_token is NULL for the first. Thread-safe. */
MOCKETS_API mockets_status mockets_preset_list(mockets_engine *engine, const char *page_token,
                                               struct mockets_reply *reply,
                                               struct mockets_error *err);

/**
 * The encoder that a preset needs and the FFmpeg libraries of this process lack.
 *
 * @param name  receives the encoder's name, a static string; NULL: the preset has all it needs
 *
 * @retval MOCKETS_E_NOT_FOUND  no preset has this id
 *
 * Thread-safe. Jobs with such a preset are taken; their output ends in Error.
 */
MOCKETS_API mockets_status mockets_preset_missing_encoder(mockets_engine *engine, const char *id,
                                                          const char **name,
                                                          struct mockets_error *err);

#ifdef __cplusplus
}
#endif

#endif
