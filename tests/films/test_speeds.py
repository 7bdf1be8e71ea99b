"""Every speed and every pinned preset of x264 keeps to the profile that an output asks for."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import media_files
from mockets_server import run

# Of each profile, with one reference frame and with three
BASELINE = ("1351620000001-000061", "1351620000001-200055")
MAIN = ("1351620000001-100070", "1351620000001-500050")
HIGH = ("1351620000001-100020", "1351620000001-400050")
PRESETS = {**dict.fromkeys(BASELINE, "Constrained Baseline"), **dict.fromkeys(MAIN, "Main"),
           **dict.fromkeys(HIGH, "High")}
# What these profiles do not have (H.264, annex A)
FORBIDDEN = {"Constrained Baseline": ("entropy_coding_mode_flag", "weighted_pred_flag",
                                      "weighted_bipred_idc", "transform_8x8_mode_flag"),
             "Main": ("transform_8x8_mode_flag",), "High": ()}
SPEEDS = ("fast", "balanced", "best")
PINNED = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower",
          "veryslow")
PLAIN = "ultrafast"  # it uses nothing that Baseline does not have, and films say so
FILMS = {"one pass": 2, "two passes": 5}  # and how long they are


def tools_used(path):
    """What the parameter sets of a film switch on."""
    told = subprocess.run(
        ["ffmpeg", "-v", "trace", "-nostats", "-i", path, "-map", "0:v", "-c", "copy", "-bsf:v",
         "trace_headers", "-f", "null", "-"], check=True, capture_output=True, text=True,
        timeout=120).stderr
    flags = re.findall(r"\b(\w+_(?:flag|idc))\s+[01]+ = (\d+)", told)
    assert any(name == "entropy_coding_mode_flag" for name, _ in flags), told[-2000:]
    return {name for name, value in flags if value != "0"}


class Speeds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mockets-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        for name, seconds in FILMS.items():
            media_files.make_clip(cls.folder / name, "--size", "320x240", "--rate", 30,
                                  "--seconds", seconds, "--audio", 2)

    def check(self, film, *flags):
        out = self.folder / "-".join((film, *flags)).replace(" ", "-")
        wanted = [part for i, preset in enumerate(PRESETS)
                  for part in ("--preset", f"{preset}={i}.mp4")]
        made = run("transcode", self.folder / film, "--output", out, "--json", *wanted, *flags)
        self.assertEqual(made.returncode, 0, made)
        for output, profile in zip(json.loads(made.stdout)["Outputs"], PRESETS.values()):
            with self.subTest(film=film, flags=flags, preset=output["PresetId"]):
                path = out / output["Key"]
                video = media_files.streams(path)["video"]
                self.assertEqual(video["profile"],
                                 "Constrained Baseline" if PLAIN in flags else profile)
                self.assertEqual(len(media_files.packets(path, "video")),
                                 FILMS[film] * float(output["FrameRate"]))
                self.assertFalse(tools_used(path) & set(FORBIDDEN[profile]))
        good, complaint = media_files.decodes(*sorted(out.iterdir()))
        self.assertTrue(good, complaint)

    def test_speeds(self):
        for speed in SPEEDS:
            for film in FILMS:
                self.check(film, "--speed", speed)

    def test_pinned(self):
        for preset in PINNED:
            self.check("one pass", "--x264-preset", preset)


if __name__ == "__main__":
    unittest.main()
