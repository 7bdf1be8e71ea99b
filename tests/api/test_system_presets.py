"""Every system preset but those of fmp4 encodes to what it says."""

import os
import pathlib
import tempfile
import unittest
from fractions import Fraction

import media_files
from mockets_server import Server

SECONDS = 6
# The encoders are not what a sanitizer looks at: a smaller picture does there.
WIDTH, HEIGHT = (640, 360) if os.environ.get("MOCKETS_SANITIZE") else (1920, 1080)
RATES = {"23.97": Fraction(24000, 1001), "29.97": Fraction(30000, 1001)}
PROFILES = {"baseline": "Constrained Baseline", "main": "Main", "high": "High"}
FORMATS = {
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2", "ts": "mpegts", "webm": "matroska,webm", "flv": "flv",
    "mpg": "mpeg", "mxf": "mxf", "gif": "gif", "mp3": "mp3", "flac": "flac", "wav": "wav",
}
VIDEO_CODECS = {"H.264": "h264", "vp8": "vp8", "vp9": "vp9", "mpeg2": "mpeg2video", "gif": "gif"}
AUDIO_CODECS = {"AAC": "aac", "mp3": "mp3", "mp2": "mp2", "vorbis": "vorbis", "flac": "flac"}
PCM = {("8", "Unsigned"): "pcm_u8", ("16", "Signed"): "pcm_s16le", ("24", "Signed"): "pcm_s24le"}


