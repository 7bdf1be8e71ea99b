"""All C is formatted as .clang-format says."""

import os
import pathlib
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])


class Format(unittest.TestCase):
    def test_format(self):
        files = [
            str(path)
            for folder in ("lib", "server", "include", "tests")
            for path in sorted((SOURCE / folder).rglob("*.[ch]"))
        ]
        self.assertGreater(len(files), 50)
        done = subprocess.run(
            ["clang-format", "--dry-run", "--Werror", *files], capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 0, done.stderr[:3000])


if __name__ == "__main__":
    unittest.main()
