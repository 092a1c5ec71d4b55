/**
 * Every scenario that ships with Headway, in the order in which they are listed.
 *
 * @module
 */
import type { AnyScenario, Scenario } from "../types.ts";
import type { VoiceScenario } from "../voice/types.ts";
import * as clocks from "./clocks.scenario.ts";
import * as control from "./control.scenario.ts";
import * as engine from "./engine.scenario.ts";
import * as network from "./network.scenario.ts";
import * as playhead from "./playhead.scenario.ts";
import * as sources from "./sources.scenario.ts";
import * as streaming from "./streaming.scenario.ts";
import * as voices from "./voices.scenario.ts";

/** Those about streaming. */
export const SHIPPED_STREAMS: readonly Scenario[] = [
  streaming,
  playhead,
  engine,
  network,
  sources,
  control,
  clocks,
].flatMap((module) => Object.values(module).flat());

/** Those about voices. */
export const SHIPPED_VOICES: readonly VoiceScenario[] = Object.values(voices).flat();

/** All shipped scenarios. */
export const SHIPPED: readonly AnyScenario[] = [...SHIPPED_STREAMS, ...SHIPPED_VOICES];
