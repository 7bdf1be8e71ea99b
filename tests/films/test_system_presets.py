"""
Every system preset encodes to what it says: a second in full size is read back member by member,
and a small film of noise, long enough for the rate control, for its rates and key frames.
"""

import os
import subprocess
import unittest
from fractions import Fraction

import media_files
from mockets_server import ServerTest

SECONDS, LONG_SECONDS = 1, 8 if os.environ.get("MOCKETS_SANITIZE") else 20
# The encoders are not what a sanitizer looks at: a smaller picture does there.
WIDTH, HEIGHT = (640, 360) if os.environ.get("MOCKETS_SANITIZE") else (1920, 1080)
RATES = {"23.97": Fraction(24000, 1001), "29.97": Fraction(30000, 1001)}
PROFILES = {"baseline": "Constrained Baseline", "main": "Main", "high": "High"}
FORMATS = {
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2", "ts": "mpegts", "webm": "matroska,webm", "flv": "flv",
    "mpg": "mpeg", "mxf": "mxf", "gif": "gif", "mp3": "mp3", "flac": "flac", "wav": "wav",
    "fmp4": "mov,mp4,m4a,3gp,3g2,mj2",
}
VIDEO_CODECS = {"H.264": "h264", "vp8": "vp8", "vp9": "vp9", "mpeg2": "mpeg2video", "gif": "gif"}
AUDIO_CODECS = {"AAC": "aac", "mp3": "mp3", "mp2": "mp2", "vorbis": "vorbis", "flac": "flac"}
PCM = {("8", "Unsigned"): "pcm_u8", ("16", "Signed"): "pcm_s16le", ("24", "Signed"): "pcm_s24le"}


