import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LeadController, type LeadOptions } from "./lead.ts";

const JUNE: LeadOptions = { floorS: 0.25, ceilingS: 1.35, releaseTauS: 1.5, windowS: 0.36 };

const lead = (options: Partial<LeadOptions> = {}) => new LeadController({ ...JUNE, ...options }, 0);

/** Slices at a steady pace; returns the time of the last one. */
function slices(controller: LeadController, gapS: number, count: number, fromS = 0): number {
  let nowS = fromS;
  for (let i = 0; i < count; i++) controller.onSlice(nowS = fromS + i * gapS);
  return nowS;
}

Deno.test("the lead starts from a render interval of 70 ms", () => {
  assertAlmostEquals(lead({ floorS: 0 }).leadS(0), 0.07 * 1.6 + 0.05, 1e-12);
});

Deno.test("the lead settles at 1.6 render intervals and 50 ms", () => {
  const controller = lead({ floorS: 0 });
  const nowS = slices(controller, 0.1, 200);
  assertAlmostEquals(controller.leadS(nowS), 0.1 * 1.6 + 0.05, 1e-6);
});

Deno.test("each gap moves the render interval by a tenth", () => {
  const controller = lead({ floorS: 0 });
  slices(controller, 0.17, 2);
  assertAlmostEquals(controller.leadS(0.17), (0.07 + 0.1 * (0.17 - 0.07)) * 1.6 + 0.05, 1e-12);
});

Deno.test("a gap counts as 180 ms at the most, so that one stall does not swell the interval", () => {
  const controller = lead({ floorS: 0, windowS: 10 });
  slices(controller, 5, 300);
  assertAlmostEquals(controller.leadS(1500), 0.18 * 1.6 + 0.05, 1e-6);
});

Deno.test("the lead stays between floor and ceiling, without transport", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 40 }),
    (gaps) => {
      const controller = lead();
      let nowS = 0;
      for (const gapS of gaps) {
        controller.onSlice(nowS += gapS);
        const leadS = controller.leadS(nowS);
        assert(leadS >= 0.25 && leadS <= 1.35, `${leadS}`);
      }
    },
  ));
});

Deno.test("a floor above the ceiling wins", () => {
  assertEquals(lead({ floorS: 2, ceilingS: 1 }).leadS(0), 2);
});

Deno.test("a gap longer than the window raises the lead by what was missing and 50 ms", () => {
  const controller = lead({ floorS: 0 });
  slices(controller, 0.76, 2);
  const intervalS = 0.07 + 0.1 * (0.18 - 0.07);
  assertAlmostEquals(
    controller.leadS(0.76),
    intervalS * 1.6 + 0.05 + (0.76 - 0.36 + 0.05),
    1e-12,
  );
});

Deno.test("a gap no longer than the window is no stall", () => {
  const controller = lead({ floorS: 0 });
  slices(controller, 0.36, 2);
  assertAlmostEquals(controller.leadS(0.36), (0.07 + 0.011) * 1.6 + 0.05, 1e-12);
});

Deno.test("a stall never raises the lead beyond the ceiling", () => {
  const controller = lead();
  slices(controller, 60, 2);
  assertEquals(controller.leadS(60), 1.35);
});

Deno.test("a smaller stall does not lower what a larger one has raised", () => {
  const controller = lead({ floorS: 0 });
  slices(controller, 1, 2);
  const raisedS = controller.leadS(1);
  controller.onSlice(1.37);
  const laterS = controller.leadS(1.37);
  assert(laterS > raisedS - 0.69 * (1 - Math.exp(-0.37 / 1.5)) - 1e-9, `${laterS}`);
});

Deno.test("what a stall has raised decays with the release constant", () => {
  const controller = lead({ floorS: 0 });
  slices(controller, 0.86, 2);
  const stallS = 0.86 - 0.36 + 0.05;
  const settledS = 0.06 * 1.6 + 0.05;
  const nowS = slices(controller, 0.06, 101, 0.86);
  assertAlmostEquals(controller.leadS(nowS) - settledS, stallS * Math.exp(-6 / 1.5), 1e-4);
});

Deno.test("a release shorter than the ceiling counts as long as the ceiling", () => {
  const short = lead({ floorS: 0, releaseTauS: 0.01 });
  const long = lead({ floorS: 0, releaseTauS: 1.35 });
  for (const controller of [short, long]) slices(controller, 0.06, 10, slices(controller, 1, 2));
  assertEquals(short.leadS(2), long.leadS(2));
});

