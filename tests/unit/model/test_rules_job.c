#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "model/job.h"
#include "model/rules.h"

#define JOB(more)      "{\"PipelineId\":\"1111111111111-abcde1\",\"Inputs\":[{\"Key\":\"i\"}]," more "}"
#define INPUT(more)    "{\"Inputs\":[{\"Key\":\"i\"" more "}],\"Outputs\":[" MP4("m", "") "]}"
#define P(id)          "1351620000001-" id
#define MP4(k, more)   "{\"Key\":\"" k "\",\"PresetId\":\"" P("000010") "\"" more "}"
#define TS(k, more)    "{\"Key\":\"" k "\",\"PresetId\":\"" P("200030") "\"" more "}"
#define FMP4(k, more)  "{\"Key\":\"" k "\",\"PresetId\":\"" P("500030") "\"" more "}"
#define AUDIO(k, more) "{\"Key\":\"" k "\",\"PresetId\":\"" P("300010") "\"" more "}"
#define SEGMENTS       ",\"SegmentDuration\":\"10\""
#define AES                                                                                        \
    "{\"Mode\":\"aes-ctr\",\"Key\":\"AA==\",\"KeyMd5\":\"AA==\",\"InitializationVector\":\"AA=="   \
    "\"}"
#define ART(more)        ",\"AlbumArt\":{\"MergePolicy\":\"Append\",\"Artwork\":[{" more "}]}"
#define CAPTIONS(format) ",\"Captions\":{\"CaptionFormats\":[{\"Format\":\"" format "\"}]}"
#define SMOOTH(k, id)    "{\"Key\":\"" k "\",\"PresetId\":\"" P(id) "\"" SEGMENTS "}"
#define LIST(name, format, keys)                                                                   \
    "\"Playlists\":[{\"Name\":\"" name "\",\"Format\":\"" format "\",\"OutputKeys\":[" keys "]}]"

