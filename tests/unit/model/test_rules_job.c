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

#define PROTECTED(format, key, more)                                                               \
    "\"Playlists\":[{\"Name\":\"n\",\"Format\":\"" format "\",\"OutputKeys\":[\"" key "\"]" more   \
    "}]"
#define HLS_KEY ",\"HlsContentProtection\":{\"Method\":\"aes-128\",\"LicenseAcquisitionUrl\":\"u\"}"
#define DRM(format, more)                                                                          \
    ",\"PlayReadyDrm\":{\"Format\":\"" format "\",\"Key\":\"AA==\",\"KeyMd5\":\"AA==\",\"KeyId\":" \
    "\"0123456789abcdef0123456789abcdef\",\"LicenseAcquisitionUrl\":\"u\"" more "}"
#define DRM_FORMAT                                                                                 \
    "The 'PlayReadyDrm' 'Format' must be 'microsoft' for Smooth playlists and 'discretix-3.0' "    \
    "for "                                                                                         \
    "HLSv3 playlists; others cannot have it."
#define EXCLUSIVE                                                                                  \
    "'HlsContentProtection', 'PlayReadyDrm' and the 'Encryption' of outputs are mutually "         \
    "exclusive."
#define MARK_MEMBERS "Each of the 'Watermarks' must have a 'PresetWatermarkId' and an 'InputKey'."
#define CLIP(start, duration)                                                                      \
    ",\"Composition\":[{\"TimeSpan\":{\"StartTime\":\"" start "\",\"Duration\":\"" duration "\"}}" \
    "]"
#define SOURCES(key, language)                                                                     \
    ",\"Captions\":{\"CaptionFormats\":[{\"Format\":\"srt\"}],\"CaptionSources\":[{\"Key\":\"" key \
    "\",\"Language\":\"" language "\"}]}"
