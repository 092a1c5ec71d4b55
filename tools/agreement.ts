/**
 * Do the two roads agree? Runs scenarios in the simulated world and against our own server in another
 * process, and prints what both measured as a Markdown table.
 *
 *     deno run --allow-read --allow-env --allow-net=127.0.0.1 --allow-run=deno tools/agreement.ts
 *
 * The exit code is 1 when they do not.
 *
 * @module
 */
import {
  playScenario,
  type RunResult,
  type Scenario,
  selfStage,
  Studio,
} from "../scenarios/mod.ts";
import { SHIPPED_STREAMS } from "../scenarios/shipped/mod.ts";

/** How far the median lead may be apart, seconds. */
export const LEAD_TOLERANCE_S = 0.03;
/** How far the rate of slices may be apart, as a share of the simulated one. */
export const RATE_TOLERANCE = 0.1;

/** Tick lateness (p99) above which a live run tells of a busy machine and is played again, ms. */
const QUIET_MS = 10;
/** How often a live run is played at the most. */
const MAX_PLAYS = 3;

/** What the table shows: steady, jumping, interrupted. */
const NAMES = ["healthy-stream", "seek-storm", "engine-stall"];

/** One scenario on both roads. */
export interface Agreement {
  readonly name: string;
  readonly simulated: RunResult;
  readonly live: RunResult;
  /** Median lead, live less simulated, seconds. */
  readonly leadDifferenceS: number;
  /** Slices a second, live over simulated, less 1. */
  readonly rateDifference: number;
  /** Whether both are within their limits, and all mirrors were identical. */
  readonly agrees: boolean;
}

/** Plays a scenario on both roads; the live one takes as long as its session. */
export async function agreement(scenario: Scenario, studio = new Studio()): Promise<Agreement> {
  const simulated = await playScenario(scenario, { studio });
  const play = () =>
    playScenario(scenario, {
      target: "self",
      studio,
      openStage: (rng) => selfStage(scenario, { rng }),
    });
  let live = await play();
  for (let i = 1; i < MAX_PLAYS && !isQuiet(live); i++) live = await play();
  const leadDifferenceS = leadOf(live) - leadOf(simulated);
  const rateDifference = live.lag.slices.perS / simulated.lag.slices.perS - 1;
  return {
    name: scenario.name,
    simulated,
    live,
    leadDifferenceS,
    rateDifference,
    agrees: Math.abs(leadDifferenceS) <= LEAD_TOLERANCE_S &&
      Math.abs(rateDifference) <= RATE_TOLERANCE &&
      simulated.mirror.identical === true && live.mirror.identical === true,
  };
}

/** A server that is kept from its work raises its lead, as it should: nothing to compare with. */
function isQuiet({ harness }: RunResult): boolean {
  return (harness.tickLatenessMs.p99 ?? 0) <= QUIET_MS;
}

function leadOf({ lag }: RunResult): number {
  return lag.slices.leadS.p50 ?? NaN;
}

/** The table. */
export function agreementTable(rows: readonly Agreement[]): string {
  const head = [
    "scenario",
    "lead p50, simulated",
    "lead p50, live",
    "difference",
    "slices/s, simulated",
    "slices/s, live",
    "difference",
    "live tick lateness p99",
  ];
  const lines = rows.map(({ name, simulated, live, leadDifferenceS, rateDifference }) => [
    `\`${name}\``,
    `${leadOf(simulated).toFixed(3)} s`,
    `${leadOf(live).toFixed(3)} s`,
    `${signed(leadDifferenceS * 1000, 0)} ms`,
    simulated.lag.slices.perS.toFixed(2),
    live.lag.slices.perS.toFixed(2),
    `${signed(rateDifference * 100, 1)} %`,
    `${(live.harness.tickLatenessMs.p99 ?? NaN).toFixed(1)} ms`,
  ]);
  return [head, head.map((_, i) => i === 0 ? "---" : "--:"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

if (import.meta.main) {
  const studio = new Studio();
  const rows: Agreement[] = [];
  for (const scenario of SHIPPED_STREAMS.filter(({ name }) => NAMES.includes(name))) {
    rows.push(await agreement(scenario, studio));
  }
  console.log(agreementTable(rows));
  Deno.exit(rows.every(({ agrees }) => agrees) ? 0 : 1);
}
