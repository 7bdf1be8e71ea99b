"""
Requests and the very replies to them, kept as files: golden/OPERATION/CASE.json.

All cases run against one server in the order of golden/order.json, and build on each other: "keep"
names values of a reply, and {name} stands for such a value in later requests and in all replies.
What differs from run to run is written as {uuid}, {millis} and {bytes}. "until" repeats the request
until the reply says so; "times" sends it so often and keeps the last reply; "blanks" in a request
is a body of so many of them. Everything else is compared to the letter: order of members, nulls,
spaces.

With --update the replies are written anew from what the server says. Read the difference before
it is committed: it is the API.
"""

import difflib
import json
import pathlib
import re
import sys
import unittest

from mockets_server import Server, make_clip, run, until

GOLDEN = pathlib.Path(__file__).parent / "golden"
HEADERS = ("Content-Type", "x-amzn-ErrorType", "Allow")
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
VARYING = (
    (re.compile(r'("(?:Submit|Start|Finish)TimeMillis":)\d{13}\b'), r'\1"{millis}"'),
    (re.compile(r'("FileSize":)\d+'), r'\1"{bytes}"'),
    (re.compile(UUID), "{uuid}"),
)
# Errors that operations declare and nothing here leads to. A limit of a million jobs in the backlog is
# one of them: too many for a test.
NEVER = {("CreatePipeline", "ResourceNotFoundException"),
         ("ListJobsByStatus", "ResourceNotFoundException"),
         ("TestRole", "ResourceNotFoundException"),
         ("UpdatePipeline", "ResourceInUseException"),
         ("UpdatePipelineNotifications", "ResourceInUseException"),
         ("UpdatePipelineStatus", "ResourceInUseException"),
         ("CreateJob", "LimitExceededException")}
# What every operation declares, for all of which one reply stands or (the last) none can.
COMMON = {"IncompatibleVersionException", "AccessDeniedException", "InternalServiceException"}
FLAGS = ("--strict", "--aws-limits", "--account-id", "123456789012", "--region", "us-east-1")


def pretty(value):
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def look_up(body, path):
    for step in path.split("."):
        body = body[int(step) if step.isdigit() else step]
    return body


class Replay:
    """A server and the values that were kept so far."""

    def __init__(self, server):
        self.server = server
        self.kept = {}

    def fill(self, text):
        for name, value in self.kept.items():
            text = text.replace("{%s}" % name, value)
        return text

    def strip(self, text):
        for name, value in self.kept.items():
            text = text.replace(value, "{%s}" % name)
        for pattern, name in VARYING:
            text = pattern.sub(name, text)
        return text

    def send(self, request):
        body = request.get("text")
        if "body" in request:
            body = json.dumps(request["body"], ensure_ascii=False)
        if "blanks" in request:
            body = " " * request["blanks"]
        return self.server.request(request["method"], self.fill(request["path"]),
                                   None if body is None else self.fill(body).encode())

    def run(self, case):
        """The reply to a case, in the form in which it is kept in the file."""
        def look():
            for _ in range(case.get("times", 1)):
                answer = self.send(case["request"])
            body = answer.json
            done = all(look_up(body, path) == value
                       for path, value in case.get("until", {}).items())
            return answer if done else None
        # with --aws-limits ReadJob takes four requests a second
        answer = until(look, pause=0.3)
        text = answer.body.decode()
        for name, path in case.get("keep", {}).items():
            self.kept[name] = look_up(answer.json, path)
        text = self.strip(text)
        body = json.loads(text)
        if json.dumps(body, ensure_ascii=False, separators=(",", ":")) != text:
            body = text  # something that a JSON parser would not show
        return {"status": answer.status,
                "headers": {name: answer.headers[name] for name in HEADERS
                            if answer.headers[name]},
                "body": body}


def start():
    server = Server(*FLAGS)
    for name in ("media-in", "media-out"):
        server.bucket(name).mkdir(parents=True)
    # no sound: how long that gets depends on the encoder
    make_clip(server.bucket("media-in") / "clip.mp4", "--size", "320x180", "--seconds", "2",
              "--audio", "0")
    return server


def cases():
    for name in json.loads((GOLDEN / "order.json").read_text()):
        path = GOLDEN / (name + ".json")
        yield name, path, json.loads(path.read_text())


class GoldenTest(unittest.TestCase):

    def test_replies(self):
        with start() as server:
            replay = Replay(server)
            for name, _, case in cases():
                with self.subTest(name):
                    wanted, got = pretty(case["reply"]), pretty(replay.run(case))
                    if wanted != got:
                        self.fail("\n" + "".join(difflib.unified_diff(
                            wanted.splitlines(True), got.splitlines(True), "kept", "came")))

    def test_every_file_is_in_the_order(self):
        listed = json.loads((GOLDEN / "order.json").read_text())
        self.assertEqual(len(listed), len(set(listed)))
        files = {str(path.relative_to(GOLDEN).with_suffix("")) for path in GOLDEN.glob("*/*.json")}
        self.assertEqual(set(listed), files)

    def test_every_error_of_every_operation_has_a_reply(self):
        model = json.loads(run("sdk-model", "botocore").stdout)
        replies = {(name.split("/")[0], case["reply"]["headers"].get("x-amzn-ErrorType"))
                   for name, _, case in cases()}
        for name, operation in model["operations"].items():
            wanted = {error["shape"] for error in operation["errors"]} - COMMON | {None}
            if operation["http"]["method"] in ("POST", "PUT"):
                wanted.add("SerializationException")
            for error in wanted:
                self.assertEqual((name, error) in replies, (name, error) not in NEVER,
                                 (name, error))
        self.assertIn(("Other", "IncompatibleVersionException"), replies)
        self.assertIn(("DeletePreset", "AccessDeniedException"), replies)
        self.assertIn(("ReadJob", "ThrottlingException"), replies)


def update():
    with start() as server:
        replay = Replay(server)
        for _, path, case in cases():
            case["reply"] = replay.run(case)
            path.write_text(pretty(case))


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
    else:
        unittest.main(verbosity=2)
