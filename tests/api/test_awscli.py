"""The AWS CLI as it comes."""

import json
import pathlib
import subprocess
import sys

import mockets_server
from mockets_server import ServerTest, environment, make_clip, until

AWS = "/usr/bin/aws"

if not pathlib.Path(AWS).exists():
    sys.exit(77)


class AwsCliTest(ServerTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_clip(cls.server.bucket("input") / "film.mp4")

    def aws(self, *arguments, fails=None):
        result = subprocess.run(
            [AWS, "--endpoint-url", self.server.url, "elastictranscoder", *arguments],
            env=environment(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_PAGER="",
                            AWS_DEFAULT_REGION="us-east-1", NO_PROXY="*",
                            AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null"),
            capture_output=True, text=True, timeout=120)
        if fails:
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(fails, result.stderr)
            return None
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_a_job_from_end_to_end(self):
        pipeline = self.aws(
            "create-pipeline", "--name", "films", "--input-bucket", "input",
            "--output-bucket", "output", "--role", "arn:aws:iam::123456789012:role/x")
        presets = self.aws("list-presets", "--query",
                           "Presets[?Name=='System preset: Generic 320x240'].Id")
        self.assertEqual(presets, ["1351620000001-000061"])
        created = self.aws(
            "create-job", "--pipeline-id", pipeline["Pipeline"]["Id"],
            "--inputs", json.dumps([{"Key": "film.mp4"}]),
            "--outputs", json.dumps([{"Key": "small.mp4", "PresetId": presets[0]}]))
        job_id = created["Job"]["Id"]

        def look():
            job = self.aws("read-job", "--id", job_id)["Job"]
            return job if job["Status"] in ("Complete", "Error") else None
        job = until(look)
        self.assertEqual(job["Status"], "Complete", job)
        self.assertEqual(job["Outputs"][0]["Key"], "small.mp4")
        self.assertTrue((self.server.bucket("output") / "small.mp4").exists())
        # already complete: the waiter's first look is enough
        waited = subprocess.run(
            [AWS, "--endpoint-url", self.server.url, "elastictranscoder", "wait", "job-complete",
             "--id", job_id],
            env=environment(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b",
                            AWS_DEFAULT_REGION="us-east-1", NO_PROXY="*"),
            capture_output=True, text=True, timeout=120)
        self.assertEqual(waited.returncode, 0, waited.stderr)

    def test_errors(self):
        self.aws("read-job", "--id", "1351620000000-abcdef", fails="ResourceNotFoundException")
        self.aws("read-job", "--id", "a b/c", fails="ValidationException")


if __name__ == "__main__":
    mockets_server.main()
