import { assertEquals } from "@std/assert";
import { emptyClip } from "../../tests/support/streaming_world.ts";
import { NO_FAULTS } from "./faults.ts";
import { type StagedSwap, Staging } from "./staging.ts";

const swap = (tags: string): StagedSwap => ({
  source: {
    clip: emptyClip(1),
    facts: { bpm: null, key: null, timeSignature: null },
    fixtureName: null,
    stemMode: "full",
  },
  buffer: new Float32Array(0),
  made: null,
  tags,
  stems: null,
});

Deno.test("what was staged is taken once", () => {
  const staging = new Staging(NO_FAULTS);
  staging.stageDepth(2);
  staging.stageLora("warm", 0.5, true);
  staging.stageSwap(swap("a"), staging.nextSwapOrder());
  assertEquals(staging.takeDepth(), 2);
  assertEquals([...staging.takeLoras() ?? []], [["warm", 0.5]]);
  assertEquals(staging.takeSwap()?.tags, "a");
  assertEquals([staging.takeDepth(), staging.takeLoras(), staging.takeSwap()], [null, null, null]);
});

Deno.test("the swap that was asked for last wins, whichever source is ready first", () => {
  const staging = new Staging(NO_FAULTS);
  const [first, second] = [staging.nextSwapOrder(), staging.nextSwapOrder()];
  staging.stageSwap(swap("second"), second);
  staging.stageSwap(swap("first"), first);
  assertEquals(staging.takeSwap()?.tags, "second");
});

Deno.test("a server that keeps the first swap can be had", () => {
  const staging = new Staging({ keepFirstSwap: true });
  for (const tags of ["first", "second"]) staging.stageSwap(swap(tags), staging.nextSwapOrder());
  assertEquals(staging.takeSwap()?.tags, "first");
});

Deno.test("a LoRA that nobody knows is still worth a catalog", () => {
  const staging = new Staging(NO_FAULTS);
  staging.stageLora("nowhere", 1, false);
  assertEquals([...staging.takeLoras() ?? ["none"]], []);
});
