import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { corpusFiles, noTruth, transcriptLines } from "../../../fixtures/transcripts/mod.ts";
import { BoardRig, ROOT, transcriptPath } from "../../../tests/support/board_rig.ts";
import { SessionLines } from "../../../tests/support/session_lines.ts";
import { MemoryStore } from "../library/store.ts";
import type { ReportName } from "../questions.ts";

const T = Date.parse("2026-10-01T08:00:00Z");

const report = (rig: BoardRig, name: ReportName, query = "", session: string | null = null) =>
  rig.ask({ kind: "report", name, session, query, etag: null });

const note = (rig: BoardRig, order: object) => rig.ask({ kind: "note", order: order as never });

Deno.test("T64: 57 sessions are told of without a look at any file", async () => {
  const rig = new BoardRig();
  const files = corpusFiles({ seed: 64, sessions: 57, nowMs: rig.nowMs, meanBytes: 20_000 });
  for (const { mtimeMs, path, recipe } of files) {
    const text = [...transcriptLines(recipe, noTruth())].map((line) => `${line}\n`).join("");
    rig.files.put(`${ROOT}/${path}`, text, mtimeMs);
    rig.read(`${ROOT}/${path}`);
  }
  const { length } = rig.files.opened;
  const { byModel, byProject, calendar, grid, totals } = await report(rig, "insights");
  const costs = [...rig.library.sessions.values()].map(({ facts }) => facts.usage.usd);
  assertAlmostEquals(totals.usd, costs.reduce((a, b) => a + b), 1e-4);
  assertEquals([totals.sessions, calendar.length, calendar.at(-1).day], [57, 90, "2026-10-01"]);
  const acts = [...rig.library.sessions.values()].map(({ facts: { counts } }) =>
    counts.userTurns + counts.assistantMessages
  );
  assertEquals(grid.activity.flat().reduce((a: number, b: number) => a + b), sum(acts));
  const figures = byProject.map(({ key, n, usd }: Record<string, unknown>) => [key, n, usd]);
  assertEquals(figures, GOLDEN_PROJECTS);
  assertEquals(byModel.map(({ model, n }: Record<string, unknown>) => [model, n]), GOLDEN_MODELS);
  for (const [id] of rig.library.sessions) await report(rig, "related", "", id);
  await report(rig, "timeline", "project=/home/dev/project-0");
  await report(rig, "journal");
  await report(rig, "open-loops");
  await report(rig, "backlinks", "file=a.ts");
  assertEquals(rig.files.opened.length, length);
});

Deno.test("insights say of which revision they are, whether they were kept, and what our own models cost", async () => {
  const rig = new BoardRig({ zone: "Asia/Kathmandu" });
  rig.put("one", new SessionLines("one", { nowMs: T }).prompt("Work").answer("Yes.").take());
  const first = await report(rig, "insights");
  const second = await report(rig, "insights");
  assertEquals([first.cached, first.computedMs, first.totals.aiUsd], [false, 0, 0]);
  assertEquals(second, { ...first, cached: true });
  // Midnight of Kathmandu on the first day and the second, and long before.
  const aiDays = [
    { startMs: Date.parse("2026-09-30T18:15:00Z"), usd: 0.25 },
    { startMs: Date.parse("2026-10-01T18:15:00Z"), usd: 0.5 },
    { startMs: Date.parse("2026-01-01T18:15:00Z"), usd: 4 },
  ];
  rig.library.hearCopilot({ autopilots: new Map(), aiDays });
  const aiUsd = async (query: string) => (await report(rig, "insights", query)).totals.aiUsd;
  assertEquals(await aiUsd("from=2026-10-01&to=2026-10-02"), 0.75);
  assertEquals(await aiUsd("from=2026-10-02&to=2026-10-02"), 0.5);
  assertEquals(await aiUsd("from=2026-10-02&to=2026-10-02&tz=UTC"), 0.5);
  // Of a single project nobody knows.
  assertEquals(await aiUsd("project=/home/dev/project"), null);
  const third = await report(rig, "insights");
  assertEquals([third.cached, third.rev > first.rev], [false, true]);
  // What was kept is the same answer.
  const question = { kind: "report", name: "insights", session: null, query: "" } as const;
  const known = await rig.answer({ ...question, etag: null });
  assert(known.kind === "json");
  assertEquals((await rig.answer({ ...question, etag: known.etag })).kind, "same");
});

/** Projects with sessions and USD. */
const GOLDEN_PROJECTS = [
  ["/home/dev/project-0", 13, 6.330548],
  ["/home/dev/project-1", 15, 6.117151],
  ["/home/dev/project-3", 13, 5.237511],
  ["/home/dev/project-4", 10, 4.292856],
  ["/home/dev/project-2", 6, 2.030224],
];
const GOLDEN_MODELS = [
  ["claude-opus-4-6", 15],
  ["claude-opus-5-5", 17],
  ["claude-sonnet-4-6", 17],
  ["claude-haiku-4-5", 8],
];

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

