#include "fuzz.h"

#include "captions/cea708.h"
#include "captions/text.h"

/* The user data of frames, three bytes of a caption each, a frame after the other. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { FRAME = 31 * 3 };
    struct mk_arena arena = {0};
    struct mk_cc_reader *reader = mk_cc_reader_new(&arena);
    struct mk_cues cues;

    if (!reader)
        return 0;
    for (size_t at = 0; at < size; at += FRAME)
        mk_cc_reader_put(reader, (int64_t)at * 400, data + at,
                         size - at < FRAME ? size - at : FRAME);
    mk_cc_reader_end(reader, (int64_t)size * 400, &cues, NULL);
    mk_arena_fini(&arena);
    return 0;
}
