"""When pictures are shown: frame rates, fields, thumbnails. The brightness of a film is its time."""

import unittest

import measure
import media_files
from measure import some
from pictures import Picture
from preset_server import PresetTest

# FrameRate, MaxFrameRate, rate in -> rate out
RATES = [
    ("10", None, 25, "10/1"), ("15", None, 25, "15/1"), ("23.97", None, 25, "24000/1001"),
    ("29.97", None, 25, "30000/1001"), ("50", None, 25, "50/1"), ("auto", None, 25, "25/1"),
    ("auto", None, 50, "25/1"), ("auto", "60", 50, "50/1"), ("auto", "15", 50, "10/1"),
    ("auto", "24", 50, "10/1"), ("60", None, 50, "60/1"),
]
NAMES = {"24000/1001": "23.97", "30000/1001": "29.97"}
SECONDS = 2

# Fields in, InterlacedMode, FrameRate; then: interlaced out, top field first, moments a second
FIELDS = [
    ("tff", "Progressive", "25", False, None, 25),
    ("bff", "Progressive", "25", False, None, 25),
    ("tff", "Progressive", "50", False, None, 50),
    ("tff", "TopFirst", "25", True, True, 50),  # as they are
    ("bff", "BottomFirst", "25", True, False, 50),  # as they are
    ("tff", "BottomFirst", "25", True, False, 50),
    ("bff", "TopFirst", "25", True, True, 50),
    ("bff", "Auto", "25", True, True, 50),
    (None, "TopFirst", "25", True, True, 50),  # 50 frames a second become fields
    (None, "BottomFirst", "25", True, False, 50),
]


def rate_of(text):
    over, _, under = text.partition("/")
    return int(over) / int(under)


class TimeTest(PresetTest):
    def check_moments(self, path, rate, delta, until=SECONDS):
        """Every frame shows what there was to see at its time."""
        for i, moment in enumerate(measure.moments(path)):
            if i / rate < until - 0.1:
                self.assertAlmostEqual(moment, i / rate, delta=delta, msg=f"frame {i}")

    def check_rate(self, path, rate, seconds=SECONDS):
        stream = media_files.streams(path)["video"]
        self.assertEqual(stream["r_frame_rate"], rate)
        step = 1 / rate_of(rate)
        times = sorted(p["pts"] for p in media_files.packets(path, "video"))
        self.assertAlmostEqual(len(times), seconds / step, delta=1.01)
        for i, time in enumerate(times):
            self.assertAlmostEqual(time, i * step, delta=0.0002)


class Rates(TimeTest):
    def test_rates(self):
        outputs = {25: {}, 50: {}}
        for i, (rate, most, source, _) in some(enumerate(RATES)):
            video = {"FrameRate": rate, **({"MaxFrameRate": most} if most else {})}
            outputs[source][f"r{i}"] = self.preset(video)
        done = {}
        for source, wanted in outputs.items():
            measure.clock(self.input / f"{source}.mkv", source, SECONDS)
            done.update(self.run_job(f"{source}.mkv", wanted))
        for i, (_, _, source, wanted) in some(enumerate(RATES)):
            with self.subTest(RATES[i]):
                self.check_rate(self.output / f"r{i}", wanted)
                self.assertEqual(done[f"r{i}"]["FrameRate"],
                                 NAMES.get(wanted, wanted.partition("/")[0]))
                self.check_moments(self.output / f"r{i}", rate_of(wanted),
                                   max(1 / source, 0.5 / rate_of(wanted)) + 0.002)

    def test_own_pace(self):
        """Frames that come as they like; and what the job says of their rate."""
        measure.clock(self.input / "pace.mkv", 50, SECONDS,
                       filters="select='if(lt(t,1),1,not(mod(n,5)))'",
                       codec=("-vsync", "vfr", "-c:v", "ffv1"))
        auto = self.preset()
        self.run_job("pace.mkv", {"even": self.preset({"FrameRate": "25"})})
        self.check_rate(self.output / "even", "25/1", 1.92)
        self.check_moments(self.output / "even", 25, 0.11)
        done = self.run_job("pace.mkv", {"said": auto}, FrameRate="50", Container="mkv")
        self.assertEqual(done["said"]["FrameRate"], "25")
        self.check_rate(self.output / "said", "25/1", 1.92)

    def test_key_frames(self):
        measure.clock(self.input / "keys.mkv", 25, SECONDS)
        self.run_job("keys.mkv", {
            "fixed": self.preset({"FixedGOP": "true", "KeyframesMaxDist": "12"}),
            "most": self.preset({"FixedGOP": "false", "KeyframesMaxDist": "20"})})
        keys = [i for i, p in enumerate(media_files.packets(self.output / "fixed", "video"))
                if p["key"]]
        self.assertEqual(keys, [0, 12, 24, 36, 48])
        keys = [i for i, p in enumerate(media_files.packets(self.output / "most", "video"))
                if p["key"]]
        self.assertLessEqual(max(b - a for a, b in zip(keys, keys[1:])), 20)


