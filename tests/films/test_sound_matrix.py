"""Channels, packing, depth and rates of sound, for every codec and container that has it."""

import pathlib
import subprocess
import tempfile
import unittest
import wave

import media_files
from mockets_server import ServerTest

API = "/2012-09-25/presets"
VIDEO = {
    "Codec": "mpeg2", "CodecOptions": {"ChromaSubsampling": "yuv422p"}, "KeyframesMaxDist": "12",
    "FixedGOP": "true", "BitRate": "1000", "FrameRate": "25", "MaxWidth": "160",
    "MaxHeight": "96", "SizingPolicy": "Stretch", "PaddingPolicy": "NoPad",
    "DisplayAspectRatio": "auto",
}
SINGLE, EACH, FILLED = (
    "SingleTrack", "OneChannelPerTrack", "OneChannelPerTrackWithMosTo8Tracks")

PAIR = "1+1"  # two mono tracks, left and right

# input channels, Channels, AudioPackingMode: channels of every track, how many of them sound
PACKINGS = (
    (2, "0", FILLED, [], 0),
    (0, "2", FILLED, [], 0),
    (1, "1", SINGLE, [1], 1),
    (6, "1", EACH, [1], 1),
    (1, "1", FILLED, [1] * 8, 1),
    (1, "2", SINGLE, [2], 1),
    (1, "2", EACH, [1, 1], 2),
    (1, "2", FILLED, [1] * 8, 2),
    (2, "2", EACH, [1, 1], 2),
    (2, "auto", FILLED, [1] * 8, 2),
    (6, "2", SINGLE, [2], 1),
    (6, "auto", SINGLE, [6], 1),
    (6, "auto", EACH, [1] * 6, 6),
    (6, "auto", FILLED, [1] * 8, 6),
    (8, "auto", SINGLE, [8], 1),
    (8, "auto", EACH, [1] * 8, 8),
    (PAIR, "1", SINGLE, [1], 1),
    (PAIR, "2", SINGLE, [2], 1),
    (PAIR, "2", EACH, [1, 1], 2),
    (PAIR, "auto", SINGLE, [2], 1),
    (PAIR, "auto", FILLED, [1] * 8, 2),
)

# container, audio settings, input channels: codec, sample rate, channels
FORMATS = (
    ("mp4", {"Codec": "AAC"}, 6, "aac", 48000, 6),
    ("mp4", {"Codec": "AAC"}, 8, "aac", 48000, 8),
    ("mp4", {"Codec": "AAC", "CodecOptions": {"Profile": "auto"}, "BitRate": "64"}, 1, "aac", 48000, 1),
    ("mp4", {"Codec": "mp3", "Channels": "2"}, 1, "mp3", 48000, 2),
    ("ts", {"Codec": "mp3"}, 2, "mp3", 48000, 2),
    ("flv", {"Codec": "mp3"}, 2, "mp3", 44100, 2),
    ("flv", {"Codec": "AAC", "SampleRate": "22050"}, 2, "aac", 22050, 2),
    ("mp3", {"Codec": "mp3", "SampleRate": "96000"}, 6, "mp3", 48000, 2),
    ("mp2", {"Codec": "mp2", "BitRate": "320"}, 1, "mp2", 48000, 1),
    ("mp2", {"Codec": "mp2", "SampleRate": "22050", "BitRate": "320"}, 2, "mp2", 22050, 2),
    ("oga", {"Codec": "vorbis", "BitRate": "320"}, 1, "vorbis", 48000, 1),
    ("ogg", {"Codec": "vorbis"}, 6, "vorbis", 48000, 6),
    ("ogg", {"Codec": "vorbis", "SampleRate": "22050", "BitRate": "320"}, 2, "vorbis", 22050, 2),
    ("ogg", {"Codec": "vorbis", "SampleRate": "96000"}, 2, "vorbis", 48000, 2),
    ("webm", {"Codec": "vorbis"}, 2, "vorbis", 48000, 2),
    ("ogg", {"Codec": "flac", "CodecOptions": {"BitDepth": "24"}}, 2, "flac", 48000, 2),
    ("flac", {"Codec": "flac", "CodecOptions": {"BitDepth": "24"}, "SampleRate": "96000"}, 6, "flac", 96000, 6),
    ("flac", {"Codec": "flac"}, 8, "flac", 48000, 8),
    ("wav", {"Codec": "pcm", "CodecOptions": {"BitDepth": "8"}}, 1, "pcm_u8", 48000, 1),
    ("wav", {"Codec": "pcm", "CodecOptions": {"BitDepth": "16"}}, 6, "pcm_s16le", 48000, 6),
    ("wav", {"Codec": "pcm", "CodecOptions": {"BitDepth": "24", "Signed": "Signed"}}, 2, "pcm_s24le", 48000, 2),
    ("wav", {"Codec": "pcm", "CodecOptions": {"BitDepth": "32", "BitOrder": "LittleEndian"}}, 8, "pcm_s32le", 48000, 8),
)

