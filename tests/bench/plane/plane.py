"""
The speed of the API plane, measured against what it is built on.

Every figure is the median of a few short runs that alternate with the runs of its contestant, so
that a machine that is busy with something else slows both. It says pass or miss, and never fails.
Beside the rates stands the processor time that each spends on a request, which hardly depends on
what else the machine does.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent.parent
API = "/2012-09-25"
SMALL = 1000
SAMPLE_IDS = 20000  # jobs that the ReadJob runs ask for, spread over the store
PAGE = 50
DAYS = 200  # that the jobs are spread over; listings go back for 183 of them
JOB = {
    "PipelineId": "1351620000002-deflt0",
    "Input": {"Key": "movies/2014/holiday.mov", "FrameRate": "auto", "Resolution": "auto",
              "AspectRatio": "auto", "Interlaced": "auto", "Container": "auto"},
    "OutputKeyPrefix": "renditions/2014/",
    "Outputs": [{"Key": "holiday-1080p.mp4", "PresetId": "1351620000001-000001", "Rotate": "0",
                 "ThumbnailPattern": ""}],
    "UserMetadata": {"project": "holiday", "customer": "1234567890"},
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(SOURCE / "build/release"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each run")
    parser.add_argument("--jobs", type=int, default=1000000, help="in the large store")
    parser.add_argument("--keep", action="store_true", help="keep the large store, or use it again")
    parser.add_argument("--only", default="", help="run only cases with this word in their names")
    return parser.parse_args()


OPTIONS = arguments()
BUILD = pathlib.Path(OPTIONS.build).resolve()
WORK = BUILD / "bench-plane"
os.environ["MOCKETS_PROGRAM"] = str(BUILD / "mockets")
sys.path.insert(0, str(SOURCE / "tests/support"))
from mockets_server import Server  # noqa: E402 (wants the variable above)


def connect(data):
    db = sqlite3.connect(data / "mockets.db", isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -200000")
    return db


def make_template(data):
    """A store with one job as the server itself makes it, in a pipeline that is held."""
    with Server(data=data) as server:
        server.create_job(JOB)
        (WORK / "presets.json").write_bytes(server.request("GET", API + "/presets").body)
    with connect(data) as db:
        db.execute("UPDATE records SET held = 1")
        document, context = db.execute("SELECT document, context FROM jobs").fetchone()
        db.execute("DELETE FROM jobs")
    db.close()
    (WORK / "document").write_text(document)
    (WORK / "context").write_text(context)
    (WORK / "body").write_text(json.dumps(JOB))


# A job of a thousand waits, most are done, the first are too old for listings: a store that has
# been in use for long.
FILL = """
INSERT INTO jobs (id, pipeline_id, state, attempts, document, context)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count),
named (id, state) AS (
 SELECT printf('%013d-%06d', :since + i * :days * 86400000 / :count, i * 7919 % 1000000),
  CASE WHEN i % 1000 = 0 THEN 'Submitted' WHEN i % 10 = 0 THEN 'Error' ELSE 'Complete' END
 FROM n)
SELECT id, '1351620000002-deflt0', state, 1,
 replace(replace(:document, :id, id), '"Submitted"', '"' || state || '"'), :context
