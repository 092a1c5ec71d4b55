import { assert, assertEquals } from "@std/assert";
import { html } from "hono/html";
import { wavPieces } from "../../audio/mod.ts";
import { requestFacts } from "../../tests/support/request_facts.ts";
import { protocolTables } from "../../wire/mod.ts";
import { type MainRouteData, mainRoutes } from "./main_routes.ts";

function world(changes: Partial<MainRouteData> = {}) {
  const routes = mainRoutes({
    serverInfo: () => ({
      no_backend: false,
      kiosk: false,
      default_mode: "graph",
      warmup: null,
      server_side_fixtures: ["a.wav"],
      max_sessions: 1,
    }),
    fixtures: () => ["a.wav", "b.wav"],
    uploads: () => ["my <song>.wav"],
    wav: (kind, name) =>
      Promise.resolve(
        name === (kind === "fixture" ? "a.wav" : "my <song>.wav")
          ? wavPieces(new Float32Array(96_000), 2)
          : null,
      ),
    loras: () => [],
    knobs: () => ({ version: 1, knobs: {} }),
    protocol: protocolTables,
    home: (isIn) => html`<p>${isIn ? "in" : "out"}</p>`,
    ...changes,
  });
  return (path: string) => routes.request(`http://localhost${path}`, {}, { facts: requestFacts() });
}

Deno.test("mainRoutes tell any page what the server can do", async () => {
  const response = await world()("/api/server-info");
  assertEquals(response.headers.get("Access-Control-Allow-Origin"), "*");
  const { no_backend, kiosk, default_mode, warmup, server_side_fixtures } = await response.json();
  assertEquals([no_backend, kiosk, default_mode, warmup], [false, false, "graph", null]);
  assertEquals(server_side_fixtures, ["a.wav"]);
});

Deno.test("mainRoutes list fixtures, uploads, videos and LoRAs", async () => {
  const call = world();
  assertEquals(await (await call("/api/fixtures")).json(), ["a.wav", "b.wav"]);
  assertEquals(await (await call("/api/user_uploads")).json(), ["my <song>.wav"]);
  assertEquals(await (await call("/api/videos")).json(), []);
  const { loras, extra_dirs, checkpoint_scale } = await (await call("/api/loras")).json();
  assertEquals([loras, extra_dirs, checkpoint_scale], [[], [], null]);
});

Deno.test("mainRoutes show LoRAs as they are before a session", async () => {
  const metadata = { id: "warm", has_metadata: false };
  const entry = { id: "warm", name: "Warm", path: "", state: "enabled", strength: 0.7 };
  const call = world({
    loras: () => [{ ...entry, materialized_bytes: 9, metadata }] as never,
  });
  const { loras } = await (await call("/api/loras")).json();
  assertEquals(loras, [{
    ...entry,
    state: "registered",
    strength: 0,
    materialized_bytes: 0,
    metadata,
  }]);
});

Deno.test("mainRoutes hand out knobs and the protocol's tables", async () => {
  const call = world();
  assertEquals(await (await call("/api/knobs?sde=1")).json(), { version: 1, knobs: {} });
  const protocol = await (await call("/api/protocol")).json();
  assertEquals(protocol.version, 1);
  for (const table of ["commands", "events", "config", "handshake"]) assert(table in protocol);
});

Deno.test("mainRoutes hand out files by name, uploads as attachments", async () => {
  const call = world();
  const fixture = await call("/fixtures/a.wav");
  assertEquals([fixture.status, fixture.headers.get("Content-Type")], [200, "audio/wav"]);
  assertEquals(fixture.headers.get("Content-Length"), "192056");
  assertEquals((await fixture.bytes()).length, 192_056);
  const upload = await call(`/user_uploads/${encodeURIComponent("my <song>.wav")}`);
  assertEquals(upload.headers.get("Content-Disposition"), "attachment");
  await upload.body?.cancel();
  for (const path of ["/fixtures/zzz.wav", "/fixtures/..%2f..%2fetc%2fpasswd", "/videos/a.mp4"]) {
    const missing = await call(path);
    assertEquals(missing.status, 404, path);
    await missing.body?.cancel();
  }
});

Deno.test("mainRoutes show the page that they are given, and the stylesheet of all pages", async () => {
  assert((await (await world()("/")).text()).includes("<p>"));
  const style = await world()("/style.css");
  assertEquals(style.headers.get("Content-Type"), "text/css; charset=utf-8");
  assert((await style.text()).includes("light-dark("));
});
