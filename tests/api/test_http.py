"""The HTTP plane: whatever is sent, the answer has the service's form and the server stays up."""

import http.client
import re
import socket
import subprocess

import mockets_server
from mockets_server import API, ServerTest, read_all

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


def statuses(data):
    """The status of each answer in a stream of them."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", data)]


class HttpTest(ServerTest):

    def tearDown(self):
        answer = self.server.request("GET", "/_mockets/health")
        self.assertEqual((answer.status, answer.json), (200, {"status": "ok"}))

    def test_ready(self):
        self.assertEqual(self.server.request("GET", "/_mockets/ready").status, 200)

    def test_headers_are_on_every_answer(self):
        for method, path in (("GET", API + "/presets"), ("GET", API + "/jobs/x"), ("GET", "/"),
                             ("PUT", API + "/jobs"), ("HEAD", API + "/presets"),
                             ("GET", "/_mockets/health"), ("GET", "/_mockets/nothing"),
                             ("POST", API + "/jobs"), ("GET", API + "/jobs/%00")):
            with self.subTest(method + " " + path):
                answer = self.server.request(method, path)
                self.assertRegex(answer.headers["x-amzn-RequestId"], UUID)
                self.assertEqual(answer.headers["Content-Type"], "application/json")
                self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
                self.assertTrue(answer.headers["Date"])
                if method != "HEAD":
                    self.assertEqual(int(answer.headers["Content-Length"]), len(answer.body))

    def test_request_ids_differ(self):
        ids = {self.server.request("GET", "/_mockets/health").headers["x-amzn-RequestId"]
               for _ in range(20)}
        self.assertEqual(len(ids), 20)

    def test_unknown_paths(self):
        for path in ("/", "/x", API, API + "/", API + "/nothing", API + "//pipelines",
                     API + "/jobs/a/b", "/_mockets", "/_mockets/", "/_mockets/x",
                     "/_mockets/health/x", "/%2e%2e/etc/passwd", "/../../etc/passwd"):
            with self.subTest(path):
                answer = self.server.request("GET", path)
                text = self.check_fault(answer, 404, "UnknownOperationException")
                self.assertIn(API, text)

    def test_other_methods(self):
        answer = self.server.request("PUT", API + "/jobs")
        self.check_fault(answer, 405, "MethodNotAllowedException")
        self.assertEqual(answer.headers["Allow"], "POST, OPTIONS")
        answer = self.server.request("BREW", API + "/jobs/x")
        self.check_fault(answer, 405, "MethodNotAllowedException")
        self.assertIn("GET", answer.headers["Allow"])

    def test_other_version(self):
        answer = self.server.request("GET", "/2011-01-01/jobs/x")
        self.check_fault(answer, 400, "IncompatibleVersionException")

    def test_head_has_the_length_and_no_body(self):
        get = self.server.request("GET", API + "/presets")
        head = self.server.request("HEAD", API + "/presets")
        self.assertEqual(head.status, 200)
        self.assertEqual(head.headers["Content-Length"], str(len(get.body)))
        self.assertEqual(head.body, b"")
        self.assertEqual(self.server.request("HEAD", API + "/nothing").status, 404)

    def test_preflight(self):
        answer = self.server.request("OPTIONS", API + "/jobs", headers={
            "Origin": "http://example.org", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,x-amz-date"})
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertIn("POST", answer.headers["Access-Control-Allow-Methods"])
        self.assertEqual(answer.headers["Access-Control-Allow-Headers"],
                         "authorization,x-amz-date")

    def test_preflights(self):
        for path, methods in (("/jobs", "POST, OPTIONS"), ("/pipelines", "GET, HEAD, POST, OPTIONS"),
                              ("/jobs/x", "GET, HEAD, DELETE, OPTIONS"),
                              ("/pipelines/x", "GET, HEAD, PUT, DELETE, OPTIONS"),
                              ("/pipelines/x/status", "POST, OPTIONS"),
                              ("/jobsByStatus/x", "GET, HEAD, OPTIONS")):
            with self.subTest(path):
                answer = self.server.request("OPTIONS", API + path)
                self.assertEqual(answer.status, 204)
                self.assertEqual(answer.headers["Allow"], methods)
                self.assertEqual(answer.headers["Access-Control-Allow-Methods"], methods)
                self.assertEqual(answer.headers["Access-Control-Allow-Headers"], "*")
                self.assertEqual(answer.headers["Access-Control-Expose-Headers"], "*")
        self.check_fault(self.server.request("OPTIONS", API + "/nothing"), 404,
                         "UnknownOperationException")
        data = self.server.raw(b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertEqual(statuses(data), [204])

    def test_head_of_a_path_without_get(self):
        answer = self.server.request("HEAD", API + "/jobs")
        self.assertEqual((answer.status, answer.body), (405, b""))
        self.assertEqual(answer.headers["x-amzn-ErrorType"], "MethodNotAllowedException")

    def test_an_empty_id_is_an_id(self):
        for path in ("/jobs/", "/pipelines/", "/presets/", "/jobsByPipeline/"):
            self.check_fault(self.server.request("GET", API + path), 400, "ValidationException")

    def test_slashes_at_the_end(self):
        # where no id can be, nothing is lost by forgiving one
        text = self.check_fault(self.server.request("POST", API + "/pipelines/", {}), 400,
                                "ValidationException")
        self.assertIn("inputBucket", text)
        for path in ("/jobs//", "/presets/1351620000001-000010/", "/jobs/x/", "//presets"):
            self.check_fault(self.server.request("GET", API + path), 404,
                             "UnknownOperationException")

    def test_escaped_letters_are_the_letters(self):
        answer = self.server.request("GET", API + "/%70resets/1351620000001%2D000010")
        self.assertEqual(answer.json["Preset"]["Id"], "1351620000001-000010")

    def test_ids_are_decoded(self):
        text = self.check_fault(self.server.request("GET", API + "/jobs/a%20b%2Fc%25%C3%A9%22"),
                                400, "ValidationException")
        self.assertIn("a b/c%\u00e9\"", text)
        for broken in ("%", "%4", "%zz", "%00", "a%00b"):
            with self.subTest(broken):
                answer = self.server.request("GET", API + "/jobs/" + broken)
                self.check_fault(answer, 400, "ValidationException")
        # bytes that are not UTF-8 must not get into the JSON
        answer = self.server.request("GET", API + "/jobs/%FF%FE")
        self.check_fault(answer, 400, "ValidationException")

    def test_unknown_id(self):
        answer = self.server.request("GET", API + "/jobs/1351620000000-abcdef")
        self.check_fault(answer, 404, "ResourceNotFoundException")

    def test_malformed_json(self):
        for body in (b"{", b"", b"[]", b"nonsense", b"{}x", b'{"a":1,}', b"\x00", b'"\xff"',
                     b"[" * 100000):
            with self.subTest(body[:20]):
                answer = self.server.request("POST", API + "/pipelines", body)
                self.assertEqual(answer.status, 400, answer.body)
                self.assertIn(answer.headers["x-amzn-ErrorType"],
                              ("SerializationException", "ValidationException"))
        answer = self.server.request("POST", API + "/pipelines", b"{")
        self.check_fault(answer, 400, "SerializationException")

    def test_content_type_is_no_reason_to_refuse(self):
        for kind in ("", "application/json", "application/x-www-form-urlencoded", "text/xml",
                     "application/octet-stream", "multipart/form-data; boundary=x"):
            with self.subTest(kind):
                answer = self.server.request("POST", API + "/pipelines", b"{}",
                                             {"Content-Type": kind})
                self.check_fault(answer, 400, "ValidationException")

    def test_large_bodies(self):
        limit = 1 << 20
        fits = self.server.request("POST", API + "/pipelines", b" " * limit)
        self.assertEqual(fits.status, 400)
        for size in (limit + 1, 8 * limit):
            answer = self.server.request("POST", API + "/pipelines", b" " * size)
            self.check_fault(answer, 413, "RequestEntityTooLargeException")

    def test_large_chunked_body(self):
        piece = b"%x\r\n%s\r\n" % (65536, b" " * 65536)
        data = self.server.raw(b"POST " + API.encode() + b"/pipelines HTTP/1.1\r\nHost: x\r\n"
                               b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" +
                               piece * 20 + b"0\r\n\r\n")
        self.assertEqual(statuses(data), [413])

    def test_expect_is_answered_before_a_large_body(self):
        with socket.create_connection(self.server.address, timeout=60) as connection:
            connection.sendall(b"POST /2012-09-25/jobs HTTP/1.1\r\nHost: x\r\n"
                               b"Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n")
            self.assertEqual(statuses(read_all(connection)), [413])

    def test_expect_is_continued(self):
        with socket.create_connection(self.server.address, timeout=60) as connection:
            connection.sendall(b"POST /2012-09-25/jobs HTTP/1.1\r\nHost: x\r\n"
                               b"Content-Length: 2\r\nExpect: 100-continue\r\n"
                               b"Connection: close\r\n\r\n")
            first = connection.recv(65536)
            self.assertTrue(first.startswith(b"HTTP/1.1 100"), first)
            connection.sendall(b"{}")
            self.assertEqual(statuses(first + read_all(connection)), [100, 400])

    def test_chunked_body(self):
        data = self.server.raw(b"POST /2012-09-25/pipelines HTTP/1.1\r\nHost: x\r\n"
                               b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                               b"1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n")
        self.assertEqual(statuses(data), [400])
        self.assertIn(b"x-amzn-ErrorType: ValidationException", data)

    def test_pipelining_and_keep_alive(self):
        one = b"GET /_mockets/health HTTP/1.1\r\nHost: x\r\n\r\n"
        body = (b"POST /2012-09-25/pipelines HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        last = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        data = self.server.raw(one * 3 + body + one + last)
        self.assertEqual(statuses(data), [200, 200, 200, 400, 200, 404])

    def test_body_of_a_get_is_not_the_next_request(self):
        data = self.server.raw(b"GET /_mockets/health HTTP/1.1\r\nHost: x\r\n"
                               b"Content-Length: 26\r\n\r\nGET /nowhere HTTP/1.1\r\n\r\n\r\n"
                               b"GET /_mockets/health HTTP/1.1\r\nHost: x\r\n"
                               b"Connection: close\r\n\r\n")
        self.assertEqual(statuses(data), [200, 200])

    def test_two_framings_of_one_body(self):
        for headers in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                        b"Content-Length: 5\r\nContent-Length: 6\r\n"):
            data = self.server.raw(b"POST /2012-09-25/jobs HTTP/1.1\r\nHost: x\r\n" + headers +
                                   b"\r\n0\r\n\r\nGET /_mockets/health HTTP/1.1\r\n\r\n")
            self.assertEqual(statuses(data), [400])

    def test_framings_that_are_not_understood(self):
        """They are refused at once, and what follows the head is not taken for a request."""
        for headers in (b"Content-Length: 2\r\nContent-Length: 2\r\n",
                        b"Content-Length : 2\r\n", b"Transfer-Encoding : chunked\r\n",
                        b"Transfer-Encoding: gzip\r\n", b"Transfer-Encoding: gzip, chunked\r\n",
                        b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n",
                        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"):
            with self.subTest(headers):
                data = self.server.raw(b"POST /2012-09-25/jobs HTTP/1.1\r\nHost: x\r\n" + headers +
                                       b"\r\nGET /_mockets/health HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(statuses(data), [400])
                self.assertIn(b"x-amzn-ErrorType: BadRequestException", data)
                self.assertIn(b"Connection: close", data)

    def test_numbers_that_are_no_length(self):
        for value in (b"", b"-1", b"+2", b"0x2", b"2, 2", b"two", b"9" * 30):
            with self.subTest(value):
                data = self.server.raw(b"POST /2012-09-25/jobs HTTP/1.1\r\nHost: x\r\n"
                                       b"Content-Length: " + value + b"\r\n\r\n{}")
                self.assertIn(statuses(data)[0], (400, 413))
                self.assertIn(b"Connection: close", data)

    def test_broken_chunks(self):
        data = self.server.raw(b"POST /2012-09-25/jobs HTTP/1.1\r\nHost: x\r\n"
                               b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
        self.assertEqual(statuses(data), [400])

    def test_large_heads(self):
        for size, status in ((20000, 200), (60000, 431)):
            data = self.server.raw(b"GET /_mockets/health HTTP/1.1\r\nHost: x\r\nX-A: " +
                                   b"y" * size + b"\r\nConnection: close\r\n\r\n")
            self.assertEqual(statuses(data), [status])
        data = self.server.raw(b"GET /_mockets/health HTTP/1.1\r\n" + b"X-A: y\r\n" * 4000 + b"\r\n")
        self.assertEqual(statuses(data), [431])
        data = self.server.raw(b"GET /?" + b"y" * 60000 + b" HTTP/1.1\r\n\r\n")
        self.assertEqual(statuses(data), [414])

    def test_http_1_0(self):
        data = self.server.raw(b"GET /_mockets/health HTTP/1.0\r\n\r\n")
        self.assertEqual(statuses(data), [200])
        self.assertTrue(data.endswith(b'{"status":"ok"}'), data)
        data = self.server.raw(b"GET /_mockets/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
                               b"GET /_mockets/health HTTP/1.0\r\n\r\n")
        self.assertEqual(statuses(data), [200, 200])
        # the large answers too have a length: HTTP/1.0 knows no chunks
        data = self.server.raw(b"GET /2012-09-25/presets HTTP/1.0\r\n\r\n")
        head, body = data.split(b"\r\n\r\n", 1)
        self.assertNotIn(b"Transfer-Encoding", head)
        self.assertIn(b"Content-Length: %d\r\n" % len(body), head + b"\r\n")
        # nor 100 Continue
        data = self.server.raw(b"POST /2012-09-25/jobs HTTP/1.0\r\nExpect: 100-continue\r\n"
                               b"Content-Length: 2\r\n\r\n{}")
        self.assertEqual(statuses(data), [400])

    def test_a_fault_does_not_end_the_connection(self):
        connection = http.client.HTTPConnection(*self.server.address, timeout=60)
        self.addCleanup(connection.close)
        connection.connect()
        first = connection.sock
        for method, path, body, status in (
                ("GET", API + "/jobs/x", None, 400), ("GET", "/nowhere", None, 404),
                ("PUT", API + "/jobs", b"{}", 405), ("POST", API + "/jobs", b"{", 400),
                ("POST", API + "/jobs", b" " * (2 << 20), 413), ("HEAD", API + "/jobs", None, 405),
                ("HEAD", API + "/presets", None, 200), ("OPTIONS", API + "/jobs", None, 204),
                ("GET", API + "/presets", None, 200)):
            connection.request(method, path, body)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, status, (method, path))
            self.assertIs(connection.sock, first, (method, path))

    def test_whole_url_as_target(self):
        for target, status in ((b"http://example.org/_mockets/health", 200),
                               (b"HTTPS://example.org:99/_mockets/health?a#b", 200),
                               (b"http://example.org/2012-09-25/presets?Ascending=maybe", 400),
                               (b"http://example.org", 404), (b"http://example.org/", 404),
                               (b"http:///_mockets/health", 200), (b"example.org:80", 404)):
            with self.subTest(target):
                data = self.server.raw(b"GET " + target + b" HTTP/1.1\r\nHost: example.org\r\n"
                                       b"Connection: close\r\n\r\n")
                self.assertEqual(statuses(data), [status])

    def test_garbage_does_not_hurt(self):
        for data in (b"\r\n\r\n", b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00",
                     b"GET /" + b"x" * 100000 + b" HTTP/1.1\r\n\r\n",
                     b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 100000 + b"\r\n\r\n",
                     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                     b"POST /2012-09-25/jobs HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                     b"POST /2012-09-25/jobs HTTP/1.1\r\nContent-Length: 99\r\n\r\nshort"):
            with self.subTest(data[:20]):
                self.server.throw(data)

    def test_curl(self):
        for arguments in (("-0",), ("--http2",), ("-X", "POST", "-d", "{}"),
                          ("-T", "-", "-X", "POST"), ("-I",)):
            with self.subTest(arguments):
                result = subprocess.run(
                    ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", *arguments,
                     self.server.url + API + "/pipelines"], input="{}", capture_output=True,
                    text=True, timeout=60, env=mockets_server.environment())
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn(result.stdout, ("200", "400"))


if __name__ == "__main__":
    mockets_server.main()