class Fields(TimeTest):
    def clip(self, order):
        path = self.input / f"{order}.mkv"
        if not path.exists():
            said = {"tff": "tt", "bff": "bb"}.get(order, "progressive")
            codec = ("-c:v", "ffv1", "-field_order", said)
            woven = f"interlace=scan={order}:lowpass=off" if order else "null"
            measure.clock(path, 50, SECONDS, filters=woven, codec=codec)
        return path.name

    def check(self, path, interlaced, top_first, moments, rate):
        self.check_rate(path, f"{rate}/1")
        stream = media_files.streams(path)["video"]
        order = {None: "progressive", True: "tt", False: "bb"}[top_first]
        self.assertEqual(stream.get("field_order", "progressive"), order)
        if not interlaced:
            self.check_moments(path, rate, 0.021)
            return
        found = measure.moments(path, "separatefields")
        self.assertEqual(len(found), moments * SECONDS)
        for i, moment in enumerate(found[:-6]):
            self.assertAlmostEqual(moment, i / moments, delta=0.021, msg=f"field {i}")
        late = sum(b < a - 0.004 for a, b in zip(found, found[1:-6]))
        self.assertEqual(late, 0, "fields in the wrong order")

    def test_fields(self):
        for order in ("tff", "bff", None):
            rows = [(f"{order}{i}", row) for i, row in some(enumerate(FIELDS)) if row[0] == order]
            self.run_job(self.clip(order), {
                key: self.preset({"FrameRate": rate, "KeyframesMaxDist": "25"},
                                 options={"InterlacedMode": mode})
                for key, (_, mode, rate, *_) in rows})
            for key, (_, _, rate, *wanted) in rows:
                with self.subTest(key, row=rows):
                    self.check(self.output / key, *wanted, int(rate))

    def test_said(self):
        """Interlaced of the input: whatever the file says."""
        measure.clock(self.input / "lie.mkv", 50, SECONDS, filters="interlace=scan=tff:lowpass=off",
                       codec=("-c:v", "ffv1", "-field_order", "progressive"))
        double = self.preset({"FrameRate": "50"})
        self.run_job("lie.mkv", {"true": double}, Interlaced="true")
        self.run_job(self.clip("tff"), {"false": double}, Interlaced="false")
        self.run_job(self.clip("tff"), {"auto": double}, Interlaced="auto")
        for key, different in (("true", True), ("auto", True), ("false", False)):
            found = measure.moments(self.output / key)[:-6]
            steps = [b - a for a, b in zip(found[::2], found[1::2])]
            self.assertEqual(sum(step > 0.01 for step in steps) > len(steps) * 0.9, different, key)


class Thumbnails(PresetTest):
    def thumbnails(self, source, interval, kind="png", **said):
        """Run a job for thumbnails at an interval; their paths."""
        preset = self.preset(thumbnails={"Format": kind, "Interval": str(interval),
                                         "SizingPolicy": "ShrinkToFit"})
        key = f"{source}-{interval}-{kind}"
        self.run_job(source, {key: {
            "PresetId": preset, "ThumbnailPattern": f"{key}-at/{{resolution}}/{{count}}"}}, **said)
        folder = self.output / f"{key}-at"
        found = sorted(path for path in folder.glob("*/*"))
        self.assertEqual([str(path.relative_to(folder)) for path in found],
                         [f"192x144/{i:05}.{kind}" for i in range(1, len(found) + 1)])
        return found

    def check(self, found, times):
        self.assertEqual(len(found), len(times))
        for path, time in zip(found, times):
            # the picture has full range: 16 of luma is 0 there
            shown = (Picture(path).at(96, 72)[1] * 219 / 255 + 16 - 20) / 50
            self.assertAlmostEqual(shown, time, delta=0.05)

    def test_moments(self):
        measure.clock(self.input / "four", 25, 4, codec=("-c:v", "ffv1", "-f", "matroska"))
        for kind in ("png", "jpg"):
            self.check(self.thumbnails("four", 1, kind), [0, 1, 2, 3])
        self.check(self.thumbnails("four", 3), [0, 3])
        self.check(self.thumbnails("four", 4), [0])  # the film ends before
        self.check(self.thumbnails("four", 99999), [0])

    def test_short(self):
        measure.clock(self.input / "short", 25, 0.04, codec=("-c:v", "ffv1", "-f", "matroska"))
        self.check(self.thumbnails("short", 60), [0])

    def test_slides(self):
        """A picture that stays for seconds is there for every multiple; late films begin at 0."""
        measure.clock(self.input / "slides", 25, 4,
                       filters="select='eq(n,0)+eq(n,30)+eq(n,99)'",
                       codec=("-vsync", "vfr", "-c:v", "ffv1", "-f", "matroska"))
        self.check(self.thumbnails("slides", 1), [0, 0, 1.2, 1.2])

    def test_fields(self):
        """Of an interlaced film only one field is seen: there is no comb."""
        measure.ffmpeg("-f", "lavfi", "-i",
                        "nullsrc=s=192x144:r=50:d=1,format=gray,geq=lum='20+200*mod(N,2)',"
                        "format=yuv420p,interlace=scan=tff:lowpass=off",
                        "-c:v", "ffv1", "-field_order", "tt", "-f", "matroska",
                        self.input / "comb")
        path, = self.thumbnails("comb", 1)
        picture = Picture(path)
        column = [picture.at(96, y) for y in range(144)]
        self.assertLess(max(column)[0] - min(column)[0], 8)


if __name__ == "__main__":
    unittest.main()
