import { assert, assertEquals } from "@std/assert";
import { noTruth, transcriptLines } from "../../../fixtures/transcripts/mod.ts";
import { BoardRig, transcriptPath } from "../../../tests/support/board_rig.ts";

const START = Date.parse("2026-10-01T08:00:00Z");

function made(session: string, records: number, more: object = {}) {
  const truth = noTruth();
  const recipe = { seed: 7, session, startMs: START, records, ...more };
  const lines = [...transcriptLines(recipe, truth)];
  return { truth, lines, text: lines.join("\n") + "\n" };
}

/** A transcript of days ago, which is not indexed while it is read. */
function putOld(rig: BoardRig, session: string, text: string) {
  rig.nowMs -= 3 * 86_400_000;
  rig.files.put(transcriptPath(session), text, rig.nowMs);
  rig.nowMs += 3 * 86_400_000;
  rig.read(transcriptPath(session));
}

interface Item {
  readonly n: number;
  readonly uuid: string;
  readonly kind: string;
  readonly text?: readonly { readonly t: string; readonly status?: string }[];
}

Deno.test("walking down from the head, and up from the tail, meets every item once", async () => {
  const rig = new BoardRig();
  const { text, truth } = made("s", 600);
  rig.put("s", text);
  await rig.indexed("s");
  const walk = async (first: string, step: "after" | "before") => {
    const items: Item[] = [];
    for (let query = first;;) {
      const { items: page, window } = await rig.window("s", `${query}&limit=37`);
      items.splice(step === "after" ? items.length : 0, 0, ...page);
      assertEquals(
        page.map(({ n }: Item) => n),
        page.map((_: Item, i: number) => window.start + i),
      );
      assertEquals(window.end - window.start, page.length);
      if (window[step] === null) return { items, window };
      query = `${step}=${window[step]}`;
    }
  };
  const down = await walk("anchor=head", "after");
  const up = await walk("anchor=tail", "before");
  assertEquals(down.items.map(({ uuid }) => uuid), up.items.map(({ uuid }) => uuid));
  assertEquals(down.items.length, down.window.total);
  const users = down.items.filter(({ kind }) => kind === "user").length;
  const answers = down.items.filter(({ kind }) => kind === "assistant").length;
  assertEquals([users, answers], [truth.userTurns, truth.assistantMessages]);
  assertEquals(new Set(down.items.map(({ uuid }) => uuid)).size, down.items.length);
  assertEquals(down.items.filter(({ kind }) => kind === "compaction").length, truth.compactions);
  const tools = down.items.flatMap(({ text = [] }) => text.filter(({ t }) => t === "tool"));
  const withStatus = (status: string) => tools.filter((it) => it.status === status).length;
  assertEquals(tools.length, truth.toolCalls);
  assertEquals([withStatus("error"), withStatus("denied")], [truth.toolErrors, truth.denials]);
  assertEquals(withStatus("pending"), 0);
});

Deno.test("a file that nobody has indexed is shown at once, by two megabytes of it at most", async () => {
  const rig = new BoardRig();
  const { text } = made("big", 0, { bytes: 12_000_000, records: undefined });
  putOld(rig, "big", text);
  const before = rig.files.bytesRead;
  const first = await rig.window("big", "anchor=tail&limit=120");
  assert(rig.files.bytesRead - before <= 2 * 2 ** 20, `${rig.files.bytesRead - before}`);
  assertEquals([first.window.totalExact, first.window.end, first.items.length], [false, 0, 120]);
  assertEquals(first.items.at(-1).n, -1);
  assert(first.window.before.includes(".b"));
  await rig.indexed("big");
  const second = await rig.window("big", "anchor=tail&limit=120");
  assertEquals(second.window.totalExact, true);
  assertEquals(
    second.items.map(({ uuid }: Item) => uuid),
    first.items.map(({ uuid }: Item) => uuid),
  );
  // The place that the first answer gave is good for the second.
  const above = await rig.window("big", `before=${first.window.before}&limit=10`);
  assertEquals(above.window.end, second.window.start);
  // With an index, a window reads what it shows.
  const start = rig.files.bytesRead;
  await rig.window("big", "around=0.1000&limit=120");
  assert(rig.files.bytesRead - start <= 2 * 2 ** 20);
});

