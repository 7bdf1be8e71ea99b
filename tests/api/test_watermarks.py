"""Watermarks: where they lie, how large they are, how strong, and what goes wrong with them."""

import unittest

import media_files
from mockets_server import ServerTest
from pictures import Picture, ffmpeg, make_jpg, make_png

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
GRAY, BLACK = (128, 128, 128), (0, 0, 0)
WIDTH, HEIGHT = 320, 240  # of what is made: the film's 320x180 with bars of 30 above and below


def slot(name, **members):
    return {"Id": name, "MaxWidth": "100%", "MaxHeight": "100%", "SizingPolicy": "ShrinkToFit",
            "HorizontalAlign": "Left", "VerticalAlign": "Top", "Opacity": "100",
            "Target": "Content", **members}


def place(horizontal, x, vertical, y):
    members = {"HorizontalAlign": horizontal, "VerticalAlign": vertical}
    if horizontal != "Center":
        members["HorizontalOffset"] = x
    if vertical != "Center":
        members["VerticalOffset"] = y
    return members


# preset: its slots; with each the picture, and the rectangle and colour that it becomes
PLACES = {
    "places": [
        (slot("odd", MaxWidth="40px", MaxHeight="40px", SizingPolicy="Fit",
              **place("Left", "11px", "Top", "7px")),
         "red.png", (11, 37, 40, 40), RED),
        (slot("frame", MaxWidth="20%", MaxHeight="10%", SizingPolicy="Stretch", Target="Frame",
              **place("Right", "10%", "Bottom", "10%")),
         "green.png", (224, 192, 64, 24), GREEN),
        (slot("middle", **place("Center", None, "Center", None)),
         "tall.png", (145, 95, 30, 50), BLUE),
        (slot("beyond", MaxWidth="40px", MaxHeight="40px", SizingPolicy="Fit", Target="Frame",
              **place("Left", "95%", "Top", "0px")),
         "white.png", (304, 0, 16, 40), WHITE),
    ],
    "bars": [
        (slot("up", MaxWidth="50px", MaxHeight="25px", SizingPolicy="Stretch",
              **place("Center", None, "Bottom", "100%")),
         "red.png", (135, 5, 50, 25), RED),
        (slot("left", **place("Right", "100%", "Center", None)),
         "white.png", None, WHITE),  # wholly outside
        (slot("photo", MaxWidth="10%", MaxHeight="50%", SizingPolicy="Fit",
              **place("Right", "2.5%", "Bottom", "0%")),
         "photo.jpg", (280, 194, 32, 16), (200, 60, 20)),
        (slot("small", MaxWidth="16px", MaxHeight="16px", **place("Left", "0px", "Center", None)),
         "tall.png", (0, 112, 10, 16), BLUE),
    ],
}

# slot, picture, colour on gray; all side by side
BLENDS = [
    (slot("half", Opacity="50", **place("Left", "0px", "Top", "0px")), "red.png", (192, 64, 64)),
    (slot("soft", **place("Left", "80px", "Top", "0px")), "soft.png", (64, 192, 64)),
    (slot("both", Opacity="50.0", **place("Left", "160px", "Top", "0px")), "soft.png",
     (96, 160, 96)),
    (slot("none", Opacity="0", **place("Left", "240px", "Top", "0px")), "white.png", GRAY),
]


def preset(name, slots, **video):
    return {
        "Name": name, "Description": name, "Container": "mp4",
        "Video": {
            "Codec": "H.264", "CodecOptions": {"Profile": "main", "Level": "3",
                                               "MaxReferenceFrames": "2"},
            "KeyframesMaxDist": "30", "FixedGOP": "false", "BitRate": "4000", "FrameRate": "10",
            "MaxWidth": str(WIDTH), "MaxHeight": str(HEIGHT), "DisplayAspectRatio": "auto",
            "SizingPolicy": "Fit", "PaddingPolicy": "Pad", "Watermarks": slots, **video,
        },
        "Thumbnails": {"Format": "png", "Interval": "1", "MaxWidth": "auto", "MaxHeight": "auto",
                       "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"},
    }


