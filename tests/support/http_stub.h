#ifndef TEST_HTTP_STUB_H
#define TEST_HTTP_STUB_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* An HTTP server on a free port of 127.0.0.1 that gives every request the same answer. */
struct http_stub {
    const char *answer; /* set before start; NULL: none until the stub is stopped */
    int fd;
    char url[64];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char request[16384]; /* the last one; guarded by lock */
    unsigned count;      /* guarded by lock */
    bool stopping;       /* guarded by lock */
};

static inline void http_stub_answer(struct http_stub *stub)
{
    char data[sizeof(stub->request)];
    size_t size = 0, wanted = sizeof(data) - 1;
    int fd = accept(stub->fd, NULL, NULL);

    if (fd < 0)
        return;
    while (size < wanted) {
        ssize_t got = recv(fd, data + size, sizeof(data) - 1 - size, 0);
        char *end, *length;

        if (got <= 0)
            break;
        size += (size_t)got;
        data[size] = '\0';
        end = strstr(data, "\r\n\r\n");
        length = strcasestr(data, "\r\nContent-Length:");
        if (end)
            wanted = (size_t)(end + 4 - data) + (length ? strtoul(length + 17, NULL, 10) : 0);
    }
    data[size] = '\0';
    pthread_mutex_lock(&stub->lock);
    memcpy(stub->request, data, size + 1);
    stub->count++;
    pthread_cond_broadcast(&stub->changed);
    while (!stub->answer && !stub->stopping)
        pthread_cond_wait(&stub->changed, &stub->lock);
    pthread_mutex_unlock(&stub->lock);
    for (size_t sent = 0; stub->answer && sent < strlen(stub->answer);) {
        ssize_t n = send(fd, stub->answer + sent, strlen(stub->answer) - sent, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    close(fd);
}

static inline void *http_stub_main(void *argument)
{
    struct http_stub *stub = argument;

    for (;;) {
        bool stopping;

        http_stub_answer(stub);
        pthread_mutex_lock(&stub->lock);
        stopping = stub->stopping;
        pthread_mutex_unlock(&stub->lock);
        if (stopping)
            return NULL;
    }
}

static inline void http_stub_start(struct http_stub *stub, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);

    memset(stub, 0, sizeof(*stub));
    stub->answer = answer;
    pthread_mutex_init(&stub->lock, NULL);
    pthread_cond_init(&stub->changed, NULL);
    stub->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(stub->fd, (struct sockaddr *)&address, size) || listen(stub->fd, 8) ||
        getsockname(stub->fd, (struct sockaddr *)&address, &size) ||
        pthread_create(&stub->thread, NULL, http_stub_main, stub)) {
        perror("http stub");
        exit(1);
    }
    snprintf(stub->url, sizeof(stub->url), "http://127.0.0.1:%d/hook?a=1", ntohs(address.sin_port));
}

/* Block until a request came in. */
static inline void http_stub_wait(struct http_stub *stub)
{
    pthread_mutex_lock(&stub->lock);
    while (!stub->count)
        pthread_cond_wait(&stub->changed, &stub->lock);
    pthread_mutex_unlock(&stub->lock);
}

static inline void http_stub_stop(struct http_stub *stub)
{
    pthread_mutex_lock(&stub->lock);
    stub->stopping = true;
    pthread_cond_broadcast(&stub->changed);
    pthread_mutex_unlock(&stub->lock);
    shutdown(stub->fd, SHUT_RDWR);
    pthread_join(stub->thread, NULL);
    close(stub->fd);
    pthread_cond_destroy(&stub->changed);
    pthread_mutex_destroy(&stub->lock);
}

#endif
