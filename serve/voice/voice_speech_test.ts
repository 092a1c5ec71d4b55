/** The server as it is started: with its own voices, in workers, over real sockets. */
import { assert, assertEquals } from "@std/assert";
import { serve } from "../mod.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";

Deno.test("a server speaks out of the box, and what it logs holds nothing of the text", async () => {
  const log = new MemoryLog();
  await using server = await serve({
    ...{ port: 0, controlPort: "off", voicePort: 0, localPlayer: null, log },
  });
  const voices = await (await fetch(`${server.voiceUrl}/v1/voices`)).json();
  assertEquals(Object.keys(voices.engines), ["kokoro"]);
  assertEquals([voices.engines.kokoro.model_id, voices.engines.kokoro.voices.length], [
    "flite",
    11,
  ]);
  const response = await fetch(`${server.voiceUrl}/v1/synthesize`, {
    method: "POST",
    body: JSON.stringify({ text: "Dr. Marmalade paid $3.50 for 42 oranges. It was a good day." }),
  });
  assertEquals([response.status, response.headers.get("x-mod3-engine")], [200, "kokoro"]);
  assertEquals(response.headers.get("x-mod3-chunks"), "2");
  const bytes = await response.arrayBuffer();
  const pcm = new Int16Array(bytes.slice(44));
  const level = Math.sqrt(pcm.reduce((sum, it) => sum + (it / 32768) ** 2, 0) / pcm.length);
  const durationS = pcm.length / 24_000;
  assert(level > 0.02 && durationS > 2.5 && durationS < 10, `${level} ${durationS}`);
  assert(!JSON.stringify(log.lines).includes("armalade"));
});

Deno.test("nothing of the voice server is loaded before somebody asks it", async () => {
  const log = new MemoryLog();
  const started: string[] = [];
  const engine = {
    get info(): never {
      started.push("engine");
      throw new Error("asked too early");
    },
    isLoaded: true,
    say: () => () => {},
    close: () => Promise.resolve(),
  };
  {
    await using server = await serve({
      ...{ port: 0, controlPort: "off", voicePort: 0, channelPort: 0, log },
      speechEngines: [engine],
    });
    const { status } = await fetch(`${server.httpUrl}/api/health`).then(async (it) => {
      await it.body?.cancel();
      return it;
    });
    assertEquals([status, log.of("listening").length], [200, 3]);
  }
  assertEquals(started, []);
});
