import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { NOW_S, requestFacts, testRules, TOKEN } from "../tests/support/request_facts.ts";
import { signCookie } from "./cookie.ts";
import { decide, pathOf, type RequestFacts } from "./gate.ts";
import { parseTrustedProxies } from "./proxies.ts";

const rules = testRules();
const host = "localhost:1318";
const evil = { host, origin: "http://evil.example" };
const bearer = { authorization: `Bearer ${TOKEN}` };
const cookie = `headway_auth=${signCookie(TOKEN, NOW_S + 60, "n".repeat(32))}`;

/** The status of a refusal, or by what the request came in. */
function outcome(changes: Partial<RequestFacts>, on = rules): number | string | null {
  const decision = decide(requestFacts(changes), on);
  return decision.isAllowed ? decision.standing : decision.status;
}

Deno.test("decide lets local programs in, and others with the token or a login", () => {
  const remote = { peerAddress: "10.0.0.1" };
  const cases: [string, Partial<RequestFacts>, number | string | null][] = [
    ["a local program", {}, "bypass"],
    ["a remote peer", remote, 401],
    ["a remote peer with the token", { ...remote, headers: { host, ...bearer } }, "bearer"],
    ["a remote peer with a login", { ...remote, headers: { host, cookie } }, "cookie"],
    ["a proxied peer", { headers: { host, "x-forwarded-for": "10.0.0.1" } }, 401],
    ["a remote peer at an open path", { ...remote, target: "/?x=1" }, null],
    ["a remote peer's upgrade of an open path", { ...remote, target: "/", isUpgrade: true }, 401],
    ["a preflight", { ...remote, method: "OPTIONS" }, null],
  ];
  for (const [name, changes, expected] of cases) assertEquals(outcome(changes), expected, name);
});

Deno.test("decide takes a target that is a path, or a URL of the very Host that is named once", () => {
  const cases: [string, Partial<RequestFacts>, number | string][] = [
    ["a rebound name", { headers: { host: "evil.example" } }, 421],
    ["no Host", { headers: {}, hostCount: 0 }, 400],
    ["two Hosts", { hostCount: 2 }, 400],
    ["a URL of this Host", { target: "http://LOCALHOST:1318/api/streams" }, "bypass"],
    ["a URL of another Host", { target: "http://evil.example/api/streams" }, 421],
    ["a URL of another port", { target: "http://localhost:1319/api/streams" }, 421],
    ["a URL with a user", { target: "http://localhost:1318@evil.example/" }, 421],
    ["a URL of nothing", { target: "http:///api/streams" }, 421],
    ["another scheme", { target: "ftp://localhost:1318/" }, 400],
    ["an asterisk", { target: "*", method: "OPTIONS" }, 400],
    ["a tunnel", { target: "localhost:1318", method: "CONNECT" }, 400],
  ];
  for (const [name, changes, expected] of cases) assertEquals(outcome(changes), expected, name);
});

Deno.test("decide checks the Origin of every upgrade, whatever else the request shows", () => {
  const own = { host, origin: "http://localhost:1318" };
  const cases: [string, Partial<RequestFacts>, number | string][] = [
    ["a program's", { headers: { host } }, "bypass"],
    ["our own page's", { headers: own }, "bypass"],
    ["a foreign page's", { headers: evil }, 403],
    ["a foreign page's, with a token", { headers: { ...evil, ...bearer } }, 403],
    ["a foreign page's, with a login", { headers: { ...evil, cookie } }, 403],
    ["a page's on another local port", { headers: { host, origin: "http://localhost:3000" } }, 403],
    ["a page's without an origin", { headers: { host, origin: "null" } }, 403],
  ];
  for (const [name, changes, expected] of cases) {
    assertEquals(outcome({ ...changes, isUpgrade: true }), expected, name);
  }
});

Deno.test("decide takes the bypass from requests that a foreign page is behind", () => {
  const cases: [string, Partial<RequestFacts>, number | string][] = [
    ["a foreign page's request", { headers: evil }, 401],
    ["the same with a token", { headers: { ...evil, ...bearer } }, "bearer"],
    ["a fetch from another site", { headers: { host, "sec-fetch-site": "cross-site" } }, 401],
    ["a fetch from another port", { headers: { host, "sec-fetch-site": "same-site" } }, 401],
    ["our own page's fetch", { headers: { host, "sec-fetch-site": "same-origin" } }, "bypass"],
    ["a typed address", { headers: { host, "sec-fetch-site": "none" } }, "bypass"],
    ["what any page may read", { target: "/api/server-info?x=1", headers: evil }, "bypass"],
    ["the same as a WebSocket", {
      target: "/api/server-info",
      headers: evil,
      isUpgrade: true,
    }, 403],
  ];
  for (const [name, changes, expected] of cases) assertEquals(outcome(changes), expected, name);
});

