"""The AWS SDK for Go, version 1, as Debian packages it."""

import os
import subprocess

import walk

FOLDER = walk.SCRATCH / "go_v1"


class GoV1Test(walk.WalkTest):

    @classmethod
    def command(cls):
        FOLDER.mkdir(parents=True, exist_ok=True)
        program = FOLDER / "walk"
        done = subprocess.run(
            ["/usr/bin/go", "build", "-o", str(program), "."], cwd=walk.SOURCE / "go_v1",
            capture_output=True, text=True, timeout=280,
            env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                 "GOFLAGS": "-p=2", "GOCACHE": str(FOLDER / "cache"), "CGO_ENABLED": "0"})
        if done.returncode:
            raise AssertionError("go build failed: %s" % done.stderr)
        return [program], {}


if __name__ == "__main__":
    walk.main()
