import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MemoryTranscripts } from "../../../tests/support/memory_transcripts.ts";
import { readRange } from "./files.ts";
import { TailReader } from "./tail_reader.ts";

const PATH = "/t.jsonl";

/** A reader that remembers its lines. */
function rig(files: MemoryTranscripts, options: Partial<{ maxParseBytes: number }> = {}) {
  const lines: string[] = [];
  const offsets: number[] = [];
  let resets = 0;
  const reader = new TailReader({
    ...{ files, path: PATH, maxLineBytes: 1 << 20, maxParseBytes: 0 },
    ...options,
  });
  const sink = {
    onLine: (line: { offset: number; bytes: Uint8Array }) => {
      lines.push(new TextDecoder().decode(line.bytes));
      offsets.push(line.offset);
    },
    onReset: () => {
      resets++;
      lines.length = 0;
    },
  };
  return {
    lines,
    offsets,
    reader,
    resets: () => resets,
    poll(nowMs = 0) {
      let bytes = 0;
      for (;;) {
        const result = reader.poll(sink, nowMs);
        if (result.kind === "gone") return "gone";
        bytes += result.bytes;
        if (!result.isMore) return bytes;
      }
    },
  };
}

const record = (n: number | string) => JSON.stringify({ type: "user", n });

Deno.test("however a file is appended to, its lines are those of the whole", () => {
  const line = fc.string({ unit: "grapheme", maxLength: 30 })
    .map((text) => JSON.stringify({ type: "user", text }));
  const cuts = fc.array(fc.nat({ max: 2000 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), cuts, fc.boolean(), (lines, at, isCr) => {
      const bytes = new TextEncoder().encode(
        lines.map((it) => it + (isCr ? "\r\n" : "\n")).join(""),
      );
      const files = new MemoryTranscripts();
      files.put(PATH, "");
      const { lines: found, poll, offsets } = rig(files);
      let from = 0;
      const ends = [...at.map((it) => it % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      let read = 0;
      for (const end of ends) {
        files.append(PATH, bytes.slice(from, end));
        from = Math.max(from, end);
        read += Number(poll());
      }
      assertEquals(found, lines);
      assertEquals(read, bytes.length);
      for (const [i, offset] of offsets.entries()) {
        const there = readRange(files.open(PATH)!, offset, 4096);
        assert(new TextDecoder().decode(there).startsWith(lines[i]!.slice(0, 3)));
      }
    }),
  );
});

Deno.test("what is appended is read once, and nothing when there is nothing", () => {
  const files = new MemoryTranscripts();
  files.put(PATH, `${record(0)}\n`);
  const { poll } = rig(files);
  assertEquals(poll(), files.bytesRead);
  for (let n = 1; n <= 20; n++) {
    const before = files.bytesRead;
    const text = `${record(n)}\n`;
    files.append(PATH, text);
    assertEquals(poll(), text.length);
    assertEquals(files.bytesRead - before, text.length, "the file counts the same");
    assertEquals(poll(), 0);
    assertEquals(files.bytesRead - before, text.length);
  }
});

Deno.test("a last line without an end waits, and counts when it is a record and two seconds old", () => {
  const files = new MemoryTranscripts();
  files.put(PATH, `${record(0)}\n${record(1)}`);
  const { lines, poll, reader } = rig(files);
  poll(0);
  poll(1999);
  assertEquals(lines, [record(0)]);
  assert(reader.isPending);
  poll(2000);
  assertEquals(lines, [record(0), record(1)]);
  files.append(PATH, `\n${record(2)}\n`);
  poll(2001);
  assertEquals(lines, [record(0), record(1), "", record(2)]);
  files.append(PATH, `{"type":"user","to`);
  poll(3000);
  poll(9000);
  assertEquals(lines.length, 4, "half a record is none, however old");
  files.append(PATH, `rn":1}\n`);
  poll(9001);
  assertEquals(lines.at(-1), `{"type":"user","torn":1}`);
});

Deno.test("a file that is shorter, or another one, is read anew with the next generation", () => {
  const files = new MemoryTranscripts();
  files.put(PATH, `${record(0)}\n${record(1)}\n`);
  const { lines, poll, reader, resets } = rig(files);
  poll();
  files.overwrite(PATH, `${record(9)}\n`, 5);
  poll();
  assertEquals([lines, reader.gen, resets()], [[record(9)], 1, 1]);
  files.put(PATH, `${record(9)}\n${record(8)}\n${record(7)}\n`, 6);
  poll();
  assertEquals([lines.length, reader.gen], [3, 2]);
  files.remove(PATH);
  assertEquals(poll(), "gone");
  files.put(PATH, `${record(5)}\n`, 7);
  poll();
  assertEquals([lines, reader.gen], [[record(5)], 3]);
});

Deno.test("a file that shrank and grew again between two looks is noticed by its head", () => {
  const long = (seed: number, by: number) =>
    Array.from({ length: 40 }, (_, n) => record(`${seed}-${"x".repeat(n * by)}`)).join("\n") + "\n";
  const before = long(1, 1).split("\n").slice(0, 20).join("\n") + "\n";
  // Where lines happen to end at the same bytes as before, it is noticed within a minute.
  for (const [after, nowMs] of [[long(2, 2), 0], [long(2, 1), 60_000]] as const) {
    const files = new MemoryTranscripts();
    files.put(PATH, before);
    const { lines, poll, reader } = rig(files);
    poll(0);
    files.overwrite(PATH, after, 5);
    poll(nowMs);
    assertEquals([lines, reader.gen], [after.trimEnd().split("\n"), 1]);
    // With the same head, the rest is trusted.
    files.append(PATH, `${record("more")}\n`);
    poll(nowMs + 60_000);
    assertEquals([lines.at(-1), reader.gen], [record("more"), 1]);
  }
});

Deno.test("a reader goes on in another process, and sees what happened meanwhile", () => {
  const files = new MemoryTranscripts();
  files.put(PATH, `${record(0)}\n${record(1)}\n{"half`);
  const first = rig(files);
  first.poll();
  const state = first.reader.state!;
  const again = (sink: string[]) => {
    const reader = new TailReader({
      ...{ files, path: PATH, maxLineBytes: 1 << 20, maxParseBytes: 0, state },
    });
    const result = reader.poll({
      onLine: ({ bytes }) => void sink.push(new TextDecoder().decode(bytes)),
      onReset: () => void sink.push("reset"),
    }, 0);
    return [result, reader.gen] as const;
  };
  files.append(PATH, `":1}\n${record(2)}\n`);
  const lines: string[] = [];
  again(lines);
  assertEquals(lines, [`{"half":1}`, record(2)]);
  files.overwrite(PATH, `${record("other")}\n`.repeat(20), 50);
  const anew: string[] = [];
  assertEquals(again(anew)[1], 1);
  assertEquals(anew[0], "reset");
});

Deno.test("of a file beyond the cap only the end is read, from a line's beginning", () => {
  const files = new MemoryTranscripts();
  const all = Array.from({ length: 500 }, (_, n) => record(n));
  files.put(PATH, all.join("\n") + "\n");
  const { lines, offsets, poll, reader } = rig(files, { maxParseBytes: 1000 });
  poll();
  assertEquals(lines, all.slice(-lines.length));
  assert(lines.length > 30 && lines.length < 45);
  assertEquals(reader.state!.start, offsets[0]);
  assert(files.bytesRead <= 1000 + 4096, "the end and the head");
  const whole = rig(files, { maxParseBytes: 0 });
  whole.poll();
  assertEquals(whole.lines, all);
});
