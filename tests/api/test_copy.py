"""--copy-when-possible: streams that are as the preset wants them keep their very packets."""

import json
import math
import pathlib
import subprocess
import tempfile
import unittest

import media_files
from mockets_server import Server, run

# Generic 360p of 16:9 and of 4:3, with the same sound, and 320 x 240
MP4, NARROW, SMALLER = "1351620000001-000040", "1351620000001-000050", "1351620000001-000061"
HLS, SMALLER_HLS = "1351620000002-000360", "1351620000002-000240"
SOUND = "1351620000001-100120"  # AAC 160k
COPY = "--copy-when-possible"
RATE, SECONDS = 30, 9.5
SIZE = ("--size", "640x360", "--rate", RATE, "--seconds", SECONDS, "--audio", 2)

# What containers add and take away: parameter sets and delimiters; headers of ADTS.
FILTERS = {"video": "h264_mp4toannexb,filter_units=remove_types=7-9", "audio": "aac_adtstoasc"}


@media_files.read_once
def digests(path, *kinds):
    """A hash of every packet of these streams, whatever container they lie in."""
    maps = [part for kind in kinds
            for part in ("-map", f"0:{kind[0]}:0", f"-bsf:{kind[0]}", FILTERS[kind])]
    made = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, *maps, "-c", "copy", "-copyts", "-f", "framemd5",
         "-"], check=True, capture_output=True, text=True, timeout=120).stdout
    rows = [line.split(",") for line in made.splitlines() if not line.startswith("#")]
    found = {kind: [row[5].strip() for row in rows if int(row[0]) == i]
             for i, kind in enumerate(kinds)}
    assert all(len(packets) > 100 for packets in found.values()), made
    return found


def remux(source, path):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", source, "-c", "copy", path], check=True,
                   timeout=120)
    return path