static const struct {
    const char *json, *field, *message; /* message NULL: all is well */
} rows[] = {
    {JOB("\"Outputs\":[" MP4("m", "") "]"), NULL, NULL},
    {JOB("\"Outputs\":[" TS("a", ",\"SegmentDuration\":\"1\"") "," TS(
         "b", ",\"SegmentDuration\":\"60.0\"") "," FMP4("c", SEGMENTS) "]"),
     NULL, NULL},
    {JOB("\"Outputs\":[" TS("h/a", SEGMENTS) "," TS(
         "h/b", ",\"SegmentDuration\":\"10.0\"") "]," LIST("h/m", "HLSv3", "\"h/a\",\"h/b\"")),
     NULL, NULL},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS) "]," LIST("m", "MPEG-DASH", "\"a\"")), NULL, NULL},
    {JOB("\"Outputs\":[" MP4("m", "") "],\"UserMetadata\":{\"a b_.:/=+-%@\":\"\"}"), NULL, NULL},
    {"{\"Outputs\":[" MP4("m", "") "]}", "/Inputs", "The job must have at least one input."},
    {JOB("\"Outputs\":[]"), "/Outputs", "The job must have at least one output."},
    {JOB("\"Outputs\":[{\"PresetId\":\"x\"}]"), "/Outputs/0/Key", "Output 1 must have a 'Key'."},
    {JOB("\"Outputs\":[{\"Key\":\"k\"}]"), "/Outputs/0/PresetId",
     "Output 'k' must have a 'PresetId'."},

    {JOB("\"Outputs\":[" MP4("m", SEGMENTS) "]"), "/Outputs/0/SegmentDuration",
     "Output 'm' must not have a SegmentDuration. SegmentDuration is available only for 'ts' and "
     "'fmp4' containers."},
    {JOB("\"Outputs\":[" TS("m", ",\"SegmentDuration\":\"0.99999\"") "]"),
     "/Outputs/0/SegmentDuration",
     "The SegmentDuration of output 'm' must be between 1 and 60 seconds."},
    {JOB("\"Outputs\":[" TS("m", ",\"SegmentDuration\":\"60.00001\"") "]"),
     "/Outputs/0/SegmentDuration",
     "The SegmentDuration of output 'm' must be between 1 and 60 seconds."},
    {JOB("\"Outputs\":[" MP4("m", ",\"Encryption\":{\"Key\":\"AA==\"}") "]"),
     "/Outputs/0/Encryption", "The 'Encryption' object must have a 'Mode'."},
    {JOB("\"Outputs\":[" MP4(
         "m", ",\"ThumbnailEncryption\":{\"Mode\":\"aes-ctr\",\"Key\":\"AA==\"}") "]"),
     "/Outputs/0/ThumbnailEncryption",
     "The 'ThumbnailEncryption' object must have all of 'Key', 'KeyMd5' and "
     "'InitializationVector', or none of them."},
    {JOB("\"Outputs\":[" MP4("m", ",\"Encryption\":{\"Mode\":\"s3\"}") "]"), NULL, NULL},
    {INPUT(",\"Encryption\":{\"Mode\":\"s3\"}"), "/Inputs/0/Encryption",
     "The encryption mode 's3' is available only for outputs."},
    {INPUT(",\"TimeSpan\":{\"StartTime\":\"86399.999\",\"Duration\":\"23:59:59.999\"}"), NULL,
     NULL},
    {INPUT(",\"TimeSpan\":{\"StartTime\":\"86400\"}"), "/Inputs/0/TimeSpan",
     "The times of a 'TimeSpan' must not exceed 86399.999 seconds."},
    {INPUT(",\"InputCaptions\":{\"CaptionSources\":[{\"Key\":\"k\",\"Language\":\"en\"}]}"),
     "/Inputs/0/InputCaptions", "The 'InputCaptions' object must have a 'MergePolicy'."},
    {JOB("\"Outputs\":[" MP4("m", ",\"Watermarks\":[{\"PresetWatermarkId\":\"TopLeft\","
                                  "\"InputKey\":\"a.png\"}]") "]"),
     NULL, NULL},
    {JOB("\"Outputs\":[" MP4("m", ",\"Watermarks\":[{\"PresetWatermarkId\":\"Middle\","
                                  "\"InputKey\":\"a.png\"}]") "]"),
     "/Outputs/0/Watermarks", "The preset '1351620000001-000010' has no watermark 'Middle'."},
    {JOB("\"Outputs\":[" TS("m", ",\"AlbumArt\":{\"MergePolicy\":\"Replace\"}") "]"),
     "/Outputs/0/AlbumArt", "'AlbumArt' is available only for 'mp3', 'mp4' and 'flac' containers."},
    {JOB("\"Outputs\":[" AUDIO("m",
                               ",\"Captions\":{\"CaptionFormats\":[{\"Format\":\"srt\"}]}") "]"),
     "/Outputs/0/Captions", "'Captions' are not available for outputs without video."},
    {JOB("\"Outputs\":[" MP4("m", ",\"Captions\":{\"CaptionFormats\":[{\"Format\":\"mov-text\"},"
                                  "{\"Format\":\"cea-708\"}]}") "]"),
     "/Outputs/0/Captions", "An output must not have more than one embedded caption format."},

    {INPUT(",\"Resolution\":\"640x480\""), "/Inputs/0/Resolution",
     "The 'Resolution' of an input must be 'auto'."},
    {INPUT(",\"Encryption\":{\"Mode\":\"aes-gcm\"}"), "/Inputs/0/Encryption",
     "The 'Encryption' object of an encrypted input must have 'Key', 'KeyMd5' and "
     "'InitializationVector'."},
    {INPUT(",\"Encryption\":" AES), NULL, NULL},
    {INPUT(",\"InputCaptions\":{\"MergePolicy\":\"Override\",\"CaptionSources\":[{\"Key\":\"k\","
           "\"Language\":\"en\",\"Encryption\":{\"Mode\":\"s3\"}}]}"),
     "/Inputs/0/InputCaptions", "The encryption mode 's3' is available only for outputs."},
    {INPUT(
         ",\"InputCaptions\":{\"MergePolicy\":\"Override\",\"CaptionSources\":[{\"Key\":\"k\"}]}"),
     "/Inputs/0/InputCaptions", "Each of the 'CaptionSources' must have a 'Key' and a 'Language'."},
    {INPUT(",\"InputCaptions\":{\"MergePolicy\":\"Override\",\"CaptionSources\":[{\"Key\":\"k\","
           "\"Language\":\"../x\"}]}"),
     "/Inputs/0/InputCaptions",
     "The 'Language' of each of the 'CaptionSources' must be a code of ISO 639: two or three "
     "letters."},
    {JOB("\"Outputs\":[" MP4("m",
                             ",\"Watermarks\":[{\"PresetWatermarkId\":\"TopLeft\","
                             "\"InputKey\":\"a.png\",\"Encryption\":{\"Key\":\"AA==\"}}]") "]"),
     "/Outputs/0/Watermarks", "The 'Watermarks' object must have a 'Mode'."},
    {JOB("\"Outputs\":[" MP4("m", ART("\"InputKey\":\"a.jpg\",\"MaxWidth\":\"32\"")) "]"), NULL,
     NULL},
    {JOB("\"Outputs\":[" MP4("m", ART("\"InputKey\":\"a.jpg\",\"MaxWidth\":\"30\"")) "]"),
     "/Outputs/0/AlbumArt",
     "The 'MaxWidth' and 'MaxHeight' of 'Artwork' must be 'auto' or even numbers between 32x32 and "
     "4096x3072."},
    {JOB("\"Outputs\":[" MP4("m", ART("")) "]"), "/Outputs/0/AlbumArt",
     "Each 'Artwork' must have an 'InputKey'."},
    {JOB("\"Outputs\":[" MP4("m", CAPTIONS("mov-text")) "," TS("t", CAPTIONS("cea-708")) "," FMP4(
         "f", CAPTIONS("dfxp")) "]"),
     NULL, NULL},
    {JOB("\"Outputs\":[" TS("t", CAPTIONS("mov-text")) "]"), "/Outputs/0/Captions",
     "The caption format 'mov-text' is not available for the container 'ts'."},
    {JOB("\"Outputs\":[" FMP4("f", CAPTIONS("srt")) "]"), "/Outputs/0/Captions",
     "The caption format 'srt' is not available for the container 'fmp4'."},
    {JOB("\"Outputs\":[" MP4("m", ",\"Captions\":{\"CaptionFormats\":[{}]}") "]"),
     "/Outputs/0/Captions", "Each of the 'CaptionFormats' must have a 'Format'."},
    {JOB("\"Outputs\":[" MP4("m", ",\"Captions\":{\"CaptionSources\":[{}]}") "]"),
     "/Outputs/0/Captions", "The 'CaptionFormats' of 'Captions' must not be blank."},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS CAPTIONS("webvtt")) "]," LIST("n", "MPEG-DASH",
                                                                          "\"a\"")),
     NULL, NULL},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS CAPTIONS("dfxp")) "]," LIST("n", "MPEG-DASH", "\"a\"")),
     "/Playlists/0/OutputKeys",
     "The captions of outputs in a MPEG-DASH playlist must have the format 'webvtt'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS CAPTIONS("webvtt")) "," TS("b", SEGMENTS) "]," LIST(
         "n", "HLSv3", "\"a\",\"b\"")),
     "/Playlists/0/OutputKeys", "All outputs in playlist 'n' must have the same 'Captions'."},
    {JOB("\"Outputs\":[" SMOOTH("a", "400010") "," SMOOTH("b", "400040") "]," LIST("n", "Smooth",
                                                                                   "\"a\",\"b\"")),
     NULL, NULL},
    {JOB("\"Outputs\":[" SMOOTH("a", "400010") "," SMOOTH("b", "500020") "]," LIST("n", "Smooth",
                                                                                   "\"a\",\"b\"")),
     "/Playlists/0/OutputKeys",
     "All outputs in the Smooth playlist 'n' must have the same video Profile and the same ratio "
     "of "
     "FrameRate to KeyframesMaxDist."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "],\"Playlists\":[{\"Name\":\"n\",\"Format\":\"HLSv3\","
                                           "\"OutputKeys\":[\"a\"],\"HlsContentProtection\":{"
                                           "\"Method\":\"aes-128\",\"Key\":\"AA==\","
                                           "\"LicenseAcquisitionUrl\":\"u\"}}]"),
     "/Playlists/0/HlsContentProtection",
     "The 'HlsContentProtection' object must have both 'Key' and 'KeyMd5', or none of them."},

    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "],\"Playlists\":[{\"Format\":\"HLSv3\"}]"),
     "/Playlists/0/Name", "Playlist 1 must have a 'Name'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "],\"Playlists\":[{\"Name\":\"n\"}]"),
     "/Playlists/0/Format", "Playlist 'n' must have a 'Format'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," LIST("n", "HLSv3", "")), "/Playlists/0/OutputKeys",
     "Playlist 'n' must have 'OutputKeys'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "],\"Playlists\":[{\"Name\":\"n\",\"Format\":\"HLSv3\","
                                           "\"OutputKeys\":[\"a\"]},{\"Name\":\"n\",\"Format\":"
                                           "\"HLSv3\",\"OutputKeys\":[\"a\"]}]"),
     "/Playlists/1/Name", "The playlist name 'n' must not be used more than once."},
    {JOB("\"Outputs\":[" TS(
         "x/a",
         SEGMENTS) "],\"Playlists\":[{\"Name\":\"x/n\",\"Format\":"
                   "\"HLSv3\",\"OutputKeys\":[\"x/a\"]},{\"Name\":\"n\",\"Format\":\"HLSv3\"}]"),
     "/Playlists/1/Name", "All playlist names must begin identically upto the last / character."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," LIST("n", "HLSv3", "\"b\"")),
     "/Playlists/0/OutputKeys",
     "The output key 'b' in playlist 'n' is not the key of an output of this job."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," LIST("n", "HLSv3", "\"a\",\"a\"")),
     "/Playlists/0/OutputKeys", "The output key 'a' must not be in playlist 'n' more than once."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," LIST("x/n", "HLSv3", "\"a\"")),
     "/Playlists/0/OutputKeys",
     "All outputs in a playlist must begin identically to the playlist name upto the last / "
     "character."},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS) "]," LIST("n", "HLSv4", "\"a\"")),
     "/Playlists/0/OutputKeys",
     "All output keys in a HLSv4 playlist must have container type of ts."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," LIST("n", "Smooth", "\"a\"")),
     "/Playlists/0/OutputKeys",
     "All output keys in a Smooth playlist must have container type of fmp4."},
    {JOB("\"Outputs\":[" TS("a", "") "," TS("b", SEGMENTS) "," TS("c", "") "]," LIST(
         "n", "HLSv3", "\"a\",\"b\",\"c\"")),
     "/Playlists/0/OutputKeys",
     "Output 'a' must have a SegmentDuration since it is part of a playlist. SegmentDurtion is "
     "available only for 'ts' containers. Output 'c' must have a SegmentDuration since it is part "
     "of a playlist. SegmentDurtion is available only for 'ts' containers."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "," TS("b", ",\"SegmentDuration\":\"9\"") "]," LIST(
         "n", "HLSv3", "\"a\",\"b\"")),
     "/Playlists/0/OutputKeys", "All outputs in playlist 'n' must have the same SegmentDuration."},
    {JOB("\"Outputs\":[" TS(
         "a", SEGMENTS) "],\"Playlists\":[{\"Name\":\"n\",\"Format\":\"HLSv3\","
                        "\"OutputKeys\":[\"a\"],\"HlsContentProtection\":{\"Method\":\"aes-128\","
                        "\"LicenseAcquisitionUrl\":\"u\",\"KeyStoragePolicy\":"
                        "\"WithVariantPlaylists\"}}]"),
     "/Playlists/0/HlsContentProtection",
     "The 'LicenseAcquisitionUrl' must be blank if the 'KeyStoragePolicy' is "
     "'WithVariantPlaylists'."},
    {JOB("\"Outputs\":[" TS(
         "a", SEGMENTS
         ",\"Encryption\":{\"Mode\":\"s3\"}") "],\"Playlists\":[{"
                                              "\"Name\":\"n\",\"Format\":\"HLSv3\",\"OutputKeys\":["
                                              "\"a\"],\"HlsContentProtection\":{"
                                              "\"Method\":\"aes-128\",\"LicenseAcquisitionUrl\":"
                                              "\"u\"}}]"),
     "/Playlists/0/OutputKeys",
     "'HlsContentProtection', 'PlayReadyDrm' and the 'Encryption' of outputs are mutually "
     "exclusive."},

    {JOB("\"Outputs\":[" MP4("m", "") "],\"UserMetadata\":{\"\":\"v\"}"), "/UserMetadata",
     "A key of 'UserMetadata' must have between 1 and 128 characters."},
    {JOB("\"Outputs\":[" MP4("m", "") "],\"UserMetadata\":{\"k\":\"a;b\"}"), "/UserMetadata",
     "The key 'k' in 'UserMetadata' and its value must consist of letters, digits, spaces and the "
     "characters _.:/=+-%@."},
};

