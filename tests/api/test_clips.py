"""Clips and stitching: what is taken of the inputs, to the frame, and how they are joined."""

import json
import subprocess
import unittest

import media_files
from mockets_server import ServerTest

SMALL = "1351620000001-000061"  # 320x240, 29.97
WEB = "1351620000001-100070"
AUDIO = "1351620000001-300040"
HLS = "1351620000001-200055"
SHORTER = (
    "The starting time plus the duration of a clip exceeded the length of the input file. Amazon "
    "Elastic Transcoder created an output file that is shorter than the specified duration."
)


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, timeout=120)


def marks(path):
    """Times at which the grey ramp of a film has its grey levels, one a second: [(time, level)]."""
    size = media_files.streams(path)["video"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-vf",
         "extractplanes=y,crop=16:16:%d:%d,scale=1:1" % (size["width"] // 2, size["height"] // 2),
         "-f", "rawvideo", "-"], check=True, capture_output=True, timeout=120)
    times = [packet["pts"] for packet in media_files.packets(path, "video")]
    return list(zip(sorted(times), done.stdout))


def loudness(path, step=0.01):
    """[(time, peak)] of the first channel, in steps of 10 ms."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-ac", "1", "-ar", "8000",
         "-f", "s16le", "-"], check=True, capture_output=True, timeout=120)
    start = float(media_files.streams(path)["audio"]["start_time"])
    samples = memoryview(done.stdout).cast("h")
    size = int(8000 * step)
    return [(start + i / 8000, max(abs(s) for s in samples[i:i + size]))
            for i in range(0, len(samples) - size, size)]


def make_ramp(path, seconds, *options, size="320x240", rate=25, sound=48000):
    """
    A film that gets one step of 8 lighter every second, and whose sound is on for the first half
    of every second: so one sees and hears where one is.
    """
    ffmpeg("-f", "lavfi", "-i", f"color=black:size={size}:rate={rate}:duration={seconds},"
           "geq=lum='32+8*floor(T+0.001)':cb=128:cr=128",
           "-f", "lavfi", "-i", f"aevalsrc='0.5*sin(440*6.2832*t)*lt(mod(t,1),0.5)':s={sound}"
           f":d={seconds}", "-g", rate * 2, "-c:v", "libx264", "-preset", "ultrafast", *options,
           path)


class Clips(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_ramp(cls.input / "ramp.mp4", 20)
        for name in ("ramp.ts", "ramp.mkv", "ramp.avi", "ramp.mpg", "ramp.flv"):
            ffmpeg("-i", cls.input / "ramp.mp4", "-ar", 44100,
                   *(("-c:v", "mpeg2video", "-q:v", 2, "-g", 12) if name.endswith("mpg")
                     else ("-c:v", "copy")), cls.input / name)

    def run_job(self, inputs, *outputs, **members):
        body = {"Inputs": inputs, "Outputs": list(outputs), **members}
        answer = self.server.request("POST", "/2012-09-25/jobs", body)
        self.assertEqual(answer.status, 201, answer.json)
        return self.server.wait_job(answer.json["Job"]["Id"])

    def assert_ramp(self, path, first, seconds, rate=25):
        """It shows `seconds` of the ramp from second `first` on, and sound in step with it."""
        found = marks(path)
        self.assertAlmostEqual(len(found), seconds * rate, delta=1)
        for time, level in found:
            expected = first + time
            near = abs(expected - round(expected)) < 0.6 / rate
            seen = (level - 32) / 8
            if not near:
                self.assertAlmostEqual(seen, int(expected), delta=0.4, msg=f"{path} at {time}")
        for time, peak in loudness(path):
            at = (first + time) % 1
            if 0.06 < at < 0.43:
                self.assertGreater(peak, 3000, f"{path}: no sound at {time}")
            elif 0.56 < at < 0.93:
                self.assertLess(peak, 1500, f"{path}: sound at {time}")

    def test_clip_of_every_container(self):
        preset = self.preset("25")
        for ending in ("mp4", "ts", "mkv", "avi", "mpg", "flv"):
            with self.subTest(ending):
                span = {"StartTime": "00:00:13.480", "Duration": "3.2"}
                job = self.run_job([{"Key": f"ramp.{ending}", "TimeSpan": span}],
                                   {"Key": f"clip-{ending}.mp4", "PresetId": preset})
                self.assertEqual(job["Status"], "Complete", job["Output"])
                self.assertIsNone(job["Output"]["StatusDetail"])
                self.assertAlmostEqual(job["Output"]["DurationMillis"], 3200, delta=45)
                detected = job["Input"]["DetectedProperties"]
                self.assertAlmostEqual(detected["DurationMillis"], 20000, delta=200)
                self.assert_ramp(self.output / f"clip-{ending}.mp4", 13.48, 3.2)

    def preset(self, rate, **video):
        """A preset that keeps the ramp's rate."""
        body = json.loads(json.dumps(PRESET))
        body["Video"].update(FrameRate=rate, **video)
        answer = self.server.request("POST", "/2012-09-25/presets", body)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json["Preset"]["Id"]

    def test_composition_of_each_output(self):
        clip = lambda start, length: [{"TimeSpan": {"StartTime": start, "Duration": length}}]
        preset = self.preset("25")
        job = self.run_job(
            [{"Key": "ramp.mp4", "TimeSpan": {"StartTime": "4"}}],
            {"Key": "c1.mp4", "PresetId": preset, "Composition": clip("1", "1.5")},
            {"Key": "c2.mp4", "PresetId": preset, "Composition": clip("00:08", "2")},
            {"Key": "c3.mp4", "PresetId": preset, "Composition": clip("15.9", "9")},
            {"Key": "c4.mp4", "PresetId": preset, "Composition": clip("16.5", "1")},
        )
        self.assert_ramp(self.output / "c1.mp4", 5, 1.5)
        self.assert_ramp(self.output / "c2.mp4", 12, 2)
        self.assertEqual([output["Status"] for output in job["Outputs"]],
                         ["Complete", "Complete", "Complete", "Error"])
        self.assertEqual(job["Outputs"][2]["StatusDetail"], SHORTER)
        self.assertRegex(job["Outputs"][3]["StatusDetail"], r"^4014 [0-9a-f-]{36}: .*StartTime")

    def test_duration_beyond_the_end_and_start_beyond_it(self):
        job = self.run_job([{"Key": "ramp.mp4", "TimeSpan": {"StartTime": "18", "Duration": "9"}}],
                           {"Key": "short.mp4", "PresetId": SMALL})
        self.assertEqual((job["Status"], job["Output"]["StatusDetail"]), ("Complete", SHORTER))
        self.assertAlmostEqual(job["Output"]["DurationMillis"], 2000, delta=60)
        job = self.run_job([{"Key": "ramp.mp4", "TimeSpan": {"StartTime": "00:00:20.5"}}],
                           {"Key": "late.mp4", "PresetId": SMALL})
        self.assertEqual(job["Status"], "Error")
        self.assertRegex(job["Output"]["StatusDetail"], r"^4014 ")
        self.assertFalse((self.output / "late.mp4").exists())

    def test_sound_alone_is_cut_to_the_sample(self):
        job = self.run_job([{"Key": "ramp.mp4", "TimeSpan": {"StartTime": "3.25",
                                                             "Duration": "2.5"}}],
                           {"Key": "cut.mp3", "PresetId": AUDIO})
        self.assertEqual(job["Status"], "Complete", job["Output"])
        on = [time for time, peak in loudness(self.output / "cut.mp3") if peak > 5000]
        self.assertLess(on[0], 0.06)
        gaps = [b - a for a, b in zip(on, on[1:]) if b - a > 0.3]
        self.assertEqual(len(gaps), 2)

    def test_stitching_different_inputs(self):
        make_ramp(self.input / "second.mkv", 4, size="640x480", rate=30, sound=44100)
        ffmpeg("-i", self.input / "second.mkv", "-af", "aformat=channel_layouts=5.1", "-c:v",
               "copy", "-ar", 44100, self.input / "six.mkv")
        # The sound of this one stops half-way.
        ffmpeg("-i", self.input / "ramp.mp4", "-t", 2, "-an", "-c:v", "copy",
               self.input / "silent.mp4")
        ffmpeg("-i", self.input / "silent.mp4", "-t", "1.0", "-i", self.input / "ramp.mp4",
               "-c:v", "copy", "-map", "0:v", "-map", "1:a", self.input / "half.mp4")
        preset = self.preset("25")
        job = self.run_job(
            [{"Key": "ramp.mp4", "TimeSpan": {"StartTime": "10", "Duration": "2"}},
             {"Key": "six.mkv"}, {"Key": "half.mp4"},
             {"Key": "ramp.ts", "TimeSpan": {"StartTime": "7.5", "Duration": "1.5"}}],
            {"Key": "joined.mp4", "PresetId": preset, "ThumbnailPattern": "joined-{count}"},
        )
        self.assertEqual(job["Status"], "Complete", job["Output"])
        path = self.output / "joined.mp4"
        self.assertAlmostEqual(media_files.duration(path), 9.5, delta=0.12)
        self.assertAlmostEqual(job["Output"]["DurationMillis"], 9500, delta=120)
        self.assertEqual(len(job["Inputs"]), 4)
        self.assertEqual(job["Inputs"][1]["DetectedProperties"]["Width"], 640)
        levels = {round(time, 2): (level - 32) / 8 for time, level in marks(path)}
        for time, expected in ((0.52, 10), (1.52, 11), (2.52, 0), (5.52, 3), (6.52, 0), (7.52, 1),
                               (8.36, 7), (8.96, 8)):
            self.assertAlmostEqual(levels[time], expected, delta=0.5, msg=f"at {time}")
        steps = [b - a for a, b in zip(sorted(levels), sorted(levels)[1:])]
        self.assertLess(max(steps), 0.045)
        peaks = loudness(path)
        for first, last, loud in ((0.06, 0.42, True), (0.58, 0.92, False), (2.1, 2.42, True),
                                  (2.6, 2.9, False), (6.1, 6.4, True), (7.1, 7.9, False),
                                  (8.6, 8.9, True)):
            found = [peak for time, peak in peaks if first < time < last]
            if loud:
                self.assertGreater(min(found), 2000, f"from {first}")
            else:
                self.assertLess(max(found), 1500, f"from {first}")
        self.assertEqual(len(list(self.output.glob("joined-*.png"))), 2)  # at 0 and 5 s

    def test_inputs_that_cannot_be_joined(self):
        ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x240:duration=1", self.input / "dumb.mp4")
        ffmpeg("-f", "lavfi", "-i", "sine=duration=1", self.input / "blind.mp4")
        make_ramp(self.input / "wide.mp4", 1, size="640x240")
        joined = lambda *keys: [{"Key": key} for key in keys]
        for keys, preset, code in (
            (("ramp.mp4", "dumb.mp4"), SMALL, 4026),
            (("blind.mp4", "ramp.mp4"), SMALL, 4025),
            (("ramp.mp4", "wide.mp4"), SMALL, 4023),
        ):
            with self.subTest(code):
                job = self.run_job(joined(*keys), {"Key": f"{code}.mp4", "PresetId": preset})
                self.assertEqual(job["Status"], "Error")
                self.assertRegex(job["Output"]["StatusDetail"], f"^{code} [0-9a-f-]{{36}}: .*join")
        preset = self.preset("25", PaddingPolicy="Pad")
        job = self.run_job(joined("ramp.mp4", "wide.mp4"),
                           {"Key": "a.mp4", "PresetId": preset, "ThumbnailPattern": "a-{count}"})
        self.assertRegex(job["Output"]["StatusDetail"], "^4024 .*join")

    def test_segments_of_a_joined_clip(self):
        job = self.run_job(
            [{"Key": "ramp.mp4", "TimeSpan": {"StartTime": "2", "Duration": "3"}},
             {"Key": "ramp.mkv", "TimeSpan": {"StartTime": "15", "Duration": "3"}}],
            {"Key": "hls", "PresetId": HLS, "SegmentDuration": "2"})
        self.assertEqual(job["Status"], "Complete", job["Output"])
        seconds = [length for length, _ in media_files.media_segments(self.output / "hls.m3u8")]
        self.assertAlmostEqual(sum(seconds), 6, delta=0.1)


PRESET = {
    "Name": "clip", "Description": "", "Container": "mp4",
    "Audio": {"Codec": "AAC", "SampleRate": "44100", "BitRate": "96", "Channels": "2",
              "CodecOptions": {"Profile": "AAC-LC"}},
    "Video": {"Codec": "H.264", "CodecOptions": {"Profile": "main", "Level": "3",
                                                 "MaxReferenceFrames": "2"},
              "KeyframesMaxDist": "50", "FixedGOP": "false", "BitRate": "400", "FrameRate": "25",
              "MaxWidth": "320", "MaxHeight": "240", "DisplayAspectRatio": "auto",
              "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"},
    "Thumbnails": {"Format": "png", "Interval": "5", "MaxWidth": "160", "MaxHeight": "120",
                   "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"},
}

if __name__ == "__main__":
    unittest.main()
