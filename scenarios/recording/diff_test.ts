import { assertEquals } from "@std/assert";
import { binary, opening, sessionOf, slice, text, tick } from "../../tests/support/recorded.ts";
import { diffSessions } from "./diff.ts";
import type { RecordedEvent } from "./format.ts";

/** A session of 5 s in which a slice comes every `everyS`, so far ahead. */
function session({ everyS = 0.06, leadS = 0.2, more = [] as readonly RecordedEvent[] } = {}) {
  const events: RecordedEvent[] = [...opening(), ...more];
  for (let i = 0; i < 150; i++) events.push(tick(i / 30, i / 30));
  for (let atS = 0.1; atS < 5; atS += everyS) events.push(slice(1 + atS, (atS + leadS) % 10));
  return sessionOf(events.toSorted((a, b) => a.t - b.t));
}

const differing = (second: Parameters<typeof session>[0]) =>
  diffSessions(session(), session(second)).rows
    .filter(({ verdict }) => verdict === "differs").map(({ about, what }) => `${about} ${what}`);

Deno.test("a session is the same as itself", () => {
  const { verdict, rows } = diffSessions(session(), session());
  assertEquals(verdict, "same");
  assertEquals(rows.filter((row) => row.verdict !== "same").map(({ what }) => what), ["slices"]);
});

Deno.test("a little later or slower is within limits, more is not", () => {
  assertEquals(differing({ leadS: 0.3 }), []);
  assertEquals(differing({ leadS: 0.9 }), ["lead median"]);
  assertEquals(differing({ everyS: 0.065 }), []);
  assertEquals(differing({ everyS: 0.12 }), ["slices pace"]);
  assertEquals(differing({ everyS: 1.2 }), ["slices pace", "slices longest gap"]);
});

Deno.test("events that are missing, added or in another order differ", () => {
  const applied = text(3, "down", { type: "prompt_applied", tags: "a" });
  const depth = text(3.5, "down", { type: "depth_applied", value: 2 });
  assertEquals(differing({ more: [applied] }), ["events prompt_applied", "events order, event 2"]);
  const swapped = diffSessions(
    session({ more: [applied, depth] }),
    session({ more: [{ ...depth, t: 2 }, applied] }),
  );
  assertEquals(swapped.rows.find(({ what }) => what.startsWith("order"))!.verdict, "differs");
  const late = diffSessions(
    session({ more: [applied] }),
    session({ more: [{ ...applied, t: 5.5 }] }),
  );
  assertEquals(late.verdict, "same");
  const row = late.rows.find(({ what }) => what === "time, at worst of prompt_applied")!;
  assertEquals([row.verdict, row.recorded, row.replayed], ["note", "2 s", "4.5 s"]);
});

Deno.test("another buffer, and a close that the server began, differ", () => {
  const other = sessionOf([
    ...opening().slice(0, 3),
    binary(1, "down", new Uint8Array(16).fill(1)),
    tick(4.9, 4.9),
    { t: 6, c: 1, kind: "close", dir: "down", code: 1011, reason: "broken" },
  ]);
  const rows = diffSessions(session(), other).rows.filter(({ verdict }) => verdict === "differs");
  assertEquals(
    rows.map(({ what }) => what).filter((what) => /bytes|close/.test(what)),
    ["initial 1, bytes", "close"],
  );
});
