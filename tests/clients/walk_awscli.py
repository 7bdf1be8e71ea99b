"""The walk with the AWS CLI: each step is a command, as a shell script would give it."""

import json
import os
import re
import subprocess
import sys
import time

ROLE = "arn:aws:iam::123456789012:role/Elastic_Transcoder_Default_Role"
TOPIC = "arn:aws:sns:us-east-1:123456789012:films"

queue = os.environ["MOCKETS_QUEUE"]
seen = {}


def run(*arguments):
    return subprocess.run(
        ["/usr/bin/aws", "--endpoint-url", os.environ["MOCKETS_URL"], "--output", "json",
         "elastictranscoder", *(word if isinstance(word, str) else json.dumps(word)
                                for word in arguments)],
        capture_output=True, text=True, timeout=200,
        env={**os.environ, "AWS_PAGER": "", "LC_ALL": "C.UTF-8"})


def aws(*arguments):
    done = run(*arguments)
    if done.returncode:
        sys.exit("aws %s: %d %s" % (arguments, done.returncode, done.stderr))
    return json.loads(done.stdout) if done.stdout.strip() else None


def failure(*arguments):
    """The CLI has no exception types: it ends with 254 and prints the error's name."""
    done = run(*arguments)
    if not done.returncode:
        return None
    found = re.search(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)",
                      done.stderr)
    if done.returncode != 254 or not found:
        sys.exit("aws %s: %d %s" % (arguments, done.returncode, done.stderr))
    return {"type": found[1], "code": found[1], "status": None, "message": found[2],
            "request": None}


none = {"Progressing": "", "Completed": "", "Warning": "", "Error": ""}
answer = aws("create-pipeline", "--name", 'F\u00fcnf "Filme" & <mehr>', "--input-bucket", "input",
             "--output-bucket", "output", "--role", ROLE, "--notifications", none)
made = answer["Pipeline"]
pipeline = seen["pipeline"] = made["Id"]
seen["created"] = {
    "id": made["Id"], "arn": made["Arn"], "name": made["Name"], "status": made["Status"],
    "inputBucket": made["InputBucket"], "outputBucket": made["OutputBucket"],
    "contentBucket": made["ContentConfig"]["Bucket"],
    "thumbnailBucket": made["ThumbnailConfig"]["Bucket"], "role": made["Role"],
    "warnings": len(answer["Warnings"])}

made = aws("update-pipeline", "--id", pipeline, "--name", "walk")["Pipeline"]
seen["updated"] = {"id": made["Id"], "name": made["Name"], "outputBucket": made["OutputBucket"]}
made = aws("update-pipeline-notifications", "--id", pipeline, "--notifications",
           "Progressing=,Completed=,Warning=,Error=" + TOPIC)["Pipeline"]["Notifications"]
seen["notified"] = {"completed": made["Completed"], "error": made["Error"]}
made = aws("read-pipeline", "--id", pipeline)["Pipeline"]
seen["read"] = {"name": made["Name"], "error": made["Notifications"]["Error"],
                "role": made["Role"]}
answer = aws("test-role", "--role", ROLE, "--input-bucket", "input", "--output-bucket", "output",
             "--topics", [])
seen["role"] = {"success": answer["Success"], "messages": answer["Messages"]}

made = aws(
    "create-preset", "--name", "tiny", "--description", "for a test", "--container", "mp4",
    "--video", {"Codec": "H.264", "CodecOptions": {"Profile": "baseline", "Level": "3",
                                                   "MaxReferenceFrames": "3"},
                "KeyframesMaxDist": "90", "FixedGOP": "false", "BitRate": "300",
                "FrameRate": "auto", "MaxFrameRate": "30", "MaxWidth": "320", "MaxHeight": "240",
                "SizingPolicy": "ShrinkToFit", "PaddingPolicy": "NoPad",
                "DisplayAspectRatio": "auto"},
    "--audio", "Codec=AAC,SampleRate=44100,BitRate=64,Channels=2,CodecOptions={Profile=AAC-LC}",
    "--thumbnails", "Format=png,Interval=60,MaxWidth=192,MaxHeight=108,SizingPolicy=ShrinkToFit,"
                    "PaddingPolicy=NoPad")["Preset"]
preset = seen["preset_id"] = made["Id"]
made = aws("read-preset", "--id", preset)["Preset"]
seen["preset"] = {
    "id": made["Id"], "name": made["Name"], "type": made["Type"], "container": made["Container"],
    "maxWidth": made["Video"]["MaxWidth"], "profile": made["Video"]["CodecOptions"]["Profile"],
    "interlacedMode": made["Video"]["CodecOptions"]["InterlacedMode"],
    "bitRate": made["Audio"]["BitRate"], "thumbnails": made["Thumbnails"]["Format"]}

