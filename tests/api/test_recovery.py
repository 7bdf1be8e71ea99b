"""A server that is killed in the middle of a job loses nothing and shows nothing half-made."""

import contextlib
import json
import pathlib
import shutil
import sqlite3
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

    def begin(self, server, seconds=20):
        """Start the job and return its id as soon as media time has been worked through."""
        media_files.make_clip(
            self.data / "buckets/input/long",
            "--size", "426x240", "--rate", 30, "--seconds", seconds, "--audio", 2,
        )
        job_id = server.create_job(JOB)["Id"]
        until(lambda: server.request("GET", f"/_mockets/jobs/{job_id}").json["DoneMillis"] > 500)
        return job_id

    def is_unfinished(self, job_id):
        """Was the job still being made, nothing of it visible, when its server ended?"""
        with contextlib.closing(sqlite3.connect(self.data / "mockets.db")) as db:
            state, context = db.execute(
                "SELECT state, context FROM jobs WHERE id = ?", (job_id,)
            ).fetchone()
        return state == "Progressing" and not json.loads(context)["Published"]

    def interrupt(self, end, *flags):
        """
        Have end(server) end a server in the middle of a job; return the job's id, what end()
        returned, and the length of the film: on a fast machine it takes a longer one.
        """
        for seconds in (20, 60, 180, 540):
            server = self.start(*flags)
            job_id = self.begin(server, seconds)
            ended = end(server)
            if self.is_unfinished(job_id):
                return job_id, ended, seconds
            shutil.rmtree(self.data)
        raise AssertionError("this machine cannot be interrupted")

    def visible(self):
        return sorted(path.name for path in self.out.iterdir() if path.is_file())

    def test_kill(self):
        def end(server):
            following = server.create_job(
                {"Inputs": [{"Key": "long"}],
                 "Outputs": [{"Key": "next.mp4", "PresetId": "1351620000001-000061"}]}
            )["Id"]
            server.kill()
            return following

        job_id, following, seconds = self.interrupt(end)
        self.assertEqual(self.visible(), [])

        server = self.start()
        job = server.wait_job(job_id)
        self.assertEqual(job["Status"], "Complete", job)
        self.assertEqual(server.wait_job(following)["Status"], "Complete")
        segments = [f"hls720p{i:05}.ts" for i in range(seconds // 2)]
        wanted = ["film.mp4", *segments, "hls720p.m3u8", "list.m3u8", "next.mp4"]
        self.assertEqual(self.visible(), sorted(wanted))
        fine, complaint = media_files.decodes(self.out / "film.mp4")
        self.assertTrue(fine, complaint)
        self.assertAlmostEqual(media_files.duration(self.out / "film.mp4"), seconds, delta=0.1)
        unfinished = [path for path in (self.out / ".mockets").rglob("*") if path.is_file()]
        self.assertEqual(unfinished, [])

    def test_stop_hands_the_job_back(self):
        job_id, _, _ = self.interrupt(lambda server: server.stop(), "--drain-seconds", "0")
        self.assertEqual(self.visible(), [])
        server = self.start()
        self.assertEqual(server.wait_job(job_id)["Status"], "Complete")

    def test_stop_drains(self):
        server = self.start("--drain-seconds", "600")
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
