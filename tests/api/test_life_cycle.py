"""States of pipelines, presets and jobs, and what each of them allows."""

import contextlib
import http.server
import json
import pathlib
import queue
import sqlite3
import tempfile
import threading
import time
import unittest

import media_files
from mockets_server import API, Server, ServerTest, make_clip, until

ROLE = "arn:aws:iam::123456789012:role/r"
SMALL = "1351620000001-000061"


class Plane(ServerTest):
    def call(self, method, path, body=None, status=200):
        answer = self.server.request(method, API + path, body)
        self.assertEqual(answer.status, status, answer.body)
        return answer.json

    def pipeline(self, **members):
        body = {"Name": "p", "InputBucket": "input", "OutputBucket": "output", "Role": ROLE}
        return self.call("POST", "/pipelines", {**body, **members}, 201)["Pipeline"]["Id"]

    def pause(self, pipeline, status="Paused"):
        return self.call("POST", f"/pipelines/{pipeline}/status", {"Status": status})

    def job(self, pipeline, key):
        return self.call("POST", "/jobs", {
            "PipelineId": pipeline, "Inputs": [{"Key": "film"}],
            "Outputs": [{"Key": key, "PresetId": SMALL}],
        }, 201)["Job"]["Id"]


class Receiver:
    """An HTTP server that keeps what is posted to it."""

    def __init__(self):
        posts = self.posts = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                posts.put(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def take(self):
        return json.loads(self.posts.get(timeout=60))


class Jobs(Plane):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        media_files.make_clip(
            cls.server.bucket("input") / "film", "--size", "160x120", "--seconds", 1, "--audio", 1
        )

    def test_paused_pipeline_holds_its_jobs(self):
        held, free = self.pipeline(), self.pipeline()
        self.assertEqual(self.pause(held)["Pipeline"]["Status"], "Paused")
        jobs = [self.job(held, f"held{i}.mp4") for i in range(3)]
        self.assertEqual(self.server.wait_job(self.job(free, "free.mp4"))["Status"], "Complete")
        for job in jobs:
            self.assertEqual(self.server.read_job(job)["Status"], "Submitted")
        self.pause(held, "Active")
        done = [self.server.wait_job(job) for job in jobs]
        self.assertEqual({job["Status"] for job in done}, {"Complete"})
        starts = [job["Timing"]["StartTimeMillis"] for job in done]
        self.assertEqual(starts, sorted(starts))

    def test_changes_reach_jobs_that_wait(self):
        """The buckets of a pipeline are those that it has when a job starts; new ones are made."""
        pipeline = self.pipeline()
        self.pause(pipeline)
        job = self.job(pipeline, "moved.mp4")
        made = self.call("PUT", f"/pipelines/{pipeline}", {
            "InputBucket": "other-in", "ContentConfig": {"Bucket": "other-out"},
        })["Pipeline"]
        self.assertEqual((made["InputBucket"], made["ContentConfig"]["Bucket"],
                          made["ThumbnailConfig"]["Bucket"], made["OutputBucket"]),
                         ("other-in", "other-out", "output", None))
        film = self.server.bucket("input") / "film"
        (self.server.bucket("other-in") / "film").write_bytes(film.read_bytes())
        self.pause(pipeline, "Active")
        done = self.server.wait_job(job)
        self.assertEqual(done["Status"], "Complete", done["Output"]["StatusDetail"])
        self.assertTrue((self.server.bucket("other-out") / "moved.mp4").is_file())
        self.assertFalse((self.server.bucket("output") / "moved.mp4").exists())

    def test_cancel(self):
        pipeline = self.pipeline()
        self.pause(pipeline)
        job = self.job(pipeline, "never.mp4")
        self.assertEqual(self.call("DELETE", f"/jobs/{job}", status=202), {"Success": "true"})
        read = self.server.read_job(job)
        self.assertEqual((read["Status"], read["Output"]["Status"]), ("Canceled", "Canceled"))
        self.assertIsNone(read["Timing"]["StartTimeMillis"])
        self.assertIsNotNone(read["Timing"]["FinishTimeMillis"])
        message = self.check_fault(
            self.server.request("DELETE", f"{API}/jobs/{job}"), 409, "ResourceInUseException"
        )
        self.assertEqual(
            message,
            f"The job was already in use: accountId=000000000000, resourceId={job}.",
        )
        self.pause(pipeline, "Active")
        self.assertEqual(self.server.read_job(job)["Status"], "Canceled")
        page = self.call("GET", "/jobsByStatus/Canceled")
        self.assertIn(job, [listed["Id"] for listed in page["Jobs"]])

    def test_pipeline_with_jobs_stays(self):
        pipeline = self.pipeline()
        self.pause(pipeline)
        job = self.job(pipeline, "stays.mp4")
        message = self.check_fault(
            self.server.request("DELETE", f"{API}/pipelines/{pipeline}"), 409,
            "ResourceInUseException",
        )
        self.assertEqual(
            message,
            f"The pipeline contains active jobs: account=000000000000, pipeline={pipeline}.",
        )
        self.call("DELETE", f"/jobs/{job}", status=202)
        self.assertEqual(
            self.call("DELETE", f"/pipelines/{pipeline}", status=202), {"Success": "true"}
        )
        self.check_fault(
            self.server.request("GET", f"{API}/pipelines/{pipeline}"), 404,
            "ResourceNotFoundException",
        )

    def test_job_keeps_its_preset(self):
        preset = json.loads(
            json.dumps(self.call("GET", f"/presets/{SMALL}")["Preset"])
        )
        for name in ("Id", "Arn", "Type"):
            del preset[name]
        del preset["Video"]["Watermarks"]
        made = self.call("POST", "/presets", {**preset, "Name": "mine"}, 201)
        self.assertEqual((made["Preset"]["Type"], made["Warning"]), ("Custom", ""))
        mine = made["Preset"]["Id"]
        pipeline = self.pipeline()
        self.pause(pipeline)
        job = self.call("POST", "/jobs", {
            "PipelineId": pipeline, "Inputs": [{"Key": "film"}],
            "Outputs": [{"Key": "kept.mp4", "PresetId": mine}],
        }, 201)["Job"]["Id"]
        self.call("DELETE", f"/presets/{mine}", status=202)
        self.check_fault(
            self.server.request("GET", f"{API}/presets/{mine}"), 404, "ResourceNotFoundException"
        )
        self.pause(pipeline, "Active")
        self.assertEqual(self.server.wait_job(job)["Status"], "Complete")

    def test_system_preset_stays(self):
        message = self.check_fault(
            self.server.request("DELETE", f"{API}/presets/{SMALL}"), 403, "AccessDeniedException"
        )
        self.assertEqual(
            message,
            f"Deleting a system preset is not allowed: account=000000000000, presetId={SMALL}.",
        )


class Workers(unittest.TestCase):
    """Jobs of one frame that come all at once."""

    COUNT = 12

    def run_jobs(self, *flags):
        with Server(*flags) as server:
            make_clip(server.bucket("input") / "film", "--size", "64x64", "--seconds", "0.04",
                      "--audio", "2")
            jobs = [server.create_job({"Inputs": [{"Key": "film"}],
                                       "Outputs": [{"Key": str(i), "PresetId": SMALL}]})
                    for i in range(self.COUNT)]
            return [server.wait_job(job["Id"]) for job in jobs]

    def test_each_is_made(self):
        jobs = self.run_jobs()
        for job in jobs:
            self.assertEqual(job["Status"], "Complete", job)
            self.assertEqual(job["Input"]["DetectedProperties"]["Width"], 64)
        began = [job["Timing"]["StartTimeMillis"] for job in jobs]
        self.assertEqual(began, sorted(began))

    def test_one_worker_has_one_at_a_time(self):
        jobs = self.run_jobs("--workers", "1")
        for job in jobs:
            self.assertEqual(job["Status"], "Complete", job)
        for job, after in zip(jobs, jobs[1:]):
            self.assertLessEqual(job["Timing"]["FinishTimeMillis"],
                                 after["Timing"]["StartTimeMillis"])


class Listings(unittest.TestCase):
    def test_listings_forget(self):
        """A job is in the listings for half a year, and can be read for ever."""
        job = {"Input": {"Key": "nothing"}, "Output": {"Key": "x.mp4", "PresetId": SMALL}}
        paths = ("/jobsByStatus/Error", "/jobsByPipeline/your-pipeline-id")
        day = 24 * 3600 * 1000
        now = int(time.time() * 1000)
        old, young = ("%013d-aaaaaa" % (now - days * day) for days in (190, 170))
        with tempfile.TemporaryDirectory() as data:
            with Server(data=data) as server:
                made = [server.wait_job(server.create_job(job)["Id"])["Id"] for _ in range(3)]
            with contextlib.closing(sqlite3.connect(pathlib.Path(data) / "mockets.db")) as db:
                for before, after in zip(made, (old, young)):
                    db.execute("UPDATE jobs SET id = ?2, document = replace(document, ?1, ?2)"
                               " WHERE id = ?1", (before, after))
                db.commit()
            with Server(data=data) as server:
                for path in paths:
                    for ascending, wanted in (("true", [young, made[2]]),
                                              ("false", [made[2], young])):
                        listed = server.get(f"{API}{path}?Ascending={ascending}")[1]
                        self.assertEqual([item["Id"] for item in listed["Jobs"]], wanted)
                        self.assertIsNone(listed["NextPageToken"])
                self.assertEqual(server.read_job(old)["Id"], old)


class Messages(unittest.TestCase):
    def test_warning(self):
        """An output with a remark is told of on the topic for warnings, and as COMPLETED."""
        warned, done = ("arn:aws:sns:us-east-1:123456789012:" + name for name in "wd")
        with Receiver() as receiver, Server(options=[
            "--topic", f"{warned}={receiver.url}/w", "--topic", f"{done}={receiver.url}/d"
        ]) as server:
            media_files.make_clip(server.bucket("input") / "film", "--size", "160x120",
                                  "--seconds", 1, "--audio", 6)
            made = server.post(f"{API}/pipelines", {
                "Name": "p", "InputBucket": "input", "OutputBucket": "output", "Role": ROLE,
                "Notifications": {"Warning": warned, "Completed": done},
            })[1]["Pipeline"]["Id"]
            job = server.wait_job(server.create_job({
                "PipelineId": made, "Input": {"Key": "film"},
                "Output": {"Key": "x.mp4", "PresetId": "1351620000001-000040"},
            })["Id"])
            self.assertEqual(job["Status"], "Complete")
            envelopes = [receiver.take() for _ in range(2)]
        told = [(envelope["TopicArn"], json.loads(envelope["Message"]))
                for envelope in envelopes]
        self.assertEqual([(topic, message["state"]) for topic, message in told],
                         [(warned, "WARNING"), (done, "COMPLETED")])
        for _, message in told:
            self.assertIn("6 audio channels", message["outputs"][0]["statusDetail"])
        self.assertEqual(envelopes[0]["Subject"],
                         f"The Amazon Elastic Transcoder job {job['Id']} has warnings.")


class Pipelines(Plane):
    def test_update(self):
        pipeline = self.pipeline(AwsKmsKeyArn="key")
        topic = "arn:aws:sns:us-east-1:123456789012:t"
        made = self.call("PUT", f"/pipelines/{pipeline}", {"Name": "q", "AwsKmsKeyArn": ""})
        self.assertEqual(made["Pipeline"]["Name"], "q")
        self.assertFalse(made["Pipeline"]["AwsKmsKeyArn"])
        self.assertEqual(made["Pipeline"]["InputBucket"], "input")
        self.assertEqual(made["Warnings"], [])
        made = self.call("POST", f"/pipelines/{pipeline}/notifications", {
            "Notifications": {"Progressing": "", "Completed": topic, "Warning": "", "Error": ""}
        })
        self.assertEqual(set(made), {"Pipeline"})
        self.assertEqual(made["Pipeline"]["Notifications"]["Completed"], topic)
        read = self.call("GET", f"/pipelines/{pipeline}")["Pipeline"]
        self.assertEqual((read["Name"], read["Notifications"]["Completed"]), ("q", topic))

    def test_other_regions_are_warned_of(self):
        there = "arn:aws:sns:eu-west-1:123456789012:t"
        made = self.call("POST", "/pipelines", {
            "Name": "p", "InputBucket": "input", "OutputBucket": "output", "Role": ROLE,
            "Notifications": {"Error": there},
        }, 201)
        self.assertEqual([warning["Code"] for warning in made["Warnings"]], ["6006"])
        self.assertIn("topic for Error events", made["Warnings"][0]["Message"])
        path = "/pipelines/" + made["Pipeline"]["Id"]
        self.assertEqual(self.call("GET", path), made)
        changed = self.call("PUT", path, {"Notifications": {"Error": "", "Warning": there}})
        self.assertEqual([warning["Code"] for warning in changed["Warnings"]], ["6004"])

    def test_test_role(self):
        body = {"Role": ROLE, "InputBucket": "input", "OutputBucket": "output", "Topics": []}
        self.assertEqual(
            self.call("POST", "/roleTests", body), {"Success": "true", "Messages": []}
        )
        body["OutputBucket"] = "nowhere"
        self.assertEqual(
            self.call("POST", "/roleTests", body),
            {"Success": "false",
             "Messages": [f"The role {ROLE} does not have access to the bucket: nowhere"]},
        )

    def test_presets_page_without_gaps(self):
        template = {
            "Name": "sound", "Container": "mp3",
            "Audio": {"Codec": "mp3", "SampleRate": "44100", "BitRate": "128", "Channels": "2"},
        }
        mine = [self.call("POST", "/presets", template, 201)["Preset"]["Id"] for _ in range(50)]
        for ascending in ("true", "false"):
            ids, token = [], ""
            while token is not None:
                more = f"&PageToken={token}" if token else ""
                page = self.call("GET", f"/presets?Ascending={ascending}{more}")
                ids += [preset["Id"] for preset in page["Presets"]]
                token = page["NextPageToken"]
            self.assertEqual(len(ids), 117)
            self.assertEqual(len(set(ids)), 117)
            self.assertEqual(ids[:50] if ascending == "true" else ids[:-51:-1], mine)


class Limits(unittest.TestCase):
    def test_account_limits(self):
        with Server("--aws-limits") as server:
            body = {"Name": "p", "InputBucket": "i", "OutputBucket": "o", "Role": ROLE}
            for _ in range(3):  # the pipeline "default" is the fourth
                self.assertEqual(server.request("POST", API + "/pipelines", body).status, 201)
            answer = server.request("POST", API + "/pipelines", body)
            self.assertEqual(
                (answer.status, answer.headers["x-amzn-ErrorType"], answer.json["message"]),
                (429, "LimitExceededException",
                 "The account already has the maximum number of pipelines allowed: "
                 "account=000000000000, maximum number of pipelines=4"),
            )

    def test_request_rate(self):
        with Server("--aws-limits") as server:
            path = API + "/jobs/1111111111111-abcdef"
            answer = until(
                lambda: (lambda a: a if a.status == 429 else None)(server.request("GET", path))
            )
            self.assertEqual(answer.headers["x-amzn-ErrorType"], "ThrottlingException")
        with Server() as server:
            statuses = {server.request("GET", path).status for _ in range(200)}
            self.assertEqual(statuses, {404})


if __name__ == "__main__":
    unittest.main()
