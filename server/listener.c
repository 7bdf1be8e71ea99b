#include "server/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/text.h"

enum { BACKLOG = 1024 };

bool listener_parse(const char *text, struct listener_address *out)
{
    const char *colon = strrchr(text, ':'), *host = text;
    size_t size, digits;

    if (!colon)
        return false;
    size = (size_t)(colon - text);
    if (size >= 2 && text[0] == '[' && colon[-1] == ']') {
        host++;
        size -= 2;
    } else if (memchr(text, ':', size)) {
        return false; /* an IPv6 address needs its brackets */
    }
    digits = strspn(colon + 1, "0123456789");
    if (!size || size >= sizeof(out->host) || !digits || digits >= sizeof(out->port) ||
        colon[1 + digits] || strtoul(colon + 1, NULL, 10) > 65535)
        return false;
    memcpy(out->host, host, size);
    out->host[size] = '\0';
    memcpy(out->port, colon + 1, digits + 1);
    return true;
}

/** @return the socket, or -1 with errno set. */
static int listen_on(const struct addrinfo *address)
{
    int fd, on = 1, number;

    fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    /* Otherwise [::]:5000 takes 0.0.0.0:5000 with it, and nobody could ask for both. */
    if (address->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (!bind(fd, address->ai_addr, address->ai_addrlen) && !listen(fd, BACKLOG))
        return fd;
    number = errno;
    close(fd);
    errno = number;
    return -1;
}

/** The URL with the port that the socket really has. */
static void write_url(struct listener *listener, const struct listener_address *address)
{
    struct sockaddr_storage bound = {0};
    socklen_t size = sizeof(bound);
    bool brackets = strchr(address->host, ':') != NULL;
    unsigned port;

    getsockname(listener->fd, (struct sockaddr *)&bound, &size);
    port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                             : ((struct sockaddr_in *)&bound)->sin_port);
    snprintf(listener->url, sizeof(listener->url), "http://%s%s%s:%u", brackets ? "[" : "",
             address->host, brackets ? "]" : "", port);
}

static mockets_status fail_listen(const char *text, int number, struct mockets_error *err)
{
    switch (number) {
    case EADDRINUSE:
        return error_set(err, MOCKETS_E_IN_USE,
                         "%s is in use: stop what listens there or choose another with --listen.",
                         text);
    case EACCES:
        return error_set(err, MOCKETS_E_INVALID,
                         "Listening on %s is not allowed: choose a port from 1024 on with "
                         "--listen.",
                         text);
    default:
        return error_set(err, MOCKETS_E_INVALID,
                         "Cannot listen on %s (%s): choose an address of this machine with "
                         "--listen.",
                         text, strerror(number));
    }
}

mockets_status listener_open(const char *text, struct listener *out, struct mockets_error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    struct listener_address address;
    struct listener listener = {.fd = -1};
    int number = 0;

    if (!listener_parse(text, &address))
        return error_set(err, MOCKETS_E_INVALID, "\"%s\" is not HOST:PORT.", text);
    number = getaddrinfo(address.host, address.port, &hints, &found);
    if (number)
        return error_set(err, MOCKETS_E_INVALID,
                         "Cannot listen on %s (%s): choose an address of this machine with "
                         "--listen.",
                         text, gai_strerror(number));
    /* A name may have several addresses; one that is in use must not be passed over silently. */
    for (struct addrinfo *at = found; at && listener.fd < 0 && number != EADDRINUSE;
         at = at->ai_next) {
        listener.fd = listen_on(at);
        number = errno;
    }
    freeaddrinfo(found);
    if (listener.fd < 0)
        return fail_listen(text, number, err);
    write_url(&listener, &address);
    *out = listener;
    return MOCKETS_OK;
}
