#include "media/join.h"

#include "media/encode.h"

/* Sound that is read by itself hears so often how far the film is. */
enum { PACE_US = 250 * 1000 };

struct join {
    struct mk_encode *encode;
    const struct mk_encode *lane; /* whose turn it is */
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

static mockets_status take(struct join *join, const AVPacket *packet, struct mockets_error *err)
{
    struct mk_encode *encode = join->encode;
    mockets_status rc = encode->parameters ? MOCKETS_OK : begin(encode, join->lane, err);
    int64_t us;

    if (rc)
        return rc;
    us = av_rescale_q(packet->dts, encode->time_base, AV_TIME_BASE_Q);
    if (us >= join->next_pace_us && mk_outlet_wanted(&encode->pace)) {
        rc = mk_outlet_packet(&encode->pace, packet, err);
        join->next_pace_us = us + PACE_US;
    }
    if (rc && rc != MOCKETS_E_CANCELED) /* else the sound has ended */
        return rc;
    return mk_outlet_packet(&encode->outlet, packet, err);
}

/* @param ended  there is no more: the film was shorter than it said */
static mockets_status pass_stretch(struct join *join, struct mk_queue *inbox,
                                   const struct mk_plan_stretch *stretch, bool *ended)
{
    struct mk_stage *stage = &join->encode->stage;
    mockets_status rc = MOCKETS_OK;

    for (int64_t i = 0; i < stretch->count && !*ended && !rc; i++) {
        struct mk_item item;

        if (!mk_queue_get(inbox, &item))
            return mk_fail(&stage->error, MOCKETS_E_CANCELED, "canceled");
        *ended = item.kind == MK_ITEM_END;
        if (!*ended) {
            rc = take(join, item.packet, &stage->error);
        } else if (item.error) {
            stage->error = *item.error;
            rc = item.error->status;
        }
        mk_item_free(&item);
    }
    return rc;
}

static mockets_status run(struct join *join)
{
    const struct mk_plan_encode *plan = join->encode->plan;
    mockets_status rc = MOCKETS_OK;
    bool ended = false;

    for (size_t i = 0; i < plan->stretch_count && !ended && !rc; i++) {
        struct mk_lane *lane = &join->encode->lanes[i % plan->lanes];

        join->lane = lane->encode;
        rc = pass_stretch(join, &lane->inbox, &plan->stretches[i], &ended);
    }
    return rc;
}

void *mk_join_main(void *argument)
{
    struct mk_encode *encode = argument;
    struct join join = {.encode = encode, .next_pace_us = INT64_MIN};
    mockets_status rc = run(&join);

    for (size_t i = 0; i < encode->plan->lanes; i++)
        mk_queue_leave(&encode->lanes[i].inbox);
    mk_outlet_end(&encode->pace, NULL);
    mk_outlet_end(&encode->outlet, rc ? &encode->stage.error : NULL);
    return NULL;
}
