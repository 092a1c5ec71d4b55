import { assert, assertEquals } from "@std/assert";
import { CopilotWorld, standingAt } from "../../tests/support/copilot_world.ts";
import { OBEDIENT_ANSWERS } from "../../tests/support/injections.ts";
import type { AiAnswer } from "./ai_answer.ts";
import { AUTOPILOT_OFF, type AutopilotConfig, parseConfig } from "./autopilot_config.ts";
import { readKept } from "./keep.ts";
import { autopilotState, withAutopilot } from "./card_words.ts";
import { emptyCard } from "../../tests/support/cards.ts";

const config = (more: Partial<AutopilotConfig>): AutopilotConfig => ({
  ...AUTOPILOT_OFF,
  idleSeconds: 60,
  ...more,
});
const reasons = ({ audit }: CopilotWorld) =>
  audit.filter(({ action }) => action !== "mode").map(({ action, reason }) =>
    `${action} ${reason}`
  );
const said = (text: string): AiAnswer => ({ kind: "answer", text, costUsd: 0.1, model: null });

Deno.test("T48: phase A types nothing; phase B types the draft once all still holds", async () => {
  const it = new CopilotWorld();
  const answer = Promise.withResolvers<AiAnswer>();
  it.answer = answer.promise;
  it.autopilot.configure("one", config({ mode: "ai" }));
  await it.pass(3);
  assertEquals([it.prompts.length, it.keys.length], [1, 0]);
  assertEquals(it.jobs.list().map(({ kind, state }) => [kind, state]), [
    ["autopilot_draft", "running"],
  ]);
  answer.resolve(said("Run the tests."));
  await it.pass(6);
  assertEquals(it.keys, ["paste Run the tests.", "Enter"]);
  assertEquals([it.one.lastAsk, it.autopilot.of("one").sends], ["Run the tests.", 1]);
  assertEquals(reasons(it), ["send confirmed"]);
  const [row] = it.audit.filter(({ action }) => action === "send");
  assert(row!.textHash!.length === 16 && row!.jobId !== undefined && row!.cursor === "0.100");
  assert(!JSON.stringify(it.audit).includes("tests"));
  await it.autopilot.close();
});

Deno.test("T47: what a model writes that obeyed a transcript is not typed, or is one harmless message", async () => {
  for (const [answer, typed] of OBEDIENT_ANSWERS) {
    const it = new CopilotWorld();
    it.items = [{ kind: "user", text: [{ t: "md", text: `Answer with ${answer}` }] }];
    it.above = ["ready", `Answer with ${answer.replace(/\s/g, " ")}`];
    it.answer = said(answer);
    it.autopilot.configure("one", config({ mode: "ai" }));
    await it.pass(5);
    assertEquals(
      it.keys,
      typed === null ? [] : [`paste ${typed}`, "Enter"],
      JSON.stringify(answer),
    );
    assertEquals(it.audit.filter(({ action }) => action !== "mode").length, 1);
    await it.autopilot.close();
  }
});

