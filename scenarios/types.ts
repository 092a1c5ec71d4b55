/**
 * What a scenario is, as types: complete, with all defaults filled in, and as people write it.
 * `schema.ts` checks values against them.
 *
 * @module
 */
import type { EngineProfile } from "../server/streaming/engine/modelled.ts";
import type { StreamFaults } from "../server/streaming/faults.ts";
import type { WrapKind } from "../sim/circle.ts";
import type { ClientFaults } from "../sim/client/options.ts";
import type { NetworkProfileInput } from "../sim/network/profile.ts";
import type { SkewModel } from "../sim/skew.ts";
import type { VoiceScenario } from "./voice/types.ts";

/** Which part of a source is played. */
export type StemChoice = "full" | "vocals" | "instruments";

/** A fixture by name. */
export interface FixtureSource {
  /** File name of a built-in fixture. */
  readonly fixture: string;
  /** Upload the fixture's samples instead of naming it to the server. */
  readonly upload: boolean;
  /** Stems to ask for; none without it. */
  readonly stems?: StemChoice;
}

/** A synthetic loop that is made and uploaded. */
export interface SynthSource {
  /** Length in seconds, 0.4..240, a multiple of 0.2. */
  readonly synthS: number;
  /** 1 or 2. */
  readonly channels: 1 | 2;
  /** Another seed is another tune. */
  readonly synthSeed: number;
  /** Stems to ask for; none without it. */
  readonly stems?: StemChoice;
}

/** Audio that a recorded client uploaded: a PCM message as it went over the wire. */
export interface PcmSource {
  /** The file that holds it; below the folder of the scenario's file where it is relative. */
  readonly pcm: string;
  /** What the file must be, hexadecimal. */
  readonly sha256: string;
  /** Samples per channel. */
  readonly frames: number;
  /** 1 or 2. */
  readonly channels: 1 | 2;
  /** Stems to ask for; none without it. */
  readonly stems?: StemChoice;
}

/** Where audio comes from. */
export type SourceSpec = FixtureSource | SynthSource | PcmSource;

/** A {@link SourceSpec} as it is written. */
export type SourceInput =
  | Pick<FixtureSource, "fixture"> & Partial<FixtureSource>
  | Pick<SynthSource, "synthS"> & Partial<SynthSource>
  | PcmSource;

/** What a careless client does: defences of the client that are switched off. */
export type ClientFaultSpec = Required<ClientFaults>;

/** How the client behaves. */
export interface ClientSpec {
  /** Params messages a second, 1..500. */
  readonly paramsHz: number;
  /** Speed of the audio device against true time. */
  readonly rate: number;
  /**
   * Where playback goes on after the last frame: `zero` at the head, `seam` behind the seam that a
   * browser's player fades over.
   */
  readonly wrap: WrapKind;
  /** Skew of the audio clock: the playhead. */
  readonly audioSkew?: SkewModel;
  /** Skew of the computer's clock: ticks and `client_time`. */
  readonly clockSkew?: SkewModel;
  /** `reference` sends no telemetry, as the oldest headless client did. */
  readonly profile: "telemetry" | "reference";
  /** Reconnect after an abnormal close. */
  readonly reconnect: boolean;
  /** Seconds of playback that are recorded. */
  readonly recordPlaybackS: number;
  /** Seconds after a jump in which records are tagged as settling. */
  readonly settleS: number;
  /** Prompt of the session. */
  readonly prompt: string;
  /** Wire config keys, merged last. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What a careless client does, from the start. */
  readonly faults: ClientFaultSpec;
}

/** A {@link ClientSpec} as it is written. */
export type ClientInput = Partial<Omit<ClientSpec, "faults">> & {
  readonly faults?: Partial<ClientFaultSpec>;
};

/** Deliberate defects of our own server: defences that are switched off. */
export type ServerFaultSpec = StreamFaults;

