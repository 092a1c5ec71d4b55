import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { QUARTER_MS } from "../money/usage.ts";
import { heatLevels, median, quantile } from "./figures.ts";
import { computeInsights } from "./insights.ts";
import type { InsightCommit, InsightSession, InsightUsage } from "./model.ts";
import { laneOf, segmentsOf, timelineOf } from "./timeline.ts";
import { dayAfter, daysBetween, isDay, Zone } from "./zone.ts";

const DAY = "2026-10-01";
const T = Date.parse(`${DAY}T12:00:00Z`);
const RANGE = { from: DAY, to: DAY, zone: new Zone("UTC"), project: null, today: "2026-11-01" };

function session(id: string, more: Partial<InsightSession> = {}): InsightSession {
  return {
    ...{ id, title: id, project: { key: "/p", name: "p" }, hasRepo: true, isOver: true },
    ...{
      isLive: false,
      worstHealth: "good",
      worstReasons: [],
      unpricedTokens: 0,
      isPartial: false,
    },
    ...{ startedMs: T, updatedMs: T + 1000, activity: {}, prompts: [] },
    ...more,
  };
}

const used = (session: string, usd: number, model = "m", ms = T): InsightUsage => ({
  ...{ session, quarter: Math.floor(ms / QUARTER_MS), model, usd },
});

const commit = (
  session: string,
  confidence: InsightCommit["confidence"] = "high",
  authorMs = T,
): InsightCommit => ({
  sha: `${session}-${authorMs}`,
  subject: "s",
  authorMs,
  session,
  confidence,
});

const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

Deno.test("T58: days of cost are levels by their quarters", () => {
  assertEquals(heatLevels([1, 2, 3, 4, 5]), [1, 1, 2, 3, 4]);
  assertEquals(heatLevels([1, 1, 1, 10]), [1, 1, 1, 4]);
  assertEquals(heatLevels([2, 2, 2]), [2, 2, 2]);
  assertEquals(heatLevels([0, 7, 0]), [0, 2, 0]);
  assertEquals([heatLevels([]), heatLevels([0])], [[], [0]]);
  assertEquals([quantile([1, 2, 3, 4], 0.5), median([3, 1]), median([])], [2.5, 2, null]);
  const costs = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }));
  fc.assert(fc.property(costs, (costs) => {
    const levels = heatLevels(costs);
    for (const [a, level] of levels.entries()) {
      assert(level >= 0 && level <= 4 && (level === 0) === (costs[a] === 0));
      for (const [b, other] of levels.entries()) assert(costs[a]! > costs[b]! || level <= other);
    }
  }));
});

