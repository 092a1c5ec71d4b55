/** The example for people who write a client of their own: it must be right, and run. */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { serve } from "../serve/mod.ts";
import { SliceEncoder } from "../wire/mod.ts";
import { applySlice, play } from "./minimal_client.ts";

const FILE = fileURLToPath(new URL("minimal_client.ts", import.meta.url));

/** The hexadecimal bytes of a fenced block of the page that follows this heading. */
async function bytesOf(heading: string): Promise<Uint8Array<ArrayBuffer>> {
  const page = await Deno.readTextFile(new URL("../docs/protocol.md", import.meta.url));
  const after = page.slice(page.indexOf(`\n${heading}\n`));
  const [, block] = /```text\n([^`]*)```/.exec(after)!;
  const hex = block!.split("\n").map((line) => line.replace(/ {2,}[^0-9a-f].*$/, "")).join("");
  return Uint8Array.fromHex(hex.replaceAll(/\s/g, ""));
}

Deno.test("the minimal client follows an encoder bit for bit, cut at the end", () => {
  const encoder = new SliceEncoder(new Float32Array(2 * 6000), { channels: 2 });
  const mirror = new Float32Array(2 * 6000);
  for (let i = 0; i < 40; i++) {
    const audio = Float32Array.from({ length: 2 * 2000 }, (_, at) => ((at * 7919 + i) % 997) / 997);
    const startSample = (i * 1700) % 6000;
    const frame = encoder.encode({
      audio,
      startSample,
      channels: 2,
      tickMs: 0,
      decMs: 0,
      numGens: 0,
    })!;
    assertEquals(applySlice(frame.slice().buffer, mirror, 2), startSample);
    assertEquals(mirror, encoder.mirror);
  }
  assertThrows(() => applySlice(new ArrayBuffer(23), mirror, 2), Error, "no slice");
});

Deno.test("the worked slice of the protocol page does what the page says", async () => {
  const frame = await bytesOf("### A worked example");
  const mirror = new Float32Array([0, 0, 0.5, -0.5, 0.25, 0.25, 0, 0]);
  assertEquals(frame.length, 40);
  assertEquals(applySlice(frame.buffer, mirror, 2), 1);
  assertEquals([...mirror], [0, 0, 0.75, -0.75, 0.125, 0.25, 0, 0]);
});

Deno.test("the minimal client plays on a real server, a tenth of a second ahead and more", async () => {
  await using server = await serve({ port: 0, controlPort: "off", write: () => {} });
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", FILE, server.url, "2"],
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout);
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const [, slices, leadMs] = /^(\d+) slices, (\d+) ms ahead in the middle\n$/.exec(said) ?? [];
  assertMatch(said, /ahead/);
  assert(Number(slices) > 10 && Number(leadMs) > 100, said);
});

Deno.test("the minimal client asks for a server where there is none", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `ws://127.0.0.1:${listener.addr.port}`;
  listener.close();
  await assertRejects(
    () => play(url, 1),
    Error,
    `no session at ${url}: is a server running there?`,
  );
});
