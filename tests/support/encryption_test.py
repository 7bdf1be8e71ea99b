"""What the tests of encryption share: a server with a key file, a clip, small presets."""

import os
import pathlib
import tempfile

import media_files
import secrets_help as secrets
from mockets_server import ServerTest, make_clip

MASTER, OTHER = os.urandom(32), os.urandom(32)
NAME = "arn:aws:kms:us-east-1:000000000000:key/media"


def write_keys(folder):
    path = pathlib.Path(folder, "keys")
    path.write_text("# master keys\n%s %s\n\nalias/other\t%s\n"
                    % (NAME, secrets.b64(MASTER), secrets.b64(OTHER)))
    return path


class EncryptionTest(ServerTest):
    """Jobs of one server, whose keys are wrapped unless a class says otherwise."""

    wrapped = True

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        if cls.wrapped:
            cls.flags = ("--kms-keys", write_keys(folder.name))
        super().setUpClass()
        cls.clip = make_clip(cls.server.bucket("input") / "clip.mp4", "--size", "320x180",
                             "--seconds", "2", "--audio", "2")
        preset = {"Name": "small", "Container": "mp4", "Video": {
            "Codec": "H.264", "CodecOptions": {"Profile": "baseline", "Level": "3",
                                               "MaxReferenceFrames": "1"},
            "KeyframesMaxDist": "30", "FixedGOP": "true", "BitRate": "300", "FrameRate": "auto",
            "MaxWidth": "320", "MaxHeight": "180", "SizingPolicy": "Fit", "PaddingPolicy": "NoPad",
            "DisplayAspectRatio": "auto", "Watermarks": [{
                "Id": "mark", "MaxWidth": "25%", "MaxHeight": "25%", "SizingPolicy": "Fit",
                "HorizontalAlign": "Left", "HorizontalOffset": "0px", "VerticalAlign": "Top",
                "VerticalOffset": "0px", "Opacity": "100", "Target": "Frame"}]},
            "Audio": {"Codec": "AAC", "SampleRate": "44100", "BitRate": "64", "Channels": "2"},
            "Thumbnails": {"Format": "png", "Interval": "1", "MaxWidth": "160", "MaxHeight": "90",
                           "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"}}
        cls.presets = {}
        for container in ("mp4", "ts", "fmp4"):
            answer = cls.server.request("POST", "/2012-09-25/presets",
                                        {**preset, "Container": container})
            assert answer.status == 201, answer.body
            cls.presets[container] = answer.json["Preset"]["Id"]

    def key(self, data_key):
        return secrets.wrap(data_key, NAME, MASTER) if self.wrapped else secrets.plain_key(data_key)

    def run_job(self, inputs=None, **output):
        name = output.setdefault("Key", self.id().rpartition(".")[2] + os.urandom(3).hex())
        made = self.server.create_job({
            "Inputs": inputs or [{"Key": "clip.mp4"}],
            "Outputs": [{"PresetId": self.presets["mp4"], **output}]})
        return made, self.server.wait_job(made["Id"]), self.server.bucket("output") / name

    def fails(self, job, code, text=""):
        output = job["Outputs"][0]
        self.assertEqual((job["Status"], output["Status"]), ("Error", "Error"), output)
        self.assertRegex(output["StatusDetail"], rf"^{code} [-0-9a-f]{{36}}: .*{text}")

    def plays(self, data):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "plain")
            path.write_bytes(data)
            self.assertEqual(media_files.decodes(path), (True, ""))
            found = media_files.streams(path)
            self.assertEqual(found["video"]["width"], 320)
            self.assertEqual(found["audio"]["codec_name"], "aac")
            self.assertAlmostEqual(media_files.duration(path), 2, delta=0.2)

    def nothing_left(self):
        for bucket in ("input", "output"):
            left = [p for p in (self.server.bucket(bucket) / ".mockets").rglob("*") if p.is_file()]
            self.assertEqual(left, [])
