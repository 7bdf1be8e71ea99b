"""The parts of cmake/demo.sh that a shell cannot say: waiting, boto3, and reading files back."""

import json
import pathlib
import subprocess
import sys
import time
import urllib.request


def show(fraction, text):
    width = 40
    done = int(fraction * width)
    bar = "#" * done + "." * (width - done)
    if sys.stdout.isatty():
        print(f"\r[{bar}] {fraction:4.0%} {text:<24}", end="", flush=True)


def wait(url, job_id, seconds=600):
    """Follow the job to its end with a progress bar; the job must be Complete then."""
    deadline = time.monotonic() + seconds
    while True:
        with urllib.request.urlopen(f"{url}/_mockets/jobs/{job_id}") as reply:
            progress = json.load(reply)
        speed = progress["Speed"] or 0
        show(progress["Fraction"], f"{progress['Status']} {speed:.1f}x")
        if progress["Status"] not in ("Submitted", "Progressing"):
            break
        if time.monotonic() > deadline:
            sys.exit(f"job {job_id} takes too long")
        time.sleep(0.2)
    if sys.stdout.isatty():
        print()
    with urllib.request.urlopen(f"{url}/2012-09-25/jobs/{job_id}") as reply:
        job = json.load(reply)["Job"]
    for output in job["Outputs"]:
        print(f"{output['Key']}: {output['Status']} {output['StatusDetail'] or ''}")
    if job["Status"] != "Complete":
        sys.exit(f"job {job_id} is {job['Status']}")


def boto3_jobs(url):
    import boto3

    client = boto3.client(
        "elastictranscoder",
        endpoint_url=url.replace("127.0.0.1", "localhost"),
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    job = client.create_job(
        PipelineId="your-pipeline-id",
        Inputs=[{"Key": "path_to_input_file"}],
        Outputs=[{"Key": "path_to_output_file", "PresetId": "preset-id"}],
    )["Job"]
    wait(url, job["Id"])
    job = client.create_job(
        PipelineId="your-pipeline-id",
        Inputs=[{"Key": "path_to_input_file"}],
        Outputs=[{"Key": "path_to_hls_file", "PresetId": "preset-id"}],
        Playlists=[
            {"Name": "path_to_playlist", "Format": "HLSv3", "OutputKeys": ["path_to_hls_file"]}
        ],
    )["Job"]
    wait(url, job["Id"])
    client.get_waiter("job_complete").wait(Id=job["Id"])
    print("read_job:", client.read_job(Id=job["Id"])["Job"]["Status"])


def describe_file(path):
    text = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", str(path)],
        check=True,
        capture_output=True,
    ).stdout
    found = json.loads(text)
    words = []
    for stream in found["streams"]:
        if stream["codec_type"] == "video":
            words.append(
                f"{stream['codec_name']} {stream['profile']} {stream['width']}x{stream['height']}"
                f" {stream['avg_frame_rate']} fps"
            )
        elif stream["codec_type"] == "audio":
            words.append(
                f"{stream['codec_name']} {stream['sample_rate']} Hz {stream['channels']} channels"
            )
    seconds = float(found["format"]["duration"])
    return ", ".join(words), seconds


def describe(folders):
    for folder in map(pathlib.Path, folders):
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or ".mockets" in path.parts:
                continue
            if path.suffix == ".m3u8":
                if "#EXT-X-STREAM-INF" in path.read_text():
                    continue
                parts = sorted(path.parent.glob(path.stem + "[0-9][0-9][0-9][0-9][0-9].ts"))
            elif path.suffix == "":
                parts = [path]
            else:
                continue
            size = sum(part.stat().st_size for part in parts)
            words, seconds = describe_file(path)
            print(
                f"{folder.name}/{path.name}: {words}, {seconds:.2f} s, "
                f"{size * 8 / seconds / 1000:.0f} kbit/s in {len(parts)} file(s)"
            )


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "wait":
        wait(*arguments)
    elif command == "boto3":
        boto3_jobs(*arguments)
    else:
        describe(arguments)
