/*
 * hello PORT THREADS FILE: libmicrohttpd and nothing else. Answers every request with the bytes of
 * FILE, from one response that is made once, with the headers that mockets sends: what is left of
 * a server when the work is taken out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <microhttpd.h>

static struct MHD_Response *answer;

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *data_size, void **slot)
{
    static char headed;

    (void)context;
    (void)url;
    (void)method;
    (void)version;
    (void)data;
    if (!*slot) {
        *slot = &headed;
        return MHD_YES;
    }
    *data_size = 0;
    *slot = NULL;
    return MHD_queue_response(connection, 200, answer);
}

static struct MHD_Response *load(const char *path)
{
    static char text[1 << 20];
    FILE *file = fopen(path, "rb");
    struct MHD_Response *response;
    size_t size;

    if (!file)
        return NULL;
    size = fread(text, 1, sizeof(text), file);
    fclose(file);
    response = MHD_create_response_from_buffer(size, text, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "x-amzn-RequestId", "4f1c6a1e-95a4-4d08-8a2c-3f6f1d2b7c90");
    MHD_add_response_header(response, "Access-Control-Allow-Origin", "*");
    MHD_add_response_header(response, "Access-Control-Expose-Headers", "*");
    return response;
}

int main(int argc, char **argv)
{
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC;
    struct MHD_Daemon *daemon;

    if (argc != 4)
        return 2;
    answer = load(argv[3]);
    if (!answer)
        return 1;
    daemon = MHD_start_daemon(flags, (uint16_t)atoi(argv[1]), NULL, NULL, handle, NULL,
                              MHD_OPTION_THREAD_POOL_SIZE, (unsigned)atoi(argv[2]),
                              MHD_OPTION_CONNECTION_LIMIT, 4096U, MHD_OPTION_END);
    if (!daemon)
        return 1;
    puts("ready");
    fflush(stdout);
    pause();
    return 0;
}