Deno.test("T48: what changes between the phases discards the draft, and nothing is typed", async () => {
  type Change = (it: CopilotWorld) => void | Promise<void>;
  const changes: readonly [reason: string, change: Change, mode?: string][] = [
    ["session_moved", (it) => it.set({ cursor: "0.200" })],
    ["session_gone", (it) => it.set({ pid: null }), "off: session_gone"],
    [
      "waiting_prompt",
      (it) => it.dialog = ["Do you want to proceed?", "❯ 1. Yes", "  2. No"],
    ],
    ["waiting_prompt", (it) => it.set({ status: "waiting", waitingFor: "permission prompt" })],
    ["human_typing", (it) => it.composer = "half a sen"],
    ["human_active", (it) => it.autopilot.noteHuman("one", false)],
    ["pane_busy", (it) => it.isForeground = false],
    ["not_idle", (it) => it.set({ live: { ...it.one.live, state: "working" } })],
    ["pane_changed", (it) => it.paneId = "%2", "off: pane_changed"],
    ["pane_busy", (it) => it.paneFlags = "1 0 0 0"],
    ["pane_busy", (it) => it.paneFlags = "0 1 0 0"],
    ["pane_busy", (it) => it.paneFlags = "0 0 1 0"],
    ["not_idle", (it) => it.set({ live: { ...it.one.live, confidence: "low" } })],
    ["stale_draft", (it) => it.pass(600)],
    [
      "rate_limited",
      (it) => it.set({ limit: { text: "You've hit your limit", ms: it.clock.unixS() * 1000 } }),
    ],
    [
      "context_full",
      (it) => it.set({ context: { used: 1, window: 1, pct: 95 } }),
      "off: context_full",
    ],
    ["ai_failed", (it) => it.answer = { kind: "failed", reason: "is_error", costUsd: 0 }],
    ["declined", (it) => it.answer = said("NO_REPLY"), "off: declined"],
    ["unsafe_draft", (it) => it.answer = said("/clear")],
    ["budget", (it) => it.budget.charge("autopilot", 2, it.clock.unixS() * 1000)],
  ];
  for (const [reason, change, mode] of changes) {
    const it = new CopilotWorld();
    const answer = Promise.withResolvers<AiAnswer>();
    it.answer = answer.promise;
    it.autopilot.configure("one", config({ mode: "ai" }));
    await it.pass(3);
    it.answer = said("Run the tests.");
    await change(it);
    const { answer: next } = it;
    answer.resolve(await next);
    await it.pass(2);
    assertEquals(reasons(it), [`ai_discarded ${reason}`], reason);
    assertEquals(it.keys, [], reason);
    const row = it.audit.at(-1)!;
    const jobId = it.jobs.list()[0]!.id;
    assertEquals([row.session, row.cursor, row.jobId, row.origin], [
      ...["one", "0.100", jobId, "autopilot"],
    ]);
    assertEquals(Date.parse(row.ts) <= it.clock.unixS() * 1000, true);
    // A busy pane is looked at once more; every other draft is gone.
    if (reason !== "pane_busy") {
      const { result, state } = it.jobs.get(jobId)!;
      assertEquals([state, result], ["discarded", undefined], reason);
    }
    // The card says why.
    const card = withAutopilot(emptyCard("one", "x"), it.autopilot);
    assertEquals(card.autopilot, mode ?? `ai: ${reason}`);
    const { stoppedAt } = autopilotState(it.autopilot.of("one"), false);
    assertEquals(stoppedAt, mode === undefined ? undefined : new Date(row.ts).toISOString());
    await it.autopilot.close();
  }
});

Deno.test("T48: what changes while the pane is locked stops the text, too", async () => {
  const dialog = ["Do you want to proceed?", "❯ 1. Yes", "  2. No"];
  const changes: readonly [reason: string, change: (it: CopilotWorld) => void][] = [
    ["halted", (it) => it.autopilot.halt(true)],
    ["mode_changed", (it) => it.autopilot.configure("one", config({ mode: "off" }))],
    ["session_gone", (it) => it.set({ pid: 101 })],
    ["waiting_prompt", (it) => it.dialog = dialog],
    ["waiting_prompt", (it) => it.set({ waitingFor: "a plan" })],
    ["not_idle", (it) => it.set({ live: { ...it.one.live, state: "working" } })],
    ["session_moved", (it) => it.set({ hasMoved: true })],
    ["human_typing", (it) => it.composer = "half a sen"],
    ["human_active", (it) => it.autopilot.noteHuman("one", true)],
    ["budget", (it) => it.budget.charge("autopilot", 2, it.clock.unixS() * 1000)],
    ["rate_limited", (it) => it.above = ["5-hour limit reached ∙ resets 3pm (UTC)"]],
  ];
  for (const [reason, change] of changes) {
    const it = new CopilotWorld();
    it.autopilot.configure("one", config({ mode: "ai" }));
    // Between the decision and the lock the panes are listed once more.
    const run = it.run.bind(it);
    let lists = 0;
    it.run = (args, input) => {
      if (args[0] === "list-panes" && ++lists === 5) change(it);
      return run(args, input);
    };
    await it.pass(5);
    assertEquals([reasons(it), it.keys], [[`ai_discarded ${reason}`], []], reason);
    await it.autopilot.close();
  }
});

Deno.test("T48: a pane that is busy for one look gets the draft at the next, and no later", async () => {
  for (const looks of [1, 2]) {
    const it = new CopilotWorld();
    const answer = Promise.withResolvers<AiAnswer>();
    it.answer = answer.promise;
    it.autopilot.configure("one", config({ mode: "ai" }));
    await it.pass(3);
    it.paneFlags = "1 0 0 0";
    it.answer = Promise.withResolvers<AiAnswer>().promise;
    answer.resolve(said("Run the tests."));
    await it.pass(2 * looks);
    it.paneFlags = "0 0 0 0";
    await it.pass(2);
    assertEquals(it.keys.length, looks === 1 ? 2 : 0);
    // After two looks it is drafted anew.
    assertEquals(it.prompts.length, looks);
    await it.autopilot.close();
  }
});

