#include "server/range.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/** Read decimal digits; too many of them stay at the largest number. False if there is none. */
static bool read_number(const char **at, uint64_t *out)
{
    uint64_t number = 0;

    if (!isdigit((unsigned char)**at))
        return false;
    for (; isdigit((unsigned char)**at); ++*at) {
        unsigned digit = (unsigned)(**at - '0');

        number = number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : number * 10 + digit;
    }
    *out = number;
    return true;
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

enum range_kind range_parse(const char *header, uint64_t size, uint64_t *first, uint64_t *last)
{
    uint64_t from = 0, to = UINT64_MAX;
    bool has_from, has_to;

    if (!header || strncasecmp(header, "bytes=", 6) != 0)
        return RANGE_ALL;
    header = skip_blanks(header + 6);
    has_from = read_number(&header, &from);
    header = skip_blanks(header);
    if (*header++ != '-')
        return RANGE_ALL;
    header = skip_blanks(header);
    has_to = read_number(&header, &to);
    if (*skip_blanks(header) || (!has_from && !has_to) || (has_from && has_to && from > to))
        return RANGE_ALL;
    if (!has_from) {
        if (!to || !size)
            return RANGE_NONE;
        from = to < size ? size - to : 0;
        to = size - 1;
    }
    if (from >= size)
        return RANGE_NONE;
    *first = from;
    *last = to < size ? to : size - 1;
    return RANGE_PART;
}

void http_date_format(time_t time, char out[HTTP_DATE_SIZE])
{
    struct tm parts;

    gmtime_r(&time, &parts);
    strftime(out, HTTP_DATE_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

time_t http_date_parse(const char *date)
{
    struct tm parts = {0};
    const char *end = strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &parts);

    return end && !*end ? timegm(&parts) : -1;
}
