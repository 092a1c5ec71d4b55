import { assertEquals } from "@std/assert";
import { parseTrustedProxies } from "./proxies.ts";
import { MAX_PEER_CONNECTIONS, PeerLimit, peerOf } from "./peer_limit.ts";

const FAR = "203.0.113.7";

Deno.test("PeerLimit lets a peer have 64 connections, and another one for each that goes", () => {
  const limit = new PeerLimit();
  const leaves = Array.from({ length: MAX_PEER_CONNECTIONS }, () => limit.enter(FAR));
  assertEquals([MAX_PEER_CONNECTIONS, leaves.includes(null)], [64, false]);
  assertEquals(limit.enter(FAR), null);
  assertEquals(limit.enter(`::ffff:${FAR}`), null, "the same peer as a dual-stack socket says it");
  assertEquals(limit.enter("203.0.113.8") === null, false, "another peer");
  leaves[0]!();
  leaves[0]!();
  assertEquals([limit.enter(FAR) === null, limit.enter(FAR)], [false, null]);
});

Deno.test("PeerLimit forgets peers that hold nothing", () => {
  const limit = new PeerLimit({ most: 2 });
  const leaves = ["203.0.113.1", "203.0.113.2", "203.0.113.2"].map((it) => limit.enter(it)!);
  assertEquals(limit.peers, 2);
  for (const leave of leaves) leave();
  assertEquals(limit.peers, 0);
});

Deno.test("PeerLimit does not count local peers, nor those that stand for many", () => {
  const limit = new PeerLimit({ most: 0 });
  for (const local of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(limit.enter(local) === null, false, local);
  }
  const proxies = parseTrustedProxies(["10.0.0.0/8"]);
  const behind = new PeerLimit({ most: 0, isExempt: (address) => proxies.has(address) });
  assertEquals([behind.enter("10.1.2.3") === null, behind.enter(FAR)], [false, null]);
});

Deno.test("peerOf takes all addresses of one IPv6 network for one peer", () => {
  const peers = [
    "2001:db8:1:2::1",
    "2001:DB8:1:2:aaaa::",
    "2001:db8:1:2:3:4:5:6",
    "2001:0db8:01:2::9",
  ];
  assertEquals(new Set(peers.map(peerOf)), new Set(["2001:db8:1:2"]));
  assertEquals(peerOf("2001:db8:1:3::1"), "2001:db8:1:3");
  assertEquals([peerOf("fe80::1%eth0"), peerOf("::2"), peerOf(FAR)], [
    "fe80:0:0:0",
    "0:0:0:0",
    FAR,
  ]);
});
