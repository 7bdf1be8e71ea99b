"""Starts the program for tests and talks to it."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

PROGRAM = os.environ.get("MOCKETS_PROGRAM", "mockets")
CLIP = os.environ.get("MOCKETS_CLIP", "clip")
READY = "mockets: listening on "
API = "/2012-09-25"

# What a test must not inherit from whoever runs it.
_CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("AWS_", "MOCKETS_", "BOTO_"))
    and name.lower() not in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
}

SAMPLE_KEYS = ["path_to_input_file_1_av720p", "path_to_input_file_1_av480p",
               "path_to_input_file_1_av360p"]
# The request that tutorials show, placeholders and all.
SAMPLE = {
    "Inputs": [{"Key": "path_to_input_file_1"}],
    "Outputs": [{"Key": key, "PresetId": "preset-id", "SegmentDuration": "3"}
                for key in SAMPLE_KEYS],
    "Playlists": [{"Name": "myplaylist", "Format": "HLSv3", "OutputKeys": SAMPLE_KEYS}],
}


def environment(**more):
    """The environment for a program under test."""
    return {**_CLEAN, **more}


def run(*arguments, env=None, **options):
    """Run the program to its end; the result has returncode, stdout and stderr (text)."""
    return subprocess.run([PROGRAM, *map(str, arguments)], env=environment(**(env or {})),
                          capture_output=True, text=True, timeout=120, **options)


def make_clip(path, *arguments):
    """Make an MP4 clip with sound; arguments are those of the clip program."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path if path.suffix else path.with_suffix(".mp4")  # the ending names the container
    arguments = arguments or ("--size", "320x180", "--seconds", "2", "--audio", "2")
    subprocess.run([CLIP, str(made), *map(str, arguments)], check=True, timeout=120)
    made.rename(path)
    return path


def until(look, seconds=200, pause=0.02, patience=1):
    """Call look() until it returns something true, which is returned; with more patience than 1
    ever less often, down to every tenth of a second."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError("waited %s seconds in vain" % seconds)
        time.sleep(pause)  # there is no event to wait for over HTTP
        pause = max(pause, min(pause * patience, 0.1))


class Answer:
    """What came back: status, headers, body."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """
    A running server.

    data is its data directory; without one it gets a fresh one that is removed at the end. listen
    is where it listens; None leaves that to options and env. RuntimeError: it did not start.
    """

    def __init__(self, *flags, data=None, options=(), env=None, listen="127.0.0.1:0"):
        self._made = None if data else tempfile.mkdtemp(prefix="mockets-test-")
        self.data = pathlib.Path(data or self._made)
        self.log = tempfile.TemporaryFile("a+")
        self.code = None
        arguments = ["--data", self.data, *flags, *options]
        if listen:
            arguments += ["--listen", listen]
        self.process = subprocess.Popen([PROGRAM, "serve", *map(str, arguments)],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        env=environment(**(env or {})))
        self.urls = []
        while len(self.urls) < max(1, arguments.count("--listen")):
            line = self.process.stdout.readline()
            if not line.startswith(READY):
                self.process.wait()
                log = self.read_log()
                self._release()
                raise RuntimeError("no ready line, but %r; log: %s" % (line, log))
            self.urls.append(line[len(READY):].rstrip("\n"))
        self.url = self.urls[0]
        host, _, port = self.url[len("http://"):].rpartition(":")
        self.port = int(port)
        self.address = (host.strip("[]"), self.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _release(self):
        self.log.close()
        self.process.stdout.close()
        if self._made:
            shutil.rmtree(self._made)

    def read_log(self):
        self.log.seek(0)
        return self.log.read()

    def kill(self, number=signal.SIGKILL):
        """End the server without asking how it ended."""
        self.process.send_signal(number)
        self.code = self.process.wait(60)
        self._release()

    def stop(self, number=signal.SIGTERM):
        """Stop the server and check that it ended well; more than once does no harm."""
        if self.code is not None:
            return self.code
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.code = self.process.wait(200)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.code = self.process.wait()
        log = self.read_log()
        self._release()
        if self.code:
            raise AssertionError("the server ended with %d: %s" % (self.code, log))
        return self.code

    def resident_mib(self):
        return self._status_mib("VmRSS")

    def peak_mib(self):
        """The most memory that it held since it began or forget_peak()."""
        return self._status_mib("VmHWM")

    def _status_mib(self, what):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) // 1024

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def bucket(self, name):
        """The directory of a bucket that --storage keeps by default."""
        return self.data / "buckets" / name

    def request(self, method, path, body=None, headers=None):
        """Send one request; failures are answers too."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=body, method=method,
                                         headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def raw(self, data):
        """Send bytes on a connection of their own; return all that comes until it is closed."""
        with socket.create_connection(self.address, timeout=60) as connection:
            try:
                connection.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the answer may come before all is said
            return read_all(connection)

    def throw(self, data):
        """Send bytes and hang up."""
        with socket.create_connection(self.address, timeout=60) as connection:
            try:
                connection.sendall(data)
            except OSError:
                pass  # the server may have hung up first

    def get(self, path):
        """GET JSON; return status and body."""
        answer = self.request("GET", path)
        return answer.status, answer.json

    def post(self, path, body):
        """POST JSON, given as text or as what it means; return status and body."""
        answer = self.request("POST", path, body.encode() if isinstance(body, str) else body)
        return answer.status, answer.json

    def create_job(self, job):
        status, body = self.post(API + "/jobs", job)
        if status != 201:
            raise AssertionError("%d %s" % (status, body))
        return body["Job"]

    def read_job(self, job_id):
        return self.get(API + "/jobs/" + job_id)[1]["Job"]

    def wait_job(self, job_id, seconds=200):
        """Read the job until it has ended; return it."""
        def look():
            job = self.read_job(job_id)
            return job if job["Status"] in ("Complete", "Canceled", "Error") else None
        return until(look, seconds, patience=1.1)

    @staticmethod
    def wait_until(look, seconds=200):
        return until(look, seconds)


def read_all(connection):
    data = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return data
        if not piece:
            return data
        data += piece


class ServerTest(unittest.TestCase):
    """Tests that share one server; input and output are the buckets of its default pipeline."""

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.flags)
        cls.addClassCleanup(cls.server.stop)
        cls.input, cls.output = cls.server.bucket("input"), cls.server.bucket("output")
        cls.input.mkdir(parents=True, exist_ok=True)

    def check_fault(self, answer, status, exception):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["x-amzn-ErrorType"], exception)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        key = "Message" if exception == "SerializationException" else "message"
        self.assertTrue(answer.json[key])
        return answer.json[key]


def main():
    unittest.main(verbosity=2)
