import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "../errors.ts";
import { Lanes } from "../lanes.ts";
import { fileAudio, fixtureAudio } from "./opening.ts";

const { signal } = new AbortController();

Deno.test("nothing of a sound file is read before it is its turn", async () => {
  const audio = new Lanes({ what: "sound files are read", lanes: 1, mostWaiting: 0 });
  const held = Promise.withResolvers<void>();
  const holding = audio.run(() => held.promise, signal);
  const read: string[] = [];
  const files = {
    find: () => Promise.reject(new Error("not here")),
    read: (path: string) => Promise.reject(new Error(String(read.push(path)))),
    writeWav: () => Promise.reject(new Error("not here")),
    newRecording: () => Promise.reject(new Error("not here")),
  };
  const api = {
    fixtures: () => Promise.resolve(["loop.wav"]),
    fixtureFile: (name: string) => Promise.reject(new Error(String(read.push(name)))),
  };
  const parts = { audio, api: api as unknown as Parameters<typeof fixtureAudio>[1]["api"] };
  const isBusy = "1 sound files are read already, and 0 wait; call again in a moment";
  await assertRejects(() => fileAudio("a.wav", { audio, files }, signal), ToolError, isBusy);
  await assertRejects(() => fixtureAudio("loop.wav", parts, signal), ToolError, isBusy);
  assertEquals(read, []);
  held.resolve();
  await holding;
  await assertRejects(() => fileAudio("a.wav", { audio, files }, signal), Error, "1");
  await assertRejects(() => fixtureAudio("loop.wav", parts, signal), Error, "2");
  assertEquals([read, audio.busy], [["a.wav", "loop.wav"], 0]);
});
