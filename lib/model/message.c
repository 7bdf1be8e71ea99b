#include "model/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "model/status.h"

/*
 * The layout is that of the service's messages: two blanks a level, blanks on both sides of the
 * colon, the brackets of a list on the lines of its items.
 */
struct writer {
    struct mk_buf text;
    unsigned depth;
    bool first; /* nothing in the innermost object yet */
};

struct event {
    const char *state;
    const char *before, *behind; /* the job's id in the subject */
};

static const struct event events[] = {
    [MOCKETS_JOB_SUBMITTED] = {NULL, NULL, NULL},
    [MOCKETS_JOB_PROGRESSING] = {"PROGRESSING", "Amazon Elastic Transcoder has scheduled job ",
                                 " for transcoding."},
    [MOCKETS_JOB_COMPLETE] = {"COMPLETED",
                              "Amazon Elastic Transcoder has finished transcoding job ", "."},
    [MOCKETS_JOB_CANCELED] = {NULL, NULL, NULL},
    [MOCKETS_JOB_ERROR] = {"ERROR", "The Amazon Elastic Transcoder job ", " has failed."},
};

/* No such message is on record; the subject is in the style of the others. */
static const struct event warning = {"WARNING", "The Amazon Elastic Transcoder job ",
                                     " has warnings."};

static void indent(struct writer *writer)
{
    mk_buf_putc(&writer->text, '\n');
    for (unsigned i = 0; i < writer->depth; i++)
        mk_buf_puts(&writer->text, "  ");
}

static void open_object(struct writer *writer)
{
    mk_buf_putc(&writer->text, '{');
    writer->depth++;
    writer->first = true;
}

static void close_object(struct writer *writer)
{
    writer->depth--;
    if (writer->first)
        mk_buf_putc(&writer->text, ' ');
    else
        indent(writer);
    mk_buf_putc(&writer->text, '}');
    writer->first = false;
}

static void put_name(struct writer *writer, const char *name)
{
    if (!writer->first)
        mk_buf_putc(&writer->text, ',');
    writer->first = false;
    indent(writer);
    mk_model_emit_string(name, &writer->text);
    mk_buf_puts(&writer->text, " : ");
}

static void put_string(struct writer *writer, const char *name, const char *value)
{
    if (!value)
        return;
    put_name(writer, name);
    mk_model_emit_string(value, &writer->text);
}

static void put_integer(struct writer *writer, const char *name, struct mk_integer value)
{
    if (!value.set)
        return;
    put_name(writer, name);
    mk_buf_printf(&writer->text, "%" PRId64, value.value);
}

/* "02.50" as the number 2.5; always with a decimal, never with a needless zero. */
static void put_decimal(struct writer *writer, const char *name, const char *value)
{
    size_t whole, part;

    if (mk_str_empty(value))
        return;
    while (value[0] == '0' && value[1] && value[1] != '.')
        value++;
    whole = strcspn(value, ".");
    part = value[whole] ? strlen(value + whole + 1) : 0;
    while (part && value[whole + part] == '0')
        part--;
    put_name(writer, name);
    mk_buf_append(&writer->text, value, whole);
    mk_buf_putc(&writer->text, '.');
    mk_buf_append(&writer->text, part ? value + whole + 1 : "0", part ? part : 1);
}

/* The number before the text of a failure: "3002 <uuid>: …". */
static struct mk_integer error_code(const char *status, const char *detail)
{
    struct mk_integer code = {0};

    if (!mk_str_eq(status, "Error") || !detail)
        return code;
    for (; *detail >= '0' && *detail <= '9' && code.value < 100000; detail++) {
        code.value = code.value * 10 + (*detail - '0');
        code.set = true;
    }
    return code;
}

static void put_input(struct writer *writer, const struct mk_job_input *input)
{
    put_name(writer, "input");
    open_object(writer);
    put_string(writer, "key", input->key);
    put_string(writer, "frameRate", input->frame_rate);
    put_string(writer, "resolution", input->resolution);
    put_string(writer, "aspectRatio", input->aspect_ratio);
    put_string(writer, "interlaced", input->interlaced);
    put_string(writer, "container", input->container);
    close_object(writer);
}

static void put_output(struct writer *writer, const struct mk_job_output *output,
                       const char *status)
{
    if (!status)
        status = output->status;
    open_object(writer);
    put_string(writer, "id", output->id);
    put_string(writer, "presetId", output->preset_id);
    put_string(writer, "key", output->key);
    put_string(writer, "thumbnailPattern", output->thumbnail_pattern);
    put_string(writer, "rotate", output->rotate);
    put_decimal(writer, "segmentDuration", output->segment_duration);
    put_string(writer, "status", status);
    put_string(writer, "statusDetail", output->status_detail);
    put_integer(writer, "errorCode", error_code(status, output->status_detail));
    put_integer(writer, "duration", output->duration);
    put_integer(writer, "width", output->width);
    put_integer(writer, "height", output->height);
    close_object(writer);
}

