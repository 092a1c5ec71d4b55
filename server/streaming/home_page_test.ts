import { assert } from "@std/assert";
import { homePage } from "./home_page.ts";
import type { MainRouteData } from "./main_routes.ts";

const data = {
  serverInfo: () => ({ no_backend: false }),
  fixtures: () => ["loop.wav"],
  sessions: () => [{ id: "k3J_x9aQ", started_at: 0 }],
  maxSessions: 1,
  controlUrl: () => "http://127.0.0.1:1319",
} as unknown as MainRouteData;

Deno.test("homePage shows those outside the door, and nothing behind it", async () => {
  const outside = String(await homePage(data, false));
  assert(outside.includes('href="/login"'));
  for (const secret of ["k3J_x9aQ", "running", "loop.wav", "1319"]) {
    assert(!outside.includes(secret), secret);
  }
  const inside = String(await homePage(data, true));
  assert(!inside.includes('href="/login"'));
  for (const seen of ["One is running", "loop.wav", "1319"]) assert(inside.includes(seen), seen);
});
