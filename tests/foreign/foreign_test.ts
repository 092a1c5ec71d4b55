import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { ForeignClient } from "./foreign_client.ts";

/** A server in a child process, closed at the end of the test. */
async function startServer() {
  const child = new Deno.Command("deno", {
    args: [
      "run",
      "--quiet",
      "--allow-net=127.0.0.1",
      "--allow-read",
      "--allow-env",
      fileURLToPath(new URL("./serve_main.ts", import.meta.url)),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the server ended before it told its address");
    line += value;
  }
  const { url, controlUrl } = JSON.parse(line) as { url: string; controlUrl: string };
  return {
    port: Number(new URL(url).port),
    httpUrl: url.replace("ws:", "http:"),
    controlUrl,
    async [Symbol.asyncDispose]() {
      await reader.cancel();
      await child.stdin.close();
      assertEquals((await child.status).code, 0);
    },
  };
}

/** A control-bus body without audio. */
function command(json: object): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const body = new Uint8Array(4 + text.length);
  new DataView(body.buffer).setUint32(0, text.length, true);
  body.set(text, 4);
  return body;
}

/** Two seconds of a stereo tone. */
function tone(): Float32Array {
  const audio = new Float32Array(2 * 96_000);
  for (let i = 0; i < audio.length; i++) audio[i] = Math.sin((i >> 1) * 0.02) * 0.3;
  return audio;
}

Deno.test("a foreign client shakes hands, plays 5 s, swaps, and stops", async () => {
  await using server = await startServer();
  const fixture = "low_fi_Gm_loop_60s_gnm.wav";
  const info = await (await fetch(`${server.httpUrl}/api/server-info`)).json();
  assert(info.server_side_fixtures.includes(fixture));

  const client = await ForeignClient.connect("127.0.0.1", server.port);
  const started = client.next("instruments");
  client.send({
    telemetry_version: 1,
    client_id: "foreign",
    use_server_fixture: true,
    fixture_name: fixture,
    stem_source_mode: "full",
    prompt: "soft keys",
  });
  await started;
  const handshake = ["init_ack", "ready", "buffer", "stem_assets", "vocals", "instruments"];
  assertEquals(client.order.slice(0, 6), handshake);
  const ready = client.last("ready")!;
  assertEquals([ready["sample_rate"], ready["channels"], ready["source_epoch"]], [48_000, 2, 0]);
  assertEquals(client.frames, 48_000 * (ready["duration"] as number));
  assertEquals([...client.stems.values()], [client.frames * 4, client.frames * 4]);
  assert(Math.max(...client.bufferFragments) <= 262_144, "large binaries come in fragments");

  const endMs = performance.now() + 5_000;
  client.play({ denoise: 0.6 });
  // A busy machine makes fewer of them, and needs longer for as many.
  while (performance.now() < endMs || client.slices.length < 50) await client.next("slice");
  await client.next("params_update");
  const played = [...client.slices];
  for (const slice of played) {
    assertEquals([slice.flags, slice.channels, slice.epoch], [1, 2, 0]);
    assert(slice.length > 0 && slice.length <= 17_280, `slice of ${slice.length} frames`);
    assert(slice.start + slice.length <= client.frames);
    assert(slice.tickMs >= 0 && slice.decMs >= 0);
  }
  assert(played.at(-1)!.generations > 0);
  const settled = played.slice(10);
  const ahead = settled.filter((slice) => slice.leadS > 0).length;
  // On a busy machine one or the other is late; by a playhead that was taken wrong all would be.
  assert(ahead >= settled.length * 0.5, `${ahead} of ${settled.length} slices are ahead`);
  assertEquals(slicesWithoutUpdate(client.order), 0);
  assert(client.mirror.every(Number.isFinite));

  const sessions = await (await fetch(`${server.controlUrl}/sessions`)).json();
  assertEquals(sessions.map((session: { id: string }) => session.id), [ready["session_id"]]);
  const echoed = client.next("params_echo");
  const answer = await fetch(`${server.controlUrl}/sessions/${ready["session_id"]}/cmd`, {
    method: "POST",
    body: command({ type: "params", raw: { denoise: 0.25 } }),
  });
  assertEquals(await answer.json(), {
    sent: true,
    session_id: ready["session_id"],
    audio_bytes: 0,
  });
  await echoed;
  assertEquals(client.last("params_echo")!["raw"], { denoise: 0.25 });

  const swapped = client.next("buffer");
  const audio = tone();
  client.send({ type: "swap_source", tags: "bright bells", fixture_name: "tone" });
  client.sendPcm(audio, 2);
  await swapped;
  const swapReady = client.last("swap_ready")!;
  assertEquals([swapReady["duration"], swapReady["source_epoch"]], [2, 1]);
  assertEquals(client.order.at(client.order.lastIndexOf("swap_ready") + 1), "buffer");
  assertEquals(client.buffer.length, audio.length);
  assert(client.buffer.every((value, i) => Math.abs(value - audio[i]!) <= 2 ** -12));
  const before = client.slices.length;
  while (client.slices.length < before + 20) await client.next("slice");
  for (const slice of client.slices.slice(before)) {
    assertEquals(slice.epoch, 1);
    assert(slice.start + slice.length <= client.frames);
  }

  const closed = client.next("close");
  client.stop();
  await closed;
  assertEquals(client.order.at(-1), "close 1000");
  // The session ends with its TCP connection, a moment after the close frame that the client saw.
  while ((await (await fetch(`${server.controlUrl}/sessions`)).json()).length > 0);
});

/** Slices that are not followed at once by their `params_update`; the newest may still wait for it. */
function slicesWithoutUpdate(order: readonly string[]): number {
  return order.filter((step, i) =>
    step === "slice" && i + 1 < order.length && order[i + 1] !== "params_update"
  ).length;
}
