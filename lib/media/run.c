#include <stdio.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "media/copy.h"
#include "media/join.h"
#include "media/package.h"
#include "media/picture.h"
#include "media/sound.h"
#include "media/source.h"
#include "media/whole.h"

/* How much may lie in an inbox: enough to smooth, not enough to fill memory. */
enum { PICTURES_WAITING = 2, SOUNDS_WAITING = 32, PACKETS_WAITING = 64, PACES_WAITING = 4 };

/* A lane that is done early may begin the next stretch. */
enum { SLOTS_A_LANE = 2 };

/* One pass takes frames less evenly than those that know the whole film, and threads than one. */
enum { UNEVEN_WAITING = 8 };

/* All stages of one run. The edges between them are made here and known nowhere else. */
struct works {
    struct mk_run run;
    struct mk_cancel_watch watch; /* on the caller's cancel */
    bool statistics;              /* they are there, or are made */
    struct mk_source *sources;
    struct mk_whole *wholes;
    struct mk_picture *pictures;
    struct mk_sound *sounds;
    struct mk_encode *encodes;
    struct mk_package *packages;
    struct mk_arena arena; /* of the names of files */
};

/* A first pass takes about this much of the whole time. */
static const double FIRST_SHARE = 0.25;

void mk_run_progress(struct mk_run *run, unsigned index, int64_t done_us)
{
    int64_t least = INT64_MAX, told;

    atomic_store(&run->done_us[index], done_us);
    for (size_t i = 0; i < run->done_count; i++) {
        int64_t one = atomic_load(&run->done_us[i]);

        least = one < least ? one : least;
    }
    told = atomic_load(&run->told_us);
    if (least == INT64_MAX || least <= told)
        return;
    if (run->host->progress && atomic_compare_exchange_strong(&run->told_us, &told, least))
        run->host->progress(run->host->context,
                            run->before_us + (int64_t)((double)least * run->done_scale));
}

static mockets_status set_stage(struct works *works, struct mk_stage *stage, const char *name,
                                size_t index, void *(*main)(void *), size_t capacity, size_t ports,
                                struct mockets_error *err)
{
    stage->run = &works->run;
    stage->main = main;
    snprintf(stage->name, sizeof(stage->name), "%s %u", name, (unsigned)index % 1000);
    if (capacity == 0)
        return MOCKETS_OK;
    return mk_queue_init(&stage->inbox, capacity, (unsigned)ports, &works->run.cancel, err);
}

static mockets_status set_outlet(struct mk_outlet *outlet, size_t most, struct mockets_error *err)
{
    outlet->edges = mk_alloc_array(most ? most : 1, sizeof(*outlet->edges));
    return outlet->edges ? MOCKETS_OK : mk_fail_nomem(err);
}

static void connect(struct mk_outlet *from, struct mk_stage *to, size_t port)
{
    from->edges[from->count++] = (struct mk_edge){.to = &to->inbox, .port = (unsigned)port};
}

static mockets_status add_sources(struct works *works, struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < plan->source_count && !rc; i++) {
        struct mk_source *source = &works->sources[i];

        source->index = (unsigned)i;
        source->paced = plan->sources[i].paced;
        rc = set_stage(works, &source->stage, "source", i, mk_source_main,
                       source->paced ? PACES_WAITING : 0, 1, err);
        if (!rc)
            rc = set_outlet(&source->pictures, plan->whole_count + plan->picture_count, err);
        if (!rc)
            rc = set_outlet(&source->sounds, plan->sound_count, err);
        for (int kind = MK_VIDEO; kind <= MK_AUDIO && !rc; kind++)
            rc = set_outlet(&source->packets[kind], plan->encode_count, err);
    }
    return rc;
}

static size_t room_for_pictures(const struct mk_plan *plan)
{
    return plan->pictures_waiting > 0 ? plan->pictures_waiting : PICTURES_WAITING;
}

static mockets_status add_wholes(struct works *works, struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < plan->whole_count && !rc; i++) {
        struct mk_whole *whole = &works->wholes[i];

        whole->plan = &plan->wholes[i];
        rc = set_stage(works, &whole->stage, "whole", i, mk_whole_main, room_for_pictures(plan), 1,
                       err);
        if (!rc)
            rc = set_outlet(&whole->outlet, plan->picture_count, err);
        if (!rc)
            connect(&works->sources[whole->plan->source].pictures, &whole->stage, 0);
    }
    return rc;
}

