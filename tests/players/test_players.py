"""Every format of playlists, read by parsers from elsewhere and played in a browser."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import caption_files
import media_files
import npm_packages
import smooth
from mockets_server import Server

SOURCE = pathlib.Path(__file__).parent
SECONDS = 7
SYSTEM = "1351620000001-"

# key, preset
OUTPUTS = [
    ("v3/low", "200050"), ("v3/high", "200040"), ("v3/sound", "200060"),
    ("v4/low", "200055"), ("v4/high", "200045"), ("v4/sound", "200060"), ("v4/mono", "200071"),
    ("dash/low", "500050"), ("dash/high", "500040"), ("dash/sound", "500060"),
    ("smooth/low", "400080"), ("smooth/high", "400050"),
]
FORMATS = {"v3": "HLSv3", "v4": "HLSv4", "dash": "MPEG-DASH", "smooth": "Smooth"}
HEIGHTS = {"v3": [226, 270], "v4": [226, 270], "dash": [240, 360], "smooth": [126, 252]}


LABEL = "All & sundry"
CUES = [(0.5, 1.5, "one"), (2.5, 3.5, "two segments"), (6, 6.5, "three")]


def job_of(folder):
    keys = [key for key, _ in OUTPUTS if key.startswith(folder + "/")]
    job = {
        "Inputs": [{"Key": "film"}],
        "Outputs": [{"Key": key, "PresetId": SYSTEM + preset, "SegmentDuration": "3"}
                    for key, preset in OUTPUTS if key in keys],
        "Playlists": [{"Name": folder + "/list", "Format": FORMATS[folder], "OutputKeys": keys}],
    }
    if folder in ("v4", "dash"):
        job["Inputs"][0]["InputCaptions"] = {
            "MergePolicy": "Override",
            "CaptionSources": [{"Key": "en.srt", "Language": "en", "Label": LABEL}]}
        for output in job["Outputs"][:2]:
            output["Captions"] = {"CaptionFormats": [
                {"Format": "webvtt", "Pattern": folder + "/text-{language}"}]}
    return job


class PlayersTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        media_files.make_clip(cls.server.bucket("input") / "film", "--size", "640x360",
                              "--seconds", SECONDS, "--audio", "2")
        (cls.server.bucket("input") / "en.srt").write_text(caption_files.srt(CUES))
        cls.out = cls.server.bucket("output")
        ids = [cls.server.create_job(job_of(folder))["Id"] for folder in FORMATS]
        cls.jobs = [cls.server.wait_job(job, 300) for job in ids]
        for job in cls.jobs:
            if job["Status"] != "Complete":
                raise AssertionError(json.dumps(job, indent=1))
        cls.smooth = smooth.SmoothServer(cls.out / "smooth")
        cls.addClassCleanup(cls.smooth.stop)
        cls.answer = cls.ask()

    @classmethod
    def url(cls, key):
        return "%s/_mockets/files/output/%s" % (cls.server.url, key)

    @classmethod
    def text(cls, key):
        return (cls.out / key).read_text()

    @classmethod
    def ask(cls):
        """Parse and play all that there is, in one run of the browser."""
        packages = npm_packages.Packages(
            SOURCE, pathlib.Path(os.environ["MOCKETS_BUILD"]) / "tests/players/npm")
        mpd = cls.text("dash/list.mpd")
        ismc = ElementTree.fromstring(cls.text("smooth/list.ismc"))
        rates = [int(rate) for rate in re.findall(r'bandwidth="(\d+)" codecs="avc1', mpd)]
        levels = [int(level.get("Bitrate"))
                  for level in ismc.findall("StreamIndex[@Type='video']/QualityLevel")]
        cls.hls_files = ["v3/list.m3u8", "v3/low.m3u8", "v3/sound.m3u8", "v4/list.m3u8",
                         "v4/low_v4.m3u8", "v4/low_iframe.m3u8", "v4/sound_v4.m3u8"]
        asked = {
            "parse": {"hls": [cls.text(key) for key in cls.hls_files], "mpd": [mpd]},
            "play": [
                {"player": "hls", "url": cls.url("v3/list.m3u8"),
                 "renditions": [{"level": i} for i in range(2)]},
                {"player": "hls", "url": cls.url("v4/list.m3u8"),
                 "renditions": [{"level": i, "captions": len(CUES) + 1} for i in range(2)]},
                {"player": "dash", "url": cls.url("dash/list.mpd"),
                 "renditions": [{"kbps": rate // 1000 + 1, "captions": len(CUES)}
                                for rate in rates]},
                {"player": "dash", "url": cls.smooth.url + "/list.ism/Manifest",
                 "renditions": [{"kbps": rate // 1000 + 1} for rate in levels]},
                # hls.js leaves sound alone out of a master with pictures: by itself then
                {"player": "hls", "url": cls.url("v3/sound.m3u8"), "renditions": [{"level": 0}]},
            ],
        }
        with tempfile.TemporaryDirectory(prefix="mockets-players-") as profile:
            asked["profile"] = profile
            done = subprocess.run(packages.command("play.mjs"), input=json.dumps(asked),
                                  capture_output=True, text=True, timeout=500)
        if done.returncode:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)

    def check_played(self, results, heights):
        self.assertEqual(len(results), len(heights))
        for result, height in zip(results, heights):
            self.assertNotIn("error", result)
            self.assertGreater(result["started"], 0.7)
            self.assertAlmostEqual(result["duration"], SECONDS, delta=0.2)
            self.assertGreater(result["end"], SECONDS - 0.3)
            self.assertEqual(result["height"], height)
            self.assertEqual(result["height_at_end"], height)
            self.assertGreater(result["sound_bytes"], 0)
            if height:
                self.assertGreater(result["pictures"], 20)
                self.assertEqual(result["levels"], len(heights))

    def parsed(self, key):
        return self.answer["hls"][self.hls_files.index(key)]

    def test_hls_version_3_is_played(self):
        self.check_played(self.answer["play"][0], HEIGHTS["v3"])
        self.check_played(self.answer["play"][4], [0])

    def test_hls_version_4_is_played(self):
        self.check_played(self.answer["play"][1], HEIGHTS["v4"])

    def test_captions_of_hls_are_shown(self):
        """Each in its time; one that goes on in the next segment is cut in two without a gap."""
        for result in self.answer["play"][1]:
            found = sorted(result["captions"])
            self.assertEqual([text for _, _, text in found],
                             ["one", "two segments", "two segments", "three"])
            self.assertAlmostEqual(found[1][1], found[2][0], delta=0.01)
            found[1:3] = [[found[1][0], found[2][1], found[1][2]]]
            for (start, end, _), (start_wanted, end_wanted, _) in zip(found, CUES):
                self.assertAlmostEqual(start, start_wanted, delta=0.05)
                self.assertAlmostEqual(end, end_wanted, delta=0.05)

    def test_dash_is_played(self):
        self.check_played(self.answer["play"][2], HEIGHTS["dash"])

    def test_captions_of_dash_are_shown(self):
        for result in self.answer["play"][2]:
            found = sorted(result["captions"])
            self.assertEqual([text for _, _, text in found], [text for _, _, text in CUES])
            for (start, end, _), (start_wanted, end_wanted, _) in zip(found, CUES):
                self.assertAlmostEqual(start, start_wanted, delta=0.05)
                self.assertAlmostEqual(end, end_wanted, delta=0.05)

    def test_smooth_is_played(self):
        self.check_played(self.answer["play"][3], HEIGHTS["smooth"])
        self.assertEqual([entry for entry in self.smooth.log if entry[0] != 200], [])

    def test_hls_version_3_is_understood(self):
        variants = self.parsed("v3/list.m3u8")["variants"]
        self.assertEqual([variant["uri"] for variant in variants],
                         ["low.m3u8", "high.m3u8", "sound.m3u8"])
        for key in ("v3/low.m3u8", "v3/sound.m3u8"):
            self.assertEqual(len(self.parsed(key)["segments"]), 3)

    def test_hls_version_4_is_understood(self):
        variants = self.parsed("v4/list.m3u8")["variants"]
        plain = [variant for variant in variants if not variant["isIFrameOnly"]]
        iframes = [variant for variant in variants if variant["isIFrameOnly"]]
        self.assertEqual([variant["uri"] for variant in plain], ["low_v4.m3u8", "high_v4.m3u8"])
        self.assertEqual([variant["uri"] for variant in iframes],
                         ["low_iframe.m3u8", "high_iframe.m3u8"])
        sounds = ["sound_v4.m3u8", "mono_v4.m3u8"]  # a group for each
        for variant, height, uri in zip(plain, HEIGHTS["v4"], sounds):
            self.assertEqual(variant["resolution"]["height"], height)
            self.assertEqual([sound["uri"] for sound in variant["audio"]], [uri])
            self.assertEqual([text["uri"] for text in variant["subtitles"]], ["text-en.m3u8"])
            self.assertEqual([text["name"] for text in variant["subtitles"]], [LABEL])
            self.assertRegex(variant["codecs"], r"^avc1\.[0-9a-f]{6},mp4a\.40\.2$")

    def test_ranges_are_the_whole_file(self):
        for key in ("low", "sound"):
            end = 0
            for segment in self.parsed("v4/%s_v4.m3u8" % key)["segments"]:
                self.assertEqual(segment["byterange"]["offset"], end)
                end += segment["byterange"]["length"]
            self.assertEqual(end, (self.out / ("v4/%s.ts" % key)).stat().st_size)

    def test_an_iframe_range_is_one_key_frame(self):
        playlist = self.parsed("v4/low_iframe.m3u8")
        self.assertTrue(playlist["isIFrame"])
        self.assertEqual(len(playlist["segments"]), 3)
        data = (self.out / "v4/low.ts").read_bytes()
        for segment in playlist["segments"]:
            offset = segment["byterange"]["offset"]
            with tempfile.NamedTemporaryFile(suffix=".ts") as part:
                part.write(data[offset:offset + segment["byterange"]["length"]])
                part.flush()
                packets = media_files.packets(part.name, "video")
                self.assertEqual([packet["key"] for packet in packets], [True])
                fine, complaint = media_files.decodes(part.name)
                self.assertTrue(fine, complaint)

    def test_dash_is_understood(self):
        found = self.answer["mpd"][0]
        self.assertAlmostEqual(found["duration"], SECONDS, delta=0.1)
        self.assertEqual([one["attributes"]["RESOLUTION"]["height"] for one in found["playlists"]],
                         HEIGHTS["dash"])
        for one in found["playlists"]:
            data = (self.out / "dash" / one["sidx"]["uri"].rpartition("/")[2]).read_bytes()
            at = one["sidx"]["byterange"]["offset"]
            box = data[at:at + one["sidx"]["byterange"]["length"]]
            self.assertEqual(box[4:8], b"sidx")
            self.assertEqual(int.from_bytes(box[:4], "big"), len(box))
            start = one["sidx"]["map"]["byterange"]["length"]
            self.assertEqual([kind for kind, _, _ in smooth.boxes(data[:start])],
                             ["ftyp", "moov"])
        [(label, captions)] = found["mediaGroups"]["SUBTITLES"]["subs"].items()
        self.assertEqual(label, LABEL)
        self.assertEqual(captions["language"], "en")
        [text] = captions["playlists"]
        self.assertEqual(text["resolvedUri"].rpartition("/")[2], "text-en.vtt")
        size = (self.out / "dash/text-en.vtt").stat().st_size
        self.assertAlmostEqual(text["attributes"]["BANDWIDTH"], size * 8 / SECONDS, delta=5)

    def test_smooth_fragments_are_where_they_are_said_to_be(self):
        ism = self.out / "smooth/list.ism"
        manifest = ElementTree.fromstring(self.text("smooth/list.ismc"))
        for stream in manifest.findall("StreamIndex"):
            time = 0
            chunks = stream.findall("c")
            self.assertEqual(int(stream.get("Chunks")), len(chunks))
            for chunk in chunks:
                time = int(chunk.get("t", time))
                for level in stream.findall("QualityLevel"):
                    data = smooth.fragment(ism, stream.get("Name"), int(level.get("Bitrate")), time)
                    self.check_fragment(data, time, int(chunk.get("d")))
                time += int(chunk.get("d"))
            self.assertAlmostEqual(time / 1e7, SECONDS, delta=0.1)

    def check_fragment(self, data, time, duration):
        """tfdt and the sum of trun are what the manifest says."""
        moof = next(smooth.boxes(data))
        traf = [box for box in smooth.boxes(data, *moof[1:]) if box[0] == "traf"]
        self.assertEqual(len(traf), 1)
        inside = {kind: start for kind, start, _ in smooth.boxes(data, *traf[0][1:])}
        self.assertEqual(int.from_bytes(data[inside["tfdt"] + 4:inside["tfdt"] + 12], "big"), time)
        trun = inside["trun"]
        count = int.from_bytes(data[trun + 4:trun + 8], "big")
        durations = [int.from_bytes(data[trun + 12 + 16 * i:trun + 16 + 16 * i], "big")
                     for i in range(count)]
        self.assertEqual(sum(durations), duration)


if __name__ == "__main__":
    unittest.main()