FROM named
"""


def fill(data, count):
    document = (WORK / "document").read_text()
    begin = time.monotonic()
    db = connect(data)
    db.execute("BEGIN")
    db.execute(FILL, {"count": count, "document": document, "id": json.loads(document)["Id"],
                      "context": (WORK / "context").read_text(),
                      "days": DAYS, "since": int(time.time() - DAYS * 86400 - 60) * 1000})
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    print("  %d jobs made in %.0f s" % (count, time.monotonic() - begin), flush=True)


def prepare():
    """The stores: an empty one, a small one, a large one."""
    stores = {name: WORK / name for name in ("empty", "small", "large")}
    kept = OPTIONS.keep and stores["large"].exists()
    WORK.mkdir(parents=True, exist_ok=True)
    for name, data in stores.items():
        if not (kept and name == "large"):
            shutil.rmtree(data, ignore_errors=True)
    make_template(stores["empty"])
    shutil.copytree(stores["empty"], stores["small"])
    fill(stores["small"], SMALL)
    if not kept:
        shutil.copytree(stores["empty"], stores["large"])
        fill(stores["large"], OPTIONS.jobs)
    return stores


def forget_created(data, count):
    """Take away what CreateJob has added."""
    db = connect(data)
    db.execute("DELETE FROM jobs WHERE seq > ?", (count,))
    db.close()


def write_paths(data, name):
    """Files of paths for get.lua: jobs, and the first and last pages of the listings."""
    db = connect(data)
    count = db.execute("SELECT max(seq) FROM jobs").fetchone()[0]
    picked = random.Random(1).choices(range(1, count + 1), k=SAMPLE_IDS)
    ids = [db.execute("SELECT id FROM jobs WHERE seq = ?", (seq,)).fetchone()[0] for seq in picked]
    paths = {"read": ["%s/jobs/%s" % (API, job) for job in ids]}
    for kind, column, value in (("jobsByPipeline", "pipeline_id", JOB["PipelineId"]),
                                ("jobsByStatus", "state", "Complete")):
        first = "%s/%s/%s" % (API, kind, value)
        token = db.execute("SELECT id FROM jobs WHERE %s = ? AND id > ? ORDER BY seq LIMIT 1"
                           " OFFSET ?" % column,
                           (value, "%d" % ((time.time() - 183 * 86400) * 1000), PAGE)).fetchone()[0]
        paths[kind + ".first"] = [first]
        paths[kind + ".last"] = [first + "?PageToken=" + token]
    db.close()
    for case, lines in paths.items():
        (WORK / ("%s.%s" % (name, case))).write_text("\n".join(lines) + "\n")


def cpu_seconds(process):
    """Processor time that a process has used."""
    fields = pathlib.Path("/proc/%d/stat" % process.pid).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wrk(process, url, script, path, connections):
    """Run wrk once; return requests per second, the 99th percentile in ms, CPU in us a request."""
    before = cpu_seconds(process)
    out = subprocess.run(
        ["wrk", "-t1", "-c%d" % connections, "-d%ds" % OPTIONS.seconds, "--latency", "-s",
         str(HERE / script), url, "--", str(path)], capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", out)
    if not rate or not p99 or "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError("wrk: " + out)
    count = int(re.search(r"(\d+) requests in", out)[1])
    return (float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]],
            (cpu_seconds(process) - before) * 1e6 / count)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hello:
    """The bare libmicrohttpd program with as many threads as mockets has for HTTP."""

    def __init__(self, path, threads):
        port = free_port()
        self.url = "http://127.0.0.1:%d" % port
        self.process = subprocess.Popen(
            [str(BUILD / "tests/bench/bench-hello"), str(port), str(threads), str(path)],
            stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def http_threads(server):
    """Threads that serve HTTP, by their names."""
    tasks = pathlib.Path("/proc/%d/task" % server.process.pid)
    names = [(task / "comm").read_text().strip() for task in tasks.iterdir()]
    return sum(name.startswith("MHD-worker") for name in names)


def loop():
    """Run the bare SQLite loop once on a fresh database; return commits per second."""
    data = WORK / "loop"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(WORK / "empty", data)
    out = subprocess.run([str(BUILD / "tests/bench/bench-loop"), str(data / "mockets.db"),
                          str(OPTIONS.seconds), str(WORK / "document"), str(WORK / "context")],
                         capture_output=True, text=True, check=True).stdout
    shutil.rmtree(data)
    return float(out), 0, 0


def alternate(runs):
    """Run each of the functions in turn, a few times; return the medians by name, each apart."""
    found = {name: [] for name in runs}
    for _ in range(OPTIONS.rounds):
        for name, run in runs.items():
            found[name].append(run())
    return {name: tuple(map(statistics.median, zip(*list_))) for name, list_ in found.items()}


HEAD = "%-36s %-22s %9s %9s %7s  %-7s %-4s %s"


def row(case, what, mine, other, target, good, ratio=None):
    """mine and other: rate, p99 and CPU time, as alternate() returns them."""
    ratio = ratio or mine[0] / other[0]
    cpu = "%.0f us, %.0f us" % (mine[2], other[2]) if other[2] else "%.0f us" % mine[2]
    print(HEAD % (case, "p99 %.2f ms; %s" % (mine[1], what), "%.0f" % mine[0], "%.0f" % other[0],
                  "%.2f" % ratio, target, "pass" if good else "MISS", cpu), flush=True)


def wanted(case):
    return OPTIONS.only.lower() in case.lower()


def against_hello(stores):
    with Server(data=stores["small"]) as server:
        first = (WORK / "small.read").read_text().split()[0]
        (WORK / "job.json").write_bytes(server.request("GET", first).body)
        (WORK / "small.presets").write_text(API + "/presets\n")
        threads = http_threads(server)
        for case, body, paths in (("ReadJob", "job.json", "small.read"),
                                  ("ListPresets", "presets.json", "small.presets")):
            for connections in (16, 64):
                name = "%s, %d connections" % (case, connections)
                if not wanted(name):
                    continue
                with Hello(WORK / body, threads) as hello:
                    found = alternate({
                        one.url: lambda one=one: wrk(one.process, one.url, "get.lua",
                                                     WORK / paths, connections)
                        for one in (hello, server)})
                mine, other = found[server.url], found[hello.url]
                row(name, "hello", mine, other, ">= 0.60", mine[0] >= 0.6 * other[0])


def create(store, connections):
    """Run CreateJob on a fresh copy of a store."""
    data = WORK / "create"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(store, data)
    with Server(data=data) as server:
        found = wrk(server.process, server.url + API + "/jobs", "post.lua", WORK / "body",
                    connections)
    shutil.rmtree(data)
    return found


def against_loop(stores):
    name = "CreateJob"
    if not wanted(name):
        return
    found = alternate({"loop": loop, "1": lambda: create(stores["empty"], 1),
                       "8": lambda: create(stores["empty"], 8),
                       "32": lambda: create(stores["empty"], 32)})
    other = found["loop"]
    for connections, target in (("1", 0.6), ("8", 0.6), ("32", 3)):
        mine = found[connections]
        row("CreateJob, %s at once" % connections, "SQLite", mine, other, ">= %.2f" % target,
            mine[0] >= target * other[0])


def large_against_small(stores):
    cases = ["read", "jobsByPipeline.first", "jobsByPipeline.last", "jobsByStatus.first",
             "jobsByStatus.last"]
    with Server(data=stores["small"]) as small, Server(data=stores["large"]) as large:
        for case in cases:
            if not wanted("large " + case):
                continue
            found = alternate({
                name: lambda name=name, one=one: wrk(one.process, one.url, "get.lua",
                                                     WORK / (name + "." + case), 16)
                for name, one in (("small", small), ("large", large))})
            compare(case, found)
    if wanted("large create"):
        found = alternate({"small": lambda: create(stores["small"], 32),
                           "large": lambda: create_in_place(stores["large"])})
        compare("create, 32 at once", found)


def create_in_place(data):
    with Server(data=data) as server:
        found = wrk(server.process, server.url + API + "/jobs", "post.lua", WORK / "body", 32)
    forget_created(data, OPTIONS.jobs)
    return found


def compare(case, found):
    small, large = found["small"], found["large"]
    row("%s, %d jobs" % (case, OPTIONS.jobs), "%d jobs" % SMALL, large, small, "<= 1.50",
        small[0] <= 1.5 * large[0], small[0] / large[0])


def start_up(stores):
    if not wanted("start-up"):
        return
    found = []
    for _ in range(OPTIONS.rounds):
        begin = time.monotonic()
        with Server(data=stores["large"]):
            found.append(time.monotonic() - begin)
    took = statistics.median(found)
    print("%-36s %.3f s, at most 1 s: %s" % ("start-up, %d jobs" % OPTIONS.jobs, took,
                                             "pass" if took < 1 else "MISS"), flush=True)


def main():
    if not shutil.which("wrk"):
        print("bench-plane: wrk is missing: sh cmake/deps.sh bench", file=sys.stderr)
        return
    stores = prepare()
    for name in ("small", "large"):
        write_paths(stores[name], name)
    print(HEAD % ("", "", "mine/s", "other/s", "ratio", "target", "", "CPU: mine, other"))
    against_hello(stores)
    against_loop(stores)
    large_against_small(stores)
    start_up(stores)
    if not OPTIONS.keep:
        shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
