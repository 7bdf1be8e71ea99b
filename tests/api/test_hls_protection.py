"""HLS content protection, played by ffmpeg and decrypted by openssl."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import media_files
import secrets_help as secrets
from encryption_test import MASTER, NAME, EncryptionTest

KEY_TAG = re.compile(r'#EXT-X-KEY:METHOD=AES-128,URI="([^"]*)"(?:,IV=0x([0-9A-F]{32}))?\n')


class HlsProtection(EncryptionTest):
    folder = 0

    def protect(self, keys=("a", "low/b"), form="HLSv3", **protection):
        """Run a job with one playlist; return the job and the playlist's folder."""
        HlsProtection.folder += 1
        folder = f"hls{self.folder}/"
        made = self.server.create_job({
            "Input": {"Key": "clip.mp4"},
            "OutputKeyPrefix": "pre/",
            "Outputs": [{"Key": folder + key, "PresetId": self.presets["ts"],
                         "SegmentDuration": "1"} for key in keys],
            "Playlists": [{"Name": folder + "main", "Format": form,
                           "OutputKeys": [folder + key for key in keys],
                           "HlsContentProtection": {"Method": "aes-128", **protection}}]})
        job = self.server.wait_job(made["Id"])
        return made, job, self.server.bucket("output") / "pre" / folder

    def complete(self, job):
        self.assertEqual(job["Status"], "Complete", json.dumps(job))

    def check_segments(self, playlist, key, iv=None):
        """Every segment decrypts by openssl to whole packets of a transport stream."""
        segments = media_files.media_segments(playlist)
        self.assertEqual(len(segments), 2)
        for number, (_, uri) in enumerate(segments):
            plain = secrets.decrypt("aes-cbc-pkcs7", key, iv or number.to_bytes(16, "big"),
                                    playlist.parent / uri)
            self.assertEqual(len(plain) % 188, 0)
            self.assertEqual(set(plain[::188]), {ord("G")})

    def check_plays(self, playlist, packets=100):
        done = subprocess.run(
            ["ffmpeg", "-v", "error", "-xerror", "-allowed_extensions", "ALL", "-i", str(playlist),
             "-map", "0", "-f", "framecrc", "-"], capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertGreater(done.stdout.count("\n"), packets)

    def test_key_beside_the_playlists(self):
        key = os.urandom(16)
        wrapped, md5 = self.key(key)
        _, job, folder = self.protect(Key=wrapped, KeyMd5=md5,
                                      KeyStoragePolicy="WithVariantPlaylists")
        self.complete(job)
        self.assertEqual((folder / "main.key").read_bytes(), key)
        for name, uri in (("a", "main.key"), ("low/b", "../main.key")):
            playlist = folder / f"{name}.m3u8"
            self.assertEqual(KEY_TAG.findall(playlist.read_text()), [(uri, "")])
            self.check_segments(playlist, key)
            self.check_plays(playlist)
        self.check_plays(folder / "main.m3u8")
        self.assertNotIn("KEY", (folder / "main.m3u8").read_text())

    def test_key_elsewhere_and_initialization_vector(self):
        key, iv = os.urandom(16), os.urandom(16)
        wrapped, md5 = self.key(key)
        url = 'https://keys.example/get?id=1&x=%20"\n#EXT'
        _, job, folder = self.protect(("a",), Key=wrapped, KeyMd5=md5, KeyStoragePolicy="NoStore",
                                      InitializationVector=secrets.b64(iv),
                                      LicenseAcquisitionUrl=url)
        self.complete(job)
        self.assertFalse((folder / "main.key").exists())
        text = (folder / "a.m3u8").read_text()
        self.assertEqual(KEY_TAG.findall(text),
                         [("https://keys.example/get?id=1&x=%20%22%0A#EXT", iv.hex().upper())])
        self.check_segments(folder / "a.m3u8", key, iv)
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            pathlib.Path(copy, "the.key").write_bytes(key)
            playlist = pathlib.Path(copy, "a.m3u8")
            playlist.write_text(re.sub('URI="[^"]*"', 'URI="the.key"', text))
            self.check_plays(playlist)

    def test_generated_key(self):
        made, job, folder = self.protect(("a",), LicenseAcquisitionUrl="https://keys.example/")
        self.complete(job)
        self.assertIsNone(made["Playlists"][0]["HlsContentProtection"]["Key"])
        shown = job["Playlists"][0]["HlsContentProtection"]
        self.assertIsNone(shown["InitializationVector"])
        key = secrets.unwrap(shown["Key"], MASTER)
        self.assertEqual(len(key), 16)
        self.check_segments(folder / "a.m3u8", key)

    def check_range(self, path, size, offset, key, iv, whole):
        data = path.read_bytes()[offset:offset + size]
        self.assertEqual(len(data), size)
        options = [] if whole else ["-nopad"]
        done = subprocess.run(["openssl", "enc", "-d", "-aes-128-cbc", "-K", key.hex(), "-iv",
                               iv.hex(), *options], input=data, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(set(done.stdout[::188]), {ord("G")})
        if whole:
            self.assertEqual(len(done.stdout) % 188, 0)
        return done.stdout

    def test_byte_ranges(self):
        key = os.urandom(16)
        for iv in (None, os.urandom(16)):
            wrapped, md5 = self.key(key)
            more = {"InitializationVector": secrets.b64(iv)} if iv else {}
            _, job, folder = self.protect(("a",), "HLSv4", Key=wrapped, KeyMd5=md5,
                                          KeyStoragePolicy="WithVariantPlaylists", **more)
            self.complete(job)
            self.assertEqual((folder / "main.key").read_bytes(), key)
            for name, whole in (("a_v4.m3u8", True), ("a_iframe.m3u8", False)):
                text = (folder / name).read_text()
                self.assertEqual(KEY_TAG.findall(text),
                                 [("main.key", iv.hex().upper() if iv else "")])
                ranges = re.findall(r"#EXT-X-BYTERANGE:(\d+)@(\d+)\na.ts\n", text)
                self.assertEqual(len(ranges), 2)
                for number, (size, offset) in enumerate(ranges):
                    self.check_range(folder / "a.ts", int(size), int(offset), key,
                                     iv or number.to_bytes(16, "big"), whole)
            self.check_plays(folder / "a_v4.m3u8")
            self.assertEqual(job["Outputs"][0]["FileSize"], (folder / "a.ts").stat().st_size)

    def test_generated_key_of_byte_ranges(self):
        """HLSv4, the key with a licence server and never in a file."""
        url = "https://keys.example/get"
        _, job, folder = self.protect(("a",), "HLSv4", KeyStoragePolicy="NoStore",
                                      LicenseAcquisitionUrl=url)
        self.complete(job)
        shown = job["Playlists"][0]["HlsContentProtection"]
        key = secrets.unwrap(shown["Key"], MASTER)
        self.assertEqual(len(key), 16)
        self.assertFalse(list(folder.glob("*.key")))
        for name in ("a_v4.m3u8", "a_iframe.m3u8"):
            text = (folder / name).read_text()
            self.assertEqual(KEY_TAG.findall(text), [(url, "")])
        self.assertNotIn("KEY", (folder / "main.m3u8").read_text())
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            pathlib.Path(copy, "the.key").write_bytes(key)
            playlist = pathlib.Path(copy, "a_v4.m3u8")
            playlist.write_text(playlist.read_text().replace(url, "the.key"))
            self.check_plays(playlist)

    def test_one_key_for_all(self):
        """All variants, and the tracks of sound beside them, have the key of the playlist."""
        sound = self.server.request("POST", "/2012-09-25/presets", {
            "Name": "sound", "Container": "ts", "Audio": {
                "Codec": "AAC", "SampleRate": "44100", "BitRate": "64", "Channels": "2"}})
        self.assertEqual(sound.status, 201, sound.body)
        outputs = [{"Key": key, "SegmentDuration": "1", "PresetId": preset}
                   for key, preset in (("one/a", self.presets["ts"]),
                                       ("one/s", sound.json["Preset"]["Id"]))]
        made = self.server.create_job({
            "Input": {"Key": "clip.mp4"}, "Outputs": outputs,
            "Playlists": [{"Name": "one/main", "Format": "HLSv3", "OutputKeys": ["one/a", "one/s"],
                           "HlsContentProtection": {"Method": "aes-128",
                                                    "KeyStoragePolicy": "WithVariantPlaylists"}}]})
        job = self.server.wait_job(made["Id"])
        self.complete(job)
        folder = self.server.bucket("output") / "one"
        key = (folder / "main.key").read_bytes()
        self.assertEqual(secrets.unwrap(job["Playlists"][0]["HlsContentProtection"]["Key"], MASTER),
                         key)
        for name in ("a", "s"):
            self.check_segments(folder / f"{name}.m3u8", key)
            self.check_plays(folder / f"{name}.m3u8", 80)

    def test_no_file_encryption_beside(self):
        answer = self.server.request("POST", "/2012-09-25/jobs", {
            "Input": {"Key": "clip.mp4"},
            "Output": {"Key": "a", "PresetId": self.presets["ts"], "SegmentDuration": "1",
                       "Encryption": {"Mode": "aes-ctr"}},
            "Playlists": [{"Name": "x", "Format": "HLSv3", "OutputKeys": ["a"],
                           "HlsContentProtection": {"Method": "aes-128",
                                                    "KeyStoragePolicy": "WithVariantPlaylists"}}]})
        self.check_fault(answer, 400, "ValidationException")

    def test_key_size(self):
        wrapped, md5 = secrets.wrap(os.urandom(32), NAME, MASTER)
        _, job, folder = self.protect(Key=wrapped, KeyMd5=md5,
                                      KeyStoragePolicy="WithVariantPlaylists")
        for output in job["Outputs"]:
            self.assertRegex(output["StatusDetail"], "^4020 [-0-9a-f]{36}: .*128 bits")
        self.assertRegex(job["Playlists"][0]["StatusDetail"], "^1001 ")
        self.assertFalse((folder / "main.key").exists())

    def test_key_object_exists(self):
        HlsProtection.folder += 1
        key = self.server.bucket("output") / f"pre/hls{self.folder + 1}/main.key"
        key.parent.mkdir(parents=True)
        key.write_bytes(b"here before")
        _, job, folder = self.protect(("a",), KeyStoragePolicy="WithVariantPlaylists")
        self.assertEqual(job["Outputs"][0]["Status"], "Complete")
        self.assertRegex(job["Playlists"][0]["StatusDetail"], "^3002 .*main.key")
        self.assertFalse((folder / "main.m3u8").exists())
        self.assertEqual(key.read_bytes(), b"here before")

    def test_one_playlist_for_an_output(self):
        playlist = {"Format": "HLSv3", "OutputKeys": ["a"]}
        answer = self.server.request("POST", "/2012-09-25/jobs", {
            "Input": {"Key": "clip.mp4"},
            "Output": {"Key": "a", "PresetId": self.presets["ts"], "SegmentDuration": "1"},
            "Playlists": [{**playlist, "Name": "x"}, {**playlist, "Name": "y",
                          "HlsContentProtection": {"Method": "aes-128",
                                                   "KeyStoragePolicy": "WithVariantPlaylists"}}]})
        self.assertIn("cannot be in another playlist",
                      self.check_fault(answer, 400, "ValidationException"))


if __name__ == "__main__":
    unittest.main()
