"""
How fast mockets is beside what else could do the work. Everything that is compared runs in turn,
A B C A B C, and what is said of it is a median. It says pass or miss, and never fails.
"""

import argparse
import pathlib
import shutil

import small
from curve import draw
from ladder import RUNGS, TOP, Ladder, interleave, median, ratio

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent.parent


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=SOURCE / "build/release", type=pathlib.Path)
    parser.add_argument("--films", type=pathlib.Path, help="made by inputs.sh")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="",
                        help="cases with this in their names, or one of several: digest best,small")
    parser.add_argument("--no-score", action="store_true", help="time only")
    parser.add_argument("--curve", type=pathlib.Path,
                        help="draw what the digest's speeds give as SVG into this file")
    return parser.parse_args()


OPTIONS = arguments()
FILMS = OPTIONS.films or OPTIONS.build / "bench-media/films"
WORK = OPTIONS.build / "bench-media/work"
POINTS = []  # of the curve: family, label, CPU seconds, mean PSNR


def head(text):
    print(f"\n### {text}\n")


def table(columns, rows):
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |", flush=True)


def target(what, value, most):
    print(f"- {what}: {value:.3f} (at most {most}): {'pass' if value <= most else 'MISS'}",
          flush=True)


def least(what, value, limit):
    print(f"- {what}: {value:.3f} (at least {limit}): {'pass' if value >= limit else 'MISS'}",
          flush=True)


class Report:
    """How the cases of other files tell what they found."""

    rounds = OPTIONS.rounds
    head, table, target, least = map(staticmethod, (head, table, target, least))


def times(runs, base):
    table(("contestant", "CPU s", "CPU ×", "wall s", "wall ×", "peak MiB", "MB made"),
          [(name, f"{median(r.cpu for r in rows):.2f}", f"{ratio(runs, name, base, 'cpu'):.3f}",
            f"{median(r.wall for r in rows):.2f}",
            f"{ratio(runs, name, base, 'wall'):.3f}" if rows[0].wall else "",
            f"{median(r.peak for r in rows):.0f}" if rows[0].peak else "",
            f"{median(r.made for r in rows) / 1e6:.2f}" if rows[0].made else "")
           for name, rows in runs.items()])


def scores(ladder, names):
    """Score the renditions of all; the last of the names is what the others are held against."""
    found = {label: ladder.score(folder) for label, folder in names.items()}
    print()
    table(("contestant", "rung", "kbit/s", "PSNR dB", "SSIM dB", "worst 5 % SSIM dB", "NEG-VMAF"),
          [(label, rung[0], f"{row.kbps:.0f}", f"{row.psnr:.2f}", f"{row.ssim:.2f}",
            f"{row.worst:.2f}", "" if row.neg is None else f"{row.neg:.2f}")
           for label, rows in found.items() for rung, row in zip(ladder.rungs, rows)])
    return found


def same_quality(rungs, found, name, other):
    print()
    gains = []
    for rung, a, b in zip(rungs, found[name], found[other]):
        target(f"{rung[0]} PSNR lost, dB", b.psnr - a.psnr, 0.3)
        target(f"{rung[0]} SSIM lost, dB", b.ssim - a.ssim, 0.3)
        target(f"{rung[0]} SSIM of the worst 5 % lost, dB", b.worst - a.worst, 0)
        if a.neg is not None:
            target(f"{rung[0]} NEG-VMAF lost", b.neg - a.neg, 0.1)
        target(f"{rung[0]} rate away from {rung[3]}", abs(a.kbps / rung[3] - 1), 0.06)
        target(f"{rung[0]} rate beside the command's", a.kbps / b.kbps, 1.03)
        gains.append((a.psnr - b.psnr, a.ssim - b.ssim))
    target("mean PSNR lost, dB", -sum(g[0] for g in gains) / len(gains), 0.1)
    target("mean SSIM lost, dB", -sum(g[1] for g in gains) / len(gains), 0.1)


