import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { cameOverTls, clientAddress, NO_PROXIES, parseTrustedProxies } from "./proxies.ts";

const proxies = parseTrustedProxies(["10.0.0.0/8", "fd00::/8", "192.168.1.5"]);

Deno.test("parseTrustedProxies knows addresses and networks, in either form of IPv4", () => {
  for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "192.168.1.5", "fd12::7"]) {
    assertEquals(proxies.has(address), true, address);
  }
  for (const address of ["11.0.0.1", "192.168.1.6", "fe80::1", "localhost", ""]) {
    assertEquals(proxies.has(address), false, address);
  }
  assertEquals(NO_PROXIES.has("127.0.0.1"), false);
});

Deno.test("parseTrustedProxies says what it expects", () => {
  for (
    const value of ["proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::1/129", ""]
  ) {
    assertThrows(() => parseTrustedProxies([value]), UsageError, "an address or a network", value);
  }
});

Deno.test("clientAddress believes trusted proxies only, and only the last hop that none of them is", () => {
  const cases: [string, string | undefined, string][] = [
    ["203.0.113.9", "127.0.0.1", "203.0.113.9"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
    ["10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.1"],
    ["10.0.0.1", "nonsense", "10.0.0.1"],
  ];
  for (const [peerAddress, forwarded, expected] of cases) {
    const headers = { "x-forwarded-for": forwarded };
    assertEquals(clientAddress({ peerAddress, headers }, proxies), expected, `${forwarded}`);
  }
});

Deno.test("cameOverTls believes trusted proxies only", () => {
  const headers = { "x-forwarded-proto": "https" };
  assertEquals(cameOverTls({ peerAddress: "10.0.0.1", headers }, proxies), true);
  assertEquals(cameOverTls({ peerAddress: "127.0.0.1", headers }, proxies), false);
  assertEquals(cameOverTls({ peerAddress: "10.0.0.1", headers: {} }, proxies), false);
});
