import { assertEquals } from "@std/assert";
import { Follow } from "./follow.ts";

const FRAMES = 60 * 48_000;

Deno.test("a watcher goes where the first slice lands, a little before it", () => {
  const follow = new Follow();
  assertEquals(follow.onSlice(30 * 48_000, 0, FRAMES), 29.6 * 48_000);
});

Deno.test("a watcher stays while slices land just ahead of it", () => {
  const follow = new Follow();
  follow.onSlice(30 * 48_000, 0, FRAMES);
  for (let i = 0; i < 100; i++) {
    assertEquals(follow.onSlice(30 * 48_000 + i * 4800, 29.6 * 48_000 + i * 4800, FRAMES), null);
  }
});

Deno.test("one slice elsewhere moves nobody, several in a row do", () => {
  const follow = new Follow();
  follow.onSlice(30 * 48_000, 0, FRAMES);
  const [here, there] = [30 * 48_000, 50 * 48_000];
  for (const start of [there, here, there, there, there]) {
    assertEquals(follow.onSlice(start, 29.6 * 48_000, FRAMES), null);
  }
  assertEquals(follow.onSlice(there, 29.6 * 48_000, FRAMES), there - 0.4 * 48_000);
});

Deno.test("a watcher goes before the head of the buffer by way of its end", () => {
  assertEquals(new Follow().onSlice(0, 20 * 48_000, FRAMES), 59.6 * 48_000);
});
