"""The ladder: 720p, 480p and 360p HLS of a 1080p film, and everything that can make it."""

import json
import shutil
import subprocess
import sys

from measure import (FFMPEG, Run, Score, files_bytes, has_vmaf, interleave, median, ratio, run,
                     video_bytes)

# name, width, height, kbit/s, peak, buffer
RUNGS = (("720p", 1280, 720, 2400, 2568, 3600), ("480p", 854, 480, 1200, 1284, 1800),
         ("360p", 640, 360, 700, 749, 1050))
TOP = ("1080p", 1920, 1080, 4800, 5136, 7200)  # for films of one rendition
SEGMENT_S = 3
# A pyramid of B frames needs four; x264 makes one, so the same settings must be allowed one.
PINNED_REFERENCES = 4


def preset(rung, rate, references):
    """The body of CreatePreset that asks for this rung."""
    name, width, height, kbps, peak, buffer = rung
    return {
        "Name": f"bench {name}", "Container": "ts",
        "Video": {"Codec": "H.264", "CodecOptions": {
            "Profile": "high", "Level": "4", "MaxReferenceFrames": str(references), "MaxBitRate": str(peak),
            "BufferSize": str(buffer)},
            "KeyframesMaxDist": str(SEGMENT_S * rate), "FixedGOP": "true", "BitRate": str(kbps),
            "FrameRate": "auto", "MaxFrameRate": "30", "MaxWidth": str(width),
            "MaxHeight": str(height), "SizingPolicy": "Stretch", "PaddingPolicy": "NoPad",
            "DisplayAspectRatio": "auto"},
        "Audio": {"Codec": "AAC", "SampleRate": "48000", "BitRate": "128", "Channels": "2",
                  "CodecOptions": {"Profile": "AAC-LC"}},
        "Thumbnails": {"Format": "png", "Interval": "60", "MaxWidth": "192", "MaxHeight": "108",
                       "SizingPolicy": "Fit", "PaddingPolicy": "NoPad"},
    }


def job(key, rungs):
    """The body of CreateJob, as bench-job takes it."""
    names = [rung[0] for rung in rungs]
    return {"Inputs": [{"Key": key}], "OutputKeyPrefix": "#/",
            "Outputs": [{"Key": name, "PresetId": f"@{i}", "SegmentDuration": str(SEGMENT_S)}
                        for i, name in enumerate(names)],
            "Playlists": [{"Name": "master", "Format": "HLSv3", "OutputKeys": names}]}


