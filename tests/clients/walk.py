"""
What every client is asked to do, and what must come of it.

A walk is a program in the client's own language. It is told where the server is by MOCKETS_URL
and which pipeline holds a backlog by MOCKETS_QUEUE, goes through the whole life of a pipeline, a
preset and a job, and prints one JSON object of what the client handed it: strings as strings,
numbers as numbers, failures as {"type", "code", "status", "message", "request"} where type is the
client's own exception class (null where a client does not tell one of these). The tests here look
at that object, so that all clients are held to the same.
"""

import json
import os
import pathlib
import subprocess
import unittest

from mockets_server import API, Server, environment, make_clip

SOURCE = pathlib.Path(__file__).parent
SCRATCH = pathlib.Path(os.environ["MOCKETS_BUILD"]) / "tests/clients"
PYTHON = "/usr/bin/python3"

ACCOUNT = "123456789012"
REGION = "us-east-1"
ROLE = "arn:aws:iam::%s:role/Elastic_Transcoder_Default_Role" % ACCOUNT
TOPIC = "arn:aws:sns:%s:%s:films" % (REGION, ACCOUNT)
NAME = 'F\u00fcnf "Filme" & <mehr>'
BACKLOG = 53  # one more page than one
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
ID = r"^\d{13}-[a-z0-9]{6}$"


def make_backlog(server):
    """A paused pipeline full of jobs that stay Submitted; its id and theirs."""
    status, made = server.post(API + "/pipelines", {
        "Name": "queue", "InputBucket": "input", "OutputBucket": "output", "Role": ROLE})
    assert status == 201, made
    pipeline = made["Pipeline"]["Id"]
    status, answer = server.post(API + "/pipelines/%s/status" % pipeline, {"Status": "Paused"})
    assert status == 200, answer
    jobs = [server.create_job({"PipelineId": pipeline, "Input": {"Key": "clip.mp4"},
                               "Output": {"Key": "never/%d" % i,
                                          "PresetId": "1351620000001-000061"}})["Id"]
            for i in range(BACKLOG)]
    return pipeline, jobs