static struct mk_outlet *frames_for(struct works *works, const struct mk_plan_picture *plan)
{
    return plan->whole ? &works->wholes[plan->whole - 1].outlet
                       : &works->sources[plan->source].pictures;
}

static mockets_status add_filters(struct works *works, struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < plan->picture_count && !rc; i++) {
        struct mk_picture *picture = &works->pictures[i];

        picture->plan = &plan->pictures[i];
        rc = set_stage(works, &picture->stage, "picture", i, mk_picture_main,
                       room_for_pictures(plan), 1, err);
        if (!rc)
            rc = set_outlet(&picture->outlet, plan->encode_count, err);
        if (!rc)
            connect(frames_for(works, picture->plan), &picture->stage, 0);
    }
    for (size_t i = 0; i < plan->sound_count && !rc; i++) {
        struct mk_sound *sound = &works->sounds[i];

        sound->plan = &plan->sounds[i];
        rc = set_stage(works, &sound->stage, "sound", i, mk_sound_main, SOUNDS_WAITING, 1, err);
        if (!rc)
            rc = set_outlet(&sound->outlet, plan->encode_count, err);
        if (!rc)
            connect(&works->sources[sound->plan->source].sounds, &sound->stage, 0);
    }
    return rc;
}

/* A package may have the same encode for several of its tracks. */
static size_t count_uses(const struct mk_plan *plan, size_t encode)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->package_count; i++) {
        for (size_t k = 0; k < plan->packages[i].encode_count; k++)
            count += plan->packages[i].encodes[k] == encode;
    }
    return count;
}

/* Where the encode gets its frames from, or its packets. */
static void connect_encode(struct works *works, struct mk_encode *encode)
{
    const struct mk_plan_encode *plan = encode->plan;

    encode->frame_rate = (AVRational){0, 1};
    if (plan->copies) {
        struct mk_source *source = &works->sources[plan->of];

        encode->source = source;
        if (plan->kind == MK_VIDEO)
            encode->frame_rate = (AVRational){plan->copy.rate.num, plan->copy.rate.den};
        connect(&source->packets[plan->kind], &encode->stage, 0);
    } else if (plan->kind == MK_VIDEO) {
        struct mk_picture *picture = &works->pictures[plan->of];

        encode->frame_rate = (AVRational){picture->plan->rate.num, picture->plan->rate.den};
        connect(&picture->outlet, &encode->stage, 0);
    } else {
        connect(&works->sounds[plan->of].outlet, &encode->stage, 0);
    }
}

static size_t room_of(const struct mk_plan *plan, const struct mk_plan_encode *encode)
{
    if (encode->copies)
        return PACKETS_WAITING;
    if (encode->kind != MK_VIDEO)
        return SOUNDS_WAITING;
    if ((encode->pass == MK_PASS_ONLY || encode->threads > 1) && plan->pictures_waiting == 0)
        return UNEVEN_WAITING;
    return room_for_pictures(plan);
}

/* The packets of a stretch have room until it is their turn; only the last one may have to wait. */
static size_t room_for_stretch(const struct mk_plan_encode *encode)
{
    int64_t most = 1;

    for (size_t i = 0; i + 1 < encode->stretch_count; i++)
        most = encode->stretches[i].count > most ? encode->stretches[i].count : most;
    return (size_t)most;
}

static mockets_status init_lanes(struct works *works, struct mk_encode *encode,
                                 struct mockets_error *err)
{
    size_t lanes = encode->plan->lanes, slots = lanes * SLOTS_A_LANE;
    size_t room = room_for_stretch(encode->plan);
    mockets_status rc;

    encode->lanes = mk_alloc_array(1, sizeof(*encode->lanes));
    if (!encode->lanes)
        return mk_fail_nomem(err);
    encode->lanes->slots = mk_alloc_array(slots, sizeof(*encode->lanes->slots));
    if (!encode->lanes->slots)
        return mk_fail_nomem(err);
    encode->lanes->slot_count = slots;
    rc = mk_queue_init(&encode->lanes->work, slots, (unsigned)lanes, &works->run.cancel, err);
    for (size_t i = 0; i < slots && !rc; i++)
        rc = mk_queue_init(&encode->lanes->slots[i], room, 1 + (unsigned)lanes, &works->run.cancel,
                           err);
    return rc;
}