Deno.test("decide lets links of other pages lead to pages, where a listener says so, and nothing else", () => {
  const link = {
    ...{ host, "sec-fetch-site": "cross-site" },
    ...{ "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
  };
  const cases: [string, Partial<RequestFacts>, number | string][] = [
    ["a link", { headers: link }, "bypass"],
    ["a frame", { headers: { ...link, "sec-fetch-dest": "iframe" } }, 401],
    ["a script", {
      headers: { ...link, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" },
    }, 401],
    ["a fetch", { headers: { ...evil, "sec-fetch-site": "cross-site" } }, 401],
    ["a form", { method: "POST", headers: { ...link, ...evil } }, 401],
    ["a link over a proxy", { headers: { ...link, "x-forwarded-for": "192.0.2.1" } }, 401],
    ["a link to another name", { headers: { ...link, host: "evil.example" } }, 421],
    ["a WebSocket", { headers: { ...link, ...evil }, isUpgrade: true }, 403],
  ];
  for (const [name, changes, expected] of cases) {
    assertEquals(outcome(changes, { ...rules, isLinkable: true }), expected, name);
  }
  assertEquals(outcome({ headers: link }), 401);
});

Deno.test("decide refuses unsafe requests that a page may have forged", () => {
  const json = { "content-type": "application/json", "content-length": "2" };
  const form = { "content-type": "application/x-www-form-urlencoded", "content-length": "2" };
  const octets = { "content-type": "application/octet-stream", "transfer-encoding": "chunked" };
  const own = { host, origin: "http://localhost:1318", "sec-fetch-site": "same-origin" };
  const remote = "10.0.0.1";
  const cases: [string, Partial<RequestFacts>, number | string | null][] = [
    ["a program's JSON", { headers: { host, ...json } }, "bypass"],
    ["a program's empty body", { headers: { host } }, "bypass"],
    ["a program's form", { headers: { host, ...form } }, 403],
    ["a program's octets", { headers: { host, ...octets } }, 403],
    ["a program's form, with the token", { headers: { host, ...form, ...bearer } }, "bearer"],
    ["our own page's form", { headers: { ...own, ...form } }, "bypass"],
    [
      "a login's JSON from our page",
      { peerAddress: remote, headers: { ...own, cookie, ...json } },
      "cookie",
    ],
    ["a login's from a foreign page", {
      peerAddress: remote,
      headers: { ...evil, cookie, ...json },
    }, 403],
    ["a login's from another site", {
      peerAddress: remote,
      headers: { host, cookie, "sec-fetch-site": "cross-site", ...json },
    }, 403],
    ["a login's from another port", {
      peerAddress: remote,
      headers: { host, cookie, "sec-fetch-site": "same-site", ...json },
    }, 403],
    ["a foreign page's login", { target: "/api/auth/login", headers: { ...evil, ...json } }, 403],
  ];
  for (const [name, changes, expected] of cases) {
    assertEquals(outcome({ method: "POST", ...changes }), expected, name);
    assertEquals(outcome({ method: "DELETE", ...changes }), expected, name);
  }
});

Deno.test("T39: a login or a local browser changes something only from our own pages, whatever it sends", () => {
  const remote = { peerAddress: "10.0.0.1" };
  const types: [string | undefined, boolean][] = [
    ["application/json", true],
    ["Application/JSON; charset=utf-8", true],
    ["application/merge-patch+json", true],
    ["text/plain", false],
    ["text/plain; application/json", false],
    ["application/jsonp", false],
    ["multipart/form-data; boundary=json", false],
    ["application/x-www-form-urlencoded", false],
    ["", false],
    [undefined, false],
  ];
  const origins: [Record<string, string>, boolean | null][] = [
    // Who shows no sign of a browser is judged by what it sends.
    [{}, null],
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "none" }, true],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "new-word" }, false],
    [{ origin: "http://localhost:1318" }, true],
    [{ origin: "http://localhost:1318", "sec-fetch-site": "same-origin" }, true],
    [{ origin: "http://localhost:1318", "sec-fetch-site": "cross-site" }, false],
    [{ origin: "https://localhost:1318" }, false],
    [{ origin: "http://localhost:3000", "sec-fetch-site": "same-origin" }, false],
    [{ origin: "null" }, false],
    [{ origin: "http://evil.example" }, false],
  ];
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "BREW"]) {
    for (const [type, isJson] of types) {
      for (const [signs, isOwn] of origins) {
        const headers = {
          ...{ host, cookie, "content-length": "2" },
          ...(type !== undefined && { "content-type": type }),
          ...signs,
        };
        const text = `${method} ${type} ${JSON.stringify(signs)}`;
        const expected = isOwn ?? isJson ? "cookie" : 403;
        assertEquals(outcome({ ...remote, method, headers }), expected, text);
        // The token in a header is nothing that a browser sends by itself.
        const { cookie: _, ...rest } = headers;
        assertEquals(outcome({ ...remote, method, headers: { ...rest, ...bearer } }), "bearer");
        // Of a foreign page a local browser is not even let in.
        const local = outcome({ method, headers: rest });
        assertEquals(local === "bypass", isOwn ?? isJson, text);
      }
    }
  }
  for (const method of ["GET", "HEAD"]) {
    const headers = { host, cookie, "sec-fetch-site": "cross-site" };
    assertEquals(outcome({ ...remote, method, headers }), "cookie", "a tap on a message");
  }
});

