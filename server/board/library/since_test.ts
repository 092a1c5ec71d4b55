import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { noTruth, transcriptLines } from "../../../fixtures/transcripts/mod.ts";
import { BoardRig } from "../../../tests/support/board_rig.ts";

const START = Date.parse("2026-10-01T08:00:00Z");

interface Told {
  readonly event: string;
  readonly id?: string;
  readonly data: string;
}

/** What a viewer holds: items by number. */
type Held = Map<number, { n: number; text?: { id?: string; status?: string }[] }>;

/** Takes events as a viewer does, and gives back the place to go on from. */
function take(held: Held, events: readonly Told[], cursor: string): string {
  for (const { event, id, data } of events) {
    const value = JSON.parse(data);
    if (event === "items") { for (const item of value.items) held.set(item.n, item); }
    else {
      const block = held.get(value.n)!.text!.find((it) => it.id === value.block)!;
      const { n: _, block: __, ...rest } = value;
      Object.assign(block, rest);
    }
    if (id !== undefined) cursor = id;
  }
  return cursor;
}

Deno.test("T29: whoever goes on from any event, over restarts, too, has what a new window shows", async () => {
  const lines = [
    ...transcriptLines({ seed: 5, session: "s", startMs: START, records: 150 }, noTruth()),
  ];
  const cuts = fc.array(fc.integer({ min: 1, max: lines.length - 1 }), {
    minLength: 1,
    maxLength: 6,
  });
  const restarts = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(cuts, fc.nat(7), restarts, async (at, loss, isRestart) => {
      let rig = new BoardRig();
      const held: Held = new Map();
      const places = [...new Set(at)].sort((a, b) => a - b);
      rig.put("s", lines.slice(0, places[0]).join("\n") + "\n");
      let cursor = "0.0";
      const ids = new Set<string>();
      const catchUp = async () => {
        for (;;) {
          const answer = await rig.ask({ kind: "since", id: "s", cursor });
          assertEquals(answer.kind, "events");
          // The line breaks after some of the events: what came is kept, the rest asked for again.
          const whole = answer.events as Told[];
          const isLost = whole.length > loss + 1 && whole[loss]!.id !== undefined;
          const came = isLost ? whole.slice(0, loss + 1) : whole;
          for (const { id } of came) {
            if (id === undefined) continue;
            assert(!ids.has(id), `${id} came twice`);
            ids.add(id);
          }
          cursor = take(held, came, cursor);
          if (!isLost) cursor = answer.cursor;
          if (!isLost && !answer.isMore) return;
        }
      };
      await catchUp();
      for (let i = 0; i < places.length; i++) {
        if (isRestart[i]) {
          // Another process, which reads what came meanwhile.
          rig = new BoardRig({ files: rig.files, store: rig.store });
          rig.library.restore();
        }
        rig.append("s", lines.slice(places[i], places[i + 1]).join("\n") + "\n");
        await catchUp();
      }
      const { items, window } = await rig.window("s", "anchor=head&limit=1000&maxBytes=4194304");
      assertEquals(window.total, held.size);
      assertEquals([...held.values()].sort((a, b) => a.n - b.n).map(plain), items.map(plain));
    }),
    { numRuns: 20 },
  );
});

/** What of an item can change by going back in a conversation is told with the next window only. */
function plain(item: object): object {
  const { offBranch: _, quiet: __, clip: ___, ...rest } = item as Record<string, unknown>;
  return rest;
}

Deno.test("nothing is told of what has been told, and a file that is another one is said so", async () => {
  const rig = new BoardRig();
  const lines = [
    ...transcriptLines({ seed: 5, session: "s", startMs: START, records: 60 }, noTruth()),
  ];
  rig.put("s", lines.join("\n") + "\n");
  const end = await rig.ask({ kind: "since", id: "s", cursor: null });
  assertEquals([end.events, end.isMore], [[], false]);
  assertEquals(end.cursor, `0.${new TextEncoder().encode(lines.join("\n")).length + 1}`);
  assertEquals((await rig.ask({ kind: "since", id: "s", cursor: end.cursor })).events, []);
  assert(JSON.parse(end.state).live.state !== undefined);
  const other = await rig.ask({ kind: "since", id: "s", cursor: "7.0" });
  const { hint } = other;
  // With it a client goes on from where the file that there is now ends.
  assertEquals([other.status, other.code, hint], [409, "cursor_stale", {
    ...{ gen: 0, cursor: end.cursor },
  }]);
  assertEquals((await rig.ask({ kind: "since", id: "t", cursor: null })).status, 404);
});
