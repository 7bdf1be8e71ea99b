#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "model/preset.h"

/*
 * What the preset structs point at is not const (requests are built in the same structs), what is
 * pointed at here is.
 */
#define CONSTANT(type, ...) ((struct type *)&(const struct type){__VA_ARGS__})

#define AUDIO_OPTIONS(...) .codec_options = CONSTANT(mk_audio_options, __VA_ARGS__)
#define AAC(profile_, rate, bits, channels_)                                                       \
    CONSTANT(mk_audio_parameters, .codec = "AAC", .sample_rate = rate, .bit_rate = bits,           \
             .channels = channels_, AUDIO_OPTIONS(.profile = profile_))
#define FLAC(rate, depth)                                                                          \
    CONSTANT(mk_audio_parameters, .codec = "flac", .sample_rate = rate, .channels = "2",           \
             AUDIO_OPTIONS(.bit_depth = depth))
#define PCM(rate, channels_, depth, is_signed_, ...)                                               \
    CONSTANT(                                                                                      \
        mk_audio_parameters, .codec = "pcm", .sample_rate = rate, .channels = channels_,           \
        AUDIO_OPTIONS(.bit_depth = depth, .bit_order = "LittleEndian", .is_signed = is_signed_),   \
        __VA_ARGS__)
#define STEREO(codec_, rate, bits)                                                                 \
    CONSTANT(mk_audio_parameters, .codec = codec_, .sample_rate = rate, .bit_rate = bits,          \
             .channels = "2")

#define PAIRS(...) ((const struct mk_pair[]){__VA_ARGS__})
#define VIDEO_OPTIONS(...)                                                                         \
    .codec_options = PAIRS(__VA_ARGS__),                                                           \
    .codec_option_count = sizeof(PAIRS(__VA_ARGS__)) / sizeof(struct mk_pair)
#define H264(profile, level, frames)                                                               \
    .codec = "H.264",                                                                              \
    VIDEO_OPTIONS({"ColorSpaceConversionMode", "None"}, {"InterlacedMode", "Progressive"},         \
                  {"Level", level}, {"MaxReferenceFrames", frames}, {"Profile", profile})
#define H264_CAPPED(profile, level, frames, max, buffer)                                           \
    .codec = "H.264",                                                                              \
    VIDEO_OPTIONS({"BufferSize", buffer}, {"ColorSpaceConversionMode", "None"},                    \
                  {"InterlacedMode", "Progressive"}, {"Level", level}, {"MaxBitRate", max},        \
                  {"MaxReferenceFrames", frames}, {"Profile", profile})
#define H264_INTERLACED(level, max, buffer)                                                        \
    .codec = "H.264",                                                                              \
    VIDEO_OPTIONS({"BufferSize", buffer}, {"ColorSpaceConversionMode", "Auto"},                    \
                  {"InterlacedMode", "TopFirst"}, {"Level", level}, {"MaxBitRate", max},           \
                  {"MaxReferenceFrames", "3"}, {"Profile", "main"})
#define MPEG2(chroma, max, buffer)                                                                 \
    .codec = "mpeg2", VIDEO_OPTIONS({"BufferSize", buffer}, {"ChromaSubsampling", chroma},         \
                                    {"ColorSpaceConversionMode", "Auto"},                          \
                                    {"InterlacedMode", "TopFirst"}, {"MaxBitRate", max})
#define VP8(profile) .codec = "vp8", VIDEO_OPTIONS({"Profile", profile})
#define VP9          .codec = "vp9", .codec_options = PAIRS({NULL, NULL}), .codec_option_count = 0
#define GIF(loops)   .codec = "gif", VIDEO_OPTIONS({"LoopCount", loops})

#define FIXED_GOP(frames) .keyframes_max_dist = frames, .fixed_gop = "true"
#define OPEN_GOP(frames)  .keyframes_max_dist = frames, .fixed_gop = "false"
#define FITTED(width, height)                                                                      \
    .max_width = width, .max_height = height, .display_aspect_ratio = "auto",                      \
    .sizing_policy = "ShrinkToFit", .padding_policy = "NoPad"
#define FILLED(width, height)                                                                      \
    .max_width = width, .max_height = height, .display_aspect_ratio = "16:9",                      \
    .sizing_policy = "ShrinkToFill", .padding_policy = "Pad"

