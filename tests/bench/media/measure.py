"""Runs commands, measures whole processes, and scores pictures."""

import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import time


class Run:
    """Seconds of processor and clock, MiB at the most, and the bytes that came out."""

    def __init__(self, cpu, wall, peak):
        self.cpu, self.wall, self.peak, self.made = cpu, wall, peak, 0


def spawn(command, log):
    return subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log,
                            stderr=subprocess.STDOUT)


def run(*commands, parallel=False, log="/dev/null"):
    """Run the commands one after the other, or side by side; CPU is added up."""
    cpu, peak, begin, waiting = 0, 0, time.monotonic(), []
    with open(log, "wb") as out:
        for command in commands:
            waiting.append((command, spawn(command, out)))
            if parallel and len(waiting) < len(commands):
                continue
            for done, process in waiting:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                if process.returncode:
                    raise SystemExit(f"failed: {' '.join(map(str, done))}; see {log}")
                cpu += usage.ru_utime + usage.ru_stime
                peak = max(peak, usage.ru_maxrss / 1024)
            waiting = []
    return Run(cpu, time.monotonic() - begin, peak)


def median(values):
    return statistics.median(values)


def interleave(contestants, rounds):
    """Run all once, then all again …; return the runs of each, round by round."""
    runs = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, go in contestants.items():
            runs[name].append(go())
    return runs


def ratio(runs, name, other, what):
    """The median of the ratios of runs that stood beside each other."""
    return median(getattr(a, what) / getattr(b, what)
                  for a, b in zip(runs[name], runs[other]))


FFMPEG = ("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-y")


def decibel(share):
    return -10 * math.log10(share) if share > 0 else 100.0


# Both films by the numbers of their frames: times are rounded in one of them.
FRAMES = "settb=1/90000,setpts=N*3000"


def has_vmaf(ffmpeg):
    if not os.access(ffmpeg, os.X_OK):
        return False
    found = subprocess.run([ffmpeg, "-hide_banner", "-filters"], capture_output=True, text=True)
    return found.returncode == 0 and " libvmaf " in found.stdout


def vmaf(judge, film, reference, work):
    """The mean of VMAF's NEG model over all frames."""
    log = work / "vmaf.log"
    subprocess.run([judge, *FFMPEG[1:], "-i", str(film), "-i", str(reference), "-filter_complex",
                    f"[0:v]{FRAMES}[a];[1:v]{FRAMES}[x];[a][x]libvmaf="
                    f"model=version=vmaf_v0.6.1neg:n_threads={os.cpu_count()}:"
                    f"log_fmt=json:log_path={log}", "-f", "null", "-"],
                   check=True, stderr=subprocess.DEVNULL)
    return json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"]


class Score:
    """PSNR and SSIM of the luma over the whole clip, and the worst twentieth of its frames.
    NEG-VMAF, too, where somebody judges it."""

    def __init__(self, film, reference, work, judge=None):
        self.neg = vmaf(judge, film, reference, work) if judge else None
        whole = ("-fps_mode", "passthrough", "-enc_time_base", "1:90000")
        ssim, psnr = work / "ssim.log", work / "psnr.log"
        subprocess.run([*FFMPEG, "-i", str(film), "-i", str(reference), "-filter_complex",
                        f"[0:v]{FRAMES},split[a][b];[1:v]{FRAMES},split[x][y];"
                        f"[a][x]ssim=stats_file={ssim}[s];[b][y]psnr=stats_file={psnr}[p]",
                        "-map", "[s]", *whole, "-f", "null", "-",
                        "-map", "[p]", *whole, "-f", "null", "-"],
                       check=True)
        frames = [float(value) for value in re.findall(r" Y:([\d.]+)", ssim.read_text())]
        errors = [float(value) for value in re.findall(r"mse_y:([\d.]+)", psnr.read_text())]
        self.frames = len(frames)
        self.psnr = decibel(sum(errors) / len(errors) / 255 ** 2)
        self.ssim = decibel(1 - sum(frames) / len(frames))
        self.worst = decibel(1 - sorted(frames)[len(frames) // 20])


def video_bytes(film):
    """The bytes of the pictures, without what the container adds."""
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
                           "packet=size", "-of", "csv=p=0", str(film)],
                          capture_output=True, text=True, check=True)
    return sum(int(line.strip(",")) for line in done.stdout.split())


def files_bytes(folder):
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file())
