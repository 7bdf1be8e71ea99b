"""Encrypted inputs and outputs, decrypted and encrypted by openssl and python's cryptography."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import caption_files
import media_files
import secrets_help as secrets
from encryption_test import MASTER, NAME, OTHER, EncryptionTest
from mockets_server import make_clip
from pictures import Picture, make_png

MODES = ("aes-cbc-pkcs7", "aes-ctr", "aes-gcm")


class Files(EncryptionTest):
    def test_outputs(self):
        for mode, size in zip(MODES, (16, 24, 32)):
            with self.subTest(mode):
                key, iv = os.urandom(size), os.urandom(16)
                given = secrets.members(mode, self.key(key), iv)
                made, job, path = self.run_job(Encryption=given)
                self.assertEqual(job["Status"], "Complete", job)
                self.assertEqual(job["Outputs"][0]["Encryption"], given)
                self.assertEqual(job["Outputs"][0]["FileSize"], path.stat().st_size)
                self.assertNotIn(b"ftyp", path.read_bytes()[:64])
                plain = secrets.decrypt(mode, key, iv, path)
                self.assertEqual(plain[4:8], b"ftyp")
                self.assertLess(plain.index(b"moov"), plain.index(b"mdat"))
                self.plays(plain)
        self.nothing_left()
        log = self.server.read_log()
        self.assertNotIn(key.hex(), log)
        self.assertNotIn(secrets.b64(key), log)

    def test_inputs(self):
        for mode, size in zip(MODES, (32, 16, 24)):
            with self.subTest(mode):
                key, iv = os.urandom(size), os.urandom(16)
                encrypted = self.server.bucket("input") / f"clip.{mode}"
                encrypted.write_bytes(secrets.encrypt(mode, key, iv, self.clip))
                _, job, path = self.run_job([{
                    "Key": encrypted.name,
                    "Encryption": secrets.members(mode, self.key(key), iv)}])
                self.assertEqual(job["Status"], "Complete", job)
                self.assertEqual(job["Input"]["DetectedProperties"]["Width"], 320)
                self.plays(path.read_bytes())

    def test_every_mode_and_size(self):
        """From an encrypted input to an encrypted film, with thumbnails and captions, each their own."""
        folder = self.server.bucket("input")
        (folder / "all.srt").write_text(caption_files.srt([(0.2, 1.2, "Hello")]))
        for number, (mode, size) in enumerate((m, s) for m in MODES for s in (16, 24, 32)):
            with self.subTest(mode=mode, bits=size * 8):
                opened = self.encrypted("all.mp4", self.clip.read_bytes(), mode, size)
                text = self.encrypted("all.enc", (folder / "all.srt").read_bytes(), mode, size)
                keys = {what: (os.urandom(size), os.urandom(16)) for what in "ftc"}
                given = {what: secrets.members(mode, self.key(key), iv)
                         for what, (key, iv) in keys.items()}
                name = f"all{number}"
                _, job, path = self.run_job(
                    [{"Key": "all.mp4", "Encryption": opened, "InputCaptions": {
                        "MergePolicy": "Override", "CaptionSources": [
                            {"Key": "all.enc", "Language": "en", "Encryption": text}]}}],
                    Key=name, Encryption=given["f"], ThumbnailPattern=name + "-{count}",
                    ThumbnailEncryption=given["t"], Captions={"CaptionFormats": [{
                        "Format": "webvtt", "Pattern": name + "-{language}",
                        "Encryption": given["c"]}]})
                self.assertEqual(job["Status"], "Complete", job)
                self.plays(secrets.decrypt(mode, *keys["f"], path))
                thumb = secrets.decrypt(mode, *keys["t"], path.with_name(name + "-00001.png"))
                self.assertEqual(thumb[:8] + thumb[-8:-4], b"\x89PNG\r\n\x1a\nIEND")
                cues = secrets.decrypt(mode, *keys["c"], path.with_name(name + "-en.vtt")).decode()
                self.assertRegex(cues, r"(?s)^WEBVTT\n.*00:00:00\.200 --> 00:00:01\.200.*\nHello\n")
        self.nothing_left()

    def test_every_generated_key(self):
        """Film, thumbnails and captions each have a key of their own, told by ReadJob."""
        folder = self.server.bucket("input")
        (folder / "en.srt").write_text(caption_files.srt([(0.2, 1.2, "Hello")]))
        for mode in MODES:
            with self.subTest(mode):
                name = "own-" + mode
                made, job, path = self.run_job(
                    [{"Key": "clip.mp4", "InputCaptions": {
                        "MergePolicy": "Override",
                        "CaptionSources": [{"Key": "en.srt", "Language": "en"}]}}],
                    Key=name, Encryption={"Mode": mode}, ThumbnailPattern=name + "-{count}",
                    ThumbnailEncryption={"Mode": mode}, Captions={"CaptionFormats": [{
                        "Format": "srt", "Pattern": name + "-{language}",
                        "Encryption": {"Mode": mode}}]})
                self.assertEqual(job["Status"], "Complete", job)
                self.assertIsNone(made["Output"]["Encryption"]["Key"])
                output, seen = job["Output"], set()
                for shown, file, mark in (
                        (output["Encryption"], name, b"ftyp"),
                        (output["ThumbnailEncryption"], name + "-00001.png", b"IHDR"),
                        (output["Captions"]["CaptionFormats"][0]["Encryption"], name + "-en.srt",
                         b"00:00:00,200 --> 00:00:01,200")):
                    key = self.unwrap(shown["Key"])
                    iv = secrets.base64.b64decode(shown["InitializationVector"])
                    self.assertEqual((len(key), len(iv)), (16, 16))
                    seen.add(key)
                    self.assertIn(mark, secrets.decrypt(mode, key, iv, path.with_name(file)))
                self.assertEqual(len(seen), 3)

    def test_clips_of_encrypted_inputs(self):
        """They are read from where the clip begins, and joined as others are."""
        long = make_clip(self.server.bucket("input") / "long.mp4", "--size", "320x180",
                         "--seconds", "8", "--audio", "2")
        inputs = []
        for mode in MODES:
            key, iv = os.urandom(16), os.urandom(16)
            path = self.server.bucket("input") / f"long.{mode}"
            path.write_bytes(secrets.encrypt(mode, key, iv, long))
            inputs.append({"Key": path.name, "TimeSpan": {"StartTime": "5", "Duration": "0.8"},
                           "Encryption": secrets.members(mode, self.key(key), iv)})
        _, job, path = self.run_job(inputs)
        self.assertEqual(job["Status"], "Complete", job)
        self.assertAlmostEqual(media_files.duration(path), 2.4, delta=0.1)
        self.assertEqual(media_files.decodes(path), (True, ""))

    def test_counters_that_overflow(self):
        # CTR carries into the upper bytes, GCM (whose first counter comes of the IV) does not.
        for mode, iv in (("aes-ctr", b"\xff" * 15 + b"\xf0"), ("aes-gcm", b"\xff" * 12)):
            with self.subTest(mode):
                key = os.urandom(16)
                encrypted = self.server.bucket("input") / f"overflow.{mode}"
                encrypted.write_bytes(secrets.encrypt(mode, key, iv, self.clip))
                _, job, path = self.run_job([{
                    "Key": encrypted.name,
                    "Encryption": secrets.members(mode, self.key(key), iv)}])
                self.assertEqual(job["Status"], "Complete", job)
                self.plays(path.read_bytes())

    def test_generated_key(self):
        made, job, path = self.run_job(Encryption={"Mode": "aes-cbc-pkcs7"})
        self.assertEqual(job["Status"], "Complete", job)
        self.assertEqual(made["Outputs"][0]["Encryption"],
                         {"Mode": "aes-cbc-pkcs7", "Key": None, "KeyMd5": None,
                          "InitializationVector": None})
        shown = job["Outputs"][0]["Encryption"]
        key = self.unwrap(shown["Key"])
        self.assertEqual(len(key), 16)
        self.plays(secrets.decrypt("aes-cbc-pkcs7", key,
                                   secrets.base64.b64decode(shown["InitializationVector"]), path))

    def unwrap(self, key):
        return secrets.unwrap(key, MASTER) if self.wrapped else secrets.base64.b64decode(key)

    def test_segments_and_thumbnails(self):
        key, iv = os.urandom(16), os.urandom(16)
        _, job, path = self.run_job(
            Key="row/a", PresetId=self.presets["ts"], SegmentDuration="1",
            Encryption=secrets.members("aes-cbc-pkcs7", self.key(key), iv),
            ThumbnailPattern="row/t{count}",
            ThumbnailEncryption=secrets.members("aes-ctr", self.key(key), iv))
        self.assertEqual(job["Status"], "Complete", job)
        self.assertTrue(path.with_name("a.m3u8").read_text().startswith("#EXTM3U\n"))
        segments = sorted(path.parent.glob("a*.ts"))
        self.assertEqual(len(segments), 2)
        for segment in segments:
            self.assertEqual(secrets.decrypt("aes-cbc-pkcs7", key, iv, segment)[::188],
                             b"G" * ((segment.stat().st_size - 1) // 188))
        thumbs = sorted(path.parent.glob("t*.png"))
        self.assertGreaterEqual(len(thumbs), 2)
        for thumb in thumbs:
            self.assertEqual(secrets.decrypt("aes-ctr", key, iv, thumb)[:8], b"\x89PNG\r\n\x1a\n")

    def test_captions(self):
        """A caption file that is encrypted comes in, and one that is encrypted otherwise goes out."""
        key, iv = os.urandom(16), os.urandom(16)
        folder = self.server.bucket("input")
        plain = folder / "plain.srt"
        plain.write_text(caption_files.srt())
        (folder / "secret.srt").write_bytes(secrets.encrypt("aes-ctr", key, iv, plain))
        _, job, path = self.run_job(
            [{"Key": self.clip.name, "InputCaptions": {
                "MergePolicy": "Override", "CaptionSources": [{
                    "Key": "secret.srt", "Language": "en",
                    "Encryption": secrets.members("aes-ctr", self.key(key), iv)}]}}],
            Captions={"CaptionFormats": [{
                "Format": "srt", "Pattern": "secret-{language}",
                "Encryption": secrets.members("aes-cbc-pkcs7", self.key(key), iv)}]})
        self.assertEqual(job["Status"], "Complete", job)
        found = secrets.decrypt("aes-cbc-pkcs7", key, iv,
                                self.server.bucket("output") / "secret-en.srt").decode()
        self.assertEqual(caption_files.parse_srt(found)[0][2], caption_files.CUES[0][2])

    def encrypted(self, name, data, mode="aes-gcm", size=16):
        """Put an encrypted object into the input bucket; return the Encryption that opens it."""
        key, iv = os.urandom(size), os.urandom(16)
        path = self.server.bucket("input") / name
        path.write_bytes(data)
        path.write_bytes(secrets.encrypt(mode, key, iv, path))
        return secrets.members(mode, self.key(key), iv)

    def test_watermark(self):
        png = subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1",
             "-c:v", "png", "-f", "image2pipe", "-"], check=True, capture_output=True).stdout
        opened = self.encrypted("mark.png", png)
        mark = {"PresetWatermarkId": "mark", "InputKey": "mark.png", "Encryption": opened}
        _, job, path = self.run_job(Watermarks=[mark])
        self.assertEqual(job["Status"], "Complete", job)
        pixel = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", str(path), "-vf", "crop=2:2:10:10,scale=1:1",
             "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
            check=True, capture_output=True).stdout
        self.assertGreater(pixel[0], 200)
        self.assertLess(max(pixel[1:]), 60)
        mark["Encryption"] = {**opened, "InitializationVector": secrets.b64(bytes(16))}
        _, job, _ = self.run_job(Watermarks=[mark])
        self.assertRegex(job["Outputs"][0]["StatusDetail"], "^4016 ")

    def test_artwork(self):
        """Art that is encrypted goes into a file that is encrypted otherwise."""
        make_png(self.server.bucket("input") / "art.png", 48, 48, (255, 0, 0, 255))
        art = (self.server.bucket("input") / "art.png").read_bytes()
        key, iv = os.urandom(24), os.urandom(16)
        for mode in MODES:
            with self.subTest(mode):
                opened = self.encrypted("secret.png", art, mode)
                _, job, path = self.run_job(
                    PresetId="1351620000001-100141",
                    Encryption=secrets.members(mode, self.key(key), iv),
                    AlbumArt={"MergePolicy": "Replace", "Artwork": [{
                        "InputKey": "secret.png", "Encryption": opened}]})
                self.assertEqual(job["Status"], "Complete", job)
                with tempfile.TemporaryDirectory() as folder:
                    plain = pathlib.Path(folder, "plain.m4a")
                    plain.write_bytes(secrets.decrypt(mode, key, iv, path))
                    cover = media_files.streams(plain)["video"]
                    self.assertEqual(cover["disposition"]["attached_pic"], 1)
                    red, green, blue = Picture(plain, 600, 600, stream="0:v").at(300, 300)
                    self.assertGreater(red, 250)
                    self.assertLess(max(green, blue), 5)
        opened["InitializationVector"] = secrets.b64(bytes(16))
        _, job, _ = self.run_job(PresetId="1351620000001-100141", AlbumArt={
            "MergePolicy": "Replace", "Artwork": [{"InputKey": "secret.png",
                                                   "Encryption": opened}]})
        self.assertRegex(job["Outputs"][0]["StatusDetail"], "^4016 ")

    def test_captions_of_the_output(self):
        opened = self.encrypted("de.srt", b"1\n00:00:00,500 --> 00:00:01,500\nGuten Tag\n\n",
                                "aes-cbc-pkcs7")
        key, iv = os.urandom(32), os.urandom(16)
        name = "captioned" + os.urandom(3).hex()
        _, job, path = self.run_job(Key=name, Captions={
            "MergePolicy": "Override",
            "CaptionSources": [{"Key": "de.srt", "Language": "de", "Label": "Deutsch",
                                "Encryption": opened}],
            "CaptionFormats": [{"Format": "webvtt", "Pattern": name + "-{language}",
                                "Encryption": secrets.members("aes-ctr", self.key(key), iv)}]})
        self.assertEqual(job["Status"], "Complete", job)
        text = secrets.decrypt("aes-ctr", key, iv, path.with_name(name + "-de.vtt")).decode()
        self.assertTrue(text.startswith("WEBVTT"), text)
        self.assertIn("Guten Tag", text)

    def test_storage_modes(self):
        for mode in ("s3", "s3-aws-kms"):
            with self.subTest(mode):
                _, job, path = self.run_job(Encryption={"Mode": mode})
                self.assertEqual(job["Status"], "Complete", job)
                self.assertEqual(job["Outputs"][0]["Encryption"],
                                 {"Mode": mode, "Key": None, "KeyMd5": None,
                                  "InitializationVector": None})
                self.plays(path.read_bytes())


class Errors(EncryptionTest):
    def test_input_that_cannot_be_decrypted(self):
        key, iv = os.urandom(16), os.urandom(16)
        for mode in ("aes-cbc-pkcs7", "aes-gcm"):
            name = f"bad.{mode}"
            good = secrets.encrypt(mode, key, iv, self.clip)
            for what, data in (("changed", good[:-1] + bytes([good[-1] ^ 0x55])),
                               ("cut off", good[:len(good) // 2 - 3]), ("tiny", good[:5]),
                               ("empty", b"")):
                if mode == "aes-cbc-pkcs7" and what == "changed":
                    data = good[:-17] + bytes([good[-17] ^ 0xff]) + good[-16:]
                with self.subTest(mode + " " + what):
                    (self.server.bucket("input") / name).write_bytes(data)
                    _, job, _ = self.run_job([{
                        "Key": name, "Encryption": secrets.members(mode, self.key(key), iv)}])
                    self.fails(job, 4016, "could not decrypt")

    def test_wrong_counter_key_is_garbage(self):
        # always the same garbage: it looks like raw H.263, for which 4006 would be wrong
        key, wrong, iv = (bytes(range(first, first + 16)) for first in (0, 100, 200))
        (self.server.bucket("input") / "garbage").write_bytes(
            secrets.encrypt("aes-ctr", key, iv, self.clip))
        _, job, _ = self.run_job([{
            "Key": "garbage",
            "Encryption": secrets.members("aes-ctr", self.key(wrong), iv)}])
        self.fails(job, 4000)

    def test_key_size(self):
        key = secrets.wrap(os.urandom(20), NAME, MASTER)
        _, job, path = self.run_job(Encryption=secrets.members("aes-ctr", key, os.urandom(16)))
        self.fails(job, 4017, "128, 192 or 256 bits")
        self.assertFalse(path.exists())

    def test_wrapped_key(self):
        key = os.urandom(16)
        good = self.key(key)
        flipped = bytearray(secrets.base64.b64decode(good[0]))
        flipped[-1] ^= 1
        rows = {
            "MD5 of the plain key": (good[0], secrets.plain_key(key)[1]),
            "another master key": secrets.wrap(key, NAME, OTHER),
            "unknown master key": secrets.wrap(key, "alias/unknown", MASTER),
            "not wrapped": secrets.plain_key(key),
            "changed": secrets.plain_key(bytes(flipped)),
            "empty": secrets.plain_key(b"MKK\1\xff"),
        }
        for what, pair in rows.items():
            with self.subTest(what):
                _, job, _ = self.run_job(
                    Encryption=secrets.members("aes-cbc-pkcs7", pair, os.urandom(16)))
                self.fails(job, 4018, "Amazon Elastic Transcoder was unable to decrypt the "
                           "ciphered key with MD5=" + pair[1].replace("+", r"\+"))

    def test_initialization_vector(self):
        _, job, _ = self.run_job(
            Encryption=secrets.members("aes-ctr", self.key(os.urandom(16)), os.urandom(8)))
        self.fails(job, 1000, "16 bytes")

    def test_thumbnail_key_fails_the_output(self):
        pair = (self.key(os.urandom(16))[0], secrets.b64(bytes(16)))
        _, job, _ = self.run_job(
            ThumbnailPattern="x{count}",
            ThumbnailEncryption=secrets.members("aes-ctr", pair, os.urandom(16)))
        self.fails(job, 4018)

    def pipeline(self, arn):
        answer = self.server.request("POST", "/2012-09-25/pipelines", {
            "Name": "p" + os.urandom(4).hex(), "InputBucket": "input", "OutputBucket": "output",
            "Role": "arn:aws:iam::000000000000:role/transcoder", "AwsKmsKeyArn": arn})
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json["Pipeline"]["Id"]

    def run_in(self, arn, encryption):
        made = self.server.create_job({
            "PipelineId": self.pipeline(arn), "Input": {"Key": "clip.mp4"},
            "Output": {"Key": "p" + os.urandom(4).hex(), "PresetId": self.presets["mp4"],
                       "Encryption": encryption}})
        return self.server.wait_job(made["Id"])

    def test_master_key_of_the_pipeline(self):
        arn = "arn:aws:kms:us-east-1:000000000000:alias/"
        self.fails(self.run_in(arn + "none", {"Mode": "aes-ctr"}), 4019, "alias/none")
        job = self.run_in(arn + "other", {"Mode": "aes-ctr"})
        self.assertEqual(job["Status"], "Complete", job)
        self.assertEqual(len(secrets.unwrap(job["Output"]["Encryption"]["Key"], OTHER)), 16)

    def test_region_of_the_master_key(self):
        arn = "arn:aws:kms:eu-west-1:000000000000:alias/other"
        self.fails(self.run_in(arn, {"Mode": "s3-aws-kms"}), 3006, "region")


class WithoutKeyFile(EncryptionTest):
    wrapped = False

    def test_plain_keys(self):
        key, iv = os.urandom(32), os.urandom(16)
        _, job, path = self.run_job(Encryption=secrets.members("aes-gcm", self.key(key), iv))
        self.assertEqual(job["Status"], "Complete", job)
        self.plays(secrets.decrypt("aes-gcm", key, iv, path))

    def test_generated_key(self):
        _, job, path = self.run_job(Encryption={"Mode": "aes-gcm"})
        self.assertEqual(job["Status"], "Complete", job)
        shown = job["Output"]["Encryption"]
        key, iv = (secrets.base64.b64decode(shown[name])
                   for name in ("Key", "InitializationVector"))
        self.assertEqual(shown["KeyMd5"], secrets.plain_key(key)[1])
        self.plays(secrets.decrypt("aes-gcm", key, iv, path))

    def test_key_size(self):
        for size in (8, 33, 200):
            with self.subTest(size):
                _, job, _ = self.run_job(Encryption=secrets.members(
                    "aes-ctr", self.key(os.urandom(size)), os.urandom(16)))
                self.fails(job, 4017)


if __name__ == "__main__":
    unittest.main()
