/**
 * Makes the speech of a job: one sentence after the other, each faded out, with a pause in between.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { JobPiece, JobRequest } from "./job.ts";
import { pcmAtRate, SPEECH_HZ, type SpeechEngine } from "./speech/engine.ts";

/** The end of each sentence, seconds. */
const FADE_S = 0.02;

/** Hears how it goes. */
export interface GenerateWatcher {
  onPiece(piece: JobPiece): void;
  /** Comes once, and last; null when every sentence is there, else why not. */
  onEnd(error: string | null): void;
}

/** Begins; the returned function ends it at once, and then nothing more is heard of it. */
export function generate(
  job: { readonly sentences: readonly string[]; readonly request: JobRequest },
  engine: SpeechEngine,
  clock: Clock,
  watcher: GenerateWatcher,
): () => void {
  const { sentences, request: { voice, speed, emotion } } = job;
  let isOver = false;
  let cancel = () => {};
  const next = (index: number) => {
    const text = sentences[index]!;
    const startS = clock.now();
    let isAnswered = false;
    const stop = engine.say({ text, voice, speed, emotion }, (result) => {
      isAnswered = true;
      if (isOver) return;
      const isFinal = index === sentences.length - 1;
      const error = "error" in result
        ? result.error
        : result.pcm.length === 0
        ? "the engine gave no samples"
        : null;
      if (error !== null || "error" in result) {
        isOver = true;
        watcher.onEnd(error);
        return;
      }
      const pcm = pcmAtRate(result.pcm, result.sampleRate, SPEECH_HZ);
      fadeOut(pcm);
      watcher.onPiece({
        sentence: text,
        pcm: isFinal ? pcm : withPause(pcm, pauseAfterS(text)),
        samples: pcm.length,
        genS: clock.now() - startS,
        isFinal,
      });
      // Whoever heard the piece may have stopped the job.
      if (isOver) return;
      if (isFinal) {
        isOver = true;
        watcher.onEnd(null);
      } else {
        next(index + 1);
      }
    });
    if (!isAnswered) cancel = stop;
  };
  next(0);
  return () => {
    if (isOver) return;
    isOver = true;
    cancel();
  };
}

/** The silence between two sentences: longer after a longer one. */
export function pauseAfterS(sentence: string): number {
  return Math.min(0.2, 0.05 + 0.001 * sentence.length);
}

function fadeOut(pcm: Int16Array): void {
  const count = Math.min(pcm.length, Math.round(FADE_S * SPEECH_HZ));
  for (let i = 0; i < count; i++) {
    const at = pcm.length - count + i;
    pcm[at] = Math.round(pcm[at]! * (1 - (i + 1) / count));
  }
}

function withPause(pcm: Int16Array<ArrayBuffer>, pauseS: number): Int16Array<ArrayBuffer> {
  const longer = new Int16Array(pcm.length + Math.round(pauseS * SPEECH_HZ));
  longer.set(pcm);
  return longer;
}
