"""The walk with boto3."""

import json
import os
import sys

import boto3
import botocore.config
import botocore.exceptions

ROLE = "arn:aws:iam::123456789012:role/Elastic_Transcoder_Default_Role"
TOPIC = "arn:aws:sns:us-east-1:123456789012:films"

client = boto3.client("elastictranscoder", endpoint_url=os.environ["MOCKETS_URL"],
                      config=botocore.config.Config(retries={"max_attempts": 0}))
queue = os.environ["MOCKETS_QUEUE"]
seen = {}


def failure(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        typed = getattr(client.exceptions, code)
        return {"type": typed.__name__ if isinstance(error, typed) else None, "code": code,
                "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
                "message": error.response["Error"]["Message"],
                "request": error.response["ResponseMetadata"]["RequestId"]}
    return None


def listed(operation, member, **arguments):
    pages = list(client.get_paginator(operation).paginate(**arguments))
    return {"pages": len(pages), "ids": [item["Id"] for page in pages for item in page[member]]}


def wait(job):
    client.get_waiter("job_complete").wait(Id=job, WaiterConfig={"Delay": 1, "MaxAttempts": 300})


none = {"Progressing": "", "Completed": "", "Warning": "", "Error": ""}
answer = client.create_pipeline(Name='F\u00fcnf "Filme" & <mehr>', InputBucket="input",
                                OutputBucket="output", Role=ROLE, Notifications=none)
assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
made = answer["Pipeline"]
pipeline = seen["pipeline"] = made["Id"]
seen["created"] = {
    "id": made["Id"], "arn": made["Arn"], "name": made["Name"], "status": made["Status"],
    "inputBucket": made["InputBucket"], "outputBucket": made["OutputBucket"],
    "contentBucket": made["ContentConfig"]["Bucket"],
    "thumbnailBucket": made["ThumbnailConfig"]["Bucket"], "role": made["Role"],
    "warnings": len(answer["Warnings"])}

made = client.update_pipeline(Id=pipeline, Name="walk")["Pipeline"]
seen["updated"] = {"id": made["Id"], "name": made["Name"], "outputBucket": made["OutputBucket"]}
made = client.update_pipeline_notifications(
    Id=pipeline, Notifications={**none, "Error": TOPIC})["Pipeline"]["Notifications"]
seen["notified"] = {"completed": made["Completed"], "error": made["Error"]}
made = client.read_pipeline(Id=pipeline)["Pipeline"]
seen["read"] = {"name": made["Name"], "error": made["Notifications"]["Error"],
                "role": made["Role"]}
answer = client.test_role(Role=ROLE, InputBucket="input", OutputBucket="output", Topics=[])
seen["role"] = {"success": answer["Success"], "messages": answer["Messages"]}

made = client.create_preset(
    Name="tiny", Description="for a test", Container="mp4",
    Video={"Codec": "H.264", "CodecOptions": {"Profile": "baseline", "Level": "3",
                                              "MaxReferenceFrames": "3"},
           "KeyframesMaxDist": "90", "FixedGOP": "false", "BitRate": "300", "FrameRate": "auto",
           "MaxFrameRate": "30", "MaxWidth": "320", "MaxHeight": "240",
           "SizingPolicy": "ShrinkToFit", "PaddingPolicy": "NoPad", "DisplayAspectRatio": "auto"},
    Audio={"Codec": "AAC", "SampleRate": "44100", "BitRate": "64", "Channels": "2",
           "CodecOptions": {"Profile": "AAC-LC"}},
    Thumbnails={"Format": "png", "Interval": "60", "MaxWidth": "192", "MaxHeight": "108",
                "SizingPolicy": "ShrinkToFit", "PaddingPolicy": "NoPad"})["Preset"]
preset = seen["preset_id"] = made["Id"]
made = client.read_preset(Id=preset)["Preset"]
seen["preset"] = {
    "id": made["Id"], "name": made["Name"], "type": made["Type"], "container": made["Container"],
    "maxWidth": made["Video"]["MaxWidth"], "profile": made["Video"]["CodecOptions"]["Profile"],
    "interlacedMode": made["Video"]["CodecOptions"]["InterlacedMode"],
    "bitRate": made["Audio"]["BitRate"], "thumbnails": made["Thumbnails"]["Format"]}

made = client.create_job(
    PipelineId=pipeline, Inputs=[{"Key": "clip.mp4"}], OutputKeyPrefix="films/",
    Outputs=[{"Key": "f\u00fcnf + eins.mp4", "PresetId": preset},
             {"Key": "zwei.mp4", "PresetId": preset}],
    UserMetadata={"who": "me", "where": "a/b:c=d"})["Job"]
job = made["Id"]
seen["job"] = {"id": job, "status": made["Status"],
               "outputs": [made["OutputKeyPrefix"] + output["Key"] for output in made["Outputs"]]}
wait(job)
made = client.read_job(Id=job)["Job"]
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

seen["presets"] = listed("list_presets", "Presets")
seen["backlog"] = listed("list_jobs_by_pipeline", "Jobs", PipelineId=queue, Ascending="true")
seen["newest"] = client.list_jobs_by_pipeline(PipelineId=queue, Ascending="false")["Jobs"][0]["Id"]
seen["complete"] = listed("list_jobs_by_status", "Jobs", Status="Complete")["ids"]
seen["pipelines"] = listed("list_pipelines", "Pipelines")["ids"]

seen["paused"] = client.update_pipeline_status(Id=pipeline, Status="Paused")["Pipeline"]["Status"]
made = client.create_job(PipelineId=pipeline, Input={"Key": "clip.mp4"},
                         Output={"Key": "films/drei.mp4", "PresetId": preset})["Job"]
seen["submitted"] = {"status": made["Status"]}
seen["busy"] = failure(client.delete_pipeline, Id=pipeline)
answer = client.cancel_job(Id=made["Id"])
assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
made = client.read_job(Id=made["Id"])["Job"]
seen["canceled"] = {"status": made["Status"], "output": made["Outputs"][0]["Status"]}
try:
    wait(made["Id"])
except botocore.exceptions.WaiterError as error:
    seen["waitedInVain"] = error.last_response["Job"]["Status"] == "Canceled"
seen["late"] = failure(client.cancel_job, Id=job)

seen["invalid"] = failure(client.read_job, Id="fake job/\u00e9")
seen["missing"] = failure(client.read_job, Id="1351620000000-abcdef")
seen["denied"] = failure(client.delete_preset, Id="1351620000001-000010")
client.delete_preset(Id=preset)
seen["gonePreset"] = failure(client.read_preset, Id=preset)
client.delete_pipeline(Id=pipeline)
seen["gonePipeline"] = failure(client.read_pipeline, Id=pipeline)
client.close()

json.dump(seen, sys.stdout)
