/**
 * What a server sends as text, one interface per message. Names are those of the wire. Optional
 * fields are those that older servers do not send.
 *
 * @module
 */
import type { Capabilities, Geometry, KnobManifest, LoraEntry, Message } from "./shapes.ts";

/** First answer to a config that asked for it. */
export interface InitAckMessage extends Message<"init_ack"> {
  /** Id of the session to be. */
  readonly session_id: string;
  /** The config's, as it came. */
  readonly client_id: string | null;
}

/** What a source is, as `ready` and `swap_ready` say it. */
export interface SourceFacts {
  /** Seconds, frames / 48000. */
  readonly duration: number;
  /** Samples per second, 48000. */
  readonly sample_rate: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Beats per minute, if known. */
  readonly bpm: number | null;
  /** Such as `G minor`. */
  readonly key: string | null;
  /** Beats per bar: `2`, `3`, `4` or `6`. */
  readonly time_signature: string | null;
  /** 0 at the start, one more for each committed swap; absent from older servers. */
  readonly source_epoch?: number;
}

/** The session exists; the initial buffer follows. */
export interface ReadyMessage extends SourceFacts, Message<"ready"> {
  /** Eight characters that are safe in a URL. */
  readonly session_id: string;
  /** Where the server keeps its LoRAs. */
  readonly lora_dir: string;
  /** The LoRAs it knows. */
  readonly lora_catalog: readonly LoraEntry[];
  /** LoRAs that will be enabled before the first tick. */
  readonly lora_pending_enable: readonly string[];
  /** Name of the loaded model. */
  readonly checkpoint: string;
  /** Size class of the model, such as `2B`. */
  readonly checkpoint_scale: string | null;
  /** Pipeline depth now. */
  readonly pipeline_depth: number;
  /** The largest pipeline depth. */
  readonly max_pipeline_depth: number;
  /** The audio's shape; its sample rate counts before the field of that name. */
  readonly geometry?: Geometry;
  /** What the backend can do. */
  readonly capabilities?: Capabilities;
  /** The knobs of this session. */
  readonly knob_manifest?: KnobManifest;
  /** Manual steering slots now. */
  readonly manual_slot_count?: number;
  /** The most manual steering slots. */
  readonly manual_slot_cap?: number;
  /** Whether steering vectors are loaded. */
  readonly steering_available?: boolean;
}

/** The session cannot be, or cannot go on; a close follows. */
export interface ErrorMessage extends Message<"error"> {
  /** What went wrong, for programs. */
  readonly code: string;
  /** What went wrong, for people. */
  readonly message: string;
  /** What to run on the server to mend it. */
  readonly build_command?: string;
  /** Length of the source that no engine fits, s. */
  readonly duration_s?: number;
}

