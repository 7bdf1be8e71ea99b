#include "media/made.h"

#include "base/alloc.h"

/* Room for one more at the end; it grows at powers of two. NULL: out of memory. */
static void *grow(void **items, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0) {
        void *more = mk_realloc(*items, (count ? count * 2 : 1) * size);

        if (!more)
            return NULL;
        *items = more;
    }
    return (char *)*items + count * size;
}

mockets_status mk_made_add_file(struct mk_made *made, const char *key, struct mk_writer *writer,
                                struct mockets_error *err)
{
    struct mk_made_file *room = grow((void **)&made->files, made->file_count, sizeof(*room));
    char *copy = room ? mk_strdup(key) : NULL;

    if (!copy)
        return mk_fail_nomem(err);
    *room = (struct mk_made_file){copy, writer};
    made->file_count++;
    return MOCKETS_OK;
}

mockets_status mk_made_add_segment(struct mk_made *made, const struct mk_made_segment *segment,
                                   struct mockets_error *err)
{
    struct mk_made_segment *room =
        grow((void **)&made->segments, made->segment_count, sizeof(*room));

    if (!room)
        return mk_fail_nomem(err);
    *room = *segment;
    made->segment_count++;
    return MOCKETS_OK;
}

mockets_status mk_made_add_fragment(struct mk_made_track *track,
                                    const struct mk_made_fragment *fragment,
                                    struct mockets_error *err)
{
    struct mk_made_fragment *room =
        grow((void **)&track->fragments, track->fragment_count, sizeof(*room));

    if (!room)
        return mk_fail_nomem(err);
    *room = *fragment;
    track->fragment_count++;
    return MOCKETS_OK;
}

void mk_made_fini(struct mk_made *made)
{
    for (size_t i = 0; i < made->file_count; i++) {
        mk_writer_close(&made->files[i].writer);
        mk_free(made->files[i].key);
    }
    for (size_t i = 0; i < made->track_count; i++) {
        mk_free(made->tracks[i].private_data);
        mk_free(made->tracks[i].fragments);
    }
    mk_free(made->files);
    mk_free(made->segments);
    mk_free(made->tracks);
    made->files = NULL;
    made->segments = NULL;
    made->tracks = NULL;
    made->file_count = made->segment_count = made->track_count = 0;
}
