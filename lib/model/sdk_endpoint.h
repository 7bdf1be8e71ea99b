#ifndef MK_MODEL_SDK_ENDPOINT_H
#define MK_MODEL_SDK_ENDPOINT_H

#include "model/json_writer.h"

/** Write endpoint-rule-set-1.json: an endpoint that is given wins, else the region names one. */
void mk_sdk_endpoint_rules(struct mk_json *json);

#endif