#define MERGED(key, language)                                                                      \
    ",\"Captions\":{\"MergePolicy\":\"Override\",\"CaptionFormats\":[{\"Format\":\"srt\"}],"       \
    "\"CaptionSources\":[{\"Key\":\"" key "\",\"Language\":\"" language "\"}]}"

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

    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED(
         "HLSv3", "a", ",\"HlsContentProtection\":{\"Method\":\"aes-128\"}")),
     "/Playlists/0/HlsContentProtection",
     "The 'LicenseAcquisitionUrl' must not be blank if the 'KeyStoragePolicy' is 'NoStore'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED(
         "HLSv3", "a", ",\"HlsContentProtection\":{\"LicenseAcquisitionUrl\":\"u\"}")),
     "/Playlists/0/HlsContentProtection",
     "The 'HlsContentProtection' object must have a 'Method'."},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS) "]," PROTECTED("Smooth", "a", HLS_KEY)),
     "/Playlists/0/HlsContentProtection",
     "'HlsContentProtection' is available only for HLS playlists."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED("HLSv4", "a", HLS_KEY)), NULL, NULL},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED("HLSv3", "a",
                                                          ",\"HlsContentProtection\":{}")),
     NULL, NULL},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS) "]," PROTECTED("Smooth", "a", DRM("microsoft", ""))),
     NULL, NULL},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED("HLSv3", "a", DRM("discretix-3.0", ""))),
     NULL, NULL},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED("HLSv3", "a", DRM("microsoft", ""))),
     "/Playlists/0/PlayReadyDrm", DRM_FORMAT},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED("HLSv4", "a", DRM("discretix-3.0", ""))),
     "/Playlists/0/PlayReadyDrm", DRM_FORMAT},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS) "]," PROTECTED("MPEG-DASH", "a",
                                                            DRM("microsoft", ""))),
     "/Playlists/0/PlayReadyDrm", DRM_FORMAT},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS) "]," PROTECTED("Smooth", "a",
                                                            DRM("microsoft", ",\"KeyId\":\"\""))),
     "/Playlists/0/PlayReadyDrm",
     "The 'PlayReadyDrm' object must have 'Key', 'KeyMd5', 'KeyId' and 'LicenseAcquisitionUrl'."},
    {JOB("\"Outputs\":[" FMP4("a", SEGMENTS ",\"Encryption\":{\"Mode\":\"s3\"}") "]," PROTECTED(
         "Smooth", "a", DRM("microsoft", ""))),
     "/Playlists/0/OutputKeys", EXCLUSIVE},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "]," PROTECTED("HLSv3", "a",
                                                          HLS_KEY DRM("discretix-3.0", ""))),
     "/Playlists/0/OutputKeys", EXCLUSIVE},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS) "],\"Playlists\":[{\"Name\":\"m\",\"Format\":\"HLSv3\","
                                           "\"OutputKeys\":[\"a\"]},{\"Name\":\"n\",\"Format\":"
                                           "\"HLSv3\",\"OutputKeys\":[\"a\"]" HLS_KEY "}]"),
     "/Playlists/1/OutputKeys",
     "An output in a playlist with 'HlsContentProtection' or 'PlayReadyDrm' cannot be in another "
     "playlist."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS CLIP("1", "2")) "," TS(
         "b", SEGMENTS CLIP("1", "3")) "]," LIST("n", "HLSv3", "\"a\",\"b\"")),
     "/Playlists/0/OutputKeys", "All outputs in playlist 'n' must have the same 'Composition'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS CLIP("1", "2")) "," TS("b", SEGMENTS) "]," LIST(
         "n", "HLSv4", "\"a\",\"b\"")),
     "/Playlists/0/OutputKeys", "All outputs in playlist 'n' must have the same 'Composition'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS CLIP("1", "2")) "," TS(
         "b", SEGMENTS CLIP("1", "2")) "]," LIST("n", "HLSv3", "\"a\",\"b\"")),
     NULL, NULL},
    {JOB("\"Outputs\":[" MP4("m", CLIP("86400", "1")) "]"), "/Outputs/0/Composition",
     "The times of a 'TimeSpan' must not exceed 86399.999 seconds."},
    {JOB("\"Outputs\":[" MP4("m", ",\"Watermarks\":[{\"InputKey\":\"a.png\"}]") "]"),
     "/Outputs/0/Watermarks", MARK_MEMBERS},
    {JOB("\"Outputs\":[" MP4("m", ",\"Watermarks\":[{\"PresetWatermarkId\":\"TopLeft\"}]") "]"),
     "/Outputs/0/Watermarks", MARK_MEMBERS},
    {JOB("\"Outputs\":[" MP4("m", ",\"AlbumArt\":{\"Artwork\":[{\"InputKey\":\"a.png\"}]}") "]"),
     "/Outputs/0/AlbumArt", "The 'AlbumArt' object must have a 'MergePolicy'."},
    {JOB("\"Outputs\":[" MP4("m", ",\"AlbumArt\":{}") "]"), NULL, NULL},
    {JOB("\"Outputs\":[" AUDIO("m",
                               ",\"AlbumArt\":{\"MergePolicy\":\"Replace\",\"Artwork\":[]}") "]"),
     NULL, NULL},
    {JOB("\"Outputs\":[" MP4("m", ",\"Captions\":{\"CaptionFormats\":[{\"Format\":\"srt\","
                                  "\"Encryption\":{\"Mode\":\"aes-ctr\",\"Key\":\"AA==\"}}]}") "]"),
     "/Outputs/0/Captions",
     "The 'Captions' object must have all of 'Key', 'KeyMd5' and 'InitializationVector', or none "
     "of them."},
    {JOB("\"Outputs\":[" MP4("m", SOURCES("k", "en")) "]"), "/Outputs/0/Captions",
     "The 'Captions' object must have a 'MergePolicy'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS CAPTIONS("webvtt")) "," TS(
         "b", SEGMENTS CAPTIONS("srt")) "]," LIST("n", "HLSv3", "\"a\",\"b\"")),
     "/Playlists/0/OutputKeys", "All outputs in playlist 'n' must have the same 'Captions'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS MERGED("k", "en")) "," TS(
         "b", SEGMENTS MERGED("l", "en")) "]," LIST("n", "HLSv3", "\"a\",\"b\"")),
     "/Playlists/0/OutputKeys", "All outputs in playlist 'n' must have the same 'Captions'."},
    {JOB("\"Outputs\":[" TS("a", SEGMENTS MERGED("k", "en")) "," TS(
         "b", SEGMENTS MERGED("k", "en")) "]," LIST("n", "HLSv3", "\"a\",\"b\"")),
     NULL, NULL},
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
    {SMOOTH_VIDEO("30", "", ""), SMOOTH_VIDEO("30", "", ""), true},
    {SMOOTH_VIDEO("30", "", "90"), SMOOTH_VIDEO("30", "", ""), false},
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

/* Each playlist format and each caption format with the containers that it takes. */
static const struct {
    const char *name, *containers; /* words between blanks */
    bool captions;
} fits[] = {
    {"HLSv3", " ts ", false},
    {"HLSv4", " ts ", false},
    {"Smooth", " fmp4 ", false},
    {"MPEG-DASH", " fmp4 ", false},
    {"mov-text", " mp4 ", true},
    {"cea-708", " mp4 ts ", true},
    {"srt", " flv mp4 mpg mxf ts webm gif ", true},
    {"scc", " flv mp4 mpg mxf ts webm gif ", true},
    {"webvtt", " flv fmp4 mp4 mpg mxf ts webm gif ", true},
    {"dfxp", " flv fmp4 mp4 mpg mxf ts webm gif ", true},
};

