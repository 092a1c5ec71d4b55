import { sinTurns } from "../../../audio/mod.ts";
import { type Clock, fnv1a, type Rng, type Timer } from "../../../runtime/mod.ts";
import { RANKED_VOICES } from "../voice_pool.ts";
import {
  type EngineInfo,
  SPEECH_HZ,
  type SpeechEngine,
  type SpeechResult,
  toPcm16,
  type Utterance,
} from "./engine.ts";

/** How long speech takes, and how long it is. */
export interface SpeechProfile {
  /** Seconds of speech for each character, at the voice's own tempo. */
  readonly sPerChar: number;
  /** Seconds of speech that are made in a second. */
  readonly realTimeFactor: number;
  /** What each sentence takes beside that, ms. */
  readonly startMs: number;
  /** Standard deviation of what a sentence takes, ms. */
  readonly jitterMs: number;
  /** A worker crashes at a sentence with this word in it; none does where it is absent. */
  readonly crashesAt?: string;
  /** How long a worker that crashed takes to be there again, ms. */
  readonly restartMs: number;
}

/** What a {@link ModelledSpeech} is made of. */
export interface ModelledSpeechOptions {
  readonly clock: Clock;
  /** Its own stream, for jitter. */
  readonly rng: Rng;
  readonly profile: SpeechProfile;
  /** Sentences that are said at a time. */
  readonly workers: number;
  /** Tones; without them, silence of the same length. */
  readonly hasSound: boolean;
  /** Whether a worker that crashed stays dead. */
  readonly losesWorkers?: boolean;
}

/** A sentence that waits for a worker, or is being said. */
interface Order {
  readonly utterance: Utterance;
  readonly done: (result: SpeechResult) => void;
  timer: Timer | null;
}

/** What a crash is called. */
export const WORKER_CRASHED = "the worker that spoke has crashed";

/**
 * Speech with the timing of a model, by so many workers: every sentence is a tone whose pitch follows
 * the voice and whose length follows the text. Nobody understands it.
 */
export class ModelledSpeech implements SpeechEngine {
  readonly info: EngineInfo = {
    ...{ name: "modelled", modelId: "tone", voices: RANKED_VOICES },
    ...{ defaultVoice: RANKED_VOICES[0]!, supports: ["speed"] },
  };
  readonly isLoaded = true;
  readonly #options: ModelledSpeechOptions;
  readonly #waiting: Order[] = [];
  /** The longest tone of each voice so far: shorter ones are its beginning. */
  readonly #tones = new Map<string, Int16Array<ArrayBuffer>>();
  #profile: SpeechProfile;
  #free: number;

  /** An engine whose workers are all free. */
  constructor(options: ModelledSpeechOptions) {
    this.#options = options;
    this.#profile = options.profile;
    this.#free = options.workers;
  }

  /** Another timing from now on; a sentence under way keeps its own. */
  setProfile(profile: SpeechProfile): void {
    this.#profile = profile;
  }

  /** Says a sentence as soon as a worker is free. */
  say(utterance: Utterance, done: (result: SpeechResult) => void): () => void {
    const order: Order = { utterance, done, timer: null };
    this.#waiting.push(order);
    this.#fill();
    return () => this.#cancel(order);
  }

  /** It holds nothing that outlives its clock. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #cancel(order: Order): void {
    const at = this.#waiting.indexOf(order);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (order.timer === null) return;
    order.timer.cancel();
    order.timer = null;
    this.#freed();
  }

  #fill(): void {
    while (this.#free > 0) {
      const order = this.#waiting.shift();
      if (order === undefined) return;
      this.#free--;
      this.#begin(order);
    }
  }

  #freed(): void {
    this.#free++;
    this.#fill();
  }

  #begin(order: Order): void {
    const { clock, rng, losesWorkers = false } = this.#options;
    const { realTimeFactor, startMs, jitterMs, crashesAt, restartMs } = this.#profile;
    const { utterance, done } = order;
    const durationS = utterance.text.length * this.#profile.sPerChar / utterance.speed;
    const usualS = startMs / 1000 + durationS / realTimeFactor;
    const takesS = jitterMs === 0 ? usualS : Math.max(0.001, rng.normal(usualS, jitterMs / 1000));
    if (crashesAt !== undefined && utterance.text.includes(crashesAt)) {
      order.timer = clock.after(takesS / 2, () => {
        order.timer = null;
        if (!losesWorkers) clock.after(restartMs / 1000, () => this.#freed());
        done({ error: WORKER_CRASHED });
      });
      return;
    }
    order.timer = clock.after(takesS, () => {
      order.timer = null;
      this.#freed();
      done({ pcm: this.#sound(utterance.voice, durationS), sampleRate: SPEECH_HZ });
    });
  }

  #sound(voice: string, durationS: number): Int16Array<ArrayBuffer> {
    const length = Math.max(1, Math.round(durationS * SPEECH_HZ));
    if (!this.#options.hasSound) return new Int16Array(length);
    const known = this.#tones.get(voice);
    if (known !== undefined && known.length >= length) return known.slice(0, length);
    const made = tone(voice, length);
    this.#tones.set(voice, made);
    return made.slice();
  }
}

/** Rise and fall of a syllable, seconds: jobs are told apart by ear, and syllables counted. */
const SYLLABLE_S = 0.18;

function tone(voice: string, length: number): Int16Array<ArrayBuffer> {
  const hz = 180 + fnv1a(voice) % 320;
  const audio = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const atS = i / SPEECH_HZ;
    const part = (atS % SYLLABLE_S) / SYLLABLE_S;
    const level = 0.3 * Math.min(1, 8 * part, 4 * (1 - part));
    audio[i] = level * (sinTurns(hz * atS) + 0.3 * sinTurns(2 * hz * atS)) / 1.3;
  }
  return toPcm16(audio);
}
