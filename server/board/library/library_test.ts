import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  damaged,
  noTruth,
  transcriptLines,
  type TranscriptTruth,
} from "../../../fixtures/transcripts/mod.ts";
import { Rng } from "../../../runtime/mod.ts";
import { BoardRig, transcriptPath } from "../../../tests/support/board_rig.ts";
import { SessionLines } from "../../../tests/support/session_lines.ts";
import type { AutopilotState } from "../copilot_news.ts";
import type { TranscriptId } from "../ids.ts";
import { MemoryStore } from "./store.ts";

const START = Date.parse("2026-10-01T08:00:00Z");

function made(session: string, records: number, more: object = {}) {
  const truth = noTruth();
  const lines = [
    ...transcriptLines({ seed: 7, session, startMs: START, records, ...more }, truth),
  ];
  return { truth, lines, text: lines.map((line) => `${line}\n`).join("") };
}

/** What a transcript of the usual model costs, by its recipe. */
function usdOf({ input, output, cacheRead, cacheWrite }: TranscriptTruth): number {
  return (input * 3 + output * 15 + cacheRead * 0.3 + cacheWrite * 3.75) / 1e6;
}

const factsOf = (rig: BoardRig, id: string) => rig.library.sessions.get(id as TranscriptId)!.facts;

Deno.test("what a session did and cost is what its recipe says, damaged lines or not", () => {
  const { lines, truth } = made("s", 1500);
  const rig = new BoardRig();
  const { counts, text } = damaged(lines, new Rng(2), 0.1);
  rig.put("s", text);
  const facts = factsOf(rig, "s");
  const { records: _, ...rest } = facts.counts;
  assertEquals(rest, {
    userTurns: truth.userTurns,
    assistantMessages: truth.assistantMessages,
    toolCalls: truth.toolCalls,
    toolErrors: truth.toolErrors,
    denials: truth.denials,
    compactions: truth.compactions,
  });
  assertAlmostEquals(facts.usage.usd, usdOf(truth), 1e-6);
  assertEquals(facts.usage.output, truth.output);
  assertEquals(facts.integrity.badLines, counts.noise);
  assert(facts.integrity.salvaged >= counts.spliced + counts.nul);
  assertEquals(facts.integrity.rawRecords, counts.unknown);
});

Deno.test("facts and items are the same however the transcript grew", async () => {
  const { text } = made("s", 120, { agents: ["a1"] });
  const bytes = new TextEncoder().encode(text);
  const whole = new BoardRig();
  whole.put("s", text);
  const wanted = JSON.stringify(factsOf(whole, "s"));
  const items = await whole.window("s", "anchor=head&limit=1000&maxBytes=4194304");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: bytes.length }), { maxLength: 10 }),
      async (cuts) => {
        const rig = new BoardRig();
        const path = transcriptPath("s");
        let from = 0;
        for (const end of [...cuts, bytes.length].sort((a, b) => a - b)) {
          if (end === from) continue;
          rig.files.append(path, bytes.slice(from, end), rig.nowMs);
          rig.read(path);
          from = end;
        }
        assertEquals(JSON.stringify(factsOf(rig, "s")), wanted);
        const found = await rig.window("s", "anchor=head&limit=1000&maxBytes=4194304");
        assertEquals([found.items, found.window], [items.items, items.window]);
      },
    ),
    { numRuns: 15 },
  );
});

Deno.test("a resumed session pays for what it adds, and is known to go on from the other", () => {
  const first = made("first", 200);
  const more = made("second", 100, { seed: 8 });
  const copied = first.lines.map((line) => line.replaceAll('"first"', '"second"'));
  const rig = new BoardRig();
  rig.put("first", first.text);
  rig.nowMs += 1000;
  rig.put("second", `${[...copied, ...more.lines].join("\n")}\n`);
  assertAlmostEquals(factsOf(rig, "first").usage.usd, usdOf(first.truth), 1e-6);
  assertAlmostEquals(factsOf(rig, "second").usage.usd, usdOf(more.truth), 1e-6);
  const { lineage } = rig.library;
  assertEquals(lineage.parentOf("second"), "first");
  assertEquals([lineage.parentOf("first"), lineage.childrenOf("first")], [null, ["second"]]);
});

