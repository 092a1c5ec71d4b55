/**
 * What makes the audio. A session asks its engine for one window at a time, under one control state;
 * everything else (where, how far ahead, for whom) is the session's business.
 *
 * @module
 */
import { HeadwayError } from "../../../runtime/mod.ts";
import type { TroubleReport } from "./trouble.ts";

/** A piece of interleaved audio that a client or a fixture supplied. */
export interface AudioClip {
  /** Interleaved f32 samples, `frames * channels` values. */
  readonly audio: Float32Array;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
}

/** A clip with a name: a timbre or structure reference. */
export interface NamedClip extends AudioClip {
  readonly name: string;
}

/** Which part of the source a session plays. */
export type StemMode = "full" | "vocals" | "instruments";

/**
 * Everything that decides how a window sounds. A session makes a new state object for each change,
 * so an engine may keep what it derived from one by identity.
 */
export interface ControlState {
  /** Knob values by registry name; unknown keys pass through. */
  readonly knobs: Readonly<Record<string, unknown>>;
  readonly prompt: string;
  readonly promptB: string;
  /** 0 = prompt A, 1 = prompt B. */
  readonly promptBlend: number;
  readonly loras: readonly { readonly id: string; readonly strength: number }[];
  readonly timbre: NamedClip | null;
  /** 0..1. */
  readonly timbreStrength: number;
  readonly structure: NamedClip | null;
}

/** One window to make. */
export interface RenderRequest {
  /** First frame of the window in the source buffer. The window never wraps. */
  readonly startSample: number;
  /** Frames to make, at least 1. */
  readonly frames: number;
  readonly state: ControlState;
  /**
   * Where the interleaved samples go: `frames * channels` values. Empty at timing fidelity, where no
   * samples exist.
   */
  readonly out: Float32Array;
}

/** How a window was made. */
export interface RenderResult {
  /** Time of the generation step, ms. */
  readonly tickMs: number;
  /** Time of decoding the window, ms. */
  readonly decMs: number;
}

/** A window cannot be made, but others may be: the session goes on without it. */
export class WindowMissedError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "WindowMissedError";
}

/** Makes windows of audio for one session. */
export interface Engine {
  /** Name in logs and reports. */
  readonly name: string;
  /**
   * Tells of troubles that the engine itself tries to mend, from its making on. An engine that has
   * none leaves it out.
   */
  watch?(onTrouble: (report: TroubleReport) => void): void;
  /**
   * Takes a new source: at session start and at each committed swap. `stemMode` chooses the part of
   * it that is played. Windows asked for later belong to this source.
   */
  load(source: AudioClip, stemMode: StemMode): void;
  /**
   * Makes one window into `request.out`, then calls `done`, at once or later, exactly once, unless
   * the engine is disposed of before. At most one window is under way at a time. An engine that
   * cannot go on calls `failed` instead (or throws): the session then ends, unless the error is a
   * {@link WindowMissedError}, which costs this window only.
   */
  render(
    request: RenderRequest,
    done: (result: RenderResult) => void,
    failed: (error: Error) => void,
  ): void;
  /** Releases what it holds; a window under way is never finished. */
  dispose(): void;
}
