/** The judgement of a live run, without one. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Lag } from "../../server/board/debug/loop_monitor.ts";
import { growthMbPer10Min, LagRecord, type LiveFigures, missedTargets } from "./live_verdict.ts";
import { BoardMirror, SessionMirror } from "./mirrors.ts";
import { usageOf } from "./watched_server.ts";

/** An hour whose memory grows by so much in ten minutes once it is warm, below a sawtooth. */
function figures(mbPer10Min: number, more: Partial<LiveFigures> = {}): LiveFigures {
  const memory = Array.from({ length: 361 }, (_, i) => {
    const warm = Math.min(i / 360, 0.3) * 100;
    const rssBytes = (150 + warm + (i / 60) * mbPer10Min + 5 * ((i * 37) % 11) / 11) * 1e6;
    return { at: i / 360, heapBytes: 30e6, rssBytes };
  });
  return {
    loadS: 3600,
    pace: 1,
    lagP99Ms: 3,
    memory,
    restBeforePct: 0.3,
    restAfterPct: 0.4,
    ...more,
  };
}

Deno.test("a live run's memory is judged by its growth in ten minutes, after the warm-up", () => {
  assertAlmostEquals(growthMbPer10Min(figures(0)), 0, 0.05);
  assertAlmostEquals(growthMbPer10Min(figures(3)), 3, 0.05);
  assertEquals(missedTargets(figures(0.8)), []);
  const [sentence, ...others] = missedTargets(figures(1.5));
  assertEquals(others, []);
  assertEquals(
    sentence?.replace(/1\.[45]\d/, "1.5"),
    "resident memory grew by 1.5 MB in ten minutes, more than 1 MB",
  );
  assertEquals(missedTargets(figures(1.5, { loadS: 60 })), []);
  // Where all goes ten times faster, ten minutes are one.
  assertAlmostEquals(growthMbPer10Min(figures(3, { pace: 10 })), 0.3, 0.01);
});

Deno.test("a live run names each target that it missed", () => {
  const missed = { lagP99Ms: 31.04, restBeforePct: 0.42, restAfterPct: 0.71 };
  assertEquals(missedTargets(figures(0, missed)), [
    "the loop was late by 31.0 ms (p99), more than 20 ms",
    "at rest the server took 0.71 % of a core after the load, more than 0.5 %",
    "at rest the server took 0.71 % of a core after the load, 0.42 % before it",
  ]);
  assertEquals(missedTargets(figures(0, { lagP99Ms: new LagRecord().p99Ms })), [
    "the loop was late by NaN ms (p99), more than 20 ms",
  ]);
});

Deno.test("lags of a long run are those of samples, and their p99 is below that of ten seconds' own", () => {
  const lags = new LagRecord();
  // Three of a hundred windows have one lag of 50 ms among their forty.
  const noted = (i: number): Lag => ({ at: `${i}`, lagMs: 50 + i, ran: [`work ${i}`] });
  let worst: Lag[] = [];
  for (let i = 0; i < 4000; i++) {
    const isLate = i % 40 === 0 && i < 120;
    if (isLate) worst = [noted(i), ...worst].slice(0, 2);
    const lagMs = { now: isLate ? 50 : i % 5, p50: 2, p99: i < 120 ? 50 : 4, max60s: 50 };
    lags.add({ lagMs, worst });
    if (i % 40 === 39) lags.addWindow({ lagMs });
  }
  assertEquals([lags.samples, lags.p99Ms, lags.windowP99Ms], [4000, 4, 50]);
  assertEquals(lags.worst.map(({ lagMs }) => lagMs), [130, 90, 50]);
});

Deno.test("what a process has used is read of the system's words", () => {
  const stat = `7 (a (b) c) S 1 7 7 0 -1 4194560 9 0 0 0 250 50 3 4 20 0 12 0 99 1 2 3`;
  const status = "Name:\ta (b) c\nVmHWM:\t    9000 kB\nVmRSS:\t    2048 kB\n";
  assertEquals(usageOf(`${stat}\n${status}`), { cpuS: 3, rssBytes: 2 * 2 ** 20 });
  assertEquals(usageOf(""), null);
});

function told(event: string, data: unknown, id: string | null = null) {
  return { event, id, data };
}

function card(id: string, rev: number) {
  return { id, rev };
}

Deno.test("a client's board is held against an answer of the same revision", () => {
  const totals = { live: 1, needs: 0, todayUsd: 0, unpricedTokens: 0 };
  const board = (rev: number, ...cards: object[]) => ({ rev, boot: "b", cards, totals }) as never;
  const mirror = new BoardMirror();
  mirror.take(told("snapshot", board(1, card("a", 1)), "b.1"));
  mirror.expect(board(2, card("a", 2), card("b", 1)));
  mirror.take(told("diff", { rev: 2, up: [card("a", 2), card("b", 1)], rm: [] }, "b.2"));
  assertEquals([mirror.compared, mirror.lastId, mirror.problems], [1, "b.2", []]);
  // Several changes may come as one.
  mirror.expect(board(3));
  mirror.take(told("diff", { rev: 4, up: [], rm: ["a"] }, "b.4"));
  assertEquals(mirror.compared, 1);
  mirror.expect(board(4, card("b", 2)));
  mirror.take(told("diff", { rev: 4, up: [], rm: [] }, "b.4"));
  assertEquals(mirror.problems, [
    "at revision 4 a client had 1 cards, the board 1; 1 of them other ones",
    "a client at revision 4 was told of 4",
  ]);
});

Deno.test("a client's session is held against a window, and a gap in its items is found", () => {
  const item = (n: number, status = "pending") => ({
    ...{ n, uuid: `u${n}`, kind: "assistant", ts: null },
    text: [{ t: "tool", id: `t${n}`, name: "Bash", input: {}, status }],
  });
  const window = { items: [item(4), item(5)], window: { total: 6 }, streamCursor: "0.60" };
  const mirror = new SessionMirror("s", window as never);
  mirror.take(told("items", { items: [item(6)], total: 7 }, "0.70"));
  mirror.take(told("patch", { n: 5, block: "t5", status: "ok" }, "0.75"));
  const now = [item(3), item(4), item(5, "ok"), item(6)] as never[];
  assertEquals([mirror.cursor, mirror.problems, mirror.differs(now)], ["0.75", [], null]);
  mirror.take(told("items", { items: [item(8)], total: 9 }, "0.90"));
  mirror.take(told("patch", { n: 7, block: "t7", status: "ok" }, "0.95"));
  assertEquals(mirror.problems, [
    "after item 6 of session s came 8",
    "session s has news of a call in item 7 that nobody was told of",
  ]);
  assertEquals(
    mirror.differs([...now, item(7), item(8)] as never[]),
    "a client of session s had 4 items from 4 on, the server 5; 1 of them other ones, the first 7",
  );
  mirror.take(told("reset", { gen: 1 }, "1.0"));
  assertEquals(mirror.isStale, true);
});
