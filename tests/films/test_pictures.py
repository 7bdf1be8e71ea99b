"""Sizes, bars and turns of pictures, measured in what comes out."""

import struct
import unittest

import measure
import media_files
from measure import some
from pictures import Picture
from preset_server import PresetTest

# Red at the left edge, green right, blue top, white bottom; the rest is grey.
EDGES = ("color=gray:s={0}:r=25:d=0.4,format=rgb24,drawbox=w=iw:h=24:c=blue:t=fill,"
         "drawbox=y=ih-24:w=iw:h=24:c=white:t=fill,drawbox=w=24:h=ih:c=red:t=fill,"
         "drawbox=x=iw-24:w=24:h=ih:c=lime:t=fill,scale=out_color_matrix=bt601,format=yuv420p")

# policy, padding, input, box -> size, bars (left, top), is the edge there: left or right, top or
# bottom; the input is enlarged or cut by the numbers of the rule
SIZES = [
    ("Fit", "NoPad", "192x192", "288x384", "288x288", (0, 0), True, True),
    ("Fit", "Pad", "192x192", "288x384", "288x384", (0, 48), True, True),
    ("Fill", "NoPad", "192x192", "288x384", "288x384", (0, 0), False, True),
    ("Fill", "Pad", "192x192", "288x384", "288x384", (0, 0), False, True),
    ("Stretch", "NoPad", "192x192", "288x384", "288x384", (0, 0), True, True),
    ("Stretch", "Pad", "192x192", "288x384", "288x384", (0, 0), True, True),
    ("Keep", "NoPad", "400x192", "300x300", "300x192", (0, 0), False, True),
    ("Keep", "Pad", "400x192", "300x300", "300x300", (0, 54), False, True),
    ("ShrinkToFit", "NoPad", "400x400", "200x300", "200x200", (0, 0), True, True),
    ("ShrinkToFit", "Pad", "400x400", "200x300", "200x300", (0, 50), True, True),
    ("ShrinkToFit", "Pad", "192x192", "288x384", "288x384", (48, 96), True, True),
    ("ShrinkToFill", "NoPad", "400x200", "200x300", "200x200", (0, 0), False, True),
    ("ShrinkToFill", "Pad", "400x200", "200x300", "200x300", (0, 50), False, True),
    ("ShrinkToFill", "NoPad", "400x400", "300x200", "300x200", (0, 0), True, False),
]

# The old way. Resolution, AspectRatio, input -> size, pixels, bars
RESOLUTIONS = [
    ("320x240", "4:3", "384x216", "320x240", "1:1", (0, 30)),
    ("384x216", "16:9", "320x240", "384x216", "1:1", (48, 0)),
    ("320x240", "auto", "384x216", "320x240", "4:3", (0, 0)),
    ("auto", "auto", "385x217", "384x216", "1:1", (0, 0)),
    ("auto", "1:1", "384x216", "384x216", "9:16", (0, 46)),
]

COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255),
           "black": (0, 0, 0)}


def colour(rgb):
    return min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(COLOURS[name], rgb)))


