#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include <stdbool.h>

#include <mockets/error.h>

/** HOST:PORT, taken apart. */
struct listener_address {
    char host[256]; /**< without the brackets of an IPv6 address */
    char port[6];   /**< digits, 0 to 65535 */
};

/** A socket that listens. */
struct listener {
    int fd;
    char url[300]; /**< "http://127.0.0.1:5000", with the real port */
};

/** @return false if @p text is not HOST:PORT or [IPV6]:PORT. */
bool listener_parse(const char *text, struct listener_address *out);

/**
 * Listen on @p text (HOST:PORT). Close the socket with close(), or hand it on.
 *
 * @retval MOCKETS_E_IN_USE   another program listens there
 * @retval MOCKETS_E_INVALID  no such address on this machine
 */
mockets_status listener_open(const char *text, struct listener *out, struct mockets_error *err);

#endif
