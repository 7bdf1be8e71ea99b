#ifndef MK_PLAN_PLAN_H
#define MK_PLAN_PLAN_H

#include "captions/cue.h"
#include "plan/info.h"

/*
 * What a job comes to, as data: sources feed pictures and sounds, those feed encodes, those feed
 * packages. Every distinct one stands here once; packages refer to encodes, encodes to pictures
 * or sounds, pictures and sounds to sources, all by index. What several pictures would do alike
 * stands between them and their source. media/ carries it out and decides nothing; a test can
 * build one by hand. Everything lives in one arena.
 */

enum mk_fields { MK_FIELDS_PROGRESSIVE, MK_FIELDS_TOP_FIRST, MK_FIELDS_BOTTOM_FIRST };

enum mk_pixels {
    MK_PIXELS_YUV420P,
    MK_PIXELS_YUV422P,
    MK_PIXELS_RGB24,
    MK_PIXELS_YUVJ420P,
    MK_PIXELS_PALETTE
};

enum mk_codec {
    MK_CODEC_H264,
    MK_CODEC_VP8,
    MK_CODEC_VP9,
    MK_CODEC_MPEG2,
    MK_CODEC_GIF,
    MK_CODEC_AAC,
    MK_CODEC_AAC_HE,
    MK_CODEC_AAC_HE2,
    MK_CODEC_MP3,
    MK_CODEC_MP2,
    MK_CODEC_VORBIS,
    MK_CODEC_FLAC, /* 16 bit */
    MK_CODEC_FLAC24,
    MK_CODEC_PCM_S8, /* little-endian, all of them */
    MK_CODEC_PCM_U8,
    MK_CODEC_PCM_S16,
    MK_CODEC_PCM_U16,
    MK_CODEC_PCM_S24,
    MK_CODEC_PCM_U24,
    MK_CODEC_PCM_S32,
    MK_CODEC_PCM_U32,
    MK_CODEC_PNG,
    MK_CODEC_JPEG,
    MK_CODECS /**< how many */
};

enum mk_container {
    MK_CONTAINER_MP4,
    MK_CONTAINER_TS,
    MK_CONTAINER_FMP4,
    MK_CONTAINER_WEBM,
    MK_CONTAINER_FLV,
    MK_CONTAINER_MPG,
    MK_CONTAINER_MXF,
    MK_CONTAINER_GIF,
    MK_CONTAINER_MP3,
    MK_CONTAINER_MP2,
    MK_CONTAINER_OGG,
    MK_CONTAINER_FLAC,
    MK_CONTAINER_WAV,
    MK_CONTAINER_IMAGES
};

/** What becomes of the lines of a source. */
enum mk_deinterlace {
    MK_DEINTERLACE_NONE,
    MK_DEINTERLACE_ALL,    /**< every frame is made whole */
    MK_DEINTERLACE_MARKED, /**< only those that say they are interlaced */
    MK_DEINTERLACE_KEEP    /**< the fields stay as they are; nothing may move a line */
};

/** A stretch of one input of the job. */
struct mk_plan_part {
    unsigned input;      /**< index in the job's Inputs */
    int video_stream;    /**< index in the container, -1 = none is needed */
    int audio_stream;    /**< the same */
    int right_stream;    /**< audio_stream is the left channel and this the right one; 0 = none */
    int64_t start_us;    /**< the timestamp that becomes the beginning of the part */
    int64_t skip_us;     /**< how far into the input that is; what lies before is dropped */
    int64_t duration_us; /**< cut there; 0: to the end of the input */
    int64_t length_us;   /**< what will come, by what the input says of itself; 0 if unknown */
};

