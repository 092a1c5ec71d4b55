/**
 * How many sessions one server holds: with the built-in engine, each session with a prompt of its own
 * and in its first lap, where every layer has to be rendered; and with an engine that costs nothing.
 *
 * @module
 */
import { Child } from "../child.ts";
import { CodecYardstick } from "../codec_work.ts";
import { largestHeld, type Trial } from "../../load/knee_search.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { SLICES_PER_S } from "../music_windows.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";
import type { LoadReading } from "../roles/load.ts";
import type { EngineKind, ServerReading, ServerStarted } from "../roles/server.ts";
import { Rounds } from "../rounds.ts";

const SERVER = new URL("../roles/server.ts", import.meta.url);
const LOAD = new URL("../roles/load.ts", import.meta.url);

/** The listener lets no more in. */
const LIMIT = MAIN_LIMITS.maxSockets;
/** Often enough to tell the worst hundredth of a trial. */
const PROBE_S = 0.01;
const SETTLE_S = 1;
const TRIAL_S = 2;
/** A session is served in time if it gets this share of its slices, and the loop is this punctual. */
const LEAST_SHARE = 0.95;
const MOST_LATE_MS = 20;
/** How often, and for how long, the first number of sessions is watched for what it costs. */
const ROUNDS = 6;
const ROUND_S = 1.25;
/** Slices a second that the yardstick takes beside them: those of ten sessions. */
const PACE_PER_S = 10 * SLICES_PER_S;
const CODEC = `${CodecYardstick.NAME}, at the pace of 10`;

const CASES = [
  { name: "built-in engine", engine: "motion", source: "loop", start: 8 },
  { name: "pass-through engine", engine: "pass-through", source: "short", start: 64 },
] as const;

/** Looks for the limit of either. */
export async function capacityPart(options: PartOptions): Promise<PartResult> {
  const yardstick = new CodecYardstick(1);
  const figures: Figure[] = [];
  for (const one of CASES) figures.push(...await playCase(one, yardstick, options));
  return { figures, notes: [] };
}

interface Case {
  readonly name: string;
  readonly engine: EngineKind;
  readonly source: "loop" | "short";
  readonly start: number;
}

async function playCase(
  { name, engine, source, start }: Case,
  yardstick: CodecYardstick,
  { say }: PartOptions,
): Promise<Figure[]> {
  await using server = Child.deno(SERVER);
  const { url } = await server.ask<ServerStarted>({
    ...{ do: "start", engine, maxSessions: LIMIT, probeS: PROBE_S },
  });
  await using load = Child.deno(LOAD);
  const readings = new Map<number, { clients: number; rssMiB: number }>();
  const watch = async (count: number, seconds: number) => {
    await server.ask({ do: "read" });
    const client = await load.ask<LoadReading>({ do: "measure", seconds });
    const { cpuS, p99Ms, rssMiB } = await server.ask<ServerReading>({ do: "read" });
    const slicesPerS = client.slicesPerS.reduce((sum, one) => sum + one, 0);
    readings.set(count, { clients: client.cpuS / client.seconds, rssMiB });
    return { load: cpuS / client.seconds, p99Ms, slicesPerS };
  };
  const trial = async (count: number): Promise<Trial> => {
    say(`${name}, ${count} sessions`);
    await load.ask({ do: "resize", url, count, source, decodes: false });
    await load.ask({ do: "measure", seconds: SETTLE_S });
    const { load: used, p99Ms, slicesPerS } = await watch(count, TRIAL_S);
    const isServed = slicesPerS >= LEAST_SHARE * SLICES_PER_S * count && p99Ms <= MOST_LATE_MS;
    return { count, holds: isServed, load: used };
  };
  const first = await trial(start);
  const rounds = new Rounds("capacity");
  for (let i = 0; i < ROUNDS; i++) {
    // At the same time: what the machine does else is in both.
    const paced = yardstick.pacedCpuPerSlice(ROUND_S, PACE_PER_S);
    const { load: used, slicesPerS } = await watch(start, ROUND_S);
    rounds.add(CODEC, await paced);
    rounds.add("server", used / start);
    rounds.add("server per slice", used / slicesPerS);
  }
  const { held } = await largestHeld(trial, {
    ...{ start, first, limit: LIMIT, precision: 0.1, maxTrials: 8 },
  });
  const count = held?.count ?? 0;
  const plain = (what: string, value: number, unit: string): Figure => ({
    ...{ part: "capacity", name: `${what}, ${name}`, value, unit, goal: null, ratio: null },
  });
  const { clients = 0, rssMiB = 0 } = readings.get(count) ?? {};
  return [
    plain(`sessions held${count === LIMIT ? ", no more let in" : ""}`, count, ""),
    {
      ...rounds.figure("server", { unit: "% of a core", scale: 100 }),
      name: `server, each of ${start}, ${name}`,
      ratio:
        rounds.figure("server per slice", { unit: "", peer: { name: CODEC, to: CODEC } }).ratio,
    },
    plain("server's load at its limit", 100 * (held?.load ?? 0), "% of a core"),
    plain("server's memory at its limit", rssMiB, "MiB"),
    plain("the other side's load at that", 100 * clients, "% of a core"),
  ];
}
