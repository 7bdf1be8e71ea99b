#include "door/door.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct {
    /* set before the first engine is opened, then constant */
    bool capture;
    mockets_log_sink sink;
    void *sink_context;
    /* set once, then constant */
    pthread_once_t once;
    const struct mk_door *media; /* NULL: it cannot be loaded */
    char failure[512];           /* why */
} door = {.once = PTHREAD_ONCE_INIT};

/* The module stays loaded: what FFmpeg brings along may leave threads and their data behind. */
static void load(void)
{
    void *module = dlopen(MK_DOOR_MODULE, RTLD_NOW | RTLD_LOCAL);
    const struct mk_door *found = module ? dlsym(module, MK_DOOR_SYMBOL) : NULL;

    if (!found) {
        snprintf(door.failure, sizeof(door.failure),
                 "the module " MK_DOOR_MODULE " cannot be loaded: %s", dlerror());
    } else if (strcmp(found->version, MOCKETS_VERSION) != 0 || found->size != sizeof(*found)) {
        snprintf(door.failure, sizeof(door.failure),
                 "the module " MK_DOOR_MODULE " cannot be used: it belongs to another build of "
                 "mockets (%s, and this is " MOCKETS_VERSION ")",
                 found->version);
    } else {
        if (door.capture)
            found->mockets_log_capture_libav(door.sink, door.sink_context);
        door.media = found;
    }
}

static const struct mk_door *open_door(struct mockets_error *err)
{
    pthread_once(&door.once, load);
    if (!door.media)
        mk_fail(err, MOCKETS_E_INTERNAL, "%s", door.failure);
    return door.media;
}

#define FORWARD(name, parameters, arguments)                                                       \
    mockets_status name parameters                                                                 \
    {                                                                                              \
        const struct mk_door *media = open_door(err);                                              \
                                                                                                   \
        return media ? media->name arguments : MOCKETS_E_INTERNAL;                                 \
    }
MK_DOOR_CALLS(FORWARD)

void mk_input_close(struct mk_input **input)
{
    if (*input) /* then the module has opened it */
        door.media->mk_input_close(input);
}

void mockets_log_capture_libav(mockets_log_sink sink, void *context)
{
    door.capture = true;
    door.sink = sink;
    door.sink_context = context;
}

const char *mockets_media_version(void)
{
    const struct mk_door *media = open_door(NULL);

    return media ? media->mockets_media_version() : door.failure;
}
