"""What playlists have in common: outputs in several of them, and what they are made of."""

import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import media_files
from mockets_server import Server

VIDEO, SOUND, SMOOTH = ("1351620000001-" + number for number in ("200055", "200060", "400080"))


class Playlists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.server = Server(data=pathlib.Path(cls.folder.name) / "data")
        cls.addClassCleanup(cls.server.stop)
        cls.out = cls.server.bucket("output")
        for name, size, rate, channels in (("film", "640x360", 30, 2), ("other", "480x270", 25, 1)):
            media_files.make_clip(cls.server.bucket("input") / name, "--size", size, "--rate",
                                  rate, "--seconds", 3, "--audio", channels)

    def run_job(self, outputs, playlists, inputs=("film",)):
        job = self.server.create_job({
            "Inputs": [{"Key": key} for key in inputs],
            "Outputs": [{"Key": key, "PresetId": preset, "SegmentDuration": "2"}
                        for key, preset in outputs.items()],
            "Playlists": [{"Name": name, "Format": form, "OutputKeys": keys}
                          for name, (form, keys) in playlists.items()]})
        job = self.server.wait_job(job["Id"])
        self.assertEqual(job["Status"], "Complete", job)
        self.assertEqual({one["Status"] for one in job["Playlists"]}, {"Complete"})

    def names(self, folder):
        return {path.name for path in (self.out / folder).iterdir()}

    def test_one_output_in_both_formats_of_hls(self):
        self.run_job({"both/film": VIDEO, "both/sound": SOUND, "both/other": SOUND},
                     {"both/three": ("HLSv3", ["both/film", "both/other"]),
                      "both/four": ("HLSv4", ["both/film", "both/sound"])})
        self.assertEqual(self.names("both"), {
            "three.m3u8", "four.m3u8",
            "film.m3u8", "film00000.ts", "film00001.ts",
            "film.ts", "film_v4.m3u8", "film_iframe.m3u8",
            "sound.ts", "sound_v4.m3u8",
            "other.m3u8", "other00000.ts", "other00001.ts"})
        whole = (self.out / "both/film.ts").read_bytes()
        parts = [(self.out / f"both/film0000{i}.ts").stat().st_size for i in (0, 1)]
        ranges = re.findall(r"BYTERANGE:(\d+)@", (self.out / "both/film_v4.m3u8").read_text())
        self.assertEqual(len(ranges), len(parts))
        self.assertEqual(sum(map(int, ranges)), len(whole))
        for path in ("both/film.m3u8", "both/film.ts", "both/three.m3u8"):
            fine, complaint = media_files.decodes(self.out / path)
            self.assertTrue(fine, complaint)
            self.assertEqual(len(media_files.packets(self.out / path, "video")), 90)

    def test_one_output_in_smooth_and_dash(self):
        self.run_job({"fmp4/film": SMOOTH},
                     {"fmp4/smooth": ("Smooth", ["fmp4/film"]),
                      "fmp4/dash": ("MPEG-DASH", ["fmp4/film"])})
        self.assertEqual(self.names("fmp4"), {"film", "smooth.ism", "smooth.ismc", "dash.mpd"})
        tree = ElementTree.parse(self.out / "fmp4/dash.mpd")
        space = "{urn:mpeg:dash:schema:mpd:2011}"
        (shown,) = tree.iter(space + "Representation")
        self.assertRegex(shown.get("codecs"), r"^avc1\.64[0-9a-f]{4},mp4a\.40\.2$")
        first, last = map(int, shown.find(space + "SegmentBase").get("indexRange").split("-"))
        data = (self.out / "fmp4/film").read_bytes()
        self.assertEqual(data[first + 4:first + 8], b"sidx")
        self.assertEqual(int.from_bytes(data[first:first + 4], "big"), last + 1 - first)

    def test_joined_inputs(self):
        """Segments and fragments go on over the border between two inputs."""
        self.run_job({"joined/film": VIDEO, "joined/sound": SOUND},
                     {"joined/list": ("HLSv4", ["joined/film", "joined/sound"])},
                     ("film", "other"))
        times = sorted(p["pts"] for p in media_files.packets(self.out / "joined/film.ts", "video"))
        self.assertAlmostEqual(len(times), 6 * 30, delta=1)
        for before, after in zip(times, times[1:]):
            self.assertAlmostEqual(after - before, 1 / 30, delta=0.0005)
        text = (self.out / "joined/film_v4.m3u8").read_text()
        seconds = [float(one) for one in re.findall(r"EXTINF:([\d.]+)", text)]
        self.assertEqual([round(one, 1) for one in seconds], [2, 2, 2])


if __name__ == "__main__":
    unittest.main()