made = aws(
    "create-job", "--pipeline-id", pipeline, "--inputs", "Key=clip.mp4", "--output-key-prefix",
    "films/", "--outputs", [{"Key": "f\u00fcnf + eins.mp4", "PresetId": preset},
                            {"Key": "zwei.mp4", "PresetId": preset}],
    "--user-metadata", {"who": "me", "where": "a/b:c=d"})["Job"]
job = made["Id"]
seen["job"] = {"id": job, "status": made["Status"],
               "outputs": [made["OutputKeyPrefix"] + output["Key"] for output in made["Outputs"]]}
# The waiter's second look comes after 30 seconds, so its first one has to find the job done.
deadline = time.monotonic() + 300
while True:
    made = aws("read-job", "--id", job)["Job"]
    if made["Status"] in ("Complete", "Canceled", "Error"):
        break
    if time.monotonic() > deadline:
        sys.exit("the job does not end: %s" % made)
aws("wait", "job-complete", "--id", job)
first = made["Outputs"][0]
seen["done"] = {
    "status": made["Status"], "outputs": [output["Status"] for output in made["Outputs"]],
    "ids": [output["Id"] for output in made["Outputs"]], "width": first["Width"],
    "height": first["Height"], "duration": first["Duration"],
    "durationMillis": first["DurationMillis"], "fileSize": first["FileSize"],
    "inputKey": made["Input"]["Key"],
    "inputWidth": made["Inputs"][0]["DetectedProperties"]["Width"],
    "inputSize": made["Inputs"][0]["DetectedProperties"]["FileSize"],
    "timing": [made["Timing"][name + "TimeMillis"] for name in ("Submit", "Start", "Finish")],
    "metadata": made["UserMetadata"]}

# The CLI fetches all pages and shows them as one.
seen["presets"] = {"pages": None, "ids": aws("list-presets", "--query", "Presets[].Id")}
seen["backlog"] = {"pages": None,
                   "ids": aws("list-jobs-by-pipeline", "--pipeline-id", queue, "--ascending",
                              "true", "--query", "Jobs[].Id")}
# --max-items is the CLI's own: it cuts the list and makes a token that starts there again.
made = aws("list-jobs-by-pipeline", "--pipeline-id", queue, "--ascending", "false", "--max-items",
           "51")
backwards = [item["Id"] for item in made["Jobs"]]
seen["newest"] = backwards[0]
backwards += aws("list-jobs-by-pipeline", "--pipeline-id", queue, "--ascending", "false",
                 "--starting-token", made["NextToken"], "--query", "Jobs[].Id")
assert backwards == seen["backlog"]["ids"][::-1]
seen["complete"] = aws("list-jobs-by-status", "--status", "Complete", "--query", "Jobs[].Id")
seen["pipelines"] = aws("list-pipelines", "--query", "Pipelines[].Id")

seen["paused"] = aws("update-pipeline-status", "--id", pipeline, "--status", "Paused", "--query",
                     "Pipeline.Status")
made = aws("create-job", "--pipeline-id", pipeline, "--input", "Key=clip.mp4", "--job-output",
           "Key=films/drei.mp4,PresetId=" + preset)["Job"]
seen["submitted"] = {"status": made["Status"]}
seen["busy"] = failure("delete-pipeline", "--id", pipeline)
aws("cancel-job", "--id", made["Id"])
made = aws("read-job", "--id", made["Id"])["Job"]
seen["canceled"] = {"status": made["Status"], "output": made["Outputs"][0]["Status"]}
waited = run("wait", "job-complete", "--id", made["Id"])
seen["waitedInVain"] = waited.returncode == 255 and "terminal failure state" in waited.stderr
seen["late"] = failure("cancel-job", "--id", job)

seen["invalid"] = failure("read-job", "--id", "fake job/\u00e9")
seen["missing"] = failure("read-job", "--id", "1351620000000-abcdef")
seen["denied"] = failure("delete-preset", "--id", "1351620000001-000010")
aws("delete-preset", "--id", preset)
seen["gonePreset"] = failure("read-preset", "--id", preset)
aws("delete-pipeline", "--id", pipeline)
seen["gonePipeline"] = failure("read-pipeline", "--id", pipeline)

json.dump(seen, sys.stdout)
