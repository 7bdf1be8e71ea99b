#ifndef MK_MODEL_OPERATION_H
#define MK_MODEL_OPERATION_H

#include <mockets/operation.h>

#include "model/table.h"

/** Where each operation is in mockets_operations(). */
enum mk_operation {
    MK_CANCEL_JOB,
    MK_CREATE_JOB,
    MK_CREATE_PIPELINE,
    MK_CREATE_PRESET,
    MK_DELETE_PIPELINE,
    MK_DELETE_PRESET,
    MK_LIST_JOBS_BY_PIPELINE,
    MK_LIST_JOBS_BY_STATUS,
    MK_LIST_PIPELINES,
    MK_LIST_PRESETS,
    MK_READ_JOB,
    MK_READ_PIPELINE,
    MK_READ_PRESET,
    MK_TEST_ROLE,
    MK_UPDATE_PIPELINE,
    MK_UPDATE_PIPELINE_NOTIFICATIONS,
    MK_UPDATE_PIPELINE_STATUS,
    MK_OPERATION_COUNT,
};

/** Errors that not every operation has, and what else is to be said of one. */
enum { MK_MAY_MISS = 1, MK_MAY_BE_IN_USE = 2, MK_MAY_BE_FULL = 4, MK_DEPRECATED = 8 };

/** What is to be known of an operation beside its row in mockets_operations(). */
struct mk_operation_facts {
    /** Over struct mockets_call: what the path and the query hold. NULL: nothing. */
    const struct mk_shape *parameters;
    const struct mk_shape *request; /**< the body; NULL: none */
    const struct mk_shape *answer;  /**< the body; NULL: {"Success":"true"}, which SDKs hide */
    unsigned flags;                 /**< MK_MAY_…, MK_DEPRECATED */
};

/** One error of the API. */
struct mk_api_error {
    const char *name; /**< "ResourceNotFoundException" */
    int http;
    unsigned flag; /**< MK_MAY_…; 0: every operation has it */
};

/** The facts of one operation. Static. */
const struct mk_operation_facts *mk_operation_facts(enum mk_operation operation);

/** Is it a part of the path (else of the query)? */
bool mk_parameter_in_path(enum mk_operation operation, const struct mk_field *parameter);

/** All errors that operations declare. Static. */
const struct mk_api_error *mk_api_errors(size_t *count);

#endif
