import { assert, assertEquals } from "@std/assert";
import type { AutopilotState } from "../copilot_news.ts";
import { assessAttention, byUrgency, type CardView } from "./attention.ts";
import { endsWithQuestion } from "./asking.ts";
import { briefOf, MAX_BRIEF_BYTES } from "./brief.ts";
import { emptyFacts, type LastRecord, type ResultFact, type SessionFacts } from "./facts.ts";
import { assessHealth, type Health, type HealthInput } from "./health.ts";
import { type HookEvent, type LiveState, type RegistryEntry, resolveLive } from "./live.ts";
import { callKey } from "./tools.ts";

const T = Date.parse("2026-10-01T12:00:00Z");

/** Facts with a last record and calls without an answer. */
function facts(last: Partial<LastRecord> | null, pending: readonly string[] = []): SessionFacts {
  const call = (name: string) => ({
    ...{ id: name, name, key: name, ms: T, path: null, isEdit: false, isCheck: false, agent: null },
    ...{ isShell: false, commits: null },
  });
  const usual = { kind: "assistant", ms: T, uuid: "u", stop: null, isAsking: false } as const;
  return {
    ...emptyFacts(),
    last: last === null ? null : { ...usual, ...last },
    pending: pending.map(call),
  };
}

interface Situation {
  readonly facts: SessionFacts;
  readonly ageS: number;
  readonly registry?: Partial<RegistryEntry>;
  readonly hook?: Partial<HookEvent>;
}

function live({ facts, ageS, registry, hook }: Situation) {
  return resolveLive({
    facts,
    appendMs: T,
    nowMs: T + ageS * 1000,
    registry: registry === undefined
      ? null
      : { pid: 1, status: "busy", statusMs: T, waitingFor: null, isAlive: true, ...registry },
    hook: hook === undefined ? null : { name: "Stop", notification: null, ms: T, ...hook },
  });
}

/** The state in short: name, confidence, what it waits for. */
function said(situation: Situation): string {
  const { state, confidence, waitingFor } = live(situation).live;
  return [state, confidence, ...(waitingFor === undefined ? [] : [waitingFor])].join(" ");
}

Deno.test("what a transcript ends with says what its session does, for a while", () => {
  const rows: readonly (readonly [SessionFacts, number, string])[] = [
    [facts({}, ["AskUserQuestion"]), 300, "waiting medium question"],
    [facts({}, ["ExitPlanMode"]), 1, "waiting medium plan"],
    [facts({}, ["Bash"]), 119, "working medium"],
    [facts({}, ["Bash"]), 120, "waiting low maybe permission"],
    [facts({ stop: "end_turn" }), 1, "idle medium"],
    [facts({ stop: "stop_sequence" }), 1, "idle medium"],
    [facts({ stop: "max_tokens" }), 1, "idle medium"],
    [facts({ kind: "prompt" }), 119, "working medium"],
    [facts({ kind: "prompt" }), 120, "unknown low"],
    [facts({ kind: "result" }), 119, "working medium"],
    [facts({ kind: "result" }), 120, "unknown low"],
    [facts({ kind: "interruption" }), 1, "idle medium"],
    [facts({ kind: "api_error" }), 1, "idle medium"],
    // An answer that does not say that it ended.
    [facts({}), 9, "working medium"],
    [facts({}), 10, "idle low"],
    // Nobody has said anything for ten minutes.
    [facts({ stop: "end_turn" }), 599, "idle medium"],
    [facts({ stop: "end_turn" }), 600, "ended medium"],
    [facts({}, ["Bash"]), 600, "ended medium"],
    [facts(null), 1, "unknown low"],
  ];
  for (const [it, ageS, wanted] of rows) {
    assertEquals(said({ facts: it, ageS }), wanted, `${JSON.stringify(it.last)} ${ageS}`);
  }
});

Deno.test("a process that runs is believed, however long ago it spoke, and no other is", () => {
  const idle = facts({ stop: "end_turn" });
  const states = {
    busy: "working",
    waiting: "waiting",
    idle: "idle",
    shell: "shell",
    new: "unknown",
  };
  for (const [status, state] of Object.entries(states)) {
    const found = live({ facts: idle, ageS: 4000, registry: { status } });
    assertEquals([found.live.state, found.live.evidence, found.isLive], [state, "registry", true]);
  }
  assertEquals(
    said({ facts: idle, ageS: 1, registry: { status: "waiting", waitingFor: "plan" } }),
    "waiting high plan",
  );
  // Its number may be another's, or nobody can tell.
  assertEquals(said({ facts: idle, ageS: 1, registry: { isAlive: false } }), "idle medium");
  assertEquals(said({ facts: idle, ageS: 1, registry: { isAlive: null } }), "idle medium");
  assertEquals(said({ facts: idle, ageS: 700, registry: { isAlive: false } }), "ended medium");
  assertEquals(
    said({ facts: facts({}, ["Bash"]), ageS: 200, registry: { isAlive: false } }),
    "unknown low",
  );
});

