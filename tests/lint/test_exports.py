"""The shared library exports what the public headers declare, and nothing else."""

import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])
BUILD = pathlib.Path(os.environ["MOCKETS_BUILD"])


class Exports(unittest.TestCase):
    def test_exports(self):
        lines = subprocess.run(
            ["nm", "-D", "--defined-only", BUILD / "lib/libmockets.so"],
            check=True, capture_output=True, text=True,
        ).stdout.splitlines()
        # the sanitizers put symbols of their own into what they instrument
        exported = {name for name in (line.split()[-1] for line in lines)
                    if not re.match(r"_|__|asan|ubsan", name)}
        text = "".join(path.read_text() for path in (SOURCE / "include/mockets").glob("*.h"))
        declared = set(re.findall(r"MOCKETS_API[^;(]*?\b(mockets_\w+)\(", text))
        self.assertEqual(exported, declared)


if __name__ == "__main__":
    unittest.main()
