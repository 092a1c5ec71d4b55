/**
 * Clients without a harness: what a client has to say is said, thirty times a second, and nothing is
 * measured. Those that only count what comes cost their side little, to load a server with; those that
 * decode it and add it to a mirror do what every client has to, and are what ours is measured by.
 *
 * @module
 */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { DEFAULT_FIXTURE, synthSource } from "../../fixtures/mod.ts";
import { WallClock } from "../../runtime/mod.ts";
import { TickLoop } from "../../sim/client/tick_loop.ts";
import { decodeHalfBuffer, encodePcm, SliceDecoder } from "../../wire/mod.ts";
import { answerAll } from "../child.ts";
import { CHANNELS } from "../music_windows.ts";
import { cpuS } from "../rounds.ts";

/** Opens or closes sessions until there are `count`. */
export interface ResizeLoad {
  readonly do: "resize";
  readonly url: string;
  readonly count: number;
  /** `short`: the client sends ten seconds of its own; `loop`: the server's default loop. */
  readonly source: "short" | "loop";
  /** Slices are decoded and added to a mirror. */
  readonly decodes: boolean;
}

/** Asks for what happens in the next seconds. */
export interface MeasureLoad {
  readonly do: "measure";
  readonly seconds: number;
}

/** Answer to {@link MeasureLoad}. */
export interface LoadReading {
  readonly seconds: number;
  readonly cpuS: number;
  /** Slices a second of each session. */
  readonly slicesPerS: readonly number[];
}

const PARAMS_HZ = 30;
/** Sessions that join at the same time. */
const JOINERS = 4;
/** How long a session may take to get its buffer, seconds. */
const JOIN_WITHIN_S = 20;

const clock = new WallClock();
const sessions: Session[] = [];
let made = 0;

/** One session. */
class Session {
  slices = 0;
  readonly #ws: WebSocket;
  readonly #ticks: TickLoop;
  readonly #opened = Promise.withResolvers<void>();

  constructor({ url, source, decodes }: ResizeLoad) {
    // A prompt of its own each: sessions that sound alike would share what the server renders.
    const prompt = `voice ${made++}`;
    const startS = clock.now();
    const late = () =>
      this.#opened.reject(new Error(`a session had no buffer after ${JOIN_WITHIN_S} s`));
    const deadline = clock.after(JOIN_WITHIN_S, late);
    this.#ws = new WebSocket(url, { perMessageDeflate: false });
    this.#ticks = new TickLoop(clock, PARAMS_HZ, () => this.#tell(clock.now() - startS));
    this.#ws.on("open", () => {
      const config = source === "loop"
        ? { prompt, use_server_fixture: true, fixture_name: DEFAULT_FIXTURE }
        : { prompt };
      this.#ws.send(JSON.stringify(config));
      if (source === "short") this.#ws.send(shortPcm());
    });
    const decoder = new SliceDecoder();
    let mirror = new Float32Array();
    this.#ws.on("message", (data, isBinary) => {
      if (!isBinary) return;
      const bytes = data as Uint8Array<ArrayBuffer>;
      // The first binary is the buffer: from then on the session plays.
      if (this.slices++ === 0) {
        deadline.cancel();
        if (decodes) mirror = decodeHalfBuffer(bytes);
        this.#ticks.start();
        this.#opened.resolve();
      } else if (decodes) {
        decoder.apply(bytes, mirror, CHANNELS);
      }
    });
    this.#ws.on("error", (error: Error) => this.#opened.reject(error));
    this.#ws.on("close", (code: number, reason: Uint8Array) => {
      this.#ticks.stop();
      const why = new TextDecoder().decode(reason);
      this.#opened.reject(new Error(`the server closed a session with ${code} ${why}`));
    });
  }

  opened(): Promise<void> {
    return this.#opened.promise;
  }

  close(): void {
    this.#ws.close(1000);
  }

  #tell(playedS: number): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#ws.send(JSON.stringify({
      type: "params",
      raw: { denoise: 0.6 },
      playback_pos: playedS % 10,
      client_time: playedS,
      slice_lead_s: 0.2,
    }));
  }
}

let pcm: Uint8Array<ArrayBuffer> | null = null;

function shortPcm(): Uint8Array<ArrayBuffer> {
  return pcm ??= encodePcm(synthSource({ seconds: 10 }).audio, 2);
}

async function resize(asked: ResizeLoad): Promise<Record<string, never>> {
  while (sessions.length > asked.count) sessions.pop()!.close();
  while (sessions.length < asked.count) {
    const count = Math.min(JOINERS, asked.count - sessions.length);
    const joining = Array.from({ length: count }, () => new Session(asked));
    await Promise.all(joining.map((session) => session.opened()));
    sessions.push(...joining);
  }
  return {};
}

async function measure({ seconds }: MeasureLoad): Promise<LoadReading> {
  const before = sessions.map(({ slices }) => slices);
  const began = { cpuS: cpuS(), atS: clock.now() };
  await clock.sleep(seconds);
  const tookS = clock.now() - began.atS;
  return {
    seconds: tookS,
    cpuS: cpuS() - began.cpuS,
    slicesPerS: sessions.map(({ slices }, i) => (slices - before[i]!) / tookS),
  };
}

await answerAll((question) => {
  const asked = question as ResizeLoad | MeasureLoad;
  return asked.do === "resize" ? resize(asked) : measure(asked);
});
Deno.exit(0);
