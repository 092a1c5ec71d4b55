/**
 * A server with a board to measure: answers for its processor time, its memory and its loop.
 *
 * @module
 */
import { WallClock } from "../../runtime/mod.ts";
import { BoardWorker } from "../../serve/board/board_worker.ts";
import { serve } from "../../serve/mod.ts";
import { silentLog } from "../../server/log.ts";
import { answerAll } from "../child.ts";
import { type Lateness, LatenessMeter, watchLoop } from "../lateness.ts";
import { cpuS } from "../rounds.ts";

/** What may be asked of it. */
export type BoardQuestion =
  /** Opens the server over a folder of transcripts; its database is in `home`. */
  | { readonly do: "start"; readonly root: string; readonly home: string }
  /** What happened since the last time. */
  | { readonly do: "read" }
  /** Watches the loop from now on. */
  | { readonly do: "watch" }
  /** Compresses a text of so many characters beside the main thread. */
  | { readonly do: "gzip"; readonly chars: number };

/** Answer to `start`. */
export interface BoardStarted {
  readonly url: string;
}

/** Answer to `read`. */
export interface BoardReading extends Lateness {
  readonly cpuS: number;
  readonly rssMiB: number;
}

const PROBE_S = 0.005;
const clock = new WallClock();
const meter = new LatenessMeter();
let lastCpuS = cpuS();

async function start(root: string, home: string): Promise<BoardStarted> {
  const server = await serve({
    ...{ port: 0, controlPort: "off", noBackend: true, log: silentLog },
    ...{ transcriptRoots: [root], boardFolder: home },
    streams: { maxStreams: 1000, maxSeconds: 0 },
  });
  return { url: server.httpUrl };
}

function read(): BoardReading {
  const nowS = cpuS();
  const usedS = nowS - lastCpuS;
  lastCpuS = nowS;
  return { cpuS: usedS, rssMiB: Deno.memoryUsage().rss / 2 ** 20, ...meter.take() };
}

async function gzip(chars: number): Promise<Lateness> {
  const worker = new BoardWorker(
    { onChange() {}, onAgents() {}, onGrown() {}, onFailed: (reason) => console.error(reason) },
    { clock, log: silentLog },
  );
  worker.start({
    ...{ roots: [], database: null, excludedFolders: [], prices: null, zone: null, boot: "bench" },
    ...{ maxParseBytes: 0, maxLineBytes: 2 ** 25, cacheBytes: 2 ** 20 },
  });
  await worker.caughtUp;
  const line = JSON.stringify({ title: "A card of a session", lastText: "and what it said last" });
  const text = line.repeat(Math.ceil(chars / line.length));
  meter.take();
  for (let i = 0; i < 5; i++) await worker.gzip(text, "a long text");
  const lateness = meter.take();
  await worker.close();
  return lateness;
}

await answerAll((question) => {
  const asked = question as BoardQuestion;
  switch (asked.do) {
    case "start":
      return start(asked.root, asked.home);
    case "watch":
      watchLoop(clock, PROBE_S, meter);
      return {};
    case "gzip":
      return gzip(asked.chars);
    case "read":
      return read();
  }
});
// A server does not end by itself.
Deno.exit(0);
