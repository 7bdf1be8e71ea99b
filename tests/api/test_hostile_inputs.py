"""Inputs that are broken, odd or hostile: each ends, soon and in little memory, and says why."""

import ctypes
import os
import pathlib
import socket
import struct
import tempfile
import time

import media_files
import odd_inputs as odd
from mockets_server import ServerTest, main

FILM, SEGMENTS, SOUND = "1351620000001-000061", "1351620000001-200055", "1351620000001-300040"
SANITIZED = bool(os.environ.get("MOCKETS_SANITIZE"))
SECONDS = 120 if SANITIZED else 30  # for one job; most need a tenth of a second
PEAK_MIB = 1024  # more than there was before the job
HUGE_PEAK_MIB = 3072  # of the whole server, after the largest pictures

NO_MEDIA = "4000 Amazon Elastic Transcoder could not interpret the media file."
MISMATCH = "4008 Amazon Elastic Transcoder found nothing in the input file that the preset"
FOREIGN = "4006 Amazon Elastic Transcoder does not support the format of the input: "
NOTHING = ("4007 The format of the input is supported, but Amazon Elastic Transcoder could not "
           "process it: ")
ALL, PICTURE, NONE = ("film", "segments", "sound"), ("film", "segments"), ()


class Watch:
    """Whether somebody opens a file, by inotify."""

    OPEN = 0x20

    def __init__(self, path):
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0 or libc.inotify_add_watch(self.fd, os.fsencode(path), self.OPEN) < 0:
            raise OSError(ctypes.get_errno(), "inotify")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def opened(self):
        try:
            return bool(os.read(self.fd, 4096))
        except BlockingIOError:
            return False


