"""Small jobs, many jobs, memory and start-up, all through the server and its durable store."""

import os
import subprocess
import time

from measure import FFMPEG, Run, interleave, median, ratio, run
from service import Service, film_preset, machine_idle


def spawn_many(command, count, abreast):
    """Run a command so many times, so many at once; a Run of one."""
    cpu, begin, running = 0, time.monotonic(), 0
    for i in range(count + abreast):
        if i >= abreast or i >= count:
            if not running:
                break
            _, status, usage = os.wait4(-1, 0)
            if os.waitstatus_to_exitcode(status):
                raise SystemExit(f"failed: {' '.join(map(str, command))}")
            cpu += usage.ru_utime + usage.ru_stime
            running -= 1
        if i < count:
            # wait4() above takes its status: the object must not look for the process again.
            subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL).returncode = 0
            running += 1
    return Run(cpu / count, (time.monotonic() - begin) / count, 0)


def ffmpeg_film(film, out, width, height, kbps, speed, silent=False):
    return [*FFMPEG, "-i", film, "-vf", f"scale={width}:{height}", "-c:v", "libx264", "-preset",
            speed, "-b:v", f"{kbps}k", "-g", "90", "-refs", "3", "-pix_fmt", "yuv420p",
            *(("-an",) if silent else
              ("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2")),
            "-movflags", "+faststart", out]


