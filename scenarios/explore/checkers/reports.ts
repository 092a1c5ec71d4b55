/**
 * A report says what happened.
 *
 * @module
 */
import type { SliceRecord, TickRecord } from "../../../sim/mod.ts";
import { defineInvariant } from "../checker.ts";

/** A tick above this is stale, seconds; as lag reports have it by default. */
const STALE_S = 3;
/** Reports round to four decimals. */
const TOLERANCE = 0.00006;

/** The invariant. */
export const reports = defineInvariant({
  name: "reports-recomputable",
  promise:
    "The numbers of a lag report are those of the records that were told since the buffer began: counts, extremes and medians.",
  reason: "A verdict on wrong sums is worse than none.",
  marks: ["recomputed", "recomputed after a swap", "with slices behind", "with stale ticks"],
  create({ scene, cover, breach }) {
    let slices: SliceRecord[] = [];
    let ticks: TickRecord[] = [];
    const check = () => {
      if (slices.length === 0 || ticks.length === 0) return;
      const told = scene.client.lagReport({ windowS: null });
      const leads = sorted(slices.map(({ leadS }) => leadS));
      const stale = sorted(ticks.map(({ stalenessS }) => stalenessS));
      const behind = leads.findIndex((leadS) => leadS >= 0);
      const isStale = (tick: TickRecord) => tick.stalenessS > STALE_S;
      const pairs: [string, number | undefined, number][] = [
        ["slices", told.slices.count, slices.length],
        ["slices behind", told.slices.behindPlayhead, behind < 0 ? leads.length : behind],
        ["least lead", told.slices.leadS.min, leads[0]!],
        ["median lead", told.slices.leadS.p50, middle(leads)],
        ["greatest lead", told.slices.leadS.max, leads.at(-1)!],
        ["ticks", told.ticks.count, ticks.length],
        ["stale ticks", told.ticks.staleTicks, ticks.filter(isStale).length],
        ["median staleness", told.ticks.stalenessS.p50, middle(stale)],
        ["greatest staleness", told.ticks.stalenessS.max, stale.at(-1)!],
        [
          "unexplained stale ticks",
          told.unexplained.staleTicks,
          ticks.filter((tick) => tick.tags === 0 && isStale(tick)).length,
        ],
      ];
      cover("recomputed");
      if (scene.client.epoch > 0) cover("recomputed after a swap");
      if (behind !== 0) cover("with slices behind");
      if (stale.at(-1)! > STALE_S) cover("with stale ticks");
      for (const [name, said, is] of pairs) {
        if (said !== undefined && Math.abs(said - is) <= TOLERANCE) continue;
        return breach(`the report says ${said} for ${name}, the records say ${is}`);
      }
    };
    return {
      onLeave: check,
      onBuffer() {
        slices = [];
        ticks = [];
      },
      onSlice: ({ record }) => void slices.push(record),
      onTick: (record) => void ticks.push(record),
      onSettled: check,
    };
  },
});

function sorted(values: readonly number[]): number[] {
  return [...Float64Array.from(values).sort()];
}

/** The median: the mean of the two middle ones where there is no middle. */
function middle(values: readonly number[]): number {
  const half = values.length / 2;
  return (values[Math.ceil(half) - 1]! + values[Math.floor(half)]!) / 2;
}
