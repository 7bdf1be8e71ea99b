"""A server that is killed in the middle of a job loses nothing and shows nothing half-made."""

import pathlib
import tempfile
import unittest

import media_files
from mockets_server import Server, until

OUTPUTS = [
    {"Key": "film.mp4", "PresetId": "1351620000001-000010"},
    {"Key": "hls720p", "PresetId": "preset-id", "SegmentDuration": "2"},
]
JOB = {
    "Inputs": [{"Key": "long"}],
    "Outputs": OUTPUTS,
    "Playlists": [{"Name": "list", "Format": "HLSv3", "OutputKeys": ["hls720p"]}],
}


class Recovery(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "data"
        self.out = self.data / "buckets/output"

    def start(self, *flags):
        server = Server(*flags, data=self.data)
        self.addCleanup(lambda: server.process.poll() is None and server.stop())
        return server

    def begin(self, server):
        """Start the job and return its id as soon as media time has been worked through."""
        media_files.make_clip(
            self.data / "buckets/input/long",
            "--size", "426x240", "--rate", 30, "--seconds", 20, "--audio", 2,
        )
        job_id = server.create_job(JOB)["Id"]
        until(lambda: server.request("GET", f"/_mockets/jobs/{job_id}").json["DoneMillis"] > 500)
        return job_id

    def visible(self):
        return sorted(path.name for path in self.out.iterdir() if path.is_file())

    def test_kill(self):
        server = self.start()
        job_id = self.begin(server)
        following = server.create_job(
            {"Inputs": [{"Key": "long"}],
             "Outputs": [{"Key": "next.mp4", "PresetId": "1351620000001-000061"}]}
        )["Id"]
        server.kill()
        self.assertEqual(self.visible(), [])

        server = self.start()
        job = server.wait_job(job_id)
        self.assertEqual(job["Status"], "Complete", job)
        self.assertEqual(server.wait_job(following)["Status"], "Complete")
        segments = [f"hls720p{i:05}.ts" for i in range(10)]
        wanted = ["film.mp4", *segments, "hls720p.m3u8", "list.m3u8", "next.mp4"]
        self.assertEqual(self.visible(), sorted(wanted))
        fine, complaint = media_files.decodes(self.out / "film.mp4")
        self.assertTrue(fine, complaint)
        self.assertAlmostEqual(media_files.duration(self.out / "film.mp4"), 20, delta=0.1)
        unfinished = [path for path in (self.out / ".mockets").rglob("*") if path.is_file()]
        self.assertEqual(unfinished, [])

    def test_stop_hands_the_job_back(self):
        server = self.start("--drain-seconds", "0")
        job_id = self.begin(server)
        server.stop()
        self.assertEqual(self.visible(), [])
        server = self.start()
        self.assertEqual(server.wait_job(job_id)["Status"], "Complete")

    def test_stop_drains(self):
        server = self.start("--drain-seconds", "120")
        job_id = self.begin(server)
        server.stop()
        self.assertIn("film.mp4", self.visible())
        server = self.start()
        answer = server.request("GET", f"/2012-09-25/jobs/{job_id}")
        self.assertEqual((answer.status, answer.json["Job"]["Status"]), (200, "Complete"))

    def test_one_process_a_data_directory(self):
        self.start()
        with self.assertRaisesRegex(RuntimeError, "in use by another mockets"):
            Server(data=self.data)


if __name__ == "__main__":
    unittest.main()
