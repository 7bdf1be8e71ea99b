"""What the server keeps of a job's memory, and until when."""

import unittest

from mockets_server import API, Server, main, make_clip, until

JOB = {"Input": {"Key": "film.mp4"},
       "Output": {"Key": "out.mp4", "PresetId": "1351620000001-000010"}}


class Memory(unittest.TestCase):

    def test_it_goes_back_when_nothing_comes(self):
        with Server() as server:
            make_clip(server.bucket("input") / "film.mp4",
                      "--size", "1280x720", "--seconds", "2", "--audio", "2")
            for _ in range(2):
                server.forget_peak()
                job = server.wait_job(server.create_job(JOB)["Id"])
                self.assertEqual(job["Status"], "Complete", job)
                peak = server.peak_mib()
                self.assertGreater(peak, 100)
                until(lambda: server.resident_mib() < 80, seconds=60, pause=0.2)
                JOB["Output"]["Key"] = "another.mp4"
            self.assertEqual(server.request("GET", API + "/jobs/" + job["Id"]).status, 200)


if __name__ == "__main__":
    main()
