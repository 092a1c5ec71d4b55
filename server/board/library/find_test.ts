import { assert, assertEquals } from "@std/assert";
import { transcriptLines } from "../../../fixtures/transcripts/mod.ts";
import { BoardRig } from "../../../tests/support/board_rig.ts";

const START = Date.parse("2026-10-01T08:00:00Z");

const record = (uuid: string, more: object) =>
  JSON.stringify({ uuid, sessionId: "s", timestamp: "2026-10-01T12:00:00Z", ...more });
const prompt = (uuid: string, content: string) =>
  record(uuid, { type: "user", message: { role: "user", content } });

interface Hit {
  readonly n: number;
  readonly uuid: string;
  readonly text: string;
}

Deno.test("find meets every item that has the words, in texts, inputs and answers of tools", async () => {
  const rig = new BoardRig();
  const call = { type: "tool_use", id: "t1", name: "Bash", input: { command: "echo Nadelöhr" } };
  const lines = [
    prompt("a", 'He said "nadelöhr"\nand went.'),
    record("b", { type: "assistant", message: { id: "m", role: "assistant", content: [call] } }),
    record("c", {
      type: "user",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t1", content: "NADELÖHR" }],
      },
    }),
    // The words stand in what nobody sees only.
    record("d", { type: "user", cwd: "nadelöhr", message: { role: "user", content: "no" } }),
    prompt("e", "Nadelöhr").replace("ö", "\\u00f6"),
  ];
  rig.put("s", lines.map((line) => `${line}\n`).join(""));
  const find = async (q: string, more = "") =>
    await rig.ask({
      kind: "find",
      id: "s",
      query: `q=${encodeURIComponent(q)}${more}`,
      etag: null,
    });
  const all = await find("nadelöhr");
  assertEquals([all.hits.map(({ uuid }: Hit) => uuid), all.next], [["a", "b", "e"], null]);
  assertEquals(all.hits[0].text, 'He said "nadelöhr" and went.');
  assertEquals((await find('"nadelöhr"\nand')).hits.length, 1);
  const some = await find("nadelöhr", "&limit=2");
  assertEquals((await find("nadelöhr", `&from=${some.next}`)).hits.map(({ n }: Hit) => n), [3]);
  assertEquals((await find("")).code, "bad_find");
  assertEquals((await find("x", "&from=-1")).code, "bad_window");
});

Deno.test("find looks at a piece of a long thread at a time, and parses only what may have the words", async () => {
  const rig = new BoardRig();
  const recipe = { seed: 3, session: "s", startMs: START, bytes: 12 * 2 ** 20 };
  const lines = [...transcriptLines(recipe)];
  lines.splice(lines.length - 40, 0, prompt("here", "A needle, far down"));
  rig.put("s", lines.map((line) => `${line}\n`).join(""));
  await rig.indexed("s");
  const loads = rig.library.cache.counts.misses;
  const first = await rig.ask({ kind: "find", id: "s", query: "q=a needle", etag: null });
  assert(first.next > 0 && first.hits.length === 0);
  const rest = await rig.ask({
    kind: "find",
    id: "s",
    query: `q=a needle&from=${first.next}`,
    etag: null,
  });
  assertEquals([rest.hits[0].uuid, rest.next], ["here", null]);
  assertEquals(rig.library.cache.counts.misses - loads, 1);
});
