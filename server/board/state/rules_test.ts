import { assertEquals } from "@std/assert";
import { BoardRig } from "../../../tests/support/board_rig.ts";
import { SessionLines } from "../../../tests/support/session_lines.ts";
import { assessAttention } from "./attention.ts";
import { emptyFacts, type ResultFact, type SessionFacts } from "./facts.ts";
import { assessHealth, type HealthInput, noteWorst } from "./health.ts";
import { type HookEvent, type RegistryEntry, resolveLive } from "./live.ts";

const T = Date.parse("2026-10-01T12:00:00Z");

Deno.test("T2: of a hook and a process the newer one is believed, of a dead process neither", () => {
  const facts: SessionFacts = {
    ...emptyFacts(),
    last: { kind: "assistant", ms: T, uuid: "u", stop: "end_turn", isAsking: false },
  };
  const said = (hook: Partial<HookEvent> | null, registry: Partial<RegistryEntry> | null) => {
    const { live } = resolveLive({
      ...{ facts, appendMs: T, nowMs: T + 5000 },
      hook: hook === null ? null : { name: "PostToolUse", notification: null, ms: T, ...hook },
      registry: registry === null ? null : {
        ...{ pid: 1, status: "idle", statusMs: T, waitingFor: null, isAlive: true },
        ...registry,
      },
    });
    return [live.state, live.evidence, live.confidence, live.waitingFor ?? ""].join(" ").trim();
  };
  assertEquals(said({}, null), "working hook high");
  assertEquals(said({ ms: T + 1 }, {}), "working hook high");
  assertEquals(said({ ms: T }, {}), "idle registry high");
  assertEquals(said({ ms: T - 1 }, { status: "shell" }), "shell registry high");
  assertEquals(said({ name: "SessionEnd", ms: T + 1 }, { status: "busy" }), "ended hook high");
  assertEquals(said({ name: "Other", ms: T + 1 }, { status: "busy" }), "working registry high");
  assertEquals(said(null, { status: "waiting" }), "waiting registry high permission prompt");
  assertEquals(said(null, { status: "busy", isAlive: false }), "idle transcript medium");
  assertEquals(said(null, { status: "busy", isAlive: null }), "idle transcript medium");
});

Deno.test("T2: what agents of a session wait for is not what it waits for", () => {
  const call = (agent: string | null) => ({
    ...{ id: "c", name: "AskUserQuestion", key: "k", ms: T, path: null, isEdit: false },
    ...{ isCheck: false, isShell: false, commits: null, agent },
  });
  const stateWith = (agent: string | null) =>
    resolveLive({
      facts: {
        ...emptyFacts(),
        last: { kind: "assistant", ms: T, uuid: "u", stop: "end_turn", isAsking: false },
        pending: [call(agent)],
      },
      ...{ appendMs: T, nowMs: T + 1000, hook: null, registry: null },
    }).live.state;
  assertEquals([stateWith(null), stateWith("a1")], ["waiting", "idle"]);
});

function result(n: number, more: Partial<ResultFact> = {}): ResultFact {
  return {
    ...{ ms: T + n * 1000, tool: "Bash", key: `k${n}`, isError: false, isDenied: false },
    ...{ isCheck: false, path: null, isEdit: false, uuid: `u${n}`, agent: null },
    ...more,
  };
}

type Case = Partial<SessionFacts> & Partial<HealthInput>;

const bad = { isError: true };
const many = (count: number, more: (n: number) => Partial<ResultFact>) => ({
  results: Array.from({ length: count }, (_, n) => result(n, more(n))),
});
const edit = (n: number) => result(n, { isEdit: true, path: "/a.ts", tool: "Edit" });
const check = (n: number) => result(n, { ...bad, isCheck: true });
const inOrder = (...results: ResultFact[]) => ({ results: results.sort((a, b) => a.ms - b.ms) });
const stalled = (quietMs: number, more: Case = {}): Case => ({
  ...{ isVerified: true, appendMs: T - quietMs },
  ...more,
});
const quarter = Math.floor(T / 900_000);
const spent = (usd: number, before = 0): Case => ({
  usage: {
    ...emptyFacts().usage,
    quarters: { [quarter]: usd, ...(before > 0 && { [quarter - 9]: before }) },
  },
});

/** Each rule at its threshold with its weight, and what is one below it. */
const RULES:
  readonly (readonly [code: string, weight: number, at: Case, below: readonly Case[]])[] = [
    ["retry_loop", 60, many(3, () => ({ ...bad, key: "same" })), [
      many(2, () => ({ ...bad, key: "same" })),
      many(3, (n) => ({ ...bad, key: n === 1 ? "other" : "same" })),
      many(3, (n) => ({ ...bad, key: "same", isError: n !== 1 })),
    ]],
    ["error_spiral", 60, many(8, (n) => n > 1 ? { ...bad, key: `k${n % 4}` } : {}), [
      many(8, (n) => n > 2 ? { ...bad, key: `k${n % 4}` } : {}),
      many(8, (n) => n > 1 ? { ...bad, key: `k${n % 3}` } : {}),
      // The ninth of the last answers does not count any more.
      many(9, (n) => n === 0 || n > 3 ? { ...bad, key: `k${n % 4}` } : {}),
    ]],
    ["edit_thrash", 35, inOrder(...[0, 2, 4, 6, 8, 600].map(edit), check(3), check(7)), [
      inOrder(...[0, 2, 4, 6, 8, 601].map(edit), check(3), check(7)),
      inOrder(...[0, 2, 4, 6, 8].map(edit), check(3), check(7)),
      inOrder(...[0, 2, 4, 6, 8, 600].map(edit), check(3)),
      inOrder(...[0, 2, 4, 6, 8, 600].map(edit), check(3), check(601)),
    ]],
    ["denials", 35, many(10, (n) => ({ isDenied: n === 0 || n === 9 })), [
      many(10, (n) => ({ isDenied: n === 9 })),
      many(11, (n) => ({ isDenied: n === 0 || n === 10 })),
    ]],
    ["api_errors", 40, { apiErrorsMs: [T - 599_999, T - 2, T - 1] }, [
      { apiErrorsMs: [T - 2, T - 1] },
      { apiErrorsMs: [T - 600_000, T - 2, T - 1] },
    ]],
    ["stalled", 30, stalled(600_001), [
      stalled(600_000),
      stalled(600_001, { isVerified: false }),
      stalled(600_001, { hasRunningAgent: true }),
      stalled(600_001, { state: "waiting" }),
    ]],
    ["context_pressure", 35, { contextPct: 85 }, [{ contextPct: 84.9 }, { contextPct: null }]],
    ["context_pressure", 60, { contextPct: 95 }, []],
    ["context_pressure", 35, { contextPct: 94.9 }, []],
    ["cost_spike", 30, spent(1.01), [spent(1), spent(1.01, 0.26)]],
    ["cost_spike", 30, spent(4.01, 1), [spent(4, 1)]],
  ];