class Copy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mockets-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        clip = media_files.make_clip(cls.folder / "clip.mp4", *SIZE)
        for preset, more in ((f"{MP4}=film.mp4", ()),
                             (f"{HLS}=cut", ("--playlist", "master=HLSv4",
                                             "--segment-duration", 2))):
            # a film that is looked at twice stays below its rate
            made = run("transcode", clip, "--output", cls.folder, "--speed", "best",
                       "--preset", preset, *more)
            assert made.returncode == 0, made
        cls.film, cls.cut = cls.folder / "film.mp4", cls.folder / "cut.ts"

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="mockets-test-")
        self.addCleanup(scratch.cleanup)
        self.out = pathlib.Path(scratch.name)

    def transcode(self, source, *arguments):
        made = run("transcode", source, "--output", self.out, "--json", *arguments)
        self.assertEqual(made.returncode, 0, made)
        return json.loads(made.stdout)

    def check_same(self, one, other, *kinds):
        """Which streams of both are the same, packet by packet."""
        both = ("video", "audio")
        one, other = digests(one, *both), digests(other, *both)
        same = [kind for kind in both if one[kind] == other[kind]]
        self.assertEqual(same, list(kinds))

    def check_plays(self, *paths):
        good, complaint = media_files.decodes(*paths)
        self.assertTrue(good, complaint)

    def check_times(self, source, path):
        """Everything is shown and heard when it was, counted from where the source begins."""
        def times(path):
            found = {kind: media_files.packets(path, kind) for kind in ("video", "audio")}
            return {kind: sorted(packet["pts"] for packet in found[kind]) for kind in found}

        before, after = times(source), times(path)
        shift = after["video"][0] - before["video"][0]
        for kind in before:
            self.assertEqual(len(before[kind]), len(after[kind]))
            for one, other in zip(before[kind], after[kind]):
                self.assertAlmostEqual(one + shift, other, delta=0.002)
        steps = [b - a for a, b in zip(after["video"], after["video"][1:])]
        self.assertAlmostEqual(max(steps), min(steps), delta=0.0001)

    def test_mp4_to_mp4(self):
        job = self.transcode(self.film, "--preset", f"{MP4}=a.mp4", COPY)
        made = self.out / "a.mp4"
        self.check_same(self.film, made, "video", "audio")
        self.check_times(self.film, made)
        self.check_plays(made)
        output = job["Outputs"][0]
        plain = self.transcode(self.film, "--preset", f"{MP4}=b.mp4")["Outputs"][0]
        self.check_same(self.film, self.out / "b.mp4")
        for name in ("Width", "Height", "FrameRate", "StatusDetail", "AppliedColorSpaceConversion"):
            self.assertEqual(output[name], plain[name], name)
        self.assertAlmostEqual(output["DurationMillis"], plain["DurationMillis"], delta=34)
        self.assertEqual(output["FileSize"], made.stat().st_size)

    def test_another_preset_encodes(self):
        self.transcode(self.film, "--preset", f"{SMALLER}=small.mp4", COPY)
        self.check_same(self.film, self.out / "small.mp4")
        self.check_plays(self.out / "small.mp4")

    def test_sound_alone(self):
        self.transcode(self.film, "--preset", f"{SOUND}=sound.mp4", COPY)
        self.assertEqual(digests(self.film, "audio"), digests(self.out / "sound.mp4", "audio"))
        self.assertEqual(list(media_files.streams(self.out / "sound.mp4")), ["audio"])

    def test_one_of_both(self):
        """The film is encoded anew, and its sound is not; both are still together."""
        source = remux(self.film, self.folder / "both.ts")
        self.transcode(source, "--preset", f"{NARROW}=narrow.mp4", COPY)
        made = self.out / "narrow.mp4"
        self.check_same(self.film, made, "audio")
        self.check_plays(made)
        ends = [max(packet["pts"] - packets[0]["pts"] for packet in packets)
                for packets in (media_files.packets(made, "video"),
                                media_files.packets(self.film, "video"))]
        self.assertAlmostEqual(*ends, delta=2 / RATE)

    def test_containers(self):
        for ending in ("mov", "mkv", "flv", "ts"):
            source = remux(self.film, self.folder / f"as.{ending}")
            with self.subTest(ending):
                self.transcode(source, "--preset", f"{MP4}={ending}.mp4", COPY)
                made = self.out / f"{ending}.mp4"
                self.check_same(self.film, made, "video", "audio")
                self.check_times(source, made)
                self.check_plays(made)

    def make_films(self, wanted):
        """What others make, {name: options}: H.264 as the preset HLS wants it, but for these."""
        outputs = []
        for name, options in wanted.items():
            outputs += [
                "-map", "0", "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main",
                "-level", "3", "-refs", "3", "-g", "60", "-b:v", "500k", "-maxrate", "700k",
                "-bufsize", "1000k", "-pix_fmt", "yuv420p", "-x264-params", "b-pyramid=none",
                *options, self.folder / name]
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                        "testsrc2=size=640x360:duration=5", *outputs], check=True, timeout=120)
        return [self.folder / name for name in wanted]

    def test_films_of_others(self):
        """Only what every packet of a film shows keeps it from being copied."""
        rows = {
            "good": ((), True),
            "without B frames": (("-bf", "0"), True),
            "key frames that are open": (("-x264-params", "b-pyramid=none:open-gop=1"), False),
            "all values of a byte": (("-pix_fmt", "yuvj420p"), False),
            "fields": (("-x264-params", "b-pyramid=none:interlaced=1"), False),
            "references": (("-x264-params", "b-pyramid=none:ref=4"), False),
            "a picture less": (("-vf", "select=not(eq(n\\,40))", "-vsync", "vfr"), False),
            "rate": (("-b:v", "900k", "-maxrate", "2000k", "-bufsize", "4000k"), False),
            "pixels": (("-vf", "setsar=4/3"), False),
        }
        sources = self.make_films({f"{name}.mp4": options for name, (options, _) in rows.items()})
        for (name, (_, same)), source in zip(rows.items(), sources):
            with self.subTest(name):
                self.transcode(source, "--preset", f"{HLS}={name}.ts", COPY)
                made = next(self.out.glob(f"{name}*"))
                self.assertEqual(digests(source, "video") == digests(made, "video"), same)
        self.check_plays(*self.out.iterdir())

    def test_film_that_changes(self):
        """Two films one after the other, whose parameter sets differ."""
        parts = self.make_films({"one.ts": (), "two.ts": ("-bf", "0")})
        whole = {}
        for name, files in (("same", parts[:1] * 2), ("different", parts)):
            (self.folder / "list").write_text("".join(f"file '{file}'\n" for file in files))
            whole[name] = self.folder / f"{name}.ts"
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i",
                            self.folder / "list", "-c", "copy", whole[name]], check=True,
                           timeout=120)
            self.transcode(whole[name], "--preset", f"{HLS}={name}.ts", COPY)
            made = self.out / f"{name}.ts"
            self.assertEqual(digests(whole[name], "video") == digests(made, "video"),
                             name == "same", name)
            self.check_plays(made)

    def test_film_that_is_cut_off(self):
        """What is damaged is no film to pass on, but may still be worth encoding."""
        film, source = self.film.read_bytes(), self.folder / "short.mp4"
        picture, sound = (media_files.packets(self.film, kind)[-60] for kind in ("video", "audio"))
        for name, packet, bytes in (("inside a picture", picture, 1), ("after it", picture, None),
                                    ("inside sound", sound, 1), ("after it", sound, None)):
            with self.subTest(name, at=packet["pos"]):
                source.write_bytes(film[:packet["pos"] + (bytes or packet["size"])])
                self.transcode(source, "--preset", f"{MP4}=short.mp4", "--overwrite", COPY)
                made = self.out / "short.mp4"
                before, after = (digests(path, "video", "audio") for path in (self.film, made))
                for kind in before:
                    self.assertNotEqual(before[kind][0], after[kind][0])
                self.check_plays(made)

    def check_segments(self, folder, name, seconds):
        """The segments of a playlist begin with key frames and are as long as they should be."""
        segments = media_files.media_segments(folder / name)
        self.assertEqual(len(segments), math.ceil(SECONDS / seconds))
        for length, _ in segments[:-1]:
            self.assertAlmostEqual(length, seconds, delta=1 / RATE)
        self.check_plays(folder / name)
        return segments

    def test_segments(self):
        for source in (self.cut, remux(self.cut, self.folder / "cut.mp4"),
                       remux(self.cut, self.folder / "cut.mkv")):
            for seconds in (2, 4):
                with self.subTest(source=source.suffix, seconds=seconds):
                    name = f"{source.suffix[1:]}{seconds}"
                    self.transcode(source, "--preset", f"{HLS}={name}", "--playlist",
                                   f"all-{name}=HLSv3", "--segment-duration", seconds, COPY)
                    self.check_same(self.cut, self.out / f"{name}.m3u8", "video", "audio")
                    segments = [self.out / file for _, file in
                                self.check_segments(self.out, f"{name}.m3u8", seconds)]
                    for segment in segments:
                        self.assertTrue(media_files.packets(segment, "video")[0]["key"])
                    self.check_plays(*segments)
        self.transcode(self.cut, "--preset", f"{HLS}=three", "--segment-duration", 3, COPY)
        self.check_same(self.cut, self.out / "three.m3u8", "audio")  # no key frames there
        self.check_segments(self.out, "three.m3u8", 3)

    def test_one_file_of_segments(self):
        self.transcode(self.cut, "--preset", f"{HLS}=one", "--playlist", "all=HLSv4",
                       "--segment-duration", 2, COPY)
        self.check_same(self.cut, self.out / "one.ts", "video", "audio")
        self.check_segments(self.out, "one_v4.m3u8", 2)
        pictures = media_files.packets(self.out / "one_iframe.m3u8", "video")
        self.assertEqual([picture["key"] for picture in pictures], [True] * 5)
        before, after = ((folder / name).read_text().replace("master", "all").replace("cut", "one")
                         for folder, name in ((self.folder, "master.m3u8"),
                                              (self.out, "all.m3u8")))
        codecs = [line.split('CODECS="')[1].split('"')[0]
                  for line in (before + after).splitlines() if "CODECS=" in line]
        self.assertEqual(codecs[:len(codecs) // 2], codecs[len(codecs) // 2:])

    def test_serve(self):
        job = {"Inputs": [{"Key": "cut.ts"}],
               "Outputs": [{"Key": "hls", "PresetId": HLS, "SegmentDuration": "2",
                            "ThumbnailPattern": "hls-{count}"},
                           {"Key": "small", "PresetId": SMALLER_HLS, "SegmentDuration": "2"}],
               "Playlists": [{"Name": "all", "Format": "HLSv3", "OutputKeys": ["hls", "small"]}]}
        for flags, same, copied in (((COPY,), ("video", "audio"), True), ((), (), False)):
            with self.subTest(flags), Server("--bucket", f"input={self.folder}", *flags) as server:
                done = server.wait_job(server.create_job(job)["Id"])
                self.assertEqual(done["Status"], "Complete", done)
                folder = server.bucket("output")
                self.check_same(self.cut, folder / "hls.m3u8", *same)
                self.check_segments(folder, "hls.m3u8", 2)
                self.check_segments(folder, "small.m3u8", 2)
                self.assertTrue((folder / "hls-00001.png").exists())
                self.assertEqual("2 streams are copied" in server.read_log(), copied)


if __name__ == "__main__":
    unittest.main()
