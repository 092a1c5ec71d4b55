/**
 * Several who speak through one voice server: who is heard where, in whose turn, once.
 *
 * A second of speech is about seventeen characters of text.
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import type { VoiceScenario, VoiceStepInput } from "../voice/types.ts";

/** A sentence of about so many seconds at the engine's usual 0.06 s a character. */
function sentence(seconds: number, word = "and on"): string {
  const length = Math.max(4, Math.round(seconds / 0.06));
  return `${`${word} `.repeat(Math.ceil(length / (word.length + 1))).slice(0, length - 1).trim()}.`;
}

/** Jobs of a session at one moment. */
function speak(
  session: string | null,
  atS: number,
  jobs: readonly string[],
  seconds: number,
): VoiceStepInput[] {
  return jobs.map((job) => ({ do: "speak", atS, session, job, text: sentence(seconds) }));
}

/** Nothing is lost, heard twice, or heard by the wrong one. */
const ONCE = [
  { metric: "voice.jobs.lost", equals: 0 },
  { metric: "voice.jobs.doubled", equals: 0 },
  { metric: "voice.jobs.wrongSession", equals: 0 },
] as const;

/** Two agents, and somebody who listens to one of them. */
export const twoAgentsOneListener: VoiceScenario = defineScenario({
  subject: "voice",
  name: "two-agents-one-listener",
  description:
    "Two agents speak at once and somebody listens to one of them: does the listener hear that one alone, one job after the other, and the loudspeaker play the other?",
  shows: ["voice/1 double play", "voice/2 overlapping clips"],
  durationS: 12,
  steps: [
    { do: "register", atS: 0, session: "ada" },
    { do: "register", atS: 0, session: "ben" },
    { do: "subscribe", atS: 0.2, session: "ada", listener: "page" },
    ...speak("ada", 1, ["ada-1", "ada-2", "ada-3"], 1.5),
    ...speak("ben", 1, ["ben-1", "ben-2"], 1.5),
  ],
  expectations: [
    ...ONCE,
    { metric: "voice.sessions.ada.jobs.heard", equals: 3 },
    { metric: "voice.sessions.ben.jobs.played", equals: 2 },
    { name: "no two jobs are heard at once", metric: "voice.overlaps", equals: 0 },
    { metric: "voice.firstAudioS.min", max: 0.15 },
    { metric: "voice.order.heard", equals: "ada-1 ben-1 ada-2 ben-2 ada-3" },
  ],
});

/** The same burst three times, under three policies. */
export const policyOrder: VoiceScenario = defineScenario({
  subject: "voice",
  name: "policy-order",
  description:
    "The same burst of jobs under three policies: is it served in turn, then by priority, then in the order of asking?",
  durationS: 18,
  server: { workers: 1 },
  engine: { realTimeFactor: 5, startMs: 50 },
  steps: [
    ...(["low", "mid", "top"] as const).flatMap((session, i): VoiceStepInput[] => [
      { do: "register", atS: 0, session, priority: i * 5 },
      { do: "subscribe", atS: 0, session },
    ]),
    ...(["round-robin", "priority", "fifo-global"] as const).flatMap((policy, i) => {
      const atS = 1 + 6 * i;
      const job = (name: string) => `${name}-${i + 1}`;
      const one = (session: string | null, name: string): VoiceStepInput => ({
        ...{ do: "speak", atS: atS + 0.2, session, job: job(name), text: sentence(0.6) },
      });
      return [
        { do: "policy", atS, policy } as const,
        // It keeps the one worker busy while the others come.
        { do: "speak", atS: atS + 0.1, session: null, job: job("first"), text: sentence(2) },
        ...["a", "b", "c"].map((name) => one("low", `low-${name}`)),
        one("mid", "mid-a"),
        ...["a", "b"].map((name) => one("top", `top-${name}`)),
      ] as VoiceStepInput[];
    }),
  ],
  expectations: [
    {
      name: "round-robin takes one of each in turn",
      metric: "voice.order.made",
      equals: "first-1 low-a-1 mid-a-1 top-a-1 low-b-1 top-b-1 low-c-1",
      toS: 6.5,
    },
    {
      name: "priority takes the most urgent first",
      metric: "voice.order.made",
      equals: "first-2 top-a-2 top-b-2 mid-a-2 low-a-2 low-b-2 low-c-2",
      fromS: 6.5,
      toS: 12.5,
    },
    {
      name: "fifo-global takes the oldest first",
      metric: "voice.order.made",
      equals: "first-3 low-a-3 low-b-3 low-c-3 mid-a-3 top-a-3 top-b-3",
      fromS: 12.5,
    },
    { metric: "voice.order.faults", equals: 0 },
    ...ONCE,
  ],
});

