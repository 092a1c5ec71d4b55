/**
 * Measures how long the server's one thread stands still while a session plays and other clients join,
 * upload and download. The figures of `docs/performance.md` come from here:
 *
 * ```sh
 * deno run --allow-net --allow-env --allow-read --allow-run bench/measure_stalls.ts
 * ```
 *
 * The server runs in a process of its own, where a timer of 2 ms tells how late it was: p99, longest,
 * and the longest for which the thread itself was at work.
 *
 * @module
 */
import { threadCpuUsage } from "node:process";
import { TextLineStream } from "@std/streams";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { FIXTURES } from "../fixtures/mod.ts";
import { serve } from "../serve/mod.ts";
import { silentLog } from "../server/log.ts";
import { encodeControlBody, encodePcm, MAX_SOURCE_S, SAMPLE_RATE } from "../wire/mod.ts";

const PROBE_MS = 2;

/** How late a timer of 2 ms was, and what the process holds. */
interface Stalls {
  readonly p99Ms: number;
  readonly longestMs: number;
  /** The longest for which the thread worked: on a busy machine others have the core meanwhile. */
  readonly longestOwnMs: number;
  readonly rssMb: number;
}

/** Milliseconds of processor time that this thread has had, as fine as the kernel counts. */
function busyMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}

/** Watches the thread that it runs on. */
class Probe {
  #lateMs: number[] = [];
  #longestOwnMs = 0;

  constructor() {
    let lastMs = performance.now();
    let lastBusyMs = busyMs();
    setInterval(() => {
      const nowMs = performance.now();
      const nowBusyMs = busyMs();
      const lateMs = nowMs - lastMs - PROBE_MS;
      this.#lateMs.push(lateMs);
      this.#longestOwnMs = Math.max(this.#longestOwnMs, Math.min(lateMs, nowBusyMs - lastBusyMs));
      lastMs = nowMs;
      lastBusyMs = nowBusyMs;
    }, PROBE_MS);
  }

  /** What it saw since it was asked last. */
  take(): Stalls {
    const sorted = this.#lateMs.sort((a, b) => a - b);
    const rounded = (ms = 0) => Math.round(ms * 10) / 10;
    const stalls = {
      p99Ms: rounded(sorted[Math.ceil(sorted.length * 0.99) - 1]),
      longestMs: rounded(sorted.at(-1)),
      longestOwnMs: rounded(this.#longestOwnMs),
      rssMb: Math.round(Deno.memoryUsage().rss / 1e6),
    };
    this.#lateMs = [];
    this.#longestOwnMs = 0;
    return stalls;
  }
}

/** The server: tells its addresses, then for each line on stdin its stalls since the last. */
async function runServer(): Promise<void> {
  const server = await serve({ port: 0, controlPort: 0, maxSessions: 4, log: silentLog });
  const tell = (value: unknown) => console.log(JSON.stringify(value));
  const probe = new Probe();
  const { httpUrl, controlUrl, url } = server;
  tell({ httpUrl, controlUrl, url });
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const _ of lines) tell(probe.take());
  Deno.exit(0);
}

/** The server as the script sees it. */
interface Child {
  readonly url: string;
  readonly httpUrl: string;
  readonly controlUrl: string;
  readonly stalls: () => Promise<Stalls>;
  readonly close: () => Promise<void>;
}

async function startServer(): Promise<Child> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      import.meta.filename!,
      "server",
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const input = child.stdin.getWriter();
  const next = async () => JSON.parse((await lines.read()).value!);
  return {
    ...await next(),
    async stalls() {
      await input.write(new TextEncoder().encode("\n"));
      return await next();
    },
    async close() {
      await input.close();
      await child.status;
    },
  };
}

/** A client: what it gets is counted, and it plays. */
class Client {
  readonly ws: WebSocket;
  readonly #waiting: { readonly type: string; readonly resolve: () => void }[] = [];
  #slices = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, first: Record<string, unknown>, pcm?: Uint8Array) {
    this.ws = new WebSocket(url, { perMessageDeflate: false });
    this.ws.on("open", () => {
      this.ws.send(JSON.stringify(first));
      if (pcm !== undefined) this.ws.send(pcm);
    });
    this.ws.on("message", (data, isBinary) => {
      if (isBinary) this.#slices++;
      else this.#tell(JSON.parse(String(data)).type);
    });
    this.ws.on("close", () => this.#tell("close"));
  }

