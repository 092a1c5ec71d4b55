/**
 * A whole client in one file, with nothing but what the runtime brings: uploads four seconds of a
 * tone, plays them in silence, and says how far ahead of its playhead the server's slices land.
 *
 *   deno run --allow-net=127.0.0.1 examples/minimal_client.ts ws://127.0.0.1:1318 5
 *
 * @module
 */
import { zstdDecompressSync } from "node:zlib";

const RATE = 48_000;
const HEADER_BYTES = 23;

/** Adds a slice to the buffer that is played; returns its first frame. */
export function applySlice(message: ArrayBuffer, mirror: Float32Array, channels: number): number {
  const view = new DataView(message);
  const flags = view.getUint8(0);
  const start = view.getUint32(1, true);
  const values = view.getUint32(5, true) * channels;
  const payload = new Uint8Array(message, HEADER_BYTES);
  const bytes = flags === 1
    ? zstdDecompressSync(payload, { maxOutputLength: values * 2 })
    : payload;
  if (flags > 1 || view.getUint16(9, true) !== channels || bytes.length !== values * 2) {
    throw new Error("this is no slice of the buffer that plays");
  }
  const audio = new Float16Array(bytes.slice().buffer);
  const first = start * channels;
  // A Float32Array rounds what is stored in it: one rounding a sample, as the server does it.
  for (let i = 0; i < values && first + i < mirror.length; i++) {
    mirror[first + i] = flags === 1 ? mirror[first + i]! + audio[i]! : audio[i]!;
  }
  return start;
}

/** One upload: channels, frames, interleaved f32, all little-endian. */
function pcm(channels: number, frames: number, sampleAt: (frame: number) => number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8 + frames * channels * 4));
  view.setUint32(0, channels, true);
  view.setUint32(4, frames, true);
  for (let i = 0; i < frames * channels; i++) {
    view.setFloat32(8 + i * 4, sampleAt(Math.floor(i / channels)), true);
  }
  return view.buffer;
}

/** Plays for so many seconds; returns the lead of each slice, in seconds. */
export function play(url: string, seconds: number): Promise<number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<number[]>();
  const leads: number[] = [];
  const announced: ("buffer" | "stem")[] = [];
  let mirror = new Float32Array();
  let channels = 2;
  let receivedBytes = 0;
  let startedMs = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const lengthS = () => mirror.length / channels / RATE;
  const positionS = () => ((performance.now() - startedMs) / 1000) % lengthS();

  const ws = new WebSocket(url);
  ws.binaryType = "arraybuffer"; // blobs would come out of order
  ws.onopen = () => {
    ws.send(JSON.stringify({ prompt: "warm strings" }));
    ws.send(pcm(2, 4 * RATE, (frame) => 0.25 * Math.sin(frame * 0.03)));
  };
  ws.onmessage = ({ data }) => {
    if (typeof data === "string") {
      const message = JSON.parse(data);
      if (message.type === "error") reject(new Error(`${message.code}: ${message.message}`));
      if (message.type === "ready" || message.type === "swap_ready") {
        channels = message.channels;
        announced.push("buffer");
      }
      if (message.type === "stem_assets") announced.push(...message.stems.map(() => "stem"));
      return; // a client may ignore whatever else comes
    }
    const kind = announced.shift();
    if (kind === "stem") return;
    if (kind === "buffer") {
      mirror = new Float32Array(new Float16Array(data));
      startedMs = performance.now();
      timer ??= setInterval(tick, 33);
      return;
    }
    receivedBytes += data.byteLength;
    const aheadS = applySlice(data, mirror, channels) / RATE - positionS();
    leads.push(aheadS - Math.round(aheadS / lengthS()) * lengthS()); // the shorter way round
  };
  ws.onclose = ({ code, reason }) => {
    clearInterval(timer);
    if (code === 1000) resolve(leads);
    else if (mirror.length === 0 && reason === "") {
      reject(new Error(`no session at ${url}: is a server running there?`));
    } else reject(new Error(`closed with ${code} ${reason}`));
  };
  const tick = () => {
    if (performance.now() - startedMs > seconds * 1000) return ws.close(1000, "done");
    ws.send(JSON.stringify({
      type: "params",
      raw: { denoise: 0.5 },
      playback_pos: positionS(),
      slice_bytes_rx: receivedBytes,
    }));
  };
  return promise;
}

if (import.meta.main) {
  const leads = await play(Deno.args[0] ?? "ws://127.0.0.1:1318", Number(Deno.args[1] ?? 5));
  const median = leads.toSorted((a, b) => a - b)[leads.length >> 1] ?? NaN;
  // deno-lint-ignore house/no-console -- a program talks to whoever runs it
  console.log(`${leads.length} slices, ${Math.round(median * 1000)} ms ahead in the middle`);
}
