import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import {
  isHostOurs,
  isOriginAllowed,
  parseAllowHosts,
  parseAllowOrigins,
  parseAuthority,
  parseOrigin,
  type SiteRules,
} from "./origin.ts";

const loopback: SiteRules = {
  bindHost: "127.0.0.1",
  port: 1318,
  allowHosts: parseAllowHosts(["studio.example", "other.example:8443"]),
  allowOrigins: parseAllowOrigins(["http://localhost:6660", "https://studio.example"]),
};
const everywhere: SiteRules = { ...loopback, bindHost: "0.0.0.0", allowHosts: [] };

Deno.test("isHostOurs lets our own names in and everything else stand outside", () => {
  const cases: [string | undefined, boolean][] = [
    ["127.0.0.1:1318", true],
    ["localhost:1318", true],
    ["LocalHost:1318", true],
    ["localhost.:1318", true],
    ["[::1]:1318", true],
    ["[0:0:0:0:0:0:0:1]:1318", true],
    ["localhost", true],
    ["localhost:8080", true],
    ["studio.example", true],
    ["STUDIO.example:9000", true],
    ["other.example:8443", true],
    ["other.example", false],
    ["other.example:1318", false],
    ["evil.example:1318", false],
    ["127.0.0.1.evil.example:1318", false],
    ["localhost.evil.example", false],
    ["evil.localhost", false],
    ["192.168.1.5:1318", false],
    ["[fe80::1]:1318", false],
    ["user@localhost", false],
    ["localhost/evil", false],
    ["localhost:1318, evil.example", false],
    ["localhost:99999", false],
    ["localhost:", false],
    ["", false],
    [undefined, false],
  ];
  for (const [host, expected] of cases) {
    assertEquals(isHostOurs(host, loopback), expected, `Host: ${host}`);
  }
});

Deno.test("isHostOurs takes addresses, not names, for a listener on every interface", () => {
  assertEquals(isHostOurs("192.168.1.5:1318", everywhere), true);
  assertEquals(isHostOurs("[fe80::1]:1318", everywhere), true);
  assertEquals(isHostOurs("localhost:1318", everywhere), true);
  assertEquals(isHostOurs("evil.example:1318", everywhere), false);
  assertEquals(isHostOurs("[2001:db8::2]", { ...loopback, bindHost: "2001:DB8::2" }), true);
});

Deno.test("T40: isHostOurs takes names below a suffix, and no name that only looks like one of ours", () => {
  const rules: SiteRules = {
    ...loopback,
    allowHosts: parseAllowHosts([".studio.example", ".lab.example:8443", "One.Example"]),
  };
  const cases: [string, boolean][] = [
    ["a.studio.example", true],
    ["A.B.STUDIO.example.:99", true],
    ["studio.example", false],
    ["evilstudio.example", false],
    ["a.studio.example.evil.example", false],
    ["x.lab.example:8443", true],
    ["x.lab.example", false],
    ["x.lab.example:443", false],
    ["one.example:7", true],
    ["one.example.", true],
    ["two.one.example", false],
    ["127.8.9.1", true],
    ["127.1", true],
    ["0x7f.0.0.1", true],
    ["2130706433", true],
    ["127.0.0.1.", true],
    ["[::ffff:127.0.0.1]", false],
    ["[::1%25lo]", false],
    ["0.0.0.0", false],
    ["[::]", false],
    ["::1", false],
    ["xn--lcalhost-t2a", false],
    ["localhost\t", false],
    ["local\u212Ahost", false],
  ];
  for (const [host, expected] of cases) assertEquals(isHostOurs(host, rules), expected, host);
  const wide = (host: string) => isHostOurs(host, { ...rules, bindHost: "::" });
  assertEquals(["10.0.0.7:80", "[2001:db8::7]", "[::ffff:7f00:1]"].map(wide), [true, true, true]);
  assertEquals(["a.b", "10.0.0.7.evil.example", "[::1].evil.example"].map(wide), [
    ...[false, false, false],
  ]);
});

Deno.test("isOriginAllowed compares scheme, host and port", () => {
  const cases: [string | undefined, string, boolean][] = [
    [undefined, "localhost:1318", true],
    ["http://localhost:1318", "localhost:1318", true],
    ["http://127.0.0.1:1318", "localhost:1318", true],
    ["http://[::1]:1318", "[::1]:1318", true],
    ["HTTP://LOCALHOST:1318", "localhost:1318", true],
    ["http://localhost.:1318", "localhost:1318", true],
    ["http://localhost:8080", "localhost:8080", true],
    ["http://studio.example:9000", "studio.example:9000", true],
    ["http://studio.example", "studio.example:80", true],
    ["http://localhost:6660", "localhost:1318", true],
    ["https://studio.example", "localhost:1318", true],
    ["https://studio.example:443", "localhost:1318", true],
    ["http://studio.example", "localhost:1318", false],
    ["https://localhost:1318", "localhost:1318", false],
    ["http://localhost:3000", "localhost:1318", false],
    ["http://localhost", "localhost:1318", false],
    ["http://evil.example:1318", "localhost:1318", false],
    ["http://localhost:1318.evil.example", "localhost:1318", false],
    ["null", "localhost:1318", false],
    ["", "localhost:1318", false],
    ["file://", "localhost:1318", false],
    ["http://localhost:1318/", "localhost:1318", false],
    ["http://user@localhost:1318", "localhost:1318", false],
    ["http://localhost:1318 http://evil.example", "localhost:1318", false],
    ["chrome-extension://abcdef", "localhost:1318", false],
  ];
  for (const [origin, host, expected] of cases) {
    assertEquals(isOriginAllowed(origin, host, loopback), expected, `${origin} at ${host}`);
  }
});

Deno.test("parseAuthority reads hosts as browsers write them", () => {
  assertEquals(parseAuthority("[::1]:80"), { host: "[::1]", port: 80 });
  assertEquals(parseAuthority("A.Example."), { host: "a.example", port: null });
  assertEquals(parseAuthority("0x7f.1:5"), { host: "127.0.0.1", port: 5 });
  assertEquals(parseAuthority("a b"), null);
  assertEquals(parseAuthority("[::1"), null);
});

Deno.test("parseOrigin leaves default ports out", () => {
  assertEquals(parseOrigin("http://a.example:80"), "http://a.example");
  assertEquals(parseOrigin("https://a.example:80"), "https://a.example:80");
});

Deno.test("parseAllowHosts and parseAllowOrigins say what they expect", () => {
  assertThrows(() => parseAllowHosts(["http://a"]), UsageError, "host name with an optional port");
  assertThrows(() => parseAllowOrigins(["null"]), UsageError, "scheme, host and port");
  assertThrows(() => parseAllowOrigins(["*"]), UsageError);
});
