import { assert, assertRejects } from "@std/assert";
import { WallClock } from "./wall_clock.ts";

Deno.test("WallClock never calls back before the time it was given", async () => {
  const clock = new WallClock();
  for (const delayS of [0, 0.0004, 0.003, 0.1003]) {
    const dueS = clock.now() + delayS;
    await new Promise<void>((resolve) => clock.at(dueS, resolve));
    assert(clock.now() >= dueS, `called ${dueS - clock.now()} s early`);
  }
});

Deno.test("WallClock calls off a callback without leaving a host timer", async () => {
  const clock = new WallClock();
  let ran = false;
  for (const delayS of [0, 0.0004, 0.001, 0.0025]) clock.after(delayS, () => ran = true).cancel();
  await clock.sleep(0.004);
  assert(!ran);
});

Deno.test("WallClock takes delays longer than a host timer can be", () => {
  const clock = new WallClock();
  clock.after(60 * 86_400, () => {}).cancel();
});

Deno.test("a sleep on the wall clock can be called off", async () => {
  const abort = new AbortController();
  const asleep = new WallClock().sleep(1000, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => asleep, Error, "enough");
});
