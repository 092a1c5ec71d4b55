/**
 * What a scenario about voices is, as types: complete, with all defaults filled in, and as people
 * write it. `schema.ts` checks values against them.
 *
 * @module
 */
import type { AudioDevice } from "../../server/voice/devices.ts";
import type { VoiceFaults } from "../../server/voice/faults.ts";
import type { VoicePolicy } from "../../server/voice/policy_queue.ts";
import type { SpeechProfile } from "../../server/voice/speech/modelled_engine.ts";
import type { NetworkProfileInput } from "../../sim/network/profile.ts";
import type { VoiceListenerFaults } from "../../sim/voice/voice_listener.ts";
import type { Expectation, ExpectationInput, ScenarioFrame } from "../types.ts";

/** The audio devices of the machine that the voice server runs on. */
export interface DevicesSpec {
  /** Every device, outputs and others. */
  readonly devices: readonly AudioDevice[];
  /** Place of the system's own choice in that list; null for none. */
  readonly defaultIndex: number | null;
}

/** Settings and faults of our own voice server; a foreign server knows nothing of them. */
export interface VoiceServerSpec {
  /** Who is served first. */
  readonly policy: VoicePolicy;
  /** Jobs whose speech is made at a time. */
  readonly workers: number;
  /** Seconds after which a session goes whose last listener has left; 0 never. */
  readonly expiryS: number;
  /** What its machine can play on. */
  readonly devices: DevicesSpec;
  /** Deliberate defects. */
  readonly faults: VoiceFaults;
}

/** A {@link VoiceServerSpec} as it is written. */
export type VoiceServerInput = Partial<Omit<VoiceServerSpec, "faults">> & {
  readonly faults?: Partial<VoiceFaults>;
};

/** How listeners behave. */
export interface ListenerSpec {
  /** From the decision to play to the first sound, ms. */
  readonly latencyMs: number;
  /** What careless listeners do. */
  readonly faults: Required<VoiceListenerFaults>;
}

/** A {@link ListenerSpec} as it is written. */
export type ListenerInput = Partial<Omit<ListenerSpec, "faults">> & {
  readonly faults?: Partial<VoiceListenerFaults>;
};

/** What a step waits for, if not for a time. */
export type VoiceCondition =
  /** This job is being heard: its first sound has come, or the loudspeaker plays it. */
  | { readonly heard: string }
  /** This job has ended: it was heard to its end, or it never will be. */
  | { readonly ended: string }
  /** This listener is connected. */
  | { readonly listening: string };

/** When a step happens: `atS`, or `when` with an optional `afterS`. */
export interface VoiceStepTime {
  /** Seconds after the start. */
  readonly atS?: number;
  /** Instead of a time: what has to have happened. */
  readonly when?: VoiceCondition;
  /** Seconds to wait after the condition held. */
  readonly afterS?: number;
}

/** What happens to the network between the server and its listeners. */
export type VoiceNetworkFault =
  | { readonly stallS: number; readonly direction: "down" | "up" | "both" }
  | { readonly profile: NetworkProfileInput }
  | "halfOpen"
  | "abruptClose";

/** What a step does; `Engine` and `Fault` differ between written and complete steps. */
export type VoiceAction<Engine, Fault> =
  /** Somebody registers, or renews a registration. */
  | {
    readonly do: "register";
    readonly session: string;
    readonly voice?: string;
    readonly priority?: number;
    /** The output that the session prefers. */
    readonly device?: string;
  }
  | { readonly do: "deregister"; readonly session: string }
  /** Somebody listens to a session, which need not be registered. */
  | {
    readonly do: "subscribe";
    readonly session: string;
    /** The listener's name; the session's without one. */
    readonly listener?: string;
    /** Take sentences as they come, not whole files. */
    readonly chunks?: boolean;
  }
  /** A listener leaves, or its connection breaks and it does not come back. */
  | { readonly do: "unsubscribe"; readonly listener: string; readonly how?: "leave" | "drop" }
  /** A session asks for speech; null asks in nobody's name. */
  | {
    readonly do: "speak";
    readonly session: string | null;
    /** The job's name; unique in the scenario. */
    readonly job: string;
    readonly text: string;
    readonly voice?: string;
    readonly speed?: number;
  }
  /** Stops a job, the jobs of a session, or all. */
  | { readonly do: "stop"; readonly session?: string; readonly job?: string }
  | { readonly do: "policy"; readonly policy: VoicePolicy }
  /** Devices come or go on the server's machine. */
  | { readonly do: "deviceChange"; readonly devices: DevicesSpec }
  /** A listener stops reading its socket for a while. */
  | { readonly do: "stopReading"; readonly listener: string; readonly durationS: number }
  | { readonly do: "network"; readonly fault: Fault }
  /** The engine takes another time from now on. */
  | { readonly do: "engine"; readonly profile: Engine };

/** One step: when, and what. */
export type VoiceStep = VoiceStepTime & VoiceAction<SpeechProfile, VoiceNetworkFault>;

/** A {@link VoiceStep} as it is written. */
export type VoiceStepInput =
  & VoiceStepTime
  & VoiceAction<
    Partial<SpeechProfile>,
    | Exclude<VoiceNetworkFault, { readonly stallS: number }>
    | { readonly stallS: number; readonly direction?: "down" | "up" | "both" }
  >;

/** A complete scenario about voices, defaults filled in. */
export interface VoiceScenario extends ScenarioFrame {
  /** What it is about; scenarios about streaming have no such field. */
  readonly subject: "voice";
  /** How the server is set up, where it is ours. */
  readonly server: VoiceServerSpec;
  /** How long speech takes, where the server is ours. */
  readonly engine: SpeechProfile;
  /** What lies between the server and its listeners. */
  readonly network: NetworkProfileInput;
  /** How listeners behave. */
  readonly listener: ListenerSpec;
  /** What happens, and when. */
  readonly steps: readonly VoiceStep[];
  /** What must hold. */
  readonly expectations: readonly Expectation[];
}

/** A {@link VoiceScenario} as it is written. */
export interface VoiceScenarioInput extends Omit<ScenarioFrame, "shows"> {
  /** What it is about. */
  readonly subject: "voice";
  /** Known failure modes that it shows. */
  readonly shows?: readonly string[];
  /** How the server is set up, where it is ours. */
  readonly server?: VoiceServerInput;
  /** How long speech takes, where the server is ours. */
  readonly engine?: Partial<SpeechProfile>;
  /** What lies between the server and its listeners. */
  readonly network?: NetworkProfileInput;
  /** How listeners behave. */
  readonly listener?: ListenerInput;
  /** What happens, and when. */
  readonly steps: readonly VoiceStepInput[];
  /** What must hold; at least one. */
  readonly expectations: readonly ExpectationInput[];
}
