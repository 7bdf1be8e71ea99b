#ifndef SERVER_TRANSCODE_H
#define SERVER_TRANSCODE_H

#include <limits.h>

#include <jansson.h>

#include <mockets/engine.h>
#include <mockets/job.h>

#include "server/pace.h"
#include "server/text.h"

/** What "mockets transcode" was asked for. */
struct transcode {
    struct strings inputs;    /**< files and pipes; "-" is what comes in */
    char *output;             /**< directory */
    struct strings presets;   /**< ID-OR-NAME or ID-OR-NAME=KEY */
    struct strings playlists; /**< NAME=FORMAT */
    char *segment_duration;   /**< seconds, or NULL */
    bool json;
    bool overwrite;
    struct pace pace;
};

/** The buckets of the one pipeline. */
#define TRANSCODE_INPUT_BUCKET  "input"
#define TRANSCODE_OUTPUT_BUCKET "output"

/** Where the inputs are: a directory, and a key under it for each. */
struct transcode_inputs {
    char directory[PATH_MAX];
    struct strings keys;
    struct mockets_stream *streams; /**< those that are pipes; their keys are those above */
    size_t stream_count;
};

/** The path that an input of the command line means. */
const char *transcode_input_path(const char *input);

/**
 * Find the directory that holds all inputs, and open those that are pipes.
 *
 * @param out  all zero; release it with transcode_close_inputs(), also after a failure
 *
 * @retval MOCKETS_E_INVALID  a file is not there or cannot be read
 */
mockets_status transcode_find_inputs(const struct strings *inputs, struct transcode_inputs *out,
                                     struct mockets_error *err);

void transcode_close_inputs(struct transcode_inputs *inputs);

/**
 * Write the CreateJob request.
 *
 * @param presets  from preset_list_read()
 * @param out      receives JSON text; release it with free()
 *
 * @retval MOCKETS_E_INVALID  no such preset, or a flag that fits none of them
 */
mockets_status transcode_request(const struct transcode *transcode,
                                 const struct transcode_inputs *inputs, json_t *presets, char **out,
                                 struct mockets_error *err);

/** Show how far the job is, over the line before, on standard error. */
void transcode_show_progress(const struct mockets_job_progress *progress);

/** Take the progress line away. */
void transcode_clear_progress(void);

/** Print one line for each output of @p job (the Job object). */
void transcode_print_outputs(json_t *job);

/** Print on standard error why outputs failed. */
void transcode_print_failures(json_t *job);

#endif