def pinned(ladder, speed, cpu, wall):
    head(f"pinned to x264 {speed}: {ladder.film.stem}")
    contestants = {"mockets": lambda: ladder.mockets(pinned=speed),
                   "ffmpeg": lambda: ladder.ffmpeg(speed),
                   "limit": lambda: ladder.limit(speed)}
    if speed == "veryfast":
        contestants["seed, in turn"] = lambda: ladder.seed(speed, False)
        contestants["seed, at once"] = lambda: ladder.seed(speed, True)
    runs = interleave(contestants, OPTIONS.rounds)
    times(runs, "ffmpeg")
    print()
    target("CPU beside ffmpeg", ratio(runs, "mockets", "ffmpeg", "cpu"), cpu)
    target("wall beside ffmpeg", ratio(runs, "mockets", "ffmpeg", "wall"), wall)
    target("CPU beside the limit", ratio(runs, "mockets", "limit", "cpu"), 1.06)
    if speed == "veryfast":
        target("CPU beside the seed's", ratio(runs, "mockets", "seed, in turn", "cpu"), 0.66)
    least("parallel efficiency on 2 cores",
          median(r.cpu / r.wall / 2 for r in runs["mockets"]), 0.93)
    if not OPTIONS.no_score:
        found = scores(ladder, {"mockets": f"mockets-{speed}", "ffmpeg": f"ffmpeg-{speed}"})
        print()
        for rung, a, b in zip(ladder.rungs, found["mockets"], found["ffmpeg"]):
            target(f"{rung[0]} SSIM lost, dB", b.ssim - a.ssim, 0)


def curve(ladder, speed, other, cpu, wall):
    names = ", ".join(rung[0] for rung in ladder.rungs)
    head(f"--speed {speed} beside ffmpeg {other}: {ladder.film.stem} to {names}")
    contestants = {"mockets": lambda: ladder.mockets(speed),
                   "ffmpeg": lambda: ladder.ffmpeg(other)}
    whole = speed == "balanced" and ladder.rungs == RUNGS
    if whole:
        contestants["mockets serve"] = lambda: ladder.server(speed)
        contestants["seed, in turn"] = lambda: ladder.seed(other, False)
    runs = interleave(contestants, OPTIONS.rounds)
    times(runs, "ffmpeg")
    print()
    target("CPU beside ffmpeg", ratio(runs, "mockets", "ffmpeg", "cpu"), cpu)
    target("wall beside ffmpeg", ratio(runs, "mockets", "ffmpeg", "wall"), wall)
    if whole:
        target("wall beside the seed's", ratio(runs, "mockets", "seed, in turn", "wall"), 0.5)
        target("peak MiB", median(r.peak for r in runs["mockets"]), 210)
    if not OPTIONS.no_score:
        found = scores(ladder, {"mockets": f"mockets-{speed}", "ffmpeg": f"ffmpeg-{other}"})
        same_quality(ladder.rungs, found, "mockets", "ffmpeg")
        if ladder.film.stem == "digest" and ladder.rungs == RUNGS:
            for name, label in (("mockets", speed), ("ffmpeg", other)):
                POINTS.append((name, label, median(r.cpu for r in runs[name]),
                               sum(row.psnr for row in found[name]) / len(ladder.rungs)))


def main():
    films = (("digest", 30), ("real", 24))
    cases = []
    for name, rate in films:
        ladder = Ladder(OPTIONS.build, WORK, FILMS / f"{name}.mp4", rate)
        cases += [(f"{name} balanced", curve, ladder, "balanced", "medium", 0.60, 0.64),
                  (f"{name} fast", curve, ladder, "fast", "veryfast", 1, 1),
                  (f"{name} best", curve, ladder, "best", "slow", 1, 1),
                  (f"{name} pinned veryfast", pinned, ladder, "veryfast", 0.88, 0.88),
                  (f"{name} pinned medium", pinned, ladder, "medium", 0.90, 0.90)]
        for rung in (TOP, RUNGS[0], RUNGS[-1]):
            lone = Ladder(OPTIONS.build, WORK, FILMS / f"{name}.mp4", rate, (rung,))
            cases += [(f"{name} {rung[0]} alone", curve, lone, "balanced", "medium", 1, 1),
                      (f"{name} {rung[0]} alone fast", curve, lone, "fast", "veryfast", 1, 1)]
    WORK.mkdir(parents=True, exist_ok=True)
    cases += small.cases(Report, OPTIONS.build, WORK, FILMS)
    for name, case, *rest in cases:
        if any(word in name for word in OPTIONS.only.split(",")):
            case(*rest)
    if OPTIONS.curve and POINTS:
        draw(POINTS, OPTIONS.curve, "mockets and ffmpeg: time and quality of the ladder")
    if not OPTIONS.only:
        shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
