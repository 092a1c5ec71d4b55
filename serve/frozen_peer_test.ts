import { assert, assertEquals } from "@std/assert";
import { PassThroughEngine } from "../server/streaming/engine/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { RawPeer } from "../tests/support/raw_peer.ts";
import { encodePcm } from "../wire/mod.ts";
import { serve } from "./mod.ts";

Deno.test("peers that stop reading are cut off, and their sockets are gone", async () => {
  const log = new MemoryLog();
  await using server = await serve({
    port: 0,
    controlPort: "off",
    log,
    maxSessions: 2,
    createEngine: () => new PassThroughEngine(),
  });
  const port = server.addresses[0]!.port;

  // One leaves an 11.5 MB buffer unread, so that the socket fills.
  using full = await RawPeer.connect(port);
  await full.sendText(JSON.stringify({
    use_server_fixture: true,
    fixture_name: "low_fi_Gm_loop_60s_gnm.wav",
  }));
  // The other reads everything for a while; what comes later would fit into the kernel's buffers.
  using quiet = await RawPeer.connect(port);
  await quiet.sendText("{}");
  await quiet.send(2, encodePcm(new Float32Array(96_000).fill(0.01), 1));
  await quiet.readUntil((bytes) =>
    new TextDecoder("latin1").decode(bytes).includes("params_update")
  );

  const frozenAtMs = performance.now();
  const first = await log.next("connection closed");
  const second = await log.next("connection closed");
  const tookS = (performance.now() - frozenAtMs) / 1000;
  assertEquals([first.fields["code"], second.fields["code"]], [1006, 1006]);
  // The rule of 8 s is held in virtual time (peer_watch_test.ts); here, that it is in force at all,
  // long before the kernel's own quarter of an hour. A busy machine takes its time.
  assert(tookS < 30, `cut off after ${tookS} s`);

  // A reset is the end of a socket: the kernel keeps nothing for it.
  for (const peer of [full, quiet]) assertEquals((await peer.readToEnd()).reset, true);
});
