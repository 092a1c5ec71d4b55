import { assertEquals } from "@std/assert";
import { BoardRig } from "../../../tests/support/board_rig.ts";
import { SessionLines } from "../../../tests/support/session_lines.ts";
import { briefOf } from "../state/brief.ts";
import { emptyFacts, type ResultFact, type SessionFacts } from "../state/facts.ts";
import { type LoopInput, loopsOf } from "./loops.ts";

const T = Date.parse("2026-10-01T12:00:00Z");

function loops(facts: Partial<SessionFacts>, more: Partial<LoopInput> = {}): string[] {
  return loopsOf({
    ...{ id: "s", state: "ended", waitingFor: null, isLive: false, isContinued: false },
    ...{ uncommitted: [], unpushed: [], ...more },
    facts: { ...emptyFacts(), updatedMs: T, lastUuid: "last", ...facts },
  }).map(({ confidence, evidence, kind, sinceMs, text }) =>
    `${kind} ${(sinceMs - T) / 1000} ${evidence}: ${text}${confidence ? ` (${confidence})` : ""}`
  );
}

const said = (isAsking: boolean) =>
  ({ kind: "assistant", ms: T - 5000, uuid: "u", stop: "end_turn", isAsking }) as const;
const answer = (n: number, isError: boolean): ResultFact => ({
  ...{ ms: T + n * 1000, tool: "Bash", key: `k${n}`, isError, isDenied: false, isCheck: false },
  ...{ path: null, isEdit: false, uuid: `r${n}`, agent: null },
});

Deno.test("T24: each kind of loop is open by its rule, and no longer", () => {
  const asks = { last: said(true), lastAnswer: "Done.\n\nShall I push?" };
  const asked = ["unanswered_question -5 u: Shall I push?"];
  assertEquals(loops(asks), asked);
  assertEquals(loops(asks, { state: "idle", isLive: true }), asked);
  assertEquals(loops(asks, { state: "working" }), []);
  assertEquals(loops(asks, { isContinued: true }), [], "a continuation answers it");
  const waits = { last: said(false), lastAnswer: "Which one?" };
  assertEquals(loops(waits, { state: "waiting", waitingFor: "plan" }).length, 1);
  assertEquals(loops(waits, { state: "waiting", waitingFor: "permission prompt" }), []);

  const todo = (status: string, text = "Mend it") => ({ text, status });
  const todos = [todo("completed"), todo("in_progress"), todo("pending", "Test it")];
  assertEquals(loops({ todos }), ["pending_todo 0 last: Mend it (and 1 more)"]);
  assertEquals(loops({ todos }, { isLive: true }), []);
  assertEquals(loops({ todos }, { isContinued: true }), []);
  assertEquals(loops({ todos: [todo("completed"), todo("cancelled")] }), []);

  assertEquals(loops({}, { uncommitted: ["/a.ts", "/b.ts"], isLive: true }), [
    "uncommitted_edits 0 /a.ts: /a.ts and 1 more",
  ]);
  const unpushed = [
    { sha: "b2", subject: "Later", ms: T - 1000 },
    { sha: "a1", subject: "Earlier", ms: T - 9000 },
  ];
  assertEquals(loops({}, { unpushed }), ["unpushed_commits -9 a1: Earlier and 1 more"]);
  assertEquals(loops({}, { unpushed: [unpushed[0]!] }), ["unpushed_commits -1 b2: Later"]);

  const tail = (count: number) => ({
    results: Array.from({ length: 4 }, (_, n) => answer(n, n === 4 - count)),
    lastError: "Exit 1",
  });
  assertEquals(loops(tail(3)), ["error_tail 1 r1: Exit 1"]);
  assertEquals(loops(tail(4)), [], "three answers came after it");
  assertEquals(loops(tail(1), { state: "idle" }), []);
  assertEquals(loops(tail(1), { isContinued: true }), []);

  const promises = { last: said(false), lastAnswer: "Done. Next I would add a test." };
  assertEquals(loops(promises), ["promised_followup -5 u: Next I would add a test (weak)"]);
  assertEquals(loops(promises, { isContinued: true }), []);
  assertEquals(loops({ ...promises, last: { ...said(false), kind: "prompt" } }), []);
  assertEquals(loops({ last: said(false), lastAnswer: "I added a test." }), []);
});

Deno.test("T24: a brief says what was asked, said, listed, edited, committed, and what is next", () => {
  const touch = (lastMs: number) => ({ edits: 1, firstMs: 0, lastMs });
  const facts: SessionFacts = {
    ...emptyFacts(),
    ...{
      firstPrompt: "Mend the reader",
      lastAsk: "And its test",
      lastAnswer: "Both  are\nmended.",
    },
    lastError: "Exit 1",
    todos: [
      { text: "Read", status: "completed" },
      { text: "Document", status: "pending" },
      { text: "Test", status: "in_progress" },
    ],
    files: { "/old.ts": touch(1), "/new.ts": touch(9) },
  };
  const commits = [{ sha: "a1", subject: "Mend the reader" }];
  assertEquals(briefOf(facts, commits), {
    ...{ goal: "Mend the reader", lastAsk: "And its test", lastAnswer: "Both are mended." },
    todos: [{ text: "Document", status: "pending" }, { text: "Test", status: "in_progress" }],
    ...{ files: ["/new.ts", "/old.ts"], commits, lastError: "Exit 1", nextStep: "Test" },
  });
  assertEquals(briefOf(emptyFacts()), {
    ...{ goal: null, lastAsk: null, lastAnswer: null, todos: [], files: [], commits: [] },
  });
});

Deno.test("T24: who goes on from a session is related to it, before whoever edited the same file", async () => {
  const rig = new BoardRig();
  const put = (id: string, lines: SessionLines) => {
    rig.nowMs += 1000;
    rig.put(id, lines.take());
  };
  const first = new SessionLines("first", { nowMs: T }).prompt("Work").edit("/a.ts");
  const text = first.text;
  put("first", first);
  put("same-file", new SessionLines("same-file", { nowMs: T }).prompt("Work").edit("/a.ts"));
  rig.nowMs += 1000;
  const more = new SessionLines("next", { nowMs: T }).prompt("Go on");
  rig.put("next", text.replaceAll('"sessionId":"first"', '"sessionId":"next"') + more.take());
  const { related } = await rig.ask({
    ...{ kind: "report", name: "related", session: "first", query: "", etag: null },
  });
  assertEquals(
    related.map(({ id, reasons }: { id: string; reasons: string[] }) => [id, ...reasons]),
    [["next", "files", "lineage", "time"], ["same-file", "files", "time"]],
  );
});
