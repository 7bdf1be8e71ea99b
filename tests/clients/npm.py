"""The JavaScript clients of package-lock.json."""

import npm_packages
import walk

PACKAGES = npm_packages.Packages(walk.SOURCE, walk.SCRATCH / "npm")


def command(script):
    return PACKAGES.command(script)
