"""Captions, from files and inside media, into files and media."""

import subprocess
import unittest
import xml.etree.ElementTree

import caption_files
import media_files
from caption_files import CUES
from mockets_server import ServerTest

MP4, TS = "1351620000001-000040", "1351620000001-200050"  # both with 29.97 frames a second
FRAME = 1001 / 30000


class Captions(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        media_files.make_clip(cls.input / "film.mp4", "--size", "160x120", "--rate", "30000/1001",
                              "--seconds", 7, "--audio", 1)
        cls.write("en.srt", caption_files.srt())
        cls.write("de.vtt", "\ufeff" + caption_files.webvtt().replace("\n", "\r\n"))

    @classmethod
    def write(cls, name, text):
        data = text if isinstance(text, bytes) else text.encode()
        (cls.input / name).write_bytes(data)

    def run_job(self, outputs, captions=None, key="film.mp4", **more):
        given = {"Key": key}
        if captions:
            given["InputCaptions"] = captions
        job = self.server.create_job({"Inputs": [given], "Outputs": outputs, **more})
        return self.server.wait_job(job["Id"])

    def complete(self, *args, **kwargs):
        job = self.run_job(*args, **kwargs)
        self.assertEqual(job["Status"], "Complete", job)
        return job

    def check_cues(self, found, wanted=tuple(CUES), slack=FRAME, text=True):
        self.assertEqual(len(found), len(wanted), found)
        for (start, end, words), (start_wanted, end_wanted, words_wanted) in zip(found, wanted):
            self.assertAlmostEqual(start, start_wanted, delta=slack)
            self.assertAlmostEqual(end, end_wanted, delta=slack)
            if text:
                self.assertEqual(words, words_wanted)

    def test_sidecar_to_files_and_mov_text(self):
        self.complete(
            [{"Key": "a.mp4", "PresetId": MP4, "Captions": {"CaptionFormats": [
                {"Format": "srt", "Pattern": "a/{language}-x"},
                {"Format": "webvtt", "Pattern": "a/{language}-x"},
                {"Format": "dfxp", "Pattern": "a/{language}-x"},
                {"Format": "scc", "Pattern": "a/{language}-x"},
                ]}},
             {"Key": "b.mp4", "PresetId": MP4, "Captions": {"CaptionFormats": [
                {"Format": "mov-text", "Pattern": ""}]}}],
            {"MergePolicy": "Override", "CaptionSources": [
                {"Key": "en.srt", "Language": "en", "Label": "English"},
                {"Key": "de.vtt", "Language": "ger", "TimeOffset": "-0.5"}]})
        later = [(start - 0.5, end - 0.5, text) for start, end, text in CUES]
        for language, wanted in (("en", CUES), ("ger", later)):
            found = caption_files.parse_srt((self.output / f"a/{language}-x.srt").read_text())
            self.check_cues(found, wanted, slack=0.0005)
            self.check_cues(caption_files.read(self.output / f"a/{language}-x.vtt"), wanted,
                            slack=0.001, text=False)
            self.check_cues(caption_files.read(self.output / f"a/{language}-x.scc"), wanted,
                            slack=FRAME + 0.01)
            tree = xml.etree.ElementTree.parse(self.output / f"a/{language}-x.dfxp")
            names = [p.get("begin") for p in tree.iter("{http://www.w3.org/ns/ttml}p")]
            self.assertEqual(names, [caption_files.clock(s, ".") for s, _, _ in wanted])
        found = media_files.probe(self.output / "b.mp4", "-show_streams")["streams"]
        texts = [s for s in found if s["codec_type"] == "subtitle"]
        self.assertEqual([(s["codec_name"], s["tags"]["language"]) for s in texts],
                         [("mov_text", "eng"), ("mov_text", "deu")])
        self.check_cues(caption_files.read(self.output / "b.mp4"), slack=0.001)
        self.check_cues(caption_files.read(self.output / "b.mp4", stream="0:s:1"), later, 0.001)


    def test_sidecars_of_other_kinds(self):
        """TTML in its dialects, and SCC, as other programs write them."""
        body = "".join(f"<p begin='{caption_files.clock(start, '.')}' "
                       f"end='{caption_files.clock(end, '.')}'>{text}</p>"
                       for start, end, text in ((1, 2.5, "Good"), (3, 4.2, "is<br/>fine")))
        head = "<tt xml:lang='en' xmlns='http://www.w3.org/ns/ttml' %s><head/><body><div>"
        tail = "</div><div><p begin='0s' end='9s'>not this one</p></div></body></tt>"
        for name, more in (("plain", ""), ("ebu", "xmlns:ebuttm='urn:ebu:tt:metadata'"),
                           ("smpte", "xmlns:smpte='http://www.smpte-ra.org/schemas/2052-1/2010/"
                                     "smpte-tt'")):
            self.write(f"{name}.xml", head % more + body + tail)
        words = bytes.fromhex("9420 9420 9470 9470") + bytes.fromhex("c8 e5 ec ec ef 80")
        pairs = " ".join(words[i:i + 2].hex() for i in range(0, len(words), 2))
        self.write("line21.scc", "Scenarist_SCC V1.0\n\n00:00:00;20\t%s\n\n00:00:01;00\t942f 942f"
                                 "\n\n00:00:03;00\t942c 942c\n" % pairs)
        ttml = [(1, 2.5, "Good"), (3, 4.2, "is\nfine")]
        for name, wanted in (("plain.xml", ttml), ("ebu.xml", ttml), ("smpte.xml", ttml),
                             ("line21.scc", [(1.0, 3.0, "Hello")])):
            with self.subTest(name):
                self.complete(
                    [{"Key": f"{name}.mp4", "PresetId": MP4, "Captions": {"CaptionFormats": [
                        {"Format": "srt", "Pattern": name + "-{language}"}]}}],
                    {"MergePolicy": "Override",
                     "CaptionSources": [{"Key": name, "Language": "en"}]})
                self.check_cues(caption_files.parse_srt(
                    (self.output / f"{name}-en.srt").read_text()), wanted, slack=0.04)

    def test_hls_with_segments_and_frames(self):
        formats = {"CaptionFormats": [{"Format": "webvtt", "Pattern": "subs/{language}_"},
                                      {"Format": "cea-708", "Pattern": ""}]}
        outputs = [{"Key": f"hls/v{i}", "PresetId": preset, "SegmentDuration": "3",
                    "Captions": formats} for i, preset in enumerate([TS, "1351620000001-200030"])]
        self.complete(
            outputs,
            {"MergePolicy": "Override", "CaptionSources": [
                {"Key": "en.srt", "Language": "en", "Label": "English"},
                {"Key": "de.vtt", "Language": "de"}]},
            OutputKeyPrefix="show/",
            Playlists=[{"Name": "hls/all", "Format": "HLSv3", "OutputKeys": ["hls/v0", "hls/v1"]}])
        folder = self.output / "show"
        master = (folder / "hls/all.m3u8").read_text()
        self.assertIn('TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en"', master)
        self.assertIn('URI="../subs/de_.m3u8"', master)
        self.assertIn('INSTREAM-ID="CC1"', master)
        self.assertEqual(master.count(',SUBTITLES="subtitles",CLOSED-CAPTIONS="captions"'), 2)
        film = [seconds for seconds, _ in media_files.media_segments(folder / "hls/v0.m3u8")]
        texts = media_files.media_segments(folder / "subs/en_.m3u8")
        self.assertEqual([uri for _, uri in texts], [f"en_{i:05}.vtt" for i in range(len(film))])
        self.assertEqual([seconds for seconds, _ in texts], film)
        for _, uri in texts:
            self.assertIn("X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000",
                          (folder / "subs" / uri).read_text().splitlines()[1])
        first = media_files.packets(folder / "hls/v000000.ts", "video")[0]["pts"]
        self.assertAlmostEqual(first, 126000 / 90000, delta=FRAME)
        self.check_cues(caption_files.read(folder / "subs/de_00001.vtt"), CUES[1:], FRAME, False)
        whole = folder / "whole.ts"
        whole.write_bytes(b"".join(p.read_bytes() for p in sorted((folder / "hls").glob("v0*.ts"))))
        self.check_cues(caption_files.read_frames(whole), [
            (s, e, t) for s, e, t in CUES], slack=FRAME + 0.01)

    def test_captions_inside(self):
        """What lies in a film comes out of it: text tracks, and CEA-608 in its frames."""
        sidecar = {"MergePolicy": "Override", "CaptionSources": [{"Key": "en.srt", "Language": "en"}]}
        self.complete([
            {"Key": "inside.mp4", "PresetId": MP4,
             "Captions": {"CaptionFormats": [{"Format": "mov-text"}]}},
            {"Key": "frames.mp4", "PresetId": MP4,
             "Captions": {"CaptionFormats": [{"Format": "cea-708"}]}}], sidecar)
        for name in ("inside.mp4", "frames.mp4"):
            (self.output / name).rename(self.input / name)
        self.assertEqual(len(caption_files.read_frames(self.input / "frames.mp4")), len(CUES))
        mpeg2 = self.input / "frames.mpg"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", self.input / "frames.mp4", "-c:v",
                        "mpeg2video", "-a53cc", "1", "-f", "mpegts", mpeg2], check=True)
        for name, language, slack in (("inside.mp4", "eng", 0.001), ("frames.mp4", "und", FRAME),
                                      ("frames.mpg", "und", FRAME)):
            self.complete([{"Key": name + ".out", "PresetId": MP4, "Captions": {
                "CaptionFormats": [{"Format": "srt", "Pattern": name + "{language}"}]}}], key=name)
            found = caption_files.parse_srt((self.output / f"{name}{language}.srt").read_text())
            self.check_cues(found, slack=slack + 0.001)


    def test_merge_policies(self):
        """A film with English and German inside, and German and French beside it."""
        inside = self.input / "two.mp4"
        self.write("inside.srt", caption_files.srt([(1, 2, "inside")]))
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-i", self.input / "film.mp4", "-i",
             self.input / "inside.srt", "-map", "0", "-map", "1", "-map", "1", "-c", "copy",
             "-c:s", "mov_text", "-metadata:s:s:0", "language=eng", "-metadata:s:s:1",
             "language=ger", inside], check=True)
        self.write("beside.srt", caption_files.srt([(1, 2, "beside")]))
        sources = [{"Key": "beside.srt", "Language": "de"}, {"Key": "beside.srt", "Language": "fr"}]
        wanted = {
            "MergeOverride": {"eng": "inside", "de": "beside", "fr": "beside"},
            "MergeRetain": {"eng": "inside", "ger": "inside", "fr": "beside"},
            "Override": {"de": "beside", "fr": "beside"},
        }
        for old in (False, True):
            for policy, texts in wanted.items():
                with self.subTest(policy=policy, old=old):
                    given = {"MergePolicy": policy, "CaptionSources": sources}
                    folder = f"{policy}-{old}/"
                    captions = {"CaptionFormats": [{"Format": "srt", "Pattern": "{language}"}]}
                    self.complete(
                        [{"Key": "x.mp4", "PresetId": MP4,
                          "Captions": {**captions, **(given if old else {})}}],
                        None if old else given, key="two.mp4", OutputKeyPrefix=folder)
                    found = {path.stem: caption_files.parse_srt(path.read_text())[0][2]
                             for path in (self.output / folder).glob("*.srt")}
                    self.assertEqual(found, texts)

    def check_error(self, code, job):
        self.assertEqual(job["Status"], "Error")
        detail = job["Outputs"][0]["StatusDetail"]
        self.assertTrue(detail.startswith(f"{code} "), detail)
        self.assertTrue(detail.endswith("."), detail)

    def test_errors(self):
        self.write("latin1.srt", caption_files.srt().encode("latin-1", "replace"))
        self.write("broken.xml", "<tt><body><div><p begin='1s'>x</div></tt>")
        self.write("nothing.srt", "no captions, only words\n")
        self.write("broken.scc", "Scenarist_SCC V1.0\n\n00:00:01;00\t94ae xyz\n")
        srt, cea = ({"CaptionFormats": [{"Format": f, "Pattern": ""}]} for f in ("srt", "cea-708"))
        six = [{"Key": "en.srt", "Language": code} for code in ("en", "de", "fr", "it", "es", "pt")]
        pal = "1351620000001-000061"
        for code, preset, captions, sources in [
                (4102, MP4, srt, [{"Key": "latin1.srt", "Language": "en"}]),
                (4101, MP4, srt, [{"Key": "broken.xml", "Language": "en"}]),
                (4101, MP4, srt, [{"Key": "nothing.srt", "Language": "en"}]),
                (4101, MP4, srt, [{"Key": "broken.scc", "Language": "en"}]),
                (3001, MP4, srt, [{"Key": "missing.srt", "Language": "en"}]),
                (4105, pal, cea, six[:1]),
                (4106, MP4, cea, six + [{"Key": "en.srt", "Language": "nl"}])]:
            with self.subTest(code=code):
                self.check_error(code, self.run_job(
                    [{"Key": f"error-{code}.mp4", "PresetId": preset, "Captions": captions}],
                    {"MergePolicy": "Override", "CaptionSources": sources}))
        self.check_error(4104, self.run_job(
            [{"Key": "many", "PresetId": TS, "SegmentDuration": "3", "Captions": cea}],
            {"MergePolicy": "Override", "CaptionSources": six[:5]},
            Playlists=[{"Name": "list", "Format": "HLSv3", "OutputKeys": ["many"]}]))

    def test_embedded_errors(self):
        self.write("short.srt", caption_files.srt([(1, 2, "a text that will be cut off")]))
        damaged = self.input / "damaged.mp4"
        many = self.input / "many.mp4"
        base = ["ffmpeg", "-v", "error", "-y", "-i", self.input / "film.mp4", "-i",
                self.input / "short.srt", "-map", "0"]
        subprocess.run([*base, "-map", "1", "-c", "copy", "-c:s", "mov_text", damaged], check=True)
        subprocess.run([*base, *["-map", "1"] * 301, "-c", "copy", "-c:s", "mov_text", many],
                       check=True)
        data = damaged.read_bytes()
        sample = b"\0\x1ba text that"
        self.assertEqual(data.count(sample), 1)
        damaged.write_bytes(data.replace(sample, b"\x7f\xffa text that"))
        captions = {"CaptionFormats": [{"Format": "srt", "Pattern": ""}]}
        for code, path in ((4100, damaged), (4103, many)):
            self.check_error(code, self.run_job(
                [{"Key": path.stem + "-out.mp4", "PresetId": MP4, "Captions": captions}],
                key=path.name))

    def test_existing_caption_file_is_kept(self):
        (self.output / "kept-en.srt").write_text("mine")
        job = self.run_job(
            [{"Key": "kept.mp4", "PresetId": MP4, "Captions": {
                "CaptionFormats": [{"Format": "srt", "Pattern": "kept-{language}"}]}}],
            {"MergePolicy": "Override", "CaptionSources": [{"Key": "en.srt", "Language": "en"}]})
        self.check_error(3002, job)
        self.assertEqual((self.output / "kept-en.srt").read_text(), "mine")
        self.assertFalse((self.output / "kept.mp4").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