Deno.test("decide lets programs post anything where a protocol wants it, but no browser's login", () => {
  const control = testRules({ posts: "any" });
  const form = { "content-type": "application/x-www-form-urlencoded", "content-length": "2" };
  const post = { method: "POST", target: "/sessions/a/cmd" };
  assertEquals(outcome({ ...post, headers: { host, ...form } }, control), "bypass");
  assertEquals(outcome({ ...post, headers: { ...evil, ...form } }, control), 401);
  const remote = { ...post, peerAddress: "10.0.0.1" };
  assertEquals(outcome({ ...remote, headers: { host, cookie, ...form } }, control), 403);
  assertEquals(outcome({ ...remote, headers: { host, ...bearer, ...form } }, control), "bearer");
});

Deno.test("decide lets a listed foreign page in, from whatever site the browser says it is", () => {
  const listed = testRules({
    site: { ...rules.site, allowOrigins: ["http://localhost:6660"] },
  });
  const headers = { host, origin: "http://localhost:6660", "sec-fetch-site": "same-site" };
  for (const method of ["GET", "POST"]) {
    assertEquals(outcome({ method, headers }, listed), "bypass");
    assertEquals(outcome({ method, headers }), 401);
  }
  assertEquals(outcome({ isUpgrade: true, headers }, listed), "bypass");
});

Deno.test("decide takes pages over TLS for our own where a trusted proxy says so", () => {
  const headers = {
    ...bearer,
    host: "studio.example",
    origin: "https://studio.example",
    "x-forwarded-proto": "https",
  };
  const site = { ...rules.site, allowHosts: [{ host: "studio.example", port: null }] };
  const trusting = testRules({ site, proxies: parseTrustedProxies(["127.0.0.1"]) });
  assertEquals(outcome({ isUpgrade: true, headers }, trusting), "bearer");
  assertEquals(outcome({ isUpgrade: true, headers }, testRules({ site })), 403);
});

Deno.test("decide refuses more headers and more body than the listener takes", () => {
  assertEquals(outcome({ headerCount: 101 }), 431);
  assertEquals(outcome({ headers: { host, "content-length": "65537" } }), 413);
  assertEquals(outcome({ headers: { host, "content-length": "65536" } }), "bypass");
});

Deno.test("decide checks Host before Origin before credentials before size", () => {
  const all = { peerAddress: "10.0.0.1", headerCount: 200, isUpgrade: true };
  const strange = { host: "evil.example", origin: "http://evil.example" };
  assertEquals(outcome({ ...all, headers: strange }), 421);
  assertEquals(outcome({ ...all, headers: evil }), 403);
  assertEquals(outcome({ ...all, headers: { host } }), 401);
  assertEquals(outcome({ ...all, peerAddress: "::1", headers: { host } }), 431);
});

