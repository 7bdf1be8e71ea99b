#ifndef MK_PLAN_AUXILIARY_H
#define MK_PLAN_AUXILIARY_H

#include "base/arena.h"
#include "base/error.h"
#include "model/job.h"
#include "plan/info.h"

/* Pictures that a job names beside its inputs. Each distinct one is opened and looked at once. */

enum mk_auxiliary_kind { MK_AUXILIARY_WATERMARK, MK_AUXILIARY_ARTWORK };

struct mk_auxiliary {
    enum mk_auxiliary_kind kind;
    const char *key;                        /**< in the input bucket */
    const struct mk_encryption *encryption; /**< NULL: none */
    struct mk_info_image info;              /**< for who looks at it to fill in */
};

/**
 * All auxiliary objects of a job's outputs, each once; info is empty.
 *
 * @param skip  one per output: needs nothing; NULL = none is skipped
 *
 * @retval MOCKETS_E_NOMEM  nothing else can go wrong
 */
mockets_status mk_auxiliary_list(const struct mk_job *job, const bool *skip, struct mk_arena *arena,
                                 struct mk_auxiliary **out, size_t *count,
                                 struct mockets_error *err);

/** Where the object is in a list; @p count if it is not there. */
size_t mk_auxiliary_find(const struct mk_auxiliary *list, size_t count,
                         const struct mk_auxiliary *object);

/** Does the output need it? */
bool mk_auxiliary_is_used(const struct mk_auxiliary *object, const struct mk_job_output *output);

/** The service's code for a picture that is too large (reference 8.4); 0 if it is not. */
int mk_auxiliary_check_size(const struct mk_auxiliary *object);

/** How error texts call this kind of object. */
const char *mk_auxiliary_name(enum mk_auxiliary_kind kind);

/** The object that a watermark or an artwork of a job names. */
struct mk_auxiliary mk_auxiliary_of_watermark(const struct mk_job_watermark *watermark);
struct mk_auxiliary mk_auxiliary_of_artwork(const struct mk_artwork *artwork);

#endif
