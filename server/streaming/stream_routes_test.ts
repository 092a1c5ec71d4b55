import { assert, assertEquals } from "@std/assert";
import type { SessionSnapshot } from "./snapshot.ts";
import { streamRoutes } from "./stream_routes.ts";
import { streamId } from "../../tests/support/stream_id.ts";

const SESSION: SessionSnapshot = {
  id: streamId("k3J_x9aQ"),
  started_at: 1_750_000_000,
  prompt: "warm keys",
  fixture_name: "loop.wav",
  duration: 60,
  channels: 2,
  bpm: 119.9,
  key: "G minor",
  source_epoch: 3,
};

function world(sessions: readonly SessionSnapshot[]) {
  const routes = streamRoutes({
    list: () => sessions,
    find: (id) => sessions.find((session) => session.id === id) ?? null,
  }, { unixS: () => 1_750_000_090 });
  return (path: string) => routes.request(`http://localhost${path}`);
}
const pageOf = async (...sessions: SessionSnapshot[]) =>
  await (await world(sessions)("/sessions")).text();

Deno.test("the page of sessions tells what each one plays, and where its snapshot is", async () => {
  const page = await pageOf(SESSION);
  for (
    const text of [
      "1 is running",
      "<code>k3J_x9aQ</code>",
      "2025-06-15 15:06:40 UTC",
      "1 min 30 s ago",
      "warm keys",
      "loop.wav, 60.0 s stereo",
      "G minor, 120 bpm",
      "/watch/k3J_x9aQ",
      'href="/api/streams/k3J_x9aQ"',
    ]
  ) assert(page.includes(text), text);
});

Deno.test("the page of sessions says that none is running", async () => {
  assert((await pageOf()).includes("None is running."));
});

Deno.test("the page of sessions lets no text of a client become markup or fill the screen", async () => {
  const hostile = "</dd><script>alert(1)</script>\u202eevil\u0000";
  const page = await pageOf({
    ...SESSION,
    prompt: hostile + "x".repeat(5000),
    fixture_name: `"><img src=x onerror=alert(1)>.wav`,
    key: "<b>",
  });
  assert(!/<script|<img|<b>/.test(page), page);
  assert(!page.includes("\u202e") && !page.includes("\0"));
  assert(page.includes("&lt;script&gt;"));
  assert(!page.includes("x".repeat(300)));
});

Deno.test("the page of sessions shows one of which there is no snapshot", async () => {
  const page = await pageOf({ id: streamId("k3J_x9aQ"), started_at: 0, snapshot_error: "<gone>" });
  assert(page.includes("cannot be shown: &lt;gone&gt;"));
});

Deno.test("streams are there as data, one by one and all", async () => {
  const call = world([SESSION]);
  assertEquals(await (await call("/api/streams")).json(), [SESSION]);
  assertEquals(await (await call("/api/streams/k3J_x9aQ")).json(), SESSION);
  const missing = await call("/api/streams/nobody");
  assertEquals([missing.status, (await missing.json()).error.code], [404, "unknown_session"]);
});
