/**
 * A scenario is data: what plays, what happens when, what must hold. The same object is written in
 * TypeScript ({@link defineScenario}) or in JSON (`reports/…` and `headway scenario file.json`).
 *
 * @module
 */
import { z } from "zod";
import { engineProfileSchema } from "../server/streaming/engine/modelled.ts";
import { networkProfileSchema } from "../sim/network/profile.ts";
import { skewSchema } from "../sim/skew.ts";
import { MAX_SOURCE_FRAMES } from "../wire/mod.ts";
import { expectationsSchema, frameFields, lateIssues, seconds } from "./frame_schema.ts";
import { isKnownMetric } from "./metric_names.ts";
import type {
  ClientFaultSpec,
  ClientSpec,
  Scenario,
  ServerSpec,
  SourceSpec,
  Step,
  StepCondition,
} from "./types.ts";

const fixtureName = z.string().min(1).max(200);

/** A source: a fixture by name, a synthetic loop that is made and uploaded, or a recorded upload. */
export const sourceSchema: z.ZodType<SourceSpec> = z.union([
  z.strictObject({
    fixture: fixtureName,
    /** Upload the fixture's samples instead of naming it to the server. */
    upload: z.boolean().default(false),
    stems: z.enum(["full", "vocals", "instruments"]).exactOptional(),
  }),
  z.strictObject({
    /** Length of a synthetic loop, seconds: a multiple of 0.2. */
    synthS: z.number().min(0.4).max(240),
    channels: z.union([z.literal(1), z.literal(2)]).default(2),
    synthSeed: z.number().int().min(0).max(1000).default(1),
    stems: z.enum(["full", "vocals", "instruments"]).exactOptional(),
  }),
  z.strictObject({
    /** A file with a PCM message, as a recording keeps it. */
    pcm: z.string().min(1).max(1000),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 has 64 hexadecimal digits"),
    frames: z.number().int().min(1).max(MAX_SOURCE_FRAMES),
    channels: z.union([z.literal(1), z.literal(2)]),
    stems: z.enum(["full", "vocals", "instruments"]).exactOptional(),
  }),
]);

/** What a careless client does. */
export const clientFaultsSchema: z.ZodType<ClientFaultSpec> = z
  .strictObject({
    /** Ticks carry no `playback_pos`. */
    omitPlaybackPos: z.boolean().default(false),
    /** Ticks carry the position of the moment at which the fault began. */
    frozenPlaybackPos: z.boolean().default(false),
    /** Nothing is sent at a tick. */
    omitParams: z.boolean().default(false),
    /** Echoes are neither adopted nor answered. */
    ignoreEchoes: z.boolean().default(false),
    /** LoRAs that a catalog lists as not enabled are disabled, as if the user had asked for it. */
    obeyCatalog: z.boolean().default(false),
    /** Ticks are sent however much waits to be sent. */
    sendThroughBacklog: z.boolean().default(false),
    /** Leads that a jump, a pause or a band explains are reported like any other. */
    reportEveryLead: z.boolean().default(false),
    /** A slice that cannot be decoded ends the connection. */
    quitOnDamage: z.boolean().default(false),
    /** A slice that cannot be decoded ends everything. */
    throwOnDamage: z.boolean().default(false),
    /** So long a slice takes to decode, milliseconds; it then goes into whatever buffer there is. */
    decodeLateMs: z.number().min(0).max(5000).default(0),
    /** A reconnect counts as a swap, so that slices seem to be of another source ever after. */
    miscountEpoch: z.boolean().default(false),
    /** The buffer of a new session is not taken over after a reconnect. */
    keepMirrorOnReconnect: z.boolean().default(false),
    /** A new session is not told what the old one was told. */
    forgetOnReconnect: z.boolean().default(false),
    /** A reconnect forgets the knobs that somebody outside turned. */
    forgetEchoesOnReconnect: z.boolean().default(false),
    /** Playback goes round one frame too early. */
    shortLap: z.boolean().default(false),
    /** The recording goes on with the old buffer after a swap. */
    keepRecorderOnSwap: z.boolean().default(false),
    /** Reports go on counting the old buffer's records after a swap. */
    keepRecordsOnSwap: z.boolean().default(false),
    /** The end of a connection that was given up counts as the end of the present one. */
    heedOrphans: z.boolean().default(false),
    /** A preempted client comes back. */
    returnAfterPreemption: z.boolean().default(false),
  });

