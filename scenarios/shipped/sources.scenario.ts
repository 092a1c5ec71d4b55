/**
 * What happens when the source changes under the listener?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import { keepAwake } from "../steps.ts";

/** A swap to another track, with stems. */
export const swapWithStems = defineScenario({
  name: "swap-with-stems",
  description:
    "Swapping to another track with its stems in mid-stream: do both sides change over at the same slice, and is the stream right again at once?",
  shows: ["mirror/16 slice epoch", "mirror/21 binary order"],
  durationS: 18,
  source: { synthS: 10 },
  steps: [
    ...keepAwake(18),
    { do: "swap", atS: 6, source: { synthS: 8, synthSeed: 2, stems: "full" }, tags: "brass choir" },
    { do: "swap", atS: 12, source: { synthS: 12, synthSeed: 3, stems: "vocals" } },
  ],
  expectations: [
    { metric: "events.swap_ready", equals: 2 },
    { metric: "events.stem_assets", equals: 2 },
    { metric: "session.sourceEpoch", equals: 2 },
    { metric: "session.decodeErrors", equals: 0 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.freshShare", min: 0.95, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Large binaries towards a client that does not read. */
export const slowReaderStems = defineScenario({
  name: "slow-reader-stems",
  description:
    "The client stops reading while a swap with its stems is under way: does everything arrive, whole and in order, when it reads on?",
  shows: ["transport/29 slow reader", "mirror/21 binary order"],
  durationS: 14,
  source: { synthS: 10 },
  steps: [
    ...keepAwake(14),
    { do: "stopReading", atS: 4, durationS: 3 },
    { do: "swap", atS: 4.5, source: { synthS: 10, synthSeed: 2, stems: "full" } },
  ],
  expectations: [
    { metric: "events.swap_ready", equals: 1 },
    { metric: "events.stem_assets", equals: 1 },
    { metric: "session.decodeErrors", equals: 0 },
    { metric: "lag.slices.intervalS.max", min: 2.4, max: 3.7 },
    { metric: "lag.freshShare", min: 0.95, fromS: 9 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Two swaps at once. */
export const lastSwapWins = defineScenario({
  name: "last-swap-wins",
  description: "Two swaps are asked for in the same instant: does only the last one happen?",
  durationS: 8,
  source: { synthS: 10 },
  steps: [
    ...keepAwake(8),
    { do: "swap", atS: 3, source: { synthS: 6, synthSeed: 4 } },
    { do: "swap", atS: 3, source: { synthS: 8, synthSeed: 5 } },
  ],
  expectations: [
    { metric: "session.bufferS", equals: 8 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A swap to something shorter than where the listener is. */
export const swapToShorter = defineScenario({
  name: "swap-to-shorter",
  description:
    "The listener is at 9 s and the new track is 2 s long: is the position inside the new buffer, and audio fresh?",
  shows: ["mirror/20 position outside the buffer"],
  durationS: 14,
  source: { synthS: 12 },
  steps: [...keepAwake(14), { do: "swap", atS: 9, source: { synthS: 2 } }],
  expectations: [
    { metric: "session.bufferS", equals: 2 },
    { metric: "playheadS.max", max: 2, fromS: 9.2 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.freshShare", min: 0.97, fromS: 9.5 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A swap to a track that nobody has. */
export const failedSwap = defineScenario({
  name: "failed-swap",
  description: "A swap to a track that the server does not have: does the old source keep playing?",
  shows: ["mirror/23 swap during engine trouble"],
  durationS: 8,
  steps: [
    ...keepAwake(8),
    {
      do: "send",
      atS: 3,
      message: { type: "swap_source", fixture_name: "nowhere.wav", use_server_source: true },
    },
  ],
  expectations: [
    { metric: "events.swap_failed", equals: 1 },
    { metric: "events.swap_ready", equals: 0 },
    { metric: "session.sourceEpoch", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A swap whose audio never comes. */
export const missingBinary = defineScenario({
  name: "missing-binary",
  description:
    "A swap announces audio that never comes: does the server say so after ten seconds, and serve outside commands meanwhile?",
  shows: ["transport/28 receive loop blocked"],
  durationS: 16,
  client: { profile: "reference" },
  steps: [
    ...keepAwake(16),
    // The next message of the client would be taken for the audio.
    { do: "faults", atS: 3.9, faults: { omitParams: true } },
    { do: "send", atS: 4, message: { type: "swap_source", fixture_name: "late.wav" } },
    { do: "external", atS: 6, message: { type: "prompt", tags: "glass harp" } },
    { do: "faults", atS: 14.5, faults: {} },
  ],
  expectations: [
    { name: "outside commands are served", metric: "events.prompt_applied", equals: 1, toS: 7 },
    { name: "the swap fails in time", metric: "events.swap_failed", equals: 1, toS: 14.4 },
    { name: "the swap fails no sooner", metric: "events.swap_failed", equals: 0, toS: 13.9 },
    { metric: "lag.slices.perS", min: 14, max: 18 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** References that cannot be used. */
export const refusedReference = defineScenario({
  name: "refused-reference",
  description: "Do good timbre and structure references end in `_set`, and bad ones in `_failed`?",
  shows: ["transport/33 reference upload that is never answered"],
  durationS: 8,
  source: { synthS: 10 },
  steps: [
    ...keepAwake(8),
    { do: "timbre", atS: 1, source: { synthS: 2, synthSeed: 9 }, strength: 0.7 },
    { do: "structure", atS: 2, source: { synthS: 4, synthSeed: 8 } },
    { do: "send", atS: 3, message: { type: "set_timbre_fixture", name: "nowhere.wav" } },
    { do: "send", atS: 4, message: { type: "set_structure_fixture", name: "nowhere.wav" } },
    { do: "structure", atS: 5, source: null },
  ],
  expectations: [
    { metric: "events.timbre_set", equals: 1 },
    { metric: "events.structure_set", equals: 1 },
    { metric: "events.timbre_failed", equals: 1 },
    { metric: "events.structure_failed", equals: 1 },
    { metric: "events.structure_cleared", equals: 1 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A client whose decoder is slow, and knows no epochs. */
export const lateDecoding = defineScenario({
  name: "late-decoding",
  description:
    "A client decodes each slice for 150 ms and then adds it to whatever buffer there is: is it found that slices of the old track end up in the new one?",
  shows: ["mirror/17 previous track bleeds in"],
  durationS: 8,
  source: { synthS: 10 },
  fullOnly: "mirrors have no samples at timing fidelity",
  client: { faults: { decodeLateMs: 150 } },
  steps: [...keepAwake(8), { do: "swap", atS: 4, source: { synthS: 8, synthSeed: 2 } }],
  expectations: [
    { name: "mirrors are identical", metric: "mirror.identical", equals: true, fails: true },
    { metric: "session.sourceEpoch", equals: 1 },
    { metric: "lag.slices.perS", min: 14, max: 18, fromS: 5 },
  ],
});

/** A server that seeds its mirror with the exact source. */
export const mirrorBaseDrift = defineScenario({
  name: "mirror-base-drift",
  description:
    "A server that starts from the exact source, not from the copy the client has: is the constant offset found at the first slice?",
  shows: ["mirror/15 constant offset"],
  durationS: 6,
  source: { synthS: 10 },
  fullOnly: "mirrors have no samples at timing fidelity",
  server: { faults: { exactMirrorBase: true } },
  steps: keepAwake(6),
  expectations: [
    { name: "mirrors are identical", metric: "mirror.identical", equals: true, fails: true },
    { metric: "mirror.checkedSlices", min: 80 },
  ],
});

/** A server whose mirror takes the target in place of what the client has. */
export const ghosting = defineScenario({
  name: "ghosting",
  description:
    "A server that books the exact target while the client gets rounded differences: is the growing ghost found?",
  shows: ["mirror/14 ghosting"],
  durationS: 6,
  source: { synthS: 10 },
  fullOnly: "mirrors have no samples at timing fidelity",
  server: { faults: { exactMirrorAdvance: true } },
  steps: keepAwake(6),
  expectations: [
    { name: "mirrors are identical", metric: "mirror.identical", equals: true, fails: true },
    { metric: "mirror.checkedSlices", min: 80 },
  ],
});
