#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "model/pipeline.h"

/* Its stamp is that of the project's own presets; an id must look like one. */
const char mk_default_pipeline_id[] = "1351620000002-deflt0";

static mockets_status store_pipeline(mockets_engine *engine, struct mk_arena *arena,
                                     struct mockets_error *err)
{
    struct mk_notifications none = {"", "", "", ""};
    struct mk_pipeline pipeline = {
        .id = mk_default_pipeline_id,
        .arn = mk_engine_arn(engine, "pipeline", mk_default_pipeline_id, arena),
        .name = "default",
        .status = "Active",
        .input_bucket = "input",
        .output_bucket = "output",
        .role = mk_arena_printf(arena, "arn:aws:iam::%s:role/mockets", engine->account_id),
        .notifications = &none,
    };
    struct mk_record record = {.id = mk_default_pipeline_id};
    mockets_status rc = mk_rules_pipeline(&pipeline, arena, err);

    if (rc)
        return rc;
    record.document = mk_model_text(&mk_shape_pipeline, &pipeline, arena);
    if (!record.document)
        return mk_fail_nomem(err);
    return engine->store.ops->record_insert(engine->store.self, MK_RECORD_PIPELINE, &record, err);
}

mockets_status mk_engine_make_defaults(mockets_engine *engine, struct mockets_error *err)
{
    struct mk_arena arena = {0};
    struct mk_record found;
    mockets_status rc = engine->store.ops->record_get(engine->store.self, MK_RECORD_PIPELINE,
                                                      mk_default_pipeline_id, &arena, &found, NULL);

    if (rc == MOCKETS_E_NOT_FOUND)
        rc = store_pipeline(engine, &arena, err);
    else if (rc)
        rc = mk_fail(err, rc, "the pipeline \"default\" cannot be read from the store");
    if (!rc)
        rc = mk_storage_create_bucket(engine->storage, "input", err);
    if (!rc)
        rc = mk_storage_create_bucket(engine->storage, "output", err);
    mk_arena_fini(&arena);
    return rc;
}