/** Settings and faults of our own server; a foreign server knows nothing of them. */
export interface ServerSpec {
  /** Pace of generation: one window per this time. */
  readonly tickMs: number;
  /** Seconds without activity after which generation rests; 0 never rests. */
  readonly idlePauseS: number;
  /** Slice flow control (window and age) in force. */
  readonly flowControl: boolean;
  /** Unacknowledged slice bytes above which windows are dropped. */
  readonly sliceWindowBytes: number;
  /** Send of each window only what it adds to those before it. */
  readonly emitTrim: boolean;
  /** Sessions at a time. */
  readonly maxSessions: number;
  /** Deliberate defects. */
  readonly faults: ServerFaultSpec;
}

/** A {@link ServerSpec} as it is written. */
export type ServerInput = Partial<Omit<ServerSpec, "faults">> & {
  readonly faults?: Partial<ServerFaultSpec>;
};

/** What a step waits for, if not for a time. */
export type StepCondition =
  /** So many slices have been applied. */
  | { readonly slices: number }
  /** The playhead is at or past this position, seconds of the source. */
  | { readonly playheadS: number }
  /** An event of this type has come. */
  | { readonly event: string }
  /** So many slices have landed behind the playhead. */
  | { readonly behindPlayhead: number };

/** When a step happens: `atS`, or `when` with an optional `afterS`. */
export interface StepTime {
  /** Seconds after streaming began. */
  readonly atS?: number;
  /** Instead of a time: what has to have happened. */
  readonly when?: StepCondition;
  /** Seconds to wait after the condition held. */
  readonly afterS?: number;
}

/** A message in its wire form. */
export interface WireMessage {
  /** The message's type. */
  readonly type: string;
  /** Its fields. */
  readonly [field: string]: unknown;
}

/** What happens to the network. */
export type NetworkFaultSpec =
  /** Nothing moves for so long. */
  | { readonly stallS: number; readonly direction: "down" | "up" | "both" }
  /** The network is another from now on. */
  | { readonly profile: NetworkProfileInput }
  /** Everything is swallowed and nobody is told; or the connection breaks; or a slice is damaged. */
  | "halfOpen"
  | "abruptClose"
  | "corruptSlice";

/** What a step does; `Source`, `Faults` and `Network` differ between written and complete steps. */
export type StepAction<Source, Faults, Network> =
  | { readonly do: "seek"; readonly toS: number }
  | { readonly do: "pause" }
  | { readonly do: "resume" }
  | { readonly do: "rate"; readonly rate: number }
  | {
    readonly do: "loopBand";
    readonly band: { readonly startS: number; readonly endS: number } | null;
  }
  | { readonly do: "knobs"; readonly values: Readonly<Record<string, unknown>> }
  | { readonly do: "prompt"; readonly tags: string; readonly tagsB?: string }
  | { readonly do: "promptBlend"; readonly value: number }
  | {
    readonly do: "swap";
    readonly source: Source;
    readonly tags?: string;
    readonly key?: string;
    readonly timeSignature?: string;
  }
  | { readonly do: "timbre"; readonly source: Source | null; readonly strength?: number }
  | { readonly do: "structure"; readonly source: Source | null }
  /** Enables a LoRA with a strength, or disables it (null). */
  | { readonly do: "lora"; readonly id: string; readonly strength: number | null }
  | { readonly do: "depth"; readonly value: number }
  /** Sends any message as the session's own client, and audio behind it. */
  | { readonly do: "send"; readonly message: WireMessage; readonly source?: Source }
  /** Sends any message from outside, over the control bus. */
  | {
    readonly do: "external";
    readonly message: WireMessage;
    /** So many times at once; 1 without it. */
    readonly times?: number;
  }
  /** The client's faults are these from now on. */
  | { readonly do: "faults"; readonly faults: Faults }
  | { readonly do: "disconnect" }
  | { readonly do: "reconnect" }
  /** A second client connects to the same server; with the first one's source unless it has one. */
  | { readonly do: "secondClient"; readonly source?: Source }
  /** The client stops reading its socket for a while. */
  | { readonly do: "stopReading"; readonly durationS: number }
  | { readonly do: "network"; readonly fault: Network }
  | { readonly do: "engine"; readonly profile: EngineProfile };

