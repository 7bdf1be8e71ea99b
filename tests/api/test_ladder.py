"""The main job, literally as tutorials have it, and everything about what comes out of it."""

import math
import pathlib
import tempfile
import unittest

import media_files
from mockets_server import Server

SAMPLE = """{"Inputs":[{"Key":"path_to_input_file_1"}],"Outputs":[\
{"Key":"path_to_input_file_1_av720p","PresetId":"preset-id","SegmentDuration":"3"},\
{"Key":"path_to_input_file_1_av480p","PresetId":"preset-id","SegmentDuration":"3"},\
{"Key":"path_to_input_file_1_av360p","PresetId":"preset-id","SegmentDuration":"3"}],\
"Playlists":[{"Name":"myplaylist","Format":"HLSv3","OutputKeys":["path_to_input_file_1_av720p",\
"path_to_input_file_1_av480p","path_to_input_file_1_av360p"]}]}"""

KEYS = [f"path_to_input_file_1_av{height}p" for height in (720, 480, 360)]
RATE = 30
FRAME = 1 / RATE


def post(server, text):
    """The request as it stands; status and answer."""
    answer = server.request("POST", "/2012-09-25/jobs", text.encode())
    return answer.status, answer.json


class Ladder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        data = pathlib.Path(cls.folder.name) / "data"
        cls.server = Server(data=data)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.addClassCleanup(cls.server.stop)
        media_files.make_clip(
            data / "buckets/input/path_to_input_file_1",
            "--size", "1280x720", "--rate", RATE, "--seconds", "7.5", "--audio", 2,
        )
        cls.out = data / "buckets/output"
        cls.status, created = post(cls.server, SAMPLE)
        cls.created = created["Job"]
        cls.job = cls.server.wait_job(cls.created["Id"])

    def segments(self, key):
        return [self.out / name for _, name in media_files.media_segments(self.out / f"{key}.m3u8")]

    def test_created(self):
        self.assertEqual(self.status, 201)
        self.assertEqual(self.created["Status"], "Submitted")
        self.assertEqual(
            [output["PresetId"] for output in self.created["Outputs"]],
            [f"1351620000002-000{height}" for height in (720, 480, 360)],
        )
        self.assertEqual(self.created["Input"], self.created["Inputs"][0])
        self.assertEqual(self.created["Output"], self.created["Outputs"][0])
        self.assertEqual(self.created["Outputs"][0]["SegmentDuration"], "3.0")
        self.assertIsNone(self.created["Outputs"][0]["StatusDetail"])
        self.assertEqual(self.created["Playlists"][0]["Status"], "Submitted")

    def test_job_tells_what_was_made(self):
        self.assertEqual(self.job["Status"], "Complete")
        found = self.job["Input"]["DetectedProperties"]
        self.assertEqual((found["Width"], found["Height"], found["FrameRate"]), (1280, 720, "30"))
        source = self.out.parent / "input/path_to_input_file_1"
        self.assertEqual(found["FileSize"], source.stat().st_size)
        self.assertAlmostEqual(found["DurationMillis"], 7500, delta=60)
        timing = self.job["Timing"]
        self.assertLessEqual(timing["SubmitTimeMillis"], timing["StartTimeMillis"])
        self.assertLessEqual(timing["StartTimeMillis"], timing["FinishTimeMillis"])
        for output, size in zip(self.job["Outputs"], [(1280, 720), (854, 480), (640, 360)]):
            self.assertEqual(output["Status"], "Complete")
            self.assertIsNone(output["StatusDetail"])
            self.assertEqual((output["Width"], output["Height"]), size)
            self.assertEqual(output["FrameRate"], "30")
            self.assertAlmostEqual(output["DurationMillis"], 7500, delta=60)
            self.assertEqual(output["Duration"], math.ceil(output["DurationMillis"] / 1000))
            sizes = sum(path.stat().st_size for path in self.segments(output["Key"]))
            self.assertEqual(output["FileSize"], sizes)
        self.assertEqual(self.job["Playlists"][0]["Status"], "Complete")
        self.assertEqual(self.job["Output"], self.job["Outputs"][0])

    def test_nothing_else_is_there(self):
        wanted = {"myplaylist.m3u8"}
        for key in KEYS:
            wanted.add(f"{key}.m3u8")
            wanted.update(f"{key}{i:05}.ts" for i in range(3))
        self.assertEqual({path.name for path in self.out.iterdir() if path.is_file()}, wanted)

    def test_master_fits_the_segments(self):
        variants = media_files.master_variants(self.out / "myplaylist.m3u8")
        self.assertEqual([uri for _, uri in variants], [f"{key}.m3u8" for key in KEYS])
        for attributes, uri in variants:
            listed = media_files.media_segments(self.out / uri)
            sizes = [(self.out / name).stat().st_size for _, name in listed]
            peak = max(size * 8 / seconds for size, (seconds, _) in zip(sizes, listed))
            average = sum(sizes) * 8 / sum(seconds for seconds, _ in listed)
            self.assertGreaterEqual(int(attributes["BANDWIDTH"]), peak)
            self.assertLess(int(attributes["BANDWIDTH"]), peak + 1001)
            self.assertGreaterEqual(int(attributes["AVERAGE-BANDWIDTH"]), average - 1)
            self.assertLess(int(attributes["AVERAGE-BANDWIDTH"]), average + 1001)
            first = self.out / listed[0][1]
            video = media_files.streams(first)["video"]
            self.assertEqual(attributes["RESOLUTION"], f"{video['width']}x{video['height']}")
            avc = "avc1.%02x%02x%02x" % media_files.sps(first)
            self.assertEqual(attributes["CODECS"], f"{avc},mp4a.40.2")

    def test_media_playlists(self):
        for key in KEYS:
            text = (self.out / f"{key}.m3u8").read_text()
            self.assertTrue(text.startswith("#EXTM3U\n"))
            self.assertTrue(text.endswith("#EXT-X-ENDLIST\n"))
            self.assertIn("#EXT-X-TARGETDURATION:3\n", text)

    def test_segments_start_with_key_frames_where_they_should(self):
        starts = {}
        for key in KEYS:
            listed = media_files.media_segments(self.out / f"{key}.m3u8")
            starts[key] = []
            for i, (seconds, name) in enumerate(listed):
                frames = media_files.packets(self.out / name, "video")
                self.assertTrue(frames[0]["key"], name)
                first = min(frame["pts"] for frame in frames)
                self.assertAlmostEqual(frames[0]["pts"], first, places=4)
                starts[key].append(round(first, 3))
                if i + 1 < len(listed):
                    self.assertAlmostEqual(seconds, 3, delta=FRAME + 1e-6)
                self.assertAlmostEqual(len(frames) * FRAME, seconds, delta=1e-3)
        self.assertEqual(starts[KEYS[0]], starts[KEYS[1]])
        self.assertEqual(starts[KEYS[0]], starts[KEYS[2]])

    def test_no_gaps_and_no_overlaps(self):
        for key in KEYS:
            for kind, step in (("video", FRAME), ("audio", 1024 / 48000)):
                times = sorted(
                    packet["pts"]
                    for segment in self.segments(key)
                    for packet in media_files.packets(segment, kind)
                )
                for before, after in zip(times, times[1:]):
                    self.assertAlmostEqual(after - before, step, delta=0.0005, msg=f"{key} {kind}")

    def test_sound_is_in_step(self):
        for key in KEYS:
            first = self.segments(key)[0]
            picture = min(packet["pts"] for packet in media_files.packets(first, "video"))
            sound = media_files.packets(first, "audio")[0]["pts"]
            self.assertLess(abs(picture - sound), 0.050)

    def test_it_decodes(self):
        for key in KEYS:
            fine, complaint = media_files.decodes(self.out / f"{key}.m3u8")
            self.assertTrue(fine, complaint)

    def test_again_it_is_3002(self):
        _, created = post(self.server, SAMPLE)
        before = {path: path.stat().st_mtime_ns for path in self.out.iterdir() if path.is_file()}
        job = self.server.wait_job(created["Job"]["Id"])
        self.assertEqual(job["Status"], "Error")
        for output in job["Outputs"]:
            self.assertRegex(
                output["StatusDetail"],
                r"^3002 [0-9a-f-]{36}: The specified object could not be saved in the specified "
                r"bucket because an object by that name already exists: bucket=output, "
                rf"key={output['Key']}00000.ts\.$",
            )
        self.assertRegex(job["Playlists"][0]["StatusDetail"], r"^1001 [0-9a-f-]{36}: Amazon")
        after = {path: path.stat().st_mtime_ns for path in self.out.iterdir() if path.is_file()}
        self.assertEqual(before, after)


if __name__ == "__main__":
    unittest.main()