function assess(it: Case, more: Case = {}) {
  const all = { ...it, ...more };
  const { results = [] } = all;
  return assessHealth({ ...emptyFacts(), resultCount: results.length, ...all }, {
    ...{ nowMs: T, state: "working", isVerified: false, appendMs: T, hasRunningAgent: false },
    contextPct: null,
    ...all,
  });
}

Deno.test("T3: each reason comes at its threshold, with its weight, and not one below", () => {
  for (const [code, weight, at, below] of RULES) {
    const { reasons } = assess(at).health;
    assertEquals(reasons.map((it) => [it.code, it.weight]), [[code, weight]]);
    for (const it of below) {
      assertEquals(assess(it).health.reasons, [], `${code} ${below.indexOf(it)}`);
    }
  }
});

Deno.test("T3: each reason goes when it has not held for five answers, or for ten minutes", () => {
  for (const [code, , at] of RULES) {
    const marks = [...assess(at).marks];
    const { length } = at.results ?? [];
    const later = (results: number, ms: number) =>
      assess({ marks, resultCount: length + results, nowMs: T + ms }).health.reasons
        .map((it) => it.code);
    assertEquals([later(4, 599_999), later(5, 1), later(0, 600_000)], [[code], [], []], code);
  }
});

Deno.test("T3: levels begin at 30 and 60, and the score ends at 100", () => {
  const both = { ...spent(1.01), contextPct: 85, apiErrorsMs: [T - 3, T - 2, T - 1] };
  const levels = [spent(1.01), { contextPct: 95 }, both]
    .map((it) => assess(it).health).map(({ level, score }) => [level, score]);
  assertEquals(levels, [["warn", 30], ["bad", 60], ["bad", 100]]);
});

Deno.test("T3: what the user refused or stopped is no error, however often", async () => {
  const words = [
    "The user doesn't want to proceed with this tool use.",
    "[Request interrupted by user for tool use]",
  ];
  for (const word of words) {
    const rig = new BoardRig();
    const lines = new SessionLines("one", { nowMs: rig.nowMs }).prompt("Work");
    for (let n = 0; n < 8; n++) lines.bash(n < 4 ? "the same" : `run ${n}`, word, true);
    rig.put("one", lines.take());
    const { session } = await rig.window("one", "limit=1");
    const codes = session.health.reasons.map(({ code }: { code: string }) => code);
    assertEquals([codes, session.counts.toolErrors, session.counts.denials], [["denials"], 0, 8]);
  }
});

Deno.test("T4: the most urgent reason is the session's, a look clears finished only", () => {
  const facts: SessionFacts = {
    ...emptyFacts(),
    last: { kind: "assistant", ms: T, uuid: "u", stop: "end_turn", isAsking: true },
    lastWorkMs: T,
  };
  const attention = (seenMs: number, openLoop = false) => {
    const since = new Date(T).toISOString();
    const { priority, reasons } = assessAttention(facts, {
      live: { state: "idle", since, confidence: "medium", evidence: "transcript" },
      health: { level: "good", score: 0, reasons: [] },
      ...{ view: { seenMs, snoozedUntilMs: 0 }, nowMs: T },
      openLoop: openLoop ? { sinceMs: T, text: "x" } : null,
    });
    return [priority, ...reasons.map(({ code }) => code)];
  };
  assertEquals(attention(T - 1, true), [90, "question", "finished", "open_loop"]);
  assertEquals(attention(T), [90, "question"]);
  facts.last = { ...facts.last!, isAsking: false };
  assertEquals(attention(T - 1, true), [40, "finished", "open_loop"]);
  assertEquals(attention(T, true), [20, "open_loop"]);
  assertEquals(attention(T), [0]);
});

Deno.test("T3: of the worst that was said of a session all reasons are remembered, of less none", () => {
  const facts = emptyFacts();
  const note = (level: "good" | "warn" | "bad", ...codes: string[]) => {
    const of = (code: string) => ({ code, weight: 30, since: "", evidence: [], text: "" });
    noteWorst(facts, { level, score: 0, reasons: codes.map(of) });
    return [facts.worstHealth, ...facts.worstReasons ?? []].join(" ");
  };
  assertEquals(note("good"), "good");
  assertEquals(note("warn", "denials"), "warn denials");
  assertEquals(note("good"), "warn denials");
  assertEquals(note("bad", "retry_loop"), "bad retry_loop");
  assertEquals(note("warn", "stalled"), "bad retry_loop");
  assertEquals(note("bad", "retry_loop", "error_spiral"), "bad retry_loop error_spiral");
});
