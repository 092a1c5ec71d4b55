"""An engine for Headway in one file, Python's standard library only: a tremolo, as deep as the knob
`denoise` says. docs/engines.md has the protocol.

    deno task serve --engine-command "python3 examples/engines/tremolo.py"
"""

import array
import json
import struct
import sys
import time

HELLO, LOAD, CLIP, STATE, RENDER, BYE = 1, 2, 3, 4, 5, 6
SAY_HELLO, SAY_LOADED, SAY_WINDOW, SAY_LOG, SAY_FAILED = 129, 130, 131, 132, 133
PERIOD = 12_000  # frames of one swell at 48 000 Hz: four a second

stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
sys.stdout = sys.stderr  # a stray print() must not get between the frames


def say(kind, *body):
    """Writes a frame: length, kind, body."""
    stdout.write(struct.pack("<IB", sum(map(len, body)), kind))
    for part in body:
        stdout.write(part)
    stdout.flush()


def read_frame():
    """The next frame's kind and body; BYE when the server has closed the pipe."""
    head = stdin.read(5)
    if len(head) < 5:
        return BYE, b""
    length, kind = struct.unpack("<IB", head)
    body = stdin.read(length)
    return (kind, body) if len(body) == length else (BYE, b"")


def samples_of(data):
    """f32, little endian, as the protocol has it."""
    samples = array.array("f")
    samples.frombytes(data)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def render(source, channels, start, frames, depth):
    """One window: the source, with its level going up and down along the buffer."""
    # A triangle between 0 and 1, by the place in the buffer: windows fit together by themselves.
    gains = [
        1 - depth * abs(((start + i) % PERIOD) / (PERIOD / 2) - 1) for i in range(frames)
    ]
    window = source[start * channels : (start + frames) * channels]
    for channel in range(channels):
        part = window[channel::channels]
        window[channel::channels] = array.array("f", map(float.__mul__, part, gains))
    return window


def main():
    source, channels, depth = array.array("f"), 2, 0.0
    say(SAY_HELLO, json.dumps({"protocol": "headway.engine/1", "name": "tremolo"}).encode())
    while True:
        kind, body = read_frame()
        if kind == BYE:
            return
        if kind == LOAD:
            samples_at = 4 + struct.unpack_from("<I", body)[0]
            about = json.loads(body[4:samples_at])
            channels, source = about["channels"], samples_of(body[samples_at:])
            say(SAY_LOG, f"the source has {about['frames']} frames".encode())
            say(SAY_LOADED)
        elif kind == STATE:
            depth = min(1.0, max(0.0, float(json.loads(body)["knobs"].get("denoise", 0))))
        elif kind == RENDER:
            began = time.perf_counter()
            request, start, frames = struct.unpack("<III", body)
            if (start + frames) * channels > len(source):
                reason = b"the window is not inside the source"
                say(SAY_FAILED, struct.pack("<I", request), reason)
                continue
            window = render(source, channels, start, frames, depth)
            if sys.byteorder == "big":
                window.byteswap()
            tick_ms = (time.perf_counter() - began) * 1000
            say(SAY_WINDOW, struct.pack("<Iff", request, tick_ms, 0.0), window.tobytes())
        elif kind not in (HELLO, CLIP):
            say(SAY_LOG, f"frame of kind {kind}, which this engine does not know".encode())


if __name__ == "__main__":
    main()
