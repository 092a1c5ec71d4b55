import type { AudioClip, ControlState, NamedClip, StemMode } from "../engine.ts";
import { clipFrame, type FrameParts, loadFrame, renderFrame, stateFrame } from "./bodies.ts";

/** A window that is wanted. */
export interface WindowRequest {
  readonly startSample: number;
  readonly frames: number;
  /** How many samples the answer must have. */
  readonly samples: number;
  readonly state: ControlState;
}

/** A window that was asked for. */
export interface AskedWindow {
  readonly id: number;
  readonly request: WindowRequest;
}

/**
 * What an engine is to be told, in the right order: the newest source, then references and controls
 * that it does not have, then the request. Nothing queues: what has not gone out is replaced.
 */
export class Errands {
  #source: { readonly clip: AudioClip; readonly stemMode: StemMode } | null = null;
  #isLoading = false;
  #sentState: ControlState | null = null;
  /** References that the engine has: those of the last state, by the number it knows them by. */
  #held = new Map<NamedClip, number>();
  #clips = 0;
  #wanted: WindowRequest | null = null;
  #asked: AskedWindow | null = null;
  #requests = 0;

  /** The window that the engine knows is wanted, and has not answered. */
  get asked(): AskedWindow | null {
    return this.#asked;
  }

  /** Whether a source is on its way, and the engine has not said that it is loaded. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Whether windows can be asked for: the engine has the newest source. */
  get isSettled(): boolean {
    return this.#source === null && !this.#isLoading;
  }

  /** The source of the windows to come. */
  load(clip: AudioClip, stemMode: StemMode): void {
    this.#source = { clip, stemMode };
  }

  /** The engine has taken up the source. */
  loaded(): void {
    this.#isLoading = false;
  }

  /** A window is wanted. */
  want(request: WindowRequest): void {
    this.#wanted = request;
  }

  /** No window is wanted any more: it is there, or will not be. */
  forget(): void {
    this.#wanted = null;
    this.#asked = null;
  }

  /** The next frame to send; null when there is none, or none before the source is loaded. */
  next(): FrameParts | null {
    if (this.#isLoading) return null;
    const source = this.#source;
    if (source !== null) {
      this.#source = null;
      this.#isLoading = true;
      return loadFrame(source.clip, source.stemMode);
    }
    const request = this.#wanted;
    if (request === null) return null;
    if (request.state !== this.#sentState) return this.#nextOfState(request.state);
    this.#wanted = null;
    this.#requests = this.#requests % 0xffff_ffff + 1;
    this.#asked = { id: this.#requests, request };
    return renderFrame(this.#requests, request.startSample, request.frames);
  }

  #nextOfState(state: ControlState): FrameParts {
    const clips = [state.timbre, state.structure].filter((clip) => clip !== null);
    const missing = clips.find((clip) => !this.#held.has(clip));
    if (missing !== undefined) {
      this.#held.set(missing, ++this.#clips);
      return clipFrame(this.#clips, missing);
    }
    this.#sentState = state;
    this.#held = new Map(clips.map((clip) => [clip, this.#held.get(clip)!]));
    return stateFrame(state, (clip) => this.#held.get(clip)!);
  }
}
