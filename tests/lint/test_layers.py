"""Who may include whom, and where each foreign header lives (docs/conventions.md, section 1)."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ["MOCKETS_SOURCE"])

# Everything may include base/ and the public headers.
ROOMS = {
    "base": set(),
    "captions": set(),
    "model": set(),
    "store": set(),
    "storage": set(),
    "notify": set(),
    "plan": {"model", "captions"},
    "media": {"plan/plan.h", "plan/info.h", "captions"},
    "engine": {"model", "captions", "plan", "media", "store", "storage", "notify"},
    "service": {"engine", "model", "store", "plan"},
    "door": {"media/media.h"},
}

FOREIGN = {
    r"libav|libsw": r"lib/media/",
    r"openssl/": r"lib/base/crypto\.c",
    r"sqlite3": r"lib/store/sqlite",
    r"libpq": r"lib/store/postgres",
    r"expat": r"lib/captions/ttml\.c",
    r"curl/": r"lib/base/http_client\.c",
    r"dlfcn": r"lib/door/door\.c",
    r"microhttpd": r"server/http",
    r"jansson": r"lib/model/|server/",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(path):
    return INCLUDE.findall(path.read_text())


class Layers(unittest.TestCase):
    def test_rooms(self):
        seen = 0
        for path in sorted((SOURCE / "lib").glob("*/*.[ch]")):
            room = path.parent.name
            allowed = ROOMS[room]
            for kind, name in includes(path):
                if kind != '"':
                    continue
                seen += 1
                target = name.split("/")[0]
                fine = target in (room, "base") or target in allowed or name in allowed
                self.assertTrue(fine, f"{path.relative_to(SOURCE)} includes {name}")
        self.assertGreater(seen, 100)

    def test_server_sees_public_headers_only(self):
        rooms = set(ROOMS)
        files = sorted((SOURCE / "server").glob("*.[ch]"))
        self.assertTrue(files)
        for path in files:
            for _, name in includes(path):
                self.assertNotIn(
                    name.split("/")[0], rooms, f"{path.relative_to(SOURCE)} includes {name}"
                )

    def test_foreign_headers_have_one_home(self):
        files = [*(SOURCE / "lib").glob("*/*.[ch]"), *(SOURCE / "server").glob("*.[ch]")]
        for path in sorted(files):
            place = str(path.relative_to(SOURCE))
            for kind, name in includes(path):
                for pattern, home in FOREIGN.items():
                    if kind == "<" and re.match(pattern, name):
                        self.assertRegex(place, home, f"{place} includes <{name}>")

    def test_public_headers_include_no_foreign_ones(self):
        for path in sorted((SOURCE / "include/mockets").glob("*.h")):
            for _, name in includes(path):
                self.assertRegex(name, r"^(mockets/\w+\.h|std\w+\.h)$", f"{path.name}: {name}")


if __name__ == "__main__":
    unittest.main()
