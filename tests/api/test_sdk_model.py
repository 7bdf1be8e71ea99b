"""botocore, boto3 and the AWS CLI without elastictranscoder get it back from sdk-model."""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import mockets_server
from mockets_server import API, ServerTest, environment, make_clip, run

AWS = pathlib.Path("/usr/bin/aws")
FOLDER = pathlib.Path("elastictranscoder/2012-09-25")
FILES = ["service-2.json", "paginators-1.json", "waiters-2.json", "endpoint-rule-set-1.json"]

try:
    import boto3  # noqa: F401 (the scripts below use it)
    import botocore
except ImportError:
    sys.exit(77)

PACKAGES = pathlib.Path(botocore.__file__).parent.parent


def link_without(source, target, hidden):
    """A copy of a directory made of links, where the path `hidden` (in parts) is missing."""
    target.mkdir()
    for entry in source.iterdir():
        if entry.name == hidden[0] and len(hidden) == 1 or entry.name == "__pycache__":
            continue
        if entry.name == hidden[0]:
            link_without(entry, target / entry.name, hidden[1:])
        else:
            (target / entry.name).symlink_to(entry)


def shipped(name):
    """A file of the model that an older botocore still has; None if it is a new one."""
    path = PACKAGES / "botocore/data" / FOLDER / name
    if path.exists():
        return json.loads(path.read_text())
    path = path.with_name(name + ".gz")
    return json.loads(gzip.decompress(path.read_bytes())) if path.exists() else None


class Model:
    """A service-2.json, looked at without the names of types."""

    def __init__(self, model):
        self.model = model
        self.shapes = model["shapes"]

    def expand(self, name, seen=()):
        """What can be said of a type; limits of lists are given apart."""
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            return {member: self.expand(value["shape"], (*seen, name))
                    for member, value in shape["members"].items()}
        if kind == "list":
            return [self.expand(shape["member"]["shape"], (*seen, name))]
        if kind == "map":
            return {"key": self.expand(shape["key"]["shape"]),
                    "value": self.expand(shape["value"]["shape"])}
        if kind in ("integer", "long"):
            return "number"
        return shape.get("pattern"), shape.get("min", 0), shape.get("max")

    def operation(self, name):
        operation = self.model["operations"][name]
        request = self.shapes[operation["input"]["shape"]]
        return {
            "http": operation["http"]["method"] + " " + operation["http"]["requestUri"],
            "code": operation["http"].get("responseCode", 200),
            "required": sorted(request.get("required", ())),
            "locations": {member: (value["location"], value["locationName"])
                          for member, value in request["members"].items() if "location" in value},
            "errors": sorted(error["shape"] for error in operation["errors"]),
            "deprecated": operation.get("deprecated", False),
            "request": self.expand(operation["input"]["shape"]),
            "answer": self.expand(operation["output"]["shape"]),
        }


