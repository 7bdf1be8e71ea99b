#include "media/join.h"

#include "media/encode.h"

/* Sound that is read by itself hears so often how far the film is. */
enum { PACE_US = 250 * 1000 };

struct join {
    struct mk_encode *encode;
    int64_t next_pace_us;
};

/* All lanes have the same encoder. */
static mockets_status begin(struct mk_encode *encode, const struct mk_encode *lane,
                            struct mockets_error *err)
{
    encode->parameters = avcodec_parameters_alloc();
    if (!encode->parameters || avcodec_parameters_copy(encode->parameters, lane->parameters) < 0)
        return mk_fail_nomem(err);
    encode->time_base = lane->time_base;
    return MOCKETS_OK;
}

static mockets_status take(struct join *join, const struct mk_item *item, struct mockets_error *err)
{
    struct mk_encode *encode = join->encode;
    mockets_status rc = MOCKETS_OK;
    int64_t us;

    if (!encode->parameters)
        rc = begin(encode, &encode->joined[item->port], err);
    if (rc)
        return rc;
    us = av_rescale_q(item->packet->dts, encode->time_base, AV_TIME_BASE_Q);
    if (us >= join->next_pace_us && mk_outlet_wanted(&encode->pace)) {
        rc = mk_outlet_packet(&encode->pace, item->packet, err);
        join->next_pace_us = us + PACE_US;
    }
    if (rc && rc != MOCKETS_E_CANCELED) /* else the sound has ended */
        return rc;
    return mk_outlet_packet(&encode->outlet, item->packet, err);
}

static void let_begin(struct mk_lanes *lanes, size_t stretch)
{
    struct mk_item item = {.kind = MK_ITEM_STRETCH};

    item.stretch = stretch;
    mk_queue_put_take(&lanes->work, item);
}

static mockets_status pass_stretch(struct join *join, struct mk_queue *slot)
{
    struct mk_stage *stage = &join->encode->stage;
    mockets_status rc = MOCKETS_OK;
    bool ended = false;

    while (!ended && !rc) {
        struct mk_item item;

        if (!mk_queue_get(slot, &item))
            return mk_fail(&stage->error, MOCKETS_E_CANCELED, "canceled");
        ended = item.kind == MK_ITEM_END;
        if (!ended) {
            rc = take(join, &item, &stage->error);
        } else if (item.error) {
            stage->error = *item.error;
            rc = item.error->status;
        }
        mk_item_free(&item);
    }
    return rc;
}

/* Behind the end of a film that is shorter than it said, stretches are empty. */
static mockets_status run(struct join *join)
{
    struct mk_lanes *lanes = join->encode->lanes;
    size_t count = join->encode->plan->stretch_count;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < count && i < lanes->slot_count; i++)
        let_begin(lanes, i);
    for (size_t i = 0; i < count && !rc; i++) {
        rc = pass_stretch(join, &lanes->slots[i % lanes->slot_count]);
        if (!rc && i + lanes->slot_count < count)
            let_begin(lanes, i + lanes->slot_count);
    }
    if (!rc && !join->encode->parameters)
        rc = mk_fail(&join->encode->stage.error, MOCKETS_E_MEDIA,
                     "nothing of the film could be decoded");
    return rc;
}

void *mk_join_main(void *argument)
{
    struct mk_encode *encode = argument;
    struct join join = {.encode = encode, .next_pace_us = INT64_MIN};
    mockets_status rc = run(&join);

    for (size_t i = 0; i < encode->lanes->slot_count; i++)
        mk_queue_leave(&encode->lanes->slots[i]);
    for (size_t i = 0; i < encode->plan->lanes; i++)
        mk_queue_put_take(&encode->lanes->work, (struct mk_item){.kind = MK_ITEM_END});
    mk_outlet_end(&encode->pace, NULL);
    mk_outlet_end(&encode->outlet, rc ? &encode->stage.error : NULL);
    return NULL;
}
