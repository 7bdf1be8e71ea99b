"""What the tests of the subcommand transcode share."""

import os
import pathlib
import pty
import re
import select
import subprocess
import tempfile
import time
import unittest

from mockets_server import PROGRAM, environment


class Terminal:
    """A terminal for a program, of which slave is the end to hand to it."""

    def __init__(self, test):
        self.master, self.slave = pty.openpty()
        for end in (self.master, self.slave):
            test.addCleanup(os.close, end)
        self.text = b""

    def read_until(self, pattern):
        """Read what the program writes until this is in it."""
        deadline = time.monotonic() + 60
        while not re.search(pattern, self.text):
            left = max(0, deadline - time.monotonic())
            if not select.select([self.master], [], [], left)[0]:
                raise AssertionError("%r is not in %r" % (pattern, self.text[:1000]))
            self.text += os.read(self.master, 65536)


class TranscodeTest(unittest.TestCase):
    """Each test has a fresh folder, with an output directory that is not there yet; films is a
    folder for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory(prefix="mockets-test-")
        cls.addClassCleanup(made.cleanup)
        cls.films = pathlib.Path(made.name)

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="mockets-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.output = self.folder / "made" / "here"

    def start(self, *arguments, output=True, stderr=subprocess.PIPE, **options):
        """A transcode that has begun, or is about to."""
        if output:
            arguments += ("--output", self.output)
        process = subprocess.Popen(
            [PROGRAM, "transcode", *map(str, arguments)], stdout=subprocess.PIPE, stderr=stderr,
            text=True, env=environment(TMPDIR=str(self.temporary)), **options)
        self.addCleanup(process.kill)  # of one that a failed test has left, else nothing
        return process

    def transcode(self, *arguments, code=0, **options):
        """Run one to its end; the result has stdout and stderr (text)."""
        process = self.start(*arguments, **options)
        result = subprocess.CompletedProcess(process.args, code, *process.communicate(timeout=120))
        self.assertEqual(process.returncode, code, result)
        self.assert_tidy()
        return result

    def assert_tidy(self):
        self.assertEqual(list(self.temporary.iterdir()), [], "something was left behind")

    def files(self):
        """All files that are left below the output directory."""
        return [path for path in self.output.rglob("*") if path.is_file()]