Deno.test("T48: the same draft is not sent again, and two bad ones in a row end the autopilot", async () => {
  const it = new CopilotWorld();
  it.autopilot.configure("one", config({ mode: "ai" }));
  await it.pass(120);
  assertEquals(reasons(it), ["send confirmed", "ai_discarded repeat"]);
  const { config: { mode }, paused } = it.autopilot.of("one");
  assertEquals([mode, paused, it.keys.length], ["off", "repeat", 2]);
  await it.autopilot.close();

  const other = new CopilotWorld();
  other.answer = said("/clear");
  other.autopilot.configure("one", config({ mode: "ai" }));
  await other.pass(90);
  assertEquals(reasons(other), ["ai_discarded unsafe_draft", "ai_discarded unsafe_draft"]);
  assertEquals([other.autopilot.of("one").config.mode, other.keys], ["off", []]);
  await other.autopilot.close();
});

Deno.test("T48: a server that stops types nothing any more", async () => {
  const it = new CopilotWorld();
  const answer = Promise.withResolvers<AiAnswer>();
  it.answer = answer.promise;
  it.autopilot.configure("one", config({ mode: "ai" }));
  await it.pass(3);
  const run = it.run.bind(it);
  let lists = 0;
  // It begins to stop while the text is already on its way to the pane.
  it.run = (args, input) => {
    if (args[0] === "list-panes" && ++lists === 2) it.autopilot.close();
    return run(args, input);
  };
  answer.resolve(said("Run the tests."));
  await it.pass(60);
  assertEquals([it.keys, reasons(it)], [[], ["ai_discarded halted"]]);
});

Deno.test("T48: a permission prompt never gets a key, whatever the mode and for however long", async () => {
  for (const mode of ["message", "ai"] as const) {
    const it = new CopilotWorld();
    it.dialog = ["Bash command", "Do you want to proceed?", "❯ 1. Yes", "  2. No"];
    it.autopilot.configure("one", config({ mode, resumeOnReset: true }));
    await it.pass(600);
    assertEquals([it.keys, it.prompts], [[], []]);
    assertEquals(reasons(it), ["ai_discarded waiting_prompt"]);
    await it.autopilot.close();
  }
});

Deno.test("a fixed text is sent when the session is idle, at most so often, until a person speaks", async () => {
  const it = new CopilotWorld();
  it.availability = { available: false, reason: "switched off" };
  it.autopilot.configure("one", config({ mode: "message", message: "Go on.", maxSends: 2 }));
  await it.pass(200);
  assertEquals(it.keys, ["paste Go on.", "Enter", "paste Go on.", "Enter"]);
  assertEquals(reasons(it), ["send confirmed", "send confirmed", "ai_discarded max_sends"]);
  assertEquals(it.autopilot.of("one").config.mode, "off");

  it.autopilot.configure("one", config({ mode: "message", message: "Go on.", maxSends: 2 }));
  await it.pass(30);
  assertEquals(it.autopilot.of("one").sends, 1);
  it.take("Use the other way.");
  await it.pass(140);
  assertEquals(it.autopilot.of("one").sends, 2);
  await it.autopilot.close();
});

Deno.test("the switch halts everything, also what is drafted already, and holds over a restart", async () => {
  const it = new CopilotWorld();
  const answer = Promise.withResolvers<AiAnswer>();
  it.answer = answer.promise;
  it.autopilot.configure("one", config({ mode: "ai" }));
  await it.pass(3);
  it.autopilot.halt(true);
  answer.resolve(said("Run the tests."));
  await it.pass(100);
  assertEquals([it.keys, it.prompts.length], [[], 1]);
  const { autopilot: { isHalted, kept: autopilot } } = it;
  const kept = readKept(JSON.parse(JSON.stringify({
    ...{ isHalted, autopilot, ledger: it.budget.ledger, jobs: it.jobs.list() },
  })));
  await it.autopilot.close();

  const next = new CopilotWorld({ kept });
  await next.pass(100);
  assertEquals([next.autopilot.isHalted, next.prompts], [true, []]);
  next.autopilot.halt(false);
  await next.pass(10);
  assertEquals(next.keys, ["paste Run the tests.", "Enter"]);
  await next.autopilot.close();
  // What cannot be understood halts, too.
  assertEquals(readKept({}).isHalted, true);
  assertEquals(readKept(null).isHalted, false);
});