static void parse(const char *json, struct mk_arena *arena, struct mk_job *job)
{
    struct mockets_error err;

    if (mk_model_parse(&mk_shape_create_job, json, strlen(json), true, arena, job, &err))
        fail_msg("%s: %s", json, err.message);
}

static void follows_the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mk_arena arena = {0};
        struct mk_job job = {0};
        struct mockets_error err = {0};
        const struct mk_preset *presets[8] = {NULL};

        parse(rows[i].json, &arena, &job);
        for (size_t k = 0; k < job.output_count; k++)
            presets[k] = job.outputs[k].preset_id
                             ? mk_system_preset_find(job.outputs[k].preset_id, true)
                             : NULL;
        mk_rules_job(&job, presets, &err);
        assert_string_equal(err.message, rows[i].message ? rows[i].message : "");
        assert_string_equal(err.field, rows[i].field ? rows[i].field : "");
        assert_int_equal(mk_rules_job(&job, presets, NULL),
                         rows[i].message ? MOCKETS_E_INVALID : MOCKETS_OK);
        mk_arena_fini(&arena);
    }
}

#define SMOOTH_VIDEO(rate, most, distance)                                                         \
    "{\"Container\":\"fmp4\",\"Video\":{\"FrameRate\":\"" rate "\"," most                          \
    "\"KeyframesMaxDist\":\"" distance "\"}}"