Deno.test("a transcript of today is indexed while it is read, and kept so as it grows", async () => {
  const rig = new BoardRig();
  const { lines } = made("s", 0, { bytes: 3_000_000, records: undefined });
  rig.put("s", lines.slice(0, 500).join("\n") + "\n");
  const more = lines.slice(500, 520).map((line) => `${line}\n`);
  const before = rig.files.bytesRead;
  for (const line of more) rig.append("s", line);
  const appended = new TextEncoder().encode(more.join("")).length;
  assertEquals(rig.files.bytesRead - before, appended, "each byte once");
  const { window } = await rig.window("s", "anchor=tail&limit=120");
  assert(window.totalExact);
  assert(rig.files.bytesRead - before - appended <= 2 * 2 ** 20);
  const anew = new BoardRig();
  anew.put("s", lines.slice(0, 520).join("\n") + "\n");
  assertEquals((await anew.window("s", "anchor=tail&limit=120")).window, window);
});

Deno.test("the head of a file that nobody has indexed has its true numbers", async () => {
  const rig = new BoardRig();
  const { text } = made("big", 0, { bytes: 6_000_000, records: undefined });
  putOld(rig, "big", text);
  const first = await rig.window("big", "anchor=head&limit=20");
  assertEquals([first.window.totalExact, first.window.start, first.window.end], [false, 0, 20]);
  assertEquals([first.window.hasBefore, first.window.hasAfter], [false, true]);
  const next = await rig.window("big", `after=${first.window.after}&limit=5`);
  assertEquals(next.items.map(({ n }: Item) => n), [20, 21, 22, 23, 24]);
});

Deno.test("an item is found by its uuid, by a call in it, and by its place", async () => {
  const rig = new BoardRig();
  const { text, lines } = made("s", 300);
  rig.put("s", text);
  const call = lines.map((line) => JSON.parse(line))
    .flatMap(({ message }) => Array.isArray(message?.content) ? message.content : [])
    .find(({ type }) => type === "tool_use").id;
  const byCall = await rig.window("s", `around=${call}&limit=9`);
  const at = byCall.items.find(({ n }: Item) => n === byCall.window.target);
  assert(JSON.stringify(at).includes(call));
  for (const target of [at.uuid, `0.${at.n}`]) {
    const { window } = await rig.window("s", `around=${target}&limit=9`);
    assertEquals(window, byCall.window);
  }
  const missing = await rig.window("s", "around=no-such-uuid");
  assertEquals([missing.status, missing.code], [404, "item_not_found"]);
});

Deno.test("an item of an agent is looked for in vain, with a hint where it is", async () => {
  const rig = new BoardRig();
  rig.put("s", made("s", 60).text);
  const agent = made("s", 40, { agent: "a1" });
  rig.put("s", agent.text, "a1");
  const inside = await rig.window("s", "agent=a1&anchor=head&limit=5");
  assertEquals(inside.items.map(({ n }: Item) => n), [0, 1, 2, 3, 4]);
  await rig.ask({ kind: "outline", id: "s", query: "agent=a1", etag: null });
  const uuid = inside.items[1].uuid;
  const outside = await rig.window("s", `around=${uuid}`);
  assertEquals([outside.code, outside.hint], ["item_not_found", { agent: "a1" }]);
  const found = await rig.window("s", `agent=a1&around=${uuid}&limit=3`);
  assertEquals(found.window.target, 1);
  assertEquals((await rig.window("s", "agent=nobody&around=x")).code, "agent_not_found");
});

Deno.test("a place in a file that was replaced is refused with the generation that there is now", async () => {
  const rig = new BoardRig();
  rig.put("s", made("s", 100).text);
  const { window } = await rig.window("s", "anchor=head&limit=5");
  rig.put("s", made("s", 50, { seed: 8 }).text);
  const stale = await rig.window("s", `after=${window.after ?? "0.4"}`);
  assertEquals([stale.status, stale.code, stale.hint], [409, "cursor_stale", { gen: 1 }]);
});

Deno.test("where nobody says, a session that goes on is shown from its end", async () => {
  const rig = new BoardRig();
  const { text } = made("s", 300);
  rig.put("s", text);
  assertEquals((await rig.window("s", "limit=5")).window.anchor, "tail");
  rig.nowMs += 3600_000;
  assertEquals((await rig.window("s", "limit=5")).window.anchor, "head");
});