/** Nobody listens at all. */
export const noListenerFallsBack: VoiceScenario = defineScenario({
  subject: "voice",
  name: "no-listener-falls-back",
  description:
    "Three agents speak and nobody listens: does the loudspeaker play every job once, one after the other, in turn?",
  shows: ["voice/3 nobody hears it"],
  durationS: 14,
  server: { workers: 4 },
  steps: [
    ...["ada", "ben", "cyd"].map((session) => ({ do: "register", atS: 0, session } as const)),
    ...["ada", "ben", "cyd"].flatMap((session) =>
      speak(session, 1, [`${session}-1`, `${session}-2`], 2)
    ),
  ],
  expectations: [
    { metric: "voice.jobs.played", equals: 6 },
    ...ONCE,
    { name: "one at a time", metric: "voice.speaker.overlaps", equals: 0 },
    { metric: "voice.order.heard", equals: "ada-1 ben-1 cyd-1 ada-2 ben-2 cyd-2" },
    { metric: "voice.firstAudioS.max", min: 9, max: 11 },
  ],
});

/** The listener's connection breaks, and it comes back. */
export const listenerComesBack: VoiceScenario = defineScenario({
  subject: "voice",
  name: "listener-comes-back",
  description:
    "The listener's connection breaks and it comes back after a second: does the loudspeaker play what was asked for meanwhile, and the listener hear everything later, once?",
  shows: ["voice/1 double play", "voice/3 nobody hears it"],
  durationS: 12,
  steps: [
    { do: "register", atS: 0, session: "ada" },
    { do: "subscribe", atS: 0, session: "ada", listener: "page" },
    ...speak("ada", 1, ["before"], 1),
    { do: "network", atS: 3, fault: "abruptClose" },
    ...speak("ada", 3.4, ["meanwhile"], 1),
    ...speak("ada", 6, ["after-1", "after-2"], 1),
  ],
  expectations: [
    { metric: "voice.listeners.lost", equals: 1 },
    { metric: "voice.listeners.opened", equals: 2 },
    { name: "the loudspeaker plays one job", metric: "voice.jobs.played", equals: 1 },
    { name: "the listener hears three", metric: "voice.jobs.heard", equals: 3 },
    ...ONCE,
    { metric: "voice.speaker.whileListened", equals: 0 },
  ],
});

/** A stop while the loudspeaker speaks. */
export const stopInMidSpeech: VoiceScenario = defineScenario({
  subject: "voice",
  name: "stop-in-mid-speech",
  description:
    "A session is stopped while the loudspeaker speaks and two of its jobs wait: is it silent at once, are the waiting ones dropped, and does the next speaker begin?",
  shows: ["voice/4 a held job is played later"],
  durationS: 12,
  steps: [
    { do: "register", atS: 0, session: "ada" },
    { do: "register", atS: 0, session: "ben" },
    ...speak("ada", 1, ["long", "next", "last"], 4),
    { do: "stop", when: { heard: "long" }, afterS: 1.5, session: "ada" },
    ...speak("ben", 4, ["other"], 1.5),
  ],
  expectations: [
    { metric: "voice.stops.count", equals: 1 },
    { name: "silent at once", metric: "voice.stops.silentAfterS", max: 0.1 },
    { name: "nothing of it is heard later", metric: "voice.stops.heardAfter", equals: 0 },
    { metric: "voice.stops.spokenError", max: 0.05 },
    { metric: "voice.jobs.stopped", equals: 3 },
    { metric: "voice.sessions.ben.jobs.played", equals: 1 },
    { metric: "voice.sessions.ben.firstAudioS.max", max: 0.15 },
    ...ONCE,
  ],
});

