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
import type { TranscriptId } from "../ids.ts";

const START = Date.parse("2026-10-01T08:00:00Z");
const encoder = new TextEncoder();

function made(session: string, records: number, more: object = {}) {
  const truth = noTruth();
  const lines = [
    ...transcriptLines({ seed: 7, session, startMs: START, records, ...more }, truth),
  ];
  return { truth, lines };
}

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

/** What a transcript of the usual model costs, by its recipe. */
function usdOf({ input, output, cacheRead, cacheWrite }: TranscriptTruth): number {
  return (input * 3 + output * 15 + cacheRead * 0.3 + cacheWrite * 3.75) / 1e6;
}

const factsOf = (rig: BoardRig, id: string) => rig.library.sessions.get(id as TranscriptId)!.facts;

/** Everything that is known of a session: its facts, and its thread. */
async function allOf(rig: BoardRig, id: string): Promise<string> {
  const { items, window } = await rig.window(id, "anchor=head&limit=1000&maxBytes=4194304");
  return JSON.stringify([factsOf(rig, id), items, window]);
}

/** All that sessions paid, as they say, and as days are made of. */
function paid(rig: BoardRig): [number, number] {
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  return [
    sum([...rig.library.sessions.values()].map(({ facts }) => facts.usage.usd)),
    sum(rig.store.usage(0, 1e9).map(({ usd }) => usd)),
  ];
}

Deno.test("T9: whatever its lines hold, a transcript that grows byte by byte is that of the whole", async () => {
  const lines = new SessionLines("s", { nowMs: START }).prompt("Ünïcödé 日本語 😀 e\u0301")
    .bash("ls größe", "λόγος 👩‍👩‍👧").edit("/home/dev/данные.ts").answer("Fertig – wirklich?")
    .prompt("Noch 一つ");
  const [one, two, three, ...rest] = lines.take().trimEnd().split("\n") as [
    ...[string, string, string],
    ...string[],
  ];
  const text = `\ufeff${one}\r\n${two.slice(0, 90)}${two}\n\0\0${three}\n` +
    `{"type":"kind-of-the-future","uuid":"x","text":"未来"}\n%% größe\n\n${textOf(rest)}`;
  const whole = new BoardRig();
  whole.put("s", text);
  const rig = new BoardRig();
  const path = transcriptPath("s");
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at++) {
    rig.files.append(path, bytes.slice(at, at + 1), rig.nowMs);
    rig.read(path);
  }
  assertEquals(await allOf(rig, "s"), await allOf(whole, "s"));
  assert(factsOf(rig, "s").integrity.salvaged > 0);
});

Deno.test("T9: a damaged transcript that is cut within its characters is that of the whole", async () => {
  const { text } = damaged(made("s", 80, { agents: ["a1"] }).lines, new Rng(4), 0.3);
  const bytes = encoder.encode(text);
  const within = [...bytes.keys()].filter((at) => (bytes[at]! & 0xc0) === 0x80);
  const whole = new BoardRig();
  whole.put("s", text);
  const wanted = await allOf(whole, "s");
  const cut = fc.oneof(fc.constantFrom(...within), fc.nat({ max: bytes.length }));
  await fc.assert(
    fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 10 }), async (cuts) => {
      const rig = new BoardRig();
      const path = transcriptPath("s");
      let from = 0;
      for (const end of [...cuts, bytes.length].sort((a, b) => a - b)) {
        if (end === from) continue;
        rig.files.append(path, bytes.slice(from, end), rig.nowMs);
        rig.read(path);
        from = end;
      }
      assertEquals(await allOf(rig, "s"), wanted);
    }),
    { numRuns: 15 },
  );
});