Deno.test("a hook is believed until the process says something newer", () => {
  const idle = facts({ stop: "end_turn" });
  const hook = (name: string, notification: string | null = null) =>
    said({ facts: idle, ageS: 5, hook: { name, notification, ms: T + 1 } });
  assertEquals(hook("UserPromptSubmit"), "working high");
  assertEquals(hook("PreToolUse"), "working high");
  assertEquals(hook("Notification", "permission_prompt"), "waiting high permission prompt");
  assertEquals(hook("Notification", "idle_prompt"), "idle medium");
  assertEquals(hook("Stop"), "idle high");
  assertEquals(hook("SessionEnd"), "ended high");
  const older = { name: "PreToolUse", ms: T - 1 };
  assertEquals(
    said({ facts: idle, ageS: 5, hook: older, registry: { status: "idle" } }),
    "idle high",
  );
});

Deno.test("it is known until when a state holds if nothing comes", () => {
  assertEquals(live({ facts: facts({}, ["Bash"]), ageS: 0 }).untilMs, T + 120_000);
  assertEquals(live({ facts: facts({}), ageS: 0 }).untilMs, T + 10_000);
  assertEquals(live({ facts: facts({ stop: "end_turn" }), ageS: 0 }).untilMs, T + 600_000);
  assertEquals(live({ facts: facts({}), ageS: 900 }).untilMs, Infinity);
});

/** An answer of a tool. */
function result(n: number, more: Partial<ResultFact> = {}): ResultFact {
  return {
    ...{ ms: T + n * 1000, tool: "Bash", key: `k${n}`, isError: false, isDenied: false },
    ...{ isCheck: false, path: null, isEdit: false, uuid: `u${n}`, agent: null },
    ...more,
  };
}

function health(results: readonly ResultFact[], more: Partial<SessionFacts & HealthInput> = {}) {
  const { health } = assessHealth(
    { ...emptyFacts(), results: [...results], resultCount: results.length, ...more },
    {
      ...{ nowMs: T, state: "working", isVerified: false, appendMs: T, hasRunningAgent: false },
      contextPct: null,
      ...more,
    },
  );
  return health.reasons.map(({ code }) => code);
}

const bad = { isError: true };

Deno.test("a call that fails again and again is a loop from the third time on", () => {
  const failing = (count: number) =>
    Array.from({ length: count }, (_, n) => result(n, { ...bad, key: "same" }));
  assertEquals(health(failing(2)), []);
  assertEquals(health(failing(3)), ["retry_loop"]);
  assertEquals(health([...failing(3), result(9)]), []);
  const other = result(1.5, { agent: "a1" });
  const [one, two, three] = failing(3) as [ResultFact, ResultFact, ResultFact];
  assertEquals(
    health([one, two, other, three]),
    ["retry_loop"],
    "an agent beside it breaks no row",
  );
  const denied = failing(3).map((it) => ({ ...it, isError: false, isDenied: true }));
  assertEquals(health(denied), ["denials"], "what the user refused is no error");
});

Deno.test("six errors of the last eight answers with four inputs are a spiral", () => {
  const mix = (errors: number, inputs: number) =>
    Array.from(
      { length: 8 },
      (_, n) => result(n, n < errors ? { ...bad, key: `k${n % inputs}` } : {}),
    ).toSorted((a, b) => Number(a.isError) - Number(b.isError) || a.ms - b.ms);
  assertEquals(health(mix(6, 4)).includes("error_spiral"), true);
  assertEquals(health(mix(5, 4)).includes("error_spiral"), false);
  assertEquals(health(mix(6, 3)).includes("error_spiral"), false);
});

Deno.test("a file that is edited over and over while checks fail is thrashed", () => {
  const edit = (n: number) => result(n, { isEdit: true, path: "/a.ts", tool: "Edit" });
  const check = (n: number) => result(n, { ...bad, isCheck: true });
  const edits = [0, 2, 4, 6, 8, 10].map(edit);
  const sorted = (list: readonly ResultFact[]) => list.toSorted((a, b) => a.ms - b.ms);
  assertEquals(health(sorted([...edits, check(3), check(7)])), ["edit_thrash"]);
  assertEquals(health(sorted([...edits, check(3)])), []);
  assertEquals(health(sorted([...edits.slice(1), check(3), check(7)])), []);
  const slow = edits.map((it, i) => ({ ...it, ms: T + i * 121_000 }));
  assertEquals(health(sorted([...slow, check(200), check(400)])), []);
});

