"""Pictures of known content, and looking at pixels; ffmpeg's own program makes and reads them."""

import os
import re
import subprocess

from pictures import Picture

LUMA = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}  # weights of red and blue
TAGS = {"bt601": "smpte170m", "bt709": "bt709", "rgb": "gbr", None: "unknown"}

# Red, green, blue of eight patches, two rows of four; within what video range can hold.
PATCHES = [(190, 40, 50), (45, 180, 60), (50, 60, 190), (180, 170, 40),
           (60, 170, 180), (170, 60, 160), (235, 235, 235), (30, 30, 30)]


# All rows of a matrix cost much, and a sanitizer finds in some what it finds in all.
THOROUGH = not os.environ.get("MOCKETS_SANITIZE")


def some(rows):
    """All of them, or every third under a sanitizer."""
    return list(rows) if THOROUGH else list(rows)[::3]


def ffmpeg(*arguments, data=None):
    """Run ffmpeg; what it writes to its standard output."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin" if data is None else "-y", "-y",
                           *map(str, arguments)], input=data, capture_output=True, timeout=300)
    if done.returncode:
        raise AssertionError(f"ffmpeg {arguments}: {done.stderr.decode()}")
    return done.stdout


def natural(path, size="1280x720", rate=30, seconds=2, codec=("-c:v", "libx264", "-qp", 4)):
    """A film with the statistics of a photograph: detail at every scale, a slow pan, some grain."""
    layers = [(12, 7, 90, 50), (48, 27, 60, 24), (192, 108, 26, 10), (768, 432, 10, 3)]
    made = "".join(
        f"color=gray:s={w}x{h}:d=1:r=1,format=yuv444p,"
        f"noise=c0s={luma}:c1s={chroma}:c2s={chroma}:all_seed={w},"
        f"scale=1600:900:flags=bicubic[l{i}];"
        for i, (w, h, luma, chroma) in enumerate(layers))
    mix = ("[l0][l1][l2][l3]mix=inputs=4,eq=contrast=2,loop=-1:1,"
           f"fps={rate},crop=1280:720:x='t*40':y='t*12',scale={size},noise=c0s=2:c0f=t,"
           "format=yuv420p,setsar=1")
    ffmpeg("-f", "lavfi", "-i", made + mix, "-t", seconds, "-preset", "veryfast", *codec, path)
    return path


def ssim(source, made):
    """Likeness of films, [(path, filters)], to their source put through these filters; 1 is the
    same."""
    inputs = [part for path, _ in made for part in ("-i", path)]
    graph = f"[{len(made)}:v]split={len(made)}" + "".join(f"[s{i}]" for i in range(len(made)))
    same = "format=yuv420p,settb=1/1000,setpts=N"
    for i, (_, filters) in enumerate(made):
        graph += (f";[s{i}]{filters},{same}[b{i}];[{i}:v]{same}[a{i}];"
                  f"[a{i}][b{i}]ssim=shortest=1[o{i}]")
    outputs = [part for i in range(len(made)) for part in ("-map", f"[o{i}]", "-f", "null", "-")]
    log = subprocess.run(["ffmpeg", "-hide_banner", "-nostdin", *inputs, "-i", source,
                          "-filter_complex", graph, *outputs],
                         capture_output=True, text=True, timeout=300)
    if log.returncode:
        raise AssertionError(log.stderr)
    found = sorted((int(number), float(likeness)) for number, likeness in
                   re.findall(r"\[Parsed_ssim_(\d+) @ .*All:([\d.]+)", log.stderr))
    assert len(found) == len(made), log.stderr[-2000:]
    return [likeness for _, likeness in found]


def to_yuv(rgb, matrix, full=False, depth=8):
    """One colour, as floats."""
    red, blue = LUMA[matrix]
    r, g, b = (part / 255 for part in rgb)
    y = red * r + (1 - red - blue) * g + blue * b
    u, v = (b - y) / 2 / (1 - blue), (r - y) / 2 / (1 - red)
    scale = 1 << (depth - 8)
    if full:
        most = (1 << depth) - 1
        return y * most, u * most + 128 * scale, v * most + 128 * scale
    return (16 + 219 * y) * scale, (128 + 224 * u) * scale, (128 + 224 * v) * scale


def to_rgb(yuv, matrix, full=False):
    """The way back, of 8 bits."""
    red, blue = LUMA[matrix]
    y, u, v = yuv
    if full:
        y, u, v = y / 255, (u - 128) / 255, (v - 128) / 255
    else:
        y, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    r, b = y + 2 * (1 - red) * v, y + 2 * (1 - blue) * u
    g = (y - red * r - blue * b) / (1 - red - blue)
    return tuple(255 * part for part in (r, g, b))


def patches(path, matrix, *, tag=True, full=False, layout="420", depth=8, size=(256, 144)):
    """A film of the PATCHES, lossless; matrix "rgb": without any."""
    width, height = size
    planes = []
    for plane in range(3):
        coarse_x = plane and layout in ("420", "422") and matrix != "rgb"
        coarse_y = plane and layout == "420" and matrix != "rgb"
        across, down = width // (1 + bool(coarse_x)), height // (1 + bool(coarse_y))
        stored_patches = [
            round(patch[(1, 2, 0)[plane]] if matrix == "rgb"
                  else to_yuv(patch, matrix, full, depth)[plane])
            .to_bytes(2 if depth > 8 else 1, "little") for patch in PATCHES]
        for y in range(down):
            row = stored_patches[y * 2 // down * 4:][:4]
            planes += (row[x * 4 // across] for x in range(across))
    pixels = "gbrp" if matrix == "rgb" else f"yuv{layout}p" + (f"{depth}le" if depth > 8 else "")
    ffmpeg("-f", "rawvideo", "-pix_fmt", pixels, "-s", f"{width}x{height}", "-r", 25, "-i", "-",
           "-vf", f"loop=24:1,setparams=range={'pc' if full or matrix == 'rgb' else 'tv'}"
           f":colorspace={TAGS[matrix if tag else None]}",
           "-c:v", "ffv1", path, data=b"".join(planes))
    return path


def frames(path, pixels, filters="null", many=None):
    """Decoded frames as they are stored: (width, height, [bytes]) in yuv420p or yuvj420p."""
    limit = ("-frames:v", many) if many else ()
    data = ffmpeg("-i", path, "-map", "0:v:0", "-vf", filters, "-pix_fmt", pixels, *limit,
                  "-vsync", "passthrough", "-strict", -1, "-f", "yuv4mpegpipe", "-")
    line = data.index(b"\n") + 1
    width, height = (int(word[1:]) for word in data[:line].split()[1:3])
    data, step, head = data[line:], width * height * 3 // 2, len(b"FRAME\n")
    return width, height, [data[at + head:at + head + step]
                           for at in range(0, len(data), head + step)]


def stored(matrix, full=False, depth=8, **_):
    """The PATCHES as patches() stores them: in whole numbers."""
    if matrix == "rgb":
        return PATCHES
    scale = 1 << (depth - 8)
    return [to_rgb([round(part) / scale for part in to_yuv(patch, matrix, full, depth)], matrix,
                   full) for patch in PATCHES]


def middles(width, height):
    """Of every patch."""
    return [(width * (2 * (i % 4) + 1) // 8, height * (2 * (i // 4) + 1) // 4) for i in range(8)]


def patch_colours(path, matrix, full=False):
    """Red, green, blue in the middle of every patch; of a 4:2:0 film, or matrix "rgb" of a PNG."""
    if matrix == "rgb":
        picture = Picture(path)
        return [picture.at(x, y) for x, y in middles(picture.width, picture.height)]
    width, height, (data,) = frames(path, "yuvj420p" if full else "yuv420p", many=1)
    found = []
    for x, y in middles(width, height):
        chroma = width * height + y // 2 * (width // 2) + x // 2
        yuv = data[y * width + x], data[chroma], data[chroma + width * height // 4]
        found.append(to_rgb(yuv, matrix, full))
    return found


def clock(path, rate, seconds, *, size="192x144", filters="null", codec=("-c:v", "ffv1")):
    """A film whose brightness is its time: luma 20 at 0, 50 more each second (4 s at most)."""
    ffmpeg("-f", "lavfi", "-i",
           f"nullsrc=s={size}:r={rate}:d={seconds},format=gray,geq=lum='20+50*T',"
           f"setparams=range=tv,format=yuv420p,{filters}", *codec, path)
    return path


def moments(path, filters="null"):
    """What time the frames of such a film show, in seconds."""
    width, height, found = frames(path, "yuv420p", filters)
    planes = [frame[:width * height:7] for frame in found]
    return [(sum(plane) / len(plane) - 20) / 50 for plane in planes]
