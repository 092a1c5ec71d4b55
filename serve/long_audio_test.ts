import { assert, assertEquals } from "@std/assert";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { PassThroughEngine } from "../server/streaming/engine/mod.ts";
import { doSourceJob } from "../server/streaming/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { rampClip } from "../tests/support/streaming_world.ts";
import { encodeControlBody, encodeHalfBuffer, encodePcm } from "../wire/mod.ts";
import { serve } from "./mod.ts";

/** Ten seconds of stereo, 3.8 MB as PCM: three messages' worth of the longest piece. */
const CLIP = rampClip(10);
const PCM = encodePcm(CLIP.audio, 2);

/** What a session that opens with the clip sends first, and one that swaps to it. */
const wireOf = (seamFade: boolean) => {
  const audio = { kind: "pcm", pieces: [PCM] } as const;
  return encodeHalfBuffer(
    doSourceJob({ type: "play", audio, cropS: 0, seamFade }).clip.audio,
  );
};

/** A server whose engine plays the source as it is. */
const start = (log = new MemoryLog()) =>
  serve({
    port: 0,
    controlPort: 0,
    maxSessions: 2,
    log,
    createEngine: () => new PassThroughEngine(),
  });

/** A client that waits for what it is told of. */
function connect(url: string) {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  const seen: (Uint8Array | Record<string, unknown>)[] = [];
  const waiting: { readonly is: (one: (typeof seen)[number]) => boolean; resolve(): void }[] = [];
  ws.on("message", (data, isBinary) => {
    const one = isBinary ? data as Uint8Array : JSON.parse(String(data));
    seen.push(one);
    for (const { is, resolve } of waiting) if (is(one)) resolve();
  });
  const closed = new Promise<number>((resolve) => ws.on("close", (code) => resolve(code)));
  return {
    ws,
    opened: new Promise<void>((resolve) => ws.on("open", () => resolve())),
    closed,
    seen,
    /** Waits for a text of this type; the binary that follows it, if one does. */
    async text(type: string) {
      const is = (one: (typeof seen)[number]) => !(one instanceof Uint8Array) && one.type === type;
      if (!seen.some(is)) await new Promise<void>((resolve) => waiting.push({ is, resolve }));
      return seen.find(is) as Record<string, unknown>;
    },
    after(type: string) {
      const at = seen.findIndex((one) => !(one instanceof Uint8Array) && one.type === type);
      return new Uint8Array(seen[at + 1] as Uint8Array);
    },
    [Symbol.dispose]: () => ws.terminate(),
  };
}

/** Sends a message in frames of an odd size. */
function sendInFragments(ws: WebSocket, bytes: Uint8Array, size = 65_537) {
  for (let at = 0; at < bytes.length; at += size) {
    ws.send(bytes.subarray(at, at + size), { fin: at + size >= bytes.length });
  }
}

Deno.test("long audio is played as it was sent, whether in one frame or in fragments", async () => {
  await using server = await start();
  using client = connect(server.url);
  await client.opened;
  client.ws.send("{}");
  client.ws.send(PCM);
  await client.text("params_update");
  assertEquals(client.after("ready"), wireOf(true));
  client.ws.send(JSON.stringify({ type: "swap_source", stem_source_mode: "full" }));
  sendInFragments(client.ws, PCM);
  await client.text("stem_assets");
  assertEquals(client.after("swap_ready"), wireOf(false));
});

Deno.test("long audio of every other command is answered, and what is wrong with it is said", async () => {
  await using server = await start();
  using client = connect(server.url);
  await client.opened;
  client.ws.send("{}");
  client.ws.send(PCM);
  const { session_id } = await client.text("ready");
  await client.text("params_update");
  const post = async (command: Record<string, unknown>, pcm: Uint8Array) => {
    const url = `${server.controlUrl}/sessions/${session_id}/cmd`;
    return await (await fetch(url, { method: "POST", body: encodeControlBody(command, pcm) }))
      .json();
  };
  assertEquals(await post({ type: "set_timbre_source", name: "long" }, PCM), {
    sent: true,
    session_id,
    audio_bytes: PCM.length,
  });
  assertEquals(await client.text("timbre_set"), { type: "timbre_set", name: "long", duration: 10 });
  await post({ type: "write_audio", at_s: 1 }, PCM);
  assertEquals((await client.text("audio_written"))["end_s"], 10);
  const broken = PCM.slice();
  new DataView(broken.buffer).setFloat32(8 + 4 * 1000, NaN, true);
  await post({ type: "set_structure_source", name: "bad" }, broken);
  const { error } = await client.text("structure_failed");
  assert(String(error).includes("PCM sample 1000 is NaN"), String(error));
});

Deno.test("a long upload is kept, and played by name without being sent again", async () => {
  await using server = await start();
  using upload = connect(server.url);
  await upload.opened;
  upload.ws.send(JSON.stringify({ type: "upload_track", name: "long" }));
  upload.ws.send(PCM);
  assertEquals((await upload.text("upload_ok"))["name"], "long.wav");
  await upload.closed;
  using client = connect(server.url);
  await client.opened;
  client.ws.send("{}");
  client.ws.send(encodePcm(rampClip(1).audio, 2));
  await client.text("params_update");
  const swap = { type: "swap_source", fixture_name: "long.wav", use_server_source: true };
  client.ws.send(JSON.stringify(swap));
  await client.text("swap_ready");
  await client.text("params_update");
  assertEquals(client.after("swap_ready"), wireOf(false));
});

Deno.test("a server closes in order while it prepares long audio", async () => {
  const log = new MemoryLog();
  const server = await start(log);
  using client = connect(server.url);
  await client.opened;
  client.ws.send("{}");
  client.ws.send(PCM);
  await server.close();
  assertEquals(await client.closed, 1001);
  assertEquals(log.of("dropping what is left"), []);
});
