"""
Heads and bodies as the service's clients write them, oddities and all.

Each row is cut down from a recorded request to what is particular about that client.
"""

import http.client
import json
import socket

import mockets_server
from mockets_server import API, ServerTest

ROLE = "arn:aws:iam::123456789012:role/r"
NAME = "p \u00e9 \"q\""
PIPELINE = {"Name": NAME, "InputBucket": "in", "OutputBucket": "out", "Role": ROLE}
RAW = json.dumps(PIPELINE, ensure_ascii=False, separators=(",", ":")).encode()
PRETTY = json.dumps(PIPELINE, ensure_ascii=False, indent=2).encode()
ESCAPED = json.dumps(PIPELINE).replace("/", "\\/").encode()
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(RAW), RAW)

SCOPE = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/elastictranscoder/aws4_request"
SPACED = SCOPE + ", SignedHeaders=host;x-amz-date, Signature=" + "a" * 64
JOINED = SCOPE + ",SignedHeaders=host;x-amz-date,Signature=" + "b" * 64
GUESSED = ("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/0/127/aws4_request,"
           "SignedHeaders=host;x-amz-date,Signature=" + "c" * 64)

# client and oddity, headers ({} is the length), body
CREATES = (
    ("JavaScript 3: names in lower case",
     ("content-type: application/json", "content-length: {}", "host: 127.0.0.1:5000",
      "x-amz-user-agent: aws-sdk-js/3.957.0", "amz-sdk-invocation-id: 860dc77c-f9e4",
      "amz-sdk-request: attempt=1; max=1", "authorization: " + SPACED), RAW),
    ("JavaScript 2: one connection for each request",
     ("Content-Type: application/json", "Content-Length: {}", "Connection: close"), RAW),
    ("Ruby 1: empty values, a host without its port, JSON over several lines",
     ("Content-Type: ", "Accept-Encoding: ", "Content-Length: {}", "Host: 127.0.0.1",
      "Authorization: " + SPACED, "Accept: */*"), PRETTY),
    ("Ruby 1: empty values without a blank",
     ("Content-Type:", "Accept-Encoding:", "Content-Length: {}", "Host: 127.0.0.1"), PRETTY),
    ("Perl: application/octet-stream, no blanks in Authorization, a date in ISO form",
     ("Host: 127.0.0.1:5000", "Content-Length: {}", "Date: 20261122T111244Z",
      "X-Amz-Date: 20261122T111244Z", "Content-Type: application/octet-stream",
      "Authorization: " + JOINED), RAW),
    ("boto 2: no type, a scope guessed from the host",
     ("Accept-Encoding: identity", "Authorization: " + GUESSED, "Content-Length: {}",
      "Host: 127.0.0.1:5000"), json.dumps(PIPELINE).encode()),
    ("PHP: escaped slashes",
     ("Host: 127.0.0.1:5000", "Content-Type: application/json", "Content-Length: {}",
      "aws-sdk-invocation-id: 9446ab3b", "X-Amz-User-Agent: aws-sdk-php/3.293.5"), ESCAPED),
    ("curl -d: the type of a form",
     ("Host: 127.0.0.1:5000", "Content-Length: {}",
      "Content-Type: application/x-www-form-urlencoded"), RAW),
    ("curl -T -: chunks",
     ("Host: 127.0.0.1:5000", "Transfer-Encoding: chunked",
      "Content-Type: application/x-www-form-urlencoded"), CHUNKED),
    ("the guide: a type that is none",
     ("Host: 127.0.0.1:5000", "Content-Length: {}", "Content-Type: charset=UTF-8"), RAW),
    ("the guide: JSON of the older kind, a target",
     ("Host: 127.0.0.1:5000", "Content-Length: {}", "Content-Type: application/x-amz-json-1.0",
      "X-Amz-Target: com.amazonaws.elastictranscoder.CreatePipeline"), RAW),
    ("JSON with its character set",
     ("Host: 127.0.0.1:5000", "Content-Length: {}",
      "Content-Type: application/json; charset=utf-8"), RAW),
)

