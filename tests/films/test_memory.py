"""What the server keeps of a job's memory, and until when."""

import unittest

from mockets_server import API, Server, main, make_clip, until


def ladder_preset(width, height, rate):
    return {
        "Name": f"{height}p", "Container": "ts",
        "Video": {"Codec": "H.264", "CodecOptions": {
            "Profile": "high", "Level": "4", "MaxReferenceFrames": "3",
            "MaxBitRate": str(rate), "BufferSize": str(rate * 3 // 2)},
            "KeyframesMaxDist": "90", "FixedGOP": "true", "BitRate": str(rate),
            "FrameRate": "30", "MaxWidth": str(width), "MaxHeight": str(height),
            "SizingPolicy": "Stretch", "PaddingPolicy": "NoPad", "DisplayAspectRatio": "auto"},
        "Audio": {"Codec": "AAC", "SampleRate": "48000", "BitRate": "128", "Channels": "2",
                  "CodecOptions": {"Profile": "AAC-LC"}},
        "Thumbnails": {"Format": "png", "Interval": "60", "MaxWidth": "192", "MaxHeight": "108",
                       "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"}}


class Memory(unittest.TestCase):

    def test_it_goes_back_when_nothing_comes(self):
        with Server() as server:
            make_clip(server.bucket("input") / "film.mp4",
                      "--size", "1280x720", "--seconds", "2", "--audio", "2")
            for key in ("out.mp4", "another.mp4"):
                server.forget_peak()
                job = server.create_job({"Input": {"Key": "film.mp4"}, "Output": {
                    "Key": key, "PresetId": "1351620000001-000010"}})
                job = server.wait_job(job["Id"])
                self.assertEqual(job["Status"], "Complete", job)
                self.assertGreater(server.peak_mib(), 100)
                until(lambda: server.resident_mib() < 80, seconds=60, pause=0.2)

    def test_a_ladder_in_two_passes_has_its_bound(self):
        with Server() as server:
            make_clip(server.bucket("input") / "film.mp4", "--size", "1920x1080", "--rate", "30",
                      "--seconds", "5", "--audio", "2")
            presets = []
            for width, height, rate in ((1280, 720, 2400), (854, 480, 1200), (640, 360, 700)):
                status, body = server.post(API + "/presets", ladder_preset(width, height, rate))
                self.assertEqual(status, 201, body)
                presets.append(body["Preset"]["Id"])
            server.forget_peak()
            job = server.create_job({"Input": {"Key": "film.mp4"}, "Outputs": [
                {"Key": f"{i}", "PresetId": preset, "SegmentDuration": "3"}
                for i, preset in enumerate(presets)]})
            job = server.wait_job(job["Id"])
            self.assertEqual(job["Status"], "Complete", job)
            self.assertGreater(server.peak_mib(), 100)
            self.assertLessEqual(server.peak_mib(), 210)


if __name__ == "__main__":
    main()