class Watermarks(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for matrix, flag in (("bt601", "smpte170m"), ("bt709", "bt709")):
            ffmpeg("-f", "lavfi", "-i", "color=0x808080:s=320x180:r=10:d=1",
                   "-vf", f"scale=out_color_matrix={matrix}", "-pix_fmt", "yuv420p",
                   "-colorspace", flag, "-c:v", "libx264", "-f", "mp4", cls.input / matrix)
        for name, colour in (("red", RED), ("green", GREEN), ("blue", BLUE), ("white", WHITE)):
            make_png(cls.input / f"{name}.png", 20, 20, (*colour, 255))
        make_png(cls.input / "tall.png", 30, 50, (*BLUE, 255))
        make_png(cls.input / "soft.png", 20, 20, (*GREEN, 128))
        make_jpg(cls.input / "photo.jpg", 64, 32, "0xC83C14")
        cls.presets = {}
        for name, rows in PLACES.items():
            cls.add_preset(preset(name, [row[0] for row in rows]))
        cls.add_preset(preset("blends", [row[0] for row in BLENDS]))

    @classmethod
    def add_preset(cls, body):
        answer = cls.server.request("POST", "/2012-09-25/presets", body)
        assert answer.status == 201, answer.json
        cls.presets[body["Name"]] = answer.json["Preset"]["Id"]

    def run_job(self, key, *outputs):
        job = self.server.create_job({"Inputs": [{"Key": key}], "Outputs": list(outputs)})
        return self.server.wait_job(job["Id"])

    def marked(self, key, name, marks, **members):
        return {"Key": key, "PresetId": self.presets[name], **members,
                "Watermarks": [{"PresetWatermarkId": mark, "InputKey": picture}
                               for mark, picture in marks]}

    def assert_colour(self, found, wanted, message, delta=6):
        for a, b in zip(found, wanted):
            self.assertAlmostEqual(a, b, delta=delta, msg=f"{message}: {found}, not {wanted}")

    def check_picture(self, picture, rectangles):
        """Nothing but the rectangles is on the film and its bars; edges are where they should be."""
        for y in range(picture.height):
            for x in range(picture.width):
                wanted, edge = (GRAY if 30 <= y < 210 else BLACK), min(abs(y - 30), abs(y - 210))
                edge = edge if edge > 2 or y in (30, 29, 209, 210) else 0
                for left, top, width, height, colour in rectangles:
                    inside = left <= x < left + width and top <= y < top + height
                    if inside:
                        wanted = colour
                    if left - 3 <= x < left + width + 3 and top - 3 <= y < top + height + 3:
                        near = not (left + 3 <= x < left + width - 3
                                    and top + 3 <= y < top + height - 3)
                        edge = 0 if near else 9
                if edge > 2:
                    self.assert_colour(picture.at(x, y), wanted, f"at {x},{y}")

    def check_edges(self, picture, rectangle, colour):
        """The luma of the pixels on both sides of each border inside of the frame."""
        left, top, width, height = rectangle
        luma = 16 + 219 / 255 * (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
        middle_x, middle_y = left + width // 2, top + height // 2
        sides = [((left, middle_y), (left - 1, middle_y)),
                 ((left + width - 1, middle_y), (left + width, middle_y)),
                 ((middle_x, top), (middle_x, top - 1)),
                 ((middle_x, top + height - 1), (middle_x, top + height))]
        for inside, outside in sides:
            if not (0 <= outside[0] < WIDTH and 0 <= outside[1] < HEIGHT):
                continue
            base = 126 if 30 <= outside[1] < 210 else 16
            self.assertAlmostEqual(picture.y(*inside), luma, delta=9, msg=f"inside {inside}")
            self.assertAlmostEqual(picture.y(*outside), base, delta=9, msg=f"outside {outside}")

    def test_places(self):
        outputs = [self.marked(f"{name}.mp4", name, [(row[0]["Id"], row[1]) for row in rows])
                   for name, rows in PLACES.items()]
        job = self.run_job("bt601", *outputs)
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        for name, rows in PLACES.items():
            for seconds in (0, 0.9):  # for the whole duration
                with self.subTest(preset=name, seconds=seconds):
                    picture = Picture(self.output / f"{name}.mp4", WIDTH, HEIGHT, seconds)
                    shown = [row for row in rows if row[2]]
                    self.check_picture(picture, [(*row[2], row[3]) for row in shown])
                    for _, _, rectangle, colour in shown:
                        self.check_edges(picture, rectangle, colour)

    def test_opacity_and_alpha_in_both_matrices(self):
        marks = [(row[0]["Id"], row[1]) for row in BLENDS]
        for matrix in ("bt601", "bt709"):
            key = f"blend-{matrix}.mp4"
            job = self.run_job(matrix, self.marked(key, "blends", marks))
            self.assertEqual(job["Status"], "Complete", job["Outputs"])
            picture = Picture(self.output / key, WIDTH, HEIGHT, matrix=matrix)
            for i, (_, _, colour) in enumerate(BLENDS):
                with self.subTest(matrix=matrix, slot=i):
                    self.assert_colour(picture.at(80 * i + 10, 40), colour, "blended", 5)

    def test_order_and_subset(self):
        """The order of the job decides; slots that it does not name stay empty."""
        self.add_preset(preset("stack", [
            slot(name, MaxWidth="60px", MaxHeight="60px", SizingPolicy="Fit",
                 **place("Left", f"{20 * i}px", "Top", "0px"))
            for i, name in enumerate(("a", "b", "c"))
        ]))
        job = self.run_job(
            "bt601",
            self.marked("ab.mp4", "stack", [("a", "red.png"), ("b", "white.png")]),
            self.marked("ba.mp4", "stack", [("b", "white.png"), ("a", "red.png")]),
            self.marked("c.mp4", "stack", [("c", "white.png")]),
            self.marked("none.mp4", "stack", [], ThumbnailPattern="t-{count}"),
        )
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        wanted = {"ab": (RED, WHITE, WHITE, GRAY), "ba": (RED, RED, WHITE, GRAY),
                  "c": (GRAY, GRAY, WHITE, WHITE), "none": (GRAY, GRAY, GRAY, GRAY)}
        for name, colours in wanted.items():
            picture = Picture(self.output / f"{name}.mp4", WIDTH, HEIGHT)
            for x, colour in zip((10, 30, 70, 90), colours):
                with self.subTest(name=name, x=x):
                    self.assert_colour(picture.at(x, 50), colour, "stacked")

    def test_joined_inputs_have_it_each_on_its_own_content(self):
        ffmpeg("-f", "lavfi", "-i", "color=0x808080:s=320x240:r=10:d=1", "-pix_fmt", "yuv420p",
               "-c:v", "libx264", "-f", "mp4", self.input / "high")
        small = {"MaxWidth": "20px", "MaxHeight": "20px"}
        self.add_preset(preset("joined", [
            slot("content", **small, **place("Left", "0px", "Top", "0px")),
            slot("frame", **small, Target="Frame", **place("Right", "0px", "Top", "0px"))]))
        output = self.marked("joined.mp4", "joined",
                             [("content", "red.png"), ("frame", "white.png")])
        job = self.server.create_job({"Inputs": [{"Key": "bt601"}, {"Key": "high"}],
                                      "Outputs": [output]})
        job = self.server.wait_job(job["Id"])
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        for seconds, top, high in ((0.5, 30, BLACK), (1.5, 0, GRAY)):
            picture = Picture(self.output / "joined.mp4", WIDTH, HEIGHT, seconds)
            for x, y, colour in ((10, top + 10, RED), (10, top + 30, GRAY), (310, 10, WHITE),
                                 (200, 10, high)):
                with self.subTest(seconds=seconds, x=x, y=y):
                    self.assert_colour(picture.at(x, y), colour, "joined")

    def test_an_edge_of_alpha_has_no_fringe(self):
        """What is transparent has no colour, whatever the file says of it."""
        make_png(self.input / "disc.png", 40, 40,
                 lambda x, y: (*WHITE, 255) if x < 20 else (*RED, 0))
        self.add_preset(preset("disc", [slot("a", MaxWidth="81px", MaxHeight="81px",
                                             SizingPolicy="Fit")]))
        job = self.run_job("bt601", self.marked("disc.mp4", "disc", [("a", "disc.png")]))
        self.assertEqual(job["Status"], "Complete", job["Outputs"])
        picture = Picture(self.output / "disc.mp4", WIDTH, HEIGHT)
        for x in range(30, 50):
            red, green, blue = picture.at(x, 60)
            self.assertLess(max(red, green, blue) - min(red, green, blue), 8, f"at {x}")
            self.assertGreater(green, 118, f"at {x}")

    def test_what_is_wrong_with_a_picture(self):
        (self.input / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        whole = (self.input / "tall.png").read_bytes()
        (self.input / "cut.png").write_bytes(whole[: len(whole) // 2])
        (self.input / "text.jpg").write_text("no picture")
        make_png(self.input / "wide.png", 4098, 2, (*RED, 255))
        with open(self.input / "fat.png", "wb") as fat:
            fat.truncate(32 * 1024 * 1024 + 1)
        at = "bucket=input, key="
        rows = {
            "missing.png": (3001, "The specified object does not exist in the specified S3 bucket: "
                            f"{at}missing.png."),
            "broken.png": (4003, "Amazon Elastic Transcoder could not interpret the watermark: "
                           f"{at}broken.png."),
            "cut.png": (4003, "Amazon Elastic Transcoder could not interpret the watermark: "
                        f"{at}cut.png."),
            "text.jpg": (4003, "Amazon Elastic Transcoder could not interpret the watermark: "
                         f"{at}text.jpg."),
            "wide.png": (4004, f"The watermark is too large: {at}wide.png, size=4098x2, "
                         "max size=4096x3072."),
            "fat.png": (4005, f"The auxiliary file is too large: watermark, {at}fat.png, "
                        "size=33554433, max size=33554432."),
        }
        good = self.marked("good.mp4", "places", [("odd", "red.png")])
        job = self.run_job("bt601", good, *(
            self.marked(f"bad-{key}.mp4", "places", [("middle", "tall.png"), ("odd", key)])
            for key in rows))
        self.assertEqual(job["Status"], "Error")
        self.assertEqual(job["Outputs"][0]["Status"], "Complete", job["Outputs"][0])
        for output, (code, text) in zip(job["Outputs"][1:], rows.values()):
            with self.subTest(text):
                self.assertEqual(output["Status"], "Error")
                self.assertRegex(output["StatusDetail"], rf"^{code} [0-9a-f-]{{36}}: ")
                self.assertEqual(output["StatusDetail"].split(": ", 1)[1], text)
        self.assertEqual({path.name for path in self.output.glob("bad-*")}, set())

    def test_the_film_still_plays(self):
        job = self.run_job("bt709", self.marked("play.mp4", "places", [("odd", "red.png")]))
        self.assertEqual(job["Output"]["DurationMillis"], 1000)
        fine, complaint = media_files.decodes(self.output / "play.mp4")
        self.assertTrue(fine, complaint)
        self.assertEqual(len(media_files.packets(self.output / "play.mp4", "video")), 10)


if __name__ == "__main__":
    unittest.main()
