/**
 * The schema of scenarios about voices.
 *
 * @module
 */
import { z } from "zod";
import type { VoiceFaults } from "../../server/voice/faults.ts";
import { VOICE_POLICIES } from "../../server/voice/policy_queue.ts";
import type { SpeechProfile } from "../../server/voice/speech/modelled_engine.ts";
import { networkProfileSchema } from "../../sim/network/profile.ts";
import { expectationsSchema, frameFields, lateIssues, seconds } from "../frame_schema.ts";
import { isVoiceMetric } from "./metric_names.ts";
import type {
  DevicesSpec,
  ListenerSpec,
  VoiceCondition,
  VoiceScenario,
  VoiceServerSpec,
  VoiceStep,
} from "./types.ts";

/** The ledger of a voice server keeps so many jobs, and the report is made from it. */
export const MAX_SPEAK_STEPS = 100;

/** A name in a scenario: of a session, a listener or a job. It is part of metrics, and of URLs. */
const label = z.string().max(24).regex(
  /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
  "a name has letters, digits and single hyphens",
);
const policy = z.enum(["round-robin", "priority", "fifo-global"]);
const voiceName = z.string().min(1).max(64);

/** The audio devices of a machine. */
export const devicesSchema: z.ZodType<DevicesSpec> = z.strictObject({
  devices: z.array(z.strictObject({
    name: z.string().min(1).max(100),
    outputChannels: z.number().int().min(0).max(64),
  })).max(32),
  defaultIndex: z.number().int().min(0).max(31).nullable(),
});

/** One pair of speakers. */
const ONE_DEVICE: DevicesSpec = {
  devices: [{ name: "Built-in Output", outputChannels: 2 }],
  defaultIndex: 0,
};

/** How long speech takes. */
export const speechProfileSchema: z.ZodType<SpeechProfile> = z.strictObject({
  /** Seconds of speech for each character. */
  sPerChar: z.number().min(0.001).max(1).default(0.06),
  /** Seconds of speech that are made in a second. */
  realTimeFactor: z.number().min(0.1).max(10_000).default(50),
  /** What each sentence takes beside that. */
  startMs: z.number().min(0).max(60_000).default(20),
  /** Standard deviation of what a sentence takes. */
  jitterMs: z.number().min(0).max(10_000).default(0),
  /** A worker crashes at a sentence with this word in it. */
  crashesAt: z.string().min(1).max(100).exactOptional(),
  /** How long a worker that crashed takes to be there again. */
  restartMs: z.number().min(0).max(60_000).default(200),
});

const faultsSchema: z.ZodType<VoiceFaults> = z.strictObject({
  /** Serve jobs in the order of asking, whatever the policy is. */
  ignorePolicy: z.boolean().default(false),
  /** Make the jobs of one session side by side, so that a short one overtakes a long one. */
  raceInSession: z.boolean().default(false),
  /** Send audio to the listeners of every session. */
  broadcast: z.boolean().default(false),
  /** Play on this machine also what listeners have got. */
  playAnyway: z.boolean().default(false),
  /** Take what nobody listens to for delivered. */
  dropUnheard: z.boolean().default(false),
  /** Go on counting listeners that have gone. */
  trustGoneListeners: z.boolean().default(false),
  /** Hold on to a listener that reads nothing, however much waits for it. */
  keepSlowListeners: z.boolean().default(false),
  /** Play everything that waits for the loudspeaker at once. */
  shareSpeaker: z.boolean().default(false),
  /** Look at the audio devices once, and never again. */
  rememberDevices: z.boolean().default(false),
  /** Stop what is heard, and go on with what waits. */
  keepWaiting: z.boolean().default(false),
  /** Let a worker that crashed with a job stay dead. */
  loseWorkers: z.boolean().default(false),
});

/** Settings and faults of our own voice server. */
export const voiceServerSchema: z.ZodType<VoiceServerSpec> = z.strictObject({
  policy: policy.default(VOICE_POLICIES[0]!),
  workers: z.number().int().min(1).max(16).default(2),
  expiryS: z.number().min(0).max(86_400).default(300),
  devices: devicesSchema.default(ONE_DEVICE),
  faults: faultsSchema.prefault({}),
}).prefault({});

const listenerSchema: z.ZodType<ListenerSpec> = z.strictObject({
  /** From the decision to play to the first sound. */
  latencyMs: z.number().min(0).max(5000).default(0),
  faults: z.strictObject({
    /** Begin every clip when it comes, whatever is being heard. */
    playAtOnce: z.boolean().default(false),
    /** Go on with a job that was stopped. */
    ignoreStop: z.boolean().default(false),
    /** Stay away when the connection is lost. */
    stayAway: z.boolean().default(false),
    /** Keep what an old connection brings beside a new one, and open two. */
    doubleSocket: z.boolean().default(false),
  }).prefault({}),
}).prefault({});

const conditionSchema: z.ZodType<VoiceCondition> = z.union([
  z.strictObject({ heard: label }),
  z.strictObject({ ended: label }),
  z.strictObject({ listening: label }),
]);