Deno.test("T58: days and hours are those of the zone, quarters of hours and changes of clocks included", () => {
  const place = (zone: string, time: string) => {
    const { day, hour, weekday } = new Zone(zone).place(Date.parse(time));
    return `${day} ${weekday} ${hour}`;
  };
  assertEquals(place("Asia/Kathmandu", "2026-09-30T18:14:59Z"), "2026-09-30 2 23");
  assertEquals(place("Asia/Kathmandu", "2026-09-30T18:15:00Z"), "2026-10-01 3 0");
  assertEquals(place("America/St_Johns", "2026-10-01T02:29:00Z"), "2026-09-30 2 23");
  // Clocks in Oslo go from 2 to 3 on 29 March, and from 3 to 2 on 25 October.
  assertEquals(place("Europe/Oslo", "2026-03-29T00:59:00Z"), "2026-03-29 6 1");
  assertEquals(place("Europe/Oslo", "2026-03-29T01:00:00Z"), "2026-03-29 6 3");
  assertEquals(place("Europe/Oslo", "2026-10-25T00:30:00Z"), "2026-10-25 6 2");
  assertEquals(place("Europe/Oslo", "2026-10-25T01:30:00Z"), "2026-10-25 6 2");
  const begin = (zone: string, day: string) => new Date(new Zone(zone).startMs(day)).toISOString();
  assertEquals(begin("Europe/Oslo", "2026-03-29"), "2026-03-28T23:00:00.000Z");
  assertEquals(begin("Europe/Oslo", "2026-03-30"), "2026-03-29T22:00:00.000Z");
  assertEquals(begin("Pacific/Kiritimati", "2026-01-01"), "2025-12-31T10:00:00.000Z");
  assertEquals([isDay("2026-02-29"), isDay("2028-02-29"), isDay("2026-1-1")], [false, true, false]);
  assertEquals(dayAfter("2026-02-28", 1), "2026-03-01");
  assertEquals(daysBetween("2026-12-31", "2027-01-01"), ["2026-12-31", "2027-01-01"]);
  const zones = fc.constantFrom("Asia/Kathmandu", "Europe/Oslo", "America/New_York", "UTC");
  fc.assert(fc.property(zones, fc.integer({ min: 1.7e9, max: 1.9e9 }), (name, timeS) => {
    const zone = new Zone(name);
    const { day, hour } = zone.place(timeS * 1000);
    const sinceMs = timeS * 1000 - zone.startMs(day);
    assert(sinceMs >= 0 && sinceMs < 25 * 3600_000);
    assert(Math.abs(Math.floor(sinceMs / 3600_000) - hour) <= 1);
  }));
  // A kept time may be anything.
  for (const ms of [9e15, -9e15, Infinity, 8.64e15]) {
    for (const zone of ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"]) new Zone(zone).place(ms);
  }
});

/** Sessions, costs and commits of any kind, all on one day. */
const worlds = fc.array(
  fc.record({
    costs: fc.array(
      fc.record({
        model: fc.constantFrom("a", "b", "c"),
        usd: fc.integer({ min: 0, max: 2000 }).map((cents) => cents / 100),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    project: fc.constantFrom("/p", "/q"),
    worstHealth: fc.constantFrom("good", "warn", "bad"),
    hasRepo: fc.boolean(),
    isOver: fc.boolean(),
    commits: fc.array(fc.constantFrom("high", "medium", "low"), { maxLength: 4 }),
  }),
  { maxLength: 12 },
).map((all) => ({
  sessions: all.map(({ project, costs: _, commits: _commits, ...more }, no) =>
    session(`s${no}`, { ...more, project: { key: project, name: project } } as object)
  ),
  usage: all.flatMap(({ costs }, no) => costs.map(({ model, usd }) => used(`s${no}`, usd, model))),
  commits: all.flatMap(({ commits }, no) =>
    commits.map((it, index) => commit(`s${no}`, it as InsightCommit["confidence"], T + index))
  ),
}));

Deno.test("T59: shipped, burned and the rest are all there is", () => {
  fc.assert(fc.property(worlds, (world) => {
    const { totals } = computeInsights(world, RANGE);
    const { burnedUsd, restUsd, shippedUsd, usd } = totals;
    assertAlmostEquals(shippedUsd + burnedUsd + restUsd, usd, 1e-9);
    assert(restUsd >= 0 && burnedUsd >= 0 && shippedUsd >= 0);
    assertAlmostEquals(usd, world.usage.reduce((sum, it) => sum + it.usd, 0), 1e-6);
  }));
});

Deno.test("T59: commits of which nobody is sure change no ratio, however many", () => {
  fc.assert(fc.property(worlds, fc.array(fc.nat(11)), (world, more) => {
    const low = more.map((no, index) => commit(`s${no}`, "low", T + 100 + index));
    const [before, after] = [world, { ...world, commits: [...world.commits, ...low] }]
      .map((it) => computeInsights(it, RANGE));
    assertEquals(after!.byModel, before!.byModel);
    assertEquals(after!.byProject, before!.byProject);
    assertEquals(after!.totals.shipped, before!.totals.shipped);
    assertEquals(
      after!.productive.map(({ id, score }) => [id, score]),
      before!.productive.map(({ id, score }) => [id, score]),
    );
    assertEquals(after!.grid, before!.grid);
    assertEquals(after!.calendar, before!.calendar);
  }));
});

Deno.test("T60: models together have what projects together have", () => {
  fc.assert(fc.property(worlds, (world) => {
    const { byModel, byProject, totals } = computeInsights(world, RANGE);
    for (const name of ["usd", "shipped"] as const) {
      const sum = (list: readonly { readonly usd: number; readonly shipped: number }[]) =>
        list.reduce((total, it) => total + it[name], 0);
      assertAlmostEquals(sum(byModel), sum(byProject), 1e-6);
      assertAlmostEquals(sum(byProject), totals[name], 1e-6);
    }
  }));
  const usage = [used("s", 3, "claude-opus-5"), used("s", 1, "claude-sonnet-5-20260101")];
  const { byModel } = computeInsights({
    sessions: [session("s")],
    usage,
    commits: [commit("s"), commit("s", "medium", T + 1)],
  }, RANGE);
  assertEquals(byModel.map(({ model, per10, shipped }) => [model, shipped, per10]), [
    ["claude-opus-5", 1.5, 5],
    ["claude-sonnet-5", 0.5, 5],
  ]);
});

Deno.test("T61: waste is what is over, cost much, went badly and brought nothing to a repository", () => {
  const bad = { worstHealth: "bad", worstReasons: ["retry_loop", "denials"] } as const;
  const sessions = [
    session("waste", bad),
    session("warned", { worstHealth: "warn", worstReasons: ["cost_spike"] }),
    session("research", { ...bad, hasRepo: false }),
    session("goes-on", { ...bad, isOver: false }),
    session("healthy"),
    session("shipped", bad),
    session("perhaps", bad),
    session("cheap", bad),
    session("modest", bad),
  ];
  // Half of them cost 2 or more, so what cost less is no waste.
  const costs: Record<string, number> = { cheap: 0.49, modest: 1.99 };
  const usage = sessions.map(({ id }) => used(id, costs[id] ?? 2));
  const commits = [commit("shipped", "medium"), commit("perhaps", "low")];
  const { productive, totals, uncertain, wasteful } = computeInsights(
    { sessions, usage, commits },
    RANGE,
  );
  assertEquals(wasteful.map(({ id, reasons, waste }) => [id, waste, reasons]), [
    ["waste", 2, ["retry_loop", "denials"]],
    ["warned", 1, ["cost_spike"]],
  ]);
  assertEquals([ids(uncertain), ids(productive)], [["perhaps"], ["shipped"]]);
  assertEquals([totals.burnedUsd, totals.shippedUsd, totals.shipped, totals.possible], [
    4,
    2,
    1,
    1,
  ]);
});

Deno.test("ratios need a dollar, the productive are the first ten, other days and projects are left out", () => {
  const sessions = Array.from(
    { length: 12 },
    (_, no) =>
      session(`s${String(no).padStart(2, "0")}`, {
        project: no < 11 ? { key: "/p", name: "p" } : { key: "/q", name: "q" },
      }),
  );
  const usage = [
    ...sessions.map(({ id }) => used(id, 0.01)),
    used("s00", 50, "m", T - 86_400_000),
    used("nobody", 1),
  ];
  const data = { sessions, usage, commits: sessions.map(({ id }) => commit(id)) };
  const all = computeInsights(data, RANGE);
  assertEquals([all.totals.usd, all.productive.length, all.productive[0]!.score], [0.12, 10, 4]);
  assertEquals(
    all.byProject.map(({ key, n, per10, usdPerCommit }) => [key, n, per10, usdPerCommit]),
    [
      ["/p", 11, null, 0.01],
      ["/q", 1, null, 0.01],
    ],
  );
  const free = computeInsights({ ...data, usage: [used("s00", 0)] }, RANGE);
  assertEquals(free.byProject.map(({ shipped, usdPerCommit }) => [shipped, usdPerCommit]), [
    [1, null],
  ]);
  const one = computeInsights(data, { ...RANGE, project: "/q", today: DAY });
  assertEquals([one.totals.sessions, one.totals.shipped], [1, 1]);
  assertEquals(one.calendar, [
    { day: DAY, usd: 0.01, level: 2, sessions: 1, commits: 1, partial: true },
  ]);
});

Deno.test("T62: the grid counts what was said, what failed and what was committed, by the hour of the zone", () => {
  const quarter = Math.floor(Date.parse("2026-10-01T18:15:00Z") / QUARTER_MS);
  const one = session("s", { activity: { [quarter - 1]: [5, 1], [quarter]: [7, 2] } });
  const { grid } = computeInsights({
    sessions: [one],
    usage: [used("s", 1)],
    commits: [commit("s", "high", Date.parse("2026-10-01T18:20:00Z")), commit("s", "low")],
  }, { ...RANGE, to: "2026-10-02", zone: new Zone("Asia/Kathmandu") });
  // Thursday's last quarter of an hour, and Friday's first.
  assertEquals([grid.activity[3]![23], grid.activity[4]![0]], [5, 7]);
  assertEquals([grid.errors[3]![23], grid.errors[4]![0]], [1, 2]);
  assertEquals([grid.commits[4]![0], grid.commits.flat().reduce((a, b) => a + b)], [1, 1]);
  assertEquals(grid.peak, { weekday: 4, hour: 0, count: 7 });
  assertEquals([grid.activity.length, grid.activity[0]!.length], [7, 24]);
});

Deno.test("T63: no bar covers another, and without gaps there are as few lanes as can be", () => {
  // In the narrow ones many end when others begin.
  const span = (mostMs: number, longestMs: number) =>
    fc.array(fc.record({ startMs: fc.nat(mostMs), lengthMs: fc.nat(longestMs) }));
  fc.assert(fc.property(fc.oneof(span(1000, 200), span(20, 6)), fc.nat(20), (list, gapMs) => {
    const spans = list.map(({ lengthMs, startMs }, no) => ({
      ...{ id: `s${no}`, startMs, endMs: startMs + lengthMs },
    }));
    const lanes = laneOf(spans, gapMs);
    for (const [a, one] of spans.entries()) {
      for (const [b, other] of spans.entries()) {
        if (a === b || lanes[a] !== lanes[b]) continue;
        assert(one.endMs + gapMs <= other.startMs || other.endMs + gapMs <= one.startMs);
      }
    }
    // As many as are under way at once at the most.
    const most = Math.max(
      0,
      ...spans.map(({ startMs }) =>
        spans.filter((it) =>
          it.startMs <= startMs && (it.endMs > startMs || it.startMs === startMs)
        ).length
      ),
    );
    const isPlain = spans.every(({ endMs, startMs }) => endMs > startMs);
    if (isPlain) assertEquals(Math.max(-1, ...laneOf(spans, 0)) + 1, most);
  }));
});

Deno.test("bars are parted by long pauses; ticks are commits of their sessions", () => {
  const quarter = Math.floor(T / QUARTER_MS);
  const activity = { [quarter]: [1, 0], [quarter + 2]: [1, 0], [quarter + 6]: [1, 0] };
  const one = session(
    "s",
    { activity, startedMs: T + 60_000, updatedMs: T + 6.5 * QUARTER_MS } as object,
  );
  assertEquals(segmentsOf(one), [
    { startMs: T + 60_000, endMs: T + 3 * QUARTER_MS },
    { startMs: T + 6 * QUARTER_MS, endMs: T + 6.5 * QUARTER_MS },
  ]);
  const range = { startMs: T, endMs: T + 86_400_000 };
  const commits = [commit("s"), commit("other"), commit("s", "low", T - 1)];
  const line = timelineOf({ sessions: [one], usage: [used("s", 2)], commits }, range) as {
    lanes: number;
    bars: { usd: number; lane: number }[];
    ticks: { sha: string }[];
  };
  assertEquals([line.lanes, line.bars[0]!.usd, line.bars[0]!.lane], [1, 2, 0]);
  assertEquals(line.ticks.map(({ sha }) => sha), [`s-${T}`]);
  const many = Array.from({ length: 501 }, (_, no) => session(`s${no}`));
  assertEquals(timelineOf({ sessions: many, usage: [], commits: [] }, range), null);
});
