#include "model/operation.h"

#include <stdio.h>
#include <string.h>

#include "model/job.h"
#include "model/pipeline.h"
#include "model/preset.h"
#include "model/rows.h"

/* The answers' bodies. */

struct job_answer {
    struct mk_job *job;
};
static const struct mk_field job_rows[] = {
    MK_ROW_STRUCT(job_answer, job, "Job", &mk_shape_job),
};
static const struct mk_shape job_answer = MK_SHAPE("JobAnswer", job_answer, job_rows);

struct pipeline_answer {
    struct mk_pipeline *pipeline;
    const struct mk_warning *warnings;
    size_t warning_count;
};
static const struct mk_field pipeline_rows[] = {
    MK_ROW_STRUCT(pipeline_answer, pipeline, "Pipeline", &mk_shape_pipeline),
    MK_ROW_LIST(pipeline_answer, warnings, warning_count, "Warnings", .shape = &mk_shape_warning,
                .empty = true),
};
static const struct mk_shape pipeline_answer =
    MK_SHAPE("PipelineAnswer", pipeline_answer, pipeline_rows);

static const struct mk_field changed_rows[] = {
    MK_ROW_STRUCT(pipeline_answer, pipeline, "Pipeline", &mk_shape_pipeline),
};
static const struct mk_shape changed_answer =
    MK_SHAPE("ChangedPipelineAnswer", pipeline_answer, changed_rows);

struct preset_answer {
    struct mk_preset *preset;
    const char *warning;
};
static const struct mk_field preset_rows[] = {
    MK_ROW_STRUCT(preset_answer, preset, "Preset", &mk_shape_preset),
};
static const struct mk_shape preset_answer = MK_SHAPE("PresetAnswer", preset_answer, preset_rows);

static const struct mk_field created_rows[] = {
    MK_ROW_STRUCT(preset_answer, preset, "Preset", &mk_shape_preset),
    MK_ROW_STRING(preset_answer, warning, "Warning"),
};
static const struct mk_shape created_answer =
    MK_SHAPE("CreatedPresetAnswer", preset_answer, created_rows);

/* One page of any kind. */
struct page_answer {
    const void *items;
    size_t item_count;
    const char *next_page_token;
};
#define PAGE_ROWS(wire, item)                                                                      \
    {                                                                                              \
        MK_ROW_LIST(page_answer, items, item_count, wire, .shape = item, .empty = true),           \
            MK_ROW_STRING(page_answer, next_page_token, "NextPageToken",                           \
                          .pattern = MK_PATTERN_ID),                                               \
    }
static const struct mk_field jobs_rows[] = PAGE_ROWS("Jobs", &mk_shape_job);
static const struct mk_field pipelines_rows[] = PAGE_ROWS("Pipelines", &mk_shape_pipeline);
static const struct mk_field presets_rows[] = PAGE_ROWS("Presets", &mk_shape_preset);
static const struct mk_shape jobs_answer = MK_SHAPE("JobsAnswer", page_answer, jobs_rows);
static const struct mk_shape pipelines_answer =
    MK_SHAPE("PipelinesAnswer", page_answer, pipelines_rows);
static const struct mk_shape presets_answer = MK_SHAPE("PresetsAnswer", page_answer, presets_rows);

struct role_answer {
    const char *success;
    const char *const *messages;
    size_t message_count;
};
static const struct mk_field role_rows[] = {
    MK_ROW_STRING(role_answer, success, "Success", .pattern = "(^true$)|(^false$)"),
    MK_ROW_LIST(role_answer, messages, message_count, "Messages", .empty = true),
};
static const struct mk_shape role_answer = MK_SHAPE("RoleAnswer", role_answer, role_rows);

/* The parameters in paths and queries. */

#define ROW_ID(wire)                                                                               \
    MK_ROW_STRING(mockets_call, id, wire, .pattern = MK_PATTERN_ID, .required = true)
#define ROW_ASCENDING                                                                              \
    MK_ROW_STRING(mockets_call, ascending, "Ascending", .pattern = "(^true$)|(^false$)")
#define ROW_PAGE_TOKEN                                                                             \
    MK_ROW_STRING(mockets_call, page_token, "PageToken", .pattern = MK_PATTERN_ID)

static const struct mk_field one_rows[] = {ROW_ID("Id")};
static const struct mk_field page_rows[] = {ROW_ASCENDING, ROW_PAGE_TOKEN};
static const struct mk_field by_pipeline_rows[] = {
    ROW_ID("PipelineId"),
    ROW_ASCENDING,
    ROW_PAGE_TOKEN,
};
static const struct mk_field by_status_rows[] = {
    MK_ROW_STRING(mockets_call, id, "Status", .pattern = MK_PATTERN_JOB_STATUS, .required = true),
    ROW_ASCENDING,
    ROW_PAGE_TOKEN,
};
static const struct mk_shape one = MK_SHAPE("One", mockets_call, one_rows);
static const struct mk_shape page = MK_SHAPE("Page", mockets_call, page_rows);
static const struct mk_shape by_pipeline = MK_SHAPE("ByPipeline", mockets_call, by_pipeline_rows);
static const struct mk_shape by_status = MK_SHAPE("ByStatus", mockets_call, by_status_rows);

