"""Makes pictures for tests, and measures those that were made."""

import functools
import pathlib
import struct
import subprocess
import zlib


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def make_png(path, width, height, pixel):
    """Write an RGBA PNG; pixel is one colour (r, g, b, a), or a function of x and y."""
    at = pixel if callable(pixel) else lambda x, y: pixel
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = b"".join(
        b"\0" + b"".join(bytes(at(x, y)) for x in range(width)) for y in range(height)
    )
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )
    return path


def ffmpeg(*arguments):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)],
                          check=True, capture_output=True, timeout=120).stdout


def make_jpg(path, width, height, colour):
    """Write a JPEG of one colour, "0xRRGGBB"."""
    ffmpeg("-f", "lavfi", "-i", f"color={colour}:s={width}x{height},format=yuvj444p",
           "-frames:v", 1, "-q:v", 1, "-f", "mjpeg", path)
    return path


class Picture:
    """One frame of a file as ffmpeg decodes it: 8-bit RGB, and luma as it is stored; width and
    height are those that it must have."""

    def __init__(self, path, width=None, height=None, seconds=0, stream="0:v:0", matrix=None):
        self._source = ["-ss", seconds] if seconds else []  # art has no time to seek to
        self._source += ["-i", path, "-map", stream, "-frames:v", 1]
        scale = "scale=flags=neighbor+full_chroma_int+accurate_rnd"
        if matrix:
            scale += f":in_color_matrix={matrix}"
        made = ffmpeg(*self._source, "-vf", scale, "-f", "image2pipe", "-c:v", "ppm", "-pix_fmt",
                      "rgb24", "-")
        _, size, _, self._rgb = made.split(b"\n", 3)
        self.width, self.height = map(int, size.split())
        assert (width or self.width, height or self.height) == (self.width, self.height), (
            path, size)

    def at(self, x, y):
        return tuple(self._rgb[3 * (y * self.width + x):][:3])

    @functools.cached_property
    def _luma(self):
        return ffmpeg(*self._source, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")

    def y(self, x, y):
        return self._luma[y * self.width + x]
