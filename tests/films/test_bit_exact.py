"""With a fixed number of threads a job gives the same bytes, whatever runs beside it."""

import hashlib
import pathlib
import tempfile
import unittest

import media_files
from mockets_server import Server

# In two passes, as from four seconds on, and in one; fields, and a width that fills no whole
# blocks.
FILMS = {"long": ("--size", "640x360", "--rate", 30, "--seconds", 5),
         "short": ("--size", "640x360", "--rate", 30, "--seconds", 2),
         "woven": ("--size", "346x268", "--rate", 25, "--seconds", 5, "--interlaced")}
OUTPUTS = (("film", "1351620000001-000061", {"ThumbnailPattern": "film-{count}"}),
           ("b-frames", "1351620000001-200010", {}),
           ("webm", "1351620000001-100260", {}),
           ("480p", "1351620000002-000480", {"SegmentDuration": "3"}),
           ("360p", "1351620000002-000360", {"SegmentDuration": "3"}))


class BitExact(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.films = pathlib.Path(folder.name)
        for name, options in FILMS.items():
            media_files.make_clip(cls.films / name, *options, "--audio", 2)

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

    def make(self, server, film, prefix):
        return self.made(server, self.submit(server, film, prefix), prefix)

    def serve(self, workers, rest):
        """A server whose memory is full of rest where nobody has written yet."""
        server = Server("--bucket", f"input={self.films}", "--workers", workers,
                        "--encoder-threads", 2, env={"MALLOC_PERTURB_": str(rest)})
        self.addCleanup(server.stop)
        return server

    def test_same_bytes(self):
        one, many = self.serve(1, 85), self.serve(2, 170)
        first = {film: self.make(one, film, f"{film}-0/") for film in FILMS}
        self.assertNotEqual(first["long"]["film"], first["short"]["film"])
        for film in FILMS:
            with self.subTest(film):
                self.assertLessEqual({"film", "480p.m3u8", "all.m3u8"}, set(first[film]))
                self.assertGreater(len(first[film]), len(OUTPUTS))
                again = self.make(one, film, f"{film}-1/")
                self.assertEqual(again, first[film], "the second time")
                alone = self.make(many, film, f"{film}-1/")
                self.assertEqual(alone, first[film], "with two workers")
        jobs = [(self.submit(many, film, f"{film}-beside{i}/"), film, f"{film}-beside{i}/")
                for i in range(2) for film in FILMS]
        for job_id, film, prefix in jobs:
            with self.subTest(film):
                self.assertEqual(self.made(many, job_id, prefix), first[film], "beside others")


if __name__ == "__main__":
    unittest.main()