/* Codec and its options, bit rate in kbit/s, frame rate, geometry, then GOP and the rest. */
#define VIDEO(codec_, bits, rate, ...)                                                             \
    CONSTANT(mk_video_parameters, codec_, .bit_rate = bits, .frame_rate = rate, __VA_ARGS__,       \
             .watermarks = watermarks,                                                             \
             .watermark_count = sizeof(watermarks) / sizeof(watermarks[0]))

#define THUMBNAILS(seconds, height)                                                                \
    CONSTANT(mk_thumbnails, .format = "png", .interval = seconds, .max_width = "192",              \
             .max_height = height, .sizing_policy = "ShrinkToFit", .padding_policy = "NoPad")

#define PRESET_DESCRIBED(id_, name_, description_, container_, ...)                                \
    {                                                                                              \
        .id = "1351620000001-" id_, .name = "System preset: " name_, .description = description_,  \
        .container = container_, .type = "System", __VA_ARGS__                                     \
    }
#define PRESET(id_, name_, container_, ...)                                                        \
    PRESET_DESCRIBED(id_, name_, "System preset: " name_, container_, __VA_ARGS__)

#define OWN_PRESET(id_, name_, profile, level, bits, max, buffer, audio_bits, width, height)       \
    {                                                                                              \
        .id = "1351620000002-" id_, .name = "mockets: " name_, .description = "mockets: " name_,   \
        .container = "ts", .type = "System", .audio = AAC("AAC-LC", "48000", audio_bits, "2"),     \
        .video = VIDEO(H264_CAPPED(profile, level, "3", max, buffer), bits, "auto",                \
                       FITTED(width, height), OPEN_GOP("90"), .max_frame_rate = "30"),             \
        .thumbnails = THUMBNAILS("60", "108")                                                      \
    }

#define WATERMARK(id_, horizontal, vertical)                                                       \
    {                                                                                              \
        .id = id_, .max_width = "10%", .max_height = "10%", .sizing_policy = "ShrinkToFit",        \
        .horizontal_align = horizontal, .horizontal_offset = "10%", .vertical_align = vertical,    \
        .vertical_offset = "10%", .opacity = "100", .target = "Content"                            \
    }

static const struct mk_preset_watermark watermarks[] = {
    WATERMARK("TopLeft", "Left", "Top"),
    WATERMARK("TopRight", "Right", "Top"),
    WATERMARK("BottomLeft", "Left", "Bottom"),
    WATERMARK("BottomRight", "Right", "Bottom"),
};

enum { SERVICE_PRESETS = 62 };