/** Somebody speaks into a long answer. */
export const bargeIn: VoiceScenario = defineScenario({
  subject: "voice",
  name: "barge-in",
  description:
    "Somebody who listens sentence by sentence breaks in on a long answer: does the rest of it end at once, is the new answer heard soon, and is nobody else disturbed?",
  durationS: 14,
  engine: { realTimeFactor: 3, startMs: 40 },
  steps: [
    { do: "register", atS: 0, session: "ada" },
    { do: "register", atS: 0, session: "ben" },
    { do: "subscribe", atS: 0, session: "ada", chunks: true },
    { do: "subscribe", atS: 0, session: "ben" },
    {
      ...{ do: "speak", atS: 1, session: "ada", job: "long" },
      text: [2, 2, 2, 2, 2].map((seconds) => sentence(seconds)).join(" "),
    },
    ...speak("ben", 1, ["ben-1"], 6),
    { do: "stop", when: { heard: "long" }, afterS: 1.5, session: "ada" },
    {
      ...{ do: "speak", when: { heard: "long" }, afterS: 1.6, session: "ada", job: "answer" },
      text: `${sentence(1)} ${sentence(1.5)}`,
    },
  ],
  expectations: [
    { metric: "voice.stops.count", equals: 1 },
    { name: "the rest ends at once", metric: "voice.stops.silentAfterS", max: 0.1 },
    { metric: "voice.stops.heardAfter", equals: 0 },
    { metric: "voice.sessions.ada.overlaps", equals: 0 },
    { metric: "voice.sessions.ada.firstAudioS.max", min: 0.5, max: 0.9 },
    { metric: "voice.sessions.ben.jobs.heard", equals: 1 },
    { metric: "voice.sessions.ben.jobs.cutShort", equals: 0 },
    ...ONCE,
  ],
});

/** Five sessions, ten jobs each, long and short ones, at once. */
export const burstOfFifty: VoiceScenario = defineScenario({
  subject: "voice",
  name: "burst-of-fifty",
  description:
    "Five sessions ask for ten jobs each at once, long and short ones: is every job heard once, in order, and does the session that asked last wait no longer than its fair share?",
  shows: ["voice/2 overlapping clips"],
  durationS: 16,
  server: { workers: 2 },
  engine: { realTimeFactor: 8, startMs: 10, jitterMs: 3 },
  steps: [
    ...["ada", "ben", "cyd", "dan", "eve"].flatMap((session): VoiceStepInput[] => [
      { do: "register", atS: 0, session },
      { do: "subscribe", atS: 0, session },
    ]),
    ...["ada", "ben", "cyd", "dan", "eve"].flatMap((session) =>
      Array.from({ length: 10 }, (_, i): VoiceStepInput => ({
        ...{ do: "speak", atS: 1, session, job: `${session}-${i}` },
        text: sentence(i % 2 === 0 ? 1.6 : 0.5),
      }))
    ),
  ],
  expectations: [
    { metric: "voice.jobs.heard", equals: 50 },
    ...ONCE,
    { metric: "voice.overlaps", equals: 0 },
    { name: "in each session in order", metric: "voice.order.swaps", equals: 0 },
    { metric: "voice.order.faults", equals: 0 },
    { name: "the last one to ask waits a lap", metric: "voice.sessions.eve.waitS.min", max: 0.6 },
  ],
});