/* The encode joins what lanes make, and tells sources that are paced how far the film is. */
static mockets_status add_lanes(struct works *works, struct mk_encode *encode,
                                struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc = set_outlet(&encode->pace, plan->source_count, err);

    if (!rc)
        rc = init_lanes(works, encode, err);
    if (rc)
        return rc;
    encode->joined = &works->encodes[encode->plan->of];
    encode->frame_rate = encode->joined->frame_rate;
    for (size_t i = 0; i < encode->plan->lanes; i++) {
        struct mk_encode *lane = &works->encodes[encode->plan->of + i];

        lane->lanes = encode->lanes;
        lane->lane = (unsigned)i;
        works->sources[plan->pictures[lane->plan->of].source].lanes = encode->lanes;
    }
    for (size_t i = 0; i < plan->source_count; i++) {
        if (plan->sources[i].paced)
            connect(&encode->pace, &works->sources[i].stage, 0);
    }
    return MOCKETS_OK;
}

static mockets_status add_encode(struct works *works, struct mk_encode *encode, size_t i,
                                 struct mockets_error *err)
{
    static const struct {
        const char *name;
        void *(*main)(void *);
    } ways[] = {{"encode", mk_encode_main}, {"copy", mk_copy_main}, {"join", mk_join_main}};
    const struct mk_plan *plan = works->run.plan;
    int way = encode->plan->copies ? 1 : encode->plan->lanes ? 2 : 0;
    size_t room = encode->plan->lanes ? 0 : room_of(plan, encode->plan);
    mockets_status rc =
        set_stage(works, &encode->stage, ways[way].name, i, ways[way].main, room, 1, err);

    if (!rc)
        rc = set_outlet(&encode->outlet, count_uses(plan, i), err);
    if (!rc && !encode->plan->lanes)
        connect_encode(works, encode);
    return rc;
}

static mockets_status add_encodes(struct works *works, struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < plan->encode_count && !rc; i++) {
        struct mk_encode *encode = &works->encodes[i];

        encode->plan = &plan->encodes[i];
        encode->index = (unsigned)i;
        if (encode->plan->pass && works->statistics)
            encode->statistics =
                mk_arena_printf(&works->arena, "%s/statistics-%u", works->run.host->scratch,
                                encode->plan->statistics);
        rc = add_encode(works, encode, i, err);
    }
    for (size_t i = 0; i < plan->encode_count && !rc; i++) {
        if (plan->encodes[i].lanes)
            rc = add_lanes(works, &works->encodes[i], err);
    }
    return rc;
}

static const struct mk_packer_ops *packer_of(const struct mk_plan_package *plan)
{
    if (plan->container == MK_CONTAINER_IMAGES)
        return &mk_packer_images;
    if (plan->container == MK_CONTAINER_FMP4)
        return &mk_packer_fragments;
    return plan->segment_us > 0 ? &mk_packer_segments : &mk_packer_file;
}

static void want_header(struct works *works, struct mk_encode *encode)
{
    encode->global_header = true;
    for (size_t i = 0; i < encode->plan->lanes; i++)
        works->encodes[encode->plan->of + i].global_header = true;
}

static mockets_status add_package(struct works *works, size_t index, struct mockets_error *err)
{
    struct mk_package *package = &works->packages[index];
    const struct mk_plan_package *plan = &works->run.plan->packages[index];
    mockets_status rc;

    package->index = (unsigned)index;
    package->plan = plan;
    package->packer = packer_of(plan);
    package->track_count = plan->encode_count;
    package->tracks = mk_alloc_array(plan->encode_count, sizeof(*package->tracks));
    if (!package->tracks)
        return mk_fail_nomem(err);
    rc = set_stage(works, &package->stage, "package", index, mk_package_main, PACKETS_WAITING,
                   plan->encode_count, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < plan->encode_count; i++) {
        struct mk_encode *encode = &works->encodes[plan->encodes[i]];

        package->tracks[i].encode = encode;
        if (plan->container == MK_CONTAINER_FMP4 || mk_mux_wants_header(plan->container))
            want_header(works, encode);
        connect(&encode->outlet, &package->stage, i);
    }
    return MOCKETS_OK;
}