class WalkTest(unittest.TestCase):
    """A subclass says how its walk is started."""

    tells_status = True
    tells_request = True
    pages = True  # tells pages apart

    @classmethod
    def command(cls):
        """The walk as a list of words, and what its environment needs beyond the usual."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        command, more = cls.command()
        cls.server = Server("--account-id", ACCOUNT, "--region", REGION)
        cls.addClassCleanup(cls.server.stop)
        make_clip(cls.server.bucket("input") / "clip.mp4")
        cls.queue, cls.backlog = make_backlog(cls.server)
        cls.walked = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, timeout=800,
            env=environment(MOCKETS_URL=cls.server.url, MOCKETS_QUEUE=cls.queue,
                            AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b",
                            AWS_DEFAULT_REGION=REGION, AWS_REGION=REGION,
                            AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
                            AWS_EC2_METADATA_DISABLED="true", NO_PROXY="*", **more))
        if cls.walked.returncode:
            raise AssertionError("the walk ended with %d: %s%s" % (
                cls.walked.returncode, cls.walked.stdout, cls.walked.stderr))
        cls.seen = json.loads(cls.walked.stdout)

    def check_failure(self, failure, exception, status, message=None):
        self.assertIsNotNone(failure, "nothing failed")
        self.assertEqual((failure["type"], failure["code"]), (exception, exception), failure)
        if self.tells_status:
            self.assertEqual(failure["status"], status)
        if self.tells_request:
            self.assertRegex(failure["request"], UUID)
        if message:
            self.assertEqual(failure["message"], message)
        self.assertTrue(failure["message"])

    def test_create_pipeline(self):
        made = self.seen["created"]
        self.assertRegex(made.pop("id"), ID)
        self.assertEqual(made, {
            "name": NAME, "status": "Active", "inputBucket": "input", "outputBucket": "output",
            "contentBucket": "output", "thumbnailBucket": "output", "role": ROLE, "warnings": 0,
            "arn": "arn:aws:elastictranscoder:%s:%s:pipeline/%s" % (REGION, ACCOUNT,
                                                                    self.seen["pipeline"])})

    def test_update_pipeline(self):
        self.assertEqual(self.seen["updated"],
                         {"id": self.seen["pipeline"], "name": "walk", "outputBucket": "output"})
        self.assertEqual(self.seen["notified"], {"completed": "", "error": TOPIC})
        self.assertEqual(self.seen["read"], {"name": "walk", "error": TOPIC, "role": ROLE})

    def test_role(self):
        self.assertEqual(self.seen["role"], {"success": "true", "messages": []})

    def test_create_preset(self):
        made = self.seen["preset"]
        self.assertRegex(made.pop("id"), ID)
        self.assertEqual(made, {
            "name": "tiny", "type": "Custom", "container": "mp4", "maxWidth": "320",
            "profile": "baseline", "interlacedMode": "Progressive", "bitRate": "64",
            "thumbnails": "png"})

    def test_job(self):
        made = self.seen["job"]
        self.assertRegex(made["id"], ID)
        self.assertEqual(made["status"], "Submitted")
        self.assertEqual(made["outputs"], ["films/f\u00fcnf + eins.mp4", "films/zwei.mp4"])
        done = self.seen["done"]
        self.assertGreater(done.pop("fileSize"), 1000)
        self.assertGreaterEqual(done["durationMillis"], 1900)
        self.assertLessEqual(done.pop("durationMillis"), 2200)
        self.assertEqual(done.pop("inputSize"),
                         (self.server.bucket("input") / "clip.mp4").stat().st_size)
        timing = done.pop("timing")
        self.assertEqual(sorted(timing), timing)
        self.assertTrue(all(isinstance(millis, int) and millis > 1e12 for millis in timing))
        self.assertIn(done.pop("duration"), (2, 3))
        self.assertEqual(done, {
            "status": "Complete", "outputs": ["Complete", "Complete"], "ids": ["1", "2"],
            "width": 320, "height": 180, "inputKey": "clip.mp4", "inputWidth": 320,
            "metadata": {"who": "me", "where": "a/b:c=d"}})
        for key in made["outputs"]:
            self.assertTrue((self.server.bucket("output") / key).is_file())

    def test_list_presets(self):
        presets = self.seen["presets"]
        if self.pages:
            self.assertEqual(presets["pages"], 2)
        self.assertEqual(len(presets["ids"]), len(set(presets["ids"])))
        self.assertIn(self.seen["preset_id"], presets["ids"])
        self.assertIn("1351620000001-000010", presets["ids"])
        self.assertIn("1351620000001-500060", presets["ids"])

    def test_list_jobs_by_pipeline(self):
        listed = self.seen["backlog"]
        if self.pages:
            self.assertEqual(listed["pages"], 2)
        self.assertEqual(listed["ids"], self.backlog)
        self.assertEqual(self.seen["newest"], self.backlog[-1])

    def test_list_jobs_by_status(self):
        self.assertEqual(self.seen["complete"], [self.seen["job"]["id"]])

    def test_list_pipelines(self):
        self.assertIn(self.seen["pipeline"], self.seen["pipelines"])
        self.assertIn(self.queue, self.seen["pipelines"])

    def test_cancel(self):
        self.assertEqual(self.seen["paused"], "Paused")
        self.assertEqual(self.seen["submitted"]["status"], "Submitted")
        self.assertEqual(self.seen["canceled"], {"status": "Canceled", "output": "Canceled"})
        self.assertTrue(self.seen["waitedInVain"])

    def test_in_use(self):
        self.check_failure(
            self.seen["busy"], "ResourceInUseException", 409,
            "The pipeline contains active jobs: account=%s, pipeline=%s." % (
                ACCOUNT, self.seen["pipeline"]))
        self.check_failure(
            self.seen["late"], "ResourceInUseException", 409,
            "The job was already in use: accountId=%s, resourceId=%s." % (
                ACCOUNT, self.seen["job"]["id"]))

    def test_invalid(self):
        self.check_failure(
            self.seen["invalid"], "ValidationException", 400,
            "1 validation error detected: Value 'fake job/\u00e9' at 'id' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: ^\\d{13}-\\w{6}$")

    def test_not_found(self):
        self.check_failure(
            self.seen["missing"], "ResourceNotFoundException", 404,
            "The specified job was not found: account=%s, jobId=1351620000000-abcdef." % ACCOUNT)
        self.check_failure(
            self.seen["gonePreset"], "ResourceNotFoundException", 404,
            "The specified preset was not found: account=%s, presetId=%s." % (
                ACCOUNT, self.seen["preset_id"]))
        self.check_failure(
            self.seen["gonePipeline"], "ResourceNotFoundException", 404,
            "The specified pipeline was not found: account=%s, pipelineId=%s." % (
                ACCOUNT, self.seen["pipeline"]))

    def test_denied(self):
        self.check_failure(
            self.seen["denied"], "AccessDeniedException", 403,
            "Deleting a system preset is not allowed: account=%s, presetId="
            "1351620000001-000010." % ACCOUNT)


def main():
    unittest.main(verbosity=2)
