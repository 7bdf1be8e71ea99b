"""A store with very many jobs: listings are complete both ways, and the server starts."""

import os
import sqlite3
import time
import unittest

from mockets_server import API, Server, main

JOBS = int(os.environ.get("MOCKETS_SOAK_JOBS", "120000"))
PIPELINE = "1351620000002-deflt0"
STATES = ("Submitted", "Complete", "Error")

# Every state in turn, in the pipeline that is held so that nothing runs.
FILL = """
INSERT INTO jobs (id, pipeline_id, state, attempts, document)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count),
named (id, state) AS (
 SELECT printf('%013d-%06d', :begin + i / 3, i * 7919 % 1000000),
  CASE i % 3 WHEN 0 THEN 'Submitted' WHEN 1 THEN 'Complete' ELSE 'Error' END FROM n)
SELECT id, :pipeline, state, 1, json_object('Id', id, 'Status', state) FROM named
"""


class ManyJobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        data = cls.server.data
        with sqlite3.connect(data / "mockets.db", timeout=60) as db:
            db.execute("PRAGMA synchronous = OFF")
            db.execute("UPDATE records SET held = 1 WHERE id = ?", (PIPELINE,))
            # not long ago: listings forget
            begin = int(time.time() * 1000) - 2 * JOBS
            db.execute(FILL, {"count": JOBS, "pipeline": PIPELINE, "begin": begin})
            cls.ids = {None: []}
            for state in STATES:
                cls.ids[state] = []
            for job, state in db.execute("SELECT id, state FROM jobs ORDER BY seq"):
                cls.ids[None].append(job)
                cls.ids[state].append(job)
        db.close()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def pages(self, path, ascending):
        """All jobs of a listing, page by page."""
        query, found = "?Ascending=" + ("true" if ascending else "false"), []
        token = ""
        while token is not None:
            status, body = self.server.get(
                path + query + ("&PageToken=" + token if token else ""))
            self.assertEqual(status, 200, body)
            self.assertTrue(body["Jobs"])
            found += body["Jobs"]
            token = body["NextPageToken"]
        return found

    def check(self, path, state):
        wanted = self.ids[state]
        for ascending in (True, False):
            with self.subTest(path=path, ascending=ascending):
                found = self.pages(path, ascending)
                ids = [job["Id"] for job in found]
                self.assertEqual(len(set(ids)), len(ids), "a job is listed twice")
                self.assertEqual(ids, wanted if ascending else wanted[::-1])
                if state:
                    self.assertEqual({job["Status"] for job in found}, {state})

    def test_by_pipeline(self):
        self.check(API + "/jobsByPipeline/" + PIPELINE, None)

    def test_by_status(self):
        for state in STATES:
            self.check(API + "/jobsByStatus/" + state, state)

    def test_pages_go_on_while_jobs_come_in(self):
        """Newest first: what comes in meanwhile is in front of all pages, and shifts none."""
        path = API + "/jobsByPipeline/" + PIPELINE
        before = self.ids[None][-400:]
        found, token = [], None
        for _ in range(8):
            _, body = self.server.get(path + ("?PageToken=" + token if token else ""))
            found += [job["Id"] for job in body["Jobs"]]
            token = body["NextPageToken"]
            made = self.server.create_job({"PipelineId": PIPELINE, "Input": {"Key": "a.mov"},
                                           "Output": {"Key": "a.mp4",
                                                      "PresetId": "1351620000001-000001"}})
            self.ids[None].append(made["Id"])
            self.ids["Submitted"].append(made["Id"])
        self.assertEqual(found, before[::-1])

    def test_start_up(self):
        """The same directory, stopped well and cut off, is served again with every job."""
        number = self.ids[None]
        for end in ("stop", "kill"):
            with self.subTest(end=end):
                type(self).server = self.again(end)
                for job in (number[0], number[len(number) // 2], number[-1]):
                    self.assertEqual(self.server.read_job(job)["Id"], job)

    def again(self, end):
        old = self.server
        data, made, old._made = old.data, old._made, None
        getattr(old, end)()
        new = Server(data=data)
        new._made = made
        return new


if __name__ == "__main__":
    main()
