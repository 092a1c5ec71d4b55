import { assert, assertEquals } from "@std/assert";
import { killing } from "./kills.ts";
import { worldChaos } from "./world_chaos.ts";

Deno.test("an hour of trouble in the world heals, and leaves nothing behind", () => {
  const { problems, reconnects, slices, troubles } = worldChaos(3600, 1);
  assertEquals(problems, []);
  assert(troubles > 400 && reconnects > 20 && slices > 10_000);
});

Deno.test("the same trouble is the same, another is another", () => {
  const [once, again, other] = [worldChaos(300, 2), worldChaos(300, 2), worldChaos(300, 3)];
  assertEquals(once, again);
  assert(once.fingerprint !== other.fingerprint);
});

Deno.test("clients, gateways and servers are killed, and sessions and their recording go on", async () => {
  const { problems, kills, connections } = await killing(4, 3);
  assertEquals(problems, []);
  assertEquals(new Set(kills.map(({ victim }) => victim)).size, 3);
  assert(connections > kills.length);
});
