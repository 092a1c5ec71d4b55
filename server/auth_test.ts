import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { checkBind, checkToken, isLoopbackAddress, isSameToken, standingOf } from "./auth.ts";

Deno.test("standingOf lets local peers in without a token, and others with one", () => {
  const cases: [string, Record<string, string>, string | null, string][] = [
    ["127.0.0.1", {}, null, "bypass"],
    ["::1", {}, null, "bypass"],
    ["::ffff:127.0.0.1", {}, "secret", "bypass"],
    ["192.168.1.5", {}, "secret", "refused"],
    ["192.168.1.5", {}, null, "refused"],
    ["192.168.1.5", { authorization: "Bearer secret" }, "secret", "token"],
    ["192.168.1.5", { authorization: "bearer secret" }, "secret", "token"],
    ["192.168.1.5", { authorization: "Bearer wrong" }, "secret", "refused"],
    ["192.168.1.5", { authorization: "Basic secret" }, "secret", "refused"],
    ["192.168.1.5", { authorization: "Bearer secret" }, null, "refused"],
    ["127.0.0.1", { authorization: "Bearer wrong" }, "secret", "refused"],
    ["127.0.0.1", { authorization: "Bearer secret" }, "secret", "token"],
    ["127.0.0.1", { "x-forwarded-for": "10.0.0.1" }, "secret", "refused"],
    ["127.0.0.1", { "x-forwarded-for": "127.0.0.1" }, null, "refused"],
    ["127.0.0.1", { forwarded: "for=127.0.0.1" }, null, "refused"],
    ["127.0.0.1", { via: "1.1 proxy" }, null, "refused"],
    ["127.0.0.1", { "cf-connecting-ip": "10.0.0.1" }, null, "refused"],
    ["127.0.0.1", { "tailscale-user-login": "me@example" }, null, "refused"],
    ["127.0.0.1", { "remote-user": "me" }, null, "refused"],
    ["127.0.0.1", { "x-forwarded-for": "10.0.0.1", authorization: "Bearer s" }, "s", "token"],
    ["127.0.0.1", { "user-agent": "curl", accept: "*/*" }, null, "bypass"],
  ];
  for (const [peerAddress, headers, token, expected] of cases) {
    const text = `${peerAddress} ${JSON.stringify(headers)} token ${token}`;
    assertEquals(standingOf({ peerAddress, headers }, token), expected, text);
  }
});

Deno.test("isLoopbackAddress knows loopback in every form", () => {
  for (const address of ["127.0.0.1", "127.1.2.3", "::1", "::FFFF:127.0.0.1"]) {
    assertEquals(isLoopbackAddress(address), true, address);
  }
  for (const address of ["", "0.0.0.0", "::", "128.0.0.1", "127.evil", "::ffff:10.0.0.1"]) {
    assertEquals(isLoopbackAddress(address), false, address);
  }
});

Deno.test("isSameToken compares whole tokens of any length", () => {
  assertEquals(isSameToken("abc", "abc"), true);
  assertEquals(isSameToken("abc", "abcd"), false);
  assertEquals(isSameToken("", "abc"), false);
});

Deno.test("checkBind wants a token for every address beyond this machine", () => {
  for (const host of ["127.0.0.1", "localhost", "::1"]) checkBind(host, null);
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "studio.example"]) {
    assertThrows(() => checkBind(host, null), UsageError, "needs a token");
    checkBind(host, "secret");
  }
});

Deno.test("checkToken refuses what a header cannot carry", () => {
  assertEquals(checkToken(undefined), null);
  assertEquals(checkToken(""), null);
  assertEquals(checkToken("s3cret"), "s3cret");
  assertThrows(() => checkToken("two words"), UsageError);
});