static const struct mk_preset presets[] = {
    PRESET_DESCRIBED("000001", "Generic 1080p", "System preset generic 1080p", "mp4",
                     .audio = AAC("AAC-LC", "44100", "160", "2"),
                     .video = VIDEO(H264("baseline", "4", "3"), "5400", "29.97",
                                    FITTED("1920", "1080"), OPEN_GOP("90"), .aspect_ratio = "16:9"),
                     .thumbnails = THUMBNAILS("60", "144")),
    PRESET_DESCRIBED("000010", "Generic 720p", "System preset generic 720p", "mp4",
                     .audio = AAC("AAC-LC", "44100", "160", "2"),
                     .video = VIDEO(H264("baseline", "3.1", "3"), "2400", "29.97",
                                    FITTED("1280", "720"), OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("000020", "Generic 480p 16:9", "System preset generic 480p 16:9", "mp4",
                     .audio = AAC("AAC-LC", "44100", "128", "2"),
                     .video = VIDEO(H264("baseline", "3.1", "3"), "1200", "29.97",
                                    FITTED("854", "480"), OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("000030", "Generic 480p 4:3", "System preset generic 480p 4:3", "mp4",
                     .audio = AAC("AAC-LC", "44100", "128", "2"),
                     .video = VIDEO(H264("baseline", "3", "3"), "900", "29.97",
                                    FITTED("640", "480"), OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "144")),
    PRESET_DESCRIBED("000040", "Generic 360p 16:9", "System preset generic 360p 16:9", "mp4",
                     .audio = AAC("AAC-LC", "44100", "128", "2"),
                     .video = VIDEO(H264("baseline", "3", "3"), "720", "29.97",
                                    FITTED("640", "360"), OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("000050", "Generic 360p 4:3", "System preset generic 360p 4:3", "mp4",
                     .audio = AAC("AAC-LC", "44100", "128", "2"),
                     .video = VIDEO(H264("baseline", "3", "3"), "600", "29.97",
                                    FITTED("480", "360"), OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "144")),
    PRESET_DESCRIBED("000061", "Generic 320x240", "System preset generic 320x240", "mp4",
                     .audio = AAC("auto", "44100", "64", "1"),
                     .video = VIDEO(H264("baseline", "1.3", "3"), "300", "15", FITTED("320", "240"),
                                    OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "144")),
    PRESET_DESCRIBED("100020", "iPhone4S",
                     "System preset: iPhone 4s and above, iPad 3G and above, iPad mini, Samsung "
                     "Galaxy S2/S3/Tab 2",
                     "mp4", .audio = AAC("AAC-LC", "48000", "160", "2"),
                     .video = VIDEO(H264("high", "4.1", "3"), "5000", "30", FITTED("1920", "1080"),
                                    OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("100040", "iPod Touch", "System preset: iPhone 1, 3, iPod classic", "mp4",
                     .audio = AAC("AAC-LC", "48000", "160", "2"),
                     .video = VIDEO(H264("baseline", "3", "3"), "1500", "30", FITTED("640", "480"),
                                    OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "144")),
    PRESET("100050", "Apple TV 2G", "mp4", .audio = AAC("AAC-LC", "48000", "160", "2"),
           .video =
               VIDEO(H264("main", "3.1", "3"), "5000", "30", FITTED("1280", "720"), OPEN_GOP("90")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("100060", "Apple TV 3G", "System preset: Apple TV 3G, Roku HD/2 XD", "mp4",
                     .audio = AAC("AAC-LC", "48000", "160", "2"),
                     .video = VIDEO(H264("high", "4", "3"), "5000", "30", FITTED("1920", "1080"),
                                    OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("100070", "Web", "System preset: Facebook, SmugMug, Vimeo, YouTube", "mp4",
                     .audio = AAC("AAC-LC", "44100", "160", "2"),
                     .video = VIDEO(H264("main", "3.1", "3"), "2200", "30", FITTED("1280", "720"),
                                    OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED(
        "100080", "KindleFireHD", "System preset: Kindle Fire HD", "mp4",
        .audio = AAC("AAC-LC", "48000", "160", "2"),
        .video = VIDEO(H264("main", "4", "3"), "2200", "30", FITTED("1280", "720"), OPEN_GOP("90")),
        .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("100090", "KindleFireHD8.9", "System preset: Kindle Fire HD 8.9", "mp4",
                     .audio = AAC("AAC-LC", "48000", "160", "2"),
                     .video = VIDEO(H264("main", "4", "3"), "5400", "30", FITTED("1920", "1080"),
                                    OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET_DESCRIBED("100110", "Audio AAC - 256k", "System preset: Audio AAC - 256 kilobits/second",
                     "mp4", .audio = AAC("AAC-LC", "44100", "256", "2")),
    PRESET_DESCRIBED("100120", "Audio AAC - 160k", "System preset: Audio AAC - 160 kilobits/second",
                     "mp4", .audio = AAC("AAC-LC", "44100", "160", "2")),
    PRESET_DESCRIBED("100130", "Audio AAC - 128k", "System preset: Audio AAC - 128 kilobits/second",
                     "mp4", .audio = AAC("AAC-LC", "44100", "128", "2")),
    PRESET_DESCRIBED("100141", "Audio AAC - 64k", "System preset: Audio AAC - 64 kilobits/second",
                     "mp4", .audio = AAC("auto", "44100", "64", "1")),
    PRESET_DESCRIBED("100150", "KindleFireHDX",
                     "System preset: Kindle Fire HDX, Kindle Fire HDX 8.9", "mp4",
                     .audio = AAC("AAC-LC", "48000", "160", "2"),
                     .video = VIDEO(H264("main", "4.1", "3"), "5000", "30", FITTED("1920", "1080"),
                                    OPEN_GOP("90")),
                     .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100160", "NTSC - MPG", "mpg", .audio = STEREO("mp2", "48000", "192"),
           .video = VIDEO(MPEG2("yuv420p", "6500", "65000"), "6500", "29.97", FILLED("720", "480"),
                          FIXED_GOP("15")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100170", "PAL - MPG", "mpg", .audio = STEREO("mp2", "48000", "192"),
           .video = VIDEO(MPEG2("yuv420p", "6500", "65000"), "6500", "25", FILLED("720", "576"),
                          FIXED_GOP("12")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100180", "Full HD 1080i60 - MP4", "mp4", .audio = AAC("AAC-LC", "48000", "160", "2"),
           .video = VIDEO(H264_INTERLACED("4.1", "10000", "100000"), "10000", "29.97",
                          FILLED("1920", "1080"), FIXED_GOP("15")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100190", "Full HD 1080i50 - MP4", "mp4", .audio = AAC("AAC-LC", "48000", "160", "2"),
           .video = VIDEO(H264_INTERLACED("4.1", "10000", "100000"), "10000", "25",
                          FILLED("1920", "1080"), FIXED_GOP("12")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100200", "Gif (Animated)", "gif",
           .video = VIDEO(GIF("Infinite"), "400", "15", FITTED("auto", "auto")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100210", "Web: Flash Video", "flv", .audio = AAC("AAC-LC", "44100", "160", "2"),
           .video = VIDEO(H264_INTERLACED("3.1", "2200", "22000"), "2200", "30",
                          FITTED("1280", "720"), OPEN_GOP("90")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100220", "Full HD 1080i60 - XDCAM422", "mxf",
           .audio = PCM("48000", "auto", "24", "Signed",
                        .audio_packing_mode = "OneChannelPerTrackWithMosTo8Tracks"),
           .video = VIDEO(MPEG2("yuv422p", "50000", "100000"), "50000", "29.97",
                          FILLED("1920", "1080"), FIXED_GOP("15")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100230", "Full HD 1080i50 - XDCAM422", "mxf",
           .audio = PCM("48000", "auto", "24", "Signed",
                        .audio_packing_mode = "OneChannelPerTrackWithMosTo8Tracks"),
           .video = VIDEO(MPEG2("yuv422p", "50000", "100000"), "50000", "25",
                          FILLED("1920", "1080"), FIXED_GOP("12")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100240", "Webm 720p", "webm", .audio = STEREO("vorbis", "44100", "160"),
           .video = VIDEO(VP8("0"), "2400", "29.97", FITTED("1280", "720"), OPEN_GOP("90")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100250", "Webm VP9 720p", "webm", .audio = STEREO("vorbis", "44100", "128"),
           .video = VIDEO(VP9, "1200", "30", FITTED("1280", "720"), OPEN_GOP("90")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("100260", "Webm VP9 360p", "webm", .audio = STEREO("vorbis", "44100", "128"),
           .video = VIDEO(VP9, "600", "30", FITTED("640", "360"), OPEN_GOP("90")),
           .thumbnails = THUMBNAILS("60", "108")),
    PRESET("200010", "HLS 2M", "ts", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264("main", "3.1", "3"), "1872", "auto", FITTED("1024", "768"),
                          FIXED_GOP("90")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200015", "HLS Video - 2M", "ts",
           .video = VIDEO(H264_CAPPED("main", "3.1", "3", "1872", "16848"), "1872", "auto",
                          FITTED("1024", "768"), FIXED_GOP("90"), .max_frame_rate = "60"),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200020", "HLS 1.5M", "ts", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264("main", "3.1", "3"), "1372", "auto", FITTED("960", "640"),
                          FIXED_GOP("90")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200025", "HLS Video - 1.5M", "ts",
           .video = VIDEO(H264_CAPPED("main", "3.1", "3", "1372", "12348"), "1372", "auto",
                          FITTED("960", "640"), FIXED_GOP("90"), .max_frame_rate = "60"),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200030", "HLS 1M", "ts", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264("main", "3.1", "3"), "872", "auto", FITTED("640", "432"),
                          FIXED_GOP("90")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200035", "HLS Video - 1M", "ts",
           .video = VIDEO(H264_CAPPED("main", "3", "3", "872", "7848"), "872", "auto",
                          FITTED("640", "432"), FIXED_GOP("90"), .max_frame_rate = "60"),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200040", "HLS 600k", "ts", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264("baseline", "3", "3"), "472", "auto", FITTED("480", "320"),
                          FIXED_GOP("90")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200045", "HLS Video - 600k", "ts",
           .video = VIDEO(H264_CAPPED("baseline", "3", "3", "472", "4248"), "472", "auto",
                          FITTED("480", "320"), FIXED_GOP("90"), .max_frame_rate = "60"),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200050", "HLS 400k", "ts", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264("baseline", "3", "1"), "272", "auto", FITTED("400", "288"),
                          FIXED_GOP("90")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("200055", "HLS Video - 400k", "ts",
           .video = VIDEO(H264_CAPPED("baseline", "3", "1", "272", "2448"), "272", "auto",
                          FITTED("400", "288"), FIXED_GOP("90"), .max_frame_rate = "60"),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET_DESCRIBED("200060", "HLS Audio - 160k", "System Preset: HLS Audio 160 kilobits/second",
                     "ts", .audio = AAC("AAC-LC", "44100", "160", "2")),
    PRESET_DESCRIBED("200071", "HLS Audio - 64k", "System preset: HLS Audio 64 kilobits/second",
                     "ts", .audio = AAC("auto", "44100", "64", "1")),
    PRESET_DESCRIBED("300010", "Audio MP3 - 320k", "System preset: Audio MP3 - 320 kilobits/second",
                     "mp3", .audio = STEREO("mp3", "44100", "320")),
    PRESET_DESCRIBED("300020", "Audio MP3 - 192k", "System preset: Audio MP3 - 192 kilobits/second",
                     "mp3", .audio = STEREO("mp3", "44100", "192")),
    PRESET_DESCRIBED("300030", "Audio MP3 - 160k", "System preset: Audio MP3 - 160 kilobits/second",
                     "mp3", .audio = STEREO("mp3", "44100", "160")),
    PRESET_DESCRIBED("300040", "Audio MP3 - 128k", "System preset: Audio MP3 - 128 kilobits/second",
                     "mp3", .audio = STEREO("mp3", "44100", "128")),
    PRESET("300110", "Audio FLAC - CD", "flac", .audio = FLAC("44100", "16")),
    PRESET("300200", "Audio WAV 44100 Hz, 8 bit", "wav",
           .audio = PCM("44100", "2", "8", "Unsigned")),
    PRESET("300300", "Audio WAV 44100 Hz, 16 bit - CD Quality", "wav",
           .audio = PCM("44100", "2", "16", "Signed")),
    PRESET("400010", "Smooth 3M", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "3.1", "3", "2962", "17772"), "2962", "30",
                          FITTED("1280", "720"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("400020", "Smooth 2M", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "3.1", "3", "2056", "12336"), "2056", "30",
                          FITTED("992", "560"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("400030", "Smooth 1.5M", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "3", "3", "1427", "8562"), "1427", "30",
                          FITTED("768", "432"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("400040", "Smooth 1M", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "2.1", "3", "991", "5946"), "991", "30",
                          FITTED("592", "332"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("400050", "Smooth 800k", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "2.1", "3", "688", "4128"), "688", "30",
                          FITTED("448", "252"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("400060", "Smooth 600k", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "1.3", "3", "477", "2862"), "477", "30",
                          FITTED("368", "208"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("400070", "Smooth 500k", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "1.3", "3", "331", "1986"), "331", "30",
                          FITTED("284", "160"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("400080", "Smooth 400k", "fmp4", .audio = AAC("AAC-LC", "44100", "128", "2"),
           .video = VIDEO(H264_CAPPED("high", "1.3", "3", "230", "1380"), "230", "30",
                          FITTED("224", "128"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("500020", "MPEG-Dash Video - 4.8M", "fmp4",
           .video = VIDEO(H264_CAPPED("main", "3.1", "3", "4800", "9600"), "4800", "30",
                          FITTED("1280", "720"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("500030", "MPEG-Dash Video - 2.4M", "fmp4",
           .video = VIDEO(H264_CAPPED("main", "3.1", "3", "2400", "4800"), "2400", "30",
                          FITTED("854", "480"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("500040", "MPEG-Dash Video - 1.2M", "fmp4",
           .video = VIDEO(H264_CAPPED("main", "3", "3", "1200", "2400"), "1200", "30",
                          FITTED("640", "360"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("500050", "MPEG-Dash Video - 600k", "fmp4",
           .video = VIDEO(H264_CAPPED("main", "3", "1", "600", "1200"), "600", "30",
                          FITTED("426", "240"), FIXED_GOP("60")),
           .thumbnails = THUMBNAILS("300", "108")),
    PRESET("500060", "MPEG-Dash Audio - 128k", "fmp4", .audio = AAC("AAC-LC", "48000", "128", "2")),
    OWN_PRESET("001080", "HLS 1080p", "high", "4.1", "5000", "5350", "7500", "128", "1920", "1080"),
    OWN_PRESET("000720", "HLS 720p", "main", "3.1", "2400", "2568", "3600", "128", "1280", "720"),
    OWN_PRESET("000480", "HLS 480p", "main", "3.1", "1200", "1284", "1800", "128", "854", "480"),
    OWN_PRESET("000360", "HLS 360p", "main", "3", "700", "749", "1050", "128", "640", "360"),
    OWN_PRESET("000240", "HLS 240p", "baseline", "3", "400", "428", "600", "96", "426", "240"),
};

/* Ids that jobs of old still use (as of the first set, 1351620000000-…), and what stands in. */
static const struct {
    const char *old, *current;
} retired[] = {
    {"000060", "000061"}, {"100010", "100020"}, {"100030", "100040"},
    {"100100", "100080"}, {"100140", "100141"}, {"200070", "200071"},
};

/* The heights that a key can name, and the preset for it; the last one is for all other keys. */
static const struct {
    const char *height, *id;
} heights[] = {
    {"1080p", "1351620000002-001080"}, {"480p", "1351620000002-000480"},
    {"360p", "1351620000002-000360"},  {"240p", "1351620000002-000240"},
    {"720p", "1351620000002-000720"},
};

const struct mk_preset *mk_system_presets(size_t *count)
{
    *count = sizeof(presets) / sizeof(presets[0]);
    return presets;
}

size_t mk_system_presets_own_from(void)
{
    return SERVICE_PRESETS;
}

static const char *current_tail(const char *tail)
{
    for (size_t i = 0; i < sizeof(retired) / sizeof(retired[0]); i++) {
        if (strcmp(retired[i].old, tail) == 0)
            return retired[i].current;
    }
    return tail;
}

const struct mk_preset *mk_system_preset_find(const char *id, bool strict)
{
    static const char first[] = "1351620000000-", second[] = "1351620000001-";
    size_t count = sizeof(presets) / sizeof(presets[0]);
    const char *tail;

    if (!mk_str_starts(id, first) && !mk_str_starts(id, second)) {
        for (size_t i = SERVICE_PRESETS; !strict && i < count; i++) {
            if (strcmp(presets[i].id, id) == 0)
                return &presets[i];
        }
        return NULL;
    }
    tail = current_tail(id + sizeof(first) - 1);
    for (size_t i = 0; i < SERVICE_PRESETS; i++) {
        if (strcmp(presets[i].id + sizeof(second) - 1, tail) == 0)
            return &presets[i];
    }
    return NULL;
}

/* Where the key names the height for the last time, as a word; NULL if nowhere. */
static const char *find_height(const char *key, const char *height)
{
    size_t length = strlen(height);
    const char *found = NULL;

    for (const char *at = key; *at; at++) {
        bool starts = at == key || !isdigit((unsigned char)at[-1]);

        if (starts && strncasecmp(at, height, length) == 0 && !isalnum((unsigned char)at[length]))
            found = at;
    }
    return found;
}

const struct mk_preset *mk_system_preset_for_key(const char *key)
{
    size_t count = sizeof(heights) / sizeof(heights[0]), best = count - 1;
    const char *last = NULL;

    for (size_t i = 0; i < count; i++) {
        const char *at = find_height(key, heights[i].height);

        if (at && (!last || at > last)) {
            last = at;
            best = i;
        }
    }
    return mk_system_preset_find(heights[best].id, false);
}
