#include "engine/engine.h"
#include "model/preset.h"

mockets_status mk_engine_emit_presets(mockets_engine *engine, struct mockets_error *err)
{
    size_t count;
    const struct mk_preset *presets = mk_system_presets(&count);
    struct mk_arena *arena = &engine->arena;
    const char **documents = mk_arena_array(arena, count, sizeof(*documents));

    for (size_t i = 0; documents && i < count; i++) {
        struct mk_preset preset = presets[i];

        preset.arn = mk_engine_arn(engine, "preset", preset.id, arena);
        documents[i] = preset.arn ? mk_model_text(&mk_shape_preset, &preset, arena) : NULL;
        if (!documents[i])
            return mk_fail_nomem(err);
    }
    if (!documents)
        return mk_fail_nomem(err);
    engine->preset_documents = documents;
    return MOCKETS_OK;
}

const char *mk_engine_preset_document(const mockets_engine *engine, const struct mk_preset *preset)
{
    size_t count;

    return engine->preset_documents[preset - mk_system_presets(&count)];
}
