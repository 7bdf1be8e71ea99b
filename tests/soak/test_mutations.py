"""Damaged media, captions and pictures: every job ends, and the server goes on.

MOCKETS_SOAK_MUTATIONS says how many jobs there are, MOCKETS_SOAK_SEED where they begin.
"""

import os
import pathlib
import tempfile
import unittest

import caption_files
import odd_inputs
from mockets_server import API, Server, main

JOBS = int(os.environ.get("MOCKETS_SOAK_MUTATIONS", "240"))
SEED = int(os.environ.get("MOCKETS_SOAK_SEED", "0"))
SANITIZED = bool(os.environ.get("MOCKETS_SANITIZE"))
BATCH, SECONDS, PEAK_MIB = 8, 120, 2048

CUES = [(0.1, 0.4, "Good morning."), (0.4, 0.7, "\u00dcber & <under>\nis fine")]
DFXP = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>
<p begin="00:00:00.100" end="00:00:00.400">Good <span>morning</span>.</p>
<p begin="10f" dur="0.3s">Fine &amp; well<br/>so far</p></div></body></tt>
"""
SCC = """Scenarist_SCC V1.0

00:00:00;03\t9420 9420 94d0 94d0 c8e5 ecec ef80 942f 942f

00:00:00;15\t942c 942c
"""

PICTURE, SOUND = ("testsrc2=size=96x64:rate=25:duration=0.8",
                  "sine=frequency=440:sample_rate=44100:duration=0.8")
FILMS = {
    ".mp4": (), ".mov": ("-c:v", "mpeg4"), ".ts": (), ".flv": (),
    ".mkv": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "flac"),
    ".webm": ("-c:v", "libvpx", "-c:a", "libvorbis"),
    ".avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    ".mpg": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    ".mxf": ("-c:v", "mpeg2video", "-c:a", "pcm_s16le", "-ar", "48000"),
    ".gif": ("-an", "-c:v", "gif", "-pix_fmt", "rgb8"),
    ".ogg": ("-vn", "-c:a", "libvorbis"), ".mp3": ("-vn", "-c:a", "libmp3lame"),
    ".flac": ("-vn", "-c:a", "flac"), ".wav": ("-vn", "-c:a", "pcm_s16le"),
}
MARK = {"Id": "mark", "MaxWidth": "50%", "MaxHeight": "50%", "SizingPolicy": "Fit",
        "HorizontalAlign": "Left", "HorizontalOffset": "0px", "VerticalAlign": "Top",
        "VerticalOffset": "0px", "Opacity": "100", "Target": "Frame"}
PRESET = {"Name": "small", "Container": "mp4", "Video": {
    "Codec": "H.264", "CodecOptions": {"Profile": "baseline", "Level": "3",
                                       "MaxReferenceFrames": "1"},
    "KeyframesMaxDist": "30", "FixedGOP": "false", "BitRate": "200", "FrameRate": "auto",
    "MaxFrameRate": "30", "MaxWidth": "128", "MaxHeight": "96", "SizingPolicy": "Fit",
    "PaddingPolicy": "Pad", "DisplayAspectRatio": "auto", "Watermarks": [MARK]},
    "Audio": {"Codec": "AAC", "SampleRate": "44100", "BitRate": "64", "Channels": "2"},
    "Thumbnails": {"Format": "png", "Interval": "1", "MaxWidth": "64", "MaxHeight": "64",
                   "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"}}


class Mutations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.input = cls.server.bucket("input")
        cls.presets = {}
        for container in ("mp4", "ts"):
            status, body = cls.server.post(API + "/presets", {**PRESET, "Container": container})
            assert status == 201, body
            cls.presets[container] = body["Preset"]["Id"]
        with tempfile.TemporaryDirectory() as folder:
            cls.make(pathlib.Path(folder))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()  # with a sanitizer it fails for a leak, too

    @classmethod
    def make(cls, folder):
        subtitle = folder / "film.srt"
        subtitle.write_text(caption_files.srt(CUES))
        cls.films = {}
        for ending, options in FILMS.items():
            path = folder / ("film" + ending)
            odd_inputs.film(path, *options, picture=PICTURE, sound=SOUND)
            cls.films[ending] = path.read_bytes()
        for ending, codec in ((".mp4", "mov_text"), (".mkv", "srt")):
            path = folder / ("texts" + ending)
            odd_inputs.ffmpeg("-i", folder / ("film" + ending), "-i", subtitle, "-c", "copy",
                              "-c:s", codec, path)
            cls.films["texts" + ending] = path.read_bytes()
        for ending, more in ((".png", ("-pix_fmt", "rgba")), (".jpg", ())):
            odd_inputs.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1", *more,
                              folder / ("mark" + ending))
        cls.pictures = {p.suffix: p.read_bytes() for p in folder.glob("mark*")}
        odd_inputs.ffmpeg("-i", folder / "film.mp3", "-i", folder / "mark.jpg", "-map", "0", "-map",
                          "1", "-c", "copy", "-disposition:v", "attached_pic", folder / "art.mp3")
        cls.films["art.mp3"] = (folder / "art.mp3").read_bytes()
        cls.captions = {
            ".srt": caption_files.srt(CUES).encode(),
            ".vtt": caption_files.webvtt(CUES).encode(), ".dfxp": DFXP.encode(),
            ".scc": SCC.encode()}
        (cls.input / "good.mp4").write_bytes(cls.films[".mp4"])

    def put(self, number, kind, ending, data):
        name = f"{number}-{kind}{ending.replace('.', '-')}{ending[-4:]}"
        (self.input / name).write_bytes(odd_inputs.mutate(data, SEED + number))
        return name

    def pick(self, number, things):
        return list(things.items())[number % len(things)]

    def job(self, number):
        """One of four things is damaged: most often the film."""
        film, mark, sources, art = "good.mp4", None, None, None
        kind, nth = number % 8, number // 8 * 5 + number % 8
        if kind < 5:
            film = self.put(number, "film", *self.pick(nth, self.films))
        elif kind == 5:
            mark = self.put(number, "mark", *self.pick(number // 8, self.pictures))
        elif kind == 6:
            name = self.put(number, "text", *self.pick(number // 8, self.captions))
            sources = [{"Key": name, "Language": "en"}]
        else:
            art = self.put(number, "art", *self.pick(number // 8, self.pictures))
        formats = [{"Format": form, "Pattern": f"c/{number}-{form}-{{language}}"}
                   for form in ("srt", "webvtt", "dfxp")] + [{"Format": "mov-text"}]
        output = {"Key": f"o/{number}.mp4", "PresetId": self.presets["mp4"],
                  "ThumbnailPattern": f"t/{number}-{{count}}",
                  "Captions": {"CaptionFormats": formats}}
        if mark:
            output["Watermarks"] = [{"PresetWatermarkId": "mark", "InputKey": mark}]
        said = {"Key": film}
        if sources:
            said["InputCaptions"] = {"MergePolicy": "MergeOverride", "CaptionSources": sources}
        outputs = [output, {"Key": f"o/{number}", "PresetId": self.presets["ts"],
                            "SegmentDuration": "1"},
                   {"Key": f"o/{number}.mp3", "PresetId": "1351620000001-300040"}]
        if art:
            outputs[2]["AlbumArt"] = {"MergePolicy": "Replace", "Artwork": [{
                "InputKey": art, "MaxWidth": "64", "MaxHeight": "64", "SizingPolicy": "Fit",
                "PaddingPolicy": "NoPad", "AlbumArtFormat": "jpg"}]}
        return film, {"Inputs": [said], "Outputs": outputs}

    def check_ended(self, what, job):
        for output in job["Outputs"]:
            detail = output["StatusDetail"]
            if output["Status"] == "Complete":
                continue
            self.assertEqual(output["Status"], "Error", what)
            self.assertRegex(detail, r"^(1000|3001|4\d\d\d) [-0-9a-f]{36}: .", what)

    def test_all_end(self):
        ends = {}
        for first in range(0, JOBS, BATCH):
            made = []
            for number in range(first, min(first + BATCH, JOBS)):
                film, job = self.job(number)
                made.append((f"{number} {film}", self.server.create_job(job)["Id"]))
            for what, job_id in made:
                with self.subTest(what):
                    job = self.server.wait_job(job_id, SECONDS)
                    self.check_ended(what, job)
                    ends[job["Status"]] = ends.get(job["Status"], 0) + 1
        self.assertEqual(self.server.request("GET", "/_mockets/health").status, 200)
        self.assertEqual(sum(ends.values()), JOBS)
        self.assertEqual(sorted(ends), ["Complete", "Error"])
        if not SANITIZED:
            self.assertLess(self.server.peak_mib(), PEAK_MIB)


if __name__ == "__main__":
    main()