class SystemPresets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        data = pathlib.Path(cls.folder.name) / "data"
        cls.server = Server(data=data)
        cls.addClassCleanup(cls.server.stop)
        cls.out = data / "buckets/output"
        media_files.make_clip(
            data / "buckets/input/film",
            "--size", f"{WIDTH}x{HEIGHT}", "--rate", 30, "--seconds", SECONDS, "--audio", 2,
        )
        presets, token = [], ""
        while token is not None:
            query = f"&PageToken={token}" if token else ""
            page = cls.server.request("GET", f"/2012-09-25/presets?Ascending=true{query}").json
            presets += page["Presets"]
            token = page["NextPageToken"]
        cls.all = presets
        cls.presets = [p for p in presets if p["Container"] != "fmp4"]
        cls.outputs = {}
        for at in range(0, len(cls.presets), 30):
            part = cls.presets[at : at + 30]
            body = {
                "Inputs": [{"Key": "film"}],
                "Outputs": [{"Key": p["Id"], "PresetId": p["Id"]} for p in part],
            }
            job = cls.server.wait_job(cls.server.create_job(body)["Id"], seconds=800)
            cls.outputs.update({output["Key"]: output for output in job["Outputs"]})

    def each(self, part, codecs=None, count_at_least=20):
        """Presets that have the part, in one of the codecs."""
        count = 0
        for preset in self.presets:
            settings = preset[part]
            if not settings or not settings["Codec"]:
                continue
            if codecs and settings["Codec"] not in codecs:
                continue
            count += 1
            yield preset, settings, self.out / preset["Id"]
        self.assertGreaterEqual(count, count_at_least)

    def test_all_are_there(self):
        self.assertEqual(len(self.all), 67)
        self.assertEqual(len([p for p in self.all if p["Id"] < "1351620000002"]), 62)

    def test_all_complete(self):
        for key, output in self.outputs.items():
            self.assertEqual(output["Status"], "Complete", f"{key}: {output['StatusDetail']}")

    def test_containers(self):
        for preset in self.presets:
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.probe(self.out / preset["Id"], "-show_format")["format"]
                self.assertEqual(found["format_name"], FORMATS[preset["Container"]])
                if preset["Container"] != "mxf":
                    self.assertAlmostEqual(float(found["duration"]), SECONDS, delta=0.15)

    def test_every_frame_decodes(self):
        for preset in self.presets:
            if preset["Container"] in ("mp4", "ts"):
                continue
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                fine, complaint = media_files.decodes(self.out / preset["Id"])
                self.assertTrue(fine, complaint)

    def test_video_settings(self):
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.streams(path)["video"]
                self.assertEqual(found["codec_name"], VIDEO_CODECS[video["Codec"]])
                rate = video["FrameRate"]
                wanted = 30 if rate == "auto" else RATES.get(rate, Fraction(rate) if rate else None)
                self.assertAlmostEqual(float(Fraction(found["r_frame_rate"])), float(wanted), places=3)
                pixels = video["CodecOptions"].get("ChromaSubsampling", "yuv420p")
                self.assertEqual(found["pix_fmt"], "bgra" if video["Codec"] == "gif" else pixels)

    def test_h264_settings(self):
        for preset, video, path in self.each("Video", ("H.264",)):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                options = video["CodecOptions"]
                found = media_files.streams(path)["video"]
                self.assertEqual(found["profile"], PROFILES[options["Profile"]])
                self.assertEqual(found["level"], round(float(options["Level"]) * 10))
                self.assertEqual(str(media_files.reference_frames(path)), options["MaxReferenceFrames"])

    def test_other_codecs_settings(self):
        for preset, video, path in self.each("Video", ("mpeg2", "vp8", "vp9"), 7):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.streams(path)["video"]
                if video["Codec"] == "mpeg2":
                    wide = video["CodecOptions"]["ChromaSubsampling"] == "yuv422p"
                    self.assertEqual(found["profile"], "4:2:2" if wide else "Main")
                    # High of the 4:2:2 profile, Main of the main profile
                    self.assertEqual(found["level"], 2 if wide else 8)
                    self.assertEqual(found["display_aspect_ratio"], video["DisplayAspectRatio"])
                elif video["Codec"] == "vp8":
                    self.assertEqual(found["profile"], video["CodecOptions"]["Profile"])
                else:
                    self.assertEqual(found["profile"], "Profile 0")

    def test_gif_plays_for_ever(self):
        for preset, _, path in self.each("Video", ("gif",), 1):
            data = path.read_bytes()
            at = data.index(b"NETSCAPE2.0")
            self.assertEqual(data[at + 11 : at + 16], bytes((3, 1, 0, 0, 0)))

    def test_sizes(self):
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.streams(path)["video"]
                width, height = (
                    most if video[name] == "auto" else int(video[name])
                    for name, most in (("MaxWidth", 1920), ("MaxHeight", 1080))
                )
                if video["PaddingPolicy"] == "Pad":
                    self.assertEqual((found["width"], found["height"]), (width, height))
                else:
                    scale = min(width / WIDTH, height / HEIGHT, 1)
                    self.assertAlmostEqual(found["width"], WIDTH * scale, delta=1)
                    self.assertAlmostEqual(found["height"], HEIGHT * scale, delta=1)
                if width * 9 == height * 16 or video["DisplayAspectRatio"] == "auto":
                    self.assertIn(found.get("sample_aspect_ratio", "1:1"), ("1:1", "0:1"))

    def test_key_frames(self):
        for preset, video, path in self.each("Video", ("H.264", "vp8", "vp9", "mpeg2")):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                if video["Codec"] == "mpeg2":
                    flags = media_files.key_flags(path)
                else:
                    frames = media_files.packets(path, "video")
                    flags = [f["key"] for f in sorted(frames, key=lambda frame: frame["pts"])]
                keys = [i for i, key in enumerate(flags) if key]
                distances = [after - before for before, after in zip(keys, keys[1:])]
                longest = int(video["KeyframesMaxDist"])
                self.assertEqual(keys[0], 0)
                if video["FixedGOP"] == "true":
                    self.assertEqual(set(distances), {longest})
                self.assertLessEqual(max([*distances, len(flags) - keys[-1]]), longest)

    def test_bit_rates(self):
        for preset, video, path in self.each("Video", ("H.264", "vp8", "vp9", "mpeg2")):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                size = sum(frame["size"] for frame in media_files.packets(path, "video"))
                target = int(video["BitRate"])
                # a few seconds: the rate control has hardly begun to look at the average
                self.assertLess(size * 8 / SECONDS / 1000, target * 1.3)
                if HEIGHT == 1080:
                    self.assertGreater(size * 8 / SECONDS / 1000, target * 0.8)

    def test_fields(self):
        for preset, video, path in self.each("Video", ("H.264", "mpeg2")):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                wanted = {"Progressive": "progressive", "TopFirst": "tt"}
                found = media_files.streams(path)["video"]["field_order"]
                self.assertEqual(found, wanted[video["CodecOptions"]["InterlacedMode"]])

    def test_audio_settings(self):
        for preset, audio, path in self.each("Audio"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.streams(path)["audio"]
                options = audio.get("CodecOptions") or {}
                if audio["Codec"] == "pcm":
                    wanted = PCM[options["BitDepth"], options["Signed"]]
                else:
                    wanted = AUDIO_CODECS[audio["Codec"]]
                self.assertEqual(found["codec_name"], wanted)
                if audio["Codec"] == "AAC":
                    self.assertEqual(found["profile"], "LC")
                if audio["Codec"] == "flac":
                    self.assertEqual(found["bits_per_raw_sample"], options["BitDepth"])
                self.assertEqual(found["sample_rate"], audio["SampleRate"])
                if preset["Container"] != "mxf":
                    self.assertEqual(str(found["channels"]), audio["Channels"])
                if audio["BitRate"]:
                    size = sum(packet["size"] for packet in media_files.packets(path, "audio"))
                    self.assertLess(size * 8 / SECONDS / 1000, int(audio["BitRate"]) * 1.1)

    def test_editors_get_eight_tracks(self):
        """AudioPackingMode of XDCAM: two channels and six silent tracks."""
        found = [preset for preset in self.presets if preset["Container"] == "mxf"]
        self.assertEqual(len(found), 2)
        for preset in found:
            tracks = media_files.probe(self.out / preset["Id"], "-show_streams")["streams"]
            channels = [t["channels"] for t in tracks if t["codec_type"] == "audio"]
            self.assertEqual(channels, [1] * 8)

    def test_tracks_are_as_asked_for(self):
        for preset in self.presets:
            wanted = {
                name
                for name, part in (("video", preset["Video"]), ("audio", preset["Audio"]))
                if part and part["Codec"]
            }
            self.assertEqual(set(media_files.streams(self.out / preset["Id"])), wanted)


if __name__ == "__main__":
    unittest.main()
