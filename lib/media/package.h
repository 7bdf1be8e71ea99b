#ifndef MK_MEDIA_PACKAGE_H
#define MK_MEDIA_PACKAGE_H

#include <libavcodec/bsf.h>
#include <libavutil/fifo.h>

#include "media/encode.h"
#include "media/io.h"

/** One encode's packets on their way into a package. Owner thread only, but for encode. */
struct mk_track {
    const struct mk_encode *encode; /* set before start; see there what may be read when */
    AVFifo *packets;                /* AVPacket *, in the order of decoding */
    size_t bytes;                   /* in packets */
    bool seen, ended;
    int64_t end_us;        /* where the last packet's presentation ends */
    int64_t written_bytes; /* of packets that went to the packer */
    char codec[16];        /* RFC 6381; "" = not known (yet) */
    /* in the muxer */
    AVStream *stream; /* NULL: nothing came, the track was dropped */
    AVBSFContext *filter;
};

/** Captions in a file of their own kind: mov-text. Owner thread only. */
struct mk_text_track {
    struct mk_cues cues;
    size_t next;    /* of cues */
    int64_t end_us; /* how far the track has been written */
    AVStream *stream;
};

/** Puts packets into files. All slots run on the package's thread. */
struct mk_packer_ops;

struct mk_package {
    struct mk_stage stage;
    /* set before start, then constant */
    unsigned index;
    const struct mk_plan_package *plan;
    const struct mk_packer_ops *packer;
    struct mk_track *tracks; /* one per port */
    size_t track_count;
    /* owner thread only */
    struct mk_made made;
    bool reported; /* made() was called */
    bool opened;
    AVFormatContext *mux;
    struct mk_io io;
    struct mk_writer *writer;       /* of the file that grows */
    struct mk_writer *file;         /* NULL, or that file while writer encrypts a part of it */
    int64_t segment_position;       /* of the muxer, where the segment began */
    struct mk_made_segment segment; /* the one that grows, as far as it is known */
    int64_t segment_start_us;       /* of it */
    int64_t next_cut_us;            /* when the next segment is due */
    struct mk_fragments *fragments; /* of mk_packer_fragments */
    struct mk_text_track *texts;    /* one per plan->captions */
    struct mk_arena arena;          /* of the texts */
};

struct mk_packer_ops {
    /** Every track has a packet, or ended without one. */
    mockets_status (*open)(struct mk_package *package, struct mockets_error *err);
    /** Packets come in the order of decoding; the packet may be changed. */
    mockets_status (*write)(struct mk_package *package, struct mk_track *track, AVPacket *packet,
                            struct mockets_error *err);
    /** All is written; after a failure it is not called. */
    mockets_status (*finish)(struct mk_package *package, struct mockets_error *err);
    /** May be NULL. Must everything that is shown before @p packet be written before it? */
    bool (*cuts)(const struct mk_package *package, const struct mk_track *track,
                 const AVPacket *packet);
    /** May be NULL. Release what open() made, however things went. */
    void (*close)(struct mk_package *package);
};

extern const struct mk_packer_ops mk_packer_file, mk_packer_segments, mk_packer_fragments,
    mk_packer_images;

void *mk_package_main(void *package);

/** The track of the picture, NULL if there is none (left). */
struct mk_track *mk_package_video(const struct mk_package *package);

/** The oldest packet that waits in @p track, NULL if there is none. */
const AVPacket *mk_track_first(const struct mk_track *track);

/** A time in @p track, in microseconds. */
int64_t mk_track_us(const struct mk_track *track, int64_t value);

/** Open package->writer for the object @p key. */
mockets_status mk_package_open_file(struct mk_package *package, const char *key, bool seek,
                                    struct mockets_error *err);

/** Finish package->writer and put it down as made. */
mockets_status mk_package_finish_file(struct mk_package *package, const char *key,
                                      struct mockets_error *err);

/** Append "key" + @p format; NULL if memory is out. Release with mk_free(). */
char *mk_package_key(const struct mk_package *package, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* text_track.c */

/** Add the streams of the captions; before the header is written. */
mockets_status mk_texts_open(struct mk_package *package, struct mockets_error *err);
/** Write what is over at @p until_us. */
mockets_status mk_texts_write(struct mk_package *package, int64_t until_us,
                              struct mockets_error *err);
/** The film ends at @p end_us, and so do its captions. */
mockets_status mk_texts_finish(struct mk_package *package, int64_t end_us,
                               struct mockets_error *err);

/* mux.c: what all files have in common */

/** Do the files of @p container have the encoders' headers apart from the packets? */
bool mk_mux_wants_header(enum mk_container container);
mockets_status mk_mux_open(struct mk_package *package, bool seek, struct mockets_error *err);
mockets_status mk_mux_write(struct mk_package *package, struct mk_track *track, AVPacket *packet,
                            struct mockets_error *err);
/** Bring everything that the muxer holds into package->writer. */
mockets_status mk_mux_flush(struct mk_package *package, struct mockets_error *err);
mockets_status mk_mux_finish(struct mk_package *package, struct mockets_error *err);
void mk_mux_close(struct mk_package *package);

#endif