class Ladder:
    def __init__(self, build, work, film, rate, rungs=RUNGS):
        self.build, self.film, self.rate, self.rungs = build, film, rate, rungs
        self.work = work / "-".join((film.stem, *(rung[0] for rung in rungs)))
        self.work.mkdir(parents=True, exist_ok=True)
        for name, references in (("presets", 3), ("pinned-presets", PINNED_REFERENCES)):
            (self.work / name).write_text(
                "".join(json.dumps(preset(rung, rate, references)) + "\n" for rung in rungs))
        (self.work / "job").write_text(json.dumps(job(film.name, rungs)))

    def empty(self, name):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    # ---- contestants: each returns a Run, and leaves its films for the score ----

    def make(self, out, *commands, parallel=False, log):
        done = run(*commands, parallel=parallel, log=self.work / log)
        done.made = files_bytes(out)
        return done

    def mockets(self, speed="balanced", pinned=None):
        out = self.empty(f"mockets-{pinned or speed}")
        return self.make(
            out, [self.build / "tests/bench/bench-job", self.empty("data"), self.film.parent,
                  out, speed, pinned or "-",
                  self.work / ("pinned-presets" if pinned else "presets"), self.work / "job"],
            log="mockets.log")

    def server(self, speed="balanced"):
        """The same job over HTTP; the server's start is part of the bill."""
        out, data = self.empty(f"server-{speed}"), self.empty("data")
        return self.make(
            out, [sys.executable, "-B", __file__, self.build / "mockets", data,
                  self.film.parent, out, speed, self.work / "presets", self.work / "job"],
            log="server.log")

    def encoder(self, i, rung, speed):
        _, _, _, kbps, peak, buffer = rung
        gop = str(SEGMENT_S * self.rate)
        return [f"-b:v:{i}", f"{kbps}k", f"-maxrate:v:{i}", f"{peak}k", f"-bufsize:v:{i}",
                f"{buffer}k", "-preset", speed, "-g", gop, "-keyint_min", gop,
                "-sc_threshold", "0", "-pix_fmt", "yuv420p"]

    SOUND = ("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2")
    HLS = ("-f", "hls", "-hls_time", str(SEGMENT_S), "-hls_playlist_type", "vod")

    def ffmpeg(self, speed):
        """One command: split, scale, an output for each rung."""
        out = self.empty(f"ffmpeg-{speed}")
        split = f"[0:v]split={len(self.rungs)}" + "".join(f"[i{i}]" for i in range(len(self.rungs)))
        scale = ";".join(f"[i{i}]scale={rung[1]}:{rung[2]}[v{i}]"
                         for i, rung in enumerate(self.rungs))
        command = [*FFMPEG, "-i", self.film, "-filter_complex", f"{split};{scale}"]
        for i, rung in enumerate(self.rungs):
            command += ["-map", f"[v{i}]", "-map", "0:a:0"]
        command += ["-c:v", "libx264"]
        for i, rung in enumerate(self.rungs):
            command += self.encoder(i, rung, speed)
        command += [*self.SOUND, *self.HLS, "-master_pl_name", "master.m3u8", "-var_stream_map",
                    " ".join(f"v:{i},a:{i}" for i in range(len(self.rungs))),
                    "-hls_segment_filename", out / "%v_%05d.ts", out / "%v.m3u8"]
        return self.make(out, command, log="ffmpeg.log")

    def seed(self, speed, parallel):
        """One process for each output."""
        out = self.empty(f"seed-{speed}-{parallel}")
        return self.make(
            out, *([*FFMPEG, "-i", self.film, "-vf", f"scale={rung[1]}:{rung[2]}", "-c:v",
                    "libx264", *self.encoder(0, rung, speed), *self.SOUND, *self.HLS,
                    out / f"{i}.m3u8"] for i, rung in enumerate(self.rungs)),
            parallel=parallel, log="seed.log")

    def limit(self, speed):
        """What cannot be less: each part alone, on one thread, added up."""
        null = ("-f", "null", "-")
        one = ("-threads", "1", "-filter_threads", "1")
        decode = run([*FFMPEG, "-threads", "1", "-i", self.film, "-map", "0:v", *null])
        parts = [decode]
        raw = run([*FFMPEG, *one, "-i", self.reference(self.rungs[0]), *null])
        for i, rung in enumerate(self.rungs):
            scaled = run([*FFMPEG, "-threads", "1", "-i", self.film, "-map", "0:v", *one[2:],
                          "-vf", f"zscale={rung[1]}:{rung[2]}:filter=bicubic:param_a=0:param_b=0.6",
                          *null])
            parts.append(Run(scaled.cpu - decode.cpu, 0, 0))
            read = run([*FFMPEG, *one, "-i", self.reference(rung), *null])
            encoded = run([*FFMPEG, "-i", self.reference(rung), "-c:v", "libx264", *one[:2],
                           *self.encoder(0, rung, speed), *null])
            parts.append(Run(encoded.cpu - read.cpu, 0, 0))
        parts.append(run([*FFMPEG, "-i", self.film, "-map", "0:a:0", *self.SOUND, *null]))
        return Run(sum(part.cpu for part in parts), 0, 0)

    # ---- quality ----

    def reference(self, rung):
        """The source at this size, scaled by swscale: nothing of the contestants' own path but
        ffmpeg's."""
        path = self.work / f"{rung[0]}.y4m"
        if not path.exists():
            run([*FFMPEG, "-i", self.film, "-map", "0:v", "-vf",
                 f"scale={rung[1]}:{rung[2]}:flags=bicubic+accurate_rnd", "-pix_fmt", "yuv420p",
                 path])
        return path

    def films(self, name):
        """The renditions that a contestant left, in the order of the rungs."""
        folder = self.work / name
        if name.startswith(("mockets", "server")):
            return [folder / "0" / f"{rung[0]}.m3u8" for rung in self.rungs]
        return [folder / f"{i}.m3u8" for i in range(len(self.rungs))]

    def score(self, name):
        judges = filter(has_vmaf, (self.film.parent / "judge", shutil.which("ffmpeg")))
        judge, rows = next(judges, None), []
        for rung, film in zip(self.rungs, self.films(name)):
            score = Score(film, self.reference(rung), self.work, judge)
            score.kbps = video_bytes(film) * 8 / 1000 / (score.frames / self.rate)
            rows.append(score)
        return rows


def serve():
    """The client of the contestant "mockets through the server"."""
    import os
    import urllib.request
    program, data, films, out, speed, presets, body = sys.argv[1:]
    server = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--data", data,
                               "--bucket", f"input={films}", "--bucket", f"output={out}",
                               "--speed", speed, "--log-level", "error"],
                              stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().split()[-1]

    def call(path, content=None):
        request = urllib.request.Request(f"{url}{path}", content and content.encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    with open(presets) as lines:
        ids = [call("/2012-09-25/presets", line)["Preset"]["Id"] for line in lines]
    with open(body) as file:
        text = file.read().replace("#", "0")
    for i, preset_id in enumerate(ids):
        text = text.replace(f"@{i}", preset_id)
    made = call("/2012-09-25/jobs", text)["Job"]["Id"]
    import time
    while call(f"/2012-09-25/jobs/{made}")["Job"]["Status"] in ("Submitted", "Progressing"):
        time.sleep(0.05)
    state = call(f"/2012-09-25/jobs/{made}")["Job"]["Status"]
    server.terminate()
    server.wait()
    os._exit(state != "Complete")


if __name__ == "__main__":
    serve()
