"""Reading media files back with ffprobe, which shares no code with mockets' own way of probing."""

import functools
import json
import os
import pathlib
import re
import subprocess

CLIP = os.environ["MOCKETS_CLIP"]


def make_clip(path, *options):
    """Generate a clip at exactly this path; the container is mp4 unless the name says otherwise."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path if path.suffix else path.with_name(path.name + ".mp4")
    subprocess.run([CLIP, made, *map(str, options)], check=True, timeout=120)
    if made != path:
        made.rename(path)
    return path


def probe(path, *options):
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *options, str(path)],
        check=True, capture_output=True, text=True, timeout=120,
    )
    return json.loads(done.stdout)


def read_once(read):
    """What is read from a file, once for all who ask for it while the file stays as it is."""
    @functools.lru_cache(maxsize=256)
    def remembered(_identity, path, *more):
        return read(path, *more)

    @functools.wraps(read)
    def ask(path, *more):
        now = os.stat(path)
        return remembered((now.st_ino, now.st_size, now.st_mtime_ns), path, *more)
    return ask


@read_once
def everything(path):
    """Format, streams and packets of a file."""
    return probe(path, "-show_format", "-show_streams", "-show_packets")


def streams(path):
    """{"video": stream, "audio": stream} of a file, the first of each."""
    found = {}
    for stream in everything(path)["streams"]:
        found.setdefault(stream["codec_type"], stream)
    return found


def duration(path):
    return float(everything(path)["format"]["duration"])


def packets(path, kind):
    """Packets of the first video or audio stream: pts, dts, duration (s), key, size and place in
    the file (bytes).

    A program stream does not stamp every packet: pts and dts are NaN there."""
    stream = streams(path).get(kind)
    return [
        {
            "pts": float(p.get("pts_time", "nan")),
            "dts": float(p.get("dts_time", "nan")),
            "duration": float(p.get("duration_time", 0)),
            "key": p["flags"].startswith("K"),
            "size": int(p["size"]),
            "pos": int(p.get("pos", -1)),
        }
        for p in everything(path).get("packets", [])
        if stream and p["stream_index"] == stream["index"]
    ]


def key_flags(path):
    """Whether it is a key frame, of every frame in the order of presentation."""
    found = probe(path, "-select_streams", "v:0", "-show_entries", "frame=key_frame")["frames"]
    return [frame["key_frame"] == 1 for frame in found if "key_frame" in frame]


def decodes(*paths):
    """Every frame of film and sound of all of them decodes without a complaint."""
    inputs = [part for path in paths for part in ("-i", str(path))]
    maps = [part for i in range(len(paths)) for kind in "va" for part in ("-map", f"{i}:{kind}?")]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-xerror", *inputs, *maps, "-f", "null", "-"],
        capture_output=True, text=True, timeout=300,
    )
    return done.returncode == 0 and not done.stderr, done.stderr


def master_variants(path):
    """[(attributes, uri)] of an HLS master playlist."""
    lines = pathlib.Path(path).read_text().splitlines()
    found = []
    for line, following in zip(lines, lines[1:]):
        if line.startswith("#EXT-X-STREAM-INF:"):
            pairs = re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', line.split(":", 1)[1])
            found.append(({name: value.strip('"') for name, value in pairs}, following))
    return found


def media_segments(path):
    """[(seconds, uri)] of an HLS media playlist."""
    lines = pathlib.Path(path).read_text().splitlines()
    return [
        (float(line.split(":")[1].rstrip(",")), following)
        for line, following in zip(lines, lines[1:])
        if line.startswith("#EXTINF:")
    ]


def sps(path):
    """(profile_idc, constraint byte, level_idc) of the first SPS of an H.264 file or segment."""
    annex_b = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-c:v", "copy", "-an", "-frames:v", "1",
         "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-"],
        check=True, capture_output=True, timeout=60,
    ).stdout
    at = re.search(rb"\x00\x00\x01[\x07\x27\x47\x67]", annex_b).end()
    return tuple(annex_b[at : at + 3])


def h264_headers(*paths):
    """What the headers of each film say, {field: the largest of its values} with "packets", how
    many there are."""
    inputs = [part for path in paths for part in ("-i", str(path))]
    maps = [part for i in range(len(paths)) for part in ("-map", f"{i}:v:0")]
    told = subprocess.run(
        ["ffmpeg", "-v", "info", "-nostats", *inputs, *maps, "-c", "copy", "-bsf:v",
         "trace_headers", "-f", "null", "-"],
        check=True, capture_output=True, text=True, timeout=120).stderr
    found = {}  # by who tells it, in the order of the films
    for who, packet, field, value in re.findall(
            r"^\[trace_headers @ (\w+)\] (?:(Packet):|\d+ +(\w+) +[01]+ = (-?\d+)$)", told,
            re.MULTILINE):
        headers = found.setdefault(who, {"packets": 0})
        if packet:
            headers["packets"] += 1
        else:
            headers[field] = max(int(value), headers.get(field, int(value)))
    assert len(found) == len(paths), told[-2000:]
    assert all("entropy_coding_mode_flag" in headers for headers in found.values()), told[-2000:]
    return list(found.values())