static mockets_status add_packages(struct works *works, struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc = MOCKETS_OK;
    bool only_images = true;

    for (size_t i = 0; i < plan->package_count && !rc; i++) {
        rc = add_package(works, i, err);
        only_images = only_images && plan->packages[i].container == MK_CONTAINER_IMAGES;
    }
    /* Pictures come too rarely to tell how far the work is. */
    for (size_t i = 0; i < plan->package_count; i++) {
        bool image = plan->packages[i].container == MK_CONTAINER_IMAGES;

        atomic_init(&works->run.done_us[i], image && !only_images ? INT64_MAX : 0);
    }
    return rc;
}

static mockets_status build(struct works *works, struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc;

    works->sources = mk_alloc_array(plan->source_count + 1, sizeof(*works->sources));
    works->wholes = mk_alloc_array(plan->whole_count + 1, sizeof(*works->wholes));
    works->pictures = mk_alloc_array(plan->picture_count + 1, sizeof(*works->pictures));
    works->sounds = mk_alloc_array(plan->sound_count + 1, sizeof(*works->sounds));
    works->encodes = mk_alloc_array(plan->encode_count + 1, sizeof(*works->encodes));
    works->packages = mk_alloc_array(plan->package_count + 1, sizeof(*works->packages));
    works->run.done_count = plan->package_count ? plan->package_count : plan->encode_count;
    works->run.done_us = mk_alloc_array(works->run.done_count + 1, sizeof(*works->run.done_us));
    if (!works->sources || !works->wholes || !works->pictures || !works->sounds ||
        !works->encodes || !works->packages || !works->run.done_us)
        return mk_fail_nomem(err);
    rc = add_sources(works, err);
    if (!rc)
        rc = add_wholes(works, err);
    if (!rc)
        rc = add_filters(works, err);
    if (!rc)
        rc = add_encodes(works, err);
    return rc ? rc : add_packages(works, err);
}

/* Call @p visit on all stages, receivers before their senders. */
static mockets_status each_stage(struct works *works,
                                 mockets_status (*visit)(struct mk_stage *, struct mockets_error *),
                                 struct mockets_error *err)
{
    const struct mk_plan *plan = works->run.plan;
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < plan->package_count && !rc; i++)
        rc = visit(&works->packages[i].stage, err);
    for (size_t i = 0; i < plan->encode_count && !rc; i++)
        rc = visit(&works->encodes[i].stage, err);
    for (size_t i = 0; i < plan->picture_count && !rc; i++)
        rc = visit(&works->pictures[i].stage, err);
    for (size_t i = 0; i < plan->whole_count && !rc; i++)
        rc = visit(&works->wholes[i].stage, err);
    for (size_t i = 0; i < plan->sound_count && !rc; i++)
        rc = visit(&works->sounds[i].stage, err);
    for (size_t i = 0; i < plan->source_count && !rc; i++)
        rc = visit(&works->sources[i].stage, err);
    return rc;
}

static mockets_status start(struct mk_stage *stage, struct mockets_error *err)
{
    mockets_status rc = mk_thread_start(&stage->thread, stage->name, stage->main, stage, err);

    stage->started = !rc;
    return rc;
}

static mockets_status join(struct mk_stage *stage, struct mockets_error *err)
{
    (void)err;
    if (stage->started)
        pthread_join(stage->thread, NULL);
    stage->started = false;
    return MOCKETS_OK;
}

static mockets_status fini(struct mk_stage *stage, struct mockets_error *err)
{
    (void)err;
    mk_queue_fini(&stage->inbox);
    return MOCKETS_OK;
}

static void free_lanes(struct mk_lanes *lanes)
{
    if (!lanes)
        return;
    for (size_t i = 0; i < lanes->slot_count; i++)
        mk_queue_fini(&lanes->slots[i]);
    mk_queue_fini(&lanes->work);
    mk_free(lanes->slots);
    mk_free(lanes);
}

static void free_encode(struct mk_encode *encode)
{
    if (encode->plan && encode->plan->lanes)
        free_lanes(encode->lanes);
    avcodec_parameters_free(&encode->parameters);
    mk_free(encode->outlet.edges);
    mk_free(encode->pace.edges);
}