Deno.test("agents are part of their session: what they cost, and whether they are at work", async () => {
  const main = made("s", 400, { agents: ["a1"] });
  const agent = made("s", 80, { agent: "a1", seed: 9 });
  const rig = new BoardRig();
  rig.put("s", main.text);
  rig.put("s", agent.text, "a1");
  const facts = factsOf(rig, "s");
  assertAlmostEquals(facts.usage.usd, usdOf(main.truth) + usdOf(agent.truth), 1e-6);
  const { agents } = await rig.ask({ kind: "agents", id: "s", query: "", etag: null });
  assertEquals(agents.length, 1);
  assertEquals([agents[0].id, agents[0].status, agents[0].type, agents[0].hasThread], [
    ...["a1", "done", "explorer", true],
  ]);
  assertEquals(agents[0].toolCalls, agent.truth.toolCalls);
});

Deno.test("of a transcript beyond the cap the end is shown, and all of it is counted", async () => {
  const { text, truth, lines } = made("s", 0, { bytes: 3_000_000, records: undefined });
  const rig = new BoardRig({ limits: { maxParseBytes: 500_000 } });
  const path = rig.put("s", text);
  const facts = factsOf(rig, "s");
  assertEquals(facts.startedMs, Date.parse(JSON.parse(lines[0]!).timestamp));
  assert(facts.firstPrompt !== null && facts.cwd === "/home/dev/project");
  const before = await rig.window("s", "anchor=head&limit=3");
  assertEquals([before.window.truncatedHead, before.items[0].n], [true, 0]);
  assertEquals(before.session.cost.partial, true);
  const skipped = before.session.integrity.headSkippedBytes;
  const size = new TextEncoder().encode(text).length;
  assert(skipped >= size - 500_000 && skipped < size - 450_000);
  assert(facts.usage.usd < usdOf(truth) / 2);
  while (rig.library.count(path));
  assertAlmostEquals(facts.usage.usd, usdOf(truth), 1e-6);
  const after = await rig.window("s", "anchor=head&limit=3");
  assertEquals([after.session.cost.partial, after.window.truncatedHead], [false, true]);
  // Without a cap there is nothing to leave out.
  const whole = new BoardRig({ limits: { maxParseBytes: 0 } });
  whole.put("s", text);
  const all = await whole.window("s", "anchor=head&limit=3");
  assertEquals([all.window.truncatedHead, all.session.cost.partial], [undefined, false]);
  assertAlmostEquals(factsOf(whole, "s").usage.usd, usdOf(truth), 1e-6);
});

Deno.test("a session whose transcript is gone keeps its numbers, and leaves the board", async () => {
  const { text, truth } = made("s", 200);
  const rig = new BoardRig();
  const path = rig.put("s", text);
  assertEquals(rig.changes.take(rig.nowMs)!.up.map(({ id }) => id), ["s"]);
  await rig.window("s", "limit=5");
  assert(rig.library.cache.bytes > 0);
  rig.files.remove(path);
  rig.library.gone(path);
  assertEquals(rig.library.cache.bytes, 0);
  assertEquals(rig.changes.take(rig.nowMs)!.rm, ["s"]);
  const list = (query: string) => rig.ask({ kind: "sessions", query, etag: null });
  assertEquals((await list("")).sessions.length, 0);
  const { sessions } = await list("archived=1");
  assertEquals([sessions[0].archived, sessions[0].live.state], [true, "ended"]);
  assertAlmostEquals(sessions[0].cost.usd, usdOf(truth), 1e-6);
  assertEquals((await rig.window("s", "limit=5")).code, "transcript_gone");
  // And so it is in the next process, too.
  const next = new BoardRig({ files: rig.files, store: rig.store });
  next.library.restore();
  assertAlmostEquals(factsOf(next, "s").usage.usd, usdOf(truth), 1e-6);
  assertEquals(next.changes.take(next.nowMs)!.up, []);
});