static void put_strings(struct writer *writer, const char *name, const char *const *items,
                        size_t count)
{
    put_name(writer, name);
    mk_buf_puts(&writer->text, "[ ");
    for (size_t i = 0; i < count; i++) {
        mk_buf_puts(&writer->text, i ? ", " : "");
        mk_model_emit_string(items[i], &writer->text);
    }
    mk_buf_puts(&writer->text, count ? " ]" : "]");
}

static void put_playlist(struct writer *writer, const struct mk_playlist *playlist,
                         const char *status)
{
    open_object(writer);
    put_string(writer, "name", playlist->name);
    put_string(writer, "format", playlist->format);
    put_strings(writer, "outputKeys", playlist->output_keys, playlist->output_key_count);
    put_string(writer, "status", status ? status : playlist->status);
    put_string(writer, "statusDetail", playlist->status_detail);
    close_object(writer);
}

/* Only failures of a job with a single output have their reason at the top, too. */
static void put_failure(struct writer *writer, const struct mk_job *job)
{
    const struct mk_job_output *output = job->outputs;

    if (job->output_count != 1 || job->playlist_count)
        return;
    put_integer(writer, "errorCode", error_code(output->status, output->status_detail));
    put_string(writer, "messageDetails", output->status_detail);
}

static void put_lists(struct writer *writer, const struct mk_job *job, const char *status)
{
    put_name(writer, "outputs");
    mk_buf_putc(&writer->text, '[');
    for (size_t i = 0; i < job->output_count; i++) {
        mk_buf_puts(&writer->text, i ? ", " : " ");
        put_output(writer, &job->outputs[i], status);
    }
    mk_buf_puts(&writer->text, " ]");
    if (!job->playlist_count)
        return;
    put_name(writer, "playlists");
    mk_buf_putc(&writer->text, '[');
    for (size_t i = 0; i < job->playlist_count; i++) {
        mk_buf_puts(&writer->text, i ? ", " : " ");
        put_playlist(writer, &job->playlists[i], status);
    }
    mk_buf_puts(&writer->text, " ]");
}

static void put_job(struct writer *writer, const struct mk_job *job, const struct event *event)
{
    bool progressing = event == &events[MOCKETS_JOB_PROGRESSING];
    struct mk_integer inputs = {.set = true, .value = (int64_t)job->input_count};

    open_object(writer);
    put_string(writer, "state", event->state);
    if (event == &events[MOCKETS_JOB_ERROR])
        put_failure(writer, job);
    put_string(writer, "version", MOCKETS_API_VERSION);
    put_string(writer, "jobId", job->id);
    put_string(writer, "pipelineId", job->pipeline_id);
    if (job->input_count)
        put_input(writer, &job->inputs[0]);
    put_integer(writer, "inputCount", inputs);
    put_string(writer, "outputKeyPrefix", job->output_key_prefix);
    put_lists(writer, job, progressing ? mk_job_state_name(MOCKETS_JOB_PROGRESSING) : NULL);
    if (job->user_metadata_count) {
        put_name(writer, "userMetadata");
        open_object(writer);
        for (size_t i = 0; i < job->user_metadata_count; i++)
            put_string(writer, job->user_metadata[i].key, job->user_metadata[i].value);
        close_object(writer);
    }
    close_object(writer);
}

static mockets_status write_message(const struct mk_job *job, const struct event *event,
                                    struct mk_arena *arena, const char **subject, const char **body,
                                    struct mockets_error *err)
{
    struct writer writer = {0};
    const char *text = NULL;
    const char *headline = mk_arena_printf(arena, "%s%s%s", event->before, job->id, event->behind);

    mk_buf_init(&writer.text, MK_JSON_CEILING);
    put_job(&writer, job, event);
    if (!writer.text.failed)
        text = mk_arena_memdup(arena, writer.text.data, writer.text.size);
    mk_buf_fini(&writer.text);
    if (!headline || !text)
        return mk_fail_nomem(err);
    *subject = headline;
    *body = text;
    return MOCKETS_OK;
}

mockets_status mk_message_job(const struct mk_job *job, enum mockets_job_state state,
                              struct mk_arena *arena, const char **subject, const char **body,
                              struct mockets_error *err)
{
    if (events[state].state)
        return write_message(job, &events[state], arena, subject, body, err);
    *subject = *body = NULL;
    return MOCKETS_OK;
}

mockets_status mk_message_warning(const struct mk_job *job, struct mk_arena *arena,
                                  const char **subject, const char **body,
                                  struct mockets_error *err)
{
    const char *complete = mk_job_state_name(MOCKETS_JOB_COMPLETE);

    for (size_t i = 0; i < job->output_count; i++) {
        const struct mk_job_output *output = &job->outputs[i];

        if (mk_str_eq(output->status, complete) && !mk_str_empty(output->status_detail))
            return write_message(job, &warning, arena, subject, body, err);
    }
    *subject = *body = NULL;
    return MOCKETS_OK;
}
