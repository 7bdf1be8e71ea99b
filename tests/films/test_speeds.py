"""Every speed and every pinned preset of x264 keeps to the profile that an output asks for."""

import json
import pathlib
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


def profile_of(headers):
    """Its name (H.264, annex A)."""
    if headers["profile_idc"] == 66 and headers["constraint_set1_flag"]:
        return "Constrained Baseline"
    return {77: "Main", 100: "High"}[headers["profile_idc"]]


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
        outputs = json.loads(made.stdout)["Outputs"]
        told = media_files.h264_headers(*(out / output["Key"] for output in outputs))
        for output, headers, profile in zip(outputs, told, PRESETS.values()):
            with self.subTest(film=film, flags=flags, preset=output["PresetId"]):
                self.assertEqual(profile_of(headers),
                                 "Constrained Baseline" if PLAIN in flags else profile)
                self.assertEqual(headers["packets"], FILMS[film] * float(output["FrameRate"]))
                for tool in FORBIDDEN[profile]:
                    self.assertFalse(headers.get(tool), tool)
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