/** Values used for the slice just before it. */
export interface ParamsUpdateMessage extends Message<"params_update"> {
  /** By knob name, with `num_gens`, `tick_ms`, `dec_ms` and `_prompt`. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Knob values that somebody else asked for; the client adopts them and sends them back. */
export interface ParamsEchoMessage extends Message<"params_echo"> {
  /** As they were posted: neither clamped nor checked. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A prompt blend that somebody else asked for. */
export interface PromptBlendEchoMessage extends Message<"prompt_blend_echo"> {
  /** 0..1. */
  readonly value: number;
}

/** A prompt is encoded and active. */
export interface PromptAppliedMessage extends Message<"prompt_applied"> {
  /** The prompt. */
  readonly tags: string;
}

/** The LoRAs, after a change. */
export interface LoraCatalogMessage extends Message<"lora_catalog"> {
  /** All of them. */
  readonly catalog: readonly LoraEntry[];
}

/** The source changed; its buffer follows, then its stems if it has any. */
export interface SwapReadyMessage extends SourceFacts, Message<"swap_ready"> {
  /** Label of the new source. */
  readonly fixture_name: string | null;
}

/** The source did not change. */
export interface SwapFailedMessage extends Message<"swap_failed"> {
  /** Why, for people. */
  readonly error: string;
  /** What to run on the server to mend it. */
  readonly build_command?: string;
}

/** Stems; one binary per name follows, in that order. */
export interface StemAssetsMessage extends Message<"stem_assets"> {
  /** Empty if the source has no name. */
  readonly fixture_name: string;
  /** Samples per second, 48000. */
  readonly sample_rate: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel of each stem. */
  readonly frames: number;
  /** Their names, in the order of the binaries. */
  readonly stems: readonly string[];
  /** Mode in use; empty for stems of a source that plays already. */
  readonly source_mode: string;
}

/** The stems could not be made; the session goes on without. */
export interface StemFailedMessage extends Message<"stem_failed"> {
  /** Label of the source; empty if it has none. */
  readonly fixture_name: string;
  /** Why, for people. */
  readonly error: string;
}

/** The pipeline depth changed. */
export interface DepthAppliedMessage extends Message<"depth_applied"> {
  /** The depth now. */
  readonly value: number;
}

/** How many manual steering slots there are now. */
export interface ManualSlotCountMessage extends Message<"manual_slot_count"> {
  /** From 0 to 16. */
  readonly count: number;
}

/** The timbre reference is in use. */
export interface TimbreSetMessage extends Message<"timbre_set"> {
  /** Label of the reference. */
  readonly name: string;
  /** Seconds. */
  readonly duration: number;
}

/** There is no timbre reference any more. */
export interface TimbreClearedMessage extends Message<"timbre_cleared"> {}

/** The timbre reference could not be used. */
export interface TimbreFailedMessage extends Message<"timbre_failed"> {
  /** Why, for people. */
  readonly error: string;
}

/** The structure reference is in use. */
export interface StructureSetMessage extends Message<"structure_set"> {
  /** Label of the reference. */
  readonly name: string;
  /** Seconds. */
  readonly duration: number;
}

/** There is no structure reference any more. */
export interface StructureClearedMessage extends Message<"structure_cleared"> {}

/** The structure reference could not be used, or not be kept over a swap. */
export interface StructureFailedMessage extends Message<"structure_failed"> {
  /** Why, for people. */
  readonly error: string;
}

/** Audio was written into the source. */
export interface AudioWrittenMessage extends Message<"audio_written"> {
  /** Where it begins, s. */
  readonly start_s: number;
  /** Where it ends, s. */
  readonly end_s: number;
  /** Epoch of the source it was written into. */
  readonly source_epoch: number;
}

/** Audio was not written. */
export interface AudioWriteFailedMessage extends Message<"audio_write_failed"> {
  /** Why, for people. */
  readonly error: string;
}

/** A command needs something that the backend cannot do. */
export interface CommandFailedMessage extends Message<"command_failed"> {
  /** Its type. */
  readonly command: string;
  /** Name of the missing capability. */
  readonly requires: string;
  /** Why, for people. */
  readonly error: string;
}

/** The engine is in trouble: no windows for a while, or for good. Only Headway sends this. */
export interface EngineTroubleMessage extends Message<"engine_trouble"> {
  /** What went wrong, for programs. */
  readonly code: string;
  /** What went wrong, for people. */
  readonly message: string;
  /** Troubles in a row since the last good window, this one included. */
  readonly failures: number;
  /** When the engine is tried again, seconds from now; null when it is given up. */
  readonly retry_s: number | null;
}

/** Answer to an upload: the track is stored. */
export interface UploadOkMessage extends Message<"upload_ok"> {
  /** Name under which it is stored. */
  readonly name: string;
  /** Beats per minute, if known. */
  readonly bpm: number | null;
  /** Such as `G minor`, if known. */
  readonly key: string | null;
  /** Beats per bar, if known. */
  readonly time_signature: string | null;
  /** Length, s. */
  readonly duration_s: number;
  /** Samples per channel. */
  readonly samples: number;
  /** Whether stems are still being made; absent from older servers. */
  readonly stems_pending?: boolean;
}

/** Answer to an upload: the track is not stored. */
export interface UploadFailedMessage extends Message<"upload_failed"> {
  /** Why, for people. */
  readonly error: string;
}

/** Everything a server can send as text. */
export type ServerMessage =
  | InitAckMessage
  | ReadyMessage
  | ErrorMessage
  | ParamsUpdateMessage
  | ParamsEchoMessage
  | PromptBlendEchoMessage
  | PromptAppliedMessage
  | LoraCatalogMessage
  | SwapReadyMessage
  | SwapFailedMessage
  | StemAssetsMessage
  | StemFailedMessage
  | DepthAppliedMessage
  | ManualSlotCountMessage
  | TimbreSetMessage
  | TimbreClearedMessage
  | TimbreFailedMessage
  | StructureSetMessage
  | StructureClearedMessage
  | StructureFailedMessage
  | AudioWrittenMessage
  | AudioWriteFailedMessage
  | CommandFailedMessage
  | EngineTroubleMessage
  | UploadOkMessage
  | UploadFailedMessage;

/** The `type` of a server message. */
export type EventType = ServerMessage["type"];