/** One step: when, and what. */
export type Step =
  & StepTime
  & StepAction<SourceSpec, ClientFaultSpec, NetworkFaultSpec>;

/** A {@link Step} as it is written. */
export type StepInput =
  & StepTime
  & StepAction<
    SourceInput,
    Partial<ClientFaultSpec>,
    | Exclude<NetworkFaultSpec, { readonly stallS: number }>
    | { readonly stallS: number; readonly direction?: "down" | "up" | "both" }
  >;

/** What must hold, over the whole run or a window of it. */
export interface Expectation {
  /** Defaults to the metric and its limits. */
  readonly name?: string;
  /** What is measured, e.g. `lag.slices.leadS.p50`. */
  readonly metric: string;
  /** Least value. */
  readonly min?: number;
  /** Greatest value. */
  readonly max?: number;
  /** The only value. */
  readonly equals?: number | string | boolean;
  /** Seconds after streaming began. */
  readonly fromS?: number;
  /** Seconds after streaming began. */
  readonly toS?: number;
  /** Judge the difference from the same metric over this stretch. */
  readonly against?: { readonly fromS: number; readonly toS: number };
  /** This one has to fail: the scenario shows a known failure. */
  readonly fails: boolean;
}

/** An {@link Expectation} as it is written. */
export type ExpectationInput = Omit<Expectation, "fails"> & {
  /** This one has to fail: the scenario shows a known failure. */
  readonly fails?: boolean;
};

/** What every scenario has, whatever it is about. */
export interface ScenarioFrame {
  /** Address of the JSON Schema, for editors. */
  readonly $schema?: string;
  /** Its name, in kebab-case. */
  readonly name: string;
  /** The question that it answers, in one or two sentences. */
  readonly description: string;
  /** Known failure modes that it shows, e.g. `lag/1 generation lags behind the playhead`. */
  readonly shows: readonly string[];
  /** Seconds of session. */
  readonly durationS: number;
  /** Why it cannot run against a live server; absent when it can. */
  readonly simulationOnly?: string;
  /** Why it cannot run at timing fidelity; absent when it can. */
  readonly fullOnly?: string;
}

/** A complete scenario about streaming, defaults filled in. */
export interface Scenario extends ScenarioFrame {
  /** What plays. */
  readonly source: SourceSpec;
  /** Who listens. */
  readonly client: ClientSpec;
  /** What lies between; nothing but a perfect road by default. */
  readonly network: NetworkProfileInput;
  /** How long the engine takes, where it is ours. */
  readonly engine: EngineProfile;
  /** How the server is set up, where it is ours. */
  readonly server: ServerSpec;
  /** What happens, and when. */
  readonly steps: readonly Step[];
  /** What must hold. */
  readonly expectations: readonly Expectation[];
}

/** A scenario, whatever it is about. */
export type AnyScenario = Scenario | VoiceScenario;

/** Whether a scenario is about voices. */
export function isAboutVoices(scenario: AnyScenario): scenario is VoiceScenario {
  return "subject" in scenario;
}

/** A {@link Scenario} as it is written: name, description, duration and expectations are enough. */
export interface ScenarioInput extends Omit<ScenarioFrame, "shows"> {
  /** Known failure modes that it shows. */
  readonly shows?: readonly string[];
  /** What plays; the default fixture without it. */
  readonly source?: SourceInput;
  /** Who listens. */
  readonly client?: ClientInput;
  /** What lies between. */
  readonly network?: NetworkProfileInput;
  /** How long the engine takes, where it is ours. */
  readonly engine?: EngineProfile;
  /** How the server is set up, where it is ours. */
  readonly server?: ServerInput;
  /** What happens, and when. */
  readonly steps?: readonly StepInput[];
  /** What must hold; at least one. */
  readonly expectations: readonly ExpectationInput[];
}
