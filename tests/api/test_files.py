"""GET /_mockets/files/BUCKET/KEY."""

import email.utils
import random

import mockets_server
from mockets_server import ServerTest

FILES = "/_mockets/files/output/"


class FilesTest(ServerTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bucket = cls.server.bucket("output")
        (bucket / "a b").mkdir(parents=True, exist_ok=True)
        cls.data = random.Random(1).randbytes(300000)
        cls.file = bucket / "a b" / "film.mp4"
        cls.file.write_bytes(cls.data)
        (bucket / "empty.ts").write_bytes(b"")
        (bucket / "list.m3u8").write_bytes(b"#EXTM3U\n")
        (bucket / "moving").write_bytes(b"\0\0\0\x18ftypisom" + bytes(300))
        packet = b"\x47" + bytes(187)
        (bucket / "stream").write_bytes(packet * 4)
        (bucket / "other").write_bytes(b"?")
        cls.path = FILES + "a%20b/film.mp4"

    def get(self, path=None, method="GET", **headers):
        return self.server.request(method, path or self.path, headers={
            name.replace("_", "-"): value for name, value in headers.items()})

    def test_whole(self):
        answer = self.get()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.body, self.data)
        self.assertEqual(answer.headers["Content-Type"], "video/mp4")
        self.assertEqual(answer.headers["Accept-Ranges"], "bytes")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(self.get(FILES + "a%20b%2Ffilm.mp4").body, self.data)

    def test_head(self):
        answer = self.get(method="HEAD")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Length"], str(len(self.data)))
        self.assertEqual(answer.body, b"")

    def test_ranges(self):
        size = len(self.data)
        for value, first, last in (("bytes=0-0", 0, 0), ("bytes=100-199", 100, 199),
                                   ("bytes=200000-", 200000, size - 1),
                                   ("bytes=-10", size - 10, size - 1),
                                   ("bytes=-9999999", 0, size - 1),
                                   ("bytes=299999-400000", size - 1, size - 1)):
            with self.subTest(value):
                answer = self.get(Range=value)
                self.assertEqual(answer.status, 206)
                self.assertEqual(answer.body, self.data[first:last + 1])
                self.assertEqual(answer.headers["Content-Range"],
                                 "bytes %d-%d/%d" % (first, last, size))
                self.assertEqual(answer.headers["Content-Length"], str(last - first + 1))

    def test_ranges_outside(self):
        for value in ("bytes=300000-", "bytes=300000-300001", "bytes=-0"):
            with self.subTest(value):
                answer = self.get(Range=value)
                self.check_fault(answer, 416, "InvalidRange")
                self.assertEqual(answer.headers["Content-Range"], "bytes */300000")

    def test_ranges_that_are_overlooked(self):
        for value in ("bytes=5-1", "bytes=x", "lines=1-2", "bytes=0-1,5-6", "bytes=-"):
            with self.subTest(value):
                answer = self.get(Range=value)
                self.assertEqual((answer.status, len(answer.body)), (200, len(self.data)))

    def test_not_modified(self):
        modified = self.get().headers["Last-Modified"]
        self.assertEqual(email.utils.parsedate_to_datetime(modified).timestamp(),
                         int(self.file.stat().st_mtime))
        answer = self.get(If_Modified_Since=modified)
        self.assertEqual((answer.status, answer.body), (304, b""))
        for older in ("Sun, 06 Nov 1994 08:49:37 GMT", "nonsense"):
            self.assertEqual(self.get(If_Modified_Since=older).status, 200)

    def test_if_range(self):
        modified = self.get().headers["Last-Modified"]
        self.assertEqual(self.get(Range="bytes=0-9", If_Range=modified).status, 206)
        answer = self.get(Range="bytes=0-9", If_Range="Sun, 06 Nov 1994 08:49:37 GMT")
        self.assertEqual((answer.status, len(answer.body)), (200, len(self.data)))

    def test_empty(self):
        answer = self.get(FILES + "empty.ts")
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertEqual(answer.headers["Content-Length"], "0")
        self.assertEqual(self.get(FILES + "empty.ts", Range="bytes=0-").status, 416)

    def test_content_types(self):
        for name, kind in (("list.m3u8", "application/vnd.apple.mpegurl"),
                           ("empty.ts", "video/mp2t"), ("moving", "video/mp4"),
                           ("stream", "video/mp2t"), ("other", "application/octet-stream")):
            self.assertEqual(self.get(FILES + name).headers["Content-Type"], kind, name)

    def test_missing(self):
        for path in (FILES + "none.mp4", FILES + "a%20b", "/_mockets/files/nobucket/x"):
            with self.subTest(path):
                self.check_fault(self.get(path), 404, "ResourceNotFoundException")

    def test_names_cannot_leave_the_bucket(self):
        for name in ("../input/x", "..%2F..%2Fmockets.db", "a/../../../x", "%2Fetc%2Fpasswd",
                     "./list.m3u8", "a%00b"):
            with self.subTest(name):
                answer = self.server.raw(b"GET " + FILES.encode() + name.encode() +
                                         b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                self.assertRegex(answer, rb"^HTTP/1\.1 40[04] ")

    def test_methods(self):
        self.check_fault(self.get(method="DELETE"), 405, "MethodNotAllowedException")
        self.assertEqual(self.get(method="OPTIONS").status, 204)


if __name__ == "__main__":
    mockets_server.main()