class Sizes(PresetTest):
    def clip(self, size):
        path = self.input / f"edges-{size}.mkv"
        if not path.exists():
            measure.ffmpeg("-f", "lavfi", "-i", EDGES.format(size), "-c:v", "ffv1", path)
        return path.name

    def check(self, path, size, bars, across=True, down=True):
        """Bars of black, then the edges, at exactly these places."""
        picture = Picture(path)
        width, height = picture.width, picture.height
        self.assertEqual(f"{width}x{height}", size)
        left, top = bars
        edges = {"red": (left + 6, height // 2, across),
                 "lime": (width - left - 7, height // 2, across),
                 "blue": (width // 2, top + 6, down), "white": (width // 2, height - top - 7, down)}
        for name, (x, y, there) in edges.items():
            near = max(abs(a - b) for a, b in zip(picture.at(x, y), COLOURS[name]))
            self.assertEqual(near < 60, there, (name, picture.at(x, y)))
        dark = []
        if left:
            dark += [(x, height // 2) for x in (0, left - 3, width - left + 2, width - 1)]
        if top:
            dark += [(width // 2, y) for y in (0, top - 3, height - top + 2, height - 1)]
        for place in dark:
            self.assertLessEqual(max(picture.at(*place)), 6)

    def test_policies(self):
        """Film and thumbnail of every documented example."""
        by_input = {}
        for i, (policy, padding, source, box, *wanted) in some(enumerate(SIZES)):
            width, height = box.split("x")
            rule = {"MaxWidth": width, "MaxHeight": height, "SizingPolicy": policy,
                    "PaddingPolicy": padding}
            kind = ("png", "jpg")[i % 2]
            preset = self.preset(rule, {"Format": kind, "Interval": "1", **rule})
            by_input.setdefault(source, {})[f"s{i}"] = (
                {"PresetId": preset, "ThumbnailPattern": f"s{i}-{{resolution}}-{{count}}"},
                f"s{i}-{wanted[0]}-00001.{kind}", wanted)
        for source, outputs in by_input.items():
            self.run_job(self.clip(source), {key: row[0] for key, row in outputs.items()})
            for key, (_, thumbnail, wanted) in outputs.items():
                with self.subTest(key, rule=SIZES[int(key[1:])]):
                    self.check(self.output / key, *wanted)
                    self.check(self.output / thumbnail, *wanted)
                    self.assertEqual(media_files.streams(self.output / key)["video"]
                                     ["sample_aspect_ratio"], "1:1")

    def test_resolutions(self):
        for i, (resolution, shape, source, size, pixels, bars) in some(enumerate(RESOLUTIONS)):
            with self.subTest(RESOLUTIONS[i]):
                preset = self.preset({"Resolution": resolution, "AspectRatio": shape},
                                     {"Format": "png", "Interval": "1", "Resolution": "128x96",
                                      "AspectRatio": "auto"})
                output = self.run_job(self.clip(source), {
                    f"o{i}": {"PresetId": preset, "ThumbnailPattern": f"o{i}-{{count}}"}})[f"o{i}"]
                self.check(self.output / f"o{i}", size, bars)
                stream = media_files.streams(self.output / f"o{i}")["video"]
                self.assertEqual(stream["sample_aspect_ratio"], pixels)
                self.assertEqual(f"{output['Width']}x{output['Height']}", size)
                thumbnail = self.output / f"o{i}-00001.png"
                self.check(thumbnail, "128x96", (0, 12) if source[:2] == "38" else (0, 0))

    def test_shapes(self):
        """Pixels that are not square: in the file, by AspectRatio of the input, in the output."""
        measure.ffmpeg("-i", self.input / self.clip("360x288"), "-vf", "setsar=16/15", "-c:v",
                        "ffv1", self.input / "wide.mkv")
        plain, shown = self.preset(), self.preset({"DisplayAspectRatio": "16:9"})
        self.run_job("wide.mkv", {"w1": plain, "w2": shown})
        self.run_job("wide.mkv", {"w3": plain, "w4": shown}, AspectRatio="16:9")
        for key, size, display in [("w1", "384x288", "4:3"), ("w2", "384x288", "16:9"),
                                   ("w3", "512x288", "16:9"), ("w4", "512x288", "16:9")]:
            stream = media_files.streams(self.output / key)["video"]
            self.assertEqual(f"{stream['width']}x{stream['height']}", size)
            self.assertEqual(stream["display_aspect_ratio"], display)
            self.check(self.output / key, size, (0, 0))


# InterlacedMode, box, FrameRate -> size, of fields of 346x270 in 4:2:2, the upper one first
WOVEN = [
    ("TopFirst", "480x360", "29.97", "346x268"), ("Auto", "480x360", "29.97", "346x268"),
    ("BottomFirst", "480x360", "29.97", "346x268"), ("TopFirst", "480x360", "25", "346x268"),
    ("TopFirst", "320x250", "29.97", "320x248"), ("Auto", "320x226", "50", "290x224"),
]


class Fields(PresetTest):
    def test_heights(self):
        """Heights that fields of 4:2:0 cannot have lose two lines."""
        measure.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=346x270:r=60000/1001:d=1", "-vf",
                       "format=yuv422p,interlace=scan=tff:lowpass=off", "-c:v", "ffv1",
                       "-field_order", "tt", self.input / "woven.mkv")
        outputs = {}
        for i, (mode, box, rate, _) in enumerate(WOVEN):
            width, height = box.split("x")
            outputs[f"w{i}"] = self.preset(
                {"MaxWidth": width, "MaxHeight": height, "FrameRate": rate},
                options={"InterlacedMode": mode})
        done = self.run_job("woven.mkv", outputs)
        for i, row in enumerate(WOVEN):
            with self.subTest(row):
                self.assertEqual(f"{done[f'w{i}']['Width']}x{done[f'w{i}']['Height']}", row[3])
                stream = media_files.streams(self.output / f"w{i}")["video"]
                self.assertEqual(f"{stream['width']}x{stream['height']}", row[3])
                self.assertEqual(stream["field_order"], "bb" if row[0] == "BottomFirst" else "tt")
                self.assertEqual(media_files.decodes(self.output / f"w{i}"), (True, ""))


# The eight ways a camera may be held: the matrix of the file as (a, b, c, d), and which edge then
# is seen left and which on top.
HELD = [((1, 0, 0, 1), "red", "blue"), ((0, 1, -1, 0), "white", "red"),
        ((-1, 0, 0, -1), "lime", "white"), ((0, -1, 1, 0), "blue", "lime"),
        ((-1, 0, 0, 1), "lime", "blue"), ((1, 0, 0, -1), "red", "white"),
        ((0, 1, 1, 0), "blue", "red"), ((0, -1, -1, 0), "white", "lime")]


def held(film, matrix):
    """An MP4 with this matrix in the head of its track."""
    data = bytearray(film)
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (part << 16 for part in matrix)
    data[at:at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return bytes(data)


class Turns(PresetTest):
    def plain(self):
        path = self.input / "plain.mp4"
        measure.ffmpeg("-f", "lavfi", "-i", EDGES.format("320x192"), "-qp", 10, path)
        return path.read_bytes()

    def seen(self, path):
        """Which edges are left and on top, and the size."""
        self.assertNotIn("side_data_list", media_files.streams(path)["video"])
        picture = Picture(path)
        return (colour(picture.at(4, picture.height // 2)),
                colour(picture.at(picture.width // 2, 4)), (picture.width, picture.height))

    def test_metadata(self):
        preset = self.preset(thumbnails={"Format": "jpg", "Interval": "1",
                                         "SizingPolicy": "ShrinkToFit"})
        film = self.plain()
        for i, (matrix, left, top) in some(enumerate(HELD)):
            with self.subTest(matrix):
                path = self.input / f"held{i}.mp4"
                path.write_bytes(held(film, matrix))
                self.run_job(path.name, {
                    f"auto{i}": {"PresetId": preset, "Rotate": "auto",
                                 "ThumbnailPattern": f"auto{i}-{{count}}"},
                    f"null{i}": preset, f"zero{i}": {"PresetId": preset, "Rotate": "0"}})
                size = (320, 192) if matrix[0] else (192, 320)
                for key in (f"auto{i}", f"null{i}", f"auto{i}-00001.jpg"):
                    self.assertEqual(self.seen(self.output / key), (left, top, size), key)
                self.assertEqual(self.seen(self.output / f"zero{i}"),
                                 ("red", "blue", (320, 192)))

    def test_angles(self):
        self.plain()
        preset = self.preset({"MaxWidth": "160", "MaxHeight": "160"})
        self.run_job("plain.mp4", {f"r{angle}": {"PresetId": preset, "Rotate": angle}
                                   for angle in ("0", "90", "180", "270")})
        self.assertEqual(self.seen(self.output / "r0"), ("red", "blue", (160, 96)))
        self.assertEqual(self.seen(self.output / "r90"), ("white", "red", (96, 160)))
        self.assertEqual(self.seen(self.output / "r180"), ("lime", "white", (160, 96)))
        self.assertEqual(self.seen(self.output / "r270"), ("blue", "lime", (96, 160)))


if __name__ == "__main__":
    unittest.main()
