"""PlayReady for Smooth Streaming: samples decrypted by ffmpeg, the header read as XML."""

import base64
import os
import struct
import subprocess
import unittest
import uuid
import xml.etree.ElementTree as ET

import secrets_help as secrets
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from encryption_test import EncryptionTest

URL = 'https://licences.example/rights?a=1&b="2"&c=\u20ac\U0001f511'
SYSTEM = "9A04F079-9840-4286-AB92-E65BE0885F95"
SPACE = "{http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader}"


class PlayReady(EncryptionTest):
    folder = 0

    def protect(self, key_pair, form="Smooth", drm="microsoft", container="fmp4", keys=("a", "b"),
                **more):
        PlayReady.folder += 1
        folder = f"drm{self.folder}/"
        self.key_id = uuid.uuid4()
        made = self.server.create_job({
            "Input": {"Key": "clip.mp4"},
            "Outputs": [{"Key": folder + key, "PresetId": self.presets[container],
                         "SegmentDuration": "1"} for key in keys],
            "Playlists": [{"Name": folder + "main", "Format": form,
                           "OutputKeys": [folder + key for key in keys],
                           "PlayReadyDrm": {"Format": drm, "Key": key_pair[0],
                                            "KeyMd5": key_pair[1], "KeyId": str(self.key_id),
                                            "LicenseAcquisitionUrl": URL, **more}}]})
        return self.server.wait_job(made["Id"]), self.server.bucket("output") / folder

    def packets(self, path, *options):
        done = subprocess.run(
            ["ffmpeg", "-v", "error", "-xerror", *options, "-i", str(path), "-f", "framemd5", "-"],
            capture_output=True, text=True, timeout=120)
        return done.returncode, done.stderr, done.stdout

    def check_object(self, data, key):
        """The parts of a PlayReady object, and a header that names the key by id and check."""
        length, count, kind, size = struct.unpack_from("<IHHH", data)
        self.assertEqual((length, count, kind, size), (len(data), 1, 1, len(data) - 10))
        header = ET.fromstring(data[10:].decode("utf-16-le"))
        self.assertEqual(header.tag, SPACE + "WRMHEADER")
        self.assertEqual(header.get("version"), "4.0.0.0")
        found = {item.tag.removeprefix(SPACE): item.text for item in header.iter()}
        self.assertEqual((found["KEYLEN"], found["ALGID"]), ("16", "AESCTR"))
        self.assertEqual(base64.b64decode(found["KID"]), self.key_id.bytes_le)
        self.assertEqual(found["LA_URL"], URL)
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        self.assertEqual(base64.b64decode(found["CHECKSUM"]),
                         encryptor.update(self.key_id.bytes_le)[:8])

    def test_smooth(self):
        key = os.urandom(16)
        job, folder = self.protect(self.key(key))
        self.assertEqual(job["Status"], "Complete", job)
        shown = job["Playlists"][0]["PlayReadyDrm"]
        first = base64.b64decode(shown["InitializationVector"])
        self.assertEqual(len(first), 8)
        seen = set()
        for name in ("a", "b"):
            code, errors, frames = self.packets(folder / name, "-decryption_key", key.hex())
            self.assertEqual((code, errors), (0, ""))
            self.assertGreater(frames.count("\n"), 100)
            code, _, locked = self.packets(folder / name)
            self.assertTrue(code or locked != frames)
            data = (folder / name).read_bytes()
            self.assertEqual(data.count(b"pssh\0\0\0\0"), 1)
            begin = data.index(b"pssh\0\0\0\0") + 8
            self.assertEqual(data[begin:begin + 16], uuid.UUID(SYSTEM).bytes)
            size, = struct.unpack_from(">I", data, begin + 16)
            self.check_object(data[begin + 20:begin + 20 + size], key)
            self.assertIn(b"tenc\0\0\0\0\0\0\1\x08" + self.key_id.bytes, data)
            piff = uuid.UUID("a2394f52-5a9b-4f14-a244-6c427c648df4").bytes
            self.assertGreater(data.count(piff), 1)
            self.assertEqual(data.count(piff), data.count(b"senc\0\0\0"))
            vectors = self.vectors(data)
            self.assertFalse(seen & vectors)
            seen |= vectors
        client = ET.parse(folder / "main.ismc")
        header = client.find("Protection/ProtectionHeader")
        self.assertEqual(header.get("SystemID"), SYSTEM)
        self.check_object(base64.b64decode(header.text), key)

    def vectors(self, data):
        """The IVs of the first samples of all fragments: none comes twice."""
        found, at = [], data.find(b"senc\0\0\0")
        while at >= 0:
            found.append(data[at + 12:at + 20])
            at = data.find(b"senc\0\0\0", at + 4)
        self.assertEqual(len(found), len(set(found)))
        return set(found)

    def test_initialization_vector(self):
        iv = os.urandom(7) + b"\0"
        job, folder = self.protect(self.key(os.urandom(16)), keys=("a",),
                                   InitializationVector=secrets.b64(iv))
        self.assertEqual(job["Status"], "Complete", job)
        self.assertEqual(job["Playlists"][0]["PlayReadyDrm"]["InitializationVector"],
                         secrets.b64(iv))
        job, _ = self.protect(self.key(os.urandom(16)), InitializationVector=secrets.b64(bytes(16)))
        self.assertRegex(job["Outputs"][0]["StatusDetail"], "^1000 .* 8 bytes")

    def test_key_size(self):
        job, _ = self.protect(self.key(os.urandom(24)))
        for output in job["Outputs"]:
            self.assertRegex(output["StatusDetail"], "^4021 .*128 bits")

    def test_format_that_is_not_public(self):
        job, _ = self.protect(self.key(os.urandom(16)), "HLSv3", "discretix-3.0", "ts")
        for output in job["Outputs"]:
            self.assertRegex(output["StatusDetail"], "^1000 .*discretix-3.0")
        self.assertEqual(job["Playlists"][0]["Status"], "Error")


if __name__ == "__main__":
    unittest.main()