class FilesTest(unittest.TestCase):
    """The command and what it writes."""

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="mockets-test-"))
        self.addCleanup(shutil.rmtree, self.home)

    def install(self, **env):
        return run("sdk-model", "botocore", "--install", env={"HOME": str(self.home), **env})

    def test_prints_the_model(self):
        result = run("sdk-model", "botocore")
        self.assertEqual(result.returncode, 0, result.stderr)
        model = json.loads(result.stdout)
        self.assertEqual(len(model["operations"]), 17)
        self.assertNotIn("documentation", result.stdout)

    def test_is_the_published_model(self):
        """Apart from the names of types, limits of lists in answers, and all prose."""
        theirs = shipped("service-2.json")
        if not theirs:
            self.skipTest("this botocore has no model of its own to compare with")
        ours, theirs = Model(json.loads(run("sdk-model", "botocore").stdout)), Model(theirs)
        self.assertEqual(set(ours.model["operations"]), set(theirs.model["operations"]))
        for name in theirs.model["operations"]:
            with self.subTest(name):
                mine, published = ours.operation(name), theirs.operation(name)
                for part in published:
                    self.assertEqual(mine[part], published[part], part)
        for key, value in theirs.model["metadata"].items():
            self.assertEqual(ours.model["metadata"][key], value)
        for name, shape in theirs.shapes.items():
            if shape.get("exception"):
                self.assertEqual({**shape, "documentation": ""},
                                 {**ours.shapes[name], "documentation": ""})

    def test_paginators_and_waiters_are_the_published_ones(self):
        self.assertEqual(self.install().returncode, 0)
        for name in FILES[1:3]:
            theirs = shipped(name)
            if not theirs:
                self.skipTest("this botocore has no model of its own to compare with")
            text = (self.home / ".aws/models" / FOLDER / name).read_text()
            self.assertEqual(json.loads(text), theirs)

    def test_installs_for_the_home(self):
        result = self.install()
        self.assertEqual(result.returncode, 0, result.stderr)
        folder = self.home / ".aws/models" / FOLDER
        self.assertEqual(result.stdout.splitlines(), ["wrote %s" % (folder / name)
                                                      for name in FILES])
        self.assertEqual(sorted(path.name for path in folder.iterdir()), sorted(FILES))
        again = self.install()
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(again.stdout, result.stdout.replace("wrote", "unchanged"))

    def test_installs_where_the_environment_says(self):
        first, second = self.home / "first", self.home / "second"
        result = self.install(AWS_DATA_PATH="%s:%s" % (first, second))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue((first / FOLDER / "service-2.json").exists())
        self.assertFalse(second.exists())
        result = self.install(AWS_DATA_PATH="~/mine")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue((self.home / "mine" / FOLDER / "service-2.json").exists())

    def test_leaves_other_files_alone(self):
        folder = self.home / ".aws/models" / FOLDER
        folder.mkdir(parents=True)
        for text in ("{}", "", run("sdk-model", "botocore").stdout + " "):
            (folder / "service-2.json").write_text(text)
            result = self.install()
            self.assertEqual(result.returncode, 1)
            self.assertIn(str(folder / "service-2.json"), result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)
            self.assertEqual(result.stdout, "")
            self.assertEqual((folder / "service-2.json").read_text(), text)
            self.assertEqual(len(list(folder.iterdir())), 1)

    def test_says_what_it_cannot_do(self):
        (self.home / ".aws").write_text("a file")
        result = self.install()
        self.assertEqual(result.returncode, 1)
        self.assertIn(str(self.home / ".aws"), result.stderr)
        result = run("sdk-model", "botocore", "--install", env={"HOME": ""})
        self.assertEqual(result.returncode, 1)
        self.assertIn("AWS_DATA_PATH", result.stderr)
        for arguments in ((), ("java",), ("botocore", "more"), ("botocore", "--force")):
            result = run("sdk-model", *arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn("mockets:", result.stderr)
        self.assertIn("--install", run("sdk-model", "--help").stdout)


CALLS = """
import json, sys
import boto3, botocore, botocore.exceptions, botocore.session
assert botocore.__file__.startswith(sys.argv[2]), botocore.__file__
client = boto3.client("elastictranscoder", endpoint_url=sys.argv[1])
role = "arn:aws:iam::123456789012:role/x"
made = client.create_pipeline(Name="p", InputBucket="input", OutputBucket="output", Role=role)
pipeline = made["Pipeline"]["Id"]
job = client.create_job(PipelineId=pipeline, Inputs=[{"Key": "film.mp4"}], Outputs=[
    {"Key": "small.mp4", "PresetId": "1351620000001-000061"}])["Job"]
client.get_waiter("job_complete").wait(Id=job["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": 300})
pages = list(client.get_paginator("list_presets").paginate())
listed = list(client.get_paginator("list_jobs_by_pipeline").paginate(PipelineId=pipeline))
try:
    client.read_job(Id="1111111111111-aaaaaa")
except client.exceptions.ResourceNotFoundException as error:
    missing = str(error)
try:
    client.read_job(Id="x")
except client.exceptions.ValidationException as error:
    wrong = str(error)
try:
    client.create_pipeline(Name="p")
except botocore.exceptions.ParamValidationError as error:
    local = str(error)
json.dump({
    "operations": len(client.meta.service_model.operation_names),
    "presets": [len(page["Presets"]) for page in pages],
    "jobs": [found["Id"] for page in listed for found in page["Jobs"]] == [job["Id"]],
    "status": client.read_job(Id=job["Id"])["Job"]["Status"],
    "missing": missing, "wrong": wrong, "local": local,
    "url": boto3.client("elastictranscoder").meta.endpoint_url,
}, sys.stdout)
"""

ABSENT = """
import sys, boto3, botocore.exceptions
try:
    boto3.client("elastictranscoder")
except botocore.exceptions.UnknownServiceError:
    sys.exit(9)
"""


class ClientTest(ServerTest):
    """Clients as they are shipped today: without the service, and then with our model."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_clip(cls.server.bucket("input") / "film.mp4")
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="mockets-test-"))
        cls.site = cls.home / "site"
        cls.site.mkdir()
        link_without(PACKAGES / "botocore", cls.site / "botocore", ["data", "elastictranscoder"])
        hidden = PACKAGES / "awscli/botocore/data/elastictranscoder"
        if hidden.exists():
            link_without(PACKAGES / "awscli", cls.site / "awscli",
                         ["botocore", "data", "elastictranscoder"])
        result = run("sdk-model", "botocore", "--install", env={"HOME": str(cls.home)})
        assert result.returncode == 0, result.stderr

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.home)

    def call(self, *command, home=None):
        return subprocess.run(
            list(map(str, command)), capture_output=True, text=True, timeout=400,
            env=environment(HOME=str(home or self.home), PYTHONPATH=str(self.site),
                            PYTHONDONTWRITEBYTECODE="1", NO_PROXY="*", AWS_PAGER="",
                            AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="a",
                            AWS_SECRET_ACCESS_KEY="b", AWS_EC2_METADATA_DISABLED="true"))

    def test_boto3(self):
        absent = self.call(sys.executable, "-c", ABSENT, home=self.site)
        self.assertEqual(absent.returncode, 9, absent.stderr)
        done = self.call(sys.executable, "-c", CALLS, self.server.url, self.site)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(seen["operations"], 17)
        self.assertEqual(sum(seen["presets"]), 67)
        self.assertGreater(len(seen["presets"]), 1)
        self.assertTrue(seen["jobs"])
        self.assertEqual(seen["status"], "Complete")
        self.assertIn("The specified job was not found", seen["missing"])
        self.assertIn("1 validation error detected", seen["wrong"])
        self.assertIn("InputBucket", seen["local"])
        self.assertEqual(seen["url"], "https://elastictranscoder.us-east-1.amazonaws.com")

    @unittest.skipUnless(AWS.exists(), "there is no AWS CLI")
    def test_aws_cli(self):
        def aws(*arguments, home=None):
            return self.call(sys.executable, AWS, "--endpoint-url", self.server.url,
                             "elastictranscoder", *arguments, home=home)
        absent = aws("list-pipelines", home=self.site)
        self.assertNotEqual(absent.returncode, 0)
        self.assertIn("Invalid choice", absent.stderr)
        listed = aws("list-presets", "--max-items", "60")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        listed = json.loads(listed.stdout)
        self.assertEqual(len(listed["Presets"]), 60)
        self.assertTrue(listed["NextToken"])
        made = self.server.create_job({
            "Input": {"Key": "film.mp4"},
            "Output": {"Key": "cli.mp4", "PresetId": "1351620000001-000061"}})
        self.server.wait_job(made["Id"])
        waited = aws("wait", "job-complete", "--id", made["Id"])
        self.assertEqual(waited.returncode, 0, waited.stderr)
        wrong = aws("read-job", "--id", "1111111111111-aaaaaa")
        self.assertIn("(ResourceNotFoundException)", wrong.stderr)


class AnswerTest(ServerTest):
    """What comes back has the members of the model, all of them and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = Model(json.loads(run("sdk-model", "botocore").stdout))

    def check(self, value, expected, where):
        if isinstance(expected, dict) and value is not None:
            self.assertEqual(list(value), list(expected), where)
            for name, inner in expected.items():
                self.check(value[name], inner, where + "." + name)
        elif isinstance(expected, list) and value is not None:
            for item in value:
                self.check(item, expected[0], where)
        elif value is not None:
            self.assertIsInstance(value, int if expected == "number" else str, where)

    def test_answers(self):
        made = self.server.create_job({
            "Input": {"Key": "none.mp4"},
            "Output": {"Key": "x.mp4", "PresetId": "1351620000001-000061"}})
        ids = {"Job": made["Id"], "Pipeline": made["PipelineId"],
               "Preset": "1351620000001-000010"}
        paths = {
            "ReadJob": "/jobs/" + ids["Job"],
            "ReadPipeline": "/pipelines/" + ids["Pipeline"],
            "ListPipelines": "/pipelines",
            "ListJobsByPipeline": "/jobsByPipeline/" + ids["Pipeline"],
            "ListJobsByStatus": "/jobsByStatus/Error",
        }
        self.server.wait_job(ids["Job"])
        for name, path in paths.items():
            with self.subTest(name):
                status, body = self.server.get(API + path)
                self.assertEqual(status, 200, body)
                self.check(body, self.model.operation(name)["answer"], name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
