/**
 * What the page and the worker that holds its session tell each other.
 *
 * @module
 */
import type { Band } from "../../sim/circle.ts";
import type { ClientSource } from "../../sim/client/options.ts";
import type { ClientState } from "../../sim/client/status.ts";
import type { TimedMove } from "../../sim/playhead_moves.ts";
import type { ClientMessage, SwapSourceMessage } from "../../wire/client_types.ts";
import type { CodecAudio } from "../../wire/codec.ts";
import type { ConfigMessage } from "../../wire/config.ts";
import type { ReadyMessage, ServerMessage } from "../../wire/server_types.ts";

/** How a session begins. */
export interface OpenCommand {
  readonly type: "open";
  /** The page's `performance.timeOrigin`. */
  readonly originMs: number;
  /** Where sessions connect, `ws://host:port`. */
  readonly url: string;
  /** Id of the session to watch; null for a session of one's own. */
  readonly watch: string | null;
  readonly source: ClientSource;
  readonly config: ConfigMessage;
  /** Knob values to begin with. */
  readonly knobs: Readonly<Record<string, unknown>>;
  /** Leads to the audio thread. */
  readonly ring: MessagePort;
}

/** From the page. */
export type PageCommand =
  | OpenCommand
  | { readonly type: "send"; readonly message: ClientMessage; readonly pcm?: CodecAudio }
  | { readonly type: "knobs"; readonly values: Readonly<Record<string, unknown>> }
  | {
    readonly type: "swap";
    readonly source: ClientSource;
    readonly options: Omit<SwapSourceMessage, "type" | "use_server_source">;
  }
  | { readonly type: "seek"; readonly positionS: number }
  | { readonly type: "pause"; readonly isPaused: boolean }
  | {
    readonly type: "band";
    readonly band: { readonly startS: number; readonly endS: number } | null;
  }
  | { readonly type: "looping"; readonly isLooping: boolean }
  | { readonly type: "keepsPlace"; readonly keepsPlace: boolean }
  /** Whether the audio device runs: only then is the server told of a position. */
  | { readonly type: "sound"; readonly isRunning: boolean }
  | { readonly type: "stop" }
  | { readonly type: "ask"; readonly id: number; readonly what: "report" | "records" };

/** One slice as it is drawn. */
export interface LandedSlice {
  /** When it was applied, seconds on the page's clock. */
  readonly atS: number;
  readonly startS: number;
  readonly durationS: number;
  readonly leadS: number;
  /** Whether a seek, a pause or the seam is why the lead looks as it does. */
  readonly isExcused: boolean;
}

/** Smallest and greatest sample of some columns of the waveform, in turn. */
export interface PeakPatch {
  /** The first column. */
  readonly from: number;
  /** `min, max` for each column. */
  readonly values: Float32Array;
}

/** What is measured now; sent many times a second. */
export interface View {
  /** When, seconds on the page's clock. */
  readonly atS: number;
  readonly playheadS: number;
  readonly bufferS: number;
  readonly isPaused: boolean;
  /** Whether playback stands at the end, as it does not loop. */
  readonly hasEnded: boolean;
  readonly band: Band | null;
  /** Lead of the newest slice that nothing excuses, on the loop band if one is armed; null before the first. */
  readonly leadS: number | null;
  /** Smallest lead of the last seconds; null without a slice. */
  readonly worstLeadS: number | null;
  /** Age of what is heard, at the newest tick. */
  readonly stalenessS: number;
  /** Greatest staleness of the last seconds. */
  readonly worstStalenessS: number;
  /** Share of what was heard in the last seconds that was fresh; null when nothing was heard. */
  readonly freshShare: number | null;
  readonly slicesPerS: number;
  readonly bytesPerS: number;
  /** Seconds since the newest slice, or since the session began. */
  readonly sinceSliceS: number;
  /** Whether new audio lands after its place was heard, without an excuse. */
  readonly isBehind: boolean;
  /** Whether the network's monitor warns: 6 s of nothing or of old audio, until 8 s were good. */
  readonly isWarning: boolean;
  /** Nothing was touched for so long that the server may rest. */
  readonly isIdle: boolean;
  /** Slices since the last view. */
  readonly slices: readonly LandedSlice[];
  /** Columns of the waveform that changed since. */
  readonly peaks: readonly PeakPatch[];
}

/** Everything that was measured, for tests and for whoever looks closer. */
export interface Records {
  /** Where the audio thread was: its clock, when the page heard of it, and the frame. */
  readonly audio: readonly {
    readonly contextTimeS: number;
    readonly wallS: number;
    readonly sample: number;
  }[];
  /** What moved the playhead. */
  readonly moves: readonly TimedMove[];
  readonly slices: readonly {
    readonly wallS: number;
    readonly startSample: number;
    readonly numSamples: number;
    readonly playheadSample: number;
    readonly leadS: number;
    readonly tags: number;
  }[];
  readonly ticks: readonly {
    readonly wallS: number;
    readonly playheadS: number;
    readonly stalenessS: number;
    readonly tags: number;
  }[];
}

/** From the worker. */
export type WorkerMessage =
  | { readonly type: "state"; readonly state: ClientState; readonly reason: string | null }
  | {
    readonly type: "lost";
    readonly code: number;
    readonly reason: string;
    readonly willReconnect: boolean;
  }
  | { readonly type: "ready"; readonly ready: ReadyMessage }
  | {
    readonly type: "buffer";
    readonly kind: "initial" | "swap" | "reconnect";
    readonly epoch: number;
    readonly bufferS: number;
    readonly peaks: Float32Array;
  }
  | { readonly type: "event"; readonly message: ServerMessage | { readonly type: string } }
  /** What a session that is watched plays with, now and then. */
  | { readonly type: "params"; readonly params: Readonly<Record<string, unknown>> }
  | { readonly type: "trouble"; readonly text: string }
  | { readonly type: "view"; readonly view: View }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown };
