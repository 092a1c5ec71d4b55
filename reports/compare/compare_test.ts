import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Rng } from "../../runtime/rng.ts";
import { bootstrapDifference, medianOf } from "./bootstrap.ts";
import { compareRuns } from "./compare.ts";
import type { Comparison } from "./comparison.ts";
import { COMPARED } from "./metrics.ts";
import { type RunSample, sampleOf } from "./sample.ts";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import { toJson } from "../json.ts";
import { reportSchema } from "../report_schema.ts";

function sample(given: Partial<RunSample> = {}): RunSample {
  return {
    scenario: "some-run",
    target: "sim",
    fidelity: "full",
    seed: 1,
    verdict: "passed",
    reason: null,
    conditions: "c",
    traceHash: "t",
    figures: { passed: 1, "lag.freshShare": 0.98, "lag.slices.leadS.p50": 0.2 },
    curves: null,
    ...given,
  };
}

function compared(
  before: readonly RunSample[],
  after: readonly RunSample[],
  options: Partial<Parameters<typeof compareRuns>[2]> = {},
): Comparison {
  return compareRuns({ name: "before", samples: before }, { name: "after", samples: after }, {
    rng: new Rng(1),
    ...options,
  });
}

function withFresh(freshShare: number | null, given: Partial<RunSample> = {}): RunSample {
  return sample({ ...given, figures: { passed: 1, "lag.freshShare": freshShare } });
}

function live(values: readonly (number | null)[]): RunSample[] {
  return values.map((value, seed) => withFresh(value, { target: "self", seed }));
}

/** Figures as reports have them: any of the compared ones, measured or not. */
const figures = fc.record(
  Object.fromEntries(COMPARED.map(({ name }) => [
    name,
    fc.option(fc.integer({ min: -1000, max: 1000 }).map((it) => it / 8), { nil: null }),
  ])),
);
const OPPOSITE = {
  better: "worse",
  worse: "better",
  same: "same",
  incomparable: "incomparable",
} as const;

Deno.test("a run compared with itself is the same in every figure", () => {
  fc.assert(fc.property(figures, fc.constantFrom("sim", "self"), (figures, target) => {
    const runs = [1, 2, 3, 4, 5].map((seed) => sample({ figures, target, seed }));
    const { scenarios: [only], verdict, exitCode } = compared(runs, runs);
    assertEquals([verdict, exitCode], ["same", 0]);
    assert(only!.metrics.every(({ verdict, hasMoved }) => verdict === "same" && !hasMoved));
  }));
});

Deno.test("what is better one way round is worse the other way round, figure by figure", () => {
  fc.assert(fc.property(figures, figures, (a, b) => {
    const verdicts = ({ scenarios }: Comparison) =>
      new Map(scenarios[0]!.metrics.map(({ metric, verdict }) => [metric, verdict]));
    const [runs, others] = [[sample({ figures: a })], [sample({ figures: b })]];
    const forth = verdicts(compared(runs, others));
    const back = verdicts(compared(others, runs));
    for (const [metric, verdict] of forth) assertEquals(back.get(metric), OPPOSITE[verdict]);
  }));
});

Deno.test("in simulated runs the smallest difference decides", () => {
  const { scenarios: [only], exitCode } = compared([withFresh(0.98)], [withFresh(0.979999)]);
  assertEquals([only!.verdict, exitCode, only!.method], ["worse", 1, "exact"]);
});

Deno.test("a figure that has no better side moves, and decides nothing", () => {
  const after = sample({ figures: { ...sample().figures, "lag.slices.leadS.p50": 0.4 } });
  const { scenarios: [only], verdict } = compared([sample()], [after]);
  assertEquals(verdict, "same");
  const [first] = only!.metrics;
  assertEquals([first!.metric, first!.hasMoved], ["lag.slices.leadS.p50", true]);
});

Deno.test("nothing measured any more is worse, whatever the figure was", () => {
  const { scenarios: [only] } = compared([withFresh(0.1)], [withFresh(null)]);
  assertEquals(only!.verdict, "worse");
  assertEquals(only!.reasons, [
    "Fresh share of what was heard got worse: nothing is measured any more",
  ]);
});

Deno.test("a gap at a reconnect that there was not before is worse, not unmeasured", () => {
  const of = (gapS: number | null) => sample({ figures: { "session.gapS": gapS } });
  assertEquals(compared([of(null)], [of(0.5)]).verdict, "worse");
  assertEquals(compared([of(0.5)], [of(null)]).verdict, "better");
});

Deno.test("live runs that differ by less than counts never fail a build", () => {
  const noise = fc.array(fc.double({ min: 0, max: 0.0049, noNaN: true }), {
    minLength: 5,
    maxLength: 12,
  });
  fc.assert(fc.property(noise, noise, (a, b) => {
    const { verdict } = compared(live(a.map((it) => 0.9 + it)), live(b.map((it) => 0.9 + it)));
    assertEquals(verdict, "same");
  }));
});

Deno.test("live runs that are clearly worse, all of them, are told", () => {
  const noise = fc.array(fc.double({ min: -0.005, max: 0.005, noNaN: true }), {
    minLength: 5,
    maxLength: 12,
  });
  fc.assert(fc.property(noise, noise, (a, b) => {
    const before = live(a.map((it) => 0.9 + it));
    const after = live(b.map((it) => 0.8 + it));
    assertEquals(compared(before, after).verdict, "worse");
    assertEquals(compared(after, before).verdict, "better");
  }));
});

