import { assertEquals, assertMatch } from "@std/assert";
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

  // How long that takes is held in virtual time (peer_watch_test.ts); here, that it is the server's
  // rule that cuts them off, and not the kernel, which would take a quarter of an hour.
  for (const line of [await log.next("connection closed"), await log.next("connection closed")]) {
    assertEquals(line.fields["code"], 1006);
    assertMatch(String(line.fields["reason"]), /^peer has (taken|read) nothing for 8 s$/);
  }

  // A reset is the end of a socket: the kernel keeps nothing for it.
  for (const peer of [full, quiet]) assertEquals((await peer.readToEnd()).reset, true);
});
