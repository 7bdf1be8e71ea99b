#include "model/status.h"

#include <string.h>

static const char *const names[] = {
    [MOCKETS_JOB_SUBMITTED] = "Submitted", [MOCKETS_JOB_PROGRESSING] = "Progressing",
    [MOCKETS_JOB_COMPLETE] = "Complete",   [MOCKETS_JOB_CANCELED] = "Canceled",
    [MOCKETS_JOB_ERROR] = "Error",
};

const char *mk_job_state_name(enum mockets_job_state state)
{
    return names[state];
}

bool mk_job_state_parse(const char *name, enum mockets_job_state *out)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum mockets_job_state)i;
            return true;
        }
    }
    return false;
}
