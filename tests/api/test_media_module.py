"""FFmpeg is loaded with the module of the media room, by the first who needs it."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

import mockets_server
from mockets_server import API, Server, make_clip, run

BUILD = pathlib.Path(os.environ["MOCKETS_BUILD"])
MODULE = "mockets-media.so"
JOB = {"Input": {"Key": "film.mp4"},
       "Output": {"Key": "out.mp4", "PresetId": "1351620000001-000061"}}


def mapped(server):
    """Which of these the server has in its memory."""
    maps = pathlib.Path(f"/proc/{server.process.pid}/maps").read_text()
    return [name for name in ("libavcodec", "libavfilter", MODULE) if name in maps]


class WhenNeeded(unittest.TestCase):

    def test_an_idle_server_has_none_of_it(self):
        with Server() as server:
            for path in ("/_mockets/health", "/_mockets/ready", API + "/presets", API + "/jobs"):
                server.request("GET", path)
            self.assertEqual(mapped(server), [])
            if not os.environ.get("MOCKETS_SANITIZE"):
                self.assertLess(server.resident_mib(), 30)
            make_clip(server.bucket("input") / "film.mp4")
            job = server.wait_job(server.create_job(JOB)["Id"])
            self.assertEqual(job["Status"], "Complete", job)
            self.assertEqual(len(mapped(server)), 3)

    def test_first_jobs_at_once(self):
        with Server("--workers", "4") as server:
            make_clip(server.bucket("input") / "film.mp4")
            jobs = [server.create_job({**JOB, "Output": {**JOB["Output"], "Key": f"{n}.mp4"}})
                    for n in range(4)]
            for job in jobs:
                self.assertEqual(server.wait_job(job["Id"])["Status"], "Complete")

    def test_log_of_ffmpeg(self):
        with Server("--log-level", "debug") as server:
            make_clip(server.bucket("input") / "film.mp4")
            server.wait_job(server.create_job(JOB)["Id"])
            self.assertRegex(server.read_log(), r" debug \[libx264 @ ")


class WhenNotThere(unittest.TestCase):

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="mockets-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name) / "bin"
        self.folder.mkdir()
        program = shutil.copy(BUILD / "mockets", self.folder)
        patch = mock.patch.object(mockets_server, "PROGRAM", program)
        patch.start()
        self.addCleanup(patch.stop)

    def check(self, sentence):
        with Server() as server:
            make_clip(server.bucket("input") / "film.mp4")
            for _ in range(2):
                job = server.wait_job(server.create_job(JOB)["Id"])
                self.assertEqual(job["Status"], "Error")
                self.assertRegex(job["Output"]["StatusDetail"],
                                 rf"^9999 [0-9a-f-]{{36}}: {sentence}$")
            self.assertEqual(server.request("GET", "/_mockets/health").status, 200)
        for command in ("presets", "version"):
            result = run(command)
            self.assertEqual(result.returncode, int(command == "presets"))
            self.assertRegex(result.stdout + result.stderr, rf"(?m){sentence}$")

    def test_missing(self):
        self.check(rf"the module {MODULE} cannot be loaded: {MODULE}: .*No such file or directory")

    def test_damaged(self):
        (self.folder / MODULE).write_text("not a library")
        self.check(rf"the module {MODULE} cannot be loaded: \S+/{MODULE}: .+")

    def test_of_another_build(self):
        source = self.folder / "other.c"
        source.write_text("const struct { const char *version; unsigned long size; }\n"
                          "mockets_media_door = {\"0.0.9\", 16};\n")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.folder / MODULE, source], check=True)
        self.check(rf"the module {MODULE} cannot be used: .* \(0\.0\.9, .*\)")


if __name__ == "__main__":
    mockets_server.main()
