/**
 * How many whole listeners one server holds, found as `headway load` finds it, and what they take of
 * the machine on either side.
 *
 * @module
 */
import { type LoadStep, runLoad, ThreadFleet } from "../../load/mod.ts";
import { WallClock } from "../../runtime/mod.ts";
import { LATENESS_BUDGET_MS } from "../../scenarios/mod.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";
import { Child } from "../child.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import type { ServerReading, ServerStarted } from "../roles/server.ts";
import { cpuS } from "../rounds.ts";

const SERVER = new URL("../roles/server.ts", import.meta.url);

/** The listener lets no more in. */
const LIMIT = MAIN_LIMITS.maxSockets;
const RAMP_S = 2;
const SETTLE_S = 3;
const MEASURE_S = 5;
const PROBE_S = 0.01;

/** Looks for the knee of our own server with its built-in engine. */
export async function loadPart({ say }: PartOptions): Promise<PartResult> {
  await using server = Child.deno(SERVER);
  const { url } = await server.ask<ServerStarted>({
    ...{ do: "start", engine: "motion", maxSessions: LIMIT, probeS: PROBE_S },
  });
  const threads = navigator.hardwareConcurrency;
  const fleet = await ThreadFleet.start({ url, token: null, fixture: null, threads });
  /** The server's share of a core in each step, by sessions. */
  const serverCores = new Map<number, number>();
  let beganS = 0;
  const clock = new WallClock();
  const report = await runLoad({
    ...{ fleet, clock, target: url, sessions: LIMIT, threads, cpuS, search: true },
    ...{ rampS: RAMP_S, settleS: SETTLE_S, measureS: MEASURE_S },
    latenessBudgetMs: LATENESS_BUDGET_MS,
    signal: new AbortController().signal,
    say: (text) => say(text),
    around: async (count, measure) => {
      await server.ask({ do: "read" });
      beganS = clock.now();
      const readings = await measure();
      const { cpuS } = await server.ask<ServerReading>({ do: "read" });
      serverCores.set(count, cpuS / (clock.now() - beganS));
      return readings;
    },
  });
  await fleet.close();
  const atKnee = report.steps.findLast(({ sessions, holds }) => holds && sessions === report.knee);
  return { figures: figuresOf(report.knee, report.bound, atKnee, serverCores), notes: [] };
}

function figuresOf(
  knee: number,
  bound: string,
  step: LoadStep | undefined,
  serverCores: ReadonlyMap<number, number>,
): Figure[] {
  const plain = (name: string, value: number, unit: string): Figure => ({
    ...{ part: "load", name, value, unit, goal: null, ratio: null },
  });
  return [
    plain(`knee, bounded by the ${bound === "harness" ? "clients" : bound}`, knee, "sessions"),
    plain("lead p5 at the knee, over all", step?.leadS.p5 ?? 0, "s"),
    plain("lead p50 at the knee, over all", step?.leadS.p50 ?? 0, "s"),
    plain("lead p5 of the worst session", step?.each[0]?.leadP5S ?? 0, "s"),
    plain("staleness p95 at the knee", step?.stalenessS.p95 ?? 0, "s"),
    plain("server at the knee", 100 * (serverCores.get(knee) ?? 0), "% of a core"),
    plain("clients at the knee", 100 * (step?.clientCores ?? 0), "% of a core"),
    plain("clients, each", 100 * (step?.clientCores ?? 0) / Math.max(1, knee), "% of a core"),
  ];
}