/** Headphones that are pulled out, and put back. */
export const deviceChange: VoiceScenario = defineScenario({
  subject: "voice",
  name: "device-change",
  description:
    "A session's headset is unplugged and plugged in again: is every job played on what is there when its turn comes?",
  shows: ["voice/5 device chosen once"],
  durationS: 10,
  server: {
    devices: {
      devices: [
        { name: "Built-in Output", outputChannels: 2 },
        { name: "Microphone", outputChannels: 0 },
        { name: "USB Headset", outputChannels: 2 },
      ],
      defaultIndex: 0,
    },
  },
  steps: [
    { do: "register", atS: 0, session: "ada", device: "headset" },
    ...speak("ada", 1, ["with"], 1),
    {
      ...{ do: "deviceChange", atS: 3 },
      devices: {
        devices: [
          { name: "Built-in Output", outputChannels: 2 },
          { name: "Microphone", outputChannels: 0 },
        ],
        defaultIndex: 0,
      },
    },
    ...speak("ada", 3.5, ["without-1", "without-2"], 1),
    {
      ...{ do: "deviceChange", atS: 6.5 },
      devices: {
        devices: [
          { name: "USB Headset", outputChannels: 2 },
          { name: "Built-in Output", outputChannels: 2 },
        ],
        defaultIndex: 1,
      },
    },
    ...speak("ada", 7, ["again"], 1),
  ],
  expectations: [
    { metric: "voice.jobs.played", equals: 4 },
    { metric: "voice.speaker.on.USB Headset", equals: 2 },
    { metric: "voice.speaker.on.Built-in Output", equals: 2 },
    ...ONCE,
  ],
});

/** The worker that speaks crashes. */
export const workerCrash: VoiceScenario = defineScenario({
  subject: "voice",
  name: "worker-crash",
  description:
    "The only worker crashes in the middle of a job: does that job alone fail, with a reason, and is the worker back for all the others?",
  shows: ["voice/6 a crash takes others along"],
  durationS: 12,
  server: { workers: 1 },
  engine: { realTimeFactor: 10, crashesAt: "kaboom", restartMs: 300 },
  steps: [
    { do: "register", atS: 0, session: "ada" },
    { do: "register", atS: 0, session: "ben" },
    { do: "subscribe", atS: 0, session: "ada" },
    { do: "subscribe", atS: 0, session: "ben" },
    ...speak("ada", 1, ["ada-1"], 1),
    { do: "speak", atS: 1, session: "ada", job: "bad", text: `${sentence(1)} Kaboom, kaboom.` },
    ...speak("ada", 1, ["ada-2"], 1),
    ...speak("ben", 1, ["ben-1", "ben-2"], 1),
  ],
  expectations: [
    { name: "one job fails", metric: "voice.jobs.failed", equals: 1 },
    { name: "all others are heard", metric: "voice.jobs.heard", equals: 4 },
    ...ONCE,
    { metric: "voice.order.faults", equals: 0 },
    { metric: "voice.waitS.max", min: 0.7, max: 1.1 },
  ],
});

/** A listener that no longer reads. */
export const slowListener: VoiceScenario = defineScenario({
  subject: "voice",
  name: "slow-listener",
  description:
    "One of two listeners stops reading while its agent talks on: is it let go before it takes all memory, does the loudspeaker take over, and does the other listener notice nothing?",
  durationS: 20,
  listener: { faults: { stayAway: true } },
  steps: [
    ...["ada", "ben"].flatMap((session): VoiceStepInput[] => [
      { do: "register", atS: 0, session },
      { do: "subscribe", atS: 0, session },
    ]),
    { do: "stopReading", atS: 0.5, listener: "ben", durationS: 60 },
    ...Array.from({ length: 26 }, (_, i): VoiceStepInput => ({
      ...{ do: "speak", atS: 1 + 0.5 * i, session: "ben", job: `ben-${i}` },
      text: sentence(14),
    })),
    ...Array.from({ length: 8 }, (_, i): VoiceStepInput => ({
      ...{ do: "speak", atS: 1.1 + 2 * i, session: "ada", job: `ada-${i}` },
      text: sentence(1.5),
    })),
  ],
  expectations: [
    { metric: "voice.sessions.ada.jobs.heard", equals: 8 },
    { metric: "voice.sessions.ada.jobs.lost", equals: 0 },
    { metric: "voice.sessions.ada.firstAudioS.max", max: 0.2 },
    { name: "the loudspeaker takes over", metric: "voice.speaker.jobs", min: 1 },
    { metric: "voice.jobs.wrongSession", equals: 0 },
    { metric: "voice.jobs.doubled", equals: 0 },
  ],
});
