"""With a fixed number of threads a job gives the same bytes, whatever runs beside it."""

import hashlib
import pathlib
import tempfile
import unittest

import media_files
from mockets_server import Server

# In two passes, as from four seconds on, and in one.
FILMS = {"long": 5, "short": 2}
OUTPUTS = (("film", "1351620000001-000061", {"ThumbnailPattern": "film-{count}"}),
           ("480p", "1351620000002-000480", {"SegmentDuration": "3"}),
           ("360p", "1351620000002-000360", {"SegmentDuration": "3"}))


class BitExact(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.films = pathlib.Path(folder.name)
        for name, seconds in FILMS.items():
            media_files.make_clip(cls.films / name, "--size", "640x360", "--rate", 30,
                                  "--seconds", seconds, "--audio", 2)

    def submit(self, server, film, prefix):
        names = [key for key, _, more in OUTPUTS if "SegmentDuration" in more]
        return server.create_job({
            "Inputs": [{"Key": film}], "OutputKeyPrefix": prefix,
            "Outputs": [{"Key": key, "PresetId": preset, **more} for key, preset, more in OUTPUTS],
            "Playlists": [{"Name": "all", "Format": "HLSv3", "OutputKeys": names}],
        })["Id"]

    def made(self, server, job_id, prefix):
        """The job's files and what they are."""
        job = server.wait_job(job_id)
        self.assertEqual(job["Status"], "Complete", job)
        folder = server.bucket("output") / prefix
        return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in folder.rglob("*") if path.is_file()}

    def serve(self, workers):
        server = Server("--bucket", f"input={self.films}", "--workers", workers,
                        "--encoder-threads", 2)
        self.addCleanup(server.stop)
        return server

    def test_same_bytes(self):
        one, many = self.serve(1), self.serve(2)
        self.assertNotEqual(*(self.made(one, self.submit(one, film, f"{film}-0/"),
                                        f"{film}-0/")["film"] for film in FILMS))
        for film in FILMS:
            with self.subTest(film):
                first = self.made(one, self.submit(one, film, f"{film}-1/"), f"{film}-1/")
                self.assertLessEqual({"film", "480p.m3u8", "all.m3u8"}, set(first))
                self.assertGreater(len(first), len(OUTPUTS))
                again = self.made(one, self.submit(one, film, f"{film}-2/"), f"{film}-2/")
                self.assertEqual(again, first, "the second time")
                alone = self.made(many, self.submit(many, film, f"{film}-1/"), f"{film}-1/")
                self.assertEqual(alone, first, "with two workers")
                jobs = [(self.submit(many, name, f"{film}-{name}-{i}/"), name,
                         f"{film}-{name}-{i}/") for i in range(2) for name in FILMS]
                for job_id, name, prefix in jobs:
                    beside = self.made(many, job_id, prefix)
                    if name == film:
                        self.assertEqual(beside, first, "beside others")


if __name__ == "__main__":
    unittest.main()
