import type { VoiceSessionId } from "./ids.ts";

/** The voices that are given out, best first. */
export const RANKED_VOICES: readonly string[] = [
  ...["bm_lewis", "af_heart", "bf_emma", "am_adam", "af_bella", "bf_isabella", "bm_george"],
  ...["am_michael", "af_sarah", "af_nicole", "af_sky"],
];

/** Names that a pool keeps beside those that are held. */
const MAX_NAMES = 256;

/** What a session is given. */
export interface Allocation {
  /** The voice's name. */
  readonly voice: string;
  /** Whether another session has it already. */
  readonly isConflict: boolean;
}

/** Ranked voices, and which session holds which. A voice that several use has its oldest for holder. */
export class VoicePool {
  readonly #names: string[];
  readonly #holders = new Map<string, VoiceSessionId>();

  /** A pool with every voice free. */
  constructor(names: readonly string[] = RANKED_VOICES) {
    this.#names = [...names];
  }

  /** Every voice, best first. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Which session holds which voice. */
  get holders(): Readonly<Record<string, VoiceSessionId>> {
    return Object.fromEntries(this.#holders);
  }

  /**
   * Gives a voice out: what was asked for, else the best that is free, else the best of all. A name
   * that the pool does not know joins it.
   */
  allocate(session: VoiceSessionId, preferred: string | null): Allocation {
    if (preferred !== null && preferred !== "") {
      if (!this.#names.includes(preferred)) this.#join(preferred);
      const isConflict = this.#holders.has(preferred);
      if (!isConflict) this.#holders.set(preferred, session);
      return { voice: preferred, isConflict };
    }
    const free = this.#names.find((name) => !this.#holders.has(name));
    if (free === undefined) return { voice: this.#names[0] ?? RANKED_VOICES[0]!, isConflict: true };
    this.#holders.set(free, session);
    return { voice: free, isConflict: false };
  }

  /** Takes a voice back. Who else uses it, the oldest of `others`, holds it from now on. */
  release(session: VoiceSessionId, voice: string, others: readonly VoiceSessionId[]): void {
    if (this.#holders.get(voice) !== session) return;
    if (others.length === 0) this.#holders.delete(voice);
    else this.#holders.set(voice, others[0]!);
  }

  /** A name that came along stays; of too many, the oldest that nobody holds goes. */
  #join(name: string): void {
    if (this.#names.length >= MAX_NAMES) {
      const at = this.#names.findIndex((it) =>
        !RANKED_VOICES.includes(it) && !this.#holders.has(it)
      );
      if (at >= 0) this.#names.splice(at, 1);
    }
    this.#names.push(name);
  }
}
