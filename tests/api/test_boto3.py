"""boto3 as it comes, without a change but for the endpoint."""

import os
import sys
import unittest

from mockets_server import API, SAMPLE, SAMPLE_KEYS, ServerTest, make_clip

for _name in [_name for _name in os.environ if _name.startswith("AWS_")]:
    del os.environ[_name]
os.environ["NO_PROXY"] = "*"

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    sys.exit(77)


class Boto3Test(ServerTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_clip(cls.input / "path_to_input_file_1")
        make_clip(cls.input / "path_to_input_file")
        cls.client = boto3.client(
            "elastictranscoder", region_name="us-east-1", endpoint_url=cls.server.url,
            aws_access_key_id="a", aws_secret_access_key="b",
            config=botocore.config.Config(retries={"max_attempts": 0}))

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        super().tearDownClass()

    def wait(self, job_id):
        self.client.get_waiter("job_complete").wait(
            Id=job_id, WaiterConfig={"Delay": 1, "MaxAttempts": 300})

    def test_plain_requests_of_the_tutorial(self):
        """The sample over plain HTTP: 201 and the whole job, then GET until it is complete."""
        job = self.server.create_job(SAMPLE)
        self.assertIn(job["Status"], ("Submitted", "Progressing"))
        self.assertEqual([output["Key"] for output in job["Outputs"]], SAMPLE_KEYS)
        self.assertEqual(job["Playlists"][0]["OutputKeys"], SAMPLE_KEYS)
        self.assertEqual(job["Input"]["Key"], "path_to_input_file_1")
        done = self.server.wait_job(job["Id"])
        self.assertEqual(done["Status"], "Complete", done)
        self.assertTrue((self.output / "myplaylist.m3u8").exists())
        for key in SAMPLE_KEYS:
            self.assertTrue((self.output / f"{key}.m3u8").exists())
            self.assertTrue((self.output / f"{key}00000.ts").exists())
        files = self.server.request("GET", "/_mockets/files/output/myplaylist.m3u8")
        self.assertIn(SAMPLE_KEYS[0] + ".m3u8", files.body.decode())
        progress = self.server.request("GET", "/_mockets/jobs/" + job["Id"]).json
        self.assertEqual((progress["Id"], progress["Status"], progress["Fraction"]),
                         (job["Id"], "Complete", 1))
        self.assertEqual(set(progress), {"Id", "Status", "DoneMillis", "TotalMillis", "Fraction",
                                         "Speed", "RemainingMillis"})

    def test_one_output(self):
        created = self.client.create_job(
            PipelineId="your-pipeline-id", Inputs=[{"Key": "path_to_input_file"}],
            Outputs=[{"Key": "path_to_output_file", "PresetId": "preset-id"}])
        self.assertEqual(created["ResponseMetadata"]["HTTPStatusCode"], 201)
        self.assertTrue(created["ResponseMetadata"]["RequestId"])
        job_id = created["Job"]["Id"]
        self.wait(job_id)
        job = self.client.read_job(Id=job_id)["Job"]
        self.assertEqual(job["Status"], "Complete")
        self.assertEqual(job["Outputs"][0]["Status"], "Complete")
        self.assertGreater(job["Outputs"][0]["FileSize"], 0)
        self.assertEqual((self.output / "path_to_output_file").stat().st_size,
                         job["Outputs"][0]["FileSize"])
        # nothing is overwritten: the same again fails
        again = self.client.create_job(
            PipelineId="your-pipeline-id", Inputs=[{"Key": "path_to_input_file"}],
            Outputs=[{"Key": "path_to_output_file", "PresetId": "preset-id"}])
        with self.assertRaises(botocore.exceptions.WaiterError):
            self.wait(again["Job"]["Id"])
        job = self.client.read_job(Id=again["Job"]["Id"])["Job"]
        self.assertEqual(job["Status"], "Error")
        self.assertTrue(job["Outputs"][0]["StatusDetail"].startswith("3002"), job)

    def test_playlist(self):
        keys = ["films/one_720p", "films/one_360p"]
        created = self.client.create_job(
            PipelineId="your-pipeline-id", Inputs=[{"Key": "path_to_input_file"}],
            Outputs=[{"Key": key, "PresetId": "preset-id", "SegmentDuration": "3"}
                     for key in keys],
            Playlists=[{"Name": "films/index", "Format": "HLSv3", "OutputKeys": keys}],
            UserMetadata={"who": "me"})
        self.wait(created["Job"]["Id"])
        job = self.client.read_job(Id=created["Job"]["Id"])["Job"]
        self.assertEqual(job["Playlists"][0]["Status"], "Complete")
        self.assertEqual(job["UserMetadata"], {"who": "me"})
        self.assertIn("one_360p.m3u8", (self.output / "films/index.m3u8").read_text())

    def test_typed_errors(self):
        errors = self.client.exceptions
        with self.assertRaises(errors.ResourceNotFoundException) as caught:
            self.client.read_job(Id="1351620000000-abcdef")
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 404)
        self.assertIn("1351620000000-abcdef", str(caught.exception))
        with self.assertRaises(errors.ValidationException):
            self.client.read_job(Id="fake_job")
        with self.assertRaises(errors.ValidationException):
            self.client.read_job(Id="a/b c")
        with self.assertRaises(errors.ValidationException):
            self.client.read_job(Id="")
        with self.assertRaises(errors.ResourceNotFoundException):
            self.client.read_pipeline(Id="1351620000000-abcdef")
        with self.assertRaises(errors.ValidationException):
            self.client.create_job(PipelineId="nonsense", Input={"Key": "x"},
                                   Output={"Key": "y", "PresetId": "preset-id"})

    def test_presets(self):
        presets = [preset for page in self.client.get_paginator("list_presets").paginate()
                   for preset in page["Presets"]]
        ids = [preset["Id"] for preset in presets]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertIn("1351620000001-000010", ids)
        self.assertIn("1351620000002-000720", ids)
        preset = self.client.read_preset(Id="1351620000001-000010")["Preset"]
        self.assertEqual(preset["Container"], "mp4")

    def test_pipelines(self):
        role = "arn:aws:iam::123456789012:role/Elastic_Transcoder_Default_Role"
        made = self.client.create_pipeline(Name="films", InputBucket="films-in",
                                           OutputBucket="films-out", Role=role)["Pipeline"]
        self.assertEqual(self.client.read_pipeline(Id=made["Id"])["Pipeline"]["Name"], "films")

    def test_missing_input_fails_the_job(self):
        created = self.client.create_job(
            PipelineId="your-pipeline-id", Inputs=[{"Key": "none.mp4"}],
            Outputs=[{"Key": "never", "PresetId": "preset-id"}])
        job = self.server.wait_job(created["Job"]["Id"])
        self.assertEqual(job["Status"], "Error")
        self.assertFalse((self.output / "never").exists())

    def test_unused_operation_is_unknown(self):
        answer = self.server.request("POST", API + "/nothing", {})
        self.check_fault(answer, 404, "UnknownOperationException")


if __name__ == "__main__":
    unittest.main(verbosity=2)