Deno.test("T5, T7: transcripts that copy each other cost the same together, in whatever order and pieces they come", () => {
  const first = made("first", 50);
  const second = made("second", 30, { seed: 8 });
  const agent = made("first", 20, { seed: 9, agent: "a1" });
  const copied = first.lines.map((line) => line.replaceAll('"first"', '"second"'));
  // What an agent was told of the conversation before it, as records of its own requests.
  const replayed = first.lines.filter((line) => line.includes('"usage"')).slice(0, 12)
    .map((line) => line.replace('"isSidechain":false', '"isSidechain":true'))
    .map((line) => line.replaceAll('"req_', '"req_again_'));
  assertEquals(replayed.length, 12);
  const files = [
    { session: "first", agent: undefined, lines: first.lines },
    { session: "second", agent: undefined, lines: [...copied, ...second.lines] },
    { session: "first", agent: "a1", lines: [...replayed, ...agent.lines] },
  ].map(({ agent, lines, session }) => ({
    path: transcriptPath(session, agent),
    bytes: encoder.encode(textOf(lines)),
  }));
  const usd = usdOf(first.truth) + usdOf(second.truth) + usdOf(agent.truth);
  const step = fc.record({ file: fc.nat({ max: 2 }), share: fc.double({ min: 0.05, max: 1 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.nat({ max: 2 }), (steps, last) => {
      const rig = new BoardRig();
      const read = files.map(() => 0);
      const grow = (no: number, share: number) => {
        const { bytes, path } = files[no]!;
        const from = read[no]!;
        if (from === bytes.length) return;
        read[no] = Math.min(bytes.length, from + Math.ceil(bytes.length * share));
        rig.files.append(path, bytes.slice(from, read[no]), rig.nowMs);
        rig.read(path);
      };
      for (const { file, share } of steps) grow(file, share);
      for (let no = 0; no < 3; no++) grow((last + no) % 3, 1);
      for (const sum of paid(rig)) assertAlmostEquals(sum, usd, 1e-6);
    }),
    { numRuns: 25 },
  );
});

Deno.test("T7, T10: what a transcript paid for that became another one is paid for by those that copied it", () => {
  const first = made("first", 40);
  const second = made("second", 20, { seed: 8 });
  const third = made("third", 20, { seed: 9 });
  const other = made("first", 30, { seed: 10 });
  const as = (name: string, lines: readonly string[]) =>
    lines.map((line) => line.replace(/"sessionId":"\w+"/, `"sessionId":"${name}"`));
  const rig = new BoardRig();
  const files = {
    first: first.lines,
    second: [...as("second", first.lines), ...second.lines],
    third: [...as("third", first.lines), ...as("third", second.lines), ...third.lines],
  };
  for (const [name, lines] of Object.entries(files)) {
    rig.put(name, textOf(lines));
    rig.nowMs += 1000;
  }
  const usd = [first, second, third].reduce((sum, { truth }) => sum + usdOf(truth), 0);
  for (const sum of paid(rig)) assertAlmostEquals(sum, usd, 1e-6);
  rig.changes.take(rig.nowMs);
  rig.put("first", textOf(other.lines));
  for (const sum of paid(rig)) assertAlmostEquals(sum, usd + usdOf(other.truth), 1e-6);
  assertAlmostEquals(factsOf(rig, "first").usage.usd, usdOf(other.truth), 1e-6);
  assertEquals(rig.changes.take(rig.nowMs)!.rm, [], "all of them are still there");
  // Of one whose transcript is gone nothing can be read anew: its numbers stay.
  const archive = new BoardRig();
  archive.put("first", textOf(files.first));
  archive.nowMs += 1000;
  archive.put("second", textOf(files.second));
  archive.files.remove(transcriptPath("second"));
  archive.library.gone(transcriptPath("second"));
  archive.put("first", textOf(other.lines));
  assertAlmostEquals(factsOf(archive, "second").usage.usd, usdOf(second.truth), 1e-6);
});

Deno.test("T10: a transcript that is deleted, made anew, emptied or cut counts as it is", async () => {
  const rig = new BoardRig();
  const path = rig.put("s", textOf(made("s", 60).lines));
  rig.changes.take(rig.nowMs);
  rig.files.remove(path);
  rig.library.gone(path);
  assertEquals(rig.changes.take(rig.nowMs)!.rm, ["s"]);
  const isRight = ({ lines, truth }: ReturnType<typeof made>) => {
    for (const sum of paid(rig)) assertAlmostEquals(sum, usdOf(truth), 1e-6);
    const { counts } = factsOf(rig, "s");
    assertEquals([counts.records, counts.userTurns], [lines.length, truth.userTurns]);
  };
  const anew = made("s", 40, { seed: 8 });
  rig.put("s", textOf(anew.lines));
  isRight(anew);
  assertEquals(rig.changes.take(rig.nowMs)!.up.map(({ id }) => id), ["s"], "it is back");
  assertEquals((await rig.window("s", "limit=1")).session.archived, false);

  rig.files.overwrite(path, "", rig.nowMs + 1);
  rig.library.read(path, rig.nowMs + 1, rig.nowMs);
  isRight({ lines: [], truth: noTruth() });
  const other = made("s", 30, { seed: 10 });
  rig.append("s", textOf(other.lines));
  isRight(other);

  // Cut to its first lines, and gone on with, as an editor or a crash leaves it.
  const half = other.lines.slice(0, 10);
  rig.files.overwrite(path, textOf(half), rig.nowMs + 2);
  rig.read(path);
  rig.append("s", textOf(other.lines.slice(10)));
  isRight(other);
  const { window } = await rig.window("s", "anchor=head&limit=1000");
  const whole = new BoardRig();
  whole.put("s", textOf(other.lines));
  assertEquals(window.total, (await whole.window("s", "anchor=head&limit=1")).window.total);
});

Deno.test("T12: what is left out at the beginning is counted to the token, whatever the cap, damage or not", () => {
  const { lines, truth } = made("s", 0, { bytes: 400_000, records: undefined });
  const { text } = damaged(lines, new Rng(5), 0.1);
  const bytes = encoder.encode(text);
  const tokens = (rig: BoardRig) => {
    const { input, output, cacheRead, cacheWrite5m, cacheWrite1h, models } =
      factsOf(rig, "s").usage;
    const byModel = Object.values(models).reduce((sum, { output }) => sum + output, 0);
    return [input, output, cacheRead, cacheWrite5m + cacheWrite1h, byModel];
  };
  const { cacheRead, cacheWrite, input, output } = truth;
  for (const maxParseBytes of [1000, 50_000, 50_001, 200_000, bytes.length - 1, bytes.length, 0]) {
    const rig = new BoardRig({ limits: { maxParseBytes } });
    const path = rig.put("s", text);
    const { start } = rig.library.file(path)!;
    const isCut = maxParseBytes > 0 && maxParseBytes < bytes.length;
    assertEquals(start > 0, isCut);
    // It begins after the first line's end within the cap.
    if (isCut) assertEquals(start, bytes.indexOf(0x0a, bytes.length - maxParseBytes) + 1);
    while (rig.library.count(path));
    assertEquals(tokens(rig), [input, output, cacheRead, cacheWrite, output], `${maxParseBytes}`);
    for (const sum of paid(rig)) assertAlmostEquals(sum, usdOf(truth), 1e-6);
  }
});

Deno.test("T12: a line of megabytes before the cap is counted as well, and one that nobody reads hides none", () => {
  const MIB = 2 ** 20;
  const line = (no: number, chars: number) =>
    JSON.stringify({
      ...{ type: "assistant", uuid: `u${no}`, requestId: `r${no}` },
      message: {
        ...{ id: `m${no}`, role: "assistant", model: "claude-sonnet-4-6" },
        content: [{ type: "text", text: "x".repeat(chars) }],
        usage: { output_tokens: 10 ** no },
      },
    });
  const limits = { maxParseBytes: 1000, maxLineBytes: 6 * MIB };
  const rig = new BoardRig({ limits });
  const lines = [line(0, 5 * MIB), line(1, 9), line(2, 7 * MIB), line(3, 9), line(4, 2000)];
  const path = rig.put("s", textOf([...lines, line(5, 9)]));
  while (rig.library.count(path));
  assertEquals(factsOf(rig, "s").usage.output, 111_011);
});