Deno.test("refusals, errors of the service, silence, a full context and sudden cost are noticed", () => {
  const denied = (n: number) => result(n, { isDenied: true });
  assertEquals(health([denied(0)]), []);
  assertEquals(health([denied(0), result(1), denied(2)]), ["denials"]);
  assertEquals(health([], { apiErrorsMs: [T - 1, T - 2] }), []);
  assertEquals(health([], { apiErrorsMs: [T - 1, T - 2, T - 599_999] }), ["api_errors"]);
  const silent = { isVerified: true, appendMs: T - 600_001 };
  assertEquals(health([], silent), ["stalled"]);
  assertEquals(health([], { ...silent, hasRunningAgent: true }), []);
  assertEquals(health([], { ...silent, state: "idle" }), []);
  assertEquals(health([], { contextPct: 84.9 }), []);
  assertEquals(health([], { contextPct: 85 }), ["context_pressure"]);
  const quarter = Math.floor(T / 900_000);
  const spent = (usd: number) => ({
    usage: {
      ...emptyFacts().usage,
      quarters: { [quarter - 9]: 0.5, [quarter - 8]: 0.5, [quarter]: usd },
    },
  });
  assertEquals(health([], spent(2)), []);
  assertEquals(health([], spent(2.01)), ["cost_spike"]);
});

Deno.test("a reason stays for five more answers or ten minutes, then goes", () => {
  const loop = [0, 1, 2].map((n) => result(n, { ...bad, key: "same" }));
  const at = (it: Partial<SessionFacts>, nowMs: number) =>
    assessHealth({ ...emptyFacts(), ...it }, {
      ...{ nowMs, state: "working", isVerified: false, appendMs: T, hasRunningAgent: false },
      contextPct: null,
    });
  const first = at({ results: loop, resultCount: 3 }, T);
  assertEquals([first.health.level, first.health.score], ["bad", 60]);
  const marks = [...first.marks];
  const over = [...loop, result(9)];
  const codes = (resultCount: number, nowMs: number) =>
    at({ results: over, resultCount, marks }, nowMs).health.reasons.map(({ code }) => code);
  assertEquals(codes(7, T + 1000), ["retry_loop"]);
  assertEquals(codes(8, T + 1000), []);
  assertEquals(codes(4, T + 599_999), ["retry_loop"]);
  assertEquals(codes(4, T + 600_000), []);
});

Deno.test("calls ask for the same thing whatever blanks and temporary names they have", () => {
  const key = (command: string) => callKey({ id: "i", name: "Bash", input: { command } });
  assertEquals(key("run  it\n now"), key("run it now"));
  assertEquals(key("cat temp/x-123/out"), key("cat temp/x-987/out"));
  assert(key("cat a-123") !== key("cat a-987"));
  assertEquals(key("run\u00a0it\t\r\n\u2028 now"), key("run it now"));
  assert(key("runit") !== key("run it") && key("a\\b") !== key("a b"));
});

const CALM: Health = { level: "good", score: 0, reasons: [] };
const VIEW: CardView = { seenMs: T + 10_000, snoozedUntilMs: 0 };

function attention(
  it: SessionFacts,
  state: Partial<LiveState>,
  more: {
    readonly health?: Health;
    readonly view?: Partial<CardView>;
    readonly nowMs?: number;
    readonly autopilot?: AutopilotState;
  } = {},
) {
  const since = new Date(T).toISOString();
  return assessAttention(it, {
    live: { state: "idle", since, confidence: "medium", evidence: "transcript", ...state },
    health: more.health ?? CALM,
    view: { ...VIEW, ...more.view },
    nowMs: more.nowMs ?? T,
    ...(more.autopilot !== undefined && { autopilot: more.autopilot }),
  });
}

Deno.test("what needs a person is known by its reason, the most urgent first", () => {
  const codes = (it: ReturnType<typeof attention>) => [
    it.priority,
    ...it.reasons.map(({ code }) => code),
  ];
  const waits = { state: "waiting", waitingFor: "permission prompt" } as const;
  assertEquals(codes(attention(facts({}), waits)), [100, "permission"]);
  assertEquals(codes(attention(facts({}), { ...waits, confidence: "low" })), [90, "permission"]);
  assertEquals(codes(attention(facts({}), { state: "waiting", waitingFor: "plan" })), [
    90,
    "question",
  ]);
  const asking = facts({ stop: "end_turn", isAsking: true });
  assertEquals(codes(attention(asking, {})), [90, "question"]);
  assertEquals(codes(attention(asking, { state: "working" })), [0]);
  const ill: Health = { level: "bad", score: 60, reasons: [] };
  assertEquals(codes(attention(facts({}), { state: "working" }, { health: ill })), [
    80,
    "health_bad",
  ]);
  assertEquals(codes(attention(facts({ kind: "api_error" }), {})), [65, "api_error"]);
  const limited = { ...facts({}), rateLimit: { text: "usage limit reached", ms: T } };
  assertEquals(codes(attention(limited, {})), [70, "rate_limited"]);
  const later = { ...limited, last: { ...limited.last!, ms: T + 1 } };
  assertEquals(codes(attention(later, {})), [0], "it went on since");
});

