"""A server for tests that make presets of their own and look at what comes of them."""

from mockets_server import API, ServerTest


class PresetTest(ServerTest):
    def preset(self, video=None, thumbnails=None, options=None):
        """A preset for good pictures in MP4; members that are given replace or add."""
        settings = {"Profile": "high", "Level": "4.1", "MaxReferenceFrames": "3", **(options or {})}
        made = {"Codec": "H.264", "CodecOptions": settings, "KeyframesMaxDist": "90",
                "FixedGOP": "false", "BitRate": "3000", "FrameRate": "auto", **(video or {})}
        if "Resolution" not in made and "AspectRatio" not in made:
            made = {"MaxWidth": "auto", "MaxHeight": "auto", "SizingPolicy": "ShrinkToFit",
                    "PaddingPolicy": "NoPad", "DisplayAspectRatio": "auto", **made}
        status, body = self.server.post(API + "/presets", {
            "Name": "made", "Container": "mp4", "Video": made, "Thumbnails": thumbnails})
        self.assertEqual(status, 201, body)
        return body["Preset"]["Id"]

    def run_job(self, key, outputs, status="Complete", **said):
        """Run a job with outputs {key: preset id or members}; {key: its output when it ended}."""
        wanted = [{"Key": name, **(output if isinstance(output, dict) else {"PresetId": output})}
                  for name, output in outputs.items()]
        job = self.server.create_job({"Inputs": [{"Key": key, **said}], "Outputs": wanted})
        job = self.server.wait_job(job["Id"])
        self.assertEqual(job["Status"], status, [o["StatusDetail"] for o in job["Outputs"]])
        return {output["Key"]: output for output in job["Outputs"]}
