/**
 * What keeps a server busy, as people read it.
 *
 * @module
 */
import { spanText } from "../words.ts";
import type { IngestRecord, LoopRecord, StreamRecord, TasksRecord } from "./records.ts";

/** Cells of a line of a table. */
export type Line = readonly string[];

/** What stands before the reason. */
const VERDICTS: Readonly<Record<string, string>> = {
  calm: "Calm",
  blocked: "Blocked",
  spinning: "Busy with itself",
  saturated: "Too many requests",
  worker_backlog: "Behind",
};

/** What this page asks. */
const OUR_ROUTES = ["loop", "tasks", "ingest"].map((name) => `/api/debug/${name}`);
const MAX_ENDED = 10;

/** The verdict in a word or two. */
export function verdictWord(verdict: string): string {
  return VERDICTS[verdict] ?? verdict;
}

/** The verdict in a sentence that names the culprit; of a calm server the one of a while ago. */
export function verdictText({ verdict, because, worst }: LoopRecord): string {
  const text = `${verdictWord(verdict)}: ${because}`;
  if (verdict !== "calm") return `${text}.`;
  const [first] = worst;
  if (first === undefined) return `${text}, nor did anything in the last ten minutes.`;
  const what = ranText(first.ran);
  return `${text} now; the worst of the last ten minutes took ${msText(first.lagMs)}: ${what}.`;
}

/** What is said while an answer is missing. */
export function lateText(waitedS: number): string {
  return `No answer for ${
    spanText(waitedS)
  }: the main thread is busy with one thing, or the way to ` +
    "the server is cut. What it said last stands below.";
}

/** `1.5` is `1.5 ms`, `2500` is `2.5 s`. */
export function msText(ms: number): string {
  if (ms >= 60_000) return spanText(ms / 1000);
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 100 ? Math.round(ms) : Math.round(ms * 10) / 10} ms`;
}

/** `1500000` is `1.5 MB`. */
export function bytesText(bytes: number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  if (bytes < 1e3) return `${bytes} B`;
  const count = bytes / unit;
  return `${count < 100 ? count.toFixed(1) : Math.round(count)} ${name}`;
}

/** Numbers above the tables: what each is, and how much. */
export function numbersOf(loop: LoopRecord): Line[] {
  const { cpuPct, inflight, lagMs, rss, uptimeS } = loop;
  const requests = inflight.filter(({ route }) => !isOurs(route)).length;
  return [
    ["late, last time", msText(lagMs.now)],
    ["late, p99 of 10 s", msText(lagMs.p99)],
    ["late, worst of 60 s", msText(lagMs.max60s)],
    ["of a core, over 10 s", `${cpuPct.s10} %`],
    ["requests being answered", String(requests)],
    ["memory", bytesText(rss)],
    ["since its start", spanText(uptimeS)],
  ];
}

/** When the main thread was late, by how much, and what ran; `timeText` writes a time of day. */
export function worstLines({ worst }: LoopRecord, timeText: (at: string) => string): Line[] {
  return worst.map(({ at, lagMs, ran }) => [msText(lagMs), timeText(at), ranText(ran)]);
}

/** Threads: what each is at, how many questions wait for it, and how long it has worked. */
export function threadLines(loop: LoopRecord): Line[] {
  const atMain = workOf(loop).find(({ thread }) => thread === "main")?.name;
  return [
    ["main", atMain ?? "nothing", "–", "–"],
    ...loop.workers.map(({ name, queue, busyMs, currentJob }) => [
      ...[name, currentJob ?? "nothing", String(queue), msText(busyMs)],
    ]),
  ];
}

/** Streams by kind. */
export function streamLines({ streams }: LoopRecord): Line[] {
  const kinds = new Map<string, StreamRecord[]>();
  for (const stream of streams) kinds.set(stream.kind, [...kinds.get(stream.kind) ?? [], stream]);
  return [...kinds].sort(([a], [b]) => a < b ? -1 : 1).map(([kind, all]) => [
    kind,
    String(all.length),
    spanText(Math.max(...all.map(({ ageS }) => ageS))),
    String(all.reduce((sum, { sent }) => sum + sent, 0)),
    bytesText(all.reduce((sum, { queuedBytes }) => sum + queuedBytes, 0)),
  ]);
}

/** What runs, the oldest first, with the thread that does it. */
export function taskLines(loop: LoopRecord): Line[] {
  return workOf(loop).map(({ name, thread, ageS }) => [name, thread, msText(ageS * 1000)]);
}

/** What ended last, those that took longest; `timeText` writes a time of day. */
export function endedLines({ ended }: TasksRecord, timeText: (at: string) => string): Line[] {
  return ended.filter(({ name }) => !isOurWork(name)).slice(0, MAX_ENDED).map(
    ({ name, thread, ms, endedAt }) => [name, thread, msText(ms), timeText(endedAt)],
  );
}

/** Timers by the part that made them, the one that took most time first; parts without any are left out. */
export function timerLines({ timers }: LoopRecord): Line[] {
  return timers.filter(({ armed, runs }) => armed + runs > 0).toSorted((a, b) =>
    b.totalMs - a.totalMs || b.runs - a.runs
  )
    .map(({ name, armed, runs, lastMs, totalMs }) => [
      ...[name, String(armed), String(runs), msText(lastMs), msText(totalMs)],
    ]);
}

/** How the reading of transcripts goes: what each is, and how much. */
export function ingestLines({ mode, files, ...ingest }: IngestRecord): Line[] {
  const { badLines, bytesRead, cache, memory, sessions, waiting } = ingest;
  return [
    ["sessions", String(sessions)],
    ["files", String(files)],
    ["waiting to be read", String(waiting)],
    ["read since the start", bytesText(bytesRead)],
    ["lines that are broken", String(badLines)],
    ["kept for windows", bytesText(cache.bytes)],
    ["found there", `${cache.hits} of ${cache.hits + cache.misses}`],
    ["dropped for room", String(cache.evictions)],
    ["heap of its thread", `${bytesText(memory.heapUsed)} of ${bytesText(memory.heapTotal)}`],
    ["folders are", mode === "watch" ? "watched" : "asked"],
  ];
}

/** What runs but for the questions of this very page. */
function workOf({ tasks }: LoopRecord) {
  return tasks.filter(({ name }) => !isOurWork(name));
}

function isOurWork(name: string): boolean {
  return isOurs(name.replace(/^GET /, ""));
}

function isOurs(route: string): boolean {
  return OUR_ROUTES.includes(route);
}

function ranText(ran: readonly string[]): string {
  return ran.length === 0 ? "something without a name" : ran.join(", ");
}
