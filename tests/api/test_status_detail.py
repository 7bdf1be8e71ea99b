"""Every error code and warning of the service that can arise here, provoked; the others, and why not.

The codes and texts are those of the service's documentation and of recorded answers. A code or a
warning that is added to mockets and not to these tables fails a test.
"""

import os
import pathlib
import re
import resource
import sqlite3
import unittest

import caption_files
import odd_inputs as odd
import secrets_help as secrets
from encryption_test import MASTER, NAME, EncryptionTest
from mockets_server import API
from pictures import make_png

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])

# All codes that the service documented.
DOCUMENTED = {1000, 1001, 2000, *range(3000, 3007), *range(4000, 4027), *range(4100, 4107), 9000,
              9001, 9999}
CANNOT_ARISE = {
    2000: "no roles are assumed: every role of a pipeline will do",
    9000: "internal failures of the service's fleet; mockets has 9999 for its own",
    9001: "the same",
}

CLIP = ("The starting time plus the duration of a clip exceeded the length of the input file. "
        "Amazon Elastic Transcoder created an output file that is shorter than the specified "
        "duration.")
CHANNELS = ("The input file for this job contains 6 audio channels and the preset is configured "
            "for 2 audio channels. Amazon Elastic Transcoder audio-channel mapping may not result "
            "in the desired audio.")
SEGMENTS = ("Some individual segment files for this output have a higher bit rate than the average "
            "bit rate of the transcoded media. Playlists including this output will record a "
            "higher bit rate than the rate specified by the preset.")
WARNINGS = {CLIP, CHANNELS, SEGMENTS}

ROWS = {}


def provokes(code, text):
    """The way to a code: a method that returns the output or playlist that has it."""
    def add(method):
        ROWS.setdefault(code, []).append((method.__name__, text))
        return method
    return add


