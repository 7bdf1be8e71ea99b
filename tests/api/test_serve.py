"""The subcommand serve: settings, listeners, signals, log; and the program's own usage."""

import json
import pathlib
import signal
import socket
import tempfile
import unittest

import mockets_server
from mockets_server import API, Server, make_clip, run, until

LONG_JOB = {"Input": {"Key": "long.mp4"},
            "Output": {"Key": "long-out.mp4", "PresetId": "1351620000001-000001"}}


def wait_until_progressing(server, job_id):
    def look():
        job = server.read_job(job_id)
        return job["Status"] != "Submitted"
    until(look)


class UsageTest(unittest.TestCase):

    def check_usage(self, arguments, text, env=None):
        result = run(*arguments, env=env)
        self.assertEqual(result.returncode, 2, result)
        self.assertIn(text, result.stderr)
        self.assertEqual(result.stdout, "")

    def test_no_command(self):
        self.check_usage((), "usage: mockets")
        self.check_usage(("fly",), "fly is not a command")

    def test_help(self):
        for arguments in (("--help",), ("serve", "--help"), ("transcode", "--help"),
                          ("presets", "--help")):
            result = run(*arguments)
            self.assertEqual(result.returncode, 0)
            self.assertIn("usage: mockets", result.stdout)

    def test_version(self):
        result = run("version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"^mockets \d+\.\d+\.\d+\n.*libavcodec")

    def test_sdk_model(self):
        self.check_usage(("sdk-model", "cobol"), "write mockets sdk-model botocore")

    def test_wrong_flags(self):
        self.check_usage(("serve", "--nothing"), "--nothing is not a flag")
        self.check_usage(("serve", "--data"), "--data needs a value")
        self.check_usage(("serve", "--workers", "many"), "whole number")
        self.check_usage(("serve", "extra"), "extra")
        self.check_usage(("serve", "--tls-cert", "x"), "not supported by this version")
        self.check_usage(("serve",), "MOCKETS_TLS_CERT is not supported",
                         env={"MOCKETS_TLS_CERT": "x"})
        self.check_usage(("serve", "--listen", "203.0.113.77:1"), "Cannot listen on")

    def test_presets(self):
        result = run("presets")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"1351620000001-000010 +System preset: Generic 720p +mp4")
        self.assertIn("mockets: HLS 720p", result.stdout)
        presets = json.loads(run("presets", "--json").stdout)
        self.assertEqual(len(presets), len(result.stdout.splitlines()) - 1)
        self.assertIn("1351620000002-000720", [preset["Id"] for preset in presets])


