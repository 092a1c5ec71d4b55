/**
 * What a client sends as text, one interface per message, as it is after parsing: a field that has
 * a default is always there. Names are those of the wire.
 *
 * @module
 */
import type { Message } from "./shapes.ts";

/** The client's tick: knob values and where it plays. */
export interface ParamsMessage extends Message<"params"> {
  /** Every knob value the client holds, by name; curve specs may be among them. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Audible position in seconds of the current source. */
  readonly playback_pos: number;
  /** Sender's monotonic clock in seconds; only differences mean anything. */
  readonly client_time?: number | null;
  /** Bytes of slice frames received since the connection opened. */
  readonly slice_bytes_rx?: number | null;
  /** Smallest lead in seconds since the last tick; null when no slice came. */
  readonly slice_lead_s?: number | null;
}

/** Keeps playback inside a band; null or an empty span clears it. */
export interface LoopBandMessage extends Message<"loop_band"> {
  /** Where it begins, s. */
  readonly start_sec?: number | null;
  /** Where it ends, s. */
  readonly end_sec?: number | null;
}

/** New prompts. */
export interface PromptMessage extends Message<"prompt"> {
  /** Prompt A. */
  readonly tags: string;
  /** Prompt B; absent or empty makes it equal to prompt A. */
  readonly tags_b?: string;
  /** Musical key, for this prompt only. */
  readonly key?: string;
  /** Beats per bar, kept for later prompts. */
  readonly time_signature?: string;
}

/** Mix of the two prompts. */
export interface SetPromptBlendMessage extends Message<"set_prompt_blend"> {
  /** 0 = prompt A, 1 = prompt B. */
  readonly value: number;
}

/** How a pair of conditions is interpolated. */
export interface SetInterpMethodMessage extends Message<"set_interp_method"> {
  /** Which pair of conditions. */
  readonly path: "prompt" | "timbre" | "structure" | "feedback";
  /** Along the sphere, or along the line between them. */
  readonly method: "slerp" | "linear";
}

/** Pipeline depth, from 1 to the backend's largest. */
export interface SetDepthMessage extends Message<"set_depth"> {
  /** At least 1. */
  readonly value: number;
}

/** Enables a LoRA before the next tick. */
export interface EnableLoraMessage extends Message<"enable_lora"> {
  /** Which LoRA. */
  readonly id: string;
  /** 0..2; absent counts as 0. */
  readonly strength?: number;
}

/** Disables a LoRA before the next tick. */
export interface DisableLoraMessage extends Message<"disable_lora"> {
  /** Which LoRA. */
  readonly id: string;
}

/** Adds a manual steering slot. */
export interface ManualSlotAddMessage extends Message<"manual_slot_add"> {}

/** Takes the last manual steering slot away. */
export interface ManualSlotPopMessage extends Message<"manual_slot_pop"> {}

/** How much the timbre reference counts. */
export interface SetTimbreStrengthMessage extends Message<"set_timbre_strength"> {
  /** 0..1. */
  readonly value: number;
}

/** Timbre reference as audio; a PCM message follows. */
export interface SetTimbreSourceMessage extends Message<"set_timbre_source"> {
  /** Label of the reference. */
  readonly name: string;
}

/** Timbre reference by the name of a fixture. */
export interface SetTimbreFixtureMessage extends Message<"set_timbre_fixture"> {
  /** Name of the fixture. */
  readonly name: string;
}

/** Drops the timbre reference. */
export interface ClearTimbreSourceMessage extends Message<"clear_timbre_source"> {}

/** Structure reference as audio; a PCM message follows. */
export interface SetStructureSourceMessage extends Message<"set_structure_source"> {
  /** Label of the reference. */
  readonly name: string;
}

/** Structure reference by the name of a fixture. */
export interface SetStructureFixtureMessage extends Message<"set_structure_fixture"> {
  /** Name of the fixture. */
  readonly name: string;
}

/** Drops the structure reference. */
export interface ClearStructureSourceMessage extends Message<"clear_structure_source"> {}

/** Another source; a PCM message follows unless the server has it. */
export interface SwapSourceMessage extends Message<"swap_source"> {
  /** New prompt A; the current one stays if absent. */
  readonly tags?: string;
  /** Musical key, instead of detecting it. */
  readonly key?: string;
  /** Beats per bar, instead of detecting them. */
  readonly time_signature?: string;
  /** Label of the source, or its name on the server. */
  readonly fixture_name?: string;
  /** `full`, `vocals` or `instruments`. */
  readonly stem_source_mode?: string;
  /** The server has it: no PCM message follows. */
  readonly use_server_source: boolean;
}

/** Writes audio into the source; a PCM message follows. */
export interface WriteAudioMessage extends Message<"write_audio"> {
  /** Where it is written, in seconds. */
  readonly at_s: number;
  /** Instead of what is there, or on top of it. */
  readonly mix: "replace" | "sum";
  /** `fill` repeats the clip to the end of the buffer. */
  readonly repeat: "none" | "fill";
  /** The epoch the audio was made for; another one refuses the write. */
  readonly source_epoch?: number;
  /** Whether the source's own timbre is derived again. */
  readonly refresh_timbre: boolean;
}

/** Everything a client can send as text after the config. */
export type ClientMessage =
  | ParamsMessage
  | LoopBandMessage
  | PromptMessage
  | SetPromptBlendMessage
  | SetInterpMethodMessage
  | SetDepthMessage
  | EnableLoraMessage
  | DisableLoraMessage
  | ManualSlotAddMessage
  | ManualSlotPopMessage
  | SetTimbreStrengthMessage
  | SetTimbreSourceMessage
  | SetTimbreFixtureMessage
  | ClearTimbreSourceMessage
  | SetStructureSourceMessage
  | SetStructureFixtureMessage
  | ClearStructureSourceMessage
  | SwapSourceMessage
  | WriteAudioMessage;

/** The `type` of a client message. */
export type CommandType = ClientMessage["type"];

/** First text of an upload-only connection; a PCM message follows. */
export interface UploadTrackMessage extends Message<"upload_track"> {
  /** Wanted name of the track. */
  readonly name: string;
  /** Musical key, instead of detecting it. */
  readonly key?: string;
  /** Beats per bar, instead of detecting them. */
  readonly time_signature?: string;
}
