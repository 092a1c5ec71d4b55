import { assertEquals } from "@std/assert";
import { jumpOf, needsOutline, placeOf } from "./jump.ts";
import { Outline } from "./outline.ts";
import type { OutlineRecord, StateRecord } from "./records.ts";
import { toolFields, toolGist } from "./tool_text.ts";

const T0 = Date.parse("2026-10-01T08:00:00Z");

function outline(more: Partial<OutlineRecord> = {}): Outline {
  return new Outline({
    gen: 2,
    kinds: [],
    t0: T0,
    items: Array.from({ length: 10 }, (_, n) => [n, 0, n === 0 ? 0 : 60_000, 0]),
    prompts: [{ n: 0, text: "Go" }, { n: 6, text: "On" }],
    agents: [],
    compactions: [{ n: 5, trigger: "auto", preTokens: 150_400 }],
    errors: [3, 8],
    files: [{ n: 2, path: "a.ts", edit: true }, { n: 3, path: "b.ts", edit: false }],
    ...more,
  });
}

function state(code: string, evidence: readonly string[] = []): StateRecord {
  return {
    live: { state: "idle", since: "", confidence: "high" },
    health: { level: "bad", reasons: [{ code: "retry_loop", text: "", evidence }] },
    attention: { needs: true, reasons: [{ code, text: "" }] },
    cost: { usd: 0, unpricedTokens: 0 },
    context: null,
  };
}

const place = (query: string, facts: { outline?: Outline; state?: StateRecord } = {}) => {
  const jump = jumpOf(new URLSearchParams(query));
  return jump && placeOf(jump, { outline: facts.outline ?? null, state: facts.state ?? null });
};

Deno.test("an address leads to an item, a moment, an end, or the first or last of a list", () => {
  const facts = { outline: outline() };
  assertEquals(place("focus=toolu_1"), { around: "toolu_1" });
  assertEquals(place("at=2026-10-01T08:03:30Z", facts), { around: "2.4" });
  assertEquals(place(`at=${T0 - 1}`, facts), { around: "2.0" });
  assertEquals(place("at=2026-10-02", facts), { around: "2.9" });
  assertEquals(place("to=first-error", facts), { around: "2.3" });
  assertEquals(place("to=last-error", facts), { around: "2.8" });
  assertEquals(place("to=last-prompt", facts), { around: "2.6" });
  assertEquals(place("to=first-compaction", facts), { around: "2.5" });
  assertEquals([place("to=start"), place("to=end")], [{ anchor: "head" }, { anchor: "tail" }]);
  assertEquals([place(""), place("to="), place("at="), place("focus=")], [
    ...[null, null, null, null],
  ]);
  // A session without errors has no such place.
  assertEquals(place("to=last-error", { outline: outline({ errors: [] }) }), null);
  assertEquals(place("at=2026-10-02", { outline: outline({ items: [], t0: null }) }), null);
});

Deno.test("an address that names no place is none of those that name nothing", () => {
  const jump = (query: string) => jumpOf(new URLSearchParams(query));
  assertEquals(jump("at="), null);
  for (const query of ["at=zz", "at=2026-13-01", "to=nowhere", "to=constructor"]) {
    assertEquals(jump(query), { kind: "unknown", text: query });
    assertEquals(place(query, { outline: outline() }), null);
  }
  const long = jump(`at=\u202e${"z".repeat(99)}`);
  assertEquals(long, { kind: "unknown", text: `at=${"z".repeat(57)}` });
});

Deno.test("what a card asks attention for leads to where it shows", () => {
  const of = (code: string, evidence?: readonly string[]) =>
    place("to=attention", { state: state(code, evidence), outline: outline() });
  assertEquals(of("permission"), { anchor: "tail" });
  assertEquals(of("question"), { anchor: "tail" });
  assertEquals(of("health_bad", ["u1", "u2"]), { around: "u2" });
  assertEquals(of("health_bad"), { anchor: "tail" });
  assertEquals(of("api_error"), { around: "2.8" });
  assertEquals(needsOutline({ kind: "attention" }, state("api_error")), true);
  assertEquals(needsOutline({ kind: "attention" }, state("question")), false);
  assertEquals(needsOutline({ kind: "time", ms: 0 }, null), true);
});

Deno.test("an outline lists its places with their times, and knows the next and the one before", () => {
  const it = outline();
  assertEquals(it.entries("prompts")[1], { n: 6, text: "On", ms: T0 + 360_000 });
  assertEquals(it.entries("compactions")[0]!.text, "Compacted by itself, from 150 k tokens");
  assertEquals(it.entries("files").map(({ text }) => text), ["a.ts"]);
  const next = (from: number, by: 1 | -1) => it.next("errors", from, by)?.n ?? null;
  assertEquals([next(0, 1), next(3, 1), next(8, 1)], [3, 8, null]);
  assertEquals([next(9, -1), next(8, -1), next(3, -1)], [8, 3, null]);
});

Deno.test("a call is told on one line by what says most about it", () => {
  assertEquals(toolGist({ description: "Run", command: "deno  test\n-A" }), "deno test -A");
  assertEquals(toolGist({ other: "x\u202ey" }), "xy");
  assertEquals([toolGist(null), toolGist({ n: 1 }), toolGist("text")], ["", "", "text"]);
  assertEquals(toolFields({ a: "x", b: [1] }), [
    { name: "a", text: "x" },
    { name: "b", text: "[\n  1\n]" },
  ]);
});