  until(type: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ type, resolve }));
  }

  play(denoise: number): void {
    const beganMs = performance.now();
    this.#timer = setInterval(() => {
      this.ws.send(JSON.stringify({
        type: "params",
        raw: { denoise },
        playback_pos: (performance.now() - beganMs) / 1000 % 60,
      }));
    }, 33);
  }

  get slices(): number {
    return this.#slices;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const gone = this.until("close");
    this.ws.close(1000);
    await gone;
  }

  #tell(type: string): void {
    for (const waiting of [...this.#waiting]) {
      if (waiting.type !== type) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }
}

/** The longest source that there can be, as an upload: 92,160,008 bytes. */
function longestPcm(): Uint8Array<ArrayBuffer> {
  const audio = new Float32Array(2 * MAX_SOURCE_S * SAMPLE_RATE);
  for (let i = 0; i < audio.length; i++) audio[i] = 0.2 * Math.sin(i * 0.01);
  return encodePcm(audio, 2);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function drive(): Promise<void> {
  // Seconds of work, for which nobody could play.
  const pcm = longestPcm();
  const server = await startServer();
  const loop = (name: string) => ({ use_server_fixture: true, fixture_name: name });
  const playing = new Client(server.url, loop(FIXTURES[0]!.name));
  const measure = async (what: string, work: () => Promise<void>) => {
    await pause(1_000);
    await server.stalls();
    const before = playing.slices;
    const beganMs = performance.now();
    await work();
    const tookMs = Math.round(performance.now() - beganMs);
    if (playing.ws.readyState !== WebSocket.OPEN) {
      throw new Error(`${what}: the playing session was cut off; is the machine too busy?`);
    }
    const slicesS = (playing.slices - before) / tookMs * 1000;
    await pause(500);
    const { p99Ms, longestMs, longestOwnMs, rssMb } = await server.stalls();
    console.log(
      `${what}: took ${tookMs} ms, stall p99 ${p99Ms} ms, longest ${longestMs} ms ` +
        `(at work ${longestOwnMs} ms), ${slicesS.toFixed(1)} slices/s, ${rssMb} MB held`,
    );
  };

  await playing.until("params_update");
  playing.play(0.6);
  await measure("a session alone, 5 s", () => pause(5_000).then(() => {}));

  const join = async (first: Record<string, unknown>, pcm?: Uint8Array) => {
    const client = new Client(server.url, first, pcm);
    await client.until("params_update");
    await client.close();
  };
  const { name } = FIXTURES[1]!;
  await measure("join with a loop, first use", () => join(loop(name)));
  await measure("join with a loop, again", () => join(loop(name)));
  const download = async (url: string) => void await (await fetch(url)).arrayBuffer();
  await measure(
    "download of a loop, first use",
    () => download(`${server.httpUrl}/fixtures/${FIXTURES[2]!.name}`),
  );
  await measure(
    "download of a loop, again",
    () => download(`${server.httpUrl}/fixtures/${FIXTURES[2]!.name}`),
  );

  await measure("join with 92 MB of PCM", () => join({ prompt: "" }, pcm));
  await measure("upload of 92 MB", async () => {
    const client = new Client(server.url, { type: "upload_track", name: "long" }, pcm);
    await client.until("close");
  });
  await measure("swap to 92 MB of PCM", async () => {
    const client = new Client(server.url, loop(name));
    await client.until("params_update");
    client.ws.send(JSON.stringify({ type: "swap_source", fixture_name: "long" }));
    const swapped = client.until("swap_ready");
    client.ws.send(pcm);
    await swapped;
    await client.close();
  });
  const [session] = await (await fetch(`${server.controlUrl}/sessions`)).json();
  await measure("92 MB set_timbre_source on the control bus", async () => {
    const set = playing.until("timbre_set");
    const command = { type: "set_timbre_source", name: "long" };
    const body = encodeControlBody(command, pcm);
    const beganMs = performance.now();
    await (await fetch(`${server.controlUrl}/sessions/${session.id}/cmd`, {
      method: "POST",
      body,
    })).json();
    console.log(`  answered after ${Math.round(performance.now() - beganMs)} ms`);
    await set;
  });
  await measure("ten joins with 92 MB, one after the other", async () => {
    for (let i = 0; i < 10; i++) await join({ prompt: "" }, pcm);
  });
  await measure("a session alone, 5 s", () => pause(5_000).then(() => {}));
  await playing.close();
  await server.close();
}

if (import.meta.main) {
  if (Deno.args[0] === "server") await runServer();
  else await drive();
}
