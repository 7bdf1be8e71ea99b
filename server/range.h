#ifndef SERVER_RANGE_H
#define SERVER_RANGE_H

#include <stdint.h>
#include <time.h>

/** What a Range header asks for. */
enum range_kind {
    RANGE_ALL,  /**< there is none, or none that is understood: the whole file */
    RANGE_PART, /**< first and last are set */
    RANGE_NONE, /**< it lies outside of the file: 416 */
};

/**
 * Read a Range header for a file of @p size bytes. Only one range is understood; whoever asks for
 * several gets the whole file, which is always allowed.
 *
 * @param header  "bytes=0-99", "bytes=100-", "bytes=-100"; or NULL
 * @param first   receives the first byte's position
 * @param last    receives the last byte's position
 */
enum range_kind range_parse(const char *header, uint64_t size, uint64_t *first, uint64_t *last);

enum { HTTP_DATE_SIZE = 32 };

/** Write "Sun, 06 Nov 1994 08:49:37 GMT". */
void http_date_format(time_t time, char out[HTTP_DATE_SIZE]);

/** @return the time behind such a date, -1 if it is none. */
time_t http_date_parse(const char *date);

#endif
