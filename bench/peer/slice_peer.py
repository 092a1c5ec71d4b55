"""The slice codec in Python, as a peer to measure by: numpy and zstandard do the work.

Reads one JSON question a line on stdin and answers with one line on stdout:

    {"do": "load", "folder": F, "sets": [N, ...]}
        -> {"python": "...", "numpy": "...", "zstandard": "..."}
    {"do": "encode", "set": N, "count": C}   -> {"secondsEach": S}
    {"do": "decode", "set": N, "count": C}   -> {"secondsEach": S}
    {"do": "check", "set": N}                -> {"encoded": CRC, "decoded": CRC}

`check` goes through all windows once, from the beginning, and gives the CRC-32 of both mirrors.
"""

import json
import struct
import sys
import time
import zlib

try:
    import numpy
    import zstandard
except ImportError as missing:
    print(json.dumps({"error": str(missing)}), flush=True)
    sys.exit(0)

HEADER = struct.Struct("<BIIHffI")
CHANNELS = 2
LEVEL = 1


class Work:
    """One set of windows, the frames that Headway made of them, and a mirror for either side."""

    def __init__(self, folder, name):
        starts = numpy.fromfile(f"{folder}/{name}.starts", dtype=numpy.uint32)
        windows = numpy.fromfile(f"{folder}/{name}.windows", dtype=numpy.float32)
        self.starts = (starts * CHANNELS).tolist()
        self.windows = windows.reshape(len(starts), -1)
        self.values = self.windows.shape[1]
        with open(f"{folder}/{name}.frames", "rb") as file:
            packed = file.read()
        self.frames = []
        at = 0
        while at < len(packed):
            (size,) = struct.unpack_from("<I", packed, at)
            self.frames.append(packed[at + 4 : at + 4 + size])
            at += 4 + size
        self.first_mirror = numpy.fromfile(f"{folder}/mirror", dtype=numpy.float32)
        self.compressor = zstandard.ZstdCompressor(level=LEVEL, write_content_size=True)
        self.decompressor = zstandard.ZstdDecompressor()
        self.rewind()

    def rewind(self):
        self.encoded = self.first_mirror.copy()
        self.decoded = self.first_mirror.copy()
        self.turn = {"encode": 0, "decode": 0}

    def encode(self):
        turn = self.turn["encode"]
        self.turn["encode"] = turn + 1
        index = turn % len(self.windows)
        start = self.starts[index]
        mirror = self.encoded[start : start + self.values]
        halves = (self.windows[index] - mirror).astype(numpy.float16)
        payload = self.compressor.compress(halves.tobytes())
        mirror += halves.astype(numpy.float32)
        samples = self.values // CHANNELS
        return HEADER.pack(1, start // CHANNELS, samples, CHANNELS, 40.0, 9.0, turn) + payload

    def decode(self):
        turn = self.turn["decode"]
        self.turn["decode"] = turn + 1
        frame = self.frames[turn % len(self.frames)]
        flags, start, samples, channels, _, _, _ = HEADER.unpack_from(frame)
        payload = self.decompressor.decompress(frame[HEADER.size :])
        halves = numpy.frombuffer(payload, dtype=numpy.float16)
        if flags != 1 or halves.size != samples * channels:
            raise ValueError(f"frame {turn} is not what it says")
        first = start * channels
        self.decoded[first : first + halves.size] += halves.astype(numpy.float32)


WORKS = {}


def answer(question):
    do = question["do"]
    if do == "load":
        for name in question["sets"]:
            WORKS[name] = Work(question["folder"], name)
        return {
            "python": sys.version.split()[0],
            "numpy": numpy.__version__,
            "zstandard": zstandard.__version__,
        }
    work = WORKS[question["set"]]
    if do == "check":
        work.rewind()
        for _ in work.windows:
            work.encode()
            work.decode()
        return {"encoded": zlib.crc32(work.encoded), "decoded": zlib.crc32(work.decoded)}
    step = work.encode if do == "encode" else work.decode
    count = question["count"]
    began = time.perf_counter()
    for _ in range(count):
        step()
    return {"secondsEach": (time.perf_counter() - began) / count}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
