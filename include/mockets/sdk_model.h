#ifndef MOCKETS_SDK_MODEL_H
#define MOCKETS_SDK_MODEL_H

#include <mockets/operation.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where SDKs look for the model's files, below a directory of models. */
#define MOCKETS_SDK_MODEL_FOLDER "elastictranscoder/" MOCKETS_API_VERSION

/**
 * The files that botocore, boto3 and the AWS CLI want of a service, "service-2.json" first.
 *
 * @param count  receives how many there are
 * @return their names; static storage
 */
MOCKETS_API const char *const *mockets_sdk_model_files(size_t *count);

/**
 * Write one of the files, from the tables that requests are checked with.
 *
 * @param file_name  one of mockets_sdk_model_files()
 * @param file       receives the text; untouched on failure
 *
 * @retval MOCKETS_E_NOT_FOUND  no file has this name
 *
 * Thread-safe. Does not block.
 */
MOCKETS_API mockets_status mockets_sdk_model(const char *file_name, struct mockets_reply *file,
                                             struct mockets_error *err);

#ifdef __cplusplus
}
#endif

#endif
