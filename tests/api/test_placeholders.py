"""What tutorials leave to be filled in has a meaning, and none with --strict."""

import pathlib
import tempfile
import unittest

import media_files
from mockets_server import API, Server, ServerTest

OWN = "1351620000002-"


def job(**members):
    output = {"Key": "out", "PresetId": "preset-id", **members.pop("output", {})}
    return {
        "PipelineId": "your-pipeline-id",
        "Inputs": [{"Key": "in"}],
        "Outputs": [output],
        **members,
    }


class Placeholders(ServerTest):
    def test_preset_by_height(self):
        rows = {
            "film": "000720", "film_1080p": "001080", "film-720p.ts": "000720", "480p": "000480",
            "x/av360p": "000360", "240P": "000240", "film_1440p": "000720",
        }
        for key, number in rows.items():
            made = self.server.create_job(job(output={"Key": key}))
            self.assertEqual(made["Output"]["PresetId"], OWN + number, key)

    def test_pipeline(self):
        body = job()
        wanted = self.server.create_job(body)["PipelineId"]
        del body["PipelineId"]
        self.assertEqual(self.server.create_job(body)["PipelineId"], wanted)
        pipeline = self.server.request("GET", f"{API}/pipelines/{wanted}").json["Pipeline"]
        self.assertEqual(
            (pipeline["Name"], pipeline["InputBucket"], pipeline["OutputBucket"]),
            ("default", "input", "output"),
        )

    def test_playlist_gets_segments(self):
        made = self.server.create_job(
            job(Playlists=[{"Name": "list", "Format": "HLSv3", "OutputKeys": ["out"]}])
        )
        self.assertEqual(made["Output"]["SegmentDuration"], "6.0")

    def test_bucket_of_a_pipeline_is_made(self):
        answer = self.server.request("POST", API + "/pipelines", {
            "Name": "p", "InputBucket": "new-in", "OutputBucket": "new-out",
            "Role": "arn:aws:iam::123456789012:role/r",
        })
        self.assertEqual(answer.status, 201)
        self.assertTrue(self.server.bucket("new-in").is_dir())
        self.assertTrue(self.server.bucket("new-out").is_dir())


class Strict(ServerTest):
    flags = ("--strict",)

    def test_placeholders_are_errors(self):
        message = self.check_fault(
            self.server.request("POST", API + "/jobs", job()), 400, "ValidationException"
        )
        self.assertRegex(
            message,
            r"^\d validation errors? detected: .*Value 'your-pipeline-id' at 'pipelineId' failed to "
            r"satisfy constraint: Member must satisfy regular expression pattern: "
            r"\^\\d\{13\}-\\w\{6\}\$",
        )
        self.assertIn("Value 'preset-id' at 'outputs.1.member.presetId'", message)

    def test_only_the_services_own(self):
        self.assertEqual(self.server.request("GET", API + "/pipelines").json["Pipelines"], [])
        ids, token = [], ""
        while token is not None:
            page = self.server.request(
                "GET", f"{API}/presets" + (f"?PageToken={token}" if token else "")
            ).json
            ids += [preset["Id"] for preset in page["Presets"]]
            token = page["NextPageToken"]
        self.assertEqual(len(ids), 62)
        self.check_fault(
            self.server.request("GET", f"{API}/presets/{OWN}000720"), 404,
            "ResourceNotFoundException",
        )


class Overwrite(unittest.TestCase):
    def test_an_output_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "data"
            with Server("--overwrite", data=data) as server:
                media_files.make_clip(
                    data / "buckets/input/in", "--size", "320x180", "--seconds", 1, "--audio", 1
                )
                (data / "buckets/output/out").write_text("old")
                made = server.create_job(job())
                self.assertEqual(server.wait_job(made["Id"])["Status"], "Complete")
                self.assertGreater((data / "buckets/output/out").stat().st_size, 1000)


if __name__ == "__main__":
    unittest.main()
