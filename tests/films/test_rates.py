"""On a clip that is long enough, the average bit rate is the preset's, and so is the VBV."""

import subprocess
import unittest

import media_files
from mockets_server import ServerTest

SECONDS = 40
# A film that is hard for two seconds of eight: each time it would have more than the buffer holds.
BURSTS = "noise=alls=60:allf=t:all_seed=1:enable='lt(mod(t,8),2)'"
# preset: kbit/s, largest kbit/s of any second-long stretch beyond the buffer, buffer in kbit
PRESETS = {
    "1351620000001-000061": (300, 450, 600),
    "1351620000001-200050": (272, 408, 544),
    "1351620000001-200055": (272, 272, 2448),
    "1351620000002-000360": (700, 749, 1050),
}
SEGMENTED = "1351620000002-000360"

# Codecs beside H.264, small so that they cost little: container, codec, kbit/s, sound, FixedGOP
CUSTOM = (
    ("webm", "vp8", 300, "vorbis", "true"),
    ("webm", "vp9", 200, "vorbis", "true"),
    ("mpg", "mpeg2", 1500, "mp2", "true"),
    ("mpg", "mpeg2", 1500, "mp2", "false"),
)


def custom_preset(container, codec, kbps, sound, fixed):
    return {
        "Name": f"rates {codec}",
        "Container": container,
        "Video": {
            "Codec": codec, "CodecOptions": {"MaxBitRate": str(kbps)} if codec == "mpeg2" else {},
            "KeyframesMaxDist": "14", "FixedGOP": fixed, "BitRate": str(kbps), "FrameRate": "25",
            "MaxWidth": "320", "MaxHeight": "180", "SizingPolicy": "Fit", "PaddingPolicy": "NoPad",
            "DisplayAspectRatio": "auto",
        },
        "Audio": {"Codec": sound, "SampleRate": "auto", "BitRate": "128", "Channels": "auto"},
    }


class Rates(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calm = media_files.make_clip(
            cls.input / "calm",
            "--size", "640x360", "--rate", 30, "--seconds", SECONDS, "--audio", 0,
        )
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", calm, "-vf", BURSTS, "-c:v", "libx264", "-preset",
             "ultrafast", "-crf", "20", "-g", "60", "-f", "mp4", cls.input / "film"],
            check=True, timeout=300)
        outputs = [{"Key": preset, "PresetId": preset} for preset in PRESETS]
        for output in outputs:
            if output["Key"] == SEGMENTED:
                output["SegmentDuration"] = "3"
        custom = []
        for number, settings in enumerate(CUSTOM):
            made = cls.server.request(
                "POST", "/2012-09-25/presets", custom_preset(*settings)).json["Preset"]
            custom.append({"Key": f"custom-{number}", "PresetId": made["Id"]})
        ids = [cls.server.create_job({"Inputs": [{"Key": key}], "Outputs": some})["Id"]
               for key, some in (("film", outputs), ("calm", custom))]
        cls.jobs = [cls.server.wait_job(job_id) for job_id in ids]

    def test_complete(self):
        for job in self.jobs:
            self.assertEqual(job["Status"], "Complete", job)

    def video(self, preset):
        """The packets of an output, of all its segments."""
        name = f"{preset}.m3u8" if preset == SEGMENTED else preset
        return media_files.packets(self.output / name, "video")

    def test_average(self):
        for preset, (kbps, _, _) in PRESETS.items():
            with self.subTest(preset=preset):
                size = sum(frame["size"] for frame in self.video(preset))
                self.assertAlmostEqual(size * 8 / SECONDS / 1000, kbps, delta=kbps * 0.1)

    def test_average_of_other_codecs(self):
        for number, (_, codec, kbps, _, _) in enumerate(CUSTOM):
            with self.subTest(codec=codec):
                frames = media_files.packets(self.output / f"custom-{number}", "video")
                size = sum(frame["size"] for frame in frames)
                self.assertAlmostEqual(size * 8 / SECONDS / 1000, kbps, delta=kbps * 0.1)

    def test_key_frames_of_other_codecs(self):
        for number, (_, codec, _, _, fixed) in enumerate(CUSTOM):
            with self.subTest(codec=codec, fixed=fixed):
                flags = media_files.key_flags(self.output / f"custom-{number}")
                keys = [i for i, key in enumerate(flags) if key]
                distances = {b - a for a, b in zip(keys, keys[1:])}
                if fixed == "true":
                    self.assertEqual(distances, {14})
                self.assertLessEqual(max(distances), 14)

    def test_decoder_buffer(self):
        """A decoder that is fed at the peak rate from a full buffer never runs dry."""
        for preset, (_, peak, buffer) in PRESETS.items():
            with self.subTest(preset=preset):
                frames = sorted(self.video(preset), key=lambda frame: frame["dts"])
                full, before = buffer, frames[0]["dts"]
                for frame in frames:
                    full = min(buffer, full + peak * (frame["dts"] - before))
                    before = frame["dts"]
                    full -= frame["size"] * 8 / 1000
                    # the muxer's own bytes (delimiters, parameter sets) are not in x264's account
                    self.assertGreater(full, -buffer * 0.03, f"at {before} s")


if __name__ == "__main__":
    unittest.main()
