"""docs/api.md ends with what the tables say, and docs/compatibility.md has a row for all of it."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ.get("MOCKETS_SOURCE", pathlib.Path(__file__).parents[2]))
PAGE = SOURCE / "docs/api.md"
MARK = "BUILD-FOLDER -->\n\n"


def printed(build):
    return subprocess.run([pathlib.Path(build) / "tests/support/api_doc"], check=True,
                          capture_output=True, text=True).stdout


class ApiDoc(unittest.TestCase):
    def setUp(self):
        self.tables = printed(os.environ["MOCKETS_BUILD"])

    def test_is_up_to_date(self):
        page = PAGE.read_text()
        self.assertEqual(page.count(MARK), 1)
        self.assertEqual(page.split(MARK)[1], self.tables,
                         "renew it: python3 tests/lint/test_api_doc.py --write BUILD-FOLDER")

    def test_everything_has_a_row(self):
        text = (SOURCE / "docs/compatibility.md").read_text()
        rows = re.findall(r"^\| `?([\w.]+)`? \| (same|different|unknown) \|", text, re.MULTILINE)
        names = [name for name, _ in rows]
        self.assertEqual(len(names), len(set(names)))
        wanted = set(re.findall(r"^\| (\w+)(?: \(deprecated\))? \| `[A-Z]+ /", self.tables,
                                re.MULTILINE))
        self.assertEqual(len(wanted), 17)
        wanted.update(re.findall(r"^\| (\w+Exception) \| \d+ \|", self.tables, re.MULTILINE))
        for section in self.tables.split("\n### ")[1:]:
            shape = section.split("\n")[0]
            wanted.update("%s.%s" % (shape, member) for member in
                          re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        self.assertGreater(len(wanted), 200)
        self.assertEqual(wanted - set(names), set())
        self.assertEqual({name for name in names if "." in name} - wanted, set())


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--write":
        head = PAGE.read_text().split(MARK)[0]
        PAGE.write_text(head + MARK + printed(sys.argv[2]))
    else:
        unittest.main()
