"""mockets transcode of what comes through a pipe: it is read once, and never needed again."""

import contextlib
import json
import os
import signal
import struct
import subprocess
import threading

import media_files
import mockets_server
from mockets_server import make_clip, until
from pictures import ffmpeg
from transcode_test import Terminal, TranscodeTest

SMALL = "Generic 320x240"
FAR = 20 << 20  # farther than one can go back in a pipe


def write_to(pipe, path):
    """Write a file into a pipe, as far as somebody reads it, in a thread."""
    def write():
        with contextlib.suppress(BrokenPipeError), open(pipe, "wb") as end:
            end.write(path.read_bytes())

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def split(data):
    """The boxes of an mp4: [(name, bytes)]."""
    found, at = [], 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        found.append((name, data[at:at + size]))
        at += size
    return found


class Pipes(TranscodeTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.film = make_clip(cls.films / "film.mp4", "--size", "640x360", "--seconds", 6,
                             "--audio", 2)
        for name, flags in (("film.ts", ()), ("film.mkv", ()), ("film.flv", ()),
                            ("front.mp4", ("-movflags", "+faststart")),
                            ("pieces.mp4", ("-movflags", "+frag_keyframe+empty_moov"))):
            ffmpeg("-i", cls.film, "-c", "copy", *flags, cls.films / name)
        ffmpeg("-i", cls.film, "-t", 2, "-c:v", "mpeg2video", "-c:a", "mp2", cls.films / "film.mpg")

    def setUp(self):
        super().setUp()
        self.pipe = self.folder / "pipe.ts"
        os.mkfifo(self.pipe)

    def through_a_pipe(self, path, *arguments, code=0):
        """Transcode what comes on standard input."""
        with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
            return self.transcode("-", *arguments, stdin=cat.stdout, code=code)

    def test_the_same_as_a_file(self):
        """With a preset of x264, which means one pass, a pipe gives the bytes that a file gives."""
        pinned = ("--x264-preset", "veryfast", "--encoder-threads", 1, "--preset")
        for path in sorted(self.films.iterdir()):
            with self.subTest(path.name):
                self.transcode(path, *pinned, f"{SMALL}={path.name}.file.mp4")
                result = self.through_a_pipe(path, *pinned, f"{SMALL}={path.name}.pipe.mp4")
                self.assertRegex(result.stdout, r"pipe\.mp4 +320x\d+")
                self.assertEqual((self.output / f"{path.name}.pipe.mp4").read_bytes(),
                                 (self.output / f"{path.name}.file.mp4").read_bytes())

    def test_a_ladder(self):
        """By default films are looked at twice, where they can be."""
        result = self.through_a_pipe(self.films / "front.mp4", "--preset", "HLS 720p=a", "--preset",
                                     "HLS 480p=b", "--preset", "HLS 360p=c", "--playlist",
                                     "index=HLSv3", "--json")
        job = json.loads(result.stdout)
        self.assertEqual(job["Status"], "Complete")
        self.assertEqual(job["Input"]["Key"], "stdin")
        found = job["Input"]["DetectedProperties"]
        self.assertEqual((found["Width"], found["FileSize"]), (640, None))
        self.assertAlmostEqual(found["DurationMillis"], 6000, delta=100)
        for key in "abc":
            self.assertEqual(len(media_files.packets(self.output / f"{key}.m3u8", "video")), 180)

    def test_named_pipes_and_files_are_joined(self):
        other = self.folder / "other" / "pipe.ts"
        other.parent.mkdir()
        os.mkfifo(other)
        writers = [write_to(self.pipe, self.films / "film.mkv"),
                   write_to(other, self.films / "film.ts")]
        result = self.transcode(self.pipe, self.film, other, "--preset", f"{SMALL}=out.mp4")
        self.assertRegex(result.stdout, r"out\.mp4 +320x180 .* 18\.\d+ s")
        for writer in writers:
            writer.join()

    def test_names(self):
        """An output without a name gets that of its pipe."""
        writer = write_to(self.pipe, self.film)
        self.transcode(self.pipe, "--preset", SMALL, cwd=self.folder)
        writer.join()
        self.through_a_pipe(self.film, "--preset", SMALL)
        self.assertEqual(sorted(path.name for path in self.files()),
                         ["pipe-generic-320x240.mp4", "stdin-generic-320x240.mp4"])
        with self.film.open() as film:  # this is a file
            result = self.transcode("-", "--preset", f"{SMALL}=out.mp4", "--json", stdin=film)
        self.assertEqual(json.loads(result.stdout)["Input"]["Key"], "film.mp4")

    def test_the_beginning_is_needed_at_the_end(self):
        """An mp4 that has its index behind its film, which lies too far back then."""
        boxes = split(self.film.read_bytes())
        self.assertEqual(boxes[-1][0], b"moov")
        far = self.folder / "far.mp4"
        far.write_bytes(b"".join(box for _, box in boxes[:-1]) +
                        struct.pack(">I4s", FAR, b"free") + bytes(FAR - 8) + boxes[-1][1])
        result = self.through_a_pipe(far, "--preset", f"{SMALL}=out.mp4", code=1)
        self.assertRegex(result.stderr, r"out\.mp4: 4006 .*index at the end.*save it as a file")
        self.assertEqual(self.files(), [])
        self.transcode(far, "--preset", f"{SMALL}=out.mp4")

    def test_it_ends_early(self):
        whole = (self.films / "film.ts").read_bytes()
        for size, code in ((len(whole) // 2, 0), (0, 1), (100, 1)):
            with self.subTest(size):
                cut = self.folder / "cut.ts"
                cut.write_bytes(whole[:size])
                result = self.through_a_pipe(cut, "--preset", f"{SMALL}={size}.mp4", code=code)
                if code:
                    self.assertIn(f"{size}.mp4: 4000", result.stderr)
                else:
                    self.assertRegex(result.stdout, r" [23]\.\d+ s ")
        self.assertEqual(len(self.files()), 1)

    def test_it_is_named_twice(self):
        result = self.through_a_pipe(self.film, "/dev/stdin", "--preset", f"{SMALL}=out.mp4",
                                     code=1)
        self.assertRegex(result.stderr, r"out\.mp4: 1000 .*\"stdin\" comes through a pipe, which "
                                        "can be read only once")

    def test_interrupt(self):
        """Whoever waits for more of a film can be interrupted: at first, and in the middle."""
        whole = (self.films / "film.ts").read_bytes()
        for size in (0, len(whole) * 3 // 4):
            with self.subTest(size):
                process = self.start(self.pipe, "--preset", f"{SMALL}=out.mp4")
                with open(self.pipe, "wb", buffering=0) as end:
                    end.write(whole[:size])
                    if size:  # something was made, and no more comes
                        until(lambda: any(path.stat().st_size for path in self.files()))
                    process.send_signal(signal.SIGINT)
                    _, err = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 1)
                self.assertIn("Canceled", err)
                self.assertEqual(self.files(), [])
                self.assert_tidy()

    def test_progress_without_an_end(self):
        """Where nobody knows how long a film is, what was made of it is shown."""
        terminal = Terminal(self)
        process = self.start(self.pipe, "--preset", f"{SMALL}=out.mp4", stderr=terminal.slave)
        whole = (self.films / "film.ts").read_bytes()
        with open(self.pipe, "wb", buffering=0) as end:
            end.write(whole[:len(whole) * 3 // 4])  # the rest is not there yet
            terminal.read_until(rb"\r0:0\d made +\d+\.\dx\x1b\[K")
            end.write(whole[len(whole) * 3 // 4:])
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertIn("out.mp4", out)

    def test_interrupt_before_anybody_writes(self):
        process = self.start(self.pipe, "--preset", f"{SMALL}=out.mp4")
        until(lambda: list(self.temporary.iterdir()))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("Canceled", err)


if __name__ == "__main__":
    mockets_server.main()