Deno.test("when a limit has ended the session is told once to go on", async () => {
  const it = new CopilotWorld();
  const text = "You've hit your limit · resets 1pm (UTC)";
  it.set({ limit: { text, ms: it.clock.unixS() * 1000 - 60_000 } });
  it.cardStates.set("one", {
    attn: { needs: true, priority: 70, reasons: [{ code: "rate_limited" }] },
  });
  it.above = [text];
  it.onSubmit = (said) => {
    it.set({ limit: null });
    it.cardStates.delete("one");
    it.above = ["ready"];
    it.take(said);
  };
  it.autopilot.configure("one", config({ resumeOnReset: true }));
  await it.pass(3590);
  assertEquals([it.keys, it.autopilot.of("one").paused], [[], "rate_limited"]);
  // Off as it is, it is about to type: its card says so, and that it is halted when it is.
  const shown = () => {
    const { mode, resumes, stoppedAt } = autopilotState(it.autopilot.of("one"), false);
    const { autopilot } = withAutopilot(emptyCard("one", "x"), it.autopilot);
    return [autopilot, mode, resumes, stoppedAt];
  };
  assertEquals(shown(), ["resume: rate_limited", "off", true, undefined]);
  it.autopilot.halt(true);
  assertEquals(shown()[0], "resume: halted");
  it.autopilot.halt(false);
  await it.pass(120);
  assertEquals(it.keys, ["paste Continue.", "Enter"]);
  await it.pass(3600);
  assertEquals(it.keys.length, 2);
  await it.autopilot.close();
});

Deno.test("T54: the autopilot ends where it is not sure that its text arrived", async () => {
  const it = new CopilotWorld();
  it.onSubmit = () => {};
  it.autopilot.configure("one", config({ mode: "message" }));
  await it.pass(20);
  assertEquals(reasons(it), ["send unconfirmed"]);
  const { config: { mode }, paused } = it.autopilot.of("one");
  assertEquals([mode, paused], ["off", "unconfirmed"]);
  await it.autopilot.close();
});

Deno.test("T49: what a draft may cost is set aside before, and no more is spent in a day than said", async () => {
  const it = new CopilotWorld({ dailyUsd: 0.7 });
  it.answer = { kind: "answer", text: "Run the tests.", costUsd: null, model: null };
  it.standings.set("two", standingAt("0.1", { id: "two" as never, pid: 100 }));
  const slow = Promise.withResolvers<AiAnswer>();
  it.answer = slow.promise;
  for (const id of ["one", "two"]) it.autopilot.configure(id, config({ mode: "ai" }));
  await it.pass(3);
  // 0.50 of 0.70 are set aside for the first.
  assertEquals([it.prompts.length, reasons(it)], [1, ["ai_discarded budget"]]);
  assertEquals(it.autopilot.of("two").paused, "budget");
  slow.resolve({ kind: "failed", reason: "is_error", costUsd: null });
  await it.pass(3);
  assertEquals(it.budget.today(it.clock.unixS() * 1000).autopilotUsd, 0.1);
  await it.autopilot.close();
});

Deno.test("T49: a spent budget is there again at the midnight of its zone, and none at 0 or below", async () => {
  // Midnight there is in an hour.
  const it = new CopilotWorld({ dailyUsd: 0.5, zone: "Pacific/Noumea" });
  it.budget.charge("autopilot", 0.5, it.clock.unixS() * 1000);
  it.autopilot.configure("one", config({ mode: "ai" }));
  await it.pass(3590);
  assertEquals([it.prompts, reasons(it)], [[], ["ai_discarded budget"]]);
  assertEquals(it.autopilot.of("one").paused, "budget");
  await it.pass(20);
  assertEquals([it.prompts.length, it.keys.length], [1, 2]);
  await it.autopilot.close();
  for (const dailyUsd of [0, -1]) {
    const none = new CopilotWorld({ dailyUsd });
    none.autopilot.configure("one", config({ mode: "ai" }));
    await none.pass(10);
    assertEquals([none.prompts, reasons(none)], [[], ["ai_discarded budget"]]);
    await none.autopilot.close();
  }
});

Deno.test("what a person says of an autopilot is checked", () => {
  assertEquals(parseConfig({ mode: "message", message: "Go on", maxSends: 3 }), {
    ...AUTOPILOT_OFF,
    ...{ mode: "message", message: "Go on", maxSends: 3 },
  });
  const bad: readonly [body: unknown, text: string][] = [
    [[], "expected a body"],
    [{ mode: "yes" }, "mode must be one of"],
    [{ mode: "ai", maxSends: 21 }, "maxSends"],
    [{ mode: "ai", idleSeconds: 29 }, "idleSeconds"],
    [{ mode: "ai", message: "/clear" }, "cannot be sent"],
    [{ mode: "ai", message: "yes" }, "cannot be sent"],
    [{ mode: "ai", budget: 3 }, "budget is no setting"],
  ];
  for (const [body, text] of bad) {
    const found = parseConfig(body);
    assert(typeof found === "string" && found.includes(text), String(found));
  }
});
