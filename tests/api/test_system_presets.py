"""Every system preset of mp4 and ts with H.264 and AAC encodes to what it says."""

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
        cls.presets = [p for p in presets if p["Container"] in ("mp4", "ts")]
        cls.outputs = {}
        for at in range(0, len(cls.presets), 30):
            part = cls.presets[at : at + 30]
            body = {
                "Inputs": [{"Key": "film"}],
                "Outputs": [{"Key": p["Id"], "PresetId": p["Id"]} for p in part],
            }
            job = cls.server.wait_job(cls.server.create_job(body)["Id"], seconds=500)
            cls.outputs.update({output["Key"]: output for output in job["Outputs"]})

    def each(self, part):
        count = 0
        for preset in self.presets:
            settings = preset[part]
            if not settings or not settings["Codec"]:
                continue
            count += 1
            yield preset, settings, self.out / preset["Id"]
        self.assertGreater(count, 20)

    def test_all_are_there(self):
        self.assertEqual(len(self.all), 67)
        self.assertEqual(len([p for p in self.all if p["Id"] < "1351620000002"]), 62)

    def test_all_complete(self):
        for key, output in self.outputs.items():
            self.assertEqual(output["Status"], "Complete", f"{key}: {output['StatusDetail']}")

    def test_video_settings(self):
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                options = video["CodecOptions"]
                found = media_files.streams(path)["video"]
                self.assertEqual(found["codec_name"], "h264")
                self.assertEqual(found["profile"], PROFILES[options["Profile"]])
                self.assertEqual(found["level"], round(float(options["Level"]) * 10))
                self.assertEqual(str(media_files.reference_frames(path)), options["MaxReferenceFrames"])
                rate = video["FrameRate"]
                wanted = 30 if rate == "auto" else RATES.get(rate, Fraction(rate) if rate else None)
                self.assertAlmostEqual(float(Fraction(found["r_frame_rate"])), float(wanted), places=3)
                self.assertEqual(found["pix_fmt"], "yuv420p")

    def test_sizes(self):
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.streams(path)["video"]
                width, height = int(video["MaxWidth"]), int(video["MaxHeight"])
                if video["PaddingPolicy"] == "Pad":
                    self.assertEqual((found["width"], found["height"]), (width, height))
                else:
                    scale = min(width / WIDTH, height / HEIGHT, 1)
                    self.assertAlmostEqual(found["width"], WIDTH * scale, delta=1)
                    self.assertAlmostEqual(found["height"], HEIGHT * scale, delta=1)
                self.assertIn(found.get("sample_aspect_ratio", "1:1"), ("1:1", "0:1"))

    def test_key_frames(self):
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                frames = sorted(media_files.packets(path, "video"), key=lambda frame: frame["pts"])
                keys = [i for i, frame in enumerate(frames) if frame["key"]]
                distances = [after - before for before, after in zip(keys, keys[1:])]
                longest = int(video["KeyframesMaxDist"])
                self.assertEqual(keys[0], 0)
                if video["FixedGOP"] == "true":
                    self.assertEqual(set(distances), {longest})
                self.assertLessEqual(max([*distances, len(frames) - keys[-1]]), longest)

    def test_bit_rates(self):
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                size = sum(frame["size"] for frame in media_files.packets(path, "video"))
                target = int(video["BitRate"])
                # a few seconds: the rate control has hardly begun to look at the average
                self.assertLess(size * 8 / SECONDS / 1000, target * 1.3)
                if HEIGHT == 1080:
                    self.assertGreater(size * 8 / SECONDS / 1000, target * 0.8)

    def test_fields(self):
        for preset, video, path in self.each("Video"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                wanted = {"Progressive": "progressive", "TopFirst": "tt"}
                found = media_files.streams(path)["video"]["field_order"]
                self.assertEqual(found, wanted[video["CodecOptions"]["InterlacedMode"]])

    def test_audio_settings(self):
        for preset, audio, path in self.each("Audio"):
            with self.subTest(preset=preset["Id"], name=preset["Name"]):
                found = media_files.streams(path)["audio"]
                self.assertEqual((found["codec_name"], found["profile"]), ("aac", "LC"))
                self.assertEqual(found["sample_rate"], audio["SampleRate"])
                self.assertEqual(str(found["channels"]), audio["Channels"])
                size = sum(packet["size"] for packet in media_files.packets(path, "audio"))
                self.assertLess(size * 8 / SECONDS / 1000, int(audio["BitRate"]) * 1.1)

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
