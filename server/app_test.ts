import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { type App, type AppEnv, createApp, jsonResponse } from "./app.ts";
import type { GateRules, RequestFacts } from "./gate.ts";
import { MAIN_LIMITS } from "./limits.ts";
import { createLog } from "./log.ts";

const rules: GateRules = {
  site: { bindHost: "127.0.0.1", port: 1318, allowHosts: [], allowOrigins: [] },
  token: "secret",
  limits: MAIN_LIMITS,
  publicPaths: new Set(),
};
const local: RequestFacts = {
  target: "/",
  headers: { host: "localhost:1318" },
  hostCount: 1,
  headerCount: 1,
  peerAddress: "127.0.0.1",
  isUpgrade: false,
};

function world(errors: "text" | "json" = "text") {
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
  const app = createApp({ rules, log, routes, errors });
  const call = (path: string, facts: Partial<RequestFacts> = {}) =>
    app.request(`http://localhost:1318${path}`, {}, { facts: { ...local, ...facts } });
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
  assertEquals([api.status, await api.json()], [404, { error: "not found" }]);
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
    assertEquals((await call(path, { headers: { host: "evil.example" } })).status, 403);
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
