#ifndef MK_MODEL_RULES_H
#define MK_MODEL_RULES_H

/* What the files with rules share. */

#include "base/buf.h"
#include "model/job.h"
#include "model/walk.h"

/** A JSON pointer, for mk_fail_field(). */
struct mk_pointer {
    char text[128];
};

/** "/LIST/INDEX/MEMBER"; without "/MEMBER" if @p member is "". */
struct mk_pointer mk_pointer_to(const char *list, size_t index, const char *member);

/** Where in a job the thing is that is being checked: /LIST/INDEX/MEMBER. */
struct mk_place {
    const char *list; /**< "Inputs" */
    size_t index;
    const char *member; /**< "Encryption" */
    struct mockets_error *err;
};

#define MK_FAIL_AT(place, ...)                                                                     \
    mk_fail_field((place)->err,                                                                    \
                  mk_pointer_to((place)->list, (place)->index, (place)->member).text, __VA_ARGS__)

/** A decimal number of the API ("10", "29.97", "2.") in hundred-thousandths; -1 if it is none. */
int64_t mk_decimal(const char *text);

/** Is nothing set in it? The API takes such an object for none. NULL is empty. */
bool mk_encryption_empty(const struct mk_encryption *encryption);
bool mk_hls_protection_empty(const struct mk_hls_content_protection *protection);
bool mk_play_ready_empty(const struct mk_play_ready_drm *drm);

/** The output that a playlist means by @p key; job->output_count if there is none. */
size_t mk_output_of_key(const struct mk_job *job, const char *key);

/** How to read, or how to write, something that is encrypted. */
enum mk_encrypted { MK_ENCRYPTED_INPUT, MK_ENCRYPTED_OUTPUT };
mockets_status mk_rules_encryption(const struct mk_place *place,
                                   const struct mk_encryption *encryption, enum mk_encrypted way);

/** InputCaptions, and an output's Captions. */
mockets_status mk_rules_input_captions(const struct mk_place *place,
                                       const struct mk_input_captions *captions);
mockets_status mk_rules_captions(const struct mk_place *place, const struct mk_captions *captions,
                                 const struct mk_preset *preset);

/** Do both outputs make the same captions? */
bool mk_captions_alike(const struct mk_captions *a, const struct mk_captions *b);

/** The rules of inputs, and of outputs apart from their place in playlists. */
mockets_status mk_rules_inputs(const struct mk_job *job, struct mockets_error *err);
mockets_status mk_rules_outputs(const struct mk_job *job, const struct mk_preset *const *presets,
                                struct mockets_error *err);
mockets_status mk_rules_playlists(const struct mk_job *job, const struct mk_preset *const *presets,
                                  struct mockets_error *err);

/** The rules of a preset's video and thumbnails, apart from the container. */
mockets_status mk_rules_video(const struct mk_video_parameters *video, struct mockets_error *err);
mockets_status mk_rules_thumbnails(const struct mk_thumbnails *thumbnails,
                                   const struct mk_video_parameters *video,
                                   struct mockets_error *err);

/** A rectangle that a preset limits pictures to; 0 = no limit is known. */
struct mk_box {
    int64_t width, height;
};

/** The box of a preset's video: MaxWidth x MaxHeight or Resolution, with the API's defaults. */
struct mk_box mk_video_box(const struct mk_video_parameters *video);

/** An even number of pixels between @p min and @p max, or "auto", or not set. */
bool mk_is_length(const char *text, int64_t min, int64_t max);

/** Append a sentence for each setting of an H.264 preset that its level does not allow. */
void mk_level_warnings(const struct mk_video_parameters *video, struct mk_buf *to);

#endif
