import { assert, assertEquals } from "@std/assert";
import { Hono } from "hono";
import { requestFacts, testRules } from "../tests/support/request_facts.ts";
import { type App, type AppEnv, createApp, jsonResponse } from "./app.ts";
import type { RequestFacts } from "./gate.ts";
import { createLog } from "./log.ts";

const rules = testRules({
  openPaths: new Set(),
  cors: new Map([
    ["/api/thing", { readers: "any" }],
    ["/mcp", { readers: "listed", methods: "POST" }],
  ]),
  site: { ...testRules().site, allowOrigins: ["http://localhost:6660"] },
});

function world(errors: "text" | "json" = "text", openPaths: readonly string[] = []) {
  const lines: string[] = [];
  const routes: App = new Hono<AppEnv>();
  routes.get("/api/thing", () => jsonResponse({ ok: true }));
  routes.get("/broken", () => {
    throw new Error("disk is full");
  });
  const log = createLog({
    format: "text",
    clock: { unixS: () => 0 },
    write: (line) => lines.push(line),
  });
  const app = createApp({
    rules: { ...rules, openPaths: new Set(openPaths) },
    log,
    routes,
    errors,
  });
  const call = (path: string, facts: Partial<RequestFacts> = {}) => {
    const { headers, method = "GET" } = facts;
    const init = { method, headers: new Headers(headers as Record<string, string> ?? {}) };
    const all = requestFacts({ target: path, ...facts });
    return app.request(`http://localhost:1318${path}`, init, { facts: all });
  };
  return { call, lines };
}

Deno.test("createApp answers its routes, with safe headers on every answer", async () => {
  const { call } = world();
  for (const path of ["/api/thing", "/nothing", "/broken"]) {
    const { headers } = await call(path);
    assertEquals(headers.get("Cache-Control"), "no-store", path);
    assertEquals(headers.get("X-Content-Type-Options"), "nosniff", path);
    assertEquals(headers.get("Permissions-Policy"), "midi=*", path);
  }
  assertEquals(await (await call("/api/thing")).json(), { ok: true });
});

Deno.test("createApp says in short what it does not know: JSON below /api/, text elsewhere", async () => {
  const { call } = world();
  const page = await call("/nothing");
  assertEquals([page.status, await page.text()], [404, "not found\n"]);
  const api = await call("/api/nothing");
  const error = { code: "not_found", message: "not found" };
  assertEquals([api.status, await api.json()], [404, { error }]);
  const { call: control } = world("json");
  assertEquals(await (await control("/nothing")).json(), { error: "not found" });
});

Deno.test("createApp tells a failure to its log, not to the peer", async () => {
  const { call, lines } = world();
  const answer = await call("/broken");
  assertEquals(answer.status, 500);
  assertEquals((await answer.text()).includes("disk"), false);
  assertEquals(lines.length, 1);
  assertEquals(lines[0]!.includes("disk is full"), true);
});

Deno.test("createApp lets nobody past the checks, whatever the path", async () => {
  const { call } = world();
  for (const path of ["/api/thing", "/nothing"]) {
    assertEquals((await call(path, { headers: { host: "evil.example" } })).status, 421);
    const refused = await call(path, { peerAddress: "10.0.0.1" });
    assertEquals([refused.status, refused.headers.get("WWW-Authenticate")], [401, "Bearer"]);
  }
});

Deno.test("createApp logs a refusal without the token that was tried", async () => {
  const { call, lines } = world();
  await call("/api/thing", {
    headers: { host: "localhost:1318", authorization: "Bearer guess" },
  });
  assertEquals(lines.length, 1);
  assertEquals(lines[0]!.includes("guess"), false);
});

Deno.test("createApp says to people in a page of its own what is not there", async () => {
  const { call } = world("text", ["/login"]);
  const headers = { host: "localhost:1318", accept: "text/html,*/*" };
  const cases: [string, Partial<RequestFacts>, number, string][] = [
    ["/no<script>xyzzy", { headers }, 404, "Nothing here"],
    ["/page", { headers, peerAddress: "10.0.0.1" }, 401, '<form id="login">'],
    ["/page", { headers: { ...headers, host: "<evil>.example" } }, 421, "Not this server"],
  ];
  for (const [path, facts, status, text] of cases) {
    const answer = await call(path, facts);
    const page = await answer.text();
    assertEquals([answer.status, answer.headers.get("Content-Type")], [
      status,
      "text/html; charset=utf-8",
    ]);
    assert(page.includes(text) && !page.includes("evil") && !page.includes("xyzzy"), page);
    assert(answer.headers.get("Content-Security-Policy")?.includes("frame-ancestors 'none'"));
  }
});

Deno.test("createApp asks for no token where nobody can log in", async () => {
  const { call } = world();
  const headers = { host: "localhost:1318", accept: "text/html" };
  const answer = await call("/page", { headers, peerAddress: "10.0.0.1" });
  const page = await answer.text();
  assertEquals([answer.status, page.includes("<form"), page.includes("login.js")], [
    ...[401, false, false],
  ]);
  assert(page.includes("This request needs the server&#39;s token"), page);
});

Deno.test("createApp answers preflights without asking a route, with what the path allows", async () => {
  const { call } = world();
  const preflight = (path: string, origin: string) =>
    call(path, { method: "OPTIONS", headers: { host: "localhost:1318", origin } });
  const mcp = await preflight("/mcp", "http://localhost:6660");
  assertEquals([mcp.status, mcp.headers.get("Access-Control-Allow-Methods")], [204, "POST"]);
  assertEquals(mcp.headers.get("Access-Control-Allow-Origin"), "http://localhost:6660");
  for (const [path, origin] of [["/mcp", "http://evil.example"], ["/broken", "http://a.example"]]) {
    const answer = await preflight(path!, origin!);
    assertEquals(answer.status, 204);
    assertEquals(answer.headers.get("Access-Control-Allow-Origin"), null);
    assertEquals(answer.headers.get("Access-Control-Allow-Methods"), null);
  }
});

Deno.test("createApp lets pages read the answers that are for all, also those that refuse", async () => {
  const { call } = world();
  const headers = { host: "localhost:1318", origin: "http://evil.example" };
  const thing = await call("/api/thing", { headers });
  assertEquals([thing.status, thing.headers.get("Access-Control-Allow-Origin")], [200, "*"]);
  const other = await call("/api/other", { headers });
  assertEquals([other.status, other.headers.get("Access-Control-Allow-Origin")], [401, null]);
});
