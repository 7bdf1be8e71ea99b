"""Inputs that are broken, odd or hostile, made with ffmpeg or byte by byte."""

import functools
import pathlib
import random
import struct
import subprocess

PICTURE = "testsrc2=size=160x120:rate=25:duration=2"
SOUND = "sine=frequency=440:sample_rate=44100:duration=2"
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "64k")


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True,
                   timeout=120)


def film(path, *options, picture=PICTURE, sound=SOUND):
    """A film of two seconds; options come last and win."""
    sources = ["-f", "lavfi", "-i", picture] + (["-f", "lavfi", "-i", sound] if sound else [])
    ffmpeg(*sources, *H264, *(AAC if sound else ()), *options, path)
    return path


@functools.lru_cache(maxsize=None)
def film_bytes(folder, ending, *options, **sources):
    path = pathlib.Path(folder) / ("base" + ending)
    film(path, *options, **sources)
    data = path.read_bytes()
    path.unlink()
    return data


# MP4, box by box: a tree of [name, bytes or children].

HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts")


def parse_boxes(data):
    boxes, at = [], 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + size]
        boxes.append([name, parse_boxes(body) if name in HOLDERS else body])
        at += size
    return boxes


def pack_boxes(boxes):
    def pack(name, body):
        body = body if isinstance(body, bytes) else pack_boxes(body)
        return struct.pack(">I4s", len(body) + 8, name) + body
    return b"".join(pack(*box) for box in boxes)


def find_box(boxes, *path):
    for name, body in boxes:
        if name == path[0]:
            return body if len(path) == 1 else find_box(body, *path[1:])
    raise KeyError(path)


def set_box(boxes, path, body):
    """Replace a box, or add it in front of its brothers."""
    holder = find_box(boxes, *path[:-1]) if path[:-1] else boxes
    for box in holder:
        if box[0] == path[-1]:
            box[1] = body
            return
    holder.insert(1, [path[-1], body])


def edit_list(*edits):
    """Edits are (length in 1/1000 s, media time, rate)."""
    return [[b"elst", struct.pack(">II", 0, len(edits)) +
             b"".join(struct.pack(">IiI", length, time, rate) for length, time, rate in edits)]]


def mp4_with(data, change):
    boxes = parse_boxes(data)
    change(boxes)
    return pack_boxes(boxes)


def many_traks(count):
    def change(boxes):
        moov = find_box(boxes, b"moov")
        trak = next(box for box in moov if box[0] == b"trak")
        moov.extend([trak] * count)
    return change


# Matroska

def ebml(number, body):
    return bytes.fromhex(number) + struct.pack(">Q", len(body) | 1 << 56) + body


def matroska(*elements):
    head = ebml("1a45dfa3", ebml("4282", b"matroska") + ebml("4287", b"\x04") +
                ebml("4285", b"\x02"))
    return head + ebml("18538067", ebml("1549a966", ebml("2ad7b1", b"\x0f\x42\x40")) +
                       b"".join(elements))


def matroska_track(number, kind, codec, more=b""):
    return ebml("ae", ebml("d7", struct.pack(">I", number)) + ebml("73c5", struct.pack(">I", number)) +
                ebml("83", bytes([kind])) + ebml("86", codec) + more)


def matroska_picture(number, codec, width, height):
    return matroska_track(number, 1, codec, ebml("e0", ebml("b0", struct.pack(">I", width)) +
                                                 ebml("ba", struct.pack(">I", height))))


def matroska_block(number, millis, data):
    return ebml("1f43b675", ebml("e7", struct.pack(">Q", millis)) +
                ebml("a3", bytes([0x80 | number]) + b"\0\0\x80" + data))


# MPEG transport streams

def crc_mpeg(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04c11db7 if crc & 0x80000000 else 0)) & 0xffffffff
    return struct.pack(">I", crc)


def ts_section(pid, table, number, body):
    """A section in packets of its own."""
    section = struct.pack(">BHHBBB", table, 0xb000 | len(body) + 9, number, 0xc1, 0, 0) + body
    data = b"\0" + section + crc_mpeg(section)
    packets = b""
    for i in range(0, len(data), 184):
        packets += struct.pack(">BHB", 0x47, (0 if i else 0x4000) | pid, 0x10 | i // 184 % 16)
        packets += data[i:i + 184].ljust(184, b"\xff")
    return packets


def many_programs(programs, streams):
    """A stream that announces so many programs with so many streams each, of H.264 and AAC."""
    pat = b"".join(struct.pack(">HH", n + 1, 0xe000 | 32 + n) for n in range(programs))
    data = ts_section(0, 0, 1, pat)
    for n in range(programs):
        pid = 32 + programs + n * streams
        entries = b"".join(struct.pack(">BHH", 0x1b if i % 2 else 0x0f, 0xe000 | pid + i, 0xf000)
                           for i in range(streams))
        data += ts_section(32 + n, 2, n + 1, struct.pack(">HH", 0xe000 | pid, 0xf000) + entries)
    for pid in range(32 + programs, 32 + programs + programs * streams):
        pes = b"\0\0\1\xe0\0\0\x80\x80\x05\x21\0\1\0\1" + b"\0\0\0\1\x09\xf0"
        data += struct.pack(">BHB", 0x47, 0x4000 | pid, 0x10) + pes.ljust(184, b"\xff")
    return data


# Damage

def flip(data, seed, count, begin=0):
    """Turn over some bits, the same ones for a seed."""
    chance, out = random.Random(seed), bytearray(data)
    for _ in range(count):
        out[chance.randrange(begin, len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def noise(seed, size):
    return random.Random(seed).randbytes(size)


def mutate(data, seed):
    """Damage as files come by it, and as it is thought up: the same for a seed."""
    chance, out = random.Random(seed), bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not out:
            break
        at, length = chance.randrange(len(out)), chance.choice((1, 2, 4, 8, 64, 1024))
        if chance.random() < 0.6:  # heads and indices are small, and most sensitive
            at = chance.randrange(min(len(out), 3000)) - chance.choice((0, 3000)) % len(out)
            at %= len(out)
        kind = chance.randrange(8)
        if kind == 0:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at:at + length] = chance.randbytes(min(length, len(out) - at))
        elif kind == 2:
            out[at:at + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff",
                                            b"\x80\0\0\0", b"\0\0\0\1", b"\1\0\0\0"))
        elif kind == 3:
            del out[at:at + length]
        elif kind == 4:
            out[at:at] = out[at:at + length]
        elif kind == 5:
            other = chance.randrange(len(out))
            out[at:at + length] = out[other:other + length]
        elif kind == 6:
            out[at:at + length] = bytes(min(length, len(out) - at))
        else:
            del out[max(at, 16):]
    return bytes(out)
