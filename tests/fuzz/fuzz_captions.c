#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "captions/text.h"

/* Every caption file is read, or told to be broken; what is read is in order. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum mk_caption_fault fault = MK_CAPTION_FINE;
    struct mk_arena arena = {0};
    struct mk_cues cues = {0};
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (!mk_caption_read(text, size, &arena, &cues, &fault, NULL)) {
        for (size_t i = 1; i < cues.count; i++) {
            if (cues.items[i].start_us < cues.items[i - 1].start_us)
                abort();
        }
    }
    mk_arena_fini(&arena);
    free(text);
    return 0;
}
