import { assertEquals, assertRejects } from "@std/assert";
import type { AudioClip } from "../audio/mod.ts";
import { DEFAULT_FIXTURE, loadFixture } from "../fixtures/mod.ts";
import { HeadwayError } from "../runtime/mod.ts";
import { FixtureMaker, makeInWorker } from "./fixture_maker.ts";

const CLIP: AudioClip = { audio: new Float32Array(2), channels: 2, frames: 1 };

Deno.test("FixtureMaker makes a loop once, for all who ask", async () => {
  const made: string[] = [];
  const maker = new FixtureMaker((name) => {
    made.push(name);
    return Promise.resolve(CLIP);
  });
  const both = await Promise.all([maker.load("a"), maker.load("a")]);
  assertEquals([both[0] === CLIP, both[1] === CLIP, made], [true, true, ["a"]]);
  assertEquals(maker.load("a"), CLIP, "a loop that is there is given at once");
});

Deno.test("FixtureMaker tries again after a failure", async () => {
  let tries = 0;
  const maker = new FixtureMaker(() =>
    tries++ === 0 ? Promise.reject(new Error("no memory")) : Promise.resolve(CLIP)
  );
  await assertRejects(async () => await maker.load("a"), Error, "no memory");
  assertEquals(await maker.load("a"), CLIP);
});

Deno.test("a loop from the worker has the samples of its recipe", async () => {
  assertEquals(await makeInWorker(DEFAULT_FIXTURE), loadFixture(DEFAULT_FIXTURE));
});

Deno.test("a worker that fails says which loop and why", async () => {
  const error = await assertRejects(() => makeInWorker("polka.wav"), HeadwayError);
  assertEquals(error.message.includes('"polka.wav" could not be made'), true);
});
