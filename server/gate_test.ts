import { assertEquals } from "@std/assert";
import { type GateRules, refusalOf, type RequestFacts } from "./gate.ts";
import { MAIN_LIMITS } from "./limits.ts";

const rules: GateRules = {
  site: { bindHost: "127.0.0.1", port: 1318, allowHosts: [], allowOrigins: [] },
  token: "secret",
  limits: MAIN_LIMITS,
  publicPaths: new Set(["/api/server-info"]),
};

function facts(changes: Partial<RequestFacts> = {}): RequestFacts {
  return {
    target: "/",
    headers: { host: "localhost:1318" },
    hostCount: 1,
    headerCount: 1,
    peerAddress: "127.0.0.1",
    isUpgrade: false,
    ...changes,
  };
}

const status = (changes: Partial<RequestFacts>) => refusalOf(facts(changes), rules)?.status ?? null;
const evil = { host: "localhost:1318", origin: "http://evil.example" };

Deno.test("refusalOf decides as the rules of the shell say", () => {
  const bearer = { authorization: "Bearer secret" };
  const cases: [string, Partial<RequestFacts>, number | null][] = [
    ["a local program", {}, null],
    ["a rebound name", { headers: { host: "evil.example" } }, 403],
    ["no Host", { headers: {}, hostCount: 0 }, 403],
    ["two Hosts", { hostCount: 2 }, 400],
    ["an absolute target", { target: "http://localhost:1318/" }, 400],
    ["an asterisk", { target: "*" }, 400],
    ["a foreign page's upgrade", { isUpgrade: true, headers: evil }, 403],
    ["a foreign page's upgrade with a token", {
      isUpgrade: true,
      headers: { ...evil, ...bearer },
    }, 403],
    ["a foreign page's request", { headers: evil }, 403],
    ["a foreign page's request with a token", { headers: { ...evil, ...bearer } }, null],
    ["a foreign page's look at a public path", {
      target: "/api/server-info?x=1",
      headers: evil,
    }, null],
    ["our own page", {
      isUpgrade: true,
      headers: { host: "localhost:1318", origin: "http://localhost:1318" },
    }, null],
    ["a remote peer", { peerAddress: "10.0.0.1" }, 401],
    ["a remote peer with the token", {
      peerAddress: "10.0.0.1",
      headers: { host: "localhost:1318", ...bearer },
    }, null],
    ["a proxied peer", {
      headers: { host: "localhost:1318", "x-forwarded-for": "10.0.0.1" },
    }, 401],
    ["too many headers", { headerCount: 101 }, 431],
    ["a body larger than any route takes", {
      headers: { host: "localhost:1318", "content-length": "65537" },
    }, 413],
  ];
  for (const [name, changes, expected] of cases) assertEquals(status(changes), expected, name);
});

Deno.test("refusalOf checks Host before Origin before token before size", () => {
  const all = {
    peerAddress: "10.0.0.1",
    headerCount: 200,
    isUpgrade: true,
    headers: { host: "evil.example", origin: "http://evil.example" },
  };
  assertEquals(refusalOf(facts(all), rules)?.text.includes("Host"), true);
  assertEquals(status({ ...all, headers: evil }), 403);
  assertEquals(status({ ...all, headers: { host: "localhost:1318" } }), 401);
  assertEquals(status({ ...all, peerAddress: "::1", headers: { host: "localhost:1318" } }), 431);
});