static void check_fit(const char *name, bool captions, const char *container, bool fit)
{
    struct mk_caption_format format = {.format = name};
    struct mk_captions some = {.caption_formats = &format, .caption_format_count = 1};
    struct mk_job_input input = {.key = "i"};
    struct mk_job_output output = {.key = "a", .preset_id = "x"};
    const char *const keys[] = {"a"};
    struct mk_playlist playlist = {
        .name = "n", .format = name, .output_keys = keys, .output_key_count = 1};
    struct mk_job job = {.inputs = &input, .input_count = 1, .outputs = &output, .output_count = 1};
    struct mk_video_parameters video = {.codec = "any"};
    const struct mk_preset preset = {.container = container, .video = &video};
    const struct mk_preset *const presets[] = {&preset};
    struct mockets_error err = {0};

    if (captions) {
        output.captions = &some;
    } else {
        job.playlists = &playlist;
        job.playlist_count = 1;
        if (strcmp(container, "ts") == 0 || strcmp(container, "fmp4") == 0)
            output.segment_duration = "5";
    }
    mk_rules_job(&job, presets, &err);
    if ((err.message[0] == '\0') != fit)
        fail_msg("%s in %s: %s", name, container, err.message);
    if (!fit)
        assert_non_null(strstr(err.message, captions ? "is not available for the container"
                                                     : "must have container type of"));
}

static void every_format_in_every_container(void **state)
{
    static const char *const containers[] = {"flac", "flv", "fmp4", "gif", "mp2", "mp3", "mp4",
                                             "mpg",  "mxf", "oga",  "ogg", "ts",  "wav", "webm"};

    (void)state;
    for (size_t i = 0; i < sizeof(fits) / sizeof(fits[0]); i++) {
        for (size_t k = 0; k < sizeof(containers) / sizeof(containers[0]); k++) {
            char word[16];

            /* captions want video, which these containers never have */
            if (fits[i].captions && strstr(" flac mp2 mp3 oga ogg wav ", containers[k]))
                continue;
            snprintf(word, sizeof(word), " %s ", containers[k]);
            check_fit(fits[i].name, fits[i].captions, containers[k],
                      strstr(fits[i].containers, word) != NULL);
        }
    }
}

/* Colours have to be the same where both outputs have pictures. */
static void colours_are_alike(void **state)
{
    static const char text[] = JOB("\"Outputs\":[" TS("a", SEGMENTS) "," TS(
        "b", SEGMENTS) "]," LIST("n", "HLSv3", "\"a\",\"b\""));
    static const char *const modes[][2] = {
        {"None", "None"}, {"None", "Auto"}, {NULL, NULL}, {"Auto", NULL}};

    (void)state;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        struct mk_pair options[2] = {{"ColorSpaceConversionMode", modes[i][0]},
                                     {"ColorSpaceConversionMode", modes[i][1]}};
        struct mk_video_parameters video[2] = {
            {.codec_options = &options[0], .codec_option_count = modes[i][0] != NULL},
            {.codec_options = &options[1], .codec_option_count = modes[i][1] != NULL}};
        const struct mk_preset made[2] = {{.container = "ts", .video = &video[0]},
                                          {.container = "ts", .video = &video[1]}};
        const struct mk_preset *const presets[2] = {&made[0], &made[1]};
        struct mk_arena arena = {0};
        struct mk_job job = {0};
        struct mockets_error err = {0};

        parse(text, &arena, &job);
        mk_rules_job(&job, presets, &err);
        assert_string_equal(err.message, i % 2 ? "All outputs in playlist 'n' must have the same "
                                                 "ColorSpaceConversionMode."
                                               : "");
        mk_arena_fini(&arena);
    }
}

/* Keys up to 128 and values up to 256 characters. */
static void metadata_has_limits(void **state)
{
    char key[130], value[258];

    (void)state;
    for (size_t longer = 0; longer < 3; longer++) {
        struct mk_job_input input = {.key = "i"};
        struct mk_job_output output = {.key = "a", .preset_id = "x"};
        struct mk_pair pair = {key, value};
        const struct mk_job job = {.inputs = &input,
                                   .input_count = 1,
                                   .outputs = &output,
                                   .output_count = 1,
                                   .user_metadata = &pair,
                                   .user_metadata_count = 1};
        const struct mk_preset preset = {.container = "mp4"};
        const struct mk_preset *const presets[] = {&preset};
        struct mockets_error err = {0};
        static const char *const messages[] = {
            "", "A key of 'UserMetadata' must have between 1 and 128 characters.",
            "in 'UserMetadata' must have no more than 256 characters."};

        memset(key, 'k', sizeof(key));
        memset(value, 'v', sizeof(value));
        key[128 + (longer == 1)] = '\0';
        value[256 + (longer == 2)] = '\0';
        mk_rules_job(&job, presets, &err);
        assert_non_null(strstr(err.message, messages[longer]));
        assert_int_equal(err.message[0] == '\0', longer == 0);
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
        cmocka_unit_test(every_format_in_every_container),
        cmocka_unit_test(colours_are_alike),
        cmocka_unit_test(metadata_has_limits),
        cmocka_unit_test(reads_decimals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