def rates(report, build, work, films, name, size, count, cpu, rate, silent=False):
    """Jobs of one film in a running service beside ffmpeg processes, one on each processor."""
    report.head(f"{name}{' without sound' if silent else ''}: jobs beside ffmpeg processes")
    cores = os.cpu_count()
    for speed, flags in (("medium", ()), ("veryfast", ("--x264-preset", "veryfast"))):
        command = ffmpeg_film(films / f"{name}.mp4", work / "small.mp4", *size, speed, silent)
        with Service(build, films, *flags) as service:
            preset = service.preset(film_preset(*size, silent=silent))
            service.run(10, f"{name}.mp4", preset)
            runs = interleave(
                {"mockets": lambda: Run(*service.run(count, f"{name}.mp4", preset), 0),
                 "ffmpeg": lambda: spawn_many(command, max(10, count // 4), cores)},
                report.rounds)
        report.table(("contestant", "CPU ms", "jobs/s"),
                     [(f"{who} ({speed if who == 'ffmpeg' or flags else 'balanced'})",
                       f"{1000 * median(r.cpu for r in rows):.1f}",
                       f"{1 / median(r.wall for r in rows):.1f}") for who, rows in runs.items()])
        print()
        if cpu:
            report.target(f"CPU beside ffmpeg {speed}", ratio(runs, "mockets", "ffmpeg", "cpu"),
                          cpu)
        report.least(f"rate beside ffmpeg {speed}", ratio(runs, "ffmpeg", "mockets", "wall"), rate)
        print()


def moments(report, build, films):
    """From the request to Progressing, and from the last byte of the film to Complete."""
    report.head("what a job waits for at idle")
    first, last = [], []
    with Service(build, films) as service:
        for key, size in (("frame.mp4", (128, 128, 64)), ("one.mp4", (640, 360, 700))):
            preset = service.preset(film_preset(*size))
            service.wait(service.submit(key, preset))
            for _ in range(20):
                begin_ms = time.time() * 1000
                job = service.wait(service.submit(key, preset), 0.02)
                made = service.server.bucket("output") / f"{service.number}/0.mp4"
                first.append(job["Timing"]["StartTimeMillis"] + 1 - begin_ms)
                last.append(job["Timing"]["FinishTimeMillis"] + 1
                            - made.stat().st_mtime_ns / 1000000)
    report.target("from POST to Progressing, median ms", median(first), 5)
    report.target("from the last write of the film to Complete, median ms", median(last), 20)


def many(report, build, films):
    """A backlog keeps the machine busy, and its jobs cost no more than one alone."""
    report.head("many jobs")
    cores, count = os.cpu_count(), 12
    alone, beside, busy = [], [], []
    with Service(build, films) as service:
        presets = [service.preset(film_preset(w, h, rate))
                   for w, h, rate in ((640, 360, 700), (426, 240, 400))]
        service.run(1, "two.mp4", *presets)
        for _ in range(report.rounds):
            cpu = service.cpu()
            for _ in range(count):
                service.run(1, "two.mp4", *presets)
            alone.append((service.cpu() - cpu) / count)
            cpu = service.cpu()
            ids = [service.submit("two.mp4", *presets) for _ in range(2 * count)]
            # While jobs wait nothing may be idle; the last ones run dry.
            used, idle = service.cpu(), machine_idle()
            for job_id in ids[:-cores]:
                service.wait(job_id, 0.01)
            used, idle = service.cpu() - used, machine_idle() - idle
            busy.append(used / (used + idle))
            for job_id in ids[-cores:]:
                service.wait(job_id, 0.01)
            beside.append((service.cpu() - cpu) / (2 * count))
    cost = median(b / a for a, b in zip(alone, beside))
    report.table(("", "CPU s"), (("one job alone", f"{median(alone):.3f}"),
                                 ("one of many", f"{median(beside):.3f}")))
    print()
    report.least("cores busy while jobs wait", median(busy), 0.95)
    report.target("CPU of one of many beside one alone, away from 1", abs(cost - 1), 0.05)


def thirty(report, build, films):
    """Thirty outputs of one job beside thirty jobs with one: a decode each is all they save."""
    report.head("30 outputs in one job")
    shapes = [(320 + 8 * i, 180 + 4 * i, 300 + 10 * i) for i in range(30)]
    joined, apart, decode = [], [], []
    with Service(build, films, "--encoder-threads", "1") as service:
        presets = [service.preset(film_preset(*shape)) for shape in shapes]
        service.run(1, "two.mp4", presets[0])
        for _ in range(report.rounds):
            joined.append(service.run(1, "two.mp4", *presets)[0])
            apart.append(sum(service.run(1, "two.mp4", preset)[0] for preset in presets))
            read = [*FFMPEG, "-threads", "1", "-i", films / "two.mp4", "-map", "0:v"]
            decode.append(run([*read, "-f", "null", "-"]).cpu
                          - run([*read, "-c", "copy", "-f", "null", "-"]).cpu)
    # What each of the thirty jobs spends on its own decode is taken off, and one is put back.
    report.target("CPU beside the encodes and one decode",
                  median(j / (a - 29 * d) for j, a, d in zip(joined, apart, decode)), 1.05)


def peak(build, films, key, shapes, *flags):
    with Service(build, films, *flags) as service:
        presets = [service.preset(film_preset(*shape, "ts")) for shape in shapes]
        service.wait(service.submit(key, *presets, SegmentDuration="3"), 0.2)
        return service.status_mib("VmHWM")


def looped(films, name, times):
    """Two seconds at 360p so many times: what grows with frames grows as in a larger film."""
    film = films / f"{name}.mp4"
    if not film.exists():
        run([*FFMPEG, "-stream_loop", times - 1, "-i", films / "two.mp4", "-c", "copy", film])
    return film.name


def memory(report, build, films):
    """The peak does not grow with the film's length, and with 4K stays within bounds."""
    report.head("memory")
    small = ((640, 360, 700),)
    names = [looped(films, "minute", 30), looped(films, "minutes", 300)]
    for flags in ((), ("--x264-preset", "ultrafast")):
        short, long = (peak(build, films, name, small, *flags) for name in names)
        report.target(f"10 minutes ({long:.0f} MiB) beside 1 minute ({short:.0f} MiB) "
                      + " ".join(flags or ("in two passes",)), long / short, 1.05)
    wide = films / "wide.mp4"
    if not wide.exists():
        run([*FFMPEG, "-i", films / "digest.mp4", "-t", "5", "-vf", "scale=3840:2160", "-c:v",
             "libx264", "-preset", "ultrafast", "-crf", "23", "-c:a", "copy", wide])
    ladder = ((3840, 2160, 12000), (2560, 1440, 7000), (1920, 1080, 4500), (1280, 720, 2400),
              (960, 540, 1600), (854, 480, 1200), (640, 360, 700), (426, 240, 400))
    report.target("4K with 8 renditions, peak MiB", peak(build, films, "wide.mp4", ladder), 1024)


def start(report, build, films):
    """From the start of the program to its first answer, and what it holds then."""
    report.head("start-up of mockets serve")
    took, held, own = [], [], []
    for _ in range(10):
        begin = time.monotonic()
        with Service(build, films) as service:
            service.call("GET", "/_mockets/health")
            took.append(1000 * (time.monotonic() - begin))
            held.append(service.status_mib("VmRSS"))
            own.append(service.status_mib("RssAnon"))
    report.target("start to first answer, ms", median(took), 50)
    report.target("resident MiB when idle", median(held), 30)
    print(f"- of which its own, not files mapped: {median(own):.1f} MiB")


def cases(report, build, work, films):
    return [("small picture", rates, report, build, work, films, "frame", (128, 128, 64), 200,
             0.10, 8, True),
            ("small frame", rates, report, build, work, films, "frame", (128, 128, 64), 200, 0.10,
             8),
            ("small still", rates, report, build, work, films, "still", (128, 128, 64), 200, 0.10,
             8),
            ("small second", rates, report, build, work, films, "one", (640, 360, 700), 20, None,
             1.8),
            ("moments", moments, report, build, films),
            ("many jobs", many, report, build, films),
            ("many outputs", thirty, report, build, films),
            ("memory", memory, report, build, films),
            ("start", start, report, build, films)]
