"""Installs the JavaScript clients of package-lock.json into the build folder, once."""

import fcntl
import shutil
import subprocess

import walk

FOLDER = walk.SCRATCH / "npm"
LISTS = ("package.json", "package-lock.json")


def _is_current():
    return (FOLDER / "installed").exists() and all(
        (FOLDER / name).read_bytes() == (walk.SOURCE / name).read_bytes() for name in LISTS)


def install():
    """Two tests may ask for this at the same time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_current():
            return
        (FOLDER / "installed").unlink(missing_ok=True)
        for name in LISTS:
            shutil.copy(walk.SOURCE / name, FOLDER / name)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=280)
        if done.returncode:
            raise AssertionError("npm ci failed: %s%s" % (done.stdout, done.stderr))
        (FOLDER / "installed").touch()


def command(script):
    """A script is run from where the packages are: an ES module looks for them beside itself."""
    if not shutil.which("node"):
        raise AssertionError("node is missing: run cmake/deps.sh check")
    install()
    return ["node", shutil.copy(walk.SOURCE / script, FOLDER / script)]
