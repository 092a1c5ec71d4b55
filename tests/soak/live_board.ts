/**
 * A board in real time: a `headway serve` of its own, transcripts on disk that grow, and clients over
 * HTTP that come and go. What the server takes at rest is measured before and after.
 *
 * @module
 */
import { getJson } from "../../bench/parts/board_client.ts";
import { writeCorpus } from "../../bench/parts/board_files.ts";
import { quantileOf } from "../../bench/rounds.ts";
import { type Clock, Rng, WallClock } from "../../runtime/mod.ts";
import type { OutlineRecord } from "../../web/board/viewer/records.ts";
import { tempFolder } from "../support/temp_folder.ts";
import type { MemorySample } from "./flatness.ts";
import { GrowingTranscripts } from "./growing_transcripts.ts";
import { LiveClient } from "./live_client.ts";
import {
  growthMbPer10Min,
  LagRecord,
  LEAST_MEMORY_S,
  type LiveFigures,
  missedTargets,
} from "./live_verdict.ts";
import type { Soaked } from "./sessions.ts";
import { WatchedServer } from "./watched_server.ts";

/** Transcripts that grow, and those that lie beside them: as many as the target at rest is for. */
const GROWING = 20;
const RESTING = { sessions: 37, meanBytes: 560_000 };
const CLIENTS = 5;
/** Before a server at rest is measured, what was thrown away is collected. */
const SETTLE_S = 60;
const REST_S = 60;
const SAMPLE_S = 1;
/** The server tells of its last ten seconds. */
const WINDOW_S = 10;
/** Streams of clients that have gone are gone within that time, seconds. */
const GONE_S = 2;
/** What was written is read within that time, seconds. */
const READ_S = 20;

/** What came of it: figures for people, one line each. */
export interface SoakedLive extends Soaked {
  readonly figures: readonly string[];
}

/** What happens when. */
export interface LiveOptions {
  readonly seed: number;
  /** How much faster than agents and people it all goes. */
  readonly pace: number;
  /** Told how it goes. */
  readonly say: (text: string) => void;
}

/** A board under load for so long; before and after it is at rest for two minutes each. */
export async function soakLiveBoard(
  loadS: number,
  { pace, seed, say }: LiveOptions,
): Promise<SoakedLive> {
  await using folder = await tempFolder();
  const clock = new WallClock();
  const rng = new Rng(seed).split("live board");
  const root = `${folder.path}/agents`;
  say("writing transcripts");
  writeCorpus(root, RESTING);
  const transcripts = new GrowingTranscripts({
    ...{ root, sessions: GROWING, clock, pace, rng: rng.split("transcripts") },
  });
  say("starting a server");
  await using server = await WatchedServer.start(root, `${folder.path}/home`, clock);
  const client = (name: string) =>
    new LiveClient({
      ...{ url: server.url, clock, pace, rng: rng.split(name), sessions: () => transcripts.ids },
    });
  const page = client("page");
  const clients = Array.from({ length: CLIENTS }, (_, i) => client(`client ${i}`));
  const stopPage = new AbortController();
  const watching = page.watch(stopPage.signal);
  const rest = async (when: string) => {
    say(`at rest ${when}`);
    await clock.sleep(SETTLE_S);
    return await server.sharePct(REST_S);
  };

  const restBeforePct = await rest("before the load");
  const lags = new LagRecord();
  const stop = new AbortController();
  const busy = [transcripts.grow(stop.signal), ...clients.map((it) => it.run(stop.signal))];
  const cpuBefore = await server.usage();
  const memory = await observe(server, lags, { clock, loadS, say }).finally(() => stop.abort());
  const cpuAfter = await server.usage();
  await Promise.all(busy);

  say("looking whether anything was lost");
  const problems = await lost(server, transcripts, clock);
  for (const it of clients) await it.catchUp();
  problems.push(...await streamsLeft(server, 1, clock));
  const restAfterPct = await rest("after the load");
  stopPage.abort();
  await watching;
  await page.catchUp();
  problems.push(...await streamsLeft(server, 0, clock));
  const { ends } = await getJson(`${server.url}/api/debug/streams`);
  const { cache } = await getJson(`${server.url}/api/debug/ingest`);
  problems.push(...await server.end());

  const all = [page, ...clients];
  problems.push(...all.flatMap((it) => it.problems));
  const compared = all.reduce((sum, it) => sum + it.compared, 0);
  if (compared === 0) problems.push("no client's board was held against the server's");
  const figures: LiveFigures = {
    ...{ loadS, pace, lagP99Ms: lags.p99Ms, memory, restBeforePct, restAfterPct },
  };
  const sum = (name: keyof LiveClient["counts"]) =>
    clients.reduce((total, { counts }) => total + counts[name], 0);
  const { begun, deleted, lines, replaced, torn } = transcripts.counts;
  const tookMs = clients.flatMap((it) => it.tookMs);
  const loadPct = (cpuAfter.cpuS - cpuBefore.cpuS) / loadS * 100;
  const [worst] = lags.worst;
  return {
    sessionS: loadS,
    memory,
    done:
      `${lines} lines of ${GROWING} transcripts (${torn} torn, ${replaced} replaced, ${begun} ` +
      `begun, ${deleted} deleted), ${sum("streams")} streams of ${CLIENTS} clients ` +
      `(${sum("halfClosed")} half closed, ${sum("silent")} not read, beside them), ` +
      `${sum("windows")} compressed windows, ${sum("requests")} other answers`,
    problems: [...missedTargets(figures), ...problems.slice(0, 10)],
    figures: [
      `loop late by ${
        lags.p99Ms.toFixed(1)
      } ms (p99 of ${lags.samples} samples); worst within ten ` +
      `seconds ${lags.windowP99Ms.toFixed(1)} ms (p99); over 30 ms ${lags.worst.length} times` +
      (worst === undefined ? "" : `, at worst ${worst.lagMs} ms: ${worst.ran.join(", ")}`),
      `resident memory grew by ${growthMbPer10Min(figures).toFixed(2)} MB in ten minutes` +
      (pace === 1 ? "" : ` of a load that is ${pace} times slower`) +
      (loadS < LEAST_MEMORY_S ? ` (not judged in under ${LEAST_MEMORY_S / 60} minutes)` : "") +
      `; records kept: ${JSON.stringify(cache)}`,
      `processor: ${loadPct.toFixed(1)} % of a core under load; at rest ` +
      `${restBeforePct.toFixed(2)} % before, ${restAfterPct.toFixed(2)} % after`,
      `answers after ${quantileOf(tookMs, 0.5).toFixed(1)} ms (p50), ` +
      `${quantileOf(tookMs, 0.95).toFixed(1)} ms (p95); ${compared} boards of clients compared; ` +
      `streams ended: ${JSON.stringify(ends)}`,
    ],
  };
}

