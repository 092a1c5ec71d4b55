/**
 * How a headless client is set up.
 *
 * @module
 */
import type { Clock } from "../../runtime/clock.ts";
import type { Rng } from "../../runtime/rng.ts";
import type { CodecAudio, PacketCodec } from "../../wire/codec.ts";
import type { ConfigMessage } from "../../wire/config.ts";
import type { Dial } from "../../wire/connection.ts";
import type { WrapKind } from "../circle.ts";
import type { Playhead } from "../playhead.ts";
import type { SkewModel } from "../skew.ts";
import type { ClientObserver } from "./observer.ts";
import type { ReconnectPolicy } from "./reconnect.ts";

/** Where a session's audio comes from. */
export type ClientSource =
  /** The server loads one of its fixtures; no PCM is sent. */
  | { readonly kind: "fixture"; readonly name: string }
  /** The client uploads PCM; without samples at timing fidelity. */
  | ({ readonly kind: "clip" } & CodecAudio);

/** What a careless client does, on purpose: defences that are switched off, one by one. */
export interface ClientFaults {
  /** Ticks carry no `playback_pos`. */
  readonly omitPlaybackPos?: boolean;
  /** Ticks carry the position of the moment at which the fault began. */
  readonly frozenPlaybackPos?: boolean;
  /** Nothing is sent at a tick. */
  readonly omitParams?: boolean;
  /** Echoes are neither adopted nor answered. */
  readonly ignoreEchoes?: boolean;
  /** LoRAs that a catalog lists as not enabled are disabled, as if the user had asked for it. */
  readonly obeyCatalog?: boolean;
  /** Ticks are sent however much waits to be sent. */
  readonly sendThroughBacklog?: boolean;
  /** Leads that a jump, a pause or a band explains are reported like any other. */
  readonly reportEveryLead?: boolean;
  /** A slice that cannot be decoded ends the connection. */
  readonly quitOnDamage?: boolean;
  /** A slice that cannot be decoded ends everything. */
  readonly throwOnDamage?: boolean;
  /** So long a slice takes to decode, milliseconds; it then goes into whatever buffer there is. */
  readonly decodeLateMs?: number;
  /** A reconnect counts as a swap, so that slices seem to be of another source ever after. */
  readonly miscountEpoch?: boolean;
  /** The buffer of a new session is not taken over after a reconnect. */
  readonly keepMirrorOnReconnect?: boolean;
  /** A new session is not told what the old one was told. */
  readonly forgetOnReconnect?: boolean;
  /** A reconnect forgets the knobs that somebody outside turned. */
  readonly forgetEchoesOnReconnect?: boolean;
  /** Playback goes round one frame too early. */
  readonly shortLap?: boolean;
  /** The recording goes on with the old buffer after a swap. */
  readonly keepRecorderOnSwap?: boolean;
  /** Reports go on counting the old buffer's records after a swap. */
  readonly keepRecordsOnSwap?: boolean;
  /** The end of a connection that was given up counts as the end of the present one. */
  readonly heedOrphans?: boolean;
  /** A preempted client comes back. */
  readonly returnAfterPreemption?: boolean;
}

/** What a {@link HeadlessClient} is made of. */
export interface HeadlessClientOptions {
  /** The road to the server. */
  readonly dial: Dial;
  /** All times come from it. */
  readonly clock: Clock;
  /** Draws the reconnect delays. */
  readonly rng: Rng;
  /** First message of each session; the source is filled in from `source`. */
  readonly config: ConfigMessage;
  /** Where the audio of the first session comes from. */
  readonly source: ClientSource;
  /** Ticks per second, at least 1. Default 30. */
  readonly paramsHz?: number;
  /** Playback rate. Default 1. */
  readonly rate?: number;
  /**
   * Where playback goes on after the last frame: `zero` (default) at the head, `seam` behind the seam
   * that a browser's player fades over.
   */
  readonly wrap?: WrapKind;
  /** Seconds of playback that are kept for a dump; 0 keeps none. Default 120. */
  readonly recordPlaybackS?: number;
  /**
   * `telemetry` (default) reports time, received bytes and leads with each tick, as browsers do;
   * `reference` does not, as the first headless client did.
   */
  readonly profile?: "telemetry" | "reference";
  /**
   * Where it plays, in place of a simulated playhead: a player with real sound hands in the position
   * of its audio device. `rate`, `wrap` and `audioSkew` then mean nothing.
   */
  readonly playhead?: Playhead;
  /** Skew of the audio device: the playhead. */
  readonly audioSkew?: SkewModel;
  /** Skew of the computer: ticks and `client_time`. */
  readonly clockSkew?: SkewModel;
  /** `full` (default) has samples; `timing` only knows how many there would be. */
  readonly fidelity?: "full" | "timing";
  /** How messages become packets; default what the fidelity asks for. */
  readonly codec?: PacketCodec;
  /** How a lost connection is made again; null (default) leaves it lost. */
  readonly reconnect?: ReconnectPolicy | null;
  /** Is told everything, as it happens. */
  readonly observer?: ClientObserver;
  /**
   * Without activity for longer than this the server may rest: records are tagged. 0 or less never
   * tags. Default 20.
   */
  readonly idlePauseS?: number;
  /** How long after a jump records are tagged as settling. Default 1. */
  readonly settleS?: number;
  /** How long a session may take to begin. Default 240. */
  readonly startTimeoutS?: number;
  /** Carelessness from the start; `setFaults` changes it. */
  readonly faults?: ClientFaults;
  /** Measures the client's own work, in seconds; default `clock`. */
  readonly workClock?: { now(): number };
  /** Shown in the status. */
  readonly url?: string;
}
