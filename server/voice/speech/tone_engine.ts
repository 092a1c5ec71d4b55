import { sinTurns } from "../../../audio/mod.ts";
import { type Clock, fnv1a } from "../../../runtime/mod.ts";
import { RANKED_VOICES } from "../voice_pool.ts";
import {
  SPEECH_HZ,
  type SpeechEngine,
  type SpeechResult,
  toPcm16,
  type Utterance,
} from "./engine.ts";

/** How the tone engine behaves. */
export interface ToneOptions {
  /** Seconds of audio that it makes in a second; default 50. */
  readonly realTimeFactor?: number;
  /** Seconds of audio for each character; default 0.06. */
  readonly sPerChar?: number;
  readonly voices?: readonly string[];
  /** Sentences that fail, for tests of what becomes of their jobs. */
  readonly failsOn?: (utterance: Utterance) => boolean;
}

/**
 * Says every sentence as a tone: of a pitch that follows the voice, and of a length that follows the
 * text. For virtual time and for tests of who speaks when; nobody understands it.
 */
export class ToneEngine implements SpeechEngine {
  /** Its voices are those of the pool unless others are given. */
  readonly info;
  readonly isLoaded = true;
  readonly #clock: Clock;
  readonly #options: ToneOptions;

  /** An engine that takes its time on `clock`. */
  constructor(clock: Clock, options: ToneOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    const { voices = RANKED_VOICES } = options;
    this.info = {
      ...{ name: "tone", modelId: "sine", voices, defaultVoice: voices[0]! },
      supports: ["speed"] as const,
    };
  }

  /** Says it in `duration / realTimeFactor` seconds. */
  say(utterance: Utterance, done: (result: SpeechResult) => void): () => void {
    const { realTimeFactor = 50, sPerChar = 0.06, failsOn = () => false } = this.#options;
    const durationS = utterance.text.length * sPerChar / utterance.speed;
    const timer = this.#clock.after(durationS / realTimeFactor, () => {
      if (failsOn(utterance)) done({ error: "the tone engine was told to fail here" });
      else done({ pcm: tone(utterance.voice, durationS), sampleRate: SPEECH_HZ });
    });
    return () => timer.cancel();
  }

  /** It holds nothing. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function tone(voice: string, durationS: number): Int16Array<ArrayBuffer> {
  const hz = 200 + fnv1a(voice) % 400;
  const audio = new Float32Array(Math.max(1, Math.round(durationS * SPEECH_HZ)));
  for (let i = 0; i < audio.length; i++) audio[i] = 0.3 * sinTurns(hz * i / SPEECH_HZ);
  return toPcm16(audio);
}