#define SMOOTH_AUDIO(profile)                                                                      \
    "{\"Container\":\"fmp4\",\"Audio\":{\"CodecOptions\":{\"Profile\":\"" profile "\"}}}"
#define MOST(rate) "\"MaxFrameRate\":\"" rate "\","

/* Which presets go into one Smooth playlist (reference 9.5). */
static const struct {
    const char *a, *b;
    bool fit;
} smooth[] = {
    {SMOOTH_VIDEO("30", "", "90"), SMOOTH_VIDEO("25", "", "75"), true},
    {SMOOTH_VIDEO("25", "", "75"), SMOOTH_VIDEO("10", "", "30"), true},
    {SMOOTH_VIDEO("30", "", "90"), SMOOTH_VIDEO("25", "", "90"), false},
    {SMOOTH_VIDEO("30", "", "90"), SMOOTH_VIDEO("30", "", "60"), false},
    {SMOOTH_VIDEO("auto", "", "90"), SMOOTH_VIDEO("auto", "", "90"), true},
    {SMOOTH_VIDEO("auto", MOST("60"), "90"), SMOOTH_VIDEO("auto", MOST("60"), "90"), true},
    {SMOOTH_VIDEO("auto", MOST("60"), "90"), SMOOTH_VIDEO("auto", MOST("30"), "90"), false},
    {SMOOTH_VIDEO("auto", MOST("60"), "90"), SMOOTH_VIDEO("auto", "", "90"), false},
    {SMOOTH_VIDEO("auto", MOST("60"), "90"), SMOOTH_VIDEO("auto", MOST("60"), "60"), false},
    {SMOOTH_VIDEO("auto", "", "90"), SMOOTH_VIDEO("30", "", "90"), false},
    {SMOOTH_AUDIO("AAC-LC"), SMOOTH_AUDIO("AAC-LC"), true},
    {SMOOTH_AUDIO("AAC-LC"), SMOOTH_AUDIO("HE-AAC"), false},
    {SMOOTH_AUDIO("AAC-LC"), SMOOTH_VIDEO("30", "", "90"), true},
};