class HostileInputs(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.number = 0

    def forget_peak(self):
        """What the allocator kept of jobs before is not this one's."""
        self.server.forget_peak()
        self.before_mib = self.server.peak_mib()

    def setUp(self):
        self.forget_peak()

    def tearDown(self):
        self.assertEqual(self.server.request("GET", "/_mockets/health").status, 200)

    def base(self, ending, *options, **sources):
        return odd.film_bytes(self.scratch.name, ending, *options, **sources)

    def made(self, name, *arguments):
        """What ffmpeg makes of these arguments."""
        path = pathlib.Path(self.scratch.name, name)
        odd.ffmpeg(*arguments, path)
        return path.read_bytes()

    def run_input(self, data, name="input"):
        """Run a job of three outputs; return them by kind, with their detail without its uuid."""
        HostileInputs.number += 1
        key = f"{self.number}-{name}"
        source = key
        if isinstance(data, bytes):
            (self.input / key).write_bytes(data)
        else:
            source = data  # one that is there already
        begin = time.monotonic()
        job = self.server.create_job({"Inputs": [{"Key": source}], "Outputs": [
            {"Key": f"{key}/film.mp4", "PresetId": FILM, "ThumbnailPattern": f"{key}/t{{count}}"},
            {"Key": f"{key}/segments", "PresetId": SEGMENTS, "SegmentDuration": "1"},
            {"Key": f"{key}/sound.mp3", "PresetId": SOUND}]})
        job = self.server.wait_job(job["Id"], SECONDS)
        self.assertLess(time.monotonic() - begin, SECONDS)
        found = {}
        for kind, output in zip(ALL, job["Outputs"]):
            self.assertIn(output["Status"], ("Complete", "Error"))
            detail = output["StatusDetail"]
            if output["Status"] == "Error":
                self.assertRegex(detail, r"^\d{4} [-0-9a-f]{36}: .+")
                output["StatusDetail"] = detail[:5] + detail[43:]
                self.assertFalse(list((self.output / key).glob(f"{kind}*")))
            found[kind] = output
        self.where = self.output / key
        self.detected = job["Input"]["DetectedProperties"]
        return found

    def check(self, data, complete, failed=None, name="input", seconds=None, peak_mib=PEAK_MIB):
        """These outputs are Complete and can be decoded, the others fail with this text."""
        found = self.run_input(data, name)
        for kind, output in found.items():
            detail = output["StatusDetail"]
            if kind in complete:
                self.assertEqual(output["Status"], "Complete", (kind, detail))
                if kind != "segments":  # which may be told that they are fast
                    self.assertIsNone(detail)
                if seconds is not None:
                    self.assertAlmostEqual(output["DurationMillis"] / 1000, seconds, delta=0.1)
            else:
                self.assertEqual(output["Status"], "Error", kind)
                self.assertTrue(detail.startswith(failed), detail)
        if not SANITIZED:
            if "film" in complete:
                self.assertEqual(media_files.decodes(self.where / "film.mp4"), (True, ""))
            peak = self.server.peak_mib()
            self.assertLess(peak - self.before_mib, peak_mib)
            self.assertLess(peak, HUGE_PEAK_MIB)
        return found

    def check_no_media(self, data, text=NO_MEDIA, name="input"):
        self.check(data, NONE, text, name)

    def rows(self, rows):
        for name, row in rows.items():
            with self.subTest(name):
                self.forget_peak()
                self.check(*row, name=name) if isinstance(row, tuple) else self.check_no_media(row)

    def test_no_media(self):
        """Nothing, too little, text, and bytes by chance."""
        self.rows({
            "empty.mp4": b"", "one.mp4": b"\0", "text.mp4": b"This is no film.\n" * 500,
            "page.html": b"<!DOCTYPE html><html><body>no film</body></html>",
            "data.json": b'{"film": null}', "zeros": bytes(1 << 20), "noise": odd.noise(1, 1 << 20),
            "magic.mp4": b"\0\0\0\x18ftypisom" + odd.noise(2, 4096),
            "magic.mkv": bytes.fromhex("1a45dfa3") + odd.noise(3, 4096),
        })

    def test_cut_off(self):
        """An index that is missing makes an input useless; media that is missing makes it shorter."""
        whole = self.base(".mp4")
        front = self.base(".mp4", "-movflags", "+faststart")
        self.check_no_media(whole[:len(whole) // 2])
        self.check_no_media(front[:front.index(b"trak") + 20])
        rows = {"film.mp4": (front, 0.66), "film.ts": (self.base(".ts"), 0.5),
                "film.mkv": (self.base(".mkv"), 0.5), "film.flv": (self.base(".flv"), 0.5),
                "film.avi": (self.base(".avi", "-c:v", "mpeg4"), 0.5),
                "film.mpg": (self.base(".mpg", "-c:v", "mpeg2video", "-c:a", "mp2"), 0.5)}
        for name, (data, part) in rows.items():
            with self.subTest(name):
                found = self.check(data[:int(len(data) * part)], ALL, name=name)
                self.assertGreater(found["film"]["DurationMillis"], 2000 * part * 0.6)
                self.assertLess(found["film"]["DurationMillis"], 1700)

    def test_names_say_nothing(self):
        for data, name in ((self.base(".mp4"), "film.txt"), (self.base(".ts"), "film.mp3"),
                           (self.base(".mkv"), "film.m3u8"), (self.base(".flv"), "film.png")):
            with self.subTest(name):
                self.check(data, ALL, name=name, seconds=2)

    def test_no_index(self):
        avi = self.base(".avi", "-c:v", "mpeg4")
        self.assertIn(b"idx1", avi)
        mkv = self.base(".mkv")
        self.assertIn(b"\x1c\x53\xbb\x6b", mkv)  # Cues
        for data in (avi.replace(b"idx1", b"junk"), avi[:avi.index(b"idx1")],
                     mkv.replace(b"\x1c\x53\xbb\x6b", b"\xec\x53\xbb\x6b")):
            self.check(data, ALL, seconds=2)

    def test_bits_turned_over(self):
        """What is damaged is skipped."""
        for number, (ending, options) in enumerate((
                (".mp4", ()), (".ts", ()), (".mkv", ()), (".flv", ()), (".mov", ()),
                (".mpg", ("-c:v", "mpeg2video", "-c:a", "mp2")),
                (".webm", ("-c:v", "libvpx", "-c:a", "libvorbis")),
                (".avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame")))):
            with self.subTest(ending):
                self.check(odd.flip(self.base(ending, *options), number, 30, 2000), ALL, seconds=2)

    def test_timestamps(self):
        """Below zero, far up, and over the end of the 33 bits that a transport stream has."""
        raw = ("-avoid_negative_ts", "disabled", "-output_ts_offset")
        rows = {"below.mkv": (".mkv", "-5"), "below.mp4": (".mp4", "-0.2"),
                "below.ts": (".ts", "-1"), "wrap.ts": (".ts", "95442"), "late.ts": (".ts", "90000"),
                "late.mkv": (".mkv", "1000000")}
        for name, (ending, offset) in rows.items():
            with self.subTest(name):
                found = self.check(self.base(ending, *raw, offset), ALL, name=name)
                wanted = 1.8 if name == "below.mp4" else 2  # its edit list cuts what is before 0
                for kind in ALL:
                    self.assertAlmostEqual(found[kind]["DurationMillis"] / 1000, wanted, delta=0.1)

    def test_times_that_nobody_means(self):
        """A few bytes do not make a film of years."""
        def stretch(box, offset):
            def change(boxes):
                table = odd.find_box(boxes, b"moov", b"trak", b"mdia", b"minf", b"stbl")
                for each in table:
                    if each[0] == box:
                        count, = struct.unpack_from(">I", each[1], 4)
                        words = list(struct.unpack_from(f">{count * 2}I", each[1], 8))
                        words[offset] = 0x7fffffff
                        each[1] = each[1][:8] + struct.pack(f">{count * 2}I", *words)
            return change
        base = self.base(".mp4")
        for box, offset in ((b"stts", 1), (b"ctts", 3)):
            with self.subTest(box):
                self.run_input(odd.mp4_with(base, stretch(box, offset)))
        late = odd.mp4_with(base, lambda boxes: odd.set_box(
            boxes, (b"moov", b"trak", b"edts"),
            odd.edit_list((3000000000, -1, 65536), (2000, 0, 65536))))
        self.check(late, ALL, seconds=2)

    def test_edit_lists(self):
        """They say what is shown, and when."""
        rows = {"late": ([(1000, -1, 65536), (2000, 0, 65536)], 2),
                "part": ([(1000, 6400, 65536)], 1),
                "two": ([(480, 0, 65536), (480, 12800, 65536)], 1),
                "turned": ([(480, 12288, 65536), (480, 0, 65536)], 1),
                "standing": ([(500, 0, 0), (1500, 0, 65536)], None),
                "absurd": ([(0xffffffff, 0x7fffffff, 65536), (0xffffffff, -2, 1)], None),
                "hundreds": ([(40, i % 20 * 512, 65536) for i in range(500)], None)}
        base = self.base(".mp4", sound="")
        for name, (edits, seconds) in rows.items():
            with self.subTest(name):
                data = odd.mp4_with(base, lambda boxes, edits=edits: odd.set_box(
                    boxes, (b"moov", b"trak", b"edts"), odd.edit_list(*edits)))
                found = self.run_input(data, name)
                if seconds:
                    self.assertAlmostEqual(found["segments"]["DurationMillis"] / 1000, seconds,
                                           delta=0.1)

    def test_rates(self):
        """No frames in a second, one frame at all, a thousand and more in a second."""
        moving = "testsrc2=size=160x120:rate={}:duration={}"
        one = ("-frames:v", "1", "-an")
        avi = self.base(".avi", "-c:v", "mpeg4", sound="")
        at = avi.index(b"strh") + 8 + 20
        still = odd.mp4_with(self.base(".mp4", sound=""), self.stop_time)
        self.rows({
            "one.mp4": (self.base(".mp4", *one), PICTURE, MISMATCH),
            "one.ts": (self.base(".ts", *one), PICTURE, MISMATCH),
            "one.gif": (self.base(".gif", "-c:v", "gif", "-pix_fmt", "rgb8", *one), PICTURE, MISMATCH),
            "none.avi": (avi[:at] + bytes(8) + avi[at + 8:], PICTURE, MISMATCH),
            "never.avi": (avi[:at] + struct.pack("<II", 1, 0) + avi[at + 8:], PICTURE, MISMATCH),
            "still.mp4": (still, PICTURE, MISMATCH),
            "slow.mp4": (self.base(".mp4", picture=moving.format("0.1", 30), sound=""), PICTURE,
                         MISMATCH),
            "fast.mp4": (self.base(".mp4", picture=moving.format(1000, 0.5), sound=""), PICTURE,
                         MISMATCH),
            "fast.mkv": (self.base(".mkv", picture=moving.format(1000, 0.5), sound=""), PICTURE,
                         MISMATCH),
            "over.mp4": (self.base(".mp4", picture=moving.format(100000, 0.01), sound=""), PICTURE,
                         MISMATCH),
        })

    @staticmethod
    def stop_time(boxes):
        for box in odd.find_box(boxes, b"moov", b"trak", b"mdia", b"minf", b"stbl"):
            if box[0] in (b"stts", b"ctts"):
                count, = struct.unpack_from(">I", box[1], 4)
                box[1] = box[1][:8] + b"".join(box[1][8 + 8 * i:12 + 8 * i] + bytes(4)
                                               for i in range(count))

    def test_sizes(self):
        """From one pixel to more than there can be."""
        source = "testsrc2=size={}:rate=25:duration={}"
        gif = b"\x2c" + bytes(4) + b"%b\0\2\2\x44\1\0\x3b"
        head = b"GIF89a%b\x80\0\0" + bytes(6) + gif
        dot, huge = struct.pack("<HH", 1, 1), struct.pack("<HH", 65535, 65535)
        jpeg = self.base(".avi", "-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p", sound="")
        frame = b"\xff\xc0\0\x11\x08%b"
        small = frame % struct.pack(">HH", 120, 160)
        self.assertIn(small, jpeg)
        large = self.base(".mov", "-c:v", "png", "-pix_fmt", "gray",
                          picture="color=black:size=9000x9000:rate=25:duration=0.04", sound="")
        tracks = odd.ebml("1654ae6b", odd.matroska_picture(1, b"V_VP9", 100000, 100000))
        self.rows({
            "dot.gif": (head % (dot, dot), PICTURE, MISMATCH),
            "tiny.mp4": (self.base(".mp4", picture=source.format("2x2", 0.4), sound=""), PICTURE,
                         MISMATCH),
            "stripe.mp4": (self.base(".mp4", picture=source.format("16000x16", 0.2), sound=""),
                           PICTURE, MISMATCH),
            "huge.gif": head % (huge, huge),
            "huge.mkv": odd.matroska(tracks, odd.matroska_block(
                1, 0, b"\x82\x49\x83\x42\0" + b"\xff" * 4 + bytes(99))),
        })
        self.check(jpeg.replace(small, frame % struct.pack(">HH", 65500, 65500)), NONE,
                   (NOTHING, MISMATCH))
        self.check(large, NONE, "4001 Amazon Elastic Transcoder cannot process the input: the "
                   "picture has 9000 x 9000 pixels, which is too large.")
        if not SANITIZED:  # it is about memory, of which they take their own
            self.forget_peak()
            black = "color=black:size=8192x8192:rate=25:duration=0.32"
            self.check(self.base(".mp4", "-refs", "16", picture=black, sound=""), PICTURE, MISMATCH,
                       peak_mib=HUGE_PEAK_MIB)

    def test_thousands_of_streams(self):
        tracks = odd.ebml("1654ae6b", b"".join(
            odd.matroska_picture(n + 1, b"V_VP8", 160, 120) for n in range(5000)))
        sounds = odd.ebml("1654ae6b", b"".join(
            odd.matroska_track(n + 1, 2, b"A_VORBIS") for n in range(5000)))
        film = self.base(".mp4")
        self.rows({
            "tracks.mkv": odd.matroska(tracks, odd.matroska_block(1, 0, bytes(20))),
            "sounds.mkv": odd.matroska(sounds),
            "tracks.mp4": odd.mp4_with(film, odd.many_traks(5000)),
            "programs.ts": odd.many_programs(20, 190),
            "boxes.mp4": film[:32] + b"\0\0\0\x08free" * 500000 + odd.noise(5, 100),
        })
        self.check(odd.mp4_with(film, odd.many_traks(300)), ALL, seconds=2)

    def test_beside_the_film(self):
        """Covers and texts alone are no film; beside one they do no harm."""
        folder = pathlib.Path(self.scratch.name)
        cover = folder / "cover.png"
        odd.ffmpeg("-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1", cover)
        text = folder / "text.srt"
        text.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n\n")
        film = folder / "film.mp4"
        film.write_bytes(self.base(".mp4"))
        attached = ("-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
        song = self.made("song.mp3", "-f", "lavfi", "-i", odd.SOUND, "-i", cover, *attached)
        tag = 10 + sum(byte << 7 * i for i, byte in enumerate(reversed(song[6:10])))
        self.rows({
            "cover.mp3": song[:tag],
            "cover.m4a": self.made("cover.m4a", "-i", cover, "-c:v", "copy", "-disposition:v",
                                   "attached_pic"),
            "text.mp4": self.made("text.mp4", "-i", text, "-c:s", "mov_text"),
            "text.mkv": self.made("text.mkv", "-i", text, "-c:s", "srt"),
            "song.mp3": (song, ("film", "sound"), MISMATCH),
            "first.mp4": (self.made("first.mp4", "-i", film, "-i", cover, "-map", "1", "-map", "0",
                                    "-c", "copy", "-disposition:v:0", "attached_pic"), ALL),
            "beside.mkv": (self.made("beside.mkv", "-i", film, "-map", "0", "-c", "copy", "-attach",
                                     cover, "-metadata:s:t", "mimetype=image/png"), ALL),
        })
        for name, form in (("text.srt", "srt"), ("cover.png", "png_pipe")):
            self.check_no_media((folder / name).read_bytes(),
                                f"{FOREIGN}the input format {form} is not supported.")

    def test_nothing_is_followed(self):
        """Playlists and scripts name a film beside them, and a server: nobody asks for either."""
        secret = odd.film(self.input / "secret.mp4")
        with Watch(secret) as watch, socket.create_server(("127.0.0.1", 0)) as listener:
            url = "http://127.0.0.1:%d/film.mp4" % listener.getsockname()[1]
            for place in ("secret.mp4", str(secret), f"file://{secret}", url, f"concat:{secret}",
                          f"subfile,,start,0,end,99999,,:{secret}", "../input/secret.mp4"):
                self.check_scripts(place)
            listener.setblocking(False)
            with self.assertRaises(BlockingIOError):
                listener.accept()
            self.assertFalse(watch.opened())
            self.check("secret.mp4", ALL, seconds=2)
            self.assertTrue(watch.opened())

    def check_scripts(self, place):
        hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{place}\n#EXT-X-ENDLIST\n"
        master = f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{place}\n"
        key = hls.replace("#EXTINF", f'#EXT-X-KEY:METHOD=AES-128,URI="{place}"\n#EXTINF')
        dash = ('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
                'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" '
                'mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4">'
                f'<Representation id="1" bandwidth="1"><BaseURL>{place}</BaseURL>'
                '<SegmentBase/></Representation></AdaptationSet></Period></MPD>')
        sdp = ("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
               "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")
        rows = {"hls.m3u8": (hls, "hls"), "master.mp4": (master, "hls"), "key.ts": (key, "hls"),
                "dash.mpd": (dash, "dash"), "script.ffconcat": (f"ffconcat version 1.0\nfile '{place}'\n",
                                                                "concat"),
                "session.sdp": (sdp, "sdp"), "script.txt": (f"file '{place}'\n", None),
                "list.m3u": (f"#EXTM3U\n{place}\n", None), "link.mp4": (place, None)}
        for name, (script, form) in rows.items():
            with self.subTest(name, place=place):
                wanted = f"{FOREIGN}the input format {form} is not supported." if form else NO_MEDIA
                self.check_no_media(script.encode(), wanted, name)
        self.check(self.reference(place), NONE, (NOTHING, MISMATCH), "reference.mov")

    def reference(self, place):
        """A movie whose film lies in another file: a data reference by name, and no media."""
        def change(boxes):
            name = place.encode()
            alias = bytes(130) + struct.pack(">HH", 1, 1) + bytes(16) + struct.pack(">hH", 2, len(name)) + name
            alias += b"\0" * (len(name) % 2) + struct.pack(">hH", -1, 0)
            body = struct.pack(">II", 0, 1) + struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
            odd.set_box(boxes, (b"moov", b"trak", b"mdia", b"minf", b"dinf"),
                        struct.pack(">I4s", 8 + len(body), b"dref") + body)
            for box in boxes:
                if box[0] == b"mdat":
                    box[1] = bytes(len(box[1]))
        return odd.mp4_with(self.base(".mov", "-f", "mov", sound=""), change)


if __name__ == "__main__":
    main()
