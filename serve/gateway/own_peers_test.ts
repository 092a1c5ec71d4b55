import type { IncomingMessage } from "node:http";
import { assertEquals } from "@std/assert";
import { requestFacts } from "../../tests/support/request_facts.ts";
import { OwnPeers } from "./own_peers.ts";

const row = (local: string, remote: string, uid: number) =>
  `  1: 0100007F:${local} 0100007F:${remote} 01 00000000:00000000 00:00000000 00000000 ${uid} 0 1\n`;
/** The tables while port 50000 talks to port 1318. */
const owned = (uid: number) => row("0526", "C350", 1000) + row("C350", "0526", uid);

function admits(token: string | null, tables: string | null, authorization?: string) {
  const request = { headers: { authorization }, socket: {} } as unknown as IncomingMessage;
  const facts = requestFacts({ peerPort: 50_000, localPort: 1318 });
  return new OwnPeers(token, () => Promise.resolve(tables)).admits(request, facts);
}

Deno.test("OwnPeers carries its own user's connections, and others' with the token only", async () => {
  assertEquals(await admits(null, owned(1000)), true);
  assertEquals(await admits(null, owned(1001)), false);
  assertEquals(await admits("t", owned(1001)), false);
  assertEquals(await admits("t", owned(1001), "Bearer x"), false);
  assertEquals(await admits("t", owned(1001), "Bearer t"), true);
  assertEquals(await admits(null, ""), false);
});

Deno.test("where nobody tells whose a connection is, OwnPeers lends no token", async () => {
  assertEquals(await admits(null, null), true);
  assertEquals(await admits("t", null), false);
  assertEquals(await admits("t", null, "Bearer t"), true);
});

Deno.test("OwnPeers looks once for each connection", async () => {
  let looks = 0;
  const peers = new OwnPeers(null, () => Promise.resolve(`${looks++ === 0 ? owned(1000) : ""}`));
  const request = { headers: {}, socket: {} } as unknown as IncomingMessage;
  const facts = requestFacts({ peerPort: 50_000, localPort: 1318 });
  assertEquals([await peers.admits(request, facts), await peers.admits(request, facts)], [
    true,
    true,
  ]);
  assertEquals(looks, 1);
});