static void free_works(struct works *works)
{
    const struct mk_plan *plan = works->run.plan;

    if (works->run.done_us) /* the last one to be allocated */
        each_stage(works, fini, NULL);
    for (size_t i = 0; works->sources && i < plan->source_count; i++) {
        mk_free(works->sources[i].pictures.edges);
        mk_free(works->sources[i].sounds.edges);
        for (int kind = MK_VIDEO; kind <= MK_AUDIO; kind++) {
            mk_free(works->sources[i].packets[kind].edges);
            avcodec_parameters_free(&works->sources[i].parameters[kind]);
        }
    }
    for (size_t i = 0; works->wholes && i < plan->whole_count; i++)
        mk_free(works->wholes[i].outlet.edges);
    for (size_t i = 0; works->pictures && i < plan->picture_count; i++)
        mk_free(works->pictures[i].outlet.edges);
    for (size_t i = 0; works->sounds && i < plan->sound_count; i++)
        mk_free(works->sounds[i].outlet.edges);
    for (size_t i = 0; works->encodes && i < plan->encode_count; i++)
        free_encode(&works->encodes[i]);
    for (size_t i = 0; works->packages && i < plan->package_count; i++)
        mk_free(works->packages[i].tracks);
    mk_free(works->sources);
    mk_free(works->wholes);
    mk_free(works->pictures);
    mk_free(works->sounds);
    mk_free(works->encodes);
    mk_free(works->packages);
    mk_free(works->run.done_us);
    mk_arena_fini(&works->arena);
}

static void pass_on_cancel(void *context)
{
    mk_cancel_set(context);
}

static bool all_reported(const struct works *works)
{
    for (size_t i = 0; i < works->run.plan->package_count; i++) {
        if (!works->packages[i].reported)
            return false;
    }
    return true;
}

/* The first stage that failed; none where all is well. */
static mockets_status first_error(const struct works *works, struct mockets_error *err)
{
    for (size_t i = 0; i < works->run.plan->encode_count; i++) {
        const struct mockets_error *error = &works->encodes[i].stage.error;

        if (!error->status)
            continue;
        if (err)
            *err = *error;
        return error->status;
    }
    return MOCKETS_OK;
}

static mockets_status run(struct works *works, struct mk_cancel *cancel, struct mockets_error *err)
{
    mockets_status rc;

    mk_cancel_init(&works->run.cancel);
    rc = build(works, err);
    if (!rc)
        rc = mk_images_load(&works->run.images, works->run.plan, works->run.host, err);
    if (!rc) {
        works->watch =
            (struct mk_cancel_watch){.wake = pass_on_cancel, .context = &works->run.cancel};
        mk_cancel_watch(cancel, &works->watch);
        rc = each_stage(works, start, err);
        if (rc)
            mk_cancel_set(&works->run.cancel);
        each_stage(works, join, NULL);
        mk_cancel_unwatch(cancel, &works->watch);
        if (!rc && !all_reported(works))
            rc = mk_fail(err, MOCKETS_E_CANCELED, "canceled");
        if (!rc && !works->run.plan->package_count)
            rc = first_error(works, err);
    }
    free_works(works);
    mk_images_free(&works->run.images);
    mk_cancel_fini(&works->run.cancel);
    return rc;
}

static int64_t longest_us(const struct mk_plan *plan)
{
    int64_t longest = 0;

    for (size_t i = 0; i < plan->source_count; i++)
        longest = plan->sources[i].duration_us > longest ? plan->sources[i].duration_us : longest;
    return longest;
}

/* What goes wrong here the encodes do without: what is wrong with the input shows again. */
static bool run_first(const struct mk_plan *plan, const struct mk_media_host *host,
                      struct mk_cancel *cancel)
{
    struct works works = {.run = {.plan = plan, .host = host, .done_scale = FIRST_SHARE},
                          .statistics = true};
    struct mockets_error err;
    mockets_status rc = run(&works, cancel, &err);

    if (rc && rc != MOCKETS_E_CANCELED)
        mk_log(host->log, MOCKETS_LOG_WARNING, "one pass will have to do: %s", err.message);
    return !rc;
}

mockets_status mk_media_run(const struct mk_plan *plan, const struct mk_media_host *host,
                            struct mk_cancel *cancel, struct mockets_error *err)
{
    struct works works = {.run = {.plan = plan, .host = host, .done_scale = 1}};

    if (plan->first) {
        works.statistics = run_first(plan->first, host, cancel);
        if (host->first_done)
            host->first_done(host->context);
        works.run.done_scale = 1 - FIRST_SHARE;
        works.run.before_us = (int64_t)((double)longest_us(plan) * FIRST_SHARE);
    }
    return run(&works, cancel, err);
}