Deno.test("another process goes on where this one stopped, and reads what is new only", () => {
  const { lines, truth } = made("s", 400);
  const half = lines.length >> 1;
  const store = new MemoryStore();
  const rig = new BoardRig({ store });
  rig.put("s", lines.slice(0, half).map((line) => `${line}\n`).join(""));
  const next = new BoardRig({ files: rig.files, store });
  next.library.restore();
  const before = next.files.bytesRead;
  const rest = lines.slice(half).map((line) => `${line}\n`).join("");
  next.append("s", rest);
  const bytes = new TextEncoder().encode(rest).length;
  // The head is compared once, as the file may be another one by now.
  assert(next.files.bytesRead - before <= bytes + 4096);
  assertAlmostEquals(factsOf(next, "s").usage.usd, usdOf(truth), 1e-6);
  assertEquals(factsOf(next, "s").counts.toolCalls, truth.toolCalls);
});

Deno.test("a transcript that becomes another one is that one, with its agents, and pays for it only", () => {
  const rig = new BoardRig();
  rig.put("s", made("s", 200).text);
  const agent = made("s", 50, { agent: "a1" });
  rig.put("s", agent.text, "a1");
  const other = made("s", 100, { seed: 20 });
  rig.put("s", other.text);
  assertAlmostEquals(factsOf(rig, "s").usage.usd, usdOf(other.truth) + usdOf(agent.truth), 1e-6);
  assertEquals(factsOf(rig, "s").counts.userTurns, other.truth.userTurns);
});

Deno.test("sessions of our own helpers are never listed", () => {
  const rig = new BoardRig({ excluded: ["/home/dev/.headway/ai-scratch"] });
  const path = "/agents/projects/-home-dev--headway-ai-scratch/s.jsonl";
  rig.files.put(path, made("s", 20).text, rig.nowMs);
  assertEquals(rig.read(path), false);
  assertEquals(rig.library.sessions.size, 0);
});

Deno.test("the list is filtered, ordered, paged, and refuses what it does not understand", async () => {
  const rig = new BoardRig();
  const list = (query: string) => rig.ask({ kind: "sessions", query, etag: null });
  for (let n = 0; n < 7; n++) {
    const cwd = `/home/dev/${n % 2 === 0 ? "even" : "odd"}`;
    rig.put(`session-${n}`, made(`session-${n}`, 20 + n * 20, { cwd }).text);
    rig.nowMs += 60_000;
  }
  const ids: string[] = [];
  for (let query = "limit=3";;) {
    const { sessions, nextCursor, total } = await list(query);
    assertEquals(total, 7);
    ids.push(...sessions.map(({ id }: { id: string }) => id));
    if (nextCursor === null) break;
    query = `limit=3&cursor=${encodeURIComponent(nextCursor)}`;
  }
  assertEquals(ids, [6, 5, 4, 3, 2, 1, 0].map((n) => `session-${n}`));
  const idsOf = async (query: string) =>
    (await list(query)).sessions.map(({ id }: { id: string }) => id);
  assertEquals(await idsOf("project=odd"), ["session-5", "session-3", "session-1"]);
  assertEquals(await idsOf("q=session-4"), ["session-4"]);
  assertEquals((await idsOf("sort=cost"))[0], "session-6");
  assertEquals(await idsOf("state=ended"), []);
  for (
    const query of ["limit=0", "limit=501", "sort=x", "state=x", "live=2", "cursor=%", "since=x"]
  ) {
    assertEquals((await list(query)).status, 400, query);
  }
});

Deno.test("cards come when they change, go when they are old, and are small", () => {
  const rig = new BoardRig();
  const wide = "日本語".repeat(200);
  const { lines } = made("s", 100, { branch: wide, ending: "question", agents: ["a1"] });
  rig.put("s", lines.map((line) => `${line}\n`).join(""));
  const [card] = rig.changes.take(rig.nowMs)!.up;
  assert(new TextEncoder().encode(JSON.stringify({ ...card, rev: 1e9 })).length <= 1536);
  assertEquals(rig.changes.take(rig.nowMs), null, "nothing has changed");
  rig.append("s", `{"type":"custom-title","customTitle":"Mine","sessionId":"s"}\n`);
  assertEquals(rig.changes.take(rig.nowMs)!.up.map(({ title }) => title), ["Mine"]);
  rig.nowMs += 11 * 60_000;
  assertEquals(rig.changes.take(rig.nowMs)!.up.map(({ state }) => state), ["ended"]);
  rig.nowMs += 24 * 3600_000;
  assertEquals(rig.changes.take(rig.nowMs)!.rm, ["s"]);
});