class StatusDetail(EncryptionTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        odd.film(cls.input / "small.mp4", "-t", "1")
        odd.film(cls.input / "silent.mp4", "-t", "1", sound="")
        odd.ffmpeg("-f", "lavfi", "-i", odd.SOUND, "-t", "1", "-c:a", "aac", cls.input / "blind.m4a")
        (cls.input / "text").write_text("This is no film.\n" * 100)
        (cls.input / "en.srt").write_text(caption_files.srt([(0.1, 0.9, "A text to be cut off")]))
        make_png(cls.input / "red.png", 64, 48, (255, 0, 0, 255))
        make_png(cls.input / "wide.png", 4098, 2, (255, 0, 0, 255))
        (cls.input / "text.png").write_text("This is no picture.\n")
        with open(cls.input / "fat.png", "wb") as fat:
            fat.truncate((32 << 20) + 1)

    def preset(self, **more):
        wanted = more.pop("Video", {})
        video = {"Codec": "H.264", "CodecOptions": {"Profile": "main", "Level": "3",
                                                    "MaxReferenceFrames": "1"},
                 "KeyframesMaxDist": "30", "FixedGOP": "false", "BitRate": "300",
                 "FrameRate": "25", "MaxWidth": "320", "MaxHeight": "180", "SizingPolicy": "Fit",
                 "PaddingPolicy": "NoPad", "DisplayAspectRatio": "auto", **(wanted or {})}
        if wanted is None:
            video = None
        status, body = self.server.post(API + "/presets", {
            "Name": "made", "Container": "mp4", "Video": video, **more})
        self.assertEqual(status, 201, body)
        return body["Preset"]["Id"]

    def ends(self, outputs, inputs=({"Key": "small.mp4"},), **more):
        """The job of these outputs, when it has ended. Keys are of the test's own."""
        folder = self.id().rpartition(".")[2] + os.urandom(3).hex() + "/"
        outputs = [{"PresetId": self.presets["mp4"], **output,
                    "Key": folder + output.get("Key", f"{n}.mp4")}
                   for n, output in enumerate(outputs)]
        for playlist in more.get("Playlists", ()):
            playlist["Name"] = folder + playlist["Name"]
            playlist["OutputKeys"] = [output["Key"] for output in outputs]
        made = self.server.create_job({"Inputs": list(inputs), "Outputs": outputs, **more})
        return self.server.wait_job(made["Id"])

    def first(self, output, *inputs, **more):
        return self.ends([output], inputs or ({"Key": "small.mp4"},), **more)["Outputs"][0]

    def encrypted(self, key_pair=None, mode="aes-cbc-pkcs7", iv_bytes=16):
        return secrets.members(mode, key_pair or self.key(os.urandom(16)), os.urandom(iv_bytes))

    # 1xxx

    @provokes(1000, r"The 'InitializationVector' must be 16 bytes, encoded in base64\.")
    def value(self):
        return self.first({"Encryption": self.encrypted(iv_bytes=8)})

    @provokes(1001, r"Amazon Elastic Transcoder could not generate the playlist because it "
                    r"encountered an error with one or more of the playlists dependencies\.")
    def dependency(self):
        job = self.ends([{"Key": "a", "PresetId": self.presets["ts"], "SegmentDuration": "1"}],
                        [{"Key": "none.mp4"}],
                        Playlists=[{"Name": "list", "Format": "HLSv3"}])
        return job["Playlists"][0]

    # 3xxx

    @provokes(3000, r"cannot write \".*/0\.wav\": File too large")
    def storage(self):
        odd.ffmpeg("-f", "lavfi", "-i", "sine=duration=120", self.input / "long.flac")
        preset = self.preset(Container="wav", Video=None, Audio={
            "Codec": "pcm", "SampleRate": "44100", "Channels": "2", "BitRate": None,
            "CodecOptions": {"BitDepth": "16", "BitOrder": "LittleEndian", "Signed": "Signed"}})
        limits = resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (1 << 24, -1))
        try:
            return self.first({"PresetId": preset, "Key": "0.wav"}, {"Key": "long.flac"})
        finally:
            resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, limits)

    @provokes(3001, r"The specified object does not exist in the specified S3 bucket: bucket=input, "
                    r"key=none\.mp4\.")
    def no_input(self):
        return self.first({}, {"Key": "none.mp4"})

    @provokes(3002, r"The specified object could not be saved in the specified bucket because an "
                    r"object by that name already exists: bucket=output, key=there/a00000\.ts\.")
    def output_exists(self):
        (self.output / "there").mkdir()
        (self.output / "there/a00000.ts").write_text("mine")
        made = self.server.create_job({
            "Input": {"Key": "small.mp4"},
            "Output": {"Key": "there/a", "PresetId": self.presets["ts"], "SegmentDuration": "1"}})
        return self.server.wait_job(made["Id"])["Output"]

    @provokes(3003, r"cannot open \"away\": a link leads out of the bucket")
    def no_read(self):
        (self.input / "away").symlink_to("/etc/hostname")
        return self.first({}, {"Key": "away"})

    @provokes(3004, r"cannot open \"away/a\.mp4\": a link leads out of the bucket")
    def no_write(self):
        (self.output / "away").symlink_to("/tmp")
        made = self.server.create_job({
            "Input": {"Key": "small.mp4"},
            "Output": {"Key": "away/a.mp4", "PresetId": self.presets["mp4"]}})
        return self.server.wait_job(made["Id"])["Output"]

    def pipeline(self, **more):
        status, body = self.server.post(API + "/pipelines", {
            "Name": "p" + os.urandom(4).hex(), "InputBucket": "input", "OutputBucket": "output",
            "Role": "arn:aws:iam::000000000000:role/transcoder", **more})
        self.assertEqual(status, 201, body)
        return body["Pipeline"]["Id"]

    @provokes(3005, r"The specified S3 bucket does not exist: bucket=gone\.")
    def no_bucket(self):
        pipeline = self.pipeline(InputBucket="gone")
        self.server.bucket("gone").rmdir()
        return self.first({}, PipelineId=pipeline)

    @provokes(3006, r"Amazon Elastic Transcoder does not have write permission: the KMS key of the "
                    r"pipeline is not in the region of the bucket\.")
    def key_elsewhere(self):
        pipeline = self.pipeline(AwsKmsKeyArn="arn:aws:kms:eu-west-1:000000000000:alias/other")
        return self.first({"Encryption": {"Mode": "s3-aws-kms"}}, PipelineId=pipeline)

    # 40xx: inputs

    @provokes(4000, r"Amazon Elastic Transcoder could not interpret the media file\.")
    def no_media(self):
        return self.first({}, {"Key": "text"})

    @provokes(4001, r"Amazon Elastic Transcoder cannot process the input: the picture has 9000 x "
                    r"9000 pixels, which is too large\.")
    def picture_too_large(self):
        odd.film(self.input / "large.mov", "-c:v", "png", "-pix_fmt", "gray", sound="",
                 picture="color=black:size=9000x9000:rate=25:duration=0.04")
        return self.first({}, {"Key": "large.mov"})

    def sparse(self, name, size):
        with open(self.input / name, "wb") as made:
            made.truncate(size)

    @provokes(4002, r"The input heavy is larger than Amazon Elastic Transcoder can process\.")
    def file_too_large(self):
        self.sparse("heavy", (1 << 40) + 1)
        return self.first({}, {"Key": "heavy"})

    @provokes(4006, r"Amazon Elastic Transcoder does not support the format of the input: the input "
                    r"format srt is not supported\.")
    def format_not_taken(self):
        return self.first({}, {"Key": "en.srt"})

    @provokes(4007, r"The format of the input is supported, but Amazon Elastic Transcoder could not "
                    r"process it: nothing in stream 0 could be decoded\.")
    def nothing_decodes(self):
        data = odd.mp4_with((self.input / "silent.mp4").read_bytes(), self.blank)
        (self.input / "blank.mp4").write_bytes(data)
        return self.first({}, {"Key": "blank.mp4"})

    @staticmethod
    def blank(boxes):
        for box in boxes:
            if box[0] == b"mdat":
                box[1] = b"\xff" * len(box[1])

    @provokes(4008, r"Amazon Elastic Transcoder found nothing in the input file that the preset could "
                    r"be applied to: the preset and the input do not match\.")
    def nothing_to_do(self):
        return self.first({"PresetId": "1351620000001-300040"}, {"Key": "silent.mp4"})

    @provokes(4014, r"The StartTime of the clip lies after the end of the input\.")
    def clip_beyond(self):
        return self.first({}, {"Key": "small.mp4", "TimeSpan": {"StartTime": "60"}})

    @provokes(4015, r"Amazon Elastic Transcoder could not generate the playlist because the segments "
                    r"of its outputs do not match\.")
    def segments_do_not_match(self):
        """As decimals the two rhythms are one, as 24000/1001 and 30000/1001 they are 8 ms apart."""
        odd.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x36:rate=5:duration=36", *odd.H264,
                   self.input / "long.mp4")
        outputs = [{"Key": rate, "SegmentDuration": "1", "PresetId": self.preset(
            Container="fmp4", Video={"FixedGOP": "true", "KeyframesMaxDist": distance,
                                     "FrameRate": rate, "MaxWidth": "128", "MaxHeight": "96"})}
            for rate, distance in (("23.97", "799"), ("29.97", "999"))]
        return self.ends(outputs, [{"Key": "long.mp4"}],
                         Playlists=[{"Name": "list", "Format": "Smooth"}])["Playlists"][0]

    # watermarks and art

    def marked(self, key):
        return self.first({"Watermarks": [{"PresetWatermarkId": "mark", "InputKey": key}]})

    @provokes(4003, r"Amazon Elastic Transcoder could not interpret the watermark: bucket=input, "
                    r"key=text\.png\.")
    def watermark(self):
        return self.marked("text.png")

    @provokes(4004, r"The watermark is too large: bucket=input, key=wide\.png, size=4098x2, max "
                    r"size=4096x3072\.")
    def watermark_too_large(self):
        return self.marked("wide.png")

    @provokes(4005, r"The auxiliary file is too large: watermark, bucket=input, key=fat\.png, "
                    r"size=33554433, max size=33554432\.")
    def auxiliary_too_large(self):
        return self.marked("fat.png")

    def with_art(self, *keys, policy="Append", source="small.mp4"):
        return self.first({"Key": "a.m4a", "PresetId": "1351620000001-100141", "AlbumArt": {
            "MergePolicy": policy, "Artwork": [{"InputKey": key} for key in keys]}}, {"Key": source})

    def embed(self, name, art):
        odd.ffmpeg("-i", self.input / "blind.m4a", "-i", art, "-map", "0", "-map", "1", "-c", "copy",
                   "-disposition:v", "attached_pic", "-f", "ipod", self.input / name)
        return name

    @provokes(4009, r"The output would have 21 artworks: the maximum is 20\.")
    def many_artworks(self):
        return self.with_art(*["red.png"] * 20, source=self.embed("song", self.input / "red.png"))

    @provokes(4010, r"Amazon Elastic Transcoder could not interpret the artwork: bucket=input, "
                    r"key=text\.png\.")
    def artwork(self):
        return self.with_art("text.png")

    @provokes(4011, r"Amazon Elastic Transcoder could not interpret the artwork embedded in the input "
                    r"file\.")
    def embedded_artwork(self):
        whole = (self.input / self.embed("damaged", self.input / "red.png")).read_bytes()
        at = whole.index(b"IDAT")
        (self.input / "damaged").write_bytes(whole[:at + 8] + bytes(8) + whole[at + 16:])
        return self.with_art("red.png", source="damaged")

    @provokes(4012, r"The artwork is too large: bucket=input, key=wide\.png, size=4098x2, max "
                    r"size=4096x3072\.")
    def artwork_too_large(self):
        return self.with_art("wide.png")

    @provokes(4013, r"The artwork embedded in the input file is too large: size=4098x2, max "
                    r"size=4096x3072\.")
    def embedded_artwork_too_large(self):
        return self.with_art("red.png", source=self.embed("large", self.input / "wide.png"))

    # keys

    @provokes(4016, r"Amazon Elastic Transcoder could not decrypt the input file with the key that "
                    r"was given for it\.")
    def undecryptable(self):
        return self.first({}, {"Key": "small.mp4", "Encryption": self.encrypted(mode="aes-gcm")})

    @provokes(4017, r"Amazon Elastic Transcoder needs an AES key of 128, 192 or 256 bits\.")
    def key_size(self):
        pair = secrets.wrap(os.urandom(20), NAME, MASTER)
        return self.first({"Encryption": self.encrypted(pair)})

    @provokes(4018, r"Amazon Elastic Transcoder was unable to decrypt the ciphered key with "
                    r"MD5=[+/0-9A-Za-z]{22}==")
    def ciphered_key(self):
        return self.first({"Encryption": self.encrypted(secrets.plain_key(os.urandom(16)))})

    @provokes(4019, r"Amazon Elastic Transcoder could not generate a data key with the KMS key of the "
                    r"pipeline: .*alias/none.*\.")
    def no_data_key(self):
        pipeline = self.pipeline(AwsKmsKeyArn="arn:aws:kms:us-east-1:000000000000:alias/none")
        return self.first({"Encryption": {"Mode": "aes-ctr"}}, PipelineId=pipeline)

    @provokes(4020, r"Amazon Elastic Transcoder needs a key of 128 bits for AES-128 encryption\.")
    def hls_key_size(self):
        key, md5 = secrets.wrap(os.urandom(32), NAME, MASTER)
        return self.first({"Key": "a", "PresetId": self.presets["ts"], "SegmentDuration": "1"},
                          Playlists=[{"Name": "list", "Format": "HLSv3", "HlsContentProtection": {
                              "Method": "aes-128", "Key": key, "KeyMd5": md5,
                              "KeyStoragePolicy": "WithVariantPlaylists"}}])

    @provokes(4021, r"Amazon Elastic Transcoder needs a key of 128 bits for PlayReady DRM\.")
    def drm_key_size(self):
        key, md5 = secrets.wrap(os.urandom(32), NAME, MASTER)
        return self.first({"Key": "a", "PresetId": self.presets["fmp4"], "SegmentDuration": "1"},
                          Playlists=[{"Name": "list", "Format": "Smooth", "PlayReadyDrm": {
                              "Format": "microsoft", "Key": key, "KeyMd5": md5,
                              "KeyId": "6f8b8d3c-58c9-4d67-9e3a-9c1f6e4d2b10",
                              "LicenseAcquisitionUrl": "https://keys.example/"}}])

    # several inputs

    @provokes(4022, r"The inputs together are larger than Amazon Elastic Transcoder can join\.")
    def joined_too_large(self):
        self.sparse("third", 1 << 40)
        return self.first({}, *[{"Key": "third"}] * 3)

    def joined(self, second, **output):
        return self.first(output, {"Key": "small.mp4"}, {"Key": second})

    def make_wide(self):
        odd.film(self.input / "wide.mp4", "-t", "1", picture="testsrc2=size=320x120:rate=25")
        return "wide.mp4"

    @provokes(4023, r"Amazon Elastic Transcoder could not join the inputs: with this preset their "
                    r"pictures would have different sizes \(240x180 and 320x120\)\.")
    def joined_pictures(self):
        return self.joined(self.make_wide())

    @provokes(4024, r"Amazon Elastic Transcoder could not join the inputs: with this preset their "
                    r"thumbnails would have different sizes \(120x90 and 160x60\)\.")
    def joined_thumbnails(self):
        preset = self.preset(Video={"PaddingPolicy": "Pad"}, Thumbnails={
            "Format": "png", "Interval": "1", "MaxWidth": "160", "MaxHeight": "90",
            "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"})
        return self.joined(self.make_wide(), PresetId=preset, ThumbnailPattern="t{count}")

    @provokes(4025, r"Amazon Elastic Transcoder could not join the inputs: input #2 differs from the "
                    r"first one\. Either all inputs must have video or none of them\.")
    def joined_video(self):
        return self.joined("blind.m4a")

    @provokes(4026, r"Amazon Elastic Transcoder could not join the inputs: input #2 differs from the "
                    r"first one\. Either all inputs must have audio or none of them\.")
    def joined_audio(self):
        return self.joined("silent.mp4")

    # 41xx: captions

    def captioned(self, form, *languages, key="en.srt", rate="30", **more):
        sources = [{"Key": key, "Language": language} for language in languages]
        said = {"Key": "small.mp4", "InputCaptions": {"MergePolicy": "Override",
                                                      "CaptionSources": sources}}
        preset = self.preset(Video={"FrameRate": rate})
        return self.first({"PresetId": preset, "Captions": {"CaptionFormats": [
            {"Format": form, "Pattern": "c/{language}"}]}, **more.pop("Output", {})}, said, **more)

    def embedded(self, name, count):
        odd.ffmpeg("-i", self.input / "small.mp4", "-i", self.input / "en.srt", "-map", "0",
                   *["-map", "1"] * count, "-c", "copy", "-c:s", "mov_text", self.input / name)
        return {"Captions": {"CaptionFormats": [{"Format": "srt", "Pattern": ""}]}}, {"Key": name}

    @provokes(4100, r"Amazon Elastic Transcoder could not interpret the captions that are embedded in "
                    r"the media file: a text of stream 2 is cut off\.")
    def embedded_captions(self):
        request = self.embedded("torn.mp4", 1)
        data = (self.input / "torn.mp4").read_bytes()
        self.assertEqual(data.count(b"\0\x14A text to"), 1)
        (self.input / "torn.mp4").write_bytes(data.replace(b"\0\x14A text to", b"\x7f\xffA text to"))
        return self.first(*request)

    @provokes(4101, r"Amazon Elastic Transcoder could not interpret the caption file: bucket=input, "
                    r"key=text \(.*\)\.")
    def caption_file(self):
        return self.captioned("srt", "en", key="text")

    @provokes(4102, r"Amazon Elastic Transcoder requires caption files in UTF-8: bucket=input, "
                    r"key=latin\.srt\.")
    def caption_file_not_utf8(self):
        (self.input / "latin.srt").write_bytes(b"1\n00:00:00,100 --> 00:00:00,900\n\xdcber\n\n")
        return self.captioned("srt", "de", key="latin.srt")

    @provokes(4103, r"Amazon Elastic Transcoder found more than 300 embedded caption tracks in the "
                    r"input file\.")
    def many_captions(self):
        return self.first(*self.embedded("many.mp4", 301))

    @provokes(4104, r"An output of a playlist must not have more than 4 embedded captions\.")
    def many_in_playlist(self):
        status, body = self.server.post(API + "/presets", {
            "Name": "ts", "Container": "ts", "Video": {
                "Codec": "H.264", "CodecOptions": {"Profile": "main", "Level": "3",
                                                   "MaxReferenceFrames": "1"},
                "KeyframesMaxDist": "30", "FixedGOP": "true", "BitRate": "300", "FrameRate": "30",
                "MaxWidth": "320", "MaxHeight": "180", "SizingPolicy": "Fit",
                "PaddingPolicy": "NoPad", "DisplayAspectRatio": "auto"}})
        self.assertEqual(status, 201, body)
        return self.captioned(
            "cea-708", "en", "de", "fr", "it", "es",
            Output={"Key": "a", "PresetId": body["Preset"]["Id"], "SegmentDuration": "1"},
            Playlists=[{"Name": "list", "Format": "HLSv3"}])

    @provokes(4105, r"Amazon Elastic Transcoder can make CEA-708 captions only for outputs with a "
                    r"frame rate of 29\.97 or 30 frames per second\.")
    def caption_rate(self):
        return self.captioned("cea-708", "en", rate="25")

    @provokes(4106, r"The caption format cea-708 supports only 6 tracks\.")
    def many_services(self):
        return self.captioned("cea-708", "en", "de", "fr", "it", "es", "pt", "nl")

    # 9xxx

    @provokes(9999, r"Amazon Elastic Transcoder was cut off 5 times while processing this job\.")
    def cut_off(self):
        pipeline = self.pipeline()
        status = f"{API}/pipelines/{pipeline}/status"
        self.assertEqual(self.server.post(status, {"Status": "Paused"})[0], 200)
        made = self.server.create_job({"PipelineId": pipeline, "Input": {"Key": "small.mp4"},
                                       "Output": {"Key": "cut-off.mp4",
                                                  "PresetId": self.presets["mp4"]}})
        db = sqlite3.connect(self.server.data / "mockets.db", timeout=60)
        with db:
            db.execute("UPDATE jobs SET attempts = 5 WHERE id = ?", (made["Id"],))
        db.close()
        self.assertEqual(self.server.post(status, {"Status": "Active"})[0], 200)
        return self.server.wait_job(made["Id"])["Output"]

    # all of them

    def test_every_error(self):
        for code, ways in sorted(ROWS.items()):
            for method, text in ways:
                with self.subTest(code, way=method):
                    ended = getattr(self, method)()
                    self.assertEqual(ended["Status"], "Error", ended)
                    self.assertRegex(ended["StatusDetail"], rf"^{code} [-0-9a-f]{{36}}: {text}$")

    def test_every_warning(self):
        odd.ffmpeg("-f", "lavfi", "-i", "color=black:size=320x180:rate=25:duration=4[out0]", "-f",
                   "lavfi", "-i", "nullsrc=size=320x180:rate=25:duration=2,geq=random(1)*255:128:128",
                   "-f", "lavfi", "-i", "anoisesrc=duration=6,pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|"
                   "c5=c0", "-filter_complex", "[0][1]concat=n=2[v]", "-map", "[v]", "-map", "2",
                   *odd.H264, *odd.AAC, self.input / "loud.mp4")
        whole = {"Key": "loud.mp4"}
        longer = {"Key": "loud.mp4", "TimeSpan": {"Duration": "60"}}
        stereo = {"Key": "small.mp4", "TimeSpan": {"Duration": "60"}}
        film = {}
        segments = {"Key": "a", "PresetId": self.presets["ts"], "SegmentDuration": "1"}
        for output, said, wanted in (
                (film, {"Key": "small.mp4"}, None), (film, stereo, CLIP), (film, whole, CHANNELS),
                (film, longer, f"{CLIP} {CHANNELS}"),
                (segments, longer, f"{CLIP} {CHANNELS} {SEGMENTS}")):
            with self.subTest(wanted):
                ended = self.first(output, said)
                self.assertEqual((ended["Status"], ended["StatusDetail"]), ("Complete", wanted))


