"""Colours of pictures and their likeness to the source, measured in what comes out."""

import unittest

import measure
import media_files
from measure import some
from pictures import Picture
from preset_server import PresetTest

# How the patches are coded in the input, and the film's ColorSpaceConversionMode; then the matrix
# of the film.
CODED = [
    ({"matrix": "bt601"}, None, "bt601"),
    ({"matrix": "bt601"}, "Bt601ToBt709", "bt709"),
    ({"matrix": "bt709"}, "Bt709ToBt601", "bt601"),
    ({"matrix": "bt709", "tag": False}, "Bt709ToBt601", "bt601"),
    ({"matrix": "bt709", "full": True}, None, "bt709"),
    ({"matrix": "bt601", "full": True}, "Bt601ToBt709", "bt709"),
    ({"matrix": "bt709", "layout": "422", "depth": 10}, None, "bt709"),
    ({"matrix": "bt709", "layout": "420", "depth": 10}, "Bt709ToBt601", "bt601"),
    ({"matrix": "bt601", "layout": "444", "depth": 12}, "Bt601ToBt709", "bt709"),
    ({"matrix": "bt709", "layout": "444", "depth": 10, "full": True}, None, "bt709"),
    ({"matrix": "bt709", "layout": "422", "full": True}, "Bt709ToBt601", "bt601"),
    ({"matrix": "bt601", "layout": "444"}, None, "bt601"),
    ({"matrix": "rgb"}, None, "bt601"),
    ({"matrix": "rgb", "size": (1280, 720)}, None, "bt709"),
    ({"matrix": "bt709", "size": (1280, 720), "tag": False}, None, "bt709"),
]


class Colours(PresetTest):
    def near(self, coded, found):
        for patch, rgb in zip(measure.stored(**coded), found):
            for a, b in zip(patch, rgb):
                self.assertLessEqual(abs(a - b), 2, (patch, rgb))

    def test_conversions(self):
        """Within 2 of 255, in the film and in both kinds of thumbnails."""
        for i, (coded, mode, matrix) in some(enumerate(CODED)):
            with self.subTest(**coded, mode=mode):
                measure.patches(self.input / f"c{i}.mkv", **coded)
                options = {"ColorSpaceConversionMode": mode or "None"}
                outputs = {}
                for kind in ("png", "jpg"):
                    preset = self.preset(options=options,
                                         thumbnails={"Format": kind, "Interval": "9",
                                                     "SizingPolicy": "ShrinkToFit"})
                    outputs[f"c{i}{kind}"] = {"PresetId": preset,
                                              "ThumbnailPattern": f"c{i}-{{count}}"}
                done = self.run_job(f"c{i}.mkv", outputs)
                film = self.output / f"c{i}png"
                stream = media_files.streams(film)["video"]
                self.assertEqual(stream["pix_fmt"], "yuv420p")
                self.assertIn(stream.get("color_range", "tv"), ("tv", "unknown"))
                if coded.get("tag", True) or mode:
                    self.assertEqual(stream["color_space"], measure.TAGS[matrix])
                self.assertEqual(done[f"c{i}png"]["AppliedColorSpaceConversion"], mode or "None")
                self.near(coded, measure.patch_colours(film, matrix))
                if coded.get("tag", True) or coded.get("size"):
                    self.near(coded, measure.patch_colours(self.output / f"c{i}-00001.png", "rgb"))
                    self.near(coded, measure.patch_colours(self.output / f"c{i}-00001.jpg", "bt601",
                                                            full=True))

    def test_see_through(self):
        """What can be seen through is seen on black."""
        measure.ffmpeg("-f", "lavfi", "-i",
                        "color=white:s=256x128:r=25:d=0.4,format=rgba,"
                        "geq=r=255:g=255:b=255:a='if(lt(X,128),255,if(lt(Y,64),0,128))'",
                        "-c:v", "qtrle", self.input / "glass.mov")
        for kind in ("png", "jpg"):
            preset = self.preset(thumbnails={"Format": kind, "Interval": "1",
                                             "SizingPolicy": "ShrinkToFit"})
            self.run_job("glass.mov", {f"glass-{kind}": {
                "PresetId": preset, "ThumbnailPattern": "glass-{count}"}})
            for path in (self.output / f"glass-{kind}", self.output / f"glass-00001.{kind}"):
                picture = Picture(path)
                self.assertGreaterEqual(min(picture.at(64, 64)), 252)
                self.assertLessEqual(max(picture.at(192, 32)), 3)  # clear
                self.assertLessEqual(max(abs(part - 128) for part in picture.at(192, 96)), 3)


class Likeness(PresetTest):
    # presets of the service, and what somebody else makes of the source in their place
    PRESETS = {
        "1351620000001-" + number: f"scale={size}:flags=bicubic{more}" for number, size, more in (
            ("000061", "320:180", ""), ("000020", "854:480", ""), ("000040", "640:360", ""),
            ("100070", "1280:720", ""), ("200050", "400:226", ""), ("200040", "480:270", ""),
            ("400040", "590:332", ""), ("500050", "426:240", ""),
            ("100240", "1280:720", ""), ("100260", "640:360", ""),  # VP8, VP9
            ("100200", "1280:720", ""),  # GIF
            ("100160", "854:480", ",crop=720:480"),  # MPEG-2 in fields, cut
            ("100190", "1280:720", ",pad=1920:1080:320:180"))}  # H.264 in fields, with bars

    def test_ssim(self):
        """The film is like its source scaled by somebody else."""
        measure.natural(self.input / "natural.mp4")
        presets = dict(some(self.PRESETS.items()))
        done = self.run_job("natural.mp4", {preset: preset for preset in presets})
        rates = {"29.97": "30000/1001"}
        made = [(self.output / preset, "fps={},{}".format(
            rates.get(done[preset]["FrameRate"], done[preset]["FrameRate"]), filters))
                for preset, filters in presets.items()]
        for preset, likeness in zip(presets, measure.ssim(self.input / "natural.mp4", made)):
            with self.subTest(preset):
                self.assertGreaterEqual(likeness, 0.95)


if __name__ == "__main__":
    unittest.main()