# container, audio settings: a word of the StatusDetail
REFUSED = (
    ("mp4", {"Codec": "AAC", "CodecOptions": {"Profile": "HE-AAC"}}, "libfdk_aac"),
    ("mp4", {"Codec": "AAC", "CodecOptions": {"Profile": "HE-AACv2"}}, "libfdk_aac"),
)


def samples(path, count):
    """The first tracks, each as bytes of signed 16 bit."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["ffmpeg", "-v", "error", "-i", str(path)]
        for track in range(count):
            command += ["-map", f"0:a:{track}", "-f", "s16le", f"{folder}/{track}"]
        if count:
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=120)
        return [(pathlib.Path(folder) / str(track)).read_bytes() for track in range(count)]


def has_encoder(name):
    shown = subprocess.run(
        ["ffmpeg", "-hide_banner", "-encoders"], check=True, capture_output=True, text=True, timeout=60)
    return f" {name} " in shown.stdout


class SoundMatrix(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for channels in (0, 1, 2, 6, 8):
            media_files.make_clip(
                cls.input / f"film{channels}.mkv",
                "--size", "160x90", "--rate", 25, "--seconds", 1, "--audio", channels,
                "--sample-rate", 48000,
            )
        cls.make_tracks(cls.input / f"film{PAIR}.mkv", ("0.2*sin(2000*t)", 1, "und"),
                        ("0.2*sin(3000*t)", 1, "und"), picture=True)
        cls.work = []  # (input channels, key, preset)
        for number, (given, channels, packing, _, _) in enumerate(PACKINGS):
            cls.add(given, f"packing-{number}", "mxf", {
                "Codec": "pcm", "SampleRate": "48000", "Channels": channels,
                "AudioPackingMode": packing, "CodecOptions": {"BitDepth": "24"}}, VIDEO)
        for number, (container, audio, given, *_) in enumerate(FORMATS):
            cls.add(given, f"format-{number}", container, audio)
        for number, (container, audio, _) in enumerate(REFUSED):
            cls.add(2, f"refused-{number}", container, audio, VIDEO if container == "mxf" else None)
        jobs = []
        for given in (0, 1, 2, 6, 8, PAIR):
            outputs = [{"Key": key, "PresetId": preset} for of, key, preset in cls.work if of == given]
            jobs.append(cls.server.create_job(
                {"Inputs": [{"Key": f"film{given}.mkv"}], "Outputs": outputs})["Id"])
        cls.outputs = {}
        for job in jobs:
            for output in cls.server.wait_job(job, seconds=600)["Outputs"]:
                cls.outputs[output["Key"]] = output

    @staticmethod
    def make_tracks(path, *tracks, picture=False):
        """A file with tracks of sound: (samples as aevalsrc has them, seconds, language, and
        whether it is the one to play)."""
        command, maps = ["ffmpeg", "-v", "error", "-y"], []
        if picture:
            command += ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1"]
        for number, (samples, seconds, language, *default) in enumerate(tracks):
            command += ["-f", "lavfi", "-i", f"aevalsrc='{samples}':s=48000:d={seconds}"]
            maps += [f"-metadata:s:a:{number}", f"language={language}",
                     f"-disposition:a:{number}", "default" if default else "0"]
        for number in range(len(tracks) + picture):
            maps += ["-map", str(number)]
        subprocess.run([*command, *maps, "-c:a", "pcm_s16le", path], check=True, timeout=120)

    def listen(self, name, *tracks, **said):
        """The samples of the sound that is made of such a file: one list for each channel."""
        self.make_tracks(self.input / name, *tracks)
        return self.hear(name, [{"Key": name, **said}])

    def hear(self, name, inputs):
        preset = self.server.post(API, {
            "Name": "wav", "Container": "wav", "Audio": {
                "Codec": "pcm", "SampleRate": "auto", "Channels": "auto",
                "CodecOptions": {"BitDepth": "16"}}})[1]["Preset"]["Id"]
        job = self.server.create_job({"Inputs": inputs,
                                      "Outputs": [{"Key": name + ".wav", "PresetId": preset}]})
        job = self.server.wait_job(job["Id"])
        self.assertEqual(job["Status"], "Complete", job["Output"]["StatusDetail"])
        with wave.open(str(self.output / (name + ".wav"))) as made:
            channels = made.getnchannels()
            heard = memoryview(made.readframes(made.getnframes())).cast("h")
        return [heard[channel::channels] for channel in range(channels)]

    @classmethod
    def add(cls, given, key, container, audio, video=None):
        audio = {"SampleRate": "auto", "Channels": "auto", **audio}
        body = {"Name": key, "Container": container, "Audio": audio}
        if video:
            body["Video"] = video
        answer = cls.server.request("POST", API, body)
        assert answer.status == 201, answer.body
        cls.work.append((given, key, answer.json["Preset"]["Id"]))

    def tracks(self, key):
        self.assertEqual(self.outputs[key]["Status"], "Complete", self.outputs[key]["StatusDetail"])
        found = media_files.probe(self.output / key, "-show_streams")["streams"]
        return [stream for stream in found if stream["codec_type"] == "audio"]

    def test_packing(self):
        for number, (given, channels, packing, wanted, loud) in enumerate(PACKINGS):
            key = f"packing-{number}"
            with self.subTest(given=given, channels=channels, packing=packing):
                self.assertEqual([track["channels"] for track in self.tracks(key)], wanted)
                heard = samples(self.output / key, len(wanted))
                self.assertEqual([any(track) for track in heard],
                                 [i < loud for i in range(len(wanted))])
                self.assertLessEqual(len({len(track) // sum(wanted[:1]) for track in heard}), 1)

    def test_mono_is_doubled(self):
        key = f"packing-{PACKINGS.index((1, '2', EACH, [1, 1], 2))}"
        left, right = samples(self.output / key, 2)
        self.assertEqual(left, right)

    def test_two_mono_tracks_are_left_and_right(self):
        click = lambda at: f"0.5*eq(n,{at})"
        left, right = self.listen("clicks.mov", (click(24000), 2, "eng"), (click(60000), 2, "eng"))
        self.assertEqual([i for i, sample in enumerate(left) if sample], [24000])
        self.assertEqual([i for i, sample in enumerate(right) if sample], [60000])
        left, right = self.listen("clip.mov", (click(24000), 2, "eng"), (click(60000), 2, "eng"),
                                  TimeSpan={"StartTime": "0.4", "Duration": "1"})
        self.assertEqual(len(left), 48000)
        self.assertEqual([i for i, sample in enumerate(left) if sample], [24000 - 19200])
        self.assertEqual([i for i, sample in enumerate(right) if sample], [60000 - 19200])

    def test_two_mono_tracks_between_other_inputs(self):
        click = lambda *places: "|".join(f"0.5*eq(n,{at})" for at in places)
        folder = self.input
        self.make_tracks(folder / "mono2.mov", (click(24000), 2, "und"), (click(60000), 2, "und"))
        self.make_tracks(folder / "stereo.mov", (click(10000, 20000), 1, "und"))
        heard = self.hear("joined", [{"Key": key} for key in
                                     ("mono2.mov", "stereo.mov", "mono2.mov")])
        found = [[i for i, sample in enumerate(channel) if abs(sample) > 3000] for channel in heard]
        self.assertEqual(found, [[24000, 96000 + 10000, 144000 + 24000],
                                 [60000, 96000 + 20000, 144000 + 60000]])

    def test_one_of_two_mono_tracks_ends_long_before_the_other(self):
        left, right = self.listen("short.mkv", ("0.2", 1, "und"), ("0.4", 25, "und"))
        self.assertEqual(len(left), 25 * 48000)
        self.assertEqual([bool(left[i * 48000 + 24000]) for i in (0, 2, 24)], [True, False, False])
        self.assertEqual([bool(right[i * 48000 + 24000]) for i in (0, 2, 24)], [True] * 3)

    def test_the_default_of_several_tracks_is_heard(self):
        tracks = [("0.1|0.2", 1, "und"), ("0.3|0.4", 1, "und", True), ("0.5|0.6", 1, "und")]
        for name, given, wanted in (("marked.mkv", tracks, (0.3, 0.4)),
                                    ("plain.mkv", tracks[::2], (0.1, 0.2))):
            found = [channel[24000] / 32768 for channel in self.listen(name, *given)]
            self.assertEqual(len(found), 2)
            for one, other in zip(found, wanted):
                self.assertAlmostEqual(one, other, delta=0.001)

    def test_two_languages_are_no_stereo(self):
        (heard,) = self.listen("languages.mkv", ("0.2", 1, "eng"), ("0.4", 1, "deu"))
        self.assertAlmostEqual(heard[24000] / 32768, 0.2, delta=0.001)

    def test_formats(self):
        for number, (container, audio, given, codec, rate, channels) in enumerate(FORMATS):
            key = f"format-{number}"
            with self.subTest(container=container, audio=audio, given=given):
                (found,) = self.tracks(key)
                self.assertEqual(found["codec_name"], codec)
                self.assertEqual(int(found["sample_rate"]), rate)
                self.assertEqual(found["channels"], channels)
                depth = audio.get("CodecOptions", {}).get("BitDepth", "16")
                if codec == "flac":
                    self.assertEqual(found["bits_per_raw_sample"], depth)
                fine, complaint = media_files.decodes(self.output / key)
                self.assertTrue(fine, complaint)
                self.assertTrue(any(samples(self.output / key, 1)[0]))

    def test_warns_of_lost_channels(self):
        for number, (_, _, given, _, _, channels) in enumerate(FORMATS):
            detail = self.outputs[f"format-{number}"]["StatusDetail"] or ""
            warned = f"contains {given} audio channels" in detail
            self.assertEqual(warned, given > channels, f"format-{number}: {detail}")

    def test_refused(self):
        for number, (container, audio, word) in enumerate(REFUSED):
            if has_encoder(word):
                continue
            with self.subTest(container=container, audio=audio):
                output = self.outputs[f"refused-{number}"]
                self.assertEqual(output["Status"], "Error")
                self.assertTrue(output["StatusDetail"].startswith("1000 "), output["StatusDetail"])
                self.assertIn(word, output["StatusDetail"])


if __name__ == "__main__":
    unittest.main()
