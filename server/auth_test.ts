import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { NOW_S, testRules, TOKEN } from "../tests/support/request_facts.ts";
import { checkBind, checkToken, isLoopbackAddress, isLoopbackName, standingOf } from "./auth.ts";
import { signCookie } from "./cookie.ts";

const good = { authorization: `Bearer ${TOKEN}` };
const wrong = { authorization: "Bearer wrong" };
const cookieOf = (value: string) => ({ cookie: `a=b; headway_auth=${value}` });
const login = cookieOf(signCookie(TOKEN, NOW_S + 1, "n".repeat(32)));

Deno.test("standingOf lets local peers in without a token, and others with one", () => {
  const cases: [string, Record<string, string>, string | null, string | null][] = [
    ["127.0.0.1", {}, null, "bypass"],
    ["::1", {}, null, "bypass"],
    ["::ffff:127.0.0.1", {}, TOKEN, "bypass"],
    ["192.168.1.5", {}, TOKEN, null],
    ["192.168.1.5", {}, null, null],
    ["192.168.1.5", good, TOKEN, "bearer"],
    ["192.168.1.5", { authorization: `bearer ${TOKEN}` }, TOKEN, "bearer"],
    ["192.168.1.5", wrong, TOKEN, null],
    ["192.168.1.5", { authorization: `Basic ${TOKEN}` }, TOKEN, null],
    ["192.168.1.5", good, null, null],
    ["192.168.1.5", login, TOKEN, "cookie"],
    ["192.168.1.5", login, `${TOKEN}2`, null],
    ["192.168.1.5", login, null, null],
    ["192.168.1.5", cookieOf(TOKEN), TOKEN, null],
    ["127.0.0.1", wrong, TOKEN, null],
    ["127.0.0.1", { ...wrong, ...login }, TOKEN, null],
    ["127.0.0.1", good, TOKEN, "bearer"],
    ["127.0.0.1", cookieOf("v1.1.x.y"), TOKEN, "bypass"],
    ["127.0.0.1", { "user-agent": "curl", accept: "*/*" }, null, "bypass"],
  ];
  for (const [peerAddress, headers, token, expected] of cases) {
    const text = `${peerAddress} ${JSON.stringify(headers)} token ${token}`;
    const request = { peerAddress, headers: { host: "localhost:1318", ...headers }, unixS: NOW_S };
    assertEquals(standingOf(request, testRules({ token })), expected, text);
  }
});

Deno.test("standingOf takes the bypass from whatever a proxy stands in front of", () => {
  const headers: Record<string, string>[] = [
    { "x-forwarded-for": "10.0.0.1" },
    { "x-forwarded-for": "127.0.0.1" },
    { "x-forwarded-host": "localhost" },
    { forwarded: "for=127.0.0.1" },
    { via: "1.1 proxy" },
    { "x-real-ip": "127.0.0.1" },
    { "true-client-ip": "127.0.0.1" },
    { "cf-connecting-ip": "10.0.0.1" },
    { "tailscale-user-login": "me@example" },
    { "remote-user": "me" },
    { host: "studio.example" },
    { host: "192.168.1.5:1318" },
    { host: "localhost.studio.example" },
  ];
  for (const more of headers) {
    const request = { peerAddress: "127.0.0.1", unixS: NOW_S };
    const asked = (extra: Record<string, string>) =>
      standingOf({ ...request, headers: { host: "localhost", ...more, ...extra } }, testRules());
    assertEquals(asked({}), null, JSON.stringify(more));
    assertEquals(asked(good), "bearer", JSON.stringify(more));
  }
});

Deno.test("standingOf gives no bypass where it is switched off, from the next request on", () => {
  const bypass = { isOn: true };
  const rules = testRules({ bypass });
  const request = { peerAddress: "127.0.0.1", headers: { host: "[::1]:1318" }, unixS: NOW_S };
  assertEquals(standingOf(request, rules), "bypass");
  bypass.isOn = false;
  assertEquals(standingOf(request, rules), null);
});

Deno.test("isLoopbackAddress knows loopback in every form", () => {
  for (const address of ["127.0.0.1", "127.1.2.3", "::1", "::FFFF:127.0.0.1"]) {
    assertEquals(isLoopbackAddress(address), true, address);
  }
  for (const address of ["", "0.0.0.0", "::", "128.0.0.1", "127.evil", "::ffff:10.0.0.1"]) {
    assertEquals(isLoopbackAddress(address), false, address);
  }
});

Deno.test("isLoopbackName knows names and addresses as URLs write them", () => {
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"]) {
    assertEquals(isLoopbackName(host), true, host);
  }
  for (const host of ["evil.localhost", "127.0.0.1.evil.example", "[::2]", "10.0.0.1"]) {
    assertEquals(isLoopbackName(host), false, host);
  }
});

Deno.test("checkBind wants a token for every address beyond this machine", () => {
  for (const host of ["127.0.0.1", "localhost", "::1"]) checkBind(host, null);
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "studio.example"]) {
    assertThrows(() => checkBind(host, null), UsageError, "needs a token");
    checkBind(host, TOKEN);
  }
});

Deno.test("checkToken refuses what a header cannot carry or a guess may find, and does not repeat it", () => {
  assertEquals(checkToken(undefined), null);
  assertEquals(checkToken(""), null);
  assertEquals(checkToken(TOKEN), TOKEN);
  for (const token of ["two words and so on", "short", "fifteen-letters"]) {
    const error = assertThrows(() => checkToken(token), UsageError);
    assertEquals(error.message.includes(token), false);
  }
});