Deno.test("what left the board long ago is looked at after the others have been told", () => {
  const store = new MemoryStore();
  const before = new BoardRig({ store });
  before.put("old", made("old", 30).text);
  before.nowMs += 30 * 3600_000;
  before.put("new", made("new", 30).text);
  const rig = new BoardRig({ store });
  rig.nowMs = before.nowMs;
  rig.library.restore();
  const assessed = () =>
    [...rig.library.sessions.values()].filter((it) => it.assessed !== null).map(({ id }) => id);
  const first = rig.changes.take(rig.nowMs)!;
  assertEquals([first.up.map(({ id }) => id as string), assessed()], [["new"], ["new"]]);
  assert(rig.changes.nextMs <= rig.nowMs);
  assertEquals(rig.changes.take(rig.nowMs), null);
  assertEquals(assessed().sort(), ["new", "old"]);
});

Deno.test("what ended long ago costs nothing any more as time goes by", () => {
  const rig = new BoardRig();
  const { lines } = made("s", 50);
  rig.put("s", lines.map((line) => `${line}\n`).join(""));
  rig.nowMs += 11 * 60_000;
  const [entry] = rig.library.sessions.values();
  rig.changes.take(rig.nowMs);
  rig.nowMs += 24 * 3600_000;
  assertEquals(rig.changes.take(rig.nowMs)!.rm, ["s"], "it leaves the board once");
  const { assessed } = entry!;
  for (let i = 0; i < 5; i++) {
    rig.nowMs += 1000;
    rig.changes.take(rig.nowMs);
  }
  assert(entry!.assessed === assessed, "it was assessed again although nothing came");
});

Deno.test("a title is the person's, else the agent's, a summary's, the first prompt's, or the id", async () => {
  const rig = new BoardRig();
  const user = (uuid: string, content: string) =>
    `${JSON.stringify({ type: "user", uuid, message: { role: "user", content } })}\n`;
  rig.put("s", user("u1", "<command-name>/clear</command-name>"));
  const title = async () => {
    const { session } = await rig.window("s", "limit=1");
    return [session.title, session.titleSource];
  };
  assertEquals(await title(), ["s", "id"]);
  rig.append("s", user("u2", `Mend   the reader. ${"x".repeat(200)}`));
  const [prompt, source] = await title();
  assertEquals([prompt.length, prompt.startsWith("Mend the reader. "), source], [
    ...[80, true, "firstPrompt"],
  ]);
  rig.append("s", `{"type":"summary","summary":"Elsewhere","leafUuid":"in-another-file"}\n`);
  assertEquals((await title())[1], "firstPrompt");
  rig.append("s", `{"type":"summary","summary":"Reader mended","leafUuid":"u2"}\n`);
  assertEquals(await title(), ["Reader mended", "summary"]);
  rig.append("s", `{"type":"ai-title","aiTitle":"The reader","sessionId":"s"}\n`);
  assertEquals(await title(), ["The reader", "agent"]);
  rig.append("s", `{"type":"custom-title","customTitle":"Mine","sessionId":"s"}\n`);
  rig.append("s", `{"type":"ai-title","aiTitle":"Another","sessionId":"s"}\n`);
  assertEquals(await title(), ["Mine", "custom"]);
});

