"""Installs the JavaScript packages of a package-lock.json into the build folder, once."""

import fcntl
import pathlib
import shutil
import subprocess

LISTS = ("package.json", "package-lock.json")


class Packages:
    """The packages that the folder source lists; they go into the folder target."""

    def __init__(self, source, target):
        self.source = pathlib.Path(source)
        self.target = pathlib.Path(target)

    def _is_current(self):
        return (self.target / "installed").exists() and all(
            (self.target / name).read_bytes() == (self.source / name).read_bytes()
            for name in LISTS)

    def install(self):
        """Two tests may ask for this at the same time."""
        self.target.mkdir(parents=True, exist_ok=True)
        with open(self.target / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._is_current():
                return
            (self.target / "installed").unlink(missing_ok=True)
            for name in LISTS:
                shutil.copy(self.source / name, self.target / name)
            done = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=self.target, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=280)
            if done.returncode:
                raise AssertionError("npm ci failed: %s%s" % (done.stdout, done.stderr))
            (self.target / "installed").touch()

    def command(self, script):
        """A script is run from where the packages are: an ES module looks for them beside itself."""
        if not shutil.which("node"):
            raise AssertionError("node is missing: run cmake/deps.sh check")
        self.install()
        return ["node", shutil.copy(self.source / script, self.target / script)]
