/**
 * What happens when the network, or the reader at its end, is slow or gone?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import { keepAwake } from "../steps.ts";

/** Nothing moves for a while, then everything at once. */
export const networkBurst = defineScenario({
  name: "network-burst",
  description:
    "The network holds everything back for 1.2 s and delivers it in a burst: are late slices told, and is the lead raised afterwards?",
  durationS: 18,
  network: { up: { latencyMs: 20 }, down: { latencyMs: 20 } },
  steps: [...keepAwake(18), { do: "network", atS: 6, fault: { stallS: 1.2 } }],
  expectations: [
    { metric: "lag.slices.behindPlayhead", min: 7, max: 11 },
    { metric: "lag.slices.leadS.min", min: -1.2, max: -0.8 },
    { metric: "lag.slices.leadS.p50", min: 1.6, fromS: 9, toS: 12 },
    { metric: "lag.freshShare", min: 0.99, fromS: 12 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A road with weather. */
export const jitteryNetwork = defineScenario({
  name: "jittery-network",
  description:
    "With 40 ms of latency, 10 ms of jitter and short random stalls, does audio still land ahead of the listener?",
  durationS: 20,
  network: {
    up: { latencyMs: 40, jitterMs: 10 },
    down: { latencyMs: 40, jitterMs: 10, randomStalls: { everyS: 5, durationS: 0.12 } },
  },
  steps: keepAwake(20),
  expectations: [
    { metric: "lag.slices.leadS.p50", min: 0.19 },
    { metric: "lag.unexplained.behindPlayhead", max: 4 },
    { metric: "lag.freshShare", min: 0.97, fromS: 2 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Reports that are suddenly longer under way. */
export const lateReports = defineScenario({
  name: "late-reports",
  description:
    "The uplink's latency jumps from 20 to 400 ms, so that every report is old when it comes: does the server see how old, and keep slices ahead of the listener?",
  durationS: 14,
  network: { up: { latencyMs: 20 }, down: { latencyMs: 20 } },
  steps: [
    ...keepAwake(14),
    {
      do: "network",
      atS: 5,
      fault: { profile: { up: { latencyMs: 400 }, down: { latencyMs: 20 } } },
    },
  ],
  expectations: [
    { metric: "lag.slices.leadS.p5", min: 0.13, max: 0.21, fromS: 5 },
    { metric: "lag.slices.behindPlayhead", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A link too thin for the stream, and a server that does not look at what the client has. */
export const bleedingLink = defineScenario({
  name: "bleeding-link",
  description:
    "A slow link, no flow control and a bottomless socket: does the report show that slices come later and later, and the untouched source is heard?",
  shows: ["lag/3 source bleeds through"],
  simulationOnly: "a live server of ours cuts off a reader that is eight seconds behind",
  durationS: 24,
  client: { profile: "reference" },
  network: { down: { bytesPerS: 120_000, freeBurstBytes: 12_500_000, latencyMs: 20 } },
  server: { flowControl: false, faults: { unboundedSocket: true } },
  steps: keepAwake(24, { everyS: 2 }),
  expectations: [
    {
      name: "slices land ahead of the listener",
      metric: "lag.slices.leadS.p50",
      min: 0,
      fromS: 14,
      fails: true,
    },
    { name: "audio is fresh", metric: "lag.freshShare", min: 0.99, fromS: 14, fails: true },
    { metric: "mirror.identical", equals: true },
  ],
});

/** The same link with the defences on. */
export const thinLink = defineScenario({
  name: "thin-link",
  description:
    "On the same slow link, does flow control keep slices ahead of the listener by dropping what would come late?",
  durationS: 24,
  network: { down: { bytesPerS: 120_000, freeBurstBytes: 12_500_000, latencyMs: 20 } },
  server: { sliceWindowBytes: 65_536 },
  steps: keepAwake(24, { everyS: 2 }),
  expectations: [
    { metric: "lag.slices.leadS.p50", min: 0.23, fromS: 14 },
    { metric: "drops.window", min: 250, max: 400 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A connection that is dead without saying so. */
export const halfOpenReconnect = defineScenario({
  name: "half-open-reconnect",
  description:
    "The socket dies silently and the client connects anew: how long is the gap, and do knobs and position survive?",
  shows: ["mirror/18 reconnect with a stale mirror", "mirror/19 orphan close"],
  durationS: 20,
  client: { reconnect: true },
  server: { maxSessions: 1 },
  steps: [
    ...keepAwake(20),
    { do: "knobs", atS: 2, values: { feedback: 0.4 } },
    { do: "network", atS: 6, fault: "halfOpen" },
    { do: "reconnect", atS: 8 },
  ],
  expectations: [
    { metric: "session.reconnects", equals: 1 },
    { metric: "session.gapS", min: 1.6, max: 2.5 },
    { metric: "params.feedback", equals: 0.4 },
    { metric: "lag.freshShare", min: 0.97, fromS: 11 },
    { metric: "lag.unexplained.staleTicks", min: 29, max: 47, toS: 9 },
    { metric: "lag.unexplained.staleTicks", equals: 0, fromS: 9 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A connection that breaks. */
export const abruptClose = defineScenario({
  name: "abrupt-close",
  description: "The connection breaks off: does the client come back by itself, where it was?",
  durationS: 16,
  // A short source: its buffer is sent again, and how long that takes is not the question.
  source: { synthS: 10 },
  client: { reconnect: true },
  steps: [
    ...keepAwake(16),
    { do: "prompt", atS: 2, tags: "slow strings" },
    { do: "network", atS: 6, fault: "abruptClose" },
  ],
  expectations: [
    { metric: "session.reconnects", equals: 1 },
    { metric: "params._prompt", equals: "slow strings" },
    { metric: "session.gapS", max: 0.65 },
    { metric: "playheadS.max", min: 5.5, max: 6.1, fromS: 14 },
    { metric: "lag.freshShare", min: 0.98, fromS: 9 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A client that comes back, and counts that as a swap. */
export const miscountedEpoch = defineScenario({
  name: "miscounted-epoch",
  description:
    "A client counts the buffer that it gets after a reconnect as a swap: is it found that it drops every slice from then on, and plays the bare source?",
  shows: ["mirror/16 slice epoch"],
  durationS: 14,
  source: { synthS: 10 },
  client: { reconnect: true, faults: { miscountEpoch: true } },
  steps: [...keepAwake(14), { do: "network", atS: 6, fault: "abruptClose" }],
  expectations: [
    { metric: "session.reconnects", equals: 1 },
    {
      name: "slices are applied after the reconnect",
      metric: "lag.slices.count",
      min: 1,
      fromS: 7,
      fails: true,
    },
    {
      name: "audio is fresh after the reconnect",
      metric: "lag.freshShare",
      min: 0.98,
      fromS: 9,
      fails: true,
    },
  ],
});

/** A client that stops reading its socket. */
export const slowConsumer = defineScenario({
  name: "slow-consumer",
  description:
    "The client does not read for three seconds: does the server drop what is too old to matter, keep its mirror true, and stay in order?",
  shows: ["transport/29 slow reader"],
  durationS: 18,
  steps: [...keepAwake(18, { everyS: 1 }), { do: "stopReading", atS: 6, durationS: 3 }],
  expectations: [
    { metric: "lag.slices.intervalS.max", min: 2.5, max: 3.5 },
    { metric: "drops.window", min: 33, max: 53 },
    { metric: "lag.freshShare", min: 0.95, fromS: 12 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A client that stops reading its socket, and would not say how much it has. */
export const silentSlowConsumer = defineScenario({
  name: "silent-slow-consumer",
  description:
    "A client that does not say how much it has received stops reading for five seconds: does the server drop what has waited too long, instead of sending it behind the listener?",
  shows: ["transport/29 slow reader"],
  simulationOnly: "the sockets of a real machine take more than five seconds of this stream",
  durationS: 18,
  // Mono: at two channels the queue is full before anything in it is old.
  source: { synthS: 20, channels: 1 },
  client: { profile: "reference" },
  steps: [...keepAwake(18, { everyS: 1 }), { do: "stopReading", atS: 6, durationS: 5 }],
  expectations: [
    { metric: "lag.slices.intervalS.max", min: 4, max: 5.5 },
    { metric: "drops.age", min: 20, max: 32 },
    { metric: "lag.slices.behindPlayhead", min: 42, max: 65 },
    { metric: "lag.freshShare", min: 0.95, fromS: 13 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Slices that cover the whole buffer, towards a client that does not read. */
export const wholeBufferSlices = defineScenario({
  name: "whole-buffer-slices",
  description:
    "Each slice covers the whole buffer, and the client does not read for three seconds: is none of them dropped, as nothing that is newer would make up for it?",
  durationS: 14,
  source: { synthS: 2 },
  client: { config: { vae_window: 0 } },
  engine: { type: "constant", renderMs: 100 },
  server: { tickMs: 250, sliceWindowBytes: 65_536 },
  steps: [...keepAwake(14, { everyS: 1 }), { do: "stopReading", atS: 5, durationS: 3 }],
  expectations: [
    { metric: "lag.slices.count", min: 45, max: 60 },
    { metric: "drops.window", equals: 0 },
    { metric: "drops.age", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 9 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** One damaged frame. */
export const damagedSlice = defineScenario({
  name: "damaged-slice",
  description:
    "One slice arrives damaged: does the connection go on, and is the mirror called wrong from then on?",
  shows: ["mirror/22 lost delta"],
  durationS: 10,
  fullOnly: "a slice without samples cannot be damaged",
  steps: [...keepAwake(10), { do: "network", atS: 4, fault: "corruptSlice" }],
  expectations: [
    { metric: "session.decodeErrors", equals: 1 },
    { metric: "lag.slices.perS", min: 14, max: 18, fromS: 5 },
    { name: "mirrors are identical", metric: "mirror.identical", equals: true, fails: true },
  ],
});
