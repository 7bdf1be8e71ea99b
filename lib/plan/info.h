#ifndef MK_PLAN_INFO_H
#define MK_PLAN_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What probing found in an input: plain numbers, no libav*. */

struct mk_rational {
    int num, den;
};

enum mk_media_kind { MK_VIDEO, MK_AUDIO, MK_SUBTITLE, MK_DATA };

/** How colours are coded; MK_MATRIX_RGB: as they are. */
enum mk_matrix {
    MK_MATRIX_UNKNOWN,
    MK_MATRIX_BT601,
    MK_MATRIX_BT709,
    MK_MATRIX_BT2020,
    MK_MATRIX_RGB
};

/** What H.264 says of itself in its sequence parameter set. */
struct mk_info_h264 {
    int profile;              /**< 66 Baseline, 77 Main, 100 High */
    bool constrained;         /**< so that decoders of Main can show Baseline */
    int level;                /**< 31 is 3.1; 1b is taken for 1.1 */
    int references;           /**< pictures that a decoder must keep, at most */
    int chroma_format, depth; /**< 1 is 4:2:0; bits a sample */
    int width_px, height_px;  /**< without what is cropped */
    struct mk_rational sar;   /**< 1/1 if it does not say */
    bool progressive;         /**< no picture has fields */
    bool full_range;
};

/** A picture of a film as it lies in the container. */
struct mk_info_packet {
    int64_t pts_us;
    int bytes;
    bool key; /**< nothing behind it needs what is before it */
};

/**
 * What is known of a stream when all of its packets were read, though not decoded: enough to tell
 * whether they can stand for what an encoder would make.
 */
struct mk_info_scan {
    int64_t start_us; /**< timestamp of the first packet */
    int64_t bytes;    /**< of all, without what the container adds */
    size_t packet_count;
    const struct mk_info_packet *packets; /**< film: in the order of decoding; sound: NULL */
    struct mk_info_h264 h264;             /**< film */
    int frame_samples;                    /**< sound: in every packet, which follow without a gap */
};

struct mk_info_stream {
    int index; /**< in the container */
    enum mk_media_kind kind;
    bool attached_picture; /**< cover art, not a film */
    bool decodable;        /**< this build has a decoder for it */
    bool is_default;       /**< the container marks it as the one to play */
    char codec[32];        /**< libavcodec's name */
    int64_t start_us;      /**< first timestamp; INT64_MIN if unknown */
    int64_t duration_us;   /**< 0 if unknown */
    int64_t bit_rate_bps;  /**< 0 if unknown */
    /* video */
    int width_px, height_px;         /**< as coded, before rotation */
    struct mk_rational sar;          /**< sample aspect ratio; 0/1 if unknown */
    struct mk_rational frame_rate;   /**< average; 0/1 if unknown */
    struct mk_rational nominal_rate; /**< least common rate of the timestamps; 0/1 if unknown */
    int rotation_deg;                /**< clockwise turn that makes it upright: 0 90 180 270 */
    bool mirrored;                   /**< flip left to right after that turn */
    bool interlaced;
    bool top_field_first;
    /** Timestamps of its key frames, by the index of the file; NULL: it has none of all of them.
     * Those that follow another one at once are left out. */
    const int64_t *keys_us;
    size_t key_count;
    bool fields_unknown; /**< only the frames tell whether they are interlaced */
    enum mk_matrix matrix;
    /* attached pictures: the file as it is, and its size above; NULL: not a PNG or JPEG that
     * can be decoded, or, if there is a size, one that is too large */
    const void *picture;
    size_t picture_bytes;
    /* audio */
    int sample_rate_hz;
    int channels;
    uint64_t layout;  /**< speakers as in WAVEFORMATEXTENSIBLE; 0 if unknown */
    char language[8]; /**< as the container says; "" if it does not */
    /** NULL: not looked for, or the packets cannot be passed on as they are. */
    const struct mk_info_scan *scan;
};

/* Watermarks and artwork are at most this large (reference 7). */
enum { MK_IMAGE_MAX_WIDTH = 4096, MK_IMAGE_MAX_HEIGHT = 3072, MK_ARTWORKS_MAX = 20 };

/** A still picture beside the inputs. */
struct mk_info_image {
    int width_px, height_px;
};

/** Strings and streams live in the arena that was given to the probe. */
struct mk_info {
    char format[64]; /**< libavformat's name */
    int64_t size_bytes;
    bool once; /**< it comes through a pipe: one source reads it, once, and nobody knows its size */
    int64_t start_us;       /**< earliest timestamp; 0 if unknown */
    int64_t duration_us;    /**< 0 if unknown */
    bool duration_is_guess; /**< made from the size and a bit rate */
    struct mk_info_stream *streams;
    size_t stream_count;
};

#endif
