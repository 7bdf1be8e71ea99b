#include <string.h>

#include <mockets/preset.h>

#include "base/clock.h"
#include "base/str.h"
#include "engine/encoders.h"
#include "model/preset.h"
#include "plan/codec.h"
#include "service/limits.h"
#include "service/service.h"

mockets_status mk_service_find_preset(mockets_engine *engine, const char *id,
                                      struct mk_arena *arena, const struct mk_preset **out,
                                      const char **document, struct mockets_error *err)
{
    const struct mk_preset *system = mk_system_preset_find(id, engine->strict);
    struct mk_record record;
    struct mk_preset *custom;
    mockets_status rc;

    if (system) {
        *out = system;
        *document = mk_engine_preset_document(engine, system);
        return MOCKETS_OK;
    }
    rc = engine->store.ops->record_get(engine->store.self, MK_RECORD_PRESET, id, arena, &record,
                                       err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_service_no_preset(engine, id, err);
    if (rc)
        return rc;
    custom = mk_arena_alloc(arena, sizeof(*custom));
    if (!custom)
        return mk_fail_nomem(err);
    rc = mk_model_parse(&mk_shape_preset, record.document, strlen(record.document), false, arena,
                        custom, err);
    if (rc)
        return rc;
    *out = custom;
    *document = record.document;
    return MOCKETS_OK;
}

mockets_status mk_service_read_preset(mockets_engine *engine, const struct mockets_call *call,
                                      struct mk_arena *arena, struct mk_buf *reply,
                                      struct mockets_error *err)
{
    const struct mk_preset *preset;
    const char *document;
    mockets_status rc = mk_service_check(MK_READ_PRESET, call, NULL, err);

    if (!rc)
        rc = mk_service_find_preset(engine, call->id, arena, &preset, &document, err);
    if (rc)
        return rc;
    mk_buf_puts(reply, "{\"Preset\":");
    mk_buf_puts(reply, document);
    mk_buf_putc(reply, '}');
    return MOCKETS_OK;
}

mockets_status mk_service_create_preset(mockets_engine *engine, const struct mockets_call *call,
                                        struct mk_arena *arena, struct mk_buf *reply,
                                        struct mockets_error *err)
{
    struct mk_preset preset = {0};
    struct mk_record record = {0};
    const char *warning = "";
    char id[MK_ID_SIZE];
    mockets_status rc = mk_service_parse(&mk_shape_create_preset, call, arena, &preset, err);

    if (!rc)
        rc = mk_service_check(MK_CREATE_PRESET, call, &preset, err);
    if (!rc)
        rc = mk_rules_preset(&preset, arena, &warning, err);
    if (!rc)
        rc = mk_limit_records(engine, MK_RECORD_PRESET, err);
    if (!rc)
        rc = mk_id_new(mk_clock_wall_ms(), id, err);
    if (rc)
        return rc;
    preset.id = id;
    preset.arn = mk_engine_arn(engine, "preset", id, arena);
    preset.type = "Custom";
    record.id = id;
    record.document = mk_model_text(&mk_shape_preset, &preset, arena);
    if (!preset.arn || !record.document)
        return mk_fail_nomem(err);
    rc = engine->store.ops->record_insert(engine->store.self, MK_RECORD_PRESET, &record, err);
    if (rc)
        return rc;
    mk_buf_puts(reply, "{\"Preset\":");
    mk_buf_puts(reply, record.document);
    mk_buf_puts(reply, ",\"Warning\":");
    mk_model_emit_string(warning, reply);
    mk_buf_putc(reply, '}');
    return MOCKETS_OK;
}

/* A job keeps a snapshot of its presets, so one that is in use can go (reference 3.5). */
mockets_status mk_service_delete_preset(mockets_engine *engine, const struct mockets_call *call,
                                        struct mk_arena *arena, struct mk_buf *reply,
                                        struct mockets_error *err)
{
    mockets_status rc = mk_service_check(MK_DELETE_PRESET, call, NULL, err);

    (void)arena;
    if (rc)
        return rc;
    if (mk_system_preset_find(call->id, engine->strict))
        return mk_fail(err, MOCKETS_E_DENIED,
                       "Deleting a system preset is not allowed: account=%s, presetId=%s.",
                       engine->account_id, call->id);
    rc = engine->store.ops->record_delete(engine->store.self, MK_RECORD_PRESET, call->id, err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_service_no_preset(engine, call->id, err);
    if (!rc)
        mk_service_emit_success(reply);
    return rc;
}

/*
 * One listing out of two: the account's own presets, then everybody's (reference 1.6); in reverse
 * when the newest come first.
 */
struct listing {
    mockets_engine *engine;
    struct mk_arena *arena;
    struct mk_page page;
    const char *documents[MK_PAGE_ITEMS];
    size_t count;
    const char *last; /* id of the last item, for the token */
    bool more;
};

static void add_system(struct listing *list, const struct mk_preset *preset)
{
    if (list->count == list->page.limit) {
        list->more = true;
        return;
    }
    list->last = preset->id;
    list->documents[list->count++] = mk_engine_preset_document(list->engine, preset);
}

/* Everybody's presets behind `after` (NULL: from the start), in the listing's direction. */
static void add_systems(struct listing *list, const char *after)
{
    size_t own = mk_system_presets_own_from(), count;
    const struct mk_preset *presets = mk_system_presets(&count);
    bool begun = !after;

    if (list->engine->strict)
        count = own;
    for (size_t i = 0; !list->more && i < count; i++) {
        const struct mk_preset *preset = &presets[list->page.ascending ? i : count - 1 - i];

        if (begun)
            add_system(list, preset);
        begun |= mk_str_eq(preset->id, after);
    }
}

/* The account's own behind `after` (NULL: from the start). */
static mockets_status add_customs(struct listing *list, const char *after,
                                  struct mockets_error *err)
{
    const struct mk_page page = {.ascending = list->page.ascending,
                                 .after = after,
                                 .limit = list->page.limit - (unsigned)list->count};
    struct mk_store *store = &list->engine->store;
    struct mk_page_result result = {0};
    mockets_status rc;

    if (!page.limit) {
        list->more = true;
        return MOCKETS_OK;
    }
    rc = store->ops->record_list(store->self, MK_RECORD_PRESET, &page, list->arena, &result, err);
    if (rc == MOCKETS_E_NOT_FOUND)
        return mk_fail(err, MOCKETS_E_INVALID, "The PageToken '%s' is not valid.", after);
    if (rc)
        return rc;
    for (size_t i = 0; i < result.count; i++)
        list->documents[list->count++] = result.documents[i];
    list->more = result.next != NULL;
    list->last = result.last;
    return MOCKETS_OK;
}

mockets_status mk_service_list_presets(mockets_engine *engine, const struct mockets_call *call,
                                       struct mk_arena *arena, struct mk_buf *reply,
                                       struct mockets_error *err)
{
    struct listing list = {.engine = engine, .arena = arena, .page = mk_service_page(call, true)};
    mockets_status rc = mk_service_check(MK_LIST_PRESETS, call, NULL, err);
    const char *after = list.page.after;
    bool in_system;

    if (rc)
        return rc;
    in_system = after && mk_system_preset_find(after, engine->strict);
    if (list.page.ascending) {
        rc = in_system ? MOCKETS_OK : add_customs(&list, after, err);
        if (!rc && !list.more)
            add_systems(&list, in_system ? after : NULL);
    } else {
        if (!after || in_system)
            add_systems(&list, after);
        if (!list.more)
            rc = add_customs(&list, in_system ? NULL : after, err);
    }
    if (!rc)
        mk_service_emit_page("Presets",
                             &(struct mk_page_result){.documents = list.documents,
                                                      .count = list.count,
                                                      .next = list.more ? list.last : NULL},
                             reply);
    return rc;
}

mockets_status mockets_preset_missing_encoder(mockets_engine *engine, const char *id,
                                              const char **name, struct mockets_error *err)
{
    struct mk_plan_encoder encoders[MK_CODECS];
    const struct mk_preset *preset;
    struct mk_arena arena = {0};
    const char *document;
    mockets_status rc = mk_service_find_preset(engine, id, &arena, &preset, &document, err);

    if (!rc)
        rc = mk_engine_encoders(encoders, err);
    if (!rc)
        *name = mk_codec_missing(preset, encoders);
    mk_arena_fini(&arena);
    return rc;
}
