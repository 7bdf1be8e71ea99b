#ifndef MK_MEDIA_INPUT_H
#define MK_MEDIA_INPUT_H

#include "media/io.h"
#include "media/media.h"

/* The largest picture that is decoded. */
enum { MK_INPUT_MAX_PIXELS = 8192 * 8192 };

/** An input that is open for reading packets. Owner thread only. */
struct mk_input {
    AVFormatContext *format;
    struct mk_io io;
};

/**
 * Open @p reader as media and find out about its streams. Borrows @p reader and @p cancel until
 * mk_input_close().
 */
mockets_status mk_input_open(struct mk_reader *reader, struct mk_cancel *cancel,
                             struct mk_input **out, struct mockets_error *err);

/** Fail with what the reader said, else MOCKETS_E_MEDIA whatever libavformat's number is. */
mockets_status mk_input_fail(const struct mk_input *input, struct mockets_error *err, int av,
                             const char *what);

#endif
