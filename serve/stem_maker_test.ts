import { assert, assertEquals, assertRejects } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { splitStems } from "../server/streaming/engine/motion.ts";
import { rampClip } from "../tests/support/streaming_world.ts";
import { splitInWorker, StemMaker } from "./stem_maker.ts";

/** Just long enough for the worker: 1.15 MB. */
const CLIP = rampClip(3);
const never = () => new AbortController().signal;

Deno.test("stems from the worker are those that this thread would have made, to the bit", async () => {
  const pair = await splitInWorker(CLIP, never());
  assertEquals(pair, splitStems(CLIP));
  assert(pair.vocals.audio.buffer instanceof SharedArrayBuffer);
});

Deno.test("sources are split one after the other, and one that fails holds up none", async () => {
  const maker = new StemMaker(new VirtualClock());
  const broken = { ...CLIP, cannotTravel: () => {} };
  const ended: string[] = [];
  await Promise.all([
    Promise.resolve(maker.split(broken)).catch(() => ended.push("broken")),
    Promise.resolve(maker.split(CLIP)).then(() => ended.push("good")),
  ]);
  assertEquals(ended, ["broken", "good"]);
});

Deno.test("stems that nobody wants any more are given up, also by a server that closes", async () => {
  const stop = new AbortController();
  const maker = new StemMaker(new VirtualClock());
  const first = maker.split(CLIP, stop.signal) as Promise<unknown>;
  const second = maker.split(CLIP) as Promise<unknown>;
  stop.abort(new Error("not wanted"));
  maker.close();
  await assertRejects(() => first, Error, "not wanted");
  await assertRejects(() => second, Error, "the server is closing");
});