Deno.test("a wasteful session says what was wrong when it was at its worst", async () => {
  const rig = new BoardRig({ repoOf: () => "/home/dev/project" });
  rig.nowMs = T;
  const one = new SessionLines("one", { nowMs: T });
  one.prompt("Work").answer("Yes.", 200_000);
  for (let no = 0; no < 3; no++) one.bash("make", "no", true);
  rig.put("one", one.take());
  rig.changes.take(T);
  // What is no longer so has been so.
  for (let no = 0; no < 6; no++) one.bash(`ls ${no}`, "ok");
  rig.append("one", one.wait(20).answer("No.").take());
  rig.nowMs += 3600_000;
  const { wasteful } = await report(rig, "insights");
  assertEquals(rig.library.sessions.values().next().value!.assessed!.session.health.reasons, []);
  assertEquals(
    wasteful.map(({ health, id, reasons }: Record<string, unknown>) => [id, health, reasons]),
    [["one", "bad", ["retry_loop", "cost_spike"]]],
  );
});

Deno.test("T24: a day's journal has its sessions, what was asked, what it cost and what failed", async () => {
  const rig = new BoardRig({ zone: "Asia/Kathmandu" });
  const one = new SessionLines("one", { nowMs: Date.parse("2026-09-30T18:00:00Z") });
  one.prompt("Yesterday's").answer("Yes.", 100_000).wait(20).prompt("First line\nSecond line");
  one.bash("ls", "no", true).answer("Done.", 200_000).wait(45).prompt("Last").answer("Yes.");
  rig.put("one", one.take());
  const journal = await report(rig, "journal", "day=2026-10-01");
  assertEquals(journal.sessions, [{
    ...{ id: "one", title: "Yesterday's", project: "project" },
    ...{ usd: 2.0011, minutes: 30, prompts: ["First line", "Last"], commits: [], errors: 1 },
  }]);
  assertEquals(journal.totals, { usd: 2.0011, sessions: 1, commits: 0, errors: 1, prompts: 2 });
  const before = await report(rig, "journal", "day=2026-09-30");
  assertEquals([before.totals.usd, before.sessions[0].prompts], [1, ["Yesterday's"]]);
  const other = await report(rig, "journal", "day=2026-09-30&tz=UTC");
  assertEquals([other.totals.prompts, other.tz], [3, "UTC"]);
  const future = await report(rig, "journal", "day=2030-01-01");
  assertEquals([future.totals.sessions, future.sessions], [0, []]);
});

Deno.test("T24: queries that cannot be are refused with what is expected", async () => {
  const rig = new BoardRig();
  const refused: [ReportName, string, string][] = [
    ["insights", "from=2026-13-01", 'from is "2026-13-01", expected a day'],
    ["insights", "from=2026-02-02&to=2026-02-01", "not after 2026-02-01"],
    ["insights", "from=2020-01-01&to=2026-02-01", "more than 400 days"],
    ["insights", "tz=Mars/North", 'tz is "Mars/North", expected a time zone'],
    ["timeline", "", "project is missing"],
    ["journal", "day=today", "expected a day such as"],
    ["open-loops", "days=0", 'days is "0", expected a whole number'],
    ["backlinks", "", "expected one of commit, file and session"],
    ["backlinks", "commit=xyz", "commit is no id of a commit"],
    ["backlinks", "file=a&session=b", "expected one of"],
  ];
  for (const [name, query, text] of refused) {
    const { message, status } = await report(rig, name, query);
    assertEquals(status, 400, query);
    assert(message.includes(text), `${query}: ${message}`);
  }
  assertEquals((await report(rig, "related", "", "none")).code, "session_not_found");
});

Deno.test("T24: sessions are related by files, descent, branch, repository and time", async () => {
  const rig = new BoardRig({ repoOf: () => "/home/dev/project" });
  const put = (id: string, files: readonly string[], atMs = T) => {
    const lines = new SessionLines(id, { nowMs: atMs }).prompt("Work");
    for (const file of files) lines.edit(`/home/dev/project/${file}`);
    rig.put(id, lines.take());
  };
  put("one", ["a", "b"]);
  put("both", ["a", "b"]);
  put("half", ["a"]);
  put("none", ["z"]);
  put("long-ago", [], T - 70 * 86_400_000);
  const { related } = await report(rig, "related", "", "one");
  assertEquals(related.map(({ id }: { id: string }) => id), ["both", "half", "none", "long-ago"]);
  assertEquals(related[0].reasons, ["files", "branch", "repo", "time"]);
  assertEquals(related[0].sharedFiles, ["/home/dev/project/a", "/home/dev/project/b"]);
  // 1/ln(2+3) of a, 1/ln(2+2) of b, 0.4 for the branch, 0.2 for the repository, 0.2 for the time.
  assertAlmostEquals(related[0].score, 1 / Math.log(5) + 1 / Math.log(4) + 0.8, 1e-4);
  assertEquals(related[3].reasons, ["branch", "repo"]);
  assertEquals((await report(rig, "related", "limit=1", "one")).related.length, 1);
  const { backlinks } = await report(rig, "backlinks", "file=project/a");
  assertEquals(backlinks.map(({ sessionId }: { sessionId: string }) => sessionId), [
    ...["both", "half", "one"],
  ]);
});

