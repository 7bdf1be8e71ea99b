"""Jobs of one output: what the input may be, what goes wrong, and what is written."""

import unittest

import media_files
from mockets_server import ServerTest

WEB = "1351620000001-100070"
SMALL = "1351620000001-000061"
HLS_VIDEO = "1351620000001-200055"


class Jobs(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        media_files.make_clip(cls.input / "film", "--size", "320x180", "--seconds", 3, "--audio", 2)

    def post(self, collection, body):
        answer = self.server.request("POST", f"/2012-09-25/{collection}", body)
        return answer.status, answer.json

    def run_job(self, key, *outputs, **members):
        body = {"Inputs": [{"Key": key}], "Outputs": list(outputs), **members}
        status, created = self.post("jobs", body)
        self.assertEqual(status, 201, created)
        return self.server.wait_job(created["Job"]["Id"])

    def test_mp4_has_its_index_in_front(self):
        job = self.run_job("film", {"Key": "front.mp4", "PresetId": WEB})
        self.assertEqual(job["Status"], "Complete")
        data = (self.output / "front.mp4").read_bytes()
        self.assertLess(data.index(b"moov"), data.index(b"mdat"))
        self.assertEqual(job["Output"]["FileSize"], len(data))
        found = media_files.streams(self.output / "front.mp4")
        self.assertLess(
            abs(float(found["video"]["start_time"]) - float(found["audio"]["start_time"])), 0.050
        )
        fine, complaint = media_files.decodes(self.output / "front.mp4")
        self.assertTrue(fine, complaint)

    def test_phone_video_comes_out_upright(self):
        media_files.make_clip(
            self.input / "phone", "--size", "320x180", "--seconds", 2, "--audio", 1, "--rotate", 90
        )
        job = self.run_job("phone", {"Key": "upright.mp4", "PresetId": WEB})
        self.assertEqual((job["Output"]["Width"], job["Output"]["Height"]), (180, 320))
        video = media_files.streams(self.output / "upright.mp4")["video"]
        self.assertEqual((video["width"], video["height"]), (180, 320))
        self.assertNotIn("side_data_list", video)

    def test_rotate_turns_clockwise(self):
        job = self.run_job(
            "film",
            {"Key": "r0.mp4", "PresetId": WEB, "Rotate": "0"},
            {"Key": "r90.mp4", "PresetId": WEB, "Rotate": "90"},
            {"Key": "r180.mp4", "PresetId": WEB, "Rotate": "180"},
        )
        sizes = [(output["Width"], output["Height"]) for output in job["Outputs"]]
        self.assertEqual(sizes, [(320, 180), (180, 320), (320, 180)])

    def test_no_sound_and_no_picture(self):
        media_files.make_clip(self.input / "silent", "--size", "320x180", "--seconds", 2, "--audio", 0)
        media_files.make_clip(self.input / "sound", "--no-video", "--seconds", 2, "--audio", 2)
        job = self.run_job("silent", {"Key": "silent.mp4", "PresetId": WEB})
        self.assertEqual(job["Status"], "Complete")
        self.assertEqual(set(media_files.streams(self.output / "silent.mp4")), {"video"})
        job = self.run_job(
            "sound",
            {"Key": "sound.mp4", "PresetId": WEB},
            {"Key": "picture", "PresetId": HLS_VIDEO},
        )
        self.assertEqual(job["Status"], "Error")
        self.assertEqual(job["Outputs"][0]["Status"], "Complete")
        self.assertIsNone(job["Outputs"][0]["Width"])
        self.assertRegex(job["Outputs"][1]["StatusDetail"], r"^4008 ")
        self.assertEqual(set(media_files.streams(self.output / "sound.mp4")), {"audio"})

    def test_late_sound_keeps_step(self):
        media_files.make_clip(
            self.input / "late", "--size", "320x180", "--seconds", 3, "--audio", 1,
            "--audio-delay", 700,
        )
        self.run_job("late", {"Key": "late.mp4", "PresetId": WEB})
        found = media_files.streams(self.output / "late.mp4")
        self.assertLess(
            abs(float(found["video"]["start_time"]) - float(found["audio"]["start_time"])), 0.050
        )

    def test_thumbnails(self):
        job = self.run_job(
            "film",
            {"Key": "t.mp4", "PresetId": SMALL, "ThumbnailPattern": "t-{resolution}-{count}"},
            OutputKeyPrefix="thumbs/",
        )
        self.assertEqual(job["Status"], "Complete")
        made = sorted(path.name for path in (self.output / "thumbs").iterdir())
        self.assertEqual(made, ["t-192x108-00001.png", "t.mp4"])
        picture = media_files.streams(self.output / "thumbs" / made[0])["video"]
        self.assertEqual((picture["codec_name"], picture["width"]), ("png", 192))

    def test_missing_input_is_3001(self):
        job = self.run_job("no such key", {"Key": "x.mp4", "PresetId": WEB})
        self.assertEqual(job["Status"], "Error")
        self.assertRegex(
            job["Output"]["StatusDetail"],
            r"^3001 [0-9a-f-]{36}: The specified object does not exist in the specified S3 bucket: "
            r"bucket=input, key=no such key\.$",
        )
        self.assertFalse((self.output / "x.mp4").exists())

    def test_unreadable_input_is_4000(self):
        cases = {"empty": b"", "text": b"#EXTM3U\nfilm\n", "noise": bytes(range(256)) * 400}
        cases["cut"] = (self.input / "film").read_bytes()[:5000]
        for name, content in cases.items():
            (self.input / name).write_bytes(content)
            job = self.run_job(name, {"Key": f"{name}.mp4", "PresetId": WEB})
            self.assertRegex(
                job["Output"]["StatusDetail"] or "",
                r"^4000 [0-9a-f-]{36}: Amazon Elastic Transcoder could not interpret the media "
                r"file\.$",
                name,
            )
            self.assertFalse((self.output / f"{name}.mp4").exists())

    def test_existing_output_is_3002(self):
        (self.output / "there.mp4").write_text("mine")
        job = self.run_job(
            "film",
            {"Key": "there.mp4", "PresetId": SMALL},
            {"Key": "beside.mp4", "PresetId": SMALL},
        )
        self.assertEqual(job["Status"], "Error")
        self.assertRegex(job["Outputs"][0]["StatusDetail"], r"^3002 .*key=there\.mp4\.$")
        self.assertEqual(job["Outputs"][1]["Status"], "Complete")
        self.assertEqual((self.output / "there.mp4").read_text(), "mine")

    def test_bucket_of_the_pipeline_is_gone(self):
        status, made = self.post("pipelines", {
            "Name": "gone", "InputBucket": "gone-in", "OutputBucket": "gone-out",
            "Role": "arn:aws:iam::123456789012:role/r",
        })
        self.assertEqual(status, 201, made)
        (self.server.data / "buckets/gone-in").rmdir()
        job = self.run_job(
            "film", {"Key": "x.mp4", "PresetId": WEB}, PipelineId=made["Pipeline"]["Id"]
        )
        self.assertRegex(job["Output"]["StatusDetail"], r"^3005 .*bucket=gone-in\.$")

    def test_path_tricks_lead_nowhere(self):
        for key in ("../../mockets.db", "/etc/passwd", "a/../../../x"):
            status, made = self.post(
                "jobs", {"Inputs": [{"Key": key}], "Outputs": [{"Key": "y.mp4", "PresetId": WEB}]}
            )
            if status == 201:
                job = self.server.wait_job(made["Job"]["Id"])
                self.assertEqual(job["Status"], "Error", key)
            else:
                self.assertEqual(status, 400, key)
        job = self.run_job("film", {"Key": "../outside.mp4", "PresetId": SMALL})
        self.assertEqual(job["Status"], "Error")
        self.assertFalse((self.server.data / "buckets/outside.mp4").exists())

    def test_many_outputs_one_job(self):
        outputs = [{"Key": f"many/{i}.mp4", "PresetId": SMALL} for i in range(30)]
        job = self.run_job("film", *outputs)
        self.assertEqual(job["Status"], "Complete")
        first = (self.output / "many/0.mp4").read_bytes()
        for i in range(30):
            self.assertTrue((self.output / f"many/{i}.mp4").read_bytes() == first, i)

    def test_lists(self):
        job = self.run_job("film", {"Key": "listed.mp4", "PresetId": SMALL})
        for path in ("jobsByStatus/Complete", f"jobsByPipeline/{job['PipelineId']}"):
            answer = self.server.request("GET", f"/2012-09-25/{path}")
            self.assertEqual(answer.status, 200)
            self.assertIn(job["Id"], [listed["Id"] for listed in answer.json["Jobs"]])


if __name__ == "__main__":
    unittest.main()