/** How the client behaves. */
export const clientSchema: z.ZodType<ClientSpec> = z.strictObject({
  /** Params messages a second. */
  paramsHz: z.number().min(1).max(500).default(30),
  /** Speed of the audio device against true time. */
  rate: z.number().min(0.1).max(4).default(1),
  /** Where playback goes on after the last frame: at the head, or behind a browser's seam. */
  wrap: z.enum(["zero", "seam"]).default("zero"),
  /** Skew of the audio clock: the playhead. */
  audioSkew: skewSchema.exactOptional(),
  /** Skew of the computer's clock: ticks and `client_time`. */
  clockSkew: skewSchema.exactOptional(),
  /** `reference` sends no telemetry, as the oldest headless client did. */
  profile: z.enum(["telemetry", "reference"]).default("telemetry"),
  /** Reconnect after an abnormal close. */
  reconnect: z.boolean().default(false),
  recordPlaybackS: z.number().min(0).max(600).default(120),
  settleS: z.number().min(0).max(30).default(1),
  prompt: z.string().max(4096).default("instrumental music"),
  /** Wire config keys, merged last. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** What a careless client does, from the start. */
  faults: clientFaultsSchema.prefault({}),
}).prefault({});

/** Settings and faults of our own server; a foreign server knows nothing of them. */
export const serverSchema: z.ZodType<ServerSpec> = z.strictObject({
  tickMs: z.number().min(1).max(1000).default(60),
  idlePauseS: z.number().min(0).max(3600).default(20),
  /** Slice flow control (window and age) in force. */
  flowControl: z.boolean().default(true),
  sliceWindowBytes: z.number().int().min(65536).max(2 ** 30).default(262144),
  /** Send of each window only what it adds to those before it. */
  emitTrim: z.boolean().default(false),
  maxSessions: z.number().int().min(1).max(64).default(1),
  /** Defences that are switched off. */
  faults: z.strictObject({
    /** Seed the mirror with the exact source instead of its wire copy. */
    exactMirrorBase: z.boolean().default(false),
    /** Store the exact target in the mirror instead of what the client has. */
    exactMirrorAdvance: z.boolean().default(false),
    /** Keep the old source's mirror when another source is sent. */
    keepMirrorOnSwap: z.boolean().default(false),
    /** Count no epoch when another source is sent. */
    keepEpochOnSwap: z.boolean().default(false),
    /** Milliseconds that the receive loop spends on each message. */
    receiveMs: z.number().min(0).max(10000).default(0),
    /** Fold waiting params into the newest one; true in a healthy server. */
    coalesceParams: z.boolean().default(true),
    /** Wait for an announced binary for ever, and serve nobody meanwhile. */
    blockOnBinaries: z.boolean().default(false),
    /** Give a client whose fixture is not there as long for its audio as any upload has. */
    waitForMissingFixture: z.boolean().default(false),
    /** Let params from outside move the playhead and the knobs, without telling the client. */
    obeyOutsiders: z.boolean().default(false),
    /** Say nothing of a timbre or structure reference that cannot be used. */
    leaveUnanswered: z.boolean().default(false),
    /** Let the lead's release be shorter than its ceiling. */
    allowShortRelease: z.boolean().default(false),
    /** A constant lead of 0.5 s in place of the adaptive one. */
    fixedLead: z.boolean().default(false),
    /** Ignore the client's lead reports. */
    ignoreTransportLead: z.boolean().default(false),
    /** Take the end of a rest for a stall of the generator. */
    countRestAsStall: z.boolean().default(false),
    /** Do not carry the playhead on between reports. */
    holdPlayhead: z.boolean().default(false),
    /** Believe a position that repeats the last one: the client must be standing still. */
    anchorRepeats: z.boolean().default(false),
    /** Take a new position without the time at which it was taken. */
    keepAnchorTime: z.boolean().default(false),
    /** Take reports that were held up on the way for fresh ones. */
    ignoreReportAge: z.boolean().default(false),
    /** Render as if there were no loop band. */
    ignoreLoopBand: z.boolean().default(false),
    /** Lay windows into the buffer as they are, without a fade at their edges. */
    noEdgeFade: z.boolean().default(false),
    /** Loop a source as it is, without a fade of its end into its head. */
    noSeamFade: z.boolean().default(false),
    /** Hand everything to the socket at once, however much waits there. */
    unboundedSocket: z.boolean().default(false),
    /** Send windows however long they have waited. */
    sendOldSlices: z.boolean().default(false),
    /** Let flow control drop slices that cover the whole buffer, too. */
    dropFullBuffers: z.boolean().default(false),
    /** Let other events in between the parts of a swap. */
    splitGroups: z.boolean().default(false),
    /** Evict control events like any other from a full queue. */
    dropControlEvents: z.boolean().default(false),
    /** Let an echo replace an older one on a full queue, keys and all. */
    overwriteEchoes: z.boolean().default(false),
    /** Keep the first of two swaps that wait, not the last. */
    keepFirstSwap: z.boolean().default(false),
    /** End the session when a swap fails. */
    dieOfFailedSwap: z.boolean().default(false),
    /** Let a session go on when its connection breaks. */
    keepLostSessions: z.boolean().default(false),
    /** Preempt for a connection that has sent its config, before its audio is there. */
    preemptEarly: z.boolean().default(false),
    /** Admit a newcomer while the session that it replaces is still being torn down. */
    admitBeforeTeardown: z.boolean().default(false),
    /** Wait for the end of a replaced session however long it takes. */
    waitForTeardown: z.boolean().default(false),
    /** Seconds that a session takes to end. */
    teardownS: z.number().min(0).max(60).default(0),
  }).prefault({}),
}).prefault({});

