#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "model/job.h"
#include "model/table.h"

/* A job that is taken can be written, and is taken again as it was written. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mk_arena arena = {0};
    struct mk_job job = {0}, again = {0};
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (!mk_model_parse(&mk_shape_job, text, size, false, &arena, &job, NULL)) {
        const char *written = mk_model_text(&mk_shape_job, &job, &arena);

        if (!written ||
            mk_model_parse(&mk_shape_job, written, strlen(written), false, &arena, &again, NULL))
            abort();
    }
    mk_arena_fini(&arena);
    free(text);
    return 0;
}
