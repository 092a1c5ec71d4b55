/**
 * What happens when somebody else has a hand in the session?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import { keepAwake, repeat } from "../steps.ts";

/** Knobs turned from outside. */
export const externalKnobSweep = defineScenario({
  name: "external-knob-sweep",
  description:
    "A tool turns knobs over the control bus: does the client adopt every one, and do they all stay?",
  shows: ["transport/35 echo loses keys"],
  durationS: 12,
  steps: [
    ...repeat({ fromS: 1, untilS: 9, everyS: 0.25 }, (atS, i) => ({
      do: "external",
      atS,
      message: { type: "params", raw: { denoise: i / 32 }, playback_pos: 55 },
    })),
    { do: "external", atS: 2.1, message: { type: "params", raw: { feedback: 0.25 } } },
    { do: "external", atS: 4.1, message: { type: "params", raw: { shift: 4.5, seed: 7 } } },
  ],
  expectations: [
    { metric: "events.params_echo", equals: 35 },
    { metric: "params.denoise", equals: 1 },
    { metric: "params.feedback", equals: 0.25 },
    { metric: "params.shift", equals: 4.5 },
    { metric: "params.seed", equals: 7 },
    { name: "the playhead did not move", metric: "lag.slices.leadS.p95", min: 0.18, max: 0.28 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A prompt blend from outside. */
export const externalPromptBlend = defineScenario({
  name: "external-prompt-blend",
  description: "Does a prompt blend set from outside take effect through the client?",
  shows: ["transport/34 headless prompt blend does nothing"],
  durationS: 6,
  steps: [
    ...keepAwake(6),
    { do: "prompt", atS: 1, tags: "strings", tagsB: "brass" },
    { do: "external", atS: 3, message: { type: "set_prompt_blend", value: 0.75 } },
  ],
  expectations: [
    { metric: "events.prompt_blend_echo", equals: 1 },
    { metric: "sent.set_prompt_blend", equals: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A flood of control events past a reader that stopped. */
export const controlEventFlood = defineScenario({
  name: "control-event-flood",
  description:
    "The client stops reading while a tool sends a prompt, hundreds of knobs and another prompt, more than the server keeps for it: are both prompts answered, and are no keys lost?",
  shows: ["transport/30 control event lost", "transport/35 echo loses keys"],
  durationS: 16,
  // One that says what it has received gets no slices that it has no room for.
  client: { profile: "reference" },
  steps: [
    ...keepAwake(16),
    { do: "stopReading", atS: 4, durationS: 4 },
    // By then the socket is full, and everything waits in the session's queue.
    { do: "external", atS: 5.6, message: { type: "prompt", tags: "glass harp" } },
    ...repeat({ fromS: 5.7, untilS: 7.1, everyS: 0.004 }, (atS, i) => ({
      do: "external",
      atS,
      message: { type: "params", raw: { [`ch_g${i % 8}`]: 1 + i / 400 } },
    })),
    { do: "external", atS: 7.6, message: { type: "prompt", tags: "wine glasses" } },
  ],
  expectations: [
    { metric: "events.prompt_applied", equals: 2 },
    // The newest of some 350 echoes, and the one that had its key eight echoes before.
    { metric: "params.ch_g6", equals: 1 + 350 / 400 },
    { metric: "params.ch_g7", equals: 1 + 343 / 400 },
    { metric: "lag.freshShare", min: 0.98, fromS: 12 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A client that ticks very fast, against a receive loop of old. */
export const oldReceiveLoop = defineScenario({
  name: "old-receive-loop",
  description:
    "Params come at 125 a second and the server takes one at a time, 12 ms each: does the report show the playhead falling further and further behind, and a command from outside left waiting?",
  shows: ["lag/2 growing lag", "transport/31 control bus starved"],
  durationS: 16,
  client: { paramsHz: 125, profile: "reference" },
  server: { faults: { receiveMs: 12, coalesceParams: false } },
  steps: [
    ...keepAwake(16),
    { do: "external", atS: 8, message: { type: "prompt", tags: "glass harp" } },
  ],
  expectations: [
    { name: "the lead stays", metric: "lag.slices.leadS.p50", min: 0.1, fromS: 10, fails: true },
    { name: "slices land ahead", metric: "lag.slices.behindPlayhead", max: 0, fails: true },
    {
      name: "outside commands are served within two seconds",
      metric: "events.prompt_applied",
      min: 1,
      toS: 10,
      fails: true,
    },
    { metric: "mirror.identical", equals: true },
  ],
});

/** The same client, against a receive loop that folds what waits. */
export const foldingReceiveLoop = defineScenario({
  name: "folding-receive-loop",
  description:
    "The same flood of params, but the server folds what waits into the newest: does the lead stay?",
  durationS: 16,
  client: { paramsHz: 125, profile: "reference" },
  server: { faults: { receiveMs: 12 } },
  steps: [
    ...keepAwake(16),
    { do: "external", atS: 5, message: { type: "prompt", tags: "glass harp" } },
  ],
  expectations: [
    { metric: "lag.slices.leadS.p50", min: 0.16, max: 0.25 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    {
      name: "outside commands are served at once",
      metric: "events.prompt_applied",
      equals: 1,
      toS: 5.5,
    },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Many ticks on a thin uplink. */
export const slowUplink = defineScenario({
  name: "slow-uplink",
  description:
    "125 ticks a second on an uplink of 16 KB/s: does the client hold ticks back, so that its send queue stays short and its reports fresh?",
  shows: ["transport/38 send buffer bloat"],
  durationS: 14,
  client: { paramsHz: 125 },
  network: { up: { bytesPerS: 16_000, latencyMs: 20 } },
  steps: keepAwake(14),
  expectations: [
    { metric: "harness.sendQueueMaxBytes", min: 6_500, max: 10_200 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 2 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A second client on a server for one. */
export const preemption = defineScenario({
  name: "preemption",
  description:
    "A second client takes the server's only slot: is the first told so with 4001, and does it stay away?",
  shows: ["transport/26 preemption ping-pong"],
  durationS: 12,
  client: { reconnect: true },
  steps: [...keepAwake(12), { do: "secondClient", atS: 6 }],
  expectations: [
    { metric: "session.closeCode", equals: 4001 },
    { metric: "session.closeReason", equals: "preempted by a newer session" },
    { metric: "session.reconnects", equals: 0 },
    { metric: "second.slices", min: 80 },
    { metric: "lag.slices.perS", min: 14, max: 18, toS: 6 },
  ],
});

/** A second client that never gets as far as a session. */
export const newcomerWithoutAudio = defineScenario({
  name: "newcomer-without-audio",
  description:
    "A second client asks for a fixture that the server does not have, on a server for one: does the first client's session go on as if nothing had happened?",
  durationS: 16,
  client: { config: { use_server_fixture: true } },
  steps: [...keepAwake(16), { do: "secondClient", atS: 3, source: { fixture: "nowhere.wav" } }],
  expectations: [
    { metric: "second.slices", equals: 0 },
    { metric: "lag.slices.perS", min: 14, max: 18, fromS: 4 },
    { metric: "lag.freshShare", min: 0.99, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A second client that has to wait for the first one's end. */
export const slowTeardown = defineScenario({
  name: "slow-teardown",
  description: "The first session takes four seconds to end: does the second one start only then?",
  shows: ["transport/27 new session starts too early"],
  durationS: 14,
  server: { faults: { teardownS: 4 } },
  steps: [...keepAwake(14), { do: "secondClient", atS: 4 }],
  expectations: [
    { metric: "session.closeCode", equals: 4001 },
    { metric: "second.readyAtS", min: 8, max: 9 },
    { metric: "second.slices", min: 80 },
  ],
});

/** A second client that waits for an end that does not come. */
export const hungTeardown = defineScenario({
  name: "hung-teardown",
  description:
    "The first session's end hangs for a minute: is its slot taken from it after 45 s, so that a second client is not locked out?",
  simulationOnly: "it takes most of a minute, in which nothing happens",
  durationS: 54,
  server: { faults: { teardownS: 60 } },
  steps: [...keepAwake(54), { do: "secondClient", atS: 4 }],
  expectations: [
    { metric: "session.closeCode", equals: 4001 },
    { metric: "second.readyAtS", min: 48.9, max: 50 },
    { metric: "second.slices", min: 70 },
  ],
});

/** A fixture that the server does not have. */
export const unknownFixture = defineScenario({
  name: "unknown-fixture",
  description:
    "A client asks for a fixture that the server does not have and sends no audio: does the server say so after ten seconds, and close?",
  shows: ["transport/32 fixture hang"],
  durationS: 1,
  source: { fixture: "nowhere.wav" },
  client: { config: { use_server_fixture: true } },
  expectations: [
    { metric: "session.failureCode", equals: "fixture_unavailable" },
    { metric: "session.failedAfterS", min: 9.9, max: 11 },
  ],
});

/** LoRAs that come and go. */
export const loraToggle = defineScenario({
  name: "lora-toggle",
  description:
    "Two LoRAs are enabled so close together that the catalog after the first still lists the second as off: do both get their knob and keep it, and does a disabled one lose it?",
  shows: ["transport/36 LoRA switched off by itself"],
  durationS: 10,
  client: { config: { lora: true } },
  // A road so long that the second wish is under way when the answer to the first one comes.
  network: { up: { latencyMs: 150 }, down: { latencyMs: 150 } },
  steps: [
    ...keepAwake(10),
    { do: "lora", atS: 2, id: "velvet", strength: 0.8 },
    { do: "lora", atS: 2.25, id: "crystal", strength: 0.5 },
    { do: "lora", atS: 6, id: "haze", strength: 0.5 },
    { do: "lora", atS: 8, id: "haze", strength: null },
  ],
  expectations: [
    { metric: "events.lora_catalog", equals: 4 },
    { metric: "params.lora_str_velvet", equals: 0.8 },
    { metric: "params.lora_str_crystal", equals: 0.5 },
    { metric: "params.lora_str_haze", equals: "absent" },
    { metric: "lag.unexplained.behindPlayhead", equals: 0, fromS: 2 },
    { metric: "mirror.identical", equals: true },
  ],
});
