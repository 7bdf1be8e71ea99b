"""What the README shows runs as it stands there."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from mockets_server import Server

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])
BUILD = pathlib.Path(os.environ["MOCKETS_BUILD"])
CLIP = os.environ["MOCKETS_CLIP"]
FLAGS = os.environ.get("MOCKETS_SANITIZE", "")


def block(language):
    text = (SOURCE / "README.md").read_text()
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"README.md has {len(found)} {language} blocks"
    return found[0]


def make_clip(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    clip = path.with_suffix(".mp4")
    subprocess.run([CLIP, clip, "--size", "320x180", "--seconds", "2", "--audio", "2"], check=True)
    clip.rename(path)


class Readme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def test_python(self):
        text = block("python")
        try:
            server = Server(
                data=self.root / "mockets-data", listen="127.0.0.1:5000"
            )
        except RuntimeError:  # the port is somebody else's: all but the port as it stands
            server = Server(data=self.root / "mockets-data")
            text = text.replace(":5000", f":{server.address[1]}")
        with server:
            make_clip(self.root / "mockets-data/buckets/input/path_to_input_file")
            done = subprocess.run(
                ["/usr/bin/python3", "-c", text], capture_output=True, text=True, timeout=120
            )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("'Status': 'Complete'", done.stdout)
        made = self.root / "mockets-data/buckets/output/path_to_output_file"
        self.assertGreater(made.stat().st_size, 0)

    def test_c(self):
        prefix = self.root / "installed"
        subprocess.run(
            ["cmake", "--install", BUILD, "--prefix", prefix], check=True, capture_output=True
        )
        (self.root / "film.c").write_text(block("c"))
        environment = dict(
            os.environ, PKG_CONFIG_PATH=f"{prefix}/lib/pkgconfig", LD_LIBRARY_PATH=f"{prefix}/lib"
        )
        sanitize = f"-fsanitize={FLAGS}" if FLAGS else ""
        subprocess.run(
            f"cc {sanitize} film.c $(pkg-config --cflags --libs mockets)",
            shell=True, check=True, cwd=self.root, env=environment,
        )
        make_clip(self.root / "mockets-data/buckets/input/path_to_input_file")
        done = subprocess.run(
            ["./a.out"], cwd=self.root, env=environment, capture_output=True, text=True, timeout=120
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"Status":"Complete"', done.stdout)
        self.assertTrue((self.root / "mockets-data/buckets/output/film.mp4").exists())


if __name__ == "__main__":
    unittest.main()