static void smooth_outputs_keep_step(void **state)
{
    static const char text[] = JOB("\"Outputs\":[" FMP4("a", SEGMENTS) "," FMP4(
        "b", SEGMENTS) "]," LIST("n", "Smooth", "\"a\",\"b\""));

    (void)state;
    for (size_t i = 0; i < sizeof(smooth) / sizeof(smooth[0]); i++) {
        const char *texts[2] = {smooth[i].a, smooth[i].b};
        struct mk_preset made[2] = {0};
        const struct mk_preset *presets[2] = {&made[0], &made[1]};
        struct mk_arena arena = {0};
        struct mk_job job = {0};
        struct mockets_error err = {0};

        parse(text, &arena, &job);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(mk_model_parse(&mk_shape_preset, texts[k], strlen(texts[k]), false,
                                            &arena, &made[k], &err),
                             MOCKETS_OK);
        if (mk_rules_job(&job, presets, &err) != (smooth[i].fit ? MOCKETS_OK : MOCKETS_E_INVALID))
            fail_msg("row %zu: %s", i, err.message);
        mk_arena_fini(&arena);
    }
}

static void reads_decimals(void **state)
{
    (void)state;
    assert_int_equal(mk_decimal("10"), 1000000);
    assert_int_equal(mk_decimal("10."), 1000000);
    assert_int_equal(mk_decimal("29.97"), 2997000);
    assert_int_equal(mk_decimal("99999.99999"), 9999999999);
    assert_int_equal(mk_decimal("0.000001"), -1);
    assert_int_equal(mk_decimal("1.2.3"), -1);
    assert_int_equal(mk_decimal("1:00"), -1);
    assert_int_equal(mk_decimal("auto"), -1);
    assert_int_equal(mk_decimal(""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_rules),
        cmocka_unit_test(smooth_outputs_keep_step),
        cmocka_unit_test(reads_decimals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