/** Parts that are joined into one film, decoded once, one after the other. */
struct mk_plan_source {
    struct mk_plan_part *parts; /**< at least one */
    size_t part_count;
    /**
     * They are stretches of one film, each a film by itself, and several sources share them: each
     * takes the next one when it is done with one. A stretch is as long as it says, whatever is
     * found in it; behind the end of the film there may be nothing.
     */
    bool lane;
    bool paced;          /**< runs no further ahead than the encode that joins lanes */
    bool draft;          /**< pictures may be a little off, if that saves time */
    int threads;         /**< of the decoder of pictures */
    int nice;            /**< how far it gives way to encodes: 0 to 19 */
    int64_t duration_us; /**< of all, for progress; 0 if unknown */
};

/** How frames are made whole; the same members as in a picture. */
struct mk_plan_lines {
    enum mk_deinterlace deinterlace; /**< not MK_DEINTERLACE_KEEP */
    bool every_field, top_field_first;
};

/** Frames of a source that are made whole once, for all pictures that want them so. */
struct mk_plan_whole {
    unsigned source;
    const struct mk_plan_lines *parts; /**< one for each of the source's */
};

/** A picture that is drawn over every frame. */
struct mk_plan_mark {
    unsigned image;          /**< which of the host's images */
    int x_px, y_px;          /**< of its left upper corner in the finished frame; may lie outside */
    int width_px, height_px; /**< what the image is scaled to */
    double opacity;          /**< 0 to 1; multiplies the image's own */
};

enum { MK_PLAN_MARKS = 4 };

/** Frames as an encoder gets them: turned, scaled, cropped, padded, at a constant rate. */
struct mk_plan_picture {
    unsigned source;
    /**
     * Made of the frames of this one of the wholes, counted from 1: there is nothing left to
     * deinterlace then. 0 = straight of the source.
     */
    unsigned whole;
    enum mk_deinterlace deinterlace;
    bool every_field;        /**< deinterlacing makes a frame of each field */
    bool top_field_first;    /**< of the source, if it is deinterlaced */
    int rotation_deg;        /**< clockwise: 0 90 180 270; before scaling */
    bool mirror;             /**< left to right, after the turn */
    struct mk_rational rate; /**< frames per second, constant; 0/1: take one every interval_us */
    int64_t interval_us;     /**< for thumbnails: what is seen at each multiple of it */
    int scale_width_px, scale_height_px; /**< scale the whole picture to this */
    bool draft;                          /**< scale it in less time, a little off */
    int crop_width_px, crop_height_px;   /**< then cut this out of the middle */
    int width_px, height_px;             /**< then put it in the middle of this, on black */
    struct mk_rational sar;              /**< written to the output */
    enum mk_pixels pixels;
    /** Convert when both are known and differ; MK_MATRIX_RGB on the side that has no matrix. */
    enum mk_matrix matrix_in, matrix_out;
    enum mk_fields fields; /**< made interlaced; from twice the rate when weave is set */
    bool weave;
    struct mk_plan_mark marks[MK_PLAN_MARKS]; /**< drawn in this order */
    size_t mark_count;
    enum mk_matrix mark_matrix; /**< what colours of marks become, where frames are YUV */
    /**
     * The picture as it is made of each part of the source, where there are several: different
     * in how the frames come to it, equal in what comes out. NULL: the same for all parts.
     */
    const struct mk_plan_picture *views;
};

/** How a sample is stored. */
enum mk_samples { MK_SAMPLES_FLOAT_PLANAR, MK_SAMPLES_U8, MK_SAMPLES_S16, MK_SAMPLES_S32 };

/** Sound as an encoder gets it. Starts at 0: a late start is filled with silence. */
struct mk_plan_sound {
    unsigned source;
    int sample_rate_hz;
    int channels;    /**< mixed to so many; but see only_channel */
    uint64_t layout; /**< speakers as in WAVEFORMATEXTENSIBLE; 0 = the usual ones for channels */
    enum mk_samples samples;
    int only_channel; /**< counted from 1: of that mix, this one channel; 0 = all */
    bool silent;      /**< as long as the sound, but silence */
};