Deno.test("T1: of titles of one kind the newest counts; what no person said is no prompt", async () => {
  const rig = new BoardRig();
  const line = (record: object) => `${JSON.stringify(record)}\n`;
  const user = (uuid: string, content: string, more: object = {}) =>
    line({ type: "user", uuid, message: { role: "user", content }, ...more });
  const title = async () => {
    const { session } = await rig.window("s", "limit=1");
    return [session.title, session.titleSource];
  };
  // Told before their records, as a resumed session has them: the second one is the newer.
  rig.put("s", line({ type: "summary", summary: "Older", leafUuid: "u9" }));
  rig.append("s", line({ type: "summary", summary: "Newer", leafUuid: "u5" }));
  const unsaid = ["<command-message>x</command-message>", "<local-command-stdout>x"];
  for (const text of unsaid) rig.append("s", user("u1", text));
  rig.append("s", user("u2", "From a hook", { isMeta: true }));
  rig.append("s", user("u3", "A summary", { isCompactSummary: true }));
  rig.append("s", user("u4", "[Request interrupted by user]"));
  assertEquals(await title(), ["s", "id"]);
  rig.append("s", user("u5", "Mend it"));
  assertEquals(await title(), ["Newer", "summary"]);
  rig.append("s", user("u9", "And test it"));
  assertEquals(await title(), ["Newer", "summary"], "what is older stays older");
  rig.append("s", line({ type: "summary", summary: "Newest", leafUuid: "u5" }));
  assertEquals(await title(), ["Newest", "summary"]);
  assertEquals(factsOf(rig, "s").firstPrompt, "Mend it");
  for (const name of ["One", "Two"]) {
    rig.append("s", line({ type: "ai-title", aiTitle: `Title ${name}` }));
    assertEquals(await title(), [`Title ${name}`, "agent"]);
    rig.append("s", line({ type: "agent-name", agentName: `Name ${name}` }));
    assertEquals(await title(), [`Name ${name}`, "agent"]);
  }
  for (const name of ["One", "Two"]) {
    rig.append("s", line({ type: "custom-title", customTitle: `Mine ${name}` }));
    assertEquals(await title(), [`Mine ${name}`, "custom"]);
  }
});

Deno.test("T6: a session says where its cost is from, and which tokens nobody knows the price of", async () => {
  const rig = new BoardRig();
  const answer = (no: number, model: string, more: object = {}) =>
    `${
      JSON.stringify({
        ...{ type: "assistant", uuid: `u${no}`, requestId: `r${no}`, ...more },
        message: { ...{ id: `m${no}`, model, role: "assistant", content: [] }, usage: USAGE },
      })
    }\n`;
  const USAGE = { input_tokens: 1000, output_tokens: 1_000_000 };
  const cost = async () => (await rig.window("s", "limit=1")).session.cost;
  rig.put("s", answer(1, "claude-sonnet-4-6", { costUSD: 2 }));
  assertEquals(await cost(), { usd: 2, unpricedTokens: 0, source: "recorded", partial: false });
  rig.append("s", answer(2, "claude-sonnet-4-6"));
  assertEquals(await cost(), { usd: 17.003, unpricedTokens: 0, source: "mixed", partial: false });
  rig.append("s", answer(3, "some-model") + answer(4, "some-model", { costUSD: 1 }));
  assertEquals(await cost(), {
    ...{ usd: 18.003, unpricedTokens: 1_001_000, source: "mixed", partial: false },
  });
  const { money } = rig.changes.take(rig.nowMs)!;
  assertEquals(money!.unpricedTokens, 1_001_000);
});

Deno.test("what the copilot tells of an autopilot that turned itself off is in the session and on its card", async () => {
  const rig = new BoardRig();
  const lines = new SessionLines("one", { nowMs: rig.nowMs }).prompt("Work").answer("Done.");
  rig.put("one", lines.take());
  rig.changes.take(rig.nowMs);
  const off = { mode: "off", sends: 5, paused: "max_sends" } as const;
  const hear = (autopilots: readonly (readonly [string, AutopilotState])[]) => {
    rig.library.hearCopilot({ autopilots: new Map(autopilots), aiDays: [] });
    return rig.changes.take(rig.nowMs)!.up.map(({ attn, col }) => [
      ...[col, attn.priority, ...attn.reasons.map(({ code }) => code)],
    ]);
  };
  assertEquals(hear([["one", off]]), [["needs", 60, "autopilot_stopped"]]);
  const { attention } = (await rig.window("one", "limit=1")).session;
  assertEquals([attention.needs, attention.reasons[0].code], [true, "autopilot_stopped"]);
  assertEquals(hear([]), [["idle", 0]]);
});
