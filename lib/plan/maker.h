#ifndef MK_PLAN_MAKER_H
#define MK_PLAN_MAKER_H

#include "plan/make.h"
#include "plan/size.h"

/* What the files of mk_plan_make() share: the plan that grows, and what it is built from. */

/* Codes of the service (reference 8.4). */
enum mk_plan_error {
    MK_PLAN_ERROR_VALUE = 1000,
    MK_PLAN_ERROR_MISMATCH = 4008,
    MK_PLAN_ERROR_MANY_ARTWORKS = 4009,
    MK_PLAN_ERROR_BAD_EMBEDDED_ART = 4011,
    MK_PLAN_ERROR_LARGE_EMBEDDED_ART = 4013,
    MK_PLAN_ERROR_TOO_MANY_CAPTIONS = 4103,
    MK_PLAN_ERROR_TOO_MANY_IN_PLAYLIST = 4104,
    MK_PLAN_ERROR_CAPTION_RATE = 4105,
    MK_PLAN_ERROR_CAPTION_TRACKS = 4106,
    MK_PLAN_ERROR_CLIP = 4014,
    MK_PLAN_ERROR_SIZES = 4023,
    MK_PLAN_ERROR_THUMBNAIL_SIZES = 4024,
    MK_PLAN_ERROR_PICTURES = 4025,
    MK_PLAN_ERROR_SOUNDS = 4026
};

/** One input of the job, with what is taken of it. */
struct mk_maker_input {
    const struct mk_info_stream *video; /* NULL: the input has none */
    struct mk_info_stream hinted;       /* video, with what the job says of it */
    const struct mk_info_stream *audio;
    struct mk_info_stream pair; /* audio, where it is two mono streams */
    int right_stream;           /* the second of them; 0: there is none */
    struct mk_rational rate;
    int64_t start_us; /* the first timestamp */
};

/** What is being built, and the input that is looked at. */
struct mk_maker {
    const struct mk_plan_request *request;
    struct mk_arena *arena;
    struct mk_plan *plan;
    struct mk_maker_input *inputs;
    enum mk_container container;  /* of the output that is planned */
    unsigned source;              /* the same */
    struct mk_rational film_rate; /* of the first part of that source */
    /* of the input that is looked at: the first part's, but while pictures are joined */
    const struct mk_info_stream *video;
    const struct mk_info_stream *audio;
    struct mk_rational input_rate;
};

/** Output @p i cannot be made; @p text NULL: for lack of memory. */
void mk_maker_fail(struct mk_maker *maker, size_t i, enum mk_plan_error code, const char *text);

/** Output @p i is made, but not as one might think: StatusDetail. */
void mk_maker_warn(struct mk_maker *maker, size_t i, const char *text);

/* make_source.c */

/** Choose the streams of all inputs. @return false: they cannot be joined, all outputs failed. */
bool mk_maker_add_inputs(struct mk_maker *maker);
/** Make or find the source of output @p i, and look at its first input. @return false: failed. */
bool mk_maker_use_source(struct mk_maker *maker, size_t i);
/** Look at the input of part @p part of the source. */
void mk_maker_look_at(struct mk_maker *maker, size_t part);
/** Only what somebody needs is read. */
void mk_maker_trim_sources(struct mk_maker *maker);
/** Does anything want frames of this kind of the source? Not, if all of it is copied. */
bool mk_maker_decodes(const struct mk_maker *maker, size_t source, enum mk_media_kind kind);

/* make_picture.c */

/** Plan the film of output @p i. @return the index of its encode. */
unsigned mk_maker_add_film(struct mk_maker *maker, size_t i);
/** The part of a picture that film and thumbnails have in common. */
struct mk_plan_picture mk_maker_base_picture(const struct mk_maker *maker,
                                             const struct mk_job_output *output);
void mk_maker_set_size(const struct mk_maker *maker, const struct mk_size_rule *rule,
                       struct mk_plan_picture *picture);

/** Makes the picture of output @p i as it comes of the input that is looked at. */
typedef struct mk_plan_picture mk_maker_view(struct mk_maker *maker, size_t i);

/**
 * The picture of output @p i with a view for each part of its source.
 *
 * @param code  the error of the output if the parts give pictures of different sizes
 */
struct mk_plan_picture mk_maker_join(struct mk_maker *maker, size_t i, mk_maker_view *view,
                                     enum mk_plan_error code);
mk_maker_view mk_maker_film_view, mk_maker_thumbnail_view;

/** The matrix of a picture: @p known, or what players take a film of this size for. */
enum mk_matrix mk_maker_matrix(enum mk_matrix known, int width_px, int height_px);

/* make_marks.c */

/** Draw the output's watermarks on its picture, whose sizes and colours are set. */
void mk_maker_add_marks(const struct mk_maker *maker, size_t i, struct mk_plan_picture *picture);

/* make_art.c */

/** Plan the album art of output @p i. @return false: the output has failed. */
bool mk_maker_add_art(struct mk_maker *maker, size_t i, struct mk_plan_package *package);

/* make_captions.c */

/** Merge the captions of output @p i. False: it has failed. */
bool mk_maker_add_captions(struct mk_maker *maker, size_t i);
/** The tracks that the output carries in this embedded format; none if it does not. */
struct mk_caption_tracks mk_maker_embedded(const struct mk_maker *maker, size_t i,
                                           const char *format);
/** Can the output carry its CEA-708 captions at this frame rate? False: it has failed. */
bool mk_maker_check_cea708(struct mk_maker *maker, size_t i, struct mk_rational rate);

/* make_sound.c */

/** An output has so many tracks of sound, at most. */
enum { MK_MAKER_TRACKS = 8 };

/** Plan the sound of output @p i. @return how many tracks, with their encodes in @p encodes. */
size_t mk_maker_add_tracks(struct mk_maker *maker, size_t i, enum mk_container container,
                           unsigned encodes[MK_MAKER_TRACKS]);

/* make_thumbnails.c */

void mk_maker_add_thumbnails(struct mk_maker *maker, size_t i);

/* make_passes.c */

/** Let the encodes that gain from it go over the film twice: fills in plan->first. */
void mk_maker_add_passes(struct mk_maker *maker);
/**
 * Does the peak leave the rate so little room that to know the whole film gives nothing? A little
 * more of it, or of the buffer, and one pass comes out beside its rate.
 */
bool mk_maker_is_tight(const struct mk_plan_encode *encode);
/** The pixels of a source that are decoded in a second, of whichever part has most. */
double mk_maker_pixels(const struct mk_maker *maker, size_t source);
/** Give every encoder and decoder its threads. */
mockets_status mk_maker_share_cores(struct mk_maker *maker, struct mockets_error *err);

/* make_stretches.c */

/** Let a long film that is alone be made in stretches beside each other, where that is quicker. */
void mk_maker_cut_stretches(struct mk_maker *maker);

#endif
