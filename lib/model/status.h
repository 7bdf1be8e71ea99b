#ifndef MK_MODEL_STATUS_H
#define MK_MODEL_STATUS_H

#include <mockets/job.h>

/** The state's word in the API: "Submitted", "Progressing", "Complete", "Canceled", "Error". */
const char *mk_job_state_name(enum mockets_job_state state);

/** The state behind the word; false if there is none. */
bool mk_job_state_parse(const char *name, enum mockets_job_state *out);

#endif