Deno.test("a large difference within the noise of live runs is no difference", () => {
  const before = live([0.5, 0.9, 0.7, 0.95, 0.6, 0.8]);
  const after = live([0.55, 0.85, 0.65, 0.9, 0.5, 0.75]);
  const { scenarios: [only] } = compared(before, after);
  const fresh = only!.metrics.find(({ metric }) => metric === "lag.freshShare")!;
  assertEquals(fresh.verdict, "same");
  assert(fresh.interval!.low < 0 && fresh.interval!.high > 0);
});

Deno.test("a few live runs are not enough to judge by, and that is said", () => {
  const { scenarios: [only], exitCode } = compared(live([0.9, 0.9]), live([0.1, 0.1, 0.1]));
  assertEquals([only!.verdict, exitCode], ["incomparable", 3]);
  assert(only!.reasons.some((it) => it.includes("5 measured runs of either side are needed")));
});

Deno.test("live runs that proved nothing are left out", () => {
  const busy = live([0.1]).map((it) => ({ ...it, verdict: "inconclusive" as const }));
  const good = live([0.9, 0.9, 0.9, 0.9, 0.9]);
  assertEquals(compared(good, [...good, ...busy]).verdict, "same");
});

Deno.test("runs under other conditions are not compared, and the reason names them", () => {
  const cases: readonly (readonly [Partial<RunSample>, string])[] = [
    [{ target: "self" }, "target differs: sim before, self after; run both sides on one"],
    [{ fidelity: "timing" }, "full before, timing after; run it with --fidelity full"],
    [{ conditions: "d" }, "the scenario is another one now"],
    [{ seed: 2 }, "seeds differ: 1 before, 2 after; run it with --seed 1"],
    [{ verdict: "not-applicable", reason: "no bus" }, "not-applicable: no bus"],
  ];
  for (const [given, reason] of cases) {
    const { scenarios: [only], exitCode } = compared([sample()], [sample(given)]);
    assertEquals([only!.verdict, exitCode], ["incomparable", 3]);
    assert(only!.reasons[0]!.includes(reason), only!.reasons[0]);
  }
});

Deno.test("a scenario of one side only is not comparable, unless not all were run on purpose", () => {
  const other = sample({ scenario: "other" });
  assertEquals(compared([sample(), other], [sample()]).verdict, "incomparable");
  assertEquals(compared([sample(), other], [sample()], { onlyAfter: true }).verdict, "same");
  assertEquals(compared([sample()], [sample(), other]).counts.incomparable, 1);
});

Deno.test("a scenario that could not run now is not comparable, and says why", () => {
  const problems = [{ name: "some-run", message: "no such fixture" }];
  const { scenarios: [only] } = compared([sample()], [], { problems });
  assertEquals(only!.reasons, ["it could not run: no such fixture"]);
});

Deno.test("two simulated runs of one seed that differ among themselves prove nothing", () => {
  const twice = [sample(), sample({ traceHash: "u" })];
  assertEquals(compared(twice, [sample()]).verdict, "incomparable");
});

Deno.test("the worst comes first: a run that fails now, then the greatest effect", () => {
  const named = (scenario: string, passed: number, fresh: number) =>
    sample({ scenario, figures: { passed, "lag.freshShare": fresh } });
  const before = ["a", "b", "c", "d"].map((name) => named(name, 1, 0.9));
  const after = [named("a", 1, 0.9), named("b", 1, 0.8), named("c", 0, 0.89), named("d", 1, 0.95)];
  assertEquals(compared(before, after).scenarios.map(({ name }) => name), ["c", "b", "d", "a"]);
});

Deno.test("an interval of equal values has no width, and shifts with its values", () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 }), (by, n) => {
      const values = Array.from({ length: n }, () => 3);
      const { low, high } = bootstrapDifference(values, values.map((it) => it + by), new Rng(by));
      assertEquals([low, high], [by, by]);
    }),
  );
});

Deno.test("equal seeds give equal intervals, which lie inside the values' own spread", () => {
  const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(values, values, fc.integer(), (a, b, seed) => {
      const interval = bootstrapDifference(a, b, new Rng(seed));
      assertEquals(interval, bootstrapDifference(a, b, new Rng(seed)));
      assert(interval.low <= interval.high);
      assert(interval.low >= Math.min(...b) - Math.max(...a));
      assert(interval.high <= Math.max(...b) - Math.min(...a));
    }),
    { numRuns: 30 },
  );
});

Deno.test("half of the values lie on either side of a median", () => {
  fc.assert(fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 30 }), (values) => {
    const median = medianOf(values);
    assert(values.filter((it) => it < median).length <= values.length / 2);
    assert(values.filter((it) => it > median).length <= values.length / 2);
  }));
});

Deno.test("a sample of a report is the same before it was written and after it was read", () => {
  const report = reportOf(sampleRun());
  const uneven = {
    ...report,
    definition: { ...report.definition, steps: [{ do: "seek", atS: 1 / 3, toS: 2 / 3 }] },
  };
  assertEquals(sampleOf(reportSchema.parse(JSON.parse(toJson(uneven)))), sampleOf(uneven));
});
