"""A running server as a contestant: what jobs cost it, in processor time, clock and memory."""

import http.client
import json
import os
import pathlib
import sys
import tempfile
import time

API = "/2012-09-25"
TICK_S = 1 / os.sysconf("SC_CLK_TCK")

# What servers leave stays to the end: ext4 is slow to make files soon after many were deleted.
_KEPT = tempfile.TemporaryDirectory(prefix="mockets-bench-")


def film_preset(width, height, kbps, container="mp4", silent=False):
    """The body of CreatePreset of a plain film, with stereo sound, and without thumbnails."""
    preset = {
        "Name": f"bench {width}x{height}", "Container": container,
        "Video": {"Codec": "H.264", "CodecOptions": {
            "Profile": "high", "Level": "4.1" if width > 1920 else "4",
            "MaxReferenceFrames": "3"},
            "KeyframesMaxDist": "90", "FixedGOP": "true", "BitRate": str(kbps),
            "FrameRate": "auto", "MaxFrameRate": "60", "MaxWidth": str(width),
            "MaxHeight": str(height), "SizingPolicy": "Stretch", "PaddingPolicy": "NoPad",
            "DisplayAspectRatio": "auto"},
        "Audio": {"Codec": "AAC", "SampleRate": "48000", "BitRate": "128", "Channels": "2",
                  "CodecOptions": {"Profile": "AAC-LC"}},
    }
    if silent:
        del preset["Audio"]
    return preset


def machine_idle():
    """Seconds for which processors had nothing to do, added up over all of them."""
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) * TICK_S


class Service:
    """A server of its own with its own store; the films are its input bucket."""

    def __init__(self, build, films, *flags):
        os.environ["MOCKETS_PROGRAM"] = str(build / "mockets")
        sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
        from mockets_server import Server  # wants the variable above
        self.server = Server("--bucket", f"input={films}", "--log-level", "error", *flags,
                             data=tempfile.mkdtemp(dir=_KEPT.name))
        self.connection = http.client.HTTPConnection(*self.server.address)
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.server.stop()

    def call(self, method, path, body=None):
        self.connection.request(method, path, body and json.dumps(body))
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {text.decode()}")
        return json.loads(text)

    def preset(self, body):
        return self.call("POST", f"{API}/presets", body)["Preset"]["Id"]

    def submit(self, key, *presets, **more):
        """Create a job with an output for each of the presets; return its id."""
        self.number += 1
        outputs = [{"Key": f"{i}.mp4", "PresetId": preset, **more}
                   for i, preset in enumerate(presets)]
        job = {"Inputs": [{"Key": key}], "OutputKeyPrefix": f"{self.number}/", "Outputs": outputs}
        return self.call("POST", f"{API}/jobs", job)["Job"]["Id"]

    def wait(self, job_id, pause=0.002):
        while True:
            job = self.call("GET", f"{API}/jobs/{job_id}")["Job"]
            if job["Status"] not in ("Submitted", "Progressing"):
                break
            time.sleep(pause)  # there is no event to wait for over HTTP
        if job["Status"] != "Complete":
            raise SystemExit(f"job {job_id}: {json.dumps(job)}")
        return job

    def run(self, count, key, *presets, **more):
        """Run so many jobs; return what it took for one: processor and clock seconds."""
        cpu, begin = self.cpu(), time.monotonic()
        for job_id in [self.submit(key, *presets, **more) for _ in range(count)]:
            self.wait(job_id, 0.01)
        return (self.cpu() - cpu) / count, (time.monotonic() - begin) / count

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.server.process.pid}/stat").read_text()
        fields = fields.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * TICK_S

    def status_mib(self, name):
        for line in pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text().split("\n"):
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
        raise SystemExit(f"no {name}")
