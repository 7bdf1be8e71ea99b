"""Album art: whose pictures a file gets, in which order, size and format, and what goes wrong."""

import unittest

import media_files
from mockets_server import ServerTest
from pictures import Picture, ffmpeg, make_jpg, make_png

AAC = "1351620000001-100141"
WEB = "1351620000001-000061"
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def pictures(path):
    """[(codec, width, height)] of the pictures that are attached to a file, in order."""
    return [
        (stream["codec_name"], stream["width"], stream["height"])
        for stream in media_files.probe(path, "-show_streams")["streams"]
        if stream["disposition"]["attached_pic"]
    ]


def embed(path, source, *arts, muxer="ipod"):
    """A copy of a sound file with pictures in it."""
    inputs, maps = ["-i", source], ["-map", "0:a"]
    for i, art in enumerate(arts):
        inputs += ["-i", art]
        maps += ["-map", i + 1]
    ffmpeg(*inputs, *maps, "-c", "copy", "-disposition:v", "attached_pic", "-f", muxer, path)


class AlbumArt(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        media_files.make_clip(cls.input / "plain", "--no-video", "--seconds", 1, "--audio", 2)
        make_png(cls.input / "red.png", 64, 48, (*RED, 255))
        make_png(cls.input / "half.png", 64, 64, lambda x, y: (*GREEN, 255 if x < 32 else 0))
        make_jpg(cls.input / "blue.jpg", 100, 50, "0x0000FF")
        embed(cls.input / "song", cls.input / "plain", cls.input / "red.png",
              cls.input / "blue.jpg")

    def run_job(self, key, outputs):
        job = self.server.create_job({"Inputs": [{"Key": key}], "Outputs": outputs})
        return self.server.wait_job(job["Id"])

    @staticmethod
    def with_art(key, policy, arts, preset=AAC):
        """arts: [] or None, or (file, members) pairs."""
        art = {"MergePolicy": policy, "Artwork": arts and
               [{"InputKey": name, **members} for name, members in arts]}
        if arts == []:
            art["Artwork"] = []
        return {"Key": key, "PresetId": preset, "AlbumArt": art}

    def colour(self, path, index, width, height, x, y):
        return Picture(path, width, height, stream=f"0:v:{index}").at(x, y)

    def assert_colour(self, found, wanted, delta=4):
        for a, b in zip(found, wanted):
            self.assertAlmostEqual(a, b, delta=delta, msg=f"{found}, not {wanted}")

    def test_merge_policies(self):
        own = [("png", 64, 48), ("mjpeg", 100, 50)]
        new = [("png", 64, 64)]
        art = [("half.png", {"MaxWidth": "64", "MaxHeight": "64"})]
        rows = {
            # policy, artwork: what comes of an input with pictures, and of one without
            ("Replace", "art"): (new, new),
            ("Replace", "empty"): ([], []),
            ("Replace", "null"): ([], []),
            ("Prepend", "art"): (new + own, new),
            ("Prepend", "empty"): (own, []),
            ("Prepend", "null"): ([], []),
            ("Append", "art"): (own + new, new),
            ("Append", "empty"): (own, []),
            ("Append", "null"): ([], []),
            ("Fallback", "art"): (own, new),
            ("Fallback", "empty"): (own, []),
            ("Fallback", "null"): ([], []),
        }
        lists = {"art": art, "empty": [], "null": None}
        for column, key in enumerate(("song", "plain")):
            job = self.run_job(key, [
                self.with_art(f"{key}-{policy}-{name}.m4a", policy, lists[name])
                for policy, name in rows
            ] + [{"Key": f"{key}-none.m4a", "PresetId": AAC}])
            self.assertEqual(job["Status"], "Complete", job["Outputs"])
            self.assertEqual(pictures(self.output / f"{key}-none.m4a"), [])
            for (policy, name), wanted in rows.items():
                with self.subTest(input=key, policy=policy, artwork=name):
                    path = self.output / f"{key}-{policy}-{name}.m4a"
                    self.assertEqual(pictures(path), wanted[column])
        path = self.output / "song-Append-art.m4a"
        fine, complaint = media_files.decodes(path)
        self.assertTrue(fine, complaint)
        self.assertAlmostEqual(media_files.duration(path), 1, delta=0.1)
        for i, (size, colour) in enumerate((((64, 48), RED), ((100, 50), BLUE), ((64, 64), GREEN))):
            self.assert_colour(self.colour(path, i, *size, 10, 10), colour)

    def test_sizes_formats_and_padding(self):
        rows = [
            # members, what comes of the 100x50 JPEG, and colours at places
            ({"AlbumArtFormat": "jpg", "MaxWidth": "200", "MaxHeight": "200",
              "SizingPolicy": "Fit", "PaddingPolicy": "Pad"},
             ("mjpeg", 200, 200), [((100, 100), BLUE), ((100, 45), WHITE), ((100, 155), WHITE)]),
            ({"AlbumArtFormat": "png", "MaxWidth": "200", "MaxHeight": "200",
              "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"},
             ("png", 200, 100), [((2, 2), BLUE), ((197, 97), BLUE)]),
            ({"AlbumArtFormat": "png", "MaxWidth": "200", "MaxHeight": "60",
              "SizingPolicy": "Stretch", "PaddingPolicy": "NoPad"},
             ("png", 200, 60), [((100, 30), BLUE)]),
            ({"MaxWidth": "auto", "MaxHeight": "auto", "SizingPolicy": "ShrinkToFit",
              "PaddingPolicy": "NoPad"},
             ("mjpeg", 100, 50), [((50, 25), BLUE)]),
            ({"AlbumArtFormat": "png", "MaxWidth": "auto", "MaxHeight": "auto",
              "SizingPolicy": "Keep", "PaddingPolicy": "Pad"},
             ("png", 600, 600), [((300, 300), BLUE), ((300, 270), WHITE), ((245, 300), WHITE)]),
            ({"AlbumArtFormat": "png", "MaxWidth": "60", "MaxHeight": "60",
              "SizingPolicy": "Fill", "PaddingPolicy": "NoPad"},
             ("png", 60, 60), [((30, 2), BLUE), ((2, 30), BLUE)]),
        ]
        self.run_rows("sizes.m4a", "blue.jpg", rows)
        # what can be seen through: white in a JPEG, kept in a PNG
        self.run_rows("alpha.m4a", "half.png", [
            ({"AlbumArtFormat": "jpg", "MaxWidth": "64", "MaxHeight": "64"},
             ("mjpeg", 64, 64), [((10, 30), GREEN), ((50, 30), WHITE)]),
            ({"AlbumArtFormat": "png", "MaxWidth": "64", "MaxHeight": "64"},
             ("png", 64, 64), [((10, 30), GREEN), ((50, 30), WHITE)]),
        ])
        kept = ffmpeg("-i", self.output / "alpha.m4a", "-map", "0:v:1", "-f", "rawvideo",
                      "-pix_fmt", "rgba", "-")
        self.assertEqual(kept[4 * (30 * 64 + 10) + 3], 255)
        self.assertEqual(kept[4 * (30 * 64 + 50) + 3], 0)

    def run_rows(self, key, source, rows):
        job = self.run_job("plain", [self.with_art(key, "Replace",
                                                   [(source, row[0]) for row in rows])])
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        path = self.output / key
        self.assertEqual(pictures(path), [row[1] for row in rows])
        for i, (_, (_, width, height), colours) in enumerate(rows):
            picture = Picture(path, width, height, stream=f"0:v:{i}")
            for place, colour in colours:
                with self.subTest(row=i, place=place):
                    self.assert_colour(picture.at(*place), colour)

    def test_mp3_and_flac(self):
        """The same in the other containers that have pictures."""
        arts = [("half.png", {"MaxWidth": "64", "MaxHeight": "64"}),
                ("red.png", {"MaxWidth": "60", "MaxHeight": "60", "PaddingPolicy": "Pad",
                             "AlbumArtFormat": "jpg"})]
        wanted = [("png", 64, 64), ("mjpeg", 60, 60), ("png", 64, 48), ("mjpeg", 100, 50)]
        presets = {"mp3": "1351620000001-300040", "flac": "1351620000001-300110"}
        outputs = [self.with_art(f"song.{name}", "Prepend", arts, preset)
                   for name, preset in presets.items()]
        outputs += [self.with_art(f"bare.{name}", "Replace", [], preset)
                    for name, preset in presets.items()]
        job = self.run_job("song", outputs)
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        for name in presets:
            with self.subTest(container=name):
                path = self.output / f"song.{name}"
                self.assertEqual(pictures(path), wanted)
                self.assertEqual(pictures(self.output / f"bare.{name}"), [])
                self.assert_colour(self.colour(path, 0, 64, 64, 10, 10), GREEN)
                self.assert_colour(self.colour(path, 1, 60, 60, 30, 30), RED)
                self.assert_colour(self.colour(path, 1, 60, 60, 30, 4), WHITE, 12)
                self.assert_colour(self.colour(path, 3, 100, 50, 30, 30), BLUE)
                fine, complaint = media_files.decodes(path)
                self.assertTrue(fine, complaint)
                self.assertAlmostEqual(media_files.duration(path), 1, delta=0.1)

    def test_pictures_of_other_containers(self):
        """What MP3 and FLAC carry comes along."""
        for muxer in ("mp3", "flac"):
            ffmpeg("-i", self.input / "plain", "-f", muxer, self.input / f"raw-{muxer}")
            embed(self.input / muxer, self.input / f"raw-{muxer}", self.input / "red.png",
                  self.input / "blue.jpg", muxer=muxer)
            job = self.run_job(muxer, [self.with_art(f"{muxer}.m4a", "Append", [])])
            self.assertEqual(job["Status"], "Complete", job["Outputs"])
            self.assertEqual(pictures(self.output / f"{muxer}.m4a"),
                             [("png", 64, 48), ("mjpeg", 100, 50)])

    def test_a_film_has_art_too(self):
        media_files.make_clip(self.input / "film", "--size", "320x180", "--seconds", 1,
                              "--audio", 2)
        job = self.run_job("film", [self.with_art("film.mp4", "Append", [("red.png", {})], WEB)])
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        self.assertEqual((job["Output"]["Width"], job["Output"]["Height"]), (320, 180))
        streams = media_files.probe(self.output / "film.mp4", "-show_streams")["streams"]
        self.assertEqual([s["codec_name"] for s in streams], ["h264", "aac", "png"])
        self.assertEqual(pictures(self.output / "film.mp4"), [("png", 600, 450)])
        data = (self.output / "film.mp4").read_bytes()
        self.assertLess(data.index(b"moov"), data.index(b"mdat"))

    def check_failures(self, key, rows):
        job = self.run_job(key, [output for output, _, _ in rows])
        for output, (_, code, text) in zip(job["Outputs"], rows):
            with self.subTest(text):
                self.assertEqual(output["Status"], "Error")
                self.assertRegex(output["StatusDetail"], rf"^{code} [0-9a-f-]{{36}}: ")
                self.assertEqual(output["StatusDetail"].split(": ", 1)[1], text)
                self.assertFalse((self.output / output["Key"]).exists())

    def test_what_is_wrong_with_an_artwork(self):
        (self.input / "text.png").write_text("no picture")
        make_png(self.input / "tall.png", 2, 3074, (*RED, 255))
        with open(self.input / "fat.jpg", "wb") as fat:
            fat.truncate(32 * 1024 * 1024 + 1)
        at = "bucket=input, key="
        red = ("red.png", {})
        self.check_failures("song", [
            (self.with_art("bad0", "Append", [red, ("missing.jpg", {})]), 3001,
             f"The specified object does not exist in the specified S3 bucket: {at}missing.jpg."),
            (self.with_art("bad1", "Replace", [("text.png", {})]), 4010,
             f"Amazon Elastic Transcoder could not interpret the artwork: {at}text.png."),
            (self.with_art("bad2", "Replace", [("tall.png", {})]), 4012,
             f"The artwork is too large: {at}tall.png, size=2x3074, max size=4096x3072."),
            (self.with_art("bad3", "Replace", [("fat.jpg", {})]), 4005,
             f"The auxiliary file is too large: artwork, {at}fat.jpg, size=33554433, "
             "max size=33554432."),
            (self.with_art("bad4", "Prepend", [red] * 19), 4009,
             "The output would have 21 artworks: the maximum is 20."),
        ])
        job = self.run_job("song", [
            self.with_art("full.m4a", "Prepend", [("red.png", {"MaxWidth": "32",
                                                             "MaxHeight": "32"})] * 18),
            self.with_art("other.m4a", "Fallback", [red] * 20),
        ])
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        self.assertEqual(len(pictures(self.output / "full.m4a")), 20)

    def test_what_is_wrong_with_embedded_art(self):
        make_png(self.input / "wide.png", 4098, 2, (*RED, 255))
        embed(self.input / "large", self.input / "plain", self.input / "wide.png")
        whole = (self.input / "song").read_bytes()
        at = whole.index(b"IDAT")
        (self.input / "damaged").write_bytes(whole[: at + 8] + bytes(8) + whole[at + 16 :])
        for key, code, text in (
            ("large", 4013, "The artwork embedded in the input file is too large: size=4098x2, "
             "max size=4096x3072."),
            ("damaged", 4011, "Amazon Elastic Transcoder could not interpret the artwork embedded "
             "in the input file."),
        ):
            self.check_failures(key, [(self.with_art(f"bad-{key}", policy, [("red.png", {})]),
                                       code, text) for policy in ("Prepend", "Append", "Fallback")])
            job = self.run_job(key, [self.with_art(f"{key}.m4a", "Replace", [("red.png", {})])])
            self.assertEqual(job["Status"], "Complete", job["Outputs"])


if __name__ == "__main__":
    unittest.main()
