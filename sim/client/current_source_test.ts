import { assertEquals } from "@std/assert";
import type { SwapReadyMessage } from "../../wire/server_types.ts";
import { CurrentSource } from "./current_source.ts";

const FRAMES = 96_000;
const clip = (frames: number) => ({ audio: new Float32Array(0), channels: 2, frames });

/** A client that began with an upload of two seconds. */
const started = () => new CurrentSource({ prompt: "first" }, { kind: "clip", ...clip(FRAMES) });

function ready(frames: number, name: string | null = null): SwapReadyMessage {
  return {
    type: "swap_ready",
    duration: frames / 48_000,
    sample_rate: 48_000,
    channels: 2,
    bpm: null,
    key: null,
    time_signature: "4",
    fixture_name: name,
  };
}

const upload = { type: "swap_source", use_server_source: false } as const;
const fixture = (name: string) =>
  ({ type: "swap_source", use_server_source: true, fixture_name: name }) as const;

Deno.test("a new session asks for the source of the last swap, with its prompt", () => {
  const source = started();
  source.onSwapAsked({ ...upload, tags: "second" }, clip(192_000));
  assertEquals(source.onSwapDone(ready(192_000)), "second");
  assertEquals(source.opening.pcm?.frames, 192_000);
  assertEquals(source.opening.config.prompt, "second");
});

Deno.test("a swap that fails after another was asked for is not asked for again", () => {
  const source = started();
  source.onSwapAsked(upload, clip(192_000));
  source.onSwapAsked(fixture("nobody.wav"), null);
  source.onSwapFailed();
  source.onSwapDone(ready(192_000));
  assertEquals(source.opening.pcm?.frames, 192_000);
  assertEquals(source.opening.config.use_server_fixture, false);
});

Deno.test("a swap of somebody else leaves us with the source that we have", () => {
  const source = started();
  source.onSwapAsked(upload, clip(192_000));
  source.onSwapDone(ready(480_000, "theirs.wav"));
  assertEquals(source.opening.pcm?.frames, FRAMES);
});

Deno.test("of swaps that wait the last one counts, and what is cut to length is still ours", () => {
  const source = started();
  source.onSwapAsked(fixture("one.wav"), null);
  source.onSwapAsked(upload, clip(193_000));
  source.onSwapDone(ready(192_000));
  assertEquals(source.opening.pcm?.frames, 193_000);
  source.onSwapDone(ready(480_000, "one.wav"));
  assertEquals(source.opening.pcm?.frames, 193_000);
});
