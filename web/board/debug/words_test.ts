import { assertEquals } from "@std/assert";
import type { LoopRecord } from "./records.ts";
import {
  bytesText,
  endedLines,
  ingestLines,
  lateText,
  msText,
  numbersOf,
  streamLines,
  taskLines,
  threadLines,
  timerLines,
  verdictText,
  worstLines,
} from "./words.ts";

const LAG = { at: "2026-11-01T10:00:00Z", lagMs: 420.4, ran: ["GET /a", "timer of tasks"] };

const loop = (more: Partial<LoopRecord> = {}): LoopRecord => ({
  ...{ uptimeS: 75, verdict: "calm", because: "nothing stands out", rss: 61_500_000 },
  ...{ lagMs: { now: 0.24, p99: 1.5, max60s: 420 }, cpuPct: { s10: 1.5 }, worst: [] },
  ...{ inflight: [{ route: "/api/debug/loop" }, { route: "/api/board" }], streams: [], timers: [] },
  ...{ tasks: [{ thread: "main", name: "GET /api/debug/loop", ageS: 0 }], workers: [] },
  ...more,
});

Deno.test("a verdict is one sentence that names what is to blame, now or a while ago", () => {
  assertEquals(
    verdictText(loop()),
    "Calm: nothing stands out, nor did anything in the last ten minutes.",
  );
  assertEquals(
    verdictText(loop({ worst: [LAG] })),
    "Calm: nothing stands out now; the worst of the last ten minutes took 420 ms: " +
      "GET /a, timer of tasks.",
  );
  const because = "nothing else went on for 420 ms, during: GET /a";
  assertEquals(verdictText(loop({ verdict: "blocked", because })), `Blocked: ${because}.`);
  const words = ["spinning", "saturated", "worker_backlog", "news"].map((verdict) =>
    verdictText(loop({ verdict, because: "so" }))
  );
  assertEquals(words, [
    ...["Busy with itself: so.", "Too many requests: so.", "Behind: so.", "news: so."],
  ]);
  assertEquals(lateText(6.2).startsWith("No answer for 6 s: the main thread is busy"), true);
});

Deno.test("the page's own questions are not told as what the server is busy with", () => {
  const tasks = [
    { thread: "board", name: "ingest of /a.jsonl", ageS: 12.5 },
    { thread: "main", name: "GET /api/debug/ingest", ageS: 1 },
    { thread: "main", name: "GET /api/board", ageS: 0.4 },
  ];
  const workers = [{ name: "board", queue: 3, busyMs: 90_000, currentJob: "ingest of /a.jsonl" }];
  const busy = loop({ tasks, workers });
  assertEquals(taskLines(busy), [
    ["ingest of /a.jsonl", "board", "12.5 s"],
    ["GET /api/board", "main", "400 ms"],
  ]);
  assertEquals(threadLines(busy), [
    ["main", "GET /api/board", "–", "–"],
    ["board", "ingest of /a.jsonl", "3", "1 min"],
  ]);
  assertEquals(threadLines(loop()), [["main", "nothing", "–", "–"]]);
  assertEquals(numbersOf(busy).map(([, much]) => much), [
    ...["0.2 ms", "1.5 ms", "420 ms", "1.5 %", "1", "61.5 MB", "1 min"],
  ]);
});

Deno.test("of what ended the ten longest are told, but for what the page asks", () => {
  const endedAt = "2026-11-01T10:00:00Z";
  const work = (name: string, ms: number) => ({ thread: "main", name, ms, endedAt });
  const ended = [
    work("GET /api/debug/tasks", 9000),
    { ...work("ingest of /a.jsonl", 2500), thread: "board" },
    ...Array.from({ length: 12 }, (_, no) => work(`GET /api/${no}`, 100 - no)),
  ];
  const lines = endedLines({ ended }, (at) => at.slice(11, 19));
  assertEquals(lines.slice(0, 2), [
    ["ingest of /a.jsonl", "board", "2.5 s", "10:00:00"],
    ["GET /api/0", "main", "100 ms", "10:00:00"],
  ]);
  assertEquals([lines.length, lines.at(-1)![0]], [10, "GET /api/8"]);
});

Deno.test("streams are told by kind, timers by what they took, lags with what ran", () => {
  const streams = [
    { kind: "session", ageS: 3, queuedBytes: 0, sent: 4 },
    { kind: "board", ageS: 70, queuedBytes: 900, sent: 10 },
    { kind: "board", ageS: 5, queuedBytes: 600, sent: 1 },
  ];
  const timers = [
    { name: "rare", armed: 1, runs: 1, lastMs: 0.1, totalMs: 0.1 },
    { name: "idle", armed: 0, runs: 0, lastMs: 0, totalMs: 0 },
    { name: "busy", armed: 2, runs: 900, lastMs: 12, totalMs: 10_800 },
  ];
  const worst = [LAG, { ...LAG, ran: [] }];
  const all = loop({ streams, timers, worst });
  assertEquals(streamLines(all), [
    ["board", "2", "1 min", "11", "1.5 kB"],
    ["session", "1", "3 s", "4", "0 B"],
  ]);
  assertEquals(timerLines(all), [
    ["busy", "2", "900", "12 ms", "10.8 s"],
    ["rare", "1", "1", "0.1 ms", "0.1 ms"],
  ]);
  assertEquals(worstLines(all, (at) => at.slice(11, 19)), [
    ["420 ms", "10:00:00", "GET /a, timer of tasks"],
    ["420 ms", "10:00:00", "something without a name"],
  ]);
});

Deno.test("numbers have the unit that says enough, and the reading of files its own", () => {
  assertEquals([0, 99.96, 100.4, 2500, 60_000].map(msText), [
    ...["0 ms", "100 ms", "100 ms", "2.5 s", "1 min"],
  ]);
  assertEquals([0, 999, 1500, 250e6, 2.5e9].map(bytesText), [
    ...["0 B", "999 B", "1.5 kB", "250 MB", "2.5 GB"],
  ]);
  const ingest = {
    ...{ mode: "poll", sessions: 2, files: 3, waiting: 1, bytesRead: 2_000_000, badLines: 4 },
    cache: { bytes: 1000, hits: 3, misses: 1, evictions: 0 },
    memory: { heapUsed: 5e6, heapTotal: 2e7 },
  };
  assertEquals(ingestLines(ingest).map(([, much]) => much), [
    ...["2", "3", "1", "2.0 MB", "4", "1.0 kB", "3 of 4", "0", "5.0 MB of 20.0 MB", "asked"],
  ]);
  assertEquals(ingestLines({ ...ingest, mode: "watch" }).at(-1)![1], "watched");
});
