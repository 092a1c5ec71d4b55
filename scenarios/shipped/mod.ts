/**
 * Every scenario that ships with Headway, in the order in which they are listed.
 *
 * @module
 */
import type { Scenario } from "../types.ts";
import * as clocks from "./clocks.scenario.ts";
import * as control from "./control.scenario.ts";
import * as engine from "./engine.scenario.ts";
import * as network from "./network.scenario.ts";
import * as playhead from "./playhead.scenario.ts";
import * as sources from "./sources.scenario.ts";
import * as streaming from "./streaming.scenario.ts";

/** All shipped scenarios. */
export const SHIPPED: readonly Scenario[] = [
  streaming,
  playhead,
  engine,
  network,
  sources,
  control,
  clocks,
].flatMap((module) => Object.values(module).flat());
