/**
 * The parts of the benchmark.
 *
 * @module
 */
import type { Part } from "../figures.ts";

/** What is measured, in the order in which it is. Loaded when its turn comes. */
export const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  slice: async () => (await import("./slice.ts")).slicePart,
  sim: async () => (await import("./sim.ts")).simPart,
  live: async () => (await import("./live.ts")).livePart,
  motion: async () => (await import("./motion.ts")).motionPart,
  capacity: async () => (await import("./capacity.ts")).capacityPart,
  player: async () => (await import("./player.ts")).playerPart,
  gateway: async () => (await import("./gateway.ts")).gatewayPart,
  load: async () => (await import("./load.ts")).loadPart,
  clock: async () => (await import("./clock.ts")).clockPart,
  mcp: async () => (await import("./mcp.ts")).mcpPart,
  explore: async () => (await import("./explore.ts")).explorePart,
  board: async () => (await import("./board.ts")).boardPart,
  voice: async () => (await import("./voice.ts")).voicePart,
  tasks: async () => (await import("./tasks.ts")).tasksPart,
};