/** How hard an encoder of film works: a set of its own, and what differs from it. */
struct mk_plan_effort {
    const char *preset; /**< x264 "veryfast", VPX's cpu-used "5"; NULL = the encoder's choice */
    /* x264 only; 0 or NULL = as the preset has it */
    const char *params; /**< in x264's own words, "subme=3:trellis=1" */
    bool compares;      /**< blocks are compared by SATD more than anything: subme 3 to 6 */
    int references;     /**< at most, of those that the encode may have */
    int b_frames;       /**< most in a row */
    int stray_percent;  /**< second pass: how far its rate may stray from the plan */
    int lookahead;      /**< frames; not in params */
    int lookahead_threads;
    int slack_percent; /**< of its share that it may take before it gets another thread */
    /* one pass of x264 that has the processors to itself */
    int lone_threads_percent; /**< of processors; 0: as many */
    int lone_references;      /**< 0: as many as beside others */
};

/** Encodes that go over the film twice know all of it when they start. */
enum mk_pass {
    MK_PASS_ONLY,
    MK_PASS_FIRST, /**< makes statistics, nothing else */
    MK_PASS_SECOND /**< uses them */
};

/** How the packets of a stream are timed when they are passed on: one after the other, exactly. */
struct mk_plan_copy {
    struct mk_rational rate; /**< of packets of film, or of samples of sound */
    int packet_samples;      /**< sound */
    int delay_packets;       /**< film: decoding runs so far ahead of showing */
};

/** Frames in a row that have an encoder of their own. */
struct mk_plan_stretch {
    int64_t first; /**< in the whole film, counted from 0 */
    int64_t count; /**< INT64_MAX: to the end of the film */
};

struct mk_plan_encode {
    enum mk_media_kind kind;
    /** Index in pictures or sounds, by kind; if it copies: in sources; if it joins: in encodes. */
    unsigned of;
    enum mk_codec codec;
    /** Nothing is encoded: the packets of the source's stream of the kind are passed on. */
    bool copies;
    struct mk_plan_copy copy; /**< only then; all below is 0 then */
    /**
     * Nothing is encoded: so many encodes from @c of on make the film in stretches beside each
     * other, and their packets are passed on in order. 0: it is an encode like any other.
     */
    size_t lanes;
    const struct mk_plan_stretch *stretches; /**< those that lanes share, each as they come to it */
    size_t stretch_count;                    /**< 0: all of its frames are one film */
    int64_t bit_rate_bps;                    /**< average; 0: constant quality */
    int64_t max_rate_bps;                    /**< VBV; 0 = none */
    int64_t min_rate_bps;                    /**< padded where the picture needs less; 0 = not */
    int64_t buffer_bits;                     /**< VBV; 0 = none */
    const char *profile; /**< the codec's usual name: H.264 "baseline" …, VP8 "0" …; or NULL */
    const char *level;   /**< "3.1"; NULL = the encoder's choice */
    struct mk_plan_effort effort;
    enum mk_pass pass;
    unsigned statistics;  /**< which, where there is a first or second pass */
    int reference_frames; /**< 0 = the encoder's choice */
    int gop_frames;       /**< longest distance of key frames */
    bool fixed_gop;       /**< exactly that distance, no scene cuts */
    int64_t segment_us;   /**< a key frame at the first frame of every multiple; 0 = none forced */
    enum mk_fields fields;
    int threads;
    int nice;    /**< how far it gives way to encodes that take longer: 0 to 19 */
    bool exact;  /**< the same frames make the same bytes, whatever it costs */
    bool slices; /**< H.264: threads share each picture, instead of having one each */
    struct mk_caption_tracks captions; /**< sent in the frames as CEA-708 */
};

/** How the segments of HLS are encrypted: AES-128 as RFC 8216 has it, each on its own. */
struct mk_plan_hls_key {
    const uint8_t *key; /**< 16 bytes; secret, not in the arena, wiped when the job ends */
    bool has_iv;        /**< else the number of the segment is its IV */
    uint8_t iv[16];
    const char *uri; /**< of the key, ready for the playlist */
};

