"""CEA-608 and CEA-708 in the frames of a film, read by a player's own decoder (mux.js)."""

import json
import os
import pathlib
import subprocess
import unittest

import caption_files
import media_files
import npm_packages
from mockets_server import Server, main

HLS = "1351620000001-200030"
ZERO = 126000 / 90000  # a transport stream's time of the film's start
# mux.js waits for another packet behind a service's, and so does not see the very last of the film.
LAST = (4.8, 5.3, "last")
CUES = {"en": [(0.5, 1.5, "Good morning."), (2, 3, "two lines\nof text"), (3.5, 4.5, "the end"),
               LAST],
        "fr": [(0.7, 1.9, "\u00c7a va, \u00e0 No\u00ebl?"), (2.2, 3.1, "fin")]}
# where each language is: its service, and its channel of line 21
STREAMS = {"en": ("cc708_1", "CC1"), "fr": ("cc708_2", "CC3")}


class Captions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        folder = cls.server.bucket("input")
        media_files.make_clip(folder / "film", "--size", "640x360", "--rate", 30, "--seconds", 6)
        for language, cues in CUES.items():
            (folder / f"{language}.srt").write_text(caption_files.srt(cues))
        job = cls.server.create_job({
            "Inputs": [{"Key": "film", "InputCaptions": {
                "MergePolicy": "Override",
                "CaptionSources": [{"Key": f"{one}.srt", "Language": one} for one in CUES]}}],
            "Outputs": [{"Key": "film.ts", "PresetId": HLS, "Captions": {
                "CaptionFormats": [{"Format": "cea-708"}]}}]})
        job = cls.server.wait_job(job["Id"])
        if job["Status"] != "Complete":
            raise AssertionError(json.dumps(job, indent=1))
        packages = npm_packages.Packages(
            pathlib.Path(__file__).parent, pathlib.Path(os.environ["MOCKETS_BUILD"])
            / "tests/players/npm")
        done = subprocess.run(
            [*packages.command("captions.cjs"), cls.server.bucket("output") / "film.ts"],
            check=True, capture_output=True, text=True, timeout=60)
        cls.found = json.loads(done.stdout)

    def cues(self, stream):
        """What a stream shows; mux.js begins anew when something is prepared behind a text."""
        joined = []
        for start, end, text in sorted(cue[1:] for cue in self.found if cue[0] == stream):
            if joined and joined[-1][1:] == [start - ZERO, text]:
                joined[-1][1] = end - ZERO
            else:
                joined.append([start - ZERO, end - ZERO, text])
        return joined

    def check(self, stream, wanted):
        found = self.cues(stream)
        self.assertEqual([text for _, _, text in found], [text for _, _, text in wanted])
        for (start, end, _), (start_wanted, end_wanted, _) in zip(found, wanted):
            self.assertAlmostEqual(start, start_wanted, delta=0.1)
            self.assertAlmostEqual(end, end_wanted, delta=0.1)

    def test_services(self):
        for language, (service, _) in STREAMS.items():
            with self.subTest(service):
                self.check(service, [cue for cue in CUES[language] if cue != LAST])

    def test_line_21(self):
        for language, (_, channel) in STREAMS.items():
            with self.subTest(channel):
                self.check(channel, CUES[language])

    def test_nothing_else(self):
        self.assertEqual({cue[0] for cue in self.found}, {one for two in STREAMS.values()
                                                          for one in two})


if __name__ == "__main__":
    main()
