"""
A Smooth Streaming server of the smallest kind: what a client asks for is looked up in the .ism,
and in the boxes of the file that it names.
"""

import http.server
import pathlib
import re
import struct
import threading
import urllib.parse
import xml.etree.ElementTree as ElementTree

SMIL = "{http://www.w3.org/2001/SMIL20/Language}"
ASKED = re.compile(r"^/(?P<name>.+)\.ism/(Manifest|QualityLevels\((?P<rate>\d+)\)/"
                   r"Fragments\((?P<track>\w+)=(?P<time>\d+)\))$")


def boxes(data, start=0, end=None):
    """(type, where its content begins, where it ends) of the boxes of data, one level deep."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > end:
            raise ValueError("a box of %d bytes at %d" % (size, start))
        yield kind.decode(), start + 8, start + size
        start += size


def fragment_times(data):
    """{track: {time: offset}} of the tfra boxes."""
    found = {}
    mfra = len(data) - struct.unpack(">I", data[-4:])[0]
    for kind, at, _ in boxes(data, mfra + 8, len(data)):
        if kind != "tfra":
            continue
        version, track, lengths, count = struct.unpack_from(">B3xIII", data, at)
        if version != 1 or lengths:
            raise ValueError("a tfra of another form")
        entries = [struct.unpack_from(">QQBBB", data, at + 16 + 19 * i) for i in range(count)]
        found[track] = {entry[0]: entry[1] for entry in entries}
    return found


def tracks(path):
    """{(trackName, systemBitrate): (file, track id)} of an .ism."""
    found = {}
    for element in ElementTree.parse(path).getroot().iter():
        if element.tag not in (SMIL + "video", SMIL + "audio"):
            continue
        params = {param.get("name"): param.get("value") for param in element}
        found[params["trackName"], int(element.get("systemBitrate"))] = (
            path.parent / element.get("src"), int(params["trackID"]))
    return found


def fragment(path, track, rate, time):
    """The bytes of one fragment: a moof and its mdat."""
    file, number = tracks(path)[track, rate]
    data = file.read_bytes()
    at = fragment_times(data)[number][time]
    found = []
    for kind, start, end in boxes(data, at):
        found.append(kind)
        if kind == "mdat":
            if found != ["moof", "mdat"]:
                raise ValueError("no fragment, but %s" % found)
            return data[at:end]
    raise ValueError("no fragment")


class SmoothServer:
    """Serves the .ism of a folder as http://…/NAME.ism/Manifest; log has what was asked for."""

    def __init__(self, folder):
        self.log = log = []
        folder = pathlib.Path(folder)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                match = ASKED.match(urllib.parse.unquote(self.path))
                body, status = b"", 404
                if match:
                    ism = folder / (match["name"] + ".ism")
                    try:
                        if match["rate"]:
                            body = fragment(ism, match["track"], int(match["rate"]),
                                            int(match["time"]))
                        else:
                            body = ism.with_suffix(".ismc").read_bytes()
                        status = 200
                    except (KeyError, OSError):
                        pass
                log.append((status, self.path))
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
