"""The system presets whose decoder's buffer holds seconds of film keep their rates, too.

An encoder may begin by filling such a buffer, which a short clip shows as too high a rate.
"""

import json
import os
import pathlib

import media_files
import odd_inputs
from mockets_server import main
from preset_server import PresetTest

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])
SECONDS, DEEP_S = 80, 6


def deep_presets():
    """{id: kbit/s} of the presets whose buffer holds more than DEEP_S seconds."""
    found = {}
    for preset in json.loads((SOURCE / "tests/data/system-presets.json").read_text()):
        video = preset.get("Video") or {}
        buffer = video.get("CodecOptions", {}).get("BufferSize")
        if buffer and int(buffer) > DEEP_S * int(video["BitRate"]):
            found[preset["Id"]] = int(video["BitRate"])
    return found


class DeepBuffers(PresetTest):
    def test_rates(self):
        presets = deep_presets()
        self.assertIn("1351620000001-100180", presets)
        odd_inputs.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=30:duration={SECONDS}",
                          "-vf", "noise=alls=40:allf=t", "-c:v", "libx264", "-preset", "ultrafast",
                          "-crf", "18", self.input / "film.mp4")
        for preset, kbps in presets.items():
            self.run_job("film.mp4", {preset: preset})
            [made] = self.output.glob(f"{preset}*")
            bits = 8 * sum(packet["size"] for packet in media_files.packets(made, "video"))
            with self.subTest(preset=preset):
                self.assertAlmostEqual(bits / 1000 / SECONDS, kbps, delta=kbps / 10)


if __name__ == "__main__":
    main()
