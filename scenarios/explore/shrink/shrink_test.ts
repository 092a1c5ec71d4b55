import { assert, assertEquals } from "@std/assert";
import { isJsonObject } from "../../../wire/mod.ts";
import type { Step } from "../../types.ts";
import { compact } from "../compact.ts";
import { drawWorld, type ExploredWorld } from "../generate/world.ts";
import { shrink } from "./shrink.ts";

/** Fails when a swap is followed by a seek, ever. */
function fails({ scenario: { steps } }: ExploredWorld): number | null {
  const swap = steps.findIndex((step) => step.do === "swap");
  const seek = swap < 0 ? undefined : steps.slice(swap).find((step) => step.do === "seek");
  return seek?.atS ?? null;
}

/** The first worlds that fail so. */
const FAILING = Array.from({ length: 200 }, (_, index) => drawWorld(1, index, "timing"))
  .filter((world) => fails(world) !== null);

Deno.test("a failure ends as what it needs and nothing else", () => {
  assert(FAILING.length > 3);
  for (const world of FAILING) {
    const { world: least } = shrink(world, fails)!;
    const { steps, network, client, server, engine, durationS } = compact(least.scenario);
    assertEquals(steps?.map((step) => step.do), ["swap", "seek"]);
    assertEquals([network, client?.faults, server, engine], [
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    assert(durationS <= 2, `${durationS} s`);
    assertEquals(least.seed, 1);
  }
});

Deno.test("two steps that have to be some time apart begin as early as they can together", () => {
  const areApart = ({ scenario: { steps } }: ExploredWorld) => {
    const swaps = steps.filter((step) => step.do === "swap").map(({ atS }) => atS!);
    const isApart = ({ do: verb, atS }: Step) =>
      verb === "seek" && swaps.some((swapS) => atS! >= swapS + 3 && atS! <= swapS + 5);
    return steps.find(isApart)?.atS ?? null;
  };
  const worlds = Array.from({ length: 400 }, (_, index) => drawWorld(1, index, "timing"))
    .filter((world) => (areApart(world) ?? 0) > 9);
  assert(worlds.length > 3);
  for (const world of worlds) {
    const { steps, durationS } = shrink(world, areApart)!.world.scenario;
    assertEquals(steps.map((step) => step.do), ["swap", "seek"]);
    assert(durationS <= 7, `${durationS} s`);
  }
});

Deno.test("of a band each end is made easy to read, the other left where it has to be", () => {
  const isNarrow = ({ scenario: { steps } }: ExploredWorld) =>
    steps.find((step) =>
      step.do === "loopBand" && step.band !== null && step.band.startS > 1.2 &&
      step.band.endS > 2.04
    )?.atS ?? null;
  const world = Array.from({ length: 400 }, (_, index) => drawWorld(1, index, "timing"))
    .find((it) => isNarrow(it) !== null)!;
  const { world: { scenario } } = shrink(world, isNarrow)!;
  const [step] = scenario.steps;
  assert(step?.do === "loopBand" && step.band !== null);
  const digits = Object.values(step.band).map((value) => String(value).length);
  assert(digits.every((length) => length <= 3), JSON.stringify(step.band));
});

Deno.test("of knobs that are turned from outside those are left that it takes", () => {
  const turns = ({ scenario: { steps } }: ExploredWorld) =>
    steps.find((step) =>
      step.do === "external" && isJsonObject(step.message["raw"]) && "ch13" in step.message["raw"]
    )?.atS ?? null;
  const worlds = Array.from({ length: 400 }, (_, index) => drawWorld(1, index, "timing"))
    .filter((it) => turns(it) !== null);
  assert(worlds.length > 3);
  for (const world of worlds) {
    const [step] = shrink(world, turns)!.world.scenario.steps;
    assert(step?.do === "external" && isJsonObject(step.message["raw"]));
    assertEquals(Object.keys(step.message), ["type", "raw"]);
    assertEquals(Object.keys(step.message["raw"]), ["ch13"]);
  }
});

Deno.test("one failure always ends as the same scenario", () => {
  assertEquals(shrink(FAILING[0]!, fails), shrink(FAILING[0]!, fails));
});

Deno.test("a shrunk world still fails, also when tries run out", () => {
  for (const most of [1, 2, 7, 40]) {
    const { world, runs } = shrink(FAILING[0]!, fails, most)!;
    assert(runs <= most);
    assert(fails(world) !== null);
  }
});

Deno.test("a world that does not fail is not shrunk", () => {
  assertEquals(shrink(FAILING[0]!, () => null), null);
});
