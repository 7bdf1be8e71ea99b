"""A long film of one rendition is made in stretches beside each other, and nobody sees where."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import media_files
from mockets_server import Server

FPS, SECONDS, SEGMENT_S = 10, 126, 3
PRESET, PEAK_KBPS, BUFFER_KBIT = "1351620000002-000360", 749, 1050
# The picture of another moment is far less like it than what 700 kbit/s leave of one
LEAST_PSNR_DB = 27


CONSTANT_QUALITY = {
    "Name": "stretches", "Container": "mp4",
    "Video": {
        "Codec": "H.264",
        "CodecOptions": {"Profile": "main", "Level": "3.1", "MaxReferenceFrames": "3"},
        "KeyframesMaxDist": "50", "FixedGOP": "true", "BitRate": "auto", "FrameRate": "auto",
        "MaxWidth": "640", "MaxHeight": "360", "SizingPolicy": "ShrinkToFit",
        "PaddingPolicy": "NoPad", "DisplayAspectRatio": "auto"},
    "Audio": {"Codec": "AAC", "SampleRate": "auto", "BitRate": "64", "Channels": "auto"},
}


def ffmpeg(*arguments):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)],
                          check=True, capture_output=True, timeout=300)


def begins(path):
    """The frames with which stretches begin: every encoder puts its name into its first."""
    stream = ffmpeg("-i", path, "-map", "0:v", "-c", "copy", "-bsf:v",
                    "h264_mp4toannexb,h264_metadata=aud=insert", "-f", "h264", "-").stdout
    frames = stream.split(b"\0\0\1\x09")[1:]  # a delimiter in front of each
    return [i for i, frame in enumerate(frames) if b"x264 - core" in frame]


def likeness(path, film, start_s=0):
    """PSNR of every frame, beside that of the film."""
    with tempfile.NamedTemporaryFile("r") as stats:
        skip = ("-ss", start_s) if start_s else ()
        told = ffmpeg("-i", path, *skip, "-i", film, "-lavfi",
                      f"[0:v]settb=1/{FPS},setpts=N[a];[1:v]settb=1/{FPS},setpts=N[b];"
                      f"[a][b]psnr=stats_file={stats.name}:shortest=1", "-f", "null", "-").stderr
        assert not told, told  # both decode without a complaint
        return [float(value.replace("inf", "99")) for value in
                re.findall(r"psnr_y:(\S+)", stats.read())]


class Stretches(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mockets-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.films = pathlib.Path(folder.name)
        cls.with_sound = media_files.make_clip(
            cls.films / "sound.mp4", "--size", "160x90", "--rate", FPS, "--seconds", SECONDS,
            "--audio", 2)
        cls.film = cls.films / "film.mp4"
        ffmpeg("-i", cls.with_sound, "-c", "copy", "-an", cls.film)
        cls.server = cls.serve()
        cls.plain = cls.serve("--encoder-threads", "1")  # never in stretches

    @classmethod
    def serve(cls, *flags):
        server = Server("--bucket", f"input={cls.films}", *flags)
        cls.addClassCleanup(server.stop)
        return server

    def make(self, film, server=None, preset_id=PRESET, span=None, segments=True):
        """The output of a job, as ffmpeg can read it."""
        server = server or self.server
        output = {"Key": "x", "PresetId": preset_id}
        if segments:
            output["SegmentDuration"] = str(SEGMENT_S)
        made = server.create_job({
            "Inputs": [{"Key": film, **({"TimeSpan": span} if span else {})}],
            "OutputKeyPrefix": f"{self.id()}-{film}-", "Outputs": [output]})
        job = server.wait_job(made["Id"])
        self.assertEqual(job["Status"], "Complete", job)
        path = server.bucket("output") / f"{self.id()}-{film}-x"
        return path.with_name(path.name + ".m3u8") if segments else path

    def make_one_file(self, film, preset, server):
        made = server.request("POST", "/2012-09-25/presets", preset).json["Preset"]
        return self.make(film, server, made["Id"], segments=False)

    def check_cut(self, path):
        self.assertEqual(len(begins(path)) > 1, len(os.sched_getaffinity(0)) > 1)

    def check_frames(self, path, count, film, start_s=0):
        """Each frame once, in its place, and the picture that belongs there."""
        frames = media_files.packets(path, "video")
        self.assertEqual(len(frames), count)
        for key in ("dts", "pts"):
            times = sorted(frame[key] for frame in frames) if key == "pts" else [
                frame[key] for frame in frames]
            for a, b in zip(times, times[1:]):
                self.assertAlmostEqual(b - a, 1 / FPS, delta=0.0011, msg=f"{key} {a}")
        psnr = likeness(path, film, start_s)
        self.assertEqual(len(psnr), count)
        self.assertGreater(min(psnr), LEAST_PSNR_DB, f"frame {psnr.index(min(psnr))}")

    def check_sound(self, path):
        """All of it is there, and decodes."""
        heard = media_files.packets(path, "audio")
        self.assertAlmostEqual(heard[-1]["pts"] - heard[0]["pts"], SECONDS, delta=0.1)
        good, log = media_files.decodes(path)
        self.assertTrue(good, log)

    def check_like_plain(self, film, cut=True):
        """As many frames as in one piece, and all of them alike."""
        path, plain = self.make(film), self.make(film, self.plain)
        if cut:
            self.check_cut(path)
        count = len(media_files.packets(plain, "video"))
        self.assertEqual(len(media_files.packets(path, "video")), count)
        self.assertEqual(begins(plain), [0])
        psnr = likeness(path, plain)
        self.assertEqual(len(psnr), count)
        self.assertGreater(min(psnr), LEAST_PSNR_DB, f"frame {psnr.index(min(psnr))}")
        self.assertAlmostEqual(media_files.duration(path), media_files.duration(plain), delta=0.1)
        return count

    def test_segments(self):
        path = self.make("sound.mp4")
        self.check_cut(path)
        self.check_frames(path, FPS * SECONDS, self.film)
        self.check_sound(path)
        flags = media_files.key_flags(path)
        self.assertEqual([i for i, key in enumerate(flags) if key],
                         list(range(0, FPS * SECONDS, FPS * SEGMENT_S)))
        self.assertEqual([seconds for seconds, _ in media_files.media_segments(path)],
                         [SEGMENT_S] * (SECONDS // SEGMENT_S))

    def test_decoder_buffer(self):
        """A decoder that is fed at the peak rate from a full buffer never runs dry."""
        noise = r"noise=alls=60:allf=t:all_seed=1:enable='gt(mod(t\,9)\,2)'"
        ffmpeg("-i", self.film, "-vf", f"scale=320:180,{noise}", "-c:v", "libx264", "-preset",
               "ultrafast", "-crf", "20", "-g", 60, self.films / "noise.mp4")
        path = self.make("noise.mp4")
        self.check_cut(path)
        full = BUFFER_KBIT
        for frame in media_files.packets(path, "video"):
            full = min(BUFFER_KBIT, full + PEAK_KBPS / FPS) - frame["size"] * 8 / 1000
            # the muxer's own bytes (delimiters, parameter sets) are not in x264's account
            self.assertGreater(full, -BUFFER_KBIT * 0.03, f"at {frame['dts']} s")

    def test_one_file(self):
        """Constant quality in mp4: headers apart, key frames by number."""
        path = self.make_one_file("sound.mp4", CONSTANT_QUALITY, self.server)
        self.check_cut(path)
        self.check_frames(path, FPS * SECONDS, self.film)
        self.check_sound(path)
        self.assertEqual([i for i, key in enumerate(media_files.key_flags(path)) if key],
                         list(range(0, FPS * SECONDS, 50)))

    def test_scene_at_the_end(self):
        """Two key frames that follow each other need different numbers, which two encoders would
        not give them: the last frame of a stretch is none, whether a scene begins with it or its
        GOP has become so long."""
        gop = 50
        free = {**CONSTANT_QUALITY, "Video": {
            **CONSTANT_QUALITY["Video"], "FixedGOP": "false", "KeyframesMaxDist": str(gop),
            # x264 looks for scenes in the last frame only where there are no B frames
            "CodecOptions": {**CONSTANT_QUALITY["Video"]["CodecOptions"], "Profile": "baseline"}}}

        def outputs(name, look, *servers):
            ffmpeg("-i", self.film, "-vf", look, "-c:v", "libx264", "-preset", "ultrafast", "-g",
                   60, self.films / name)
            return [self.make_one_file(name, free, server) for server in servers]

        at = begins(*outputs("same.mp4", "null", self.server))[1:]
        self.assertEqual(len(at) > 1, len(os.sched_getaffinity(0)) > 1)
        cuts = [i - 1 for i in at[::2]] + [i - 1 - gop for i in at[1::2]]
        where = "+".join(f"gte(n,{i})" for i in cuts) or "0"
        path, plain = outputs("scenes.mp4", f"negate=enable='mod({where},2)'", self.server,
                              self.plain)
        self.assertEqual(begins(path)[1:], at)
        keys, plain_keys = media_files.key_flags(path), media_files.key_flags(plain)
        for i in at:
            self.assertEqual((plain_keys[i - 1], keys[i - 1], keys[i]), (True, False, True), i)
        self.check_frames(path, FPS * SECONDS, self.films / "scenes.mp4")

    def test_clip(self):
        path = self.make("film.mp4", span={"StartTime": "2.000", "Duration": "123.000"})
        self.check_cut(path)
        self.check_frames(path, FPS * 123, self.film, 2)

    def test_without_sound(self):
        path = self.make("film.mp4")
        self.check_cut(path)
        self.check_frames(path, FPS * SECONDS, self.film)

    def test_late_film(self):
        """Pictures that begin later than the sound, and lie between the frames of the output."""
        for ms in (15, 700):
            with self.subTest(ms=ms):
                ffmpeg("-itsoffset", ms / 1000, "-i", self.film, "-i", self.with_sound, "-map",
                       "0:v", "-map", "1:a", "-c", "copy", self.films / f"late-{ms}.mp4")
                self.check_like_plain(f"late-{ms}.mp4")

    def test_sixty_frames(self):
        """Of 60 frames a second, too, pictures may lie between those of the output."""
        preset = {**CONSTANT_QUALITY, "Video": {**CONSTANT_QUALITY["Video"], "MaxFrameRate": "60"}}
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate=60:duration={SECONDS}", "-c:v",
               "libx264", "-preset", "ultrafast", "-g", 250, self.films / "all-60.mp4")
        ffmpeg("-itsoffset", 0.009, "-i", self.films / "all-60.mp4", "-i", self.with_sound, "-map",
               "0:v", "-map", "1:a", "-c", "copy", self.films / "late-60.mp4")
        path, plain = (self.make_one_file("late-60.mp4", preset, server)
                       for server in (self.server, self.plain))
        self.check_cut(path)
        self.assertEqual(begins(plain), [0])
        count = len(media_files.packets(plain, "video"))
        self.assertAlmostEqual(count, 60 * SECONDS, delta=1)
        psnr = likeness(path, plain)
        self.assertEqual(len(psnr), count)
        self.assertGreater(min(psnr), LEAST_PSNR_DB, f"frame {psnr.index(min(psnr))}")

    def test_hole(self):
        """No pictures for some seconds where stretches end: the last one is seen meanwhile."""
        # stretches begin at such key frames
        ffmpeg("-i", self.film, "-vf", "select='not(between(t,32,35.95)+between(t,104,107.95))'",
               "-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "ultrafast", "-g", 600,
               "-force_key_frames", "expr:gte(t,n_forced*6)", self.films / "hole.mp4")
        self.assertEqual(self.check_like_plain("hole.mp4"), FPS * SECONDS)

    def test_short_of(self):
        """A file that has less in it than it says ends where its pictures do."""
        ffmpeg("-i", self.with_sound, "-c", "copy", "-movflags", "faststart",
               self.films / "all.mp4")
        data = (self.films / "all.mp4").read_bytes()
        for part, cut in ((0.6, True), (0.2, False)):  # the latter within the first stretch
            with self.subTest(part=part):
                (self.films / f"some-{part}.mp4").write_bytes(data[:int(len(data) * part)])
                count = self.check_like_plain(f"some-{part}.mp4", cut)
                self.assertAlmostEqual(count, FPS * SECONDS * part, delta=FPS * SECONDS * 0.1)

    def blank(self, film, name, begin_s=0, end_s=SECONDS):
        """The film with zeros for its pictures from one time to another."""
        data = bytearray(film.read_bytes())
        for packet in media_files.packets(film, "video"):
            if begin_s <= packet["pts"] < end_s:
                data[packet["pos"]:packet["pos"] + packet["size"]] = bytes(packet["size"])
        (self.films / name).write_bytes(data)
        return name

    def test_no_film(self):
        """Where nothing of the film can be decoded there is no output without it."""
        film = self.blank(self.with_sound, "none.mp4")
        for server in (self.server, self.plain):
            job = server.wait_job(server.create_job({
                "Inputs": [{"Key": film}], "Outputs": [{"Key": self.id(), "PresetId": PRESET}]})["Id"])
            self.assertEqual(job["Status"], "Error", job)

    def test_damage(self):
        """Bytes that are no film cost the pictures that they were, also where a stretch ends."""
        path = self.make("film.mp4")
        self.check_cut(path)
        at = begins(path)
        for joint_s in {at[-1] // FPS, at[len(at) // 2] // FPS}:
            for begin_s in (joint_s - 2, joint_s):
                with self.subTest(joint_s=joint_s, begin_s=begin_s):
                    film = self.blank(self.film, f"damaged-{begin_s}.mp4", begin_s, begin_s + 2)
                    self.assertEqual(self.check_like_plain(film), FPS * SECONDS)


if __name__ == "__main__":
    unittest.main()
