"""What a build of FFmpeg without some encoders comes to: only what needs them is not possible."""

import json
import os
import pathlib
import sys
import unittest

from mockets_server import Server, make_clip, run

LIBRARY = pathlib.Path(os.environ["MOCKETS_BUILD"]) / "tests/support/libhide_encoders.so"
MP4, MP3, WEBM, VP9 = ("1351620000001-" + number for number in
                       ("000061", "300040", "100240", "100260"))


def without(*names):
    return {"LD_PRELOAD": str(LIBRARY), "HIDDEN_ENCODERS": " %s " % " ".join(names)}


class MissingEncoders(unittest.TestCase):

    def test_presets_are_marked(self):
        env = without("libvpx", "libmp3lame")
        presets = {preset["Id"]: preset["MissingEncoder"]
                   for preset in json.loads(run("presets", "--json", env=env).stdout)}
        self.assertEqual(len(presets), 67)
        self.assertEqual({key: name for key, name in presets.items() if name}, {
            WEBM: "libvpx", **{f"1351620000001-3000{n}": "libmp3lame" for n in (10, 20, 30, 40)}})
        lines = run("presets", env=env).stdout.splitlines()
        marked = [line for line in lines if line.endswith("[not possible: FFmpeg has no libvpx here]")]
        self.assertEqual([line.split()[0] for line in marked], [WEBM])

    def test_only_outputs_that_need_one_fail(self):
        with Server(env=without("libvpx-vp9", "libmp3lame")) as server:
            make_clip(server.bucket("input") / "film")
            job = server.create_job({"Inputs": [{"Key": "film"}], "Outputs": [
                {"Key": preset, "PresetId": preset} for preset in (MP4, MP3, VP9)]})
            job = server.wait_job(job["Id"])
        self.assertEqual(job["Status"], "Error")
        self.assertEqual([output["Status"] for output in job["Outputs"]],
                         ["Complete", "Error", "Error"])
        for output, name in zip(job["Outputs"][1:], ("libmp3lame", "libvpx-vp9")):
            self.assertRegex(output["StatusDetail"], rf"^1000 [0-9a-f-]{{36}}: .*'{name}'")


if __name__ == "__main__":
    if not LIBRARY.exists():
        sys.exit(77)
    unittest.main()
