import { assertEquals } from "@std/assert";
import type { ExpectationResult } from "./result.ts";
import { decide, type Evidence } from "./verdict.ts";

/** An expectation as it was judged. */
function judged(metric: string, passed: boolean): ExpectationResult {
  return {
    name: metric,
    metric,
    passed,
    expectedToFail: false,
    actual: 1,
    limit: "",
    unit: "",
    window: null,
  };
}

/** The verdict on a live run with a budget of 25 ms. */
function verdict(
  expectations: readonly ExpectationResult[],
  latenessMs: { readonly p99: number; readonly max: number },
  other: Partial<Evidence> = {},
) {
  return decide({
    expectations,
    mirror: { identical: true, checkedSlices: 1 },
    harness: { tickLatenessMs: { p50: 1, ...latenessMs }, latenessBudgetMs: 25 },
    isSimulated: false,
    loss: null,
    ...other,
  });
}

const MET = judged("lag.freshShare", true);
const UNMET = judged("lag.slices.leadS.p5", false);
const MIRROR = judged("mirror.identical", false);
const PUNCTUAL = { p99: 25, max: 100 };
const LATE_ONCE = { p99: 25, max: 100.5 };
const LATE = { p99: 25.5, max: 30 };

Deno.test("a live run that was late as a rule proves nothing", () => {
  for (const expectation of [MET, UNMET, MIRROR]) {
    assertEquals(verdict([expectation], LATE), [
      "inconclusive",
      "the harness was late itself: tick lateness p99 is 25.5 ms, over its budget of 25 ms",
    ]);
  }
});

Deno.test("a live run that was badly late once may pass, but does not fail", () => {
  assertEquals(verdict([MET], LATE_ONCE), ["passed", null]);
  assertEquals(verdict([MET, UNMET], LATE_ONCE), [
    "inconclusive",
    "the harness was late itself: tick lateness is 100.5 ms at its worst, over 100 ms",
  ]);
  assertEquals(verdict([MET, UNMET], PUNCTUAL), ["failed", null]);
  assertEquals(verdict([MET, UNMET], LATE_ONCE, { isSimulated: true }), ["failed", null]);
});

Deno.test("no lateness excuses unequal mirrors or a lost connection", () => {
  assertEquals(verdict([UNMET, MIRROR], LATE_ONCE), ["failed", null]);
  const unequal = { mirror: { identical: false, checkedSlices: 1 } };
  assertEquals(verdict([MET], LATE_ONCE, unequal), ["failed", null]);
  assertEquals(verdict([MET], LATE_ONCE, { loss: "gone" }), ["failed", "gone"]);
});
