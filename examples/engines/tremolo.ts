/**
 * An engine for Headway in one file, without any dependency: a tremolo, as deep as the knob `denoise`
 * says. `docs/engines.md` has the protocol. It runs without permissions:
 *
 * `deno task serve --engine-command "deno run examples/engines/tremolo.ts"`
 *
 * @module
 */

const HELLO = 1, LOAD = 2, CLIP = 3, STATE = 4, RENDER = 5, BYE = 6;
const SAY_HELLO = 129, SAY_LOADED = 130, SAY_WINDOW = 131, SAY_LOG = 132, SAY_FAILED = 133;
/** Frames of one swell at 48 000 Hz: four a second. */
const PERIOD = 12_000;

const reader = Deno.stdin.readable.getReader();
let pending = new Uint8Array(0);

/** Exactly `count` bytes in an array of their own; null when the server has closed the pipe. */
async function take(count: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    if (pending.length === 0) {
      const { value } = await reader.read();
      if (value === undefined) return null;
      pending = value;
    }
    const piece = pending.subarray(0, count - filled);
    bytes.set(piece, filled);
    filled += piece.length;
    pending = pending.subarray(piece.length);
  }
  return bytes;
}

/** Writes a frame: length, kind, body. */
function say(kind: number, ...body: Uint8Array[]): void {
  const bytes = new Uint8Array(5 + body.reduce((sum, part) => sum + part.length, 0));
  new DataView(bytes.buffer).setUint32(0, bytes.length - 5, true);
  bytes[4] = kind;
  let at = 5;
  for (const part of body) {
    bytes.set(part, at);
    at += part.length;
  }
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

const text = (value: string) => new TextEncoder().encode(value);
const json = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body));

let source = new Float32Array(0);
let channels = 2;
let depth = 0;

/** One window: the source, with its level going up and down along the buffer. */
function render(start: number, frames: number): Float32Array {
  const out = new Float32Array(frames * channels);
  for (let i = 0; i < frames; i++) {
    // A triangle between 0 and 1, by the place in the buffer: windows fit together by themselves.
    const swell = Math.abs(((start + i) % PERIOD) / (PERIOD / 2) - 1);
    for (let c = 0; c < channels; c++) {
      out[i * channels + c] = source[(start + i) * channels + c]! * (1 - depth * swell);
    }
  }
  return out;
}

say(SAY_HELLO, text(JSON.stringify({ protocol: "headway.engine/1", name: "tremolo" })));
for (;;) {
  const head = await take(5);
  const body = head && await take(new DataView(head.buffer).getUint32(0, true));
  if (head === null || body === null || head[4] === BYE) break;
  const view = new DataView(body.buffer);
  if (head[4] === LOAD) {
    const samplesAt = 4 + view.getUint32(0, true);
    const about = json(body.subarray(4, samplesAt));
    channels = about.channels;
    source = new Float32Array(body.buffer, samplesAt);
    say(SAY_LOG, text(`the source has ${about.frames} frames`));
    say(SAY_LOADED);
  } else if (head[4] === STATE) {
    depth = Math.min(1, Math.max(0, Number(json(body).knobs.denoise ?? 0)));
  } else if (head[4] === RENDER) {
    const began = performance.now();
    const start = view.getUint32(4, true);
    const frames = view.getUint32(8, true);
    if ((start + frames) * channels > source.length) {
      say(SAY_FAILED, body.subarray(0, 4), text("the window is not inside the source"));
      continue;
    }
    const samples = render(start, frames);
    const tickMs = performance.now() - began;
    say(
      SAY_WINDOW,
      body.subarray(0, 4), // the number of the request
      new Uint8Array(Float32Array.of(tickMs, 0).buffer),
      new Uint8Array(samples.buffer),
    );
  } else if (head[4] !== HELLO && head[4] !== CLIP) {
    say(SAY_LOG, text(`frame of kind ${head[4]}, which this engine does not know`));
  }
}
