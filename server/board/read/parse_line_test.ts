import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { damaged, DAMAGES, noTruth, transcriptLines } from "../../../fixtures/transcripts/mod.ts";
import { Rng } from "../../../runtime/mod.ts";
import { LineSplitter } from "./lines.ts";
import { type Parsed, parseLine, printable } from "./parse_line.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function parse(text: string): Parsed[] {
  const bytes = bytesOf(text);
  return parseLine({ offset: 100, length: bytes.length, bytes, isWhole: true });
}

/** What was found, in short: uuids of records, kinds of the rest. */
function found(text: string): string[] {
  return parse(text).map((it) => it.kind === "record" ? String(it.record["uuid"]) : it.kind);
}

const one = `{"type":"user","uuid":"one","message":{"role":"user","content":"é"}}`;
const two =
  `{"parentUuid":"one","type":"assistant","uuid":"two","message":{"content":[{"type":"text","text":"t"}]}}`;

Deno.test("blank lines are nothing, and bytes before a record are passed over", () => {
  assertEquals(["", "   ", "\ufeff", "\0\0\0"].flatMap(found), []);
  assertEquals(found(`\0\0\0\x01${one}`), ["one"]);
  assertEquals(found(`\ufeff${one}`), ["one"]);
  const [record] = parse(`\0\0${one}`);
  assertEquals([record!.offset, record!.length], [102, bytesOf(one).length]);
});

Deno.test("a torn record with the next one on its line gives the next one", () => {
  for (const at of [5, 20, 45, 60]) assertEquals(found(one.slice(0, at) + two), ["two"], `${at}`);
  const [record] = parse(one.slice(0, 20) + two);
  assert(record?.kind === "record" && record.isSalvaged);
  assertEquals(record.offset, 120);
});

Deno.test("two records without a line between them are two", () => {
  assertEquals(found(one + two), ["one", "two"]);
  assertEquals(found(`${one}\0\0${two}`), ["one", "two"]);
});

Deno.test("a part of a record is never taken for one", () => {
  const nested = `{"type":"user","uuid":"inner","sessionId":"s"}`;
  for (const outer of [`{"type":"progress","data":`, `{"type":"x","list":[1, `, `{"a":`]) {
    assertEquals(found(`${outer}${nested}`), ["broken"], outer);
    assertEquals(found(`${outer}${nested},"more":"te`), ["broken"], outer);
  }
  // Texts that look like records are texts.
  const quoted = JSON.stringify({ type: "user", uuid: "outer", text: nested });
  assertEquals(found(quoted.slice(0, -2)), ["broken"]);
  // Neither are objects of unknown types, or without an id.
  assertEquals(found(`x{"type":"unknown","uuid":"u"}`), ["broken"]);
  assertEquals(found(`x{"type":"user","text":"no id"}`), ["broken"]);
});

Deno.test("what cannot be read is told of, with its place", () => {
  assertEquals(found("not json"), ["broken"]);
  assertEquals(found("[1,2]"), ["value"]);
  assertEquals(found("12"), ["value"]);
  assertEquals(printable(bytesOf("a\0b\x1bc\ufffd".repeat(100))).length, 200);
  const head = bytesOf(one);
  const [stub] = parseLine({ offset: 7, length: 1e9, bytes: head, isWhole: false });
  assert(stub?.kind === "stub");
  assertEquals([stub.offset, stub.length, stub.sniffed.type, stub.sniffed.uuid], [
    ...[7, 1e9, "user", "one"],
  ]);
});

Deno.test("a line beyond the limit is cut to its head, and the next one is whole", () => {
  const splitter = new LineSplitter(0, 1000);
  const long = `{"type":"user","uuid":"long","text":"${"x".repeat(9000)}"}`;
  const bytes = bytesOf(`${one}\n${long}\n${two}\n`);
  for (const step of [1, 7, 1000, 100_000]) {
    const lines: string[] = [];
    const each = new LineSplitter(0, 1000);
    for (let at = 0; at < bytes.length; at += step) {
      for (const line of each.push(bytes.subarray(at, at + step))) {
        lines.push(
          ...parseLine(line).map((it) =>
            it.kind === "record"
              ? String(it.record["uuid"])
              : `${it.kind} ${it.offset} ${it.length}`
          ),
        );
      }
    }
    assertEquals(
      lines,
      ["one", `stub ${bytesOf(one).length + 1} ${long.length}`, "two"],
      `${step}`,
    );
  }
  assertEquals(splitter.pendingBytes, 0);
});

