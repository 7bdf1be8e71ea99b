"""The installed tree works: the program, and what a stranger's project links, by CMake and pkg-config."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])
BUILD = pathlib.Path(os.environ["MOCKETS_BUILD"])
CLIP = os.environ["MOCKETS_CLIP"]
FLAGS = os.environ.get("MOCKETS_SANITIZE", "")


def run(*command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=200, **options
    )
    if done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        cls.prefix = cls.root / "installed"
        cls.flags = f"-fsanitize={FLAGS}" if FLAGS else ""
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def use(self, program, name):
        data = self.root / name
        (data / "buckets/input").mkdir(parents=True)
        clip = data / "buckets/input/clip.mp4"
        run(CLIP, clip, "--size", "320x180", "--seconds", "2", "--audio", "2")
        environment = dict(os.environ, LD_LIBRARY_PATH=str(self.prefix / "lib"))
        job = json.loads(run(program, data, env=environment))["Job"]
        self.assertEqual(job["Status"], "Complete")
        self.assertEqual(job["Output"]["Width"], 320)
        made = data / "buckets/output/web.mp4"
        self.assertEqual(made.stat().st_size, job["Output"]["FileSize"])

    def test_cmake_package(self):
        build = self.root / "build"
        run(
            "cmake", "-S", SOURCE / "tests/consumer", "-B", build, "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_C_FLAGS={self.flags}",
        )
        run("cmake", "--build", build)
        self.use(build / "consumer_shared", "cmake_shared")
        self.use(build / "consumer_static", "cmake_static")

    def test_pkg_config(self):
        environment = dict(os.environ, PKG_CONFIG_PATH=str(self.prefix / "lib/pkgconfig"))
        words = run("pkg-config", "--cflags", "--libs", "mockets", env=environment).split()
        program = self.root / "consumer"
        source = SOURCE / "tests/consumer/consumer.c"
        run("cc", *self.flags.split(), "-o", program, source, *words)
        self.use(program, "pkg_config")

    def test_program(self):
        clip, made = self.root / "clip.mp4", self.root / "made"
        run(CLIP, clip, "--size", "320x180", "--seconds", "1")
        run(self.prefix / "bin/mockets", "transcode", clip, "--output", made,
            "--preset", "1351620000001-000061=web.mp4")
        self.assertGreater((made / "web.mp4").stat().st_size, 1000)

    def test_headers_stand_alone(self):
        for header in sorted((self.prefix / "include/mockets").glob("*.h")):
            source = self.root / "alone.c"
            source.write_text(f"#include <mockets/{header.name}>\n")
            for compiler, standard in (("cc", "c11"), ("clang", "c11")):
                run(
                    compiler, f"-std={standard}", "-Wall", "-Wextra", "-Werror", "-pedantic",
                    "-fsyntax-only", f"-I{self.prefix}/include", source,
                )


if __name__ == "__main__":
    unittest.main()
