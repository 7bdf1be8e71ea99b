"""What the service said to wrong requests, as clients saw it, over HTTP."""

import mockets_server
from mockets_server import API, ServerTest

MP4, TS, FMP4 = "1351620000001-000010", "1351620000001-200030", "1351620000001-400010"
ROLE = "arn:aws:iam::123456789012:role/x"
PATTERN = "Member must satisfy regular expression pattern: "
ID = r"^\d{13}-\w{6}$"


def job(output=None, **more):
    """A request of CreateJob that is right, apart from what is added."""
    request = {"Inputs": [{"Key": "in.mp4"}],
               "Outputs": [{"Key": "out.mp4", "PresetId": MP4, **(output or {})}]}
    request.update(more)
    return {name: value for name, value in request.items() if value is not None}


def pipeline(**more):
    request = {"Name": "n", "InputBucket": "input", "OutputBucket": "output", "Role": ROLE}
    request.update(more)
    return {name: value for name, value in request.items() if value is not None}


def preset(video=None, **more):
    """A request of CreatePreset that is right, apart from what is added."""
    return {"Name": "n", "Container": "mp4",
            "Video": {"Codec": "H.264", "CodecOptions": {}, "FrameRate": "30", "BitRate": "600",
                      **(video or {})}, **more}


def broken(value, path, constraint):
    value = "null" if value is None else "'%s'" % value
    return "Value %s at '%s' failed to satisfy constraint: %s" % (value, path, constraint)


def one(value, path, constraint):
    return "1 validation error detected: " + broken(value, path, constraint)


ASPECT = PATTERN + "(^auto$)|(^1:1$)|(^4:3$)|(^3:2$)|(^16:9$)"
NO_SEGMENTS = ("Output '%s' must have a SegmentDuration since it is part of a playlist. "
               "SegmentDurtion is available only for 'ts' containers.")

# path, request, message
ROWS = [
    ("/pipelines", pipeline(InputBucket=None),
     one(None, "inputBucket", "Member must not be null")),
    ("/pipelines", pipeline(Role=""), "Role cannot be blank"),
    ("/pipelines", pipeline(Role="asdf"), "Role ARN is invalid: asdf"),
    ("/pipelines", pipeline(OutputBucket=None),
     "[OutputBucket and ContentConfig:Bucket are not allowed to both be null.]"),
    ("/pipelines", pipeline(ContentConfig={"Bucket": "c"}),
     "[OutputBucket and ContentConfig are mutually exclusive.]"),
    ("/pipelines", pipeline(OutputBucket=None, ContentConfig={"Bucket": "c"}),
     "[ThumbnailConfig:Bucket is not allowed to be null if ContentConfig is specified.]"),
    ("/pipelines", pipeline(Name="x" * 41),
     one("x" * 41, "name", "Member must have length less than or equal to 40")),
    ("/presets", {"Container": "flac", "Name": "n", "Audio": {"Codec": "flac", "BitRate": ""}},
     one("", "audio.bitRate", PATTERN + r"^\d{1,3}$")),
    ("/presets", preset({"Codec": "vp9", "CodecOptions": None}, Container="webm"),
     "The ''codecOptions'' field in video is not allowed to be null."),
    ("/presets", preset({"MaxFrameRate": "60"}),
     "When you specify a value for MaxFrameRate, you must also specify 'FrameRate':'Auto'. Either "
     "change the value of FrameRate or remove the MaxFrameRate object, and resubmit the request."),
    ("/presets", preset(Container="webm"),
     "The container 'webm' does not support the video codec 'H.264'."),
    ("/jobs", job(Inputs=None, Input={"Key": "k", "AspectRatio": "2:1"}),
     one("2:1", "input.aspectRatio", ASPECT)),
    ("/jobs", job({"PresetId": "x"}, Outputs=None, Output={"Key": "k", "PresetId": "x"}),
     one("x", "output.presetId", PATTERN + ID)),
    ("/jobs", job({"PresetId": "x", "Key": ""}),
     "2 validation errors detected: " + broken(
         "", "outputs.1.member.key", "Member must have length greater than or equal to 1")
     + "; " + broken("x", "outputs.1.member.presetId", PATTERN + ID)),
    ("/jobs", job({"ThumbnailPattern": "{resolution}"}),
     one("{resolution}", "outputs.1.member.thumbnailPattern", PATTERN + r"(^$)|(^.*\{count\}.*$)")),
    ("/jobs", job(Outputs=[{"Key": "a", "PresetId": TS}, {"Key": "b", "PresetId": TS}],
                  Playlists=[{"Name": "p", "Format": "HLSv3", "OutputKeys": ["a", "b"]}]),
     NO_SEGMENTS % "a" + " " + NO_SEGMENTS % "b"),
    ("/jobs", job(Outputs=[{"Key": "a", "PresetId": TS, "SegmentDuration": "5"}],
                  Playlists=[{"Name": "x/p", "Format": "HLSv3", "OutputKeys": ["a"]}]),
     "All outputs in a playlist must begin identically to the playlist name upto the last / "
     "character."),
    ("/jobs", job(Outputs=[{"Key": "a", "PresetId": FMP4, "SegmentDuration": "5"}],
                  Playlists=[{"Name": "p", "Format": "HLSv4", "OutputKeys": ["a"]}]),
     "All output keys in a HLSv4 playlist must have container type of ts."),
    ("/jobs", job({"SegmentDuration": "5"}),
     "Output 'out.mp4' must not have a SegmentDuration. SegmentDuration is available only for 'ts' "
     "and 'fmp4' containers."),
    # a rule comes before what this version cannot do yet
    ("/jobs", job({"Watermarks": [{"PresetWatermarkId": "Middle", "InputKey": "a.png"}]}),
     "The preset '%s' has no watermark 'Middle'." % MP4),
]