Deno.test("an answer keeps to its bytes, shows at least one item, and says what it cut", async () => {
  const rig = new BoardRig();
  const long = (n: number) =>
    JSON.stringify({
      type: "user",
      uuid: `u${n}`,
      timestamp: new Date(START + n).toISOString(),
      message: { role: "user", content: [{ type: "text", text: `${n} ${"é".repeat(5000)}` }] },
    });
  rig.put("s", Array.from({ length: 200 }, (_, n) => long(n)).join("\n") + "\n");
  await rig.indexed("s");
  const all = await rig.window("s", "anchor=tail&limit=200&maxBytes=16384");
  const bytes = new TextEncoder().encode(JSON.stringify(all.items)).length;
  assert(bytes <= 16_384 && all.items.length > 3, `${bytes} of ${all.items.length}`);
  assertEquals(all.items.at(-1).uuid, "u199");
  assertEquals(all.window.hasBefore, true);
  const [item] = all.items;
  assertEquals(item.clip.bytes, 10_004);
  assert(item.text[0].text.length < 1500);
  const whole = await rig.ask({ kind: "item", id: "s", item: "u199", query: "", etag: null });
  assertEquals(whole.text[0].text, `199 ${"é".repeat(5000)}`);
  assertEquals(whole.clip, undefined);
  const part = await rig.ask({ kind: "item", id: "s", item: "199", query: "part=0", etag: null });
  assertEquals(part, whole.text[0]);
  const noPart = await rig.ask({ kind: "item", id: "s", item: "199", query: "part=7", etag: null });
  assertEquals(noPart.code, "part_not_found");
  const none = await rig.ask({ kind: "item", id: "s", item: "200", query: "", etag: null });
  assertEquals(none.code, "item_not_found");
});

Deno.test("quiet items are left out when asked, and what was gone back from is marked", async () => {
  const rig = new BoardRig();
  const user = (uuid: string, parentUuid: string | null, content: string, more: object = {}) =>
    JSON.stringify({ type: "user", uuid, parentUuid, message: { role: "user", content }, ...more });
  rig.put(
    "s",
    [
      user("u1", null, "First."),
      user("u2", "u1", "<command-name>/clear</command-name>"),
      user("u3", "u1", "Wrong way."),
      user("u4", "u3", "Further."),
      user("u5", "u1", "Right way."),
      "",
    ].join("\n"),
  );
  await rig.indexed("s");
  const { items } = await rig.window("s", "anchor=head");
  const marks = (it: { quiet?: boolean; offBranch?: boolean }) =>
    `${it.quiet ? "q" : ""}${it.offBranch ? "o" : ""}`;
  assertEquals(items.map(marks), ["", "qo", "o", "o", ""]);
  const loud = await rig.window("s", "anchor=head&quiet=0");
  assertEquals(loud.items.map(({ n }: Item) => n), [0, 2, 3, 4]);
});

Deno.test("a whole thread comes piece by piece, with every item uncut", async () => {
  const rig = new BoardRig();
  const { text } = made("s", 500);
  rig.put("s", text);
  const items: Item[] = [];
  let frames = 0;
  for (let from: number | null = 0, gen: number | null = null; from !== null;) {
    const answer = await rig.ask({ kind: "thread", id: "s", agent: null, from, gen });
    items.push(...JSON.parse(`[${answer.items}]`));
    if (answer.frame !== null) frames++;
    ({ next: from, gen } = answer);
  }
  const { window } = await rig.window("s", "anchor=tail&limit=1");
  assertEquals(items.map(({ n }) => n), Array.from({ length: window.total }, (_, n) => n));
  assertEquals(frames, 2);
});

Deno.test("no question but that of a window, an item, an outline, a thread or a search opens a transcript", async () => {
  const rig = new BoardRig();
  rig.put("s", made("s", 200).text);
  rig.changes.take(rig.nowMs);
  const opened = () => rig.files.opened.length;
  const before = opened();
  for (const kind of ["brief", "lineage", "agents"] as const) {
    await rig.ask({ kind, id: "s", query: "", etag: null });
  }
  await rig.ask({ kind: "sessions", query: "q=reader", etag: null });
  await rig.ask({ kind: "seen", id: "s" });
  await rig.ask({ kind: "ingest" });
  rig.changes.take(rig.nowMs);
  assertEquals(opened(), before);
  await rig.window("s", "limit=5");
  assert(opened() > before);
});

Deno.test("an outline has every item in a few bytes, and where to find what", async () => {
  const rig = new BoardRig();
  const { text, truth } = made("s", 900, { agents: ["a1"] });
  rig.put("s", text);
  const outline = await rig.ask({ kind: "outline", id: "s", query: "", etag: null });
  const { window } = await rig.window("s", "anchor=tail&limit=1");
  assertEquals(outline.items.length, window.total);
  assertEquals(
    outline.items.map(([n]: number[]) => n),
    outline.items.map((_: unknown, i: number) => i),
  );
  assertEquals(outline.compactions.length, truth.compactions);
  assertEquals(outline.agents.map(({ agent }: { agent: string }) => agent), ["a1"]);
  assert(outline.errors.length > 0 && outline.files.length > 0);
  const bytes = JSON.stringify(outline.items).length / outline.items.length;
  assert(bytes <= 30, `${bytes} bytes an item`);
});
