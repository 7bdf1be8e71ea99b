"""Making caption files, and reading captions back with ffmpeg, which wrote none of them."""

import re
import subprocess

CUES = [(1.0, 2.5, "Good morning."), (3.0, 4.2, "Über & <under>\nis fine"), (4.2, 5.5, "The end ♪")]


def clock(seconds, point=","):
    millis = round(seconds * 1000)
    return "%02d:%02d:%02d%s%03d" % (
        millis // 3600000, millis // 60000 % 60, millis // 1000 % 60, point, millis % 1000)


def srt(cues=CUES):
    return "".join(
        f"{i}\n{clock(start)} --> {clock(end)}\n{text}\n\n"
        for i, (start, end, text) in enumerate(cues, 1))


def webvtt(cues=CUES):
    escaped = [(s, e, t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
               for s, e, t in cues]
    return "WEBVTT\n\n" + "\n".join(
        f"{clock(start, '.')} --> {clock(end, '.')} line:90%\n{text}\n"
        for start, end, text in escaped)


def parse_srt(text):
    """[(start, end, text)] of SubRip."""
    cues = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        if len(lines) < 3:
            continue
        times = [sum(float(part) * 60 ** i for i, part in enumerate(reversed(t.split(":"))))
                 for t in lines[1].replace(",", ".").split(" --> ")]
        words = re.sub(r"</?(font|[biu])\b[^>]*>|\{\\[^}]*\}", "", "\n".join(lines[2:])).replace("\\h", " ")
        cues.append((times[0], times[1], "\n".join(line.strip() for line in words.splitlines())))
    return cues


def read(path, *options, stream="0:s:0"):
    """The cues that ffmpeg finds in a file."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", *options, "-i", str(path), "-map", stream, "-f", "srt", "-"],
        check=True, capture_output=True, timeout=120)
    return parse_srt(done.stdout.decode())


def read_frames(path):
    """The cues of line 21 in the frames of a film."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"movie={path}[out+subcc]", "-map", "0:s",
         "-f", "srt", "-"], check=True, capture_output=True, timeout=120)
    return parse_srt(done.stdout.decode())