/** What a step waits for, if not for a time. */
export const conditionSchema: z.ZodType<StepCondition> = z.union([
  z.strictObject({ slices: z.number().int().min(1) }),
  z.strictObject({ playheadS: seconds }),
  z.strictObject({ event: z.string().min(1).max(100) }),
  z.strictObject({ behindPlayhead: z.number().int().min(1) }),
]);

const at = {
  /** Seconds after streaming began. */
  atS: seconds.exactOptional(),
  /** Instead of a time: what has to have happened. */
  when: conditionSchema.exactOptional(),
  /** Seconds to wait after the condition held. */
  afterS: seconds.exactOptional(),
};

/** A message in its wire form, for commands that have no step of their own. */
const wireMessage = z.looseObject({ type: z.string().min(1).max(100) });

/** One step: when, and what. */
export const stepSchema: z.ZodType<Step> = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("seek"), ...at, toS: z.number().min(-3600).max(3600) }),
  z.strictObject({ do: z.literal("pause"), ...at }),
  z.strictObject({ do: z.literal("resume"), ...at }),
  z.strictObject({ do: z.literal("rate"), ...at, rate: z.number().min(0.1).max(4) }),
  z.strictObject({
    do: z.literal("loopBand"),
    ...at,
    band: z.strictObject({ startS: seconds, endS: seconds }).nullable(),
  }),
  z.strictObject({
    do: z.literal("knobs"),
    ...at,
    values: z.record(z.string().max(100), z.unknown()),
  }),
  z.strictObject({
    do: z.literal("prompt"),
    ...at,
    tags: z.string().max(4096),
    tagsB: z.string().max(4096).exactOptional(),
  }),
  z.strictObject({ do: z.literal("promptBlend"), ...at, value: z.number().min(0).max(1) }),
  z.strictObject({
    do: z.literal("swap"),
    ...at,
    source: sourceSchema,
    tags: z.string().max(4096).exactOptional(),
    key: z.string().max(64).exactOptional(),
    timeSignature: z.string().max(8).exactOptional(),
  }),
  z.strictObject({
    do: z.literal("timbre"),
    ...at,
    source: sourceSchema.nullable(),
    strength: z.number().min(0).max(1).exactOptional(),
  }),
  z.strictObject({ do: z.literal("structure"), ...at, source: sourceSchema.nullable() }),
  z.strictObject({
    do: z.literal("lora"),
    ...at,
    id: z.string().max(200),
    /** Strength to enable it with; null disables it. */
    strength: z.number().min(0).max(2).nullable(),
  }),
  z.strictObject({ do: z.literal("depth"), ...at, value: z.number().int().min(1).max(16) }),
  /** Sends any message as the session's own client, and audio behind it. */
  z.strictObject({
    do: z.literal("send"),
    ...at,
    message: wireMessage,
    source: sourceSchema.exactOptional(),
  }),
  /** Sends any message from outside, over the control bus. */
  z.strictObject({
    do: z.literal("external"),
    ...at,
    message: wireMessage,
    /** So many times at once. */
    times: z.number().int().min(1).max(1000).exactOptional(),
  }),
  /** The client's faults are these from now on. */
  z.strictObject({ do: z.literal("faults"), ...at, faults: clientFaultsSchema }),
  z.strictObject({ do: z.literal("disconnect"), ...at }),
  z.strictObject({ do: z.literal("reconnect"), ...at }),
  /** A second client connects to the same server. */
  z.strictObject({ do: z.literal("secondClient"), ...at, source: sourceSchema.exactOptional() }),
  /** The client stops reading its socket for a while. */
  z.strictObject({ do: z.literal("stopReading"), ...at, durationS: seconds }),
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
      z.literal("corruptSlice"),
    ]),
  }),
  z.strictObject({ do: z.literal("engine"), ...at, profile: engineProfileSchema }),
]).refine((step) => (step.atS === undefined) !== (step.when === undefined), {
  message: "a step has either `atS` or `when`",
});

/** A scenario about streaming. */
export const scenarioSchema: z.ZodType<Scenario> = z.strictObject({
  $schema: frameFields.$schema,
  name: frameFields.name,
  description: frameFields.description,
  shows: frameFields.shows,
  durationS: frameFields.durationS,
  source: sourceSchema.prefault({ fixture: "low_fi_Gm_loop_60s_gnm.wav" }),
  client: clientSchema,
  network: networkProfileSchema.prefault({}),
  engine: engineProfileSchema.prefault({ type: "constant", renderMs: 12 }),
  server: serverSchema,
  steps: z.array(stepSchema).max(10000).default([]),
  expectations: expectationsSchema(isKnownMetric),
  simulationOnly: frameFields.simulationOnly,
  fullOnly: frameFields.fullOnly,
}).superRefine(lateIssues);
