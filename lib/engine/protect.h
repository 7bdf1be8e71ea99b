#ifndef MK_ENGINE_PROTECT_H
#define MK_ENGINE_PROTECT_H

#include "model/job.h"
#include "plan/plan.h"

struct mk_run;

/** The ending of the object with the key, behind the name of the playlist. */
#define MK_HLS_KEY_ENDING ".key"

/**
 * How the segments of each output are to be encrypted, by the playlist that it is in.
 *
 * @param out  receives one pointer for each output, NULL where they are not; in the run's arena
 */
mockets_status mk_run_hls_keys(struct mk_run *run, const struct mk_plan_hls_key *const **out,
                               struct mockets_error *err);

/** The same for the samples of outputs in playlists with PlayReadyDrm. */
mockets_status mk_run_cencs(struct mk_run *run, const struct mk_plan_cenc *const **out,
                            struct mockets_error *err);

/** The PlayReady object of the playlist, in base64. *out is NULL: it has none. */
mockets_status mk_run_play_ready(struct mk_run *run, const struct mk_playlist *playlist,
                                 const char **out, struct mockets_error *err);

/** The 16 bytes that are to be stored beside the playlist; NULL: none are. */
const uint8_t *mk_run_hls_stored_key(const struct mk_run *run, const struct mk_playlist *playlist);

#endif
