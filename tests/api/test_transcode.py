"""The subcommand transcode of files."""

import json
import pathlib
import signal

import mockets_server
from mockets_server import make_clip, run, until
from transcode_test import Terminal, TranscodeTest


class Transcode(TranscodeTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clip = make_clip(cls.films / "My film.mp4")

    def transcode(self, *arguments, source=None, **options):
        return super().transcode(source or self.clip, *arguments, **options)

    def names(self):
        return sorted(path.name for path in self.output.iterdir())

    def test_names_and_lines(self):
        result = self.transcode("--preset", "generic 320x240", "--preset",
                                "Audio AAC - 128k=sound.mp4")
        self.assertEqual(self.names(), ["My film-generic-320x240.mp4", "sound.mp4"])
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r"^My film-generic-320x240\.mp4 +320x180 .* fps +2\.\d+ s +\d")
        self.assertRegex(lines[1], r"^sound\.mp4 +- .* s +\d")
        self.assertEqual(result.stderr, "")

    def test_json(self):
        result = self.transcode("--preset", "Generic 320x240=out.mp4", "--json")
        job = json.loads(result.stdout)
        self.assertEqual(job["Status"], "Complete")
        self.assertEqual(job["Outputs"][0]["Key"], "out.mp4")
        self.assertEqual(job["Outputs"][0]["FileSize"], (self.output / "out.mp4").stat().st_size)

    def test_playlist(self):
        self.transcode("--preset", "mockets: HLS 360p=a", "--preset", "HLS 240p",
                       "--playlist", "index=HLSv3")
        names = self.names()
        for name in ("index.m3u8", "a.m3u8", "a00000.ts", "My film-hls-240p.m3u8",
                     "My film-hls-240p00000.ts"):
            self.assertIn(name, names)
        self.assertIn("#EXT-X-TARGETDURATION:", (self.output / "a.m3u8").read_text())

    def test_segments(self):
        self.transcode("--preset", "HLS 240p=part", "--segment-duration", "1")
        self.assertIn("part00001.ts", self.names())

    def test_one_ts_file(self):
        self.transcode("--preset", "HLS 240p")
        self.assertEqual(self.names(), ["My film-hls-240p.ts"])

    def test_existing_output(self):
        self.transcode("--preset", "Generic 320x240=out.mp4")
        result = self.transcode("--preset", "Generic 320x240=out.mp4", code=1)
        self.assertIn("out.mp4: 3002", result.stderr)
        self.assertEqual(result.stdout, "")
        self.transcode("--preset", "Generic 320x240=out.mp4", "--overwrite")

    def test_input_that_is_no_film(self):
        text = self.folder / "notes.txt"
        text.write_text("just words\n" * 100)
        result = self.transcode("--preset", "Generic 320x240=out.mp4", source=text, code=1)
        self.assertIn("mockets: out.mp4: 4", result.stderr)
        self.assertEqual(self.names(), [])

    def test_usage(self):
        for arguments, text in (
                (("--preset", "none such"), "No preset has"),
                (("--preset", "Generic"), "1351620000001-000010"),
                (("--preset", "Generic 720p="), "ID-OR-NAME=KEY"),
                ((), "--preset is missing"),
                (("--preset", "Generic 720p", "--playlist", "x"), "NAME=FORMAT"),
                (("--preset", "Generic 720p", "--segment-duration", "0"), "1 to 60"),
                (("--preset", "Generic 720p", "--segment-duration", "5"), "No preset makes"),
                (("--preset", "Generic 720p", "--playlist", "x=HLSv9"), ""),
                (("--preset", "Generic 720p", "--nothing"), "--nothing is not a flag")):
            with self.subTest(arguments):
                result = self.transcode(*arguments, code=2)
                self.assertIn(text, result.stderr)
                self.assertEqual(result.stdout, "")
        result = self.transcode("--preset", "Generic 720p", code=2, output=False)
        self.assertIn("--output is missing", result.stderr)
        for source, why in (("/nowhere/x.mp4", "No such file"), (self.folder, "directory"),
                            ("/dev/null", "device")):
            with self.subTest(source):
                result = self.transcode("--preset", "Generic 720p", code=2, source=source)
                self.assertIn(f"{source} cannot be read", result.stderr)
                self.assertIn(why, result.stderr)
        self.assertEqual(run("transcode").returncode, 2)

    def test_several_inputs(self):
        """They are joined, in the order in which they are named."""
        other = make_clip(self.folder / "other.mp4", "--size", "640x360",
                          "--rate", 25, "--seconds", 3, "--audio", 1)
        result = self.transcode(other, "--preset", "Generic 320x240=out.mp4", "--json")
        job = json.loads(result.stdout)
        self.assertAlmostEqual(job["Outputs"][0]["DurationMillis"], 5000, delta=80)
        self.assertEqual([found["DetectedProperties"]["Width"] for found in job["Inputs"]],
                         [320, 640])
        result = self.transcode(other, "--preset", "Web=first.mp4", code=1,
                                source=pathlib.Path(__file__))
        self.assertIn("mockets: first.mp4: 4000", result.stderr)

    def test_progress_on_a_terminal(self):
        terminal = Terminal(self)
        process = self.start(self.clip, "--preset", "Generic 720p=out.mp4", stderr=terminal.slave)
        terminal.read_until(rb"\r\[[#.]{32}\] +\d+ %")
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertIn("out.mp4", out)

    def test_interrupt(self):
        clip = make_clip(self.folder / "long.mp4", "--size", "640x360",
                         "--seconds", "40")
        process = self.start(clip, "--preset", "Generic 1080p=out.mp4")
        # something is being written: the job runs
        until(lambda: any(path.stat().st_size for path in self.files()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        self.assertEqual((process.returncode, out), (1, ""))
        self.assertIn("Canceled", err)
        self.assertEqual(self.files(), [])
        self.assert_tidy()


if __name__ == "__main__":
    mockets_server.main()
