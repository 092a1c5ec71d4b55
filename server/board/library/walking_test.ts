import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { noTruth, transcriptLines } from "../../../fixtures/transcripts/mod.ts";
import { BoardRig, transcriptPath } from "../../../tests/support/board_rig.ts";
import { SessionLines } from "../../../tests/support/session_lines.ts";
import type { BoardQuestion, SessionPart } from "../questions.ts";

const START = Date.parse("2026-10-01T08:00:00Z");
const DAY_MS = 86_400_000;

function linesOf(session: string, records: number, more: object = {}): string[] {
  const recipe = { seed: 7, session, startMs: START, records, ...more };
  return [...transcriptLines(recipe, noTruth())].map((line) => `${line}\n`);
}

/** A transcript of days ago, which is not indexed while it is read. */
function putOld(rig: BoardRig, session: string, text: string): void {
  rig.nowMs -= 3 * DAY_MS;
  rig.files.put(transcriptPath(session), text, rig.nowMs);
  rig.nowMs += 3 * DAY_MS;
  rig.read(transcriptPath(session));
}

interface Item {
  readonly n: number;
  readonly uuid: string;
  readonly quiet?: true;
}

const uuids = (items: readonly Item[]) => items.map(({ uuid }) => uuid);
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

Deno.test("T18: walking by the places that windows give meets every item once, with true flags, while the thread grows", async () => {
  const lines = linesOf("s", 130);
  const whole = new BoardRig();
  whole.put("s", lines.join(""));
  const all: Item[] = (await whole.window("s", "anchor=head&limit=1000&maxBytes=4194304")).items;
  const step = fc.record({ lines: fc.nat({ max: 25 }), limit: fc.integer({ min: 1, max: 40 }) });
  const walk = fc.record({
    isDown: fc.boolean(),
    quiet: fc.constantFrom("0", "1"),
    maxBytes: fc.constantFrom(16_384, 65_536, 4_194_304),
    begun: fc.integer({ min: 10, max: 129 }),
    steps: fc.array(step, { minLength: 1, maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(walk, async ({ begun, isDown, maxBytes, quiet, steps }) => {
      const rig = new BoardRig();
      const visible = all.filter((it) => quiet === "1" || it.quiet === undefined);
      let there = begun;
      rig.put("s", lines.slice(0, there).join(""));
      const met: Item[] = [];
      let place = isDown ? "anchor=head" : "anchor=tail";
      let first: number | null = null;
      for (let no = 0;; no++) {
        const { limit, lines: more } = steps[no] ?? { limit: 40, lines: lines.length };
        const query = `${place}&limit=${limit}&quiet=${quiet}&maxBytes=${maxBytes}`;
        const { items, window } = await rig.window("s", query);
        first ??= window.total as number;
        const { after, before, end, hasAfter, hasBefore, start, total } = window;
        const its = visible.filter(({ n }) => n >= start && n < end);
        assertEquals(uuids(items), uuids(its), "nothing between is left out");
        assertEquals([hasBefore, hasAfter], [
          visible.some(({ n }) => n < start),
          visible.some(({ n }) => n >= end && n < total),
        ]);
        assertEquals([before !== null, after !== null], [hasBefore, hasAfter]);
        assert(items.length <= limit);
        assert(bytesOf(items) <= maxBytes || items.length === 1);
        met.splice(isDown ? met.length : 0, 0, ...items);
        const isAllThere = there >= lines.length;
        rig.append("s", lines.slice(there, there + more).join(""));
        there += more;
        if (!isDown && before === null || isDown && after === null && isAllThere) break;
        if (isDown) place = `after=${after ?? `0.${end - 1}`}`;
        else place = `before=${before}`;
      }
      const wanted = isDown ? visible : visible.filter(({ n }) => n < first!);
      assertEquals(uuids(met), uuids(wanted));
    }),
    { numRuns: 25 },
  );
});

Deno.test("T18: walking from an end that nobody has indexed meets every item once, while it grows", async () => {
  const lines = linesOf("s", 0, { bytes: 1_400_000, records: undefined });
  const old = lines.length - 40;
  const count = async (text: string) => {
    const rig = new BoardRig();
    rig.put("s", text);
    return (await rig.window("s", "limit=1")).window.total;
  };
  const counts = {
    before: await count(lines.slice(0, old).join("")),
    after: await count(lines.join("")),
  };
  for (const step of ["before", "after"] as const) {
    for (const limit of [40, 90]) {
      const rig = new BoardRig();
      putOld(rig, "s", lines.slice(0, old).join(""));
      const met: Item[] = [];
      let place = step === "before" ? "anchor=tail" : "anchor=head";
      let isExact = true;
      for (let no = 0;; no++) {
        const { items, window } = await rig.window("s", `${place}&limit=${limit}&maxBytes=4194304`);
        isExact &&= window.totalExact;
        met.splice(step === "after" ? met.length : 0, 0, ...items);
        if (no === 0) rig.append("s", lines.slice(old).join(""));
        if (window[step] === null) break;
        place = `${step}=${window[step]}`;
      }
      assertEquals(isExact, false, "it began without an index");
      assertEquals(new Set(uuids(met)).size, met.length);
      assertEquals(met.length, counts[step], `${step} ${limit}`);
    }
  }
});

Deno.test("T18: a window around any item has it, with half of the window before it", async () => {
  const rig = new BoardRig();
  rig.put("s", linesOf("s", 130).join(""));
  const all: Item[] = (await rig.window("s", "anchor=head&limit=1000&maxBytes=4194304")).items;
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: all.length - 1 }),
      fc.integer({ min: 1, max: 60 }),
      async (n, limit) => {
        const query = `around=${all[n]!.uuid}&limit=${limit}&maxBytes=4194304`;
        const { items, window } = await rig.window("s", query);
        assertEquals(uuids(items), uuids(all.slice(window.start, window.end)));
        assertEquals([window.target, items.length], [n, Math.min(limit, all.length)]);
        const isAtEdge = window.start === 0 || window.end === all.length;
        if (!isAtEdge) assertEquals(n - window.start, Math.floor(limit / 2));
        assertEquals([window.hasBefore, window.hasAfter], [
          ...[window.start > 0, window.end < all.length],
        ]);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("T19: places of another generation and of no item are refused, in either form and way", async () => {
  const rig = new BoardRig();
  rig.put("s", linesOf("s", 60).join(""));
  rig.put("s", linesOf("s", 50, { seed: 8 }).join(""));
  await rig.indexed("s");
  for (const place of ["before=0.5", "after=0.5", "around=0.5", "before=0.b100", "after=2.b100"]) {
    const { code, hint, status } = await rig.window("s", `${place}&limit=5`);
    assertEquals([status, code, hint], [409, "cursor_stale", { gen: 1 }], place);
  }
  const since = await rig.ask({ kind: "since", id: "s", cursor: "0.10" });
  assertEquals([since.status, since.code], [409, "cursor_stale"]);
  for (const target of ["none", "1.5000", "1.b99999999"]) {
    const { code, status } = await rig.window("s", `around=${target}`);
    assertEquals([status, code], [404, "item_not_found"], target);
  }
  // Beyond the end there is nothing after, and all of it before.
  const after = await rig.window("s", "after=1.5000&limit=5");
  const before = await rig.window("s", "before=1.5000&limit=5");
  assertEquals([after.items, after.window.hasBefore, after.window.hasAfter], [[], true, false]);
  assertEquals(before.window.end, before.window.total);
});

Deno.test("T20: images come without their data, what tools said is cut, and an item alone has all of it", async () => {
  const rig = new BoardRig();
  const image = (data: string) => ({
    ...{ type: "image", source: { type: "base64", media_type: "image/png", data } },
  });
  const data = "A".repeat(40_000);
  const long = "ö".repeat(4000);
  const records = [
    {
      type: "user",
      message: { role: "user", content: [{ type: "text", text: "See" }, image(data)] },
    },
    {
      type: "assistant",
      message: {
        ...{ id: "m", role: "assistant", model: "x" },
        content: [{ type: "tool_use", id: "t1", name: "Read", input: { text: long } }],
      },
    },
    {
      type: "user",
      message: {
        role: "user",
        content: [{
          ...{ type: "tool_result", tool_use_id: "t1" },
          content: [{ type: "text", text: long }, image(data)],
        }],
      },
    },
  ];
  rig.put("s", records.map((it, n) => `${JSON.stringify({ uuid: `u${n}`, ...it })}\n`).join(""));
  const { items: [seen, tool] } = await rig.window("s", "anchor=head&limit=5");
  assertEquals(seen.text[1], { t: "image", bytes: 30_000, mime: "image/png" });
  const [{ input, result }] = tool.text;
  assertEquals([input.text.length, result.text.length], [1403, 1403]);
  assertEquals(result.images, [{ t: "image", bytes: 30_000, mime: "image/png" }]);
  assertEquals(tool.clip, {
    bytes: 16_000,
    shown: 2 * new TextEncoder().encode(result.text).length,
  });
  const item = (id: string) => rig.ask({ kind: "item", id: "s", item: id, query: "", etag: null });
  assertEquals((await item("u0")).text[1].data, data);
  const whole = await item("u1");
  assertEquals([whole.text[0].input.text, whole.text[0].result.text], [long, long]);
  assertEquals([whole.text[0].result.images[0].data, whole.clip], [data, undefined]);
});

Deno.test("T20: the end of a file that nobody has indexed is the same in windows of any length", async () => {
  const rig = new BoardRig();
  const text = linesOf("s", 0, { bytes: 3_000_000, records: undefined }).join("");
  putOld(rig, "s", text);
  const few = await rig.window("s", "anchor=tail&limit=5");
  const many = await rig.window("s", "anchor=tail&limit=1000&maxBytes=4194304");
  const fewer = await rig.window("s", "anchor=tail&limit=3");
  assert(many.window.totalExact === false && many.items.length > 200, `${many.items.length}`);
  await rig.indexed("s");
  const query = `anchor=tail&limit=${many.items.length}&maxBytes=4194304`;
  const { items } = await rig.window("s", query);
  const plain = (all: readonly object[]) => all.map(({ n: _, ...rest }: { n?: number }) => rest);
  assertEquals(plain(many.items), plain(items));
  assertEquals(plain(few.items), plain(items.slice(-5)));
  assertEquals(plain(fewer.items), plain(items.slice(-3)));
});

Deno.test("T13: 150 sessions that are polled in turns are read once, indexed or not", async () => {
  const rig = new BoardRig();
  const names = Array.from({ length: 150 }, (_, no) => `session-${100 + no}`);
  const bytes = names.map((name, no) => {
    const lines = new SessionLines(name, { nowMs: START }).prompt("Work").bash("ls", "none");
    const text = lines.edit("/a.ts").answer("Done.").take();
    if (no % 2 === 0) rig.put(name, text);
    else putOld(rig, name, text);
    return new TextEncoder().encode(text).length;
  }).reduce((a, b) => a + b);
  const round = async () => {
    const before = rig.files.bytesRead;
    for (const name of names) await rig.window(name, "anchor=tail&limit=5");
    return rig.files.bytesRead - before;
  };
  const first = await round();
  // What has an index reads what it shows, what has none looks for that first.
  assert(first > bytes / 2 && first <= 2 * bytes, `${first} of ${bytes}`);
  for (let no = 0; no < 2; no++) assertEquals(await round(), 0);
});

Deno.test("T13: who looks for the same at once reads it once", async () => {
  const rig = new BoardRig();
  const text = linesOf("s", 0, { bytes: 1_000_000, records: undefined }).join("");
  putOld(rig, "s", text);
  const before = rig.files.bytesRead;
  await Promise.all(Array.from({ length: 5 }, () => rig.indexed("s")));
  assertEquals(rig.files.bytesRead - before, new TextEncoder().encode(text).length);
});

Deno.test("T14: nothing but what shows a transcript opens it", async () => {
  const rig = new BoardRig();
  rig.put("s", linesOf("s", 200, { agents: ["a1"] }).join(""));
  rig.changes.take(rig.nowMs);
  const { length } = rig.files.opened;
  const none = { query: "", etag: null };
  const end = (await rig.ask({ kind: "since", id: "s", cursor: null })).cursor;
  const event = { name: "Stop", notification: null, ms: rig.nowMs };
  const questions: BoardQuestion[] = [
    ...(["brief", "lineage", "agents"] as const).map((kind) => ({ kind, id: "s", ...none })),
    ...(["commits", "related", "notes"] as const).map((name) => ({
      ...{ kind: "report" as const, name, session: "s", ...none },
    })),
    ...(["insights", "journal", "open-loops"] as const).map((name) => ({
      ...{ kind: "report" as const, name, session: null, ...none },
    })),
    { kind: "sessions", query: "q=reader&sort=cost&archived=1", etag: null },
    { kind: "note", order: { type: "add", id: "s", body: "x" } },
    { kind: "hook", id: "s", event, path: transcriptPath("s") },
    ...[{ kind: "seen", id: "s" }, { kind: "ingest" }] as const,
    { kind: "snooze", id: "s", minutes: 5 },
    // A stream that has all there is.
    ...[{ kind: "since", id: "s", cursor: null }, { kind: "since", id: "s", cursor: end }] as const,
  ];
  for (const question of questions) {
    const answer = await rig.answer(question);
    assert(answer.kind !== "problem", JSON.stringify(question));
    assertEquals(rig.files.opened.length, length, JSON.stringify(question));
  }
  rig.nowMs += 3600_000;
  rig.changes.take(rig.nowMs);
  assertEquals(rig.files.opened.length, length);
  // Before something is typed it is looked afresh how long the file is; nothing of it is read.
  const { bytesRead } = rig.files;
  await rig.answer({ kind: "standing", id: "s" });
  assertEquals(rig.files.bytesRead, bytesRead);
});

Deno.test("T23: what has changed has another tag, and so has what time has changed", async () => {
  const rig = new BoardRig();
  const lines = linesOf("s", 80);
  rig.put("s", lines.slice(0, 60).join(""));
  const part = (kind: SessionPart, query = "") => ({ kind, id: "s", query });
  const questions = [
    ...[part("window", "limit=5"), part("window", "anchor=head&limit=5"), part("outline")],
    ...[part("brief"), part("agents"), part("lineage"), part("find", "q=reader")],
    { kind: "item" as const, id: "s", item: "0", query: "" },
    { kind: "sessions" as const, query: "" },
  ];
  const tags = () =>
    Promise.all(questions.map(async (question) => {
      const answer = await rig.answer({ ...question, etag: null } as BoardQuestion);
      assert(answer.kind === "json" && answer.etag !== null, question.kind);
      const same = await rig.answer({ ...question, etag: answer.etag } as BoardQuestion);
      assertEquals(same, { kind: "same", etag: answer.etag });
      return answer.etag;
    }));
  const seen = [await tags()];
  rig.append("s", lines.slice(60).join(""));
  seen.push(await tags());
  // Of which its state says nothing.
  rig.append("s", `{"type":"custom-title","customTitle":"Named","sessionId":"s"}\n`);
  seen.push(await tags());
  // It has ended since, although nothing came.
  rig.nowMs += 3600_000;
  seen.push(await tags());
  for (const [no, question] of questions.entries()) {
    const different = new Set(seen.map((list) => list[no]));
    assertEquals(different.size, 4, JSON.stringify(question));
  }
  assertEquals(new Set(seen[0]).size, questions.length, "no two of them have the same");
});