class Tables(unittest.TestCase):
    """Nothing is missing in the tables above."""

    def codes(self, path, prefix):
        return {int(code) for code in
                re.findall(rf"\b{prefix}\w+ = (\d{{4}})\b", (SOURCE / path).read_text())}

    def test_codes(self):
        here = self.codes("lib/engine/failure.h", "MK_FAILURE_")
        planned = self.codes("lib/plan/maker.h", "MK_PLAN_ERROR_")
        self.assertGreater(len(here), 25)
        self.assertGreater(len(planned), 10)
        self.assertEqual(set(ROWS), here | planned)
        self.assertEqual(set(ROWS) | set(CANNOT_ARISE), DOCUMENTED)
        self.assertFalse(set(ROWS) & set(CANNOT_ARISE))

    def test_warnings(self):
        source = (SOURCE / "lib/plan/warning.c").read_text()
        texts = re.findall(r"static const char \w+\[\] =|const char mk_warning_\w+\[\] =", source)
        found = {"".join(re.findall(r'"([^"]*)"', body)).replace("%d", "{}")
                 for body in re.findall(r"char \w+\[\] =\s*((?:\"[^\"]*\"\s*)+);", source)}
        self.assertEqual(len(found), len(texts))
        self.assertEqual({text.format(6, 2) for text in found}, WARNINGS)
        for path in (SOURCE / "lib").glob("*/*.c"):
            for call in re.findall(r"\bmk_maker_warn\([^,]+,[^,]+,\s*(\w+)", path.read_text()):
                self.assertTrue(call.startswith("mk_warning_") or call == "const", (path, call))


if __name__ == "__main__":
    unittest.main()