class ValidationTest(ServerTest):

    def test_rows(self):
        for path, request, message in ROWS:
            with self.subTest(message):
                answer = self.server.request("POST", API + path, request)
                self.assertEqual(self.check_fault(answer, 400, "ValidationException"), message)

    def test_ids(self):
        for method, path, name in (
                ("GET", "/jobs/fake_job", "id"), ("DELETE", "/jobs/fake_job", "id"),
                ("GET", "/pipelines/fake_job", "id"), ("PUT", "/pipelines/fake_job", "id"),
                ("DELETE", "/pipelines/fake_job", "id"), ("GET", "/presets/fake_job", "id"),
                ("DELETE", "/presets/fake_job", "id"),
                ("GET", "/jobsByPipeline/fake_job", "pipelineId")):
            with self.subTest(method + " " + path):
                answer = self.server.request(method, API + path, {} if method == "PUT" else None)
                self.assertEqual(self.check_fault(answer, 400, "ValidationException"),
                                 one("fake_job", name, PATTERN + ID))

    def test_lists(self):
        for query, value, name, pattern in (
                ("Ascending=yes", "yes", "ascending", "(^true$)|(^false$)"),
                ("PageToken=x", "x", "pageToken", ID)):
            for path in ("/presets", "/pipelines", "/jobsByStatus/Complete"):
                answer = self.server.request("GET", API + path + "?" + query)
                self.assertEqual(self.check_fault(answer, 400, "ValidationException"),
                                 one(value, name, PATTERN + pattern))
        answer = self.server.request("GET", API + "/jobsByStatus/Done")
        self.assertEqual(
            self.check_fault(answer, 400, "ValidationException"),
            one("Done", "status", PATTERN + "(^Submitted$)|(^Progressing$)|(^Complete$)"
                                            "|(^Canceled$)|(^Error$)"))

    def test_warning_of_a_level(self):
        status, body = self.server.post(API + "/presets", preset({
            "CodecOptions": {"Profile": "baseline", "Level": "3", "MaxReferenceFrames": "3"},
            "MaxWidth": "1280", "MaxHeight": "720"}))
        self.assertEqual(status, 201, body)
        self.assertIn("1280x720", body["Warning"])
        self.assertEqual(body["Preset"]["Video"]["CodecOptions"], {
            "Profile": "baseline", "Level": "3", "MaxReferenceFrames": "3",
            "InterlacedMode": "Progressive", "ColorSpaceConversionMode": "None"})
        status, body = self.server.post(API + "/presets", preset())
        self.assertEqual((status, body["Warning"]), (201, ""))


if __name__ == "__main__":
    mockets_server.main()