class SystemPresets(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        media_files.make_clip(
            cls.input / "film",
            "--size", f"{WIDTH}x{HEIGHT}", "--rate", 30, "--seconds", SECONDS, "--audio", 2,
        )
        cls.make_noise(cls.input / "noise", LONG_SECONDS)
        presets, token = [], ""
        while token is not None:
            query = f"&PageToken={token}" if token else ""
            page = cls.server.request("GET", f"/2012-09-25/presets?Ascending=true{query}").json
            presets += page["Presets"]
            token = page["NextPageToken"]
        cls.all = presets
        cls.presets = [p for p in presets if p["Id"] < "1351620000002"]
        cls.outputs = {}
        jobs = [cls.start(cls.presets[at : at + 30], "film", "") for at in (0, 30, 60)]
        rated = [p for p in cls.presets if cls.is_rated(p)]
        jobs += [cls.start(rated[at : at + 30], "noise", ".long") for at in (0, 30)]
        for job in jobs:
            cls.outputs.update(
                {output["Key"]: output for output in cls.server.wait_job(job, 800)["Outputs"]})

    @staticmethod
    def make_noise(path, seconds):
        """Noise needs all the bits that it can get, to the eye and to the ear."""
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
             f"testsrc2=size=320x180:rate=30:duration={seconds},noise=alls=16:allf=t", "-f",
             "lavfi", "-i", f"anoisesrc=r=48000:d={seconds}:a=0.3:seed=1", "-f", "lavfi", "-i",
             f"anoisesrc=r=48000:d={seconds}:a=0.3:seed=2", "-filter_complex", "amerge",
             "-c:v", "mpeg2video", "-q:v", "2", "-c:a", "pcm_s16le", "-f", "matroska", path],
            check=True, timeout=300)

    @classmethod
    def start(cls, presets, key, ending):
        outputs = [{"Key": p["Id"] + ending, "PresetId": p["Id"]} for p in presets]
        return cls.server.create_job({"Inputs": [{"Key": key}], "Outputs": outputs})["Id"]

    @staticmethod
    def is_rated(preset):
        """
        Has it a rate to keep? Not the picture of a GIF, and not sound as it is; and those that
        put bars around a small film are rated by what they make of the large one.
        """
        video = preset["Video"]
        if video and video["Codec"]:
            return video["Codec"] != "gif" and video["PaddingPolicy"] != "Pad"
        return preset["Audio"]["BitRate"] is not None

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
            yield preset, settings, self.output / preset["Id"]
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
                found = media_files.everything(self.output / preset["Id"])["format"]
                self.assertEqual(found["format_name"], FORMATS[preset["Container"]])
                if preset["Container"] != "mxf":
                    self.assertAlmostEqual(float(found["duration"]), SECONDS, delta=0.15)

    def test_every_frame_decodes(self):
        at_once = 8
        paths = [self.output / preset["Id"] for preset in self.presets]
        for first in range(0, len(paths), at_once):
            some = paths[first:first + at_once]
            with self.subTest(presets=[path.name for path in some]):
                fine, complaint = media_files.decodes(*some)
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
        all_h264 = list(self.each("Video", ("H.264",)))
        told = media_files.h264_headers(*(path for _, _, path in all_h264))
        for (preset, video, path), headers in zip(all_h264, told):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                options = video["CodecOptions"]
                found = media_files.streams(path)["video"]
                self.assertEqual(found["profile"], PROFILES[options["Profile"]])
                self.assertEqual(found["level"], round(float(options["Level"]) * 10))
                self.assertEqual(str(headers["max_num_ref_frames"]), options["MaxReferenceFrames"])

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

    def test_display_aspect(self):
        """What is seen has the shape of the source, or that which the preset asks for."""
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.streams(path)["video"]
                shape = Fraction(found.get("sample_aspect_ratio", "1:1").replace(":", "/")
                                 .replace("0/1", "1/1"))
                width, height = found["width"] * shape, found["height"]
                wanted = video["DisplayAspectRatio"].replace(":", "/")
                wanted = Fraction(WIDTH, HEIGHT) if wanted == "auto" else Fraction(wanted)
                self.assertAlmostEqual(float(width), float(height * wanted), delta=2)

    def test_key_frames(self):
        for preset, video, path in self.each("Video", ("H.264", "vp8", "vp9", "mpeg2")):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                longest = int(video["KeyframesMaxDist"])
                if longest >= 60:
                    path = self.output / f"{preset['Id']}.long"
                if video["Codec"] == "mpeg2":
                    flags = media_files.key_flags(path)
                else:
                    frames = media_files.packets(path, "video")
                    flags = [f["key"] for f in sorted(frames, key=lambda frame: frame["pts"])]
                keys = [i for i, key in enumerate(flags) if key]
                distances = [after - before for before, after in zip(keys, keys[1:])]
                self.assertEqual(keys[0], 0)
                self.assertGreaterEqual(len(distances), 1)
                if video["FixedGOP"] == "true":
                    self.assertEqual(set(distances), {longest})
                self.assertLessEqual(max([*distances, len(flags) - keys[-1]]), longest)

    def test_bit_rates(self):
        """Within a tenth of what the preset says."""
        for part in ("Video", "Audio"):
            for preset, settings, _ in self.each(part, ("H.264", "vp8", "vp9", "mpeg2", "AAC",
                                                        "mp3", "mp2", "vorbis")):
                if not self.is_rated(preset) or not settings["BitRate"]:
                    continue
                with self.subTest(preset=preset["Id"], name=preset["Name"], part=part):
                    path = self.output / f"{preset['Id']}.long"
                    size = sum(packet["size"] for packet in media_files.packets(path, part.lower()))
                    wanted = int(settings["BitRate"])
                    self.assertAlmostEqual(size * 8 / LONG_SECONDS / 1000, wanted,
                                           delta=wanted * (0.1 if LONG_SECONDS > 10 else 0.3))

    def test_rates_of_broadcasters(self):
        """MPEG-2 is filled up to a constant rate; H.264 may use up its decoder's buffer."""
        found = [one for one in self.each("Video", ("H.264", "mpeg2"))
                 if one[1]["PaddingPolicy"] == "Pad"]
        self.assertEqual(len(found), 6)
        for preset, video, path in found:
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                sizes = [packet["size"] for packet in media_files.packets(path, "video")]
                size = sum(sizes)
                wanted = int(video["BitRate"]) * 1000
                if video["Codec"] == "mpeg2":
                    # A quarter of the decoder's buffer is free at first: a plain picture fills it
                    # before it has to be padded.
                    later = sum(sizes[len(sizes) // 2:]) / (SECONDS / 2)
                    self.assertAlmostEqual(later * 8, wanted, delta=wanted / 10)
                else:
                    buffer = int(video["CodecOptions"]["BufferSize"]) * 1000
                    self.assertLess(size * 8, wanted * SECONDS + buffer)

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

    def test_editors_get_eight_tracks(self):
        """AudioPackingMode of XDCAM: two channels and six silent tracks."""
        found = [preset for preset in self.presets if preset["Container"] == "mxf"]
        self.assertEqual(len(found), 2)
        for preset in found:
            tracks = media_files.everything(self.output / preset["Id"])["streams"]
            channels = [t["channels"] for t in tracks if t["codec_type"] == "audio"]
            self.assertEqual(channels, [1] * 8)

    def test_tracks_are_as_asked_for(self):
        for preset in self.presets:
            wanted = {
                name
                for name, part in (("video", preset["Video"]), ("audio", preset["Audio"]))
                if part and part["Codec"]
            }
            self.assertEqual(set(media_files.streams(self.output / preset["Id"])), wanted)


if __name__ == "__main__":
    unittest.main()
