"""What the library and the module of the media room export, and what is loaded with them."""

import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])
BUILD = pathlib.Path(os.environ["MOCKETS_BUILD"])


def lines(*command):
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def exported(path):
    names = {line.split()[-1] for line in lines("nm", "-D", "--defined-only", path)}
    # the sanitizers put symbols of their own into what they instrument
    return {name for name in names if not re.match(r"_|__|asan|ubsan", name)}


def needed(path):
    return re.findall(r"NEEDED.*\[lib(\w+)", "\n".join(lines("readelf", "-d", path)))


class Exports(unittest.TestCase):
    def test_library(self):
        text = "".join(path.read_text() for path in (SOURCE / "include/mockets").glob("*.h"))
        declared = set(re.findall(r"MOCKETS_API[^;(]*?\b(mockets_\w+)\(", text))
        self.assertEqual(exported(BUILD / "lib/libmockets.so"), declared)

    def test_media_module(self):
        module = BUILD / "mockets-media.so"
        self.assertEqual(exported(module), {"mockets_media_door"})
        self.assertIn("avcodec", needed(module))
        self.assertEqual({"curl", "jansson", "sqlite3"} & set(needed(module)), set())

    def test_program_begins_without_ffmpeg(self):
        self.assertEqual([name for name in needed(BUILD / "mockets")
                          if re.match("av|sw", name)], [])


if __name__ == "__main__":
    unittest.main()