/** A piece of album art: a file that is taken as it is, or one that is made of an image. */
struct mk_plan_art {
    enum mk_codec codec; /**< MK_CODEC_PNG or MK_CODEC_JPEG */
    const void *data;    /**< NULL: made of … */
    size_t size_bytes;
    unsigned image;                      /**< … this one of the host's images, … */
    int scale_width_px, scale_height_px; /**< … scaled to this, … */
    int crop_width_px, crop_height_px;   /**< … this cut out of the middle, … */
    int width_px, height_px;             /**< … in the middle of this, on white; also with data */
};

/** How the samples of fmp4 are encrypted: common encryption, for PlayReady. */
struct mk_plan_cenc {
    const uint8_t *key;    /**< 16 bytes; secret, not in the arena, wiped when the job ends */
    uint8_t key_id[16];    /**< in the order in which a GUID is written */
    uint8_t iv[8];         /**< what counting the samples begins with */
    const uint8_t *header; /**< the PlayReady object */
    size_t header_bytes;
};

/** A file, or a row of segment files with its media playlist, or a row of pictures. */
struct mk_plan_package {
    unsigned output; /**< index in the job's Outputs */
    enum mk_container container;
    const unsigned *encodes;
    size_t encode_count; /**< MK_CONTAINER_IMAGES: exactly one */
    /** Segment length; 0: one file called @c key. Else key + ".m3u8", key + "00000.ts", …. */
    int64_t segment_us;
    /** ts: segments are ranges of key + ".ts", listed by key + "_v4.m3u8" and "_iframe.m3u8". */
    bool one_file;
    const char *key; /**< whole object key; for images with {count} still in it */
    int repeats;     /**< GIF: how often it is played again; 0: for ever, -1: never */
    bool thumbnails; /**< goes to the thumbnail bucket */
    const struct mk_plan_hls_key *hls_key; /**< NULL: segments are not encrypted */
    const struct mk_plan_art *arts;        /**< in this order */
    size_t art_count;
    struct mk_caption_tracks captions; /**< tracks of mov-text */
    const struct mk_plan_cenc *cenc;   /**< NULL: samples are not encrypted */
};

/** What the planner made of one output of the job. */
struct mk_plan_output {
    /** Why the output cannot be made: "4008 …" code and text; 0 and NULL if it can. */
    int error_code;
    const char *error_text;
    const char *warning;               /**< StatusDetail of a success; NULL = none */
    const char *color_conversion;      /**< AppliedColorSpaceConversion; NULL = not applicable */
    const char *frame_rate;            /**< FrameRate for the Job, "29.97"; NULL without video */
    struct mk_caption_tracks captions; /**< what its CaptionFormats are made of */
};

/** Where the middle of @p outer pixels begins for @p inner; even, because chroma is coarser. */
static inline int mk_plan_middle(int outer, int inner)
{
    return (outer - inner) / 2 & ~1;
}

struct mk_plan {
    /** To be carried out first: no packages, only the first pass of encodes. NULL: there is none. */
    struct mk_plan *first;
    struct mk_plan_source *sources;
    size_t source_count;
    struct mk_plan_whole *wholes;
    size_t whole_count;
    struct mk_plan_picture *pictures;
    size_t picture_count;
    struct mk_plan_sound *sounds;
    size_t sound_count;
    struct mk_plan_encode *encodes;
    size_t encode_count;
    struct mk_plan_package *packages;
    size_t package_count;
    struct mk_plan_output *outputs; /**< one per output of the job */
    size_t output_count;
    bool brief;              /**< waits longer for disks and threads than it computes */
    size_t image_count;      /**< images that the host has; marks name them by index */
    size_t pictures_waiting; /**< in an inbox, at most; 0 = as many as smooth best */
};

/** The pixels of each picture that @p encode, which is of video, is given. */
static inline int64_t mk_plan_pixels(const struct mk_plan *plan,
                                     const struct mk_plan_encode *encode)
{
    const struct mk_plan_picture *picture = &plan->pictures[encode->of];

    return (int64_t)picture->width_px * picture->height_px;
}

#endif