const at = {
  /** Seconds after the start. */
  atS: seconds.exactOptional(),
  /** Instead of a time: what has to have happened. */
  when: conditionSchema.exactOptional(),
  /** Seconds to wait after the condition held. */
  afterS: seconds.exactOptional(),
};

/** One step: when, and what. */
export const voiceStepSchema: z.ZodType<VoiceStep> = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("register"),
    ...at,
    session: label,
    voice: voiceName.exactOptional(),
    priority: z.number().int().min(-1000).max(1000).exactOptional(),
    device: z.string().max(100).exactOptional(),
  }),
  z.strictObject({ do: z.literal("deregister"), ...at, session: label }),
  z.strictObject({
    do: z.literal("subscribe"),
    ...at,
    session: label,
    listener: label.exactOptional(),
    /** Take sentences as they come, not whole files. */
    chunks: z.boolean().exactOptional(),
  }),
  z.strictObject({
    do: z.literal("unsubscribe"),
    ...at,
    listener: label,
    how: z.enum(["leave", "drop"]).exactOptional(),
  }),
  z.strictObject({
    do: z.literal("speak"),
    ...at,
    session: label.nullable(),
    /** Names the job in conditions, metrics and plots. */
    job: label,
    text: z.string().min(1).max(20_000),
    voice: voiceName.exactOptional(),
    speed: z.number().min(0.25).max(4).exactOptional(),
  }),
  z.strictObject({
    do: z.literal("stop"),
    ...at,
    session: label.exactOptional(),
    job: label.exactOptional(),
  }),
  z.strictObject({ do: z.literal("policy"), ...at, policy }),
  /** Devices come or go on the server's machine. */
  z.strictObject({ do: z.literal("deviceChange"), ...at, devices: devicesSchema }),
  z.strictObject({
    do: z.literal("stopReading"),
    ...at,
    listener: label,
    durationS: seconds,
  }),
  z.strictObject({
    do: z.literal("network"),
    ...at,
    fault: z.union([
      z.strictObject({
        stallS: z.number().min(0).max(600),
        direction: z.enum(["down", "up", "both"]).default("both"),
      }),
      z.strictObject({ profile: networkProfileSchema }),
      z.literal("halfOpen"),
      z.literal("abruptClose"),
    ]),
  }),
  z.strictObject({ do: z.literal("engine"), ...at, profile: speechProfileSchema }),
]).refine((step) => (step.atS === undefined) !== (step.when === undefined), {
  message: "a step has either `atS` or `when`",
});

/** A scenario about voices. */
export const voiceScenarioSchema: z.ZodType<VoiceScenario> = z.strictObject({
  ...frameFields,
  subject: z.literal("voice"),
  server: voiceServerSchema,
  engine: speechProfileSchema.prefault({}),
  network: networkProfileSchema.prefault({}),
  listener: listenerSchema,
  steps: z.array(voiceStepSchema).min(1).max(2000),
  expectations: expectationsSchema(isVoiceMetric),
}).superRefine((scenario, context) => {
  lateIssues(scenario, context);
  nameIssues(scenario, context);
});

/** Names that nobody has, and names that two have. */
function nameIssues(
  { steps }: { readonly steps: readonly VoiceStep[] },
  context: z.RefinementCtx,
): void {
  const jobs = new Set<string>();
  const listeners = new Set<string>();
  const issue = (index: number, field: string, message: string) =>
    context.addIssue({ code: "custom", path: ["steps", index, field], message });
  for (const [i, step] of steps.entries()) {
    if (step.do === "speak") {
      if (jobs.has(step.job)) {
        issue(i, "job", `two steps ask for a job ${JSON.stringify(step.job)}`);
      }
      jobs.add(step.job);
    }
    if (step.do === "subscribe") listeners.add(step.listener ?? step.session);
  }
  if (jobs.size > MAX_SPEAK_STEPS) {
    context.addIssue({
      code: "custom",
      path: ["steps"],
      message: `${jobs.size} steps ask for speech, at most ${MAX_SPEAK_STEPS} may: ` +
        "a voice server remembers no more jobs",
    });
  }
  for (const [i, step] of steps.entries()) {
    const job = step.do === "stop" ? step.job : undefined;
    if (job !== undefined && !jobs.has(job)) {
      issue(i, "job", `no step asks for a job ${JSON.stringify(job)}`);
    }
    const listener = step.do === "unsubscribe" || step.do === "stopReading" ? step.listener : null;
    if (listener !== null && !listeners.has(listener)) {
      issue(i, "listener", `no step subscribes a listener ${JSON.stringify(listener)}`);
    }
    if (step.when === undefined) continue;
    const [kind, name] = Object.entries(step.when)[0] as [string, string];
    const known = kind === "listening" ? listeners : jobs;
    if (!known.has(name)) issue(i, "when", `nothing here is called ${JSON.stringify(name)}`);
  }
}
