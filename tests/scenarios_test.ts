/** What every shipped scenario promises. */
import { assert, assertEquals } from "@std/assert";
import type { ExpectationResult, Scenario, Verdict } from "../scenarios/mod.ts";
import { SHIPPED_STREAMS } from "../scenarios/shipped/mod.ts";
import { askAll, type Question } from "./support/lanes.ts";
import { type RunFacts, unmet } from "./support/lab.ts";

/** Seeds with which every scenario has to pass. */
const SEEDS = 100;
/** How far a limit may lie from what is measured, as a share of it. */
const LIMIT_SHARE = 0.25;
/** Longest gap between two nudges, seconds. */
const NUDGE_S = 10;

const AT_BOTH = SHIPPED_STREAMS.filter(({ fullOnly }) => fullOnly === undefined);

/** Nothing wrong, or a readable list of what is. */
function assertNone(problems: readonly string[], what: string): void {
  assertEquals(problems.length, 0, `${problems.length} ${what}:\n  ${problems.join("\n  ")}`);
}

Deno.test("shipped scenarios have unique kebab-case names, and each asks a question", () => {
  const names = SHIPPED_STREAMS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assert(names.length >= 15);
  assertNone(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)), "bad names");
  assertNone(
    SHIPPED_STREAMS.filter(({ description }) => !/\?$/.test(description.trim())).map(({ name }) =>
      name
    ),
    "scenarios ask nothing",
  );
});

Deno.test("no shipped session takes more than thirty seconds of anybody's time", () => {
  const long = SHIPPED_STREAMS.filter((it) => it.simulationOnly === undefined && it.durationS > 30);
  assertNone(long.map(({ name }) => name), "too long");
});

Deno.test("at most five shipped scenarios need the simulation", () => {
  const names = SHIPPED_STREAMS.filter((it) => it.simulationOnly !== undefined).map(({ name }) =>
    name
  );
  assert(names.length <= 5, `${names.length} are simulation only: ${names.join(", ")}`);
});

Deno.test("every scenario but the idle one nudges denoise at least every ten seconds", () => {
  const problems = SHIPPED_STREAMS.filter(({ name }) => name !== "idle-pause").flatMap(
    (scenario) => {
      const times = [0, ...nudges(scenario), scenario.durationS];
      const gapS = Math.max(...times.map((atS, i) => atS - (times[i - 1] ?? 0)));
      return gapS > NUDGE_S ? [`${scenario.name}: ${gapS} s without`] : [];
    },
  );
  assertNone(problems, "scenarios would fall asleep");
});

/** When a scenario moves `denoise`, itself or from outside. */
function nudges({ steps }: Scenario): number[] {
  const moves = (raw: unknown) => typeof raw === "object" && raw !== null && "denoise" in raw;
  return steps.filter((step) =>
    step.do === "knobs" && moves(step.values) ||
    step.do === "external" && step.message.type === "params" && moves(step.message["raw"])
  ).flatMap(({ atS }) => atS ?? []).sort((a, b) => a - b);
}

Deno.test("both fidelities pass, with equal records, and limits lie near what is measured", async (t) => {
  const answers = await askAll(
    SHIPPED_STREAMS.map(({ name }): Question<"compareFidelities"> => ["compareFidelities", name]),
  );
  const runs = answers.map((answer, i) => ({ scenario: SHIPPED_STREAMS[i]!, ...answer }));
  await t.step("slice and tick records of full and timing fidelity are equal", () => {
    assertNone(
      runs.flatMap(({ scenario: { name }, difference }) =>
        difference === null
          ? []
          : [`${name}:\n    full   ${difference[0]}\n    timing ${difference[1]}`]
      ),
      "scenarios differ",
    );
    assert(runs.reduce((sum, { records }) => sum + records, 0) > 10_000);
  });
  await t.step("every scenario passes at both fidelities with seed 1", () => {
    assertNone(
      runs.flatMap(({ scenario: { name, fullOnly }, full, timing }) => [
        ...unlike(`${name} (full)`, full, "passed"),
        ...unlike(`${name} (timing)`, timing, fullOnly === undefined ? "passed" : "not-applicable"),
      ]),
      "runs did not pass",
    );
  });
  await t.step("every numeric limit lies within 25 % of the measured value", () => {
    assertNone(
      runs.flatMap(({ scenario, full }) => farLimits(scenario, full.expectations)),
      "limits are too far away",
    );
  });
});

function unlike(what: string, { verdict, expectations }: RunFacts, wanted: Verdict): string[] {
  return verdict === wanted ? [] : [`${what} ${verdict}: ${unmet(expectations).join("; ")}`];
}

/** The bounds that say little about what is measured. */
function farLimits({ name, expectations }: Scenario, results: readonly ExpectationResult[]) {
  return results.flatMap(({ metric, actual, limit, unit }, i) => {
    const { min, max, fails } = expectations[i]!;
    // What has to fail is measured far from its limit: that is the point of it.
    if (fails || typeof actual !== "number") return [];
    return [min, max].filter((bound) => bound !== undefined && !isNear(bound, actual, unit))
      .map((bound) =>
        `${name}: ${metric} is ${actual} ${unit}, and ${bound} of ${limit} is far off`
      );
  });
}

function isNear(bound: number, actual: number, unit: string): boolean {
  if (Math.abs(bound - actual) <= LIMIT_SHARE * Math.abs(actual)) return true;
  // A quarter of next to nothing is no room at all.
  if (unit === "s") return Math.abs(actual) <= 0.15 && Math.abs(bound - actual) <= 0.05;
  if (unit === "") return actual <= 4 && bound <= 4;
  return false;
}

Deno.test(`every scenario passes at timing fidelity with seeds 1 to ${SEEDS}`, async () => {
  const answers = await askAll(
    AT_BOTH.map(({ name }): Question<"failedSeeds"> => ["failedSeeds", name, 1, SEEDS]),
  );
  const problems = answers.flat().map(({ name, seed, failures }) =>
    `deno task scenario ${name} --fidelity timing --seed ${seed}\n    ${failures.join("; ")}`
  );
  assertNone(problems, "seeds failed");
});
