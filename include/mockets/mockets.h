#ifndef MOCKETS_MOCKETS_H
#define MOCKETS_MOCKETS_H

#include <mockets/engine.h>
#include <mockets/error.h>
#include <mockets/heap.h>
#include <mockets/job.h>
#include <mockets/log.h>
#include <mockets/object.h>
#include <mockets/operation.h>
#include <mockets/pipeline.h>
#include <mockets/preset.h>
#include <mockets/sdk_model.h>
#include <mockets/version.h>

#endif