Deno.test("decide never lets a remote peer in by headers alone, and repeats nothing of them", () => {
  const name = fc.constantFrom(
    ...["x-forwarded-for", "forwarded", "origin", "cookie", "authorization", "x-real-ip", "via"],
    ...["sec-fetch-site", "x-forwarded-proto", "remote-user", "referer", "content-type"],
  );
  const value = fc.oneof(
    fc.constantFrom(
      "127.0.0.1",
      "http://localhost:1318",
      "same-origin",
      "Bearer ",
      "for=127.0.0.1",
    ),
    fc.string(),
  );
  const property = fc.property(
    fc.dictionary(name, value),
    fc.constantFrom("GET", "POST", "PUT", "DELETE"),
    fc.boolean(),
    (headers, method, isUpgrade) => {
      const decision = decide(
        requestFacts({ peerAddress: "10.0.0.1", method, isUpgrade, headers: { ...headers, host } }),
        rules,
      );
      assert(!decision.isAllowed);
      assert(/^[A-Za-z ,:;'-]+$/.test(decision.text), decision.text);
    },
  );
  fc.assert(property);
});

Deno.test("T41: each header that a proxy may add takes the bypass by itself, and none gives it", () => {
  const names = [
    ...["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "Client-IP"],
    ...["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port"],
    ...["X-Forwarded-Server", "X-Forwarded-Prefix", "X-Original-Forwarded-For", "True-Client-IP"],
    ...["CF-Connecting-IP", "CF-Ray", "CF-Access-Jwt-Assertion", "Fastly-Client-IP"],
    ...["Fly-Client-IP", "Tailscale-User-Login", "Tailscale-User-Name", "Remote-User", "X-User"],
    ...["X-Remote-User", "X-Email", "X-Auth-Request-User", "X-Amzn-Oidc-Data", "Remote-Groups"],
    ...["X-Goog-Authenticated-User-Email", "X-MS-Client-Principal", "X-Authentik-Username"],
  ].map((name) => name.toLowerCase());
  const values = ["127.0.0.1", "::1", "for=127.0.0.1;host=localhost", "localhost", "", "me"];
  assertEquals(outcome({}), "bypass");
  for (const name of names) {
    for (const value of values) {
      const headers = { host, [name]: value };
      assertEquals(outcome({ headers }), 401, `${name}: ${value}`);
      assertEquals(outcome({ headers, isUpgrade: true }), 401, `${name}: ${value}`);
      assertEquals(outcome({ headers, peerAddress: "10.0.0.1" }), 401, `${name}: ${value}`);
      // What has the token needs no bypass.
      assertEquals(outcome({ headers: { ...headers, ...bearer } }), "bearer", name);
    }
    assertEquals(outcome({ headers: { host, [name]: ["127.0.0.1", "::1"] } }), 401, name);
  }
  const trusting = testRules({ proxies: parseTrustedProxies(["10.0.0.1", "127.0.0.1"]) });
  for (const peerAddress of ["10.0.0.1", "127.0.0.1"]) {
    const headers = { host, "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https" };
    assertEquals(
      outcome({ headers, peerAddress }, trusting),
      401,
      "not of a trusted proxy, either",
    );
  }
});

Deno.test("decide has an answer for every target and header that a parser lets through", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("[", "[::1", "a:b:c", "http://", "http://[", "%", "%zz", "..", "\\", ";", "="),
    fc.webUrl(),
  );
  const name = fc.constantFrom("host", "origin", "cookie", "authorization", "x-forwarded-for");
  const header = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(undefined));
  fc.assert(
    fc.property(
      text,
      text,
      fc.dictionary(name, header),
      text,
      (method, target, headers, peerAddress) => {
        for (const isUpgrade of [false, true]) {
          const facts = requestFacts({ method, target, headers, peerAddress, isUpgrade });
          const decision = decide(facts, rules);
          assert(!decision.isAllowed || decision.standing !== "bearer");
        }
      },
    ),
  );
});

Deno.test("pathOf finds the path in every form of a target", () => {
  assertEquals(pathOf("/a/b?c=/d"), "/a/b");
  assertEquals(pathOf("http://localhost:1318/a?b"), "/a");
  assertEquals(pathOf("http://localhost:1318"), "/");
  assertEquals(pathOf("/a#b"), "/a");
});
