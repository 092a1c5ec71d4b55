/**
 * Questions about shipped scenarios that take many runs. Each is a plain function of plain data, so
 * that it can be asked in a worker, see `lanes.ts`.
 *
 * @module
 */
import { type Hunt, hunt, MUTANTS } from "../../scenarios/explore/mod.ts";
import type { ExpectationResult, Fidelity, RunResult, Verdict } from "../../scenarios/mod.ts";
import { playScenario, type Scenario, Studio } from "../../scenarios/mod.ts";
import { SHIPPED_STREAMS } from "../../scenarios/shipped/mod.ts";
import { type Change, varied } from "./vary.ts";

const studio = new Studio();

/** A shipped scenario by its name. */
export function shipped(name: string): Scenario {
  const scenario = SHIPPED_STREAMS.find((it) => it.name === name);
  if (scenario === undefined) throw new Error(`no shipped scenario is called "${name}"`);
  return scenario;
}

/** One run, as far as tests over many scenarios look at it. */
export interface RunFacts {
  readonly verdict: Verdict;
  readonly expectations: readonly ExpectationResult[];
}

/** What the two fidelities of one scenario have in common. */
export interface Fidelities {
  readonly full: RunFacts;
  readonly timing: RunFacts;
  /** Slice and tick records that were compared. */
  readonly records: number;
  /** The first record in which they differ, as each has it; null when there is none. */
  readonly difference: readonly [string, string] | null;
}

/** Runs a scenario at both fidelities with seed 1; one that needs samples has no records in common. */
export async function compareFidelities(name: string): Promise<Fidelities> {
  const scenario = shipped(name);
  const full = await playScenario(scenario, { fidelity: "full", studio });
  const timing = await playScenario(scenario, { fidelity: "timing", studio });
  const a = recordsOf(full);
  const b = scenario.fullOnly === undefined ? recordsOf(timing) : a;
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i)
    .find((i) => a[i] !== b[i]);
  return {
    full: factsOf(full),
    timing: factsOf(timing),
    records: a.length,
    difference: at === undefined ? null : [a[at] ?? "(end)", b[at] ?? "(end)"],
  };
}

/** A seed with which a scenario did not pass, and what was wrong. */
export interface FailedSeed {
  readonly name: string;
  readonly seed: number;
  readonly failures: readonly string[];
}

/** Runs a scenario with every seed from `from` to `to`. */
export async function failedSeeds(name: string, from: number, to: number): Promise<FailedSeed[]> {
  const scenario = shipped(name);
  const failed: FailedSeed[] = [];
  for (let seed = from; seed <= to; seed++) {
    const { verdict, expectations } = await playScenario(scenario, {
      fidelity: "timing",
      seed,
      studio,
    });
    if (verdict !== "passed") failed.push({ name, seed, failures: unmet(expectations) });
  }
  return failed;
}

/**
 * Runs a scenario with a change; null runs it as it is shipped. At timing fidelity, unless the
 * scenario or the question needs samples.
 */
export async function runVaried(
  name: string,
  change: Change | null,
  needsSamples = false,
): Promise<RunFacts> {
  const scenario = shipped(name);
  const fidelity = needsSamples || scenario.fullOnly !== undefined ? "full" : "timing";
  const played = change === null ? scenario : varied(scenario, change);
  return factsOf(await playScenario(played, { fidelity, studio }));
}

/** Hunts a planted bug. */
export async function huntBug(name: string, maxRuns: number): Promise<Hunt> {
  const mutant = MUTANTS.find((it) => it.name === name);
  if (mutant === undefined) throw new Error(`no bug is called "${name}"`);
  return await hunt(mutant, maxRuns);
}

/** Trace hashes of `times` runs with one seed. */
export async function traceHashes(
  name: string,
  fidelity: Fidelity,
  times: number,
  seed = 1,
): Promise<string[]> {
  const hashes: string[] = [];
  for (let i = 0; i < times; i++) {
    hashes.push((await playScenario(shipped(name), { fidelity, seed, studio })).trace.hash);
  }
  return hashes;
}

/** What decided against a run, one phrase each. */
export function unmet(expectations: readonly ExpectationResult[]): string[] {
  return expectations.filter((it) => it.passed === it.expectedToFail)
    .map(({ name, actual, unit }) => `${name}: ${actual} ${unit}`.trimEnd());
}

function factsOf({ verdict, expectations }: RunResult): RunFacts {
  return { verdict, expectations };
}

/** Slice and tick records of a trace; payload checksums exist at full fidelity only. */
function recordsOf({ trace }: RunResult): string[] {
  return trace.lines.filter((line) => /"ev":"(slice|tick)"/.test(line))
    .map((line) => line.replace(/,"crc":[^}]*/, ""));
}