Deno.test("T24: what was left open is told, with the day on which it was closed", async () => {
  const rig = new BoardRig();
  const open = async (query = "") =>
    (await report(rig, "open-loops", query)).loops
      .map(({ kind, sessionId, text }: Record<string, string>) => `${sessionId} ${kind}: ${text}`);
  const asks = new SessionLines("asks", { nowMs: T }).prompt("Do it").answer(
    "Half done.\n\nPush it?",
  );
  rig.put("asks", asks.take());
  const will = new SessionLines("will", { nowMs: T - 60_000 }).prompt("Do it");
  rig.put("will", will.answer("It works. I'll add tests for the reader later.").take());
  const fails = new SessionLines("fails", { nowMs: T - 120_000 }).prompt("x");
  rig.put("fails", fails.bash("deno test", "Exit 1", true).answer("Stopped.").take());
  assertEquals(await open(), [
    "asks unanswered_question: Push it?",
    "will promised_followup: I'll add tests for the reader later",
  ]);
  // Who has ended after an error left that behind.
  rig.library.gone(transcriptPath("fails"));
  rig.append("asks", asks.wait(1).prompt("Yes").answer("Pushed.").take());
  rig.nowMs += 20_000;
  assertEquals(await open(), [
    "will promised_followup: I'll add tests for the reader later",
    "fails error_tail: Exit 1",
  ]);
  const { loopsClosed, loopsOpened } = await report(rig, "journal", "day=2026-10-01");
  assertEquals([loopsOpened, loopsClosed], [3, 1]);
  rig.nowMs += 10 * 86_400_000;
  assertEquals(await open("days=5"), []);
});

Deno.test("what a session that goes on left open for a day needs somebody, at last", async () => {
  const rig = new BoardRig();
  const lines = new SessionLines("one", { nowMs: rig.nowMs }).prompt("Do it");
  rig.put("one", lines.answer("It works. I'll add tests for the reader later.").take());
  const entry = rig.library.sessions.values().next().value!;
  rig.library.setView(entry, { seenMs: rig.nowMs });
  const reasons = async () => {
    const { session } = await rig.window("one", "limit=1");
    return session.attention.reasons.map(({ code, text }: Record<string, string>) =>
      `${code}: ${text}`
    );
  };
  const runs = { pid: 1, status: "idle", waitingFor: null, isAlive: true };
  rig.library.setRegistry(new Map([["one", { ...runs, statusMs: rig.nowMs }]]));
  await report(rig, "open-loops");
  rig.nowMs += 23 * 3600_000;
  await report(rig, "open-loops");
  assertEquals(await reasons(), []);
  rig.nowMs += 3600_000;
  await report(rig, "open-loops");
  assertEquals(await reasons(), ["open_loop: I'll add tests for the reader later"]);
  // One that has ended is asked about no more.
  rig.library.setRegistry(new Map());
  assertEquals(await reasons(), []);
});

Deno.test("notes are kept beside sessions, outlive the process, and have limits", async () => {
  const store = new MemoryStore();
  const rig = new BoardRig({ store });
  rig.put("one", new SessionLines("one", { nowMs: T }).prompt("Work").take());
  const body = "See **a1b2c3d4** <b>";
  const { author, id, kind, sessionId } = await note(rig, { type: "add", id: "one", body });
  assertEquals([id, sessionId, author, kind], ["n1", "one", "human", "note"]);
  await note(rig, { type: "add", id: "one", body: "Second", uuid: "one-1" });
  rig.nowMs += 1000;
  const changed = await note(rig, { type: "change", note: "n2", body: "Mended" });
  assertEquals([changed.body, changed.uuid, changed.updatedAt > changed.createdAt], [
    ...["Mended", "one-1", true],
  ]);
  const { backlinks } = await report(rig, "backlinks", "commit=a1b2c3d4");
  assertEquals([backlinks[0].kind, backlinks[0].sessionId], ["note", "one"]);
  const next = new BoardRig({ store });
  next.library.restore();
  const bodies = async () =>
    (await report(next, "notes", "", "one")).notes.map((it: { body: string }) => it.body);
  assertEquals(await bodies(), [body, "Mended"]);
  assertEquals(await note(next, { type: "drop", note: "n1" }), { kind: "done" });
  assertEquals((await note(next, { type: "drop", note: "n1" })).code, "note_not_found");
  assertEquals((await note(next, { type: "add", id: "one", body: "Third" })).id, "n3");
  assertEquals(await bodies(), ["Mended", "Third"]);
  const refused = [
    { type: "add", id: "none", body: "x" },
    { type: "add", id: "one", body: " \n" },
    { type: "add", id: "one", body: "ü".repeat(8193) },
    { type: "add", id: "one", body: "x", uuid: "u".repeat(101) },
    { type: "change", note: "n9", body: "x" },
  ];
  for (const order of refused) assert((await note(next, order)).status >= 400);
  for (let no = 0; no < 198; no++) await note(next, { type: "add", id: "one", body: "x" });
  assertEquals((await note(next, { type: "add", id: "one", body: "x" })).code, "too_many_notes");
});