# client and oddity, target behind the version, headers, status, what the answer must say
READS = (
    ("JavaScript 3", "/pipelines?Ascending=true", ("host: 127.0.0.1:5000",), 200, '"Pipelines"'),
    ("Ruby 1: a type without a body", "/pipelines?Ascending=true",
     ("Content-Type: ", "Accept-Encoding: ", "Host: 127.0.0.1"), 200, '"Pipelines"'),
    ("boto 2: a body of no length", "/pipelines?Ascending=true",
     ("Content-Length: 0", "Host: 127.0.0.1:5000"), 200, '"Pipelines"'),
    ("the guide: a type that is none", "/pipelines",
     ("Host: x", "Content-Type: charset=UTF-8"), 200, '"Pipelines"'),
    ("curl --http2: an offer that is not taken up", "/pipelines",
     ("Host: x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"), 200, '"Pipelines"'),
    ("Go: would take gzip", "/presets", ("Host: x", "Accept-Encoding: gzip"), 200, '"Presets"'),
    ("all: a token of any letters", "/pipelines?PageToken=a%2Fb%2Bc%3Dd%26e%20f%C3%A9~%2A",
     ("Host: x",), 400, "'a/b+c=d&e f\u00e9~*' at 'pageToken'"),
    ("Perl: a plus for a blank", "/pipelines?PageToken=a%2Fb%2Bc%3Dd%26e+f%C3%A9~*",
     ("Host: x",), 400, "'a/b+c=d&e f\u00e9~*' at 'pageToken'"),
    ("all: an id of any letters",
     "/pipelines/a%20b%2Fc%25%C3%A9%2B%3A%2A~%27%28%29%21%2C%3B%3D%40%24%26%3F%23",
     ("Host: x",), 400, "'a b/c%\u00e9+:*~'()!,;=@$&?#' at 'id'"),
    ("Perl: an escaped tilde", "/pipelines/a%7Eb+c", ("Host: x",), 400, "'a~b+c' at 'id'"),
    ("all: no letters", "/pipelines/", ("Host: x",), 400, "'' at 'id'"),
    ("no host", "/pipelines", ("Accept: */*",), 200, '"Pipelines"'),
)


class RecordedRequestsTest(ServerTest):

    def send(self, line, headers, body=b""):
        """Send over a connection of its own; return the status and the body of the answer."""
        head = "\r\n".join((line, *headers)).format(len(body))
        with socket.create_connection(self.server.address, timeout=60) as connection:
            connection.sendall(head.encode() + b"\r\n\r\n" + body)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            body = answer.read()
        self.assertEqual(len(answer.headers["x-amzn-RequestId"]), 36)
        self.assertIsNone(answer.headers["Content-Encoding"])
        self.assertIsNone(answer.headers["Upgrade"])
        return answer.status, body

    def test_creates(self):
        for what, headers, body in CREATES:
            with self.subTest(what):
                status, answer = self.send("POST %s/pipelines HTTP/1.1" % API, headers, body)
                self.assertEqual(status, 201, answer)
                made = json.loads(answer)["Pipeline"]
                self.assertEqual((made["Name"], made["Role"]), (NAME, ROLE))

    def test_create_with_http_1_0(self):
        status, _ = self.send("POST %s/pipelines HTTP/1.0" % API, ("Content-Length: {}",), RAW)
        self.assertEqual(status, 201)

    def test_create_without_a_body(self):
        """curl -X POST says nothing about a body at all."""
        status, answer = self.send("POST %s/pipelines HTTP/1.1" % API, ("Host: x", "Accept: */*"))
        self.assertEqual(status, 400)
        self.assertIn("inputBucket", json.loads(answer)["message"])

    def test_reads(self):
        for what, target, headers, wanted, words in READS:
            with self.subTest(what):
                status, answer = self.send("GET %s%s HTTP/1.1" % (API, target), headers)
                self.assertEqual(status, wanted, answer)
                self.assertIn(words, json.loads(answer)["message"] if wanted >= 400
                              else answer.decode())

    def test_deletes_with_and_without_a_length(self):
        for headers in (("Host: x",), ("Host: x", "Content-Length: 0"),
                        ("Host: x", "Content-Type: ", "Content-Length: 0")):
            with self.subTest(headers):
                status, answer = self.send("DELETE %s/jobs/1351620000000-abcdef HTTP/1.1" % API,
                                           headers)
                self.assertEqual(status, 404, answer)
                self.assertIn("job was not found", json.loads(answer)["message"])


if __name__ == "__main__":
    mockets_server.main()
