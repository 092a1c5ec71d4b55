/**
 * What happens when the generator is slow?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import { keepAwake, repeat } from "../steps.ts";

/** One long stall, then health. */
export const engineStall = defineScenario({
  name: "engine-stall",
  description:
    "The generator hangs for 2 s: how long is old audio heard, and does the lead recover by itself?",
  shows: ["lag/5 burst stalls"],
  durationS: 20,
  engine: { type: "stall", renderMs: 12, stalls: [{ atS: 6, durationS: 2 }] },
  steps: keepAwake(20),
  expectations: [
    { metric: "lag.slices.intervalS.max", min: 1.9, max: 2.4 },
    { metric: "lag.longestUnrefreshedS", min: 2.2, max: 3.5, fromS: 1 },
    { metric: "lag.slices.leadS.p50", min: 1.7, max: 2.75, fromS: 9, toS: 11 },
    { metric: "lag.freshShare", min: 0.99, fromS: 12 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Short pauses now and then, as a garbage collector makes them. */
export const gcPauses = defineScenario({
  name: "gc-pauses",
  description:
    "Pauses of 0.25 s about every two seconds: does the lead rise enough that the listener never hears stale audio?",
  shows: ["lag/5 burst stalls"],
  durationS: 20,
  engine: { type: "gc", renderMs: 20, pauseMs: 250, everyS: 2 },
  steps: keepAwake(20),
  expectations: [
    { metric: "lag.slices.intervalS.max", min: 0.24 },
    { name: "the lead rises", metric: "lag.slices.leadS.p50", min: 0.29 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.freshShare", min: 0.95, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A server that gets faster while it warms up. */
export const slowWarmUp = defineScenario({
  name: "slow-warm-up",
  description:
    "Windows take 300 ms at first and 12 ms after four seconds: when does the listener begin to hear fresh audio only?",
  durationS: 14,
  engine: { type: "warmup", fromMs: 300, toMs: 12, overS: 4 },
  steps: keepAwake(14),
  expectations: [
    { metric: "lag.slices.perS", min: 4.3, max: 7, toS: 3 },
    { metric: "lag.freshShare", min: 0.99, fromS: 5 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A generator that cannot keep up. */
export const overload = defineScenario({
  name: "overload",
  description:
    "Each window of 0.36 s takes a second to make: does the report say that most of what is heard was never rewritten?",
  shows: ["lag/1 generation lags behind the playhead"],
  durationS: 20,
  source: { synthS: 10 },
  engine: { type: "overload", renderMs: 1000 },
  steps: keepAwake(20),
  expectations: [
    { name: "heard audio is fresh", metric: "lag.freshShare", min: 0.99, fromS: 2, fails: true },
    { name: "no tick is stale", metric: "lag.ticks.staleTicks", max: 0, fails: true },
    { metric: "lag.slices.perS", min: 0.8, max: 1.1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A generator that hangs again and again, and a client that asks for a lead that forgets fast. */
const REPEATED_STALLS = {
  durationS: 24,
  client: { profile: "reference", config: { lead_release_tau_s: 0.3 } },
  engine: {
    type: "stall",
    renderMs: 12,
    stalls: [3, 5, 7, 9, 11, 13, 15, 17, 19, 21].map((atS) => ({ atS, durationS: 0.9 })),
  },
  steps: keepAwake(24),
} as const;

/** The lead's release against the stalls it protects from. */
export const leadLimitCycle = defineScenario({
  ...REPEATED_STALLS,
  name: "lead-limit-cycle",
  description:
    "Stalls every two seconds and a lead that is released faster than they come: does the lead swing between its floor and its ceiling?",
  shows: ["lag/4 lead limit cycle"],
  server: { faults: { allowShortRelease: true } },
  expectations: [
    {
      name: "the lead holds between stalls",
      metric: "lag.slices.leadS.p50",
      min: 0.4,
      fromS: 5,
      fails: true,
    },
    { metric: "lag.slices.leadS.max", min: 0.58, max: 0.94, fromS: 5 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** The same stalls, and a server that does not let go so fast. */
export const heldLead = defineScenario({
  ...REPEATED_STALLS,
  name: "held-lead",
  description:
    "The same stalls and the same wish, but the server releases its lead no faster than its ceiling: does the lead hold from one stall to the next?",
  expectations: [
    {
      name: "the lead holds between stalls",
      metric: "lag.slices.leadS.p50",
      min: 0.41,
      max: 0.67,
      fromS: 5,
    },
    { metric: "lag.slices.leadS.max", min: 0.58, max: 0.94, fromS: 5 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A generator that is healed half-way. */
export const engineHeals = defineScenario({
  name: "engine-heals",
  description: "An overloaded generator becomes fast again: is everything fresh two seconds later?",
  durationS: 20,
  source: { synthS: 10 },
  engine: { type: "overload", renderMs: 700 },
  steps: [
    ...keepAwake(20),
    { do: "engine", atS: 8, profile: { type: "constant", renderMs: 12 } },
  ],
  expectations: [
    {
      name: "audio is fresh while it is overloaded",
      metric: "lag.freshShare",
      min: 0.99,
      fromS: 2,
      toS: 8,
      fails: true,
    },
    { metric: "lag.freshShare", min: 0.99, fromS: 10 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0, fromS: 11 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** One knob after another, many times a second. */
export const knobStorm = defineScenario({
  name: "knob-storm",
  description:
    "A knob is turned twenty times a second, so that each window differs from the one before: does it cost lead or mirror, or click where they meet?",
  durationS: 12,
  steps: repeat({ fromS: 0.2, untilS: 11.9, everyS: 0.05 }, (atS, i) => ({
    do: "knobs",
    atS,
    values: { denoise: (i % 20) / 19 },
  })),
  expectations: [
    { metric: "sound.clicks", equals: 0 },
    { metric: "lag.slices.leadS.p50", min: 0.17 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});