Deno.test("one bad line never hides those after it, and nothing is thrown", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
    const clean = noise.filter((byte) => byte !== 0x0a);
    const lines = [one, two, one].map(bytesOf);
    const parts = [lines[0]!, clean, lines[1]!, lines[2]!];
    const bytes = Uint8Array.from(parts.flatMap((part) => [...part, 0x0a]));
    const uuids = [...new LineSplitter(0, 1 << 20).push(bytes)].flatMap((line) =>
      parseLine(line).flatMap((it) => it.kind === "record" ? [it.record["uuid"]] : [])
    );
    assertEquals(uuids.filter((it) => it === "one" || it === "two"), ["one", "two", "one"]);
  }));
});

Deno.test("of a damaged transcript every record is found that was not torn itself", () => {
  const recipe = { seed: 3, session: "s", startMs: 0, records: 1500 };
  const lines = [...transcriptLines(recipe, noTruth())];
  const { text, counts } = damaged(lines, new Rng(3), 0.25);
  for (const kind of DAMAGES) assert(counts[kind] > 5, kind);
  const records: string[] = [];
  const others = new Map<string, number>();
  for (const line of new LineSplitter(0, 1 << 25).push(bytesOf(text))) {
    for (const it of parseLine(line)) {
      if (it.kind !== "record") others.set(it.kind, (others.get(it.kind) ?? 0) + 1);
      else if (it.record["type"] !== "kind-of-the-future") records.push(JSON.stringify(it.record));
    }
  }
  assertEquals(records, lines);
  assertEquals(Object.fromEntries(others), { broken: counts.noise });
});

Deno.test("T11: each way in which a record begins is known on a damaged line", () => {
  const fields = {
    ...{ type: "user", parentUuid: "p", uuid: "whole", sessionId: "s", isSidechain: false },
    ...{ leafUuid: "l", messageId: "m" },
  };
  for (const first of Object.keys(fields)) {
    const record = JSON.stringify({ [first]: fields[first as keyof typeof fields], ...fields });
    assertEquals(found(`{"type":"user","text":"to${record}`), ["whole"], first);
  }
  for (const id of ["uuid", "sessionId", "leafUuid", "messageId"]) {
    assertEquals(parse(`x{"type":"summary","${id}":"i"}`)[0]!.kind, "record", id);
  }
});

Deno.test("T11: wherever a record is torn, what it held is none, and the next one is found", () => {
  const inner = { type: "user", uuid: "inner", message: { role: "user", content: "{" } };
  const outer = JSON.stringify({
    ...{
      type: "progress",
      uuid: "outer",
      data: { list: [inner, { message: inner }], text: '"{\\' },
    },
    ...{ toolUseResult: { type: "assistant", messageId: "inner", uuid: "inner" } },
  });
  const next = JSON.stringify({
    ...{ parentUuid: null, type: "user", uuid: "next", sessionId: "s" },
    timestamp: "2026-10-01T12:00:00.000Z",
  });
  assertEquals(found(outer), ["outer"]);
  for (let at = 1; at < outer.length; at++) {
    assertEquals(found(outer.slice(0, at)), ["broken"], `${at}`);
    assertEquals(found(outer.slice(0, at) + next), ["next"], `${at}`);
    assertEquals(found(outer.slice(at) + next).includes("inner"), false, `${at}`);
  }
});

Deno.test("T11: damaged lines beyond a megabyte, and beyond so many beginnings, are not searched", () => {
  const torn = '{"type":"user"';
  assertEquals(found(torn.repeat(63) + one), ["one"]);
  assertEquals(found(torn.repeat(64) + one), ["broken"]);
  const wide = "x".repeat(2 ** 20 - bytesOf(two).length);
  assertEquals(found(wide + two), ["two"]);
  assertEquals(found(`x${wide}${two}`), ["broken"]);
});