#define MISS   MK_MAY_MISS
#define IN_USE MK_MAY_BE_IN_USE
#define FULL   MK_MAY_BE_FULL

/* Place, name, method, path, status of a success; parameters, request, answer, errors, … */
#define OPERATIONS(_)                                                                              \
    _(MK_CANCEL_JOB, "CancelJob", "DELETE", "/jobs/{Id}", 202, &one, NULL, NULL, MISS | IN_USE)    \
    _(MK_CREATE_JOB, "CreateJob", "POST", "/jobs", 201, NULL, &mk_shape_create_job, &job_answer,   \
      MISS | FULL)                                                                                 \
    _(MK_CREATE_PIPELINE, "CreatePipeline", "POST", "/pipelines", 201, NULL,                       \
      &mk_shape_create_pipeline, &pipeline_answer, MISS | FULL)                                    \
    _(MK_CREATE_PRESET, "CreatePreset", "POST", "/presets", 201, NULL, &mk_shape_create_preset,    \
      &created_answer, FULL)                                                                       \
    _(MK_DELETE_PIPELINE, "DeletePipeline", "DELETE", "/pipelines/{Id}", 202, &one, NULL, NULL,    \
      MISS | IN_USE)                                                                               \
    _(MK_DELETE_PRESET, "DeletePreset", "DELETE", "/presets/{Id}", 202, &one, NULL, NULL, MISS)    \
    _(MK_LIST_JOBS_BY_PIPELINE, "ListJobsByPipeline", "GET", "/jobsByPipeline/{PipelineId}", 200,  \
      &by_pipeline, NULL, &jobs_answer, MISS)                                                      \
    _(MK_LIST_JOBS_BY_STATUS, "ListJobsByStatus", "GET", "/jobsByStatus/{Status}", 200,            \
      &by_status, NULL, &jobs_answer, MISS)                                                        \
    _(MK_LIST_PIPELINES, "ListPipelines", "GET", "/pipelines", 200, &page, NULL,                   \
      &pipelines_answer, 0)                                                                        \
    _(MK_LIST_PRESETS, "ListPresets", "GET", "/presets", 200, &page, NULL, &presets_answer, 0)     \
    _(MK_READ_JOB, "ReadJob", "GET", "/jobs/{Id}", 200, &one, NULL, &job_answer, MISS)             \
    _(MK_READ_PIPELINE, "ReadPipeline", "GET", "/pipelines/{Id}", 200, &one, NULL,                 \
      &pipeline_answer, MISS)                                                                      \
    _(MK_READ_PRESET, "ReadPreset", "GET", "/presets/{Id}", 200, &one, NULL, &preset_answer, MISS) \
    _(MK_TEST_ROLE, "TestRole", "POST", "/roleTests", 200, NULL, &mk_shape_test_role,              \
      &role_answer, MISS | MK_DEPRECATED)                                                          \
    _(MK_UPDATE_PIPELINE, "UpdatePipeline", "PUT", "/pipelines/{Id}", 200, &one,                   \
      &mk_shape_update_pipeline, &pipeline_answer, MISS | IN_USE)                                  \
    _(MK_UPDATE_PIPELINE_NOTIFICATIONS, "UpdatePipelineNotifications", "POST",                     \
      "/pipelines/{Id}/notifications", 200, &one, &mk_shape_update_notifications, &changed_answer, \
      MISS | IN_USE)                                                                               \
    _(MK_UPDATE_PIPELINE_STATUS, "UpdatePipelineStatus", "POST", "/pipelines/{Id}/status", 200,    \
      &one, &mk_shape_update_status, &changed_answer, MISS | IN_USE)

#define PUBLIC_ROW(at, name, method, path, success, ...)                                           \
    [at] = {name, method, "/" MOCKETS_API_VERSION path, success},
#define FACTS_ROW(at, name, method, path, success, ...) [at] = {__VA_ARGS__},

static const struct mockets_operation operations[MK_OPERATION_COUNT] = {OPERATIONS(PUBLIC_ROW)};
static const struct mk_operation_facts facts[MK_OPERATION_COUNT] = {OPERATIONS(FACTS_ROW)};

static const struct mk_api_error errors[] = {
    {"ValidationException", 400, 0},
    {"IncompatibleVersionException", 400, 0},
    {"ResourceNotFoundException", 404, MK_MAY_MISS},
    {"ResourceInUseException", 409, MK_MAY_BE_IN_USE},
    {"AccessDeniedException", 403, 0},
    {"LimitExceededException", 429, MK_MAY_BE_FULL},
    {"InternalServiceException", 500, 0},
};

const struct mockets_operation *mockets_operations(size_t *count)
{
    *count = MK_OPERATION_COUNT;
    return operations;
}

const struct mk_operation_facts *mk_operation_facts(enum mk_operation operation)
{
    return &facts[operation];
}

bool mk_parameter_in_path(enum mk_operation operation, const struct mk_field *parameter)
{
    char segment[64];

    snprintf(segment, sizeof(segment), "/{%s}", parameter->name);
    return strstr(operations[operation].path, segment) != NULL;
}

const struct mk_api_error *mk_api_errors(size_t *count)
{
    *count = sizeof(errors) / sizeof(errors[0]);
    return errors;
}