Deno.test("a short release collapses at once where it is allowed, also one of 0", () => {
  for (const releaseTauS of [0.01, 0]) {
    const controller = lead({ floorS: 0, releaseTauS, allowShortRelease: true });
    slices(controller, 1, 2);
    controller.onSlice(1);
    controller.onSlice(1.1);
    assert(controller.leadS(1.1) < 0.25, `${controller.leadS(1.1)}`);
  }
});

Deno.test("a gap in which no slice was due is no stall", () => {
  const controller = lead();
  controller.onSlice(0);
  controller.forgetGap();
  controller.onSlice(100);
  assertEquals(controller.leadS(100), 0.25);
});

Deno.test("a client lead below 150 ms raises the lead by what is missing, report by report", () => {
  const controller = lead();
  controller.onReport(0.05, 1);
  assertAlmostEquals(controller.leadS(1), 0.25 + 0.1, 1e-12);
  controller.onReport(-0.4, 1.1);
  assertAlmostEquals(controller.leadS(1.1), 0.25 + 0.1 + 0.55, 1e-12);
  controller.onReport(0.15, 1.2);
  assertAlmostEquals(controller.leadS(1.2), 0.25 + 0.65, 1e-12);
});

Deno.test("transport adds three seconds at the most, on top of the ceiling", () => {
  const controller = lead({ ceilingS: 0.25 });
  for (let i = 0; i < 10; i++) controller.onReport(-1e300, i / 10);
  assertEquals(controller.leadS(1), 3.25);
});

Deno.test("the transport part decays over 20 s while the client's lead is above 350 ms", () => {
  const controller = lead();
  controller.onReport(-0.85, 0);
  controller.onReport(0.36, 0);
  assertAlmostEquals(controller.leadS(5) - 0.25, Math.exp(-5 / 20), 1e-9);
  controller.onReport(0.4, 5);
  assertAlmostEquals(controller.leadS(9) - 0.25, Math.exp(-9 / 20), 1e-9);
});

Deno.test("the transport part stays while the client's lead is between 150 and 350 ms", () => {
  const controller = lead();
  controller.onReport(-0.85, 0);
  for (let i = 1; i <= 20; i++) {
    controller.onReport(i % 2 === 0 ? 0.16 : 0.35, i);
    assertAlmostEquals(controller.leadS(i), 1.25, 1e-12);
  }
});

Deno.test("the transport part decays when the last report is older than 10 s", () => {
  const controller = lead();
  controller.onReport(-0.85, 0);
  assertAlmostEquals(controller.leadS(10), 1.25, 1e-12);
  assertAlmostEquals(controller.leadS(14) - 0.25, Math.exp(-4 / 20), 1e-9);
});

Deno.test("how often the lead is asked for does not change how fast it decays", () => {
  const [often, seldom] = [lead(), lead()];
  for (const controller of [often, seldom]) {
    controller.onReport(-0.85, 0);
    controller.onReport(0.5, 0);
  }
  for (let i = 1; i <= 900; i++) often.leadS(i / 100);
  assertAlmostEquals(often.leadS(9), seldom.leadS(9), 1e-9);
});

Deno.test("reports do nothing where they are ignored", () => {
  const controller = lead({ ignoreReports: true });
  controller.onReport(-5, 1);
  assertEquals(controller.leadS(1), 0.25);
});

Deno.test("a fixed lead is fixed, whatever happens", () => {
  const controller = lead({ fixedS: 0.5 });
  slices(controller, 3, 5);
  controller.onReport(-2, 15);
  assertEquals(controller.leadS(15), 0.5);
});

Deno.test("the lead stays below half the buffer: more would look like behind, and be raised further", () => {
  const controller = lead({ bufferS: 4 });
  for (let nowS = 0; nowS < 10; nowS++) controller.onReport(-1, nowS);
  assertAlmostEquals(controller.leadS(10), 4 / 2 - 2 * 0.36, 1e-12);
  controller.setBuffer(1);
  assertAlmostEquals(controller.leadS(10), 0.25, 1e-12);
  controller.setBuffer(60);
  assertAlmostEquals(controller.leadS(10), 3.25, 1e-12);
});
