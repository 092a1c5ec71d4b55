import { assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { LoginThrottle } from "./login_throttle.ts";

function world() {
  const clock = new VirtualClock();
  const throttle = new LoginThrottle(clock);
  const fail = (peer: string, times: number) =>
    Array.from({ length: times }, () => throttle.attempt(peer));
  return { clock, throttle, fail };
}

Deno.test("LoginThrottle takes ten failures a minute of one peer, and says how long to wait", () => {
  const { clock, throttle, fail } = world();
  assertEquals(fail("10.0.0.1", 10), Array(10).fill(null));
  assertEquals(throttle.attempt("10.0.0.1"), 60);
  assertEquals(throttle.attempt("10.0.0.2"), null);
  clock.runUntil(59.5);
  assertEquals(throttle.attempt("10.0.0.1"), 1);
  clock.runUntil(60);
  assertEquals(throttle.attempt("10.0.0.1"), null);
});

Deno.test("LoginThrottle lets a peer try again after its minute, however often it asked meanwhile", () => {
  const { clock, throttle, fail } = world();
  fail("10.0.0.1", 10);
  clock.runUntil(30);
  assertEquals(fail("10.0.0.1", 20), Array(20).fill(30));
  clock.runUntil(60);
  assertEquals(throttle.attempt("10.0.0.1"), null);
});

Deno.test("LoginThrottle does not count a login that succeeded", () => {
  const { throttle, fail } = world();
  for (let i = 0; i < 30; i++) {
    assertEquals(throttle.attempt("10.0.0.1"), null);
    throttle.succeeded("10.0.0.1");
  }
  fail("10.0.0.1", 10);
  assertEquals(throttle.attempt("10.0.0.1"), 60);
});

Deno.test("LoginThrottle counts attempts that are still being answered", () => {
  const { fail } = world();
  // None of these has been told whether it failed.
  assertEquals(fail("10.0.0.1", 12).slice(10), [60, 60]);
});

Deno.test("LoginThrottle takes an IPv6 network for one peer", () => {
  const { throttle, fail } = world();
  fail("2001:db8:1:2::1", 5);
  fail("2001:db8:1:2:ffff::9", 5);
  assertEquals(throttle.attempt("2001:db8:1:2:3:4:5:6"), 60);
  assertEquals(throttle.attempt("2001:db8:1:3::1"), null);
  assertEquals(throttle.attempt("::1"), null);
});

Deno.test("LoginThrottle remembers a bounded number of peers", () => {
  const { throttle, fail } = world();
  fail("10.0.0.1", 10);
  for (let i = 0; i < 4096; i++) throttle.attempt(`peer ${i}`);
  assertEquals(throttle.attempt("10.0.0.1"), null);
  assertEquals(throttle.attempt("peer 4095"), null);
});