class SettingsTest(unittest.TestCase):

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="mockets-test-")
        self.addCleanup(self.scratch.cleanup)
        self.directory = pathlib.Path(self.scratch.name)

    def test_precedence(self):
        config = self.directory / "config.json"
        config.write_text(json.dumps({
            "region": "file-1", "account-id": "111111111111", "drain-seconds": 5,
            "listen": ["127.0.0.1:0", "127.0.0.1:0"]}))
        with Server("--config", config, "--account-id", "333333333333", listen=None,
                    env={"MOCKETS_REGION": "variable-1",
                         "MOCKETS_ACCOUNT_ID": "222222222222"}) as server:
            second = server.process.stdout.readline()
            self.assertTrue(second.startswith(mockets_server.READY))
            arn = server.request("GET", API + "/presets/1351620000001-000010").json["Preset"]["Arn"]
            self.assertEqual(arn, "arn:aws:elastictranscoder:variable-1:333333333333:"
                                  "preset/1351620000001-000010")

    def test_listeners(self):
        with Server("--listen", "127.0.0.1:0", "--listen", "localhost:0") as server:
            self.assertEqual(len(server.urls), 3)
            self.assertEqual(len(set(server.urls)), 3)
            for url in server.urls:
                server.url = url
                self.assertEqual(server.request("GET", "/_mockets/health").status, 200)

    def test_ipv6(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("no IPv6 here")
        with Server("--listen", "[::1]:0", listen=None) as server:
            self.assertRegex(server.url, r"^http://\[::1\]:\d+$")
            self.assertEqual(server.request("GET", "/_mockets/health").status, 200)

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            result = run("serve", "--listen", address, "--data", self.directory / "data")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "mockets: %s is in use: stop what listens there or choose "
                                        "another with --listen.\n" % address)
        self.assertEqual(result.stdout, "")

    def test_data_in_use(self):
        with Server(data=self.directory) as server:
            result = run("serve", "--listen", "127.0.0.1:0", "--data", server.data)
            self.assertEqual(result.returncode, 2, result)
            self.assertIn(str(server.data), result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_buckets(self):
        films = self.directory / "films"
        films.mkdir()
        (films / "a.txt").write_text("hello")
        with Server("--bucket", "films=%s" % films) as server:
            self.assertEqual(server.request("GET", "/_mockets/files/films/a.txt").body, b"hello")

    def test_strict(self):
        with Server("--strict") as server:
            answer = server.request("POST", API + "/jobs", mockets_server.SAMPLE)
            self.assertEqual(answer.status, 400)
            self.assertEqual(server.request("GET", API + "/pipelines").json["Pipelines"], [])

    def test_log(self):
        with Server("--log-level", "debug", "--log-format", "json") as server:
            server.request("GET", "/nowhere?x=\"y")
            lines = [json.loads(line) for line in server.read_log().splitlines()]
        access = [line for line in lines if "GET /nowhere" in line["message"]]
        self.assertEqual(len(access), 1)
        self.assertEqual(access[0]["level"], "debug")
        self.assertIn(" 404 ", access[0]["message"])
        with Server("--log-level", "info") as server:
            server.request("GET", "/nowhere")
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(60)
            log = server.read_log()
        self.assertNotIn("nowhere", log)
        for line in log.splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warning) \S")


class SignalTest(unittest.TestCase):

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="mockets-test-")
        self.addCleanup(self.scratch.cleanup)
        self.data = pathlib.Path(self.scratch.name)

    def test_both_signals_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            Server().stop(number)

    def test_an_open_connection_does_not_hold_the_stop_up(self):
        with Server() as server:
            connection = socket.create_connection(server.address, timeout=60)
            connection.sendall(b"GET /_mockets/health HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn(b"200 OK", connection.recv(65536))
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(60), 0)  # an idle one is closed after 75 s
            connection.close()

    def test_running_jobs_are_finished(self):
        with Server("--drain-seconds", "600", data=self.data) as server:
            make_clip(server.bucket("input") / "long.mp4", "--size", "640x360", "--seconds", "4",
                      "--audio", "2")
            job = server.create_job(LONG_JOB)
            wait_until_progressing(server, job["Id"])
        with Server("--workers", "1", data=self.data) as server:
            job = server.read_job(job["Id"])
            self.assertEqual(job["Status"], "Complete", job)

    def test_a_second_signal_ends_the_drain(self):
        with Server("--drain-seconds", "600", data=self.data) as server:
            make_clip(server.bucket("input") / "long.mp4", "--size", "640x360", "--seconds", "40")
            job = server.create_job(LONG_JOB)
            wait_until_progressing(server, job["Id"])
            server.process.send_signal(signal.SIGTERM)
            until(lambda: "stopping: " in server.read_log())
            with self.assertRaises(OSError):
                socket.create_connection(server.address, timeout=20).close()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(200), 0)
        output = server.bucket("output") / "long-out.mp4"
        self.assertFalse(output.exists())
        # the job has been handed back: it is there after the next start, and runs again
        with Server("--drain-seconds", "0", data=self.data) as server:
            status = server.read_job(job["Id"])["Status"]
            self.assertIn(status, ("Submitted", "Progressing"))


if __name__ == "__main__":
    mockets_server.main()
