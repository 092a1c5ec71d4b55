import { assert, assertEquals } from "@std/assert";
import { BoardRig } from "../../../tests/support/board_rig.ts";
import type { TranscriptId } from "../ids.ts";

/** A line of each kind of damage, and what it is shown as. */
function damagedLines() {
  const usage = { input_tokens: 5, output_tokens: 7 };
  const user = (uuid: string) =>
    JSON.stringify({ type: "user", uuid, message: { content: "Hello" } });
  const takenApart = {
    ...{ type: "assistant", uuid: "numbered", message: { 0: "{", 1: '"', model: "x", usage } },
  };
  const long = {
    ...{ type: "user", uuid: "long", timestamp: "2026-10-01T11:00:00.000Z" },
    message: { content: "x".repeat(9000) },
  };
  return [
    ["", null],
    ["\ufeff \t", null],
    [`\0\0\x01${user("after-nul")}`, "user"],
    [`{"type":"user","te${user("spliced")}`, "user"],
    [`%% \x07größe\x1b[31m ${"y".repeat(5000)}`, "broken"],
    [JSON.stringify(long), "stub"],
    ["[1, 2]", "raw"],
    ['"text"', "raw"],
    ['{"type":"kind-of-the-future","uuid":"future","value":1}', "raw"],
    ['{"uuid":"nameless"}', "raw"],
    [JSON.stringify(takenApart), "broken"],
    [user("last"), "user"],
  ] as const;
}

Deno.test("T11: each kind of damage is shown as it is, counted, and hides nothing", async () => {
  const lines = damagedLines();
  const rig = new BoardRig({ limits: { maxLineBytes: 8192 } });
  rig.put("s", lines.map(([line]) => `${line}\n`).join(""));
  const { items, session } = await rig.window("s", "anchor=head");
  const shown = lines.filter(([, kind]) => kind !== null);
  assertEquals(items.map(({ kind }: { kind: string }) => kind), shown.map(([, kind]) => kind));
  const quiet = items.map((it: { quiet?: true }) => it.quiet === true);
  assertEquals(quiet, shown.map(([, kind]) => kind === "raw"), "raw is folded, not dropped");
  const ids = items.map(({ uuid }: { uuid: string }) => uuid);
  assertEquals([ids[0], ids[1], ids[3], ids.at(-1)], ["after-nul", "spliced", "long", "last"]);
  assertEquals(items[3].ts, "2026-10-01T11:00:00.000Z");
  const encode = (text: string) => new TextEncoder().encode(text).length;
  const before = lines.slice(0, 4).reduce((sum, [line]) => sum + encode(line) + 1, 0);
  const [{ text }] = items[2].text;
  assert(text.startsWith(`${encode(lines[4][0])} bytes at ${before}: %% größe[31m yyy`), text);
  assertEquals(text.slice(text.indexOf(": ") + 2).length, 200);
  const { facts } = rig.library.sessions.get("s" as TranscriptId)!;
  assertEquals(facts.integrity, { badLines: 2, salvaged: 2, rawRecords: 4 });
  assertEquals([session.integrity.badLines, session.integrity.salvaged], [2, 2]);
  assertEquals([facts.usage.output, facts.usage.unpricedTokens], [0, 0]);
});
