"""What the server keeps of a job's memory, and until when."""

import unittest

from mockets_server import Server, main, make_clip, until


class Memory(unittest.TestCase):

    def test_it_goes_back_when_nothing_comes(self):
        with Server() as server:
            make_clip(server.bucket("input") / "film.mp4",
                      "--size", "1280x720", "--seconds", "2", "--audio", "2")
            for key in ("out.mp4", "another.mp4"):
                server.forget_peak()
                job = server.create_job({"Input": {"Key": "film.mp4"}, "Output": {
                    "Key": key, "PresetId": "1351620000001-000010"}})
                job = server.wait_job(job["Id"])
                self.assertEqual(job["Status"], "Complete", job)
                self.assertGreater(server.peak_mib(), 100)
                until(lambda: server.resident_mib() < 80, seconds=60, pause=0.2)


if __name__ == "__main__":
    main()