Deno.test("a session that finished needs somebody until it was seen; a snooze hides all but permission", () => {
  const done = { ...facts({ stop: "end_turn" }), lastWorkMs: T };
  const codes = (it: ReturnType<typeof attention>) => it.reasons.map(({ code }) => code);
  assertEquals(codes(attention(done, {}, { view: { seenMs: T - 1 } })), ["finished"]);
  assertEquals(codes(attention(done, {}, { view: { seenMs: T } })), []);
  assertEquals(codes(attention(done, { state: "working" }, { view: { seenMs: T - 1 } })), []);
  const asleep = { view: { seenMs: T - 1, snoozedUntilMs: T + 1 } };
  const hidden = attention(done, {}, asleep);
  assertEquals([hidden.needs, hidden.snoozedUntil], [false, new Date(T + 1).toISOString()]);
  assertEquals(attention(done, {}, { ...asleep, nowMs: T + 1 }).needs, true);
  assertEquals(attention(facts({}), { state: "waiting", waitingFor: "x" }, asleep).needs, true);
});

Deno.test("a session whose autopilot turned itself off needs somebody until it ends, and can be silenced", () => {
  const stoppedAt = new Date(T - 5000).toISOString();
  const off = { mode: "off", sends: 3, paused: "max_sends", stoppedAt } as const;
  const done = { ...facts({ stop: "end_turn" }), lastWorkMs: T };
  const unseen = { view: { seenMs: T - 1 }, autopilot: off };
  const both = attention(done, {}, unseen);
  assertEquals([both.priority, ...both.reasons.map(({ code }) => code)], [
    ...[60, "autopilot_stopped", "finished"],
  ]);
  const [reason] = both.reasons;
  assertEquals([reason!.since, reason!.text], [
    stoppedAt,
    "its autopilot turned itself off (max_sends)",
  ]);
  const needs = (
    autopilot: AutopilotState,
    state: Partial<LiveState> = {},
    view: Partial<CardView> = {},
  ) => attention(facts({}), state, { autopilot, view }).needs;
  assertEquals(needs(off), true);
  assertEquals(needs({ mode: "off", sends: 0 }), false);
  assertEquals(needs({ mode: "message", sends: 1, paused: "rate_limited" }), false, "it rests");
  const waits = { mode: "off", resumes: true, sends: 0, paused: "rate_limited" } as const;
  assertEquals(needs(waits), false, "it goes on when the limit ends");
  assertEquals(needs(off, { state: "ended" }), false);
  assertEquals(needs(off, {}, { snoozedUntilMs: T + 1 }), false);
});

Deno.test("sessions stand in the order of their need, of equals the older first", () => {
  const row = (priority: number, sinceMs: number) => ({
    attention: { needs: priority > 0, priority, reasons: [] },
    sinceMs,
  });
  const rows = [row(0, 1), row(40, 2), row(100, 9), row(100, 3)];
  assertEquals(rows.sort(byUrgency).map(({ sinceMs }) => sinceMs), [3, 9, 2, 1]);
});

Deno.test("a question is the end of the last paragraph, outside code", () => {
  for (
    const text of ["Shall I?", "Done.\n\nShall I go on? ", "**Really?**", "Is it (a)?\n", "Was?”"]
  ) {
    assert(endsWithQuestion(text), text);
  }
  for (
    const text of ["Done.", "Why? Because.", "What?\n\nDone.", "```\nx?\n```", "`a?` it is", ""]
  ) {
    assertEquals(endsWithQuestion(text), false, text);
  }
});

Deno.test("a brief is short, whatever was said", () => {
  const long = "日本語 ".repeat(2000);
  const brief = briefOf({
    ...emptyFacts(),
    firstPrompt: long,
    lastAsk: long,
    lastAnswer: long,
    lastError: long,
    todos: Array.from({ length: 50 }, () => ({ text: long.slice(0, 160), status: "pending" })),
    files: Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [
        `/${"x".repeat(180)}${n}`,
        { edits: 1, firstMs: n, lastMs: n },
      ]),
    ),
  });
  const bytes = new TextEncoder().encode(JSON.stringify(brief)).length;
  assert(bytes <= MAX_BRIEF_BYTES && bytes > 1000, `${bytes}`);
  assert(brief.files[0]!.endsWith("49"));
});
