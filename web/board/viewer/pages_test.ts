import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TranscriptPages } from "./pages.ts";
import type { ItemRecord, WindowRecord } from "./records.ts";

const SESSION = {} as WindowRecord["session"];

function item(n: number, more: Partial<ItemRecord> = {}): ItemRecord {
  return { n, uuid: `u${n}`, kind: "user", ts: null, ...more };
}

/** A transcript on a server: what windows into it are. */
class Transcript {
  count: number;
  gen = 0;

  constructor(count: number) {
    this.count = count;
  }

  /** Items from one number to before another. */
  window(from: number, to: number, anchor = "around"): WindowRecord {
    const [start, end] = [Math.max(0, from), Math.min(this.count, to)];
    return {
      session: SESSION,
      items: Array.from({ length: Math.max(0, end - start) }, (_, i) => item(start + i)),
      window: {
        before: start > 0 ? `${this.gen}.${start}` : null,
        after: end < this.count ? `${this.gen}.${end - 1}` : null,
        total: this.count,
        totalExact: true,
        anchor,
      },
      streamCursor: `${this.gen}.${this.count}`,
    };
  }

  tail(limit: number): WindowRecord {
    return this.window(this.count - limit, this.count, "tail");
  }

  /** What a cursor leads to. */
  next(side: "before" | "after", cursor: string, limit: number): WindowRecord {
    const n = Number(cursor.split(".")[1]);
    return side === "before" ? this.window(n - limit, n) : this.window(n + 1, n + 1 + limit);
  }
}

const numbers = (pages: TranscriptPages) => pages.rows.map(({ item }) => item.n);

Deno.test("T67: whatever is loaded, dropped and appended, the rows are a run without gaps, and bounded", () => {
  const step = fc.oneof(
    fc.constant({ kind: "before" } as const),
    fc.constant({ kind: "after" } as const),
    fc.record({ kind: fc.constant("come" as const), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant("around" as const), at: fc.double({ min: 0, max: 1 }) }),
    // Items that come while a window is on its way.
    fc.record({ kind: fc.constant("meanwhile" as const), count: fc.integer({ min: 1, max: 3 }) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(step, { maxLength: 60 }), (n, steps) => {
      const transcript = new Transcript(n);
      const pages = new TranscriptPages({ pageItems: 10, maxItems: 40 });
      let isFollowing = true;
      const come = (count: number) => {
        const items = Array.from({ length: count }, (_, i) => item(transcript.count + i));
        transcript.count += count;
        pages.take(items, isFollowing && pages.after === null);
      };
      pages.expect();
      pages.open(transcript.tail(10));
      for (const step of steps) {
        if (step.kind === "come") come(step.count);
        else if (step.kind === "around") {
          const at = Math.floor(step.at * (transcript.count - 1));
          pages.expect();
          pages.open(transcript.window(at - 5, at + 5));
          isFollowing = false;
        } else {
          const side = step.kind === "before" ? "before" : "after";
          const cursor = pages[side];
          if (cursor === null) continue;
          pages.expect();
          const found = transcript.next(side, cursor, 10);
          if (step.kind === "meanwhile") come(step.count);
          pages.extend(side, found);
          isFollowing = side === "after" && pages.after === null;
        }
        const rows = numbers(pages);
        assertEquals(rows, rows.map((_, i) => rows[0]! + i));
        assert(rows.length <= 40 + 10 + 9, `${rows.length} rows`);
        // What is not here can be asked for.
        assertEquals(pages.before === null, rows[0] === 0);
        const isEnd = rows.at(-1) === transcript.count - 1;
        if (pages.after === null) assert(isEnd, `${rows.at(-1)} of ${transcript.count}`);
        if (pages.before !== null) assertEquals(pages.before, `0.${rows[0]}`);
        if (pages.after !== null) assertEquals(pages.after, `0.${rows.at(-1)}`);
      }
    }),
  );
});

Deno.test("who stands at the end keeps following; who reads elsewhere is told how much came", () => {
  const transcript = new Transcript(100);
  const pages = new TranscriptPages({ pageItems: 10, maxItems: 40 });
  pages.expect();
  pages.open(transcript.tail(10));
  pages.take([item(100)], true);
  assertEquals([pages.missed, numbers(pages).at(-1)], [0, 100]);
  pages.take([item(101), item(101, { ts: "later" })], false);
  assertEquals([pages.missed, numbers(pages).at(-1)], [1, 101]);
  assertEquals(pages.rows.at(-1)!.item.ts, "later");
  // A message that goes on is no new one, also where it is not here.
  pages.take([item(3)], false);
  assertEquals([pages.missed, pages.indexOf(3)], [1, -1]);
  pages.seen();
  // What says nothing to a reader is not counted, nor kept.
  pages.take([item(102, { quiet: true })], true);
  assertEquals([pages.missed, pages.indexOf(102)], [0, -1]);
});

Deno.test("what came of a call lands on its item, also when a window was on its way meanwhile", () => {
  const tool = { t: "tool", id: "t1", name: "Bash", input: {}, status: "pending" } as const;
  const calling = item(5, { text: [tool] });
  const transcript = new Transcript(6);
  const pages = new TranscriptPages({ pageItems: 10, maxItems: 40 });
  pages.expect();
  // The server answered before the call did, and its answer is later than what the stream told.
  const found = transcript.tail(6);
  pages.patch({ n: 5, block: "t1", status: "ok", ms: 7 });
  pages.open({ ...found, items: [...found.items.slice(0, 5), calling] });
  const statusOf = () => {
    const block = pages.rows[pages.indexOf("t1")]?.item.text?.[0];
    return block?.t === "tool" ? [block.status, block.ms] : null;
  };
  assertEquals(statusOf(), ["ok", 7]);
  pages.patch({ n: 5, block: "t1", status: "error" });
  assertEquals(statusOf(), ["error", 7]);
});

Deno.test("numbers that count back from the end become those of the whole when the first is known", () => {
  const pages = new TranscriptPages({ pageItems: 10, maxItems: 40 });
  const transcript = new Transcript(3);
  const end = transcript.tail(3);
  pages.expect();
  pages.open({
    ...end,
    items: end.items.map((it) => ({ ...it, n: it.n - 3 })),
    window: { ...end.window, totalExact: false, before: "0.b4096" },
  });
  assertEquals([numbers(pages), pages.isNumbered], [[-3, -2, -1], false]);
  pages.put({ ...end.items[1]!, n: 51 });
  assertEquals([numbers(pages), pages.isNumbered], [[50, 51, 52], true]);
  assertEquals(pages.before, "0.b4096");
});

Deno.test("copies of a record are rows of their own", () => {
  const pages = new TranscriptPages({ pageItems: 10, maxItems: 40 });
  const found = new Transcript(3).tail(3);
  pages.expect();
  pages.open({ ...found, items: [item(0), item(1, { uuid: "u0" }), item(2)] });
  assertEquals(pages.rows.map(({ key }) => key), ["u0", "u0~1", "u2"]);
});