/** Looks at the server for as long as there is a load. */
async function observe(
  server: WatchedServer,
  lags: LagRecord,
  { clock, loadS, say }: {
    readonly clock: Clock;
    readonly loadS: number;
    readonly say: (text: string) => void;
  },
): Promise<MemorySample[]> {
  const memory: MemorySample[] = [];
  const beganS = clock.now();
  for (let atS = SAMPLE_S; atS <= loadS; atS += SAMPLE_S) {
    await clock.sleep(beganS + atS - clock.now());
    const loop = await server.loop();
    lags.add(loop);
    if (atS % WINDOW_S === 0 || atS === loadS) {
      lags.addWindow(loop);
      const { rssBytes } = await server.usage();
      memory.push({ at: atS / loadS, heapBytes: loop.heapUsed, rssBytes });
    }
    const { cpuPct, streams, worst } = loop;
    say(
      `board, live: ${atS} of ${loadS} s; late p99 ${lags.p99Ms.toFixed(1)} ms, ` +
        `worst ${worst[0]?.lagMs ?? 0} ms; ${(loop.rss / 1e6).toFixed(1)} MB; ` +
        `${cpuPct.s10} % of a core; ${streams.length} streams`,
    );
  }
  return memory;
}

/** What the server does not know of what was written. */
async function lost(
  server: WatchedServer,
  transcripts: GrowingTranscripts,
  clock: Clock,
): Promise<string[]> {
  const untilS = clock.now() + READ_S;
  for (;;) {
    const problems: string[] = [];
    for (const { id, prompts, answers } of transcripts.written()) {
      const outline: OutlineRecord = await getJson(`${server.url}/api/sessions/${id}/outline`);
      const count = (kind: string) =>
        outline.items.filter(([, no]) => outline.kinds[no!] === kind).length;
      const [told, said] = [count("user"), count("assistant")];
      if (told === prompts && said === answers) continue;
      problems.push(
        `of session ${id} ${prompts} prompts and ${answers} answers were written, the server has ` +
          `${told} and ${said}`,
      );
    }
    const { badLines } = await getJson(`${server.url}/api/debug/ingest`);
    if (badLines > 0) problems.push(`${badLines} lines could not be read`);
    if (problems.length === 0 || clock.now() > untilS) return problems;
    await clock.sleep(0.5);
  }
}

async function streamsLeft(
  server: WatchedServer,
  wanted: number,
  clock: Clock,
): Promise<string[]> {
  const untilS = clock.now() + GONE_S;
  for (;;) {
    const { length } = (await server.loop()).streams;
    if (length <= wanted) return [];
    if (clock.now() > untilS) return [`${length} streams are open, ${wanted} expected`];
    await clock.sleep(0.1);
  }
}
