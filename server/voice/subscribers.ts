/**
 * Who hears a session: sinks by session id. An id need not be registered to be listened to.
 *
 * @module
 */
import { NO_VOICE_FAULTS, type VoiceFaults } from "./faults.ts";
import type { JobId } from "./ids.ts";

/** Audio on its way to listeners: a whole file, or one sentence of it. */
export interface SpokenAudio {
  readonly sessionId: string;
  readonly jobId: JobId;
  readonly durationS: number;
  readonly sampleRate: number;
  /** A complete WAV file. */
  readonly wav: Uint8Array<ArrayBuffer>;
  /** Counts what is sent to listeners, over the whole server. */
  readonly seq: number;
  /** Which sentence it is; null for a whole file. */
  readonly part: { readonly index: number; readonly isFinal: boolean } | null;
}

/** Somebody who listens: a WebSocket is one kind, and there may be others. */
export interface AudioSink {
  /** What kind it is, by which it is counted; such as `websocket`. */
  readonly kind: string;
  /** Whether it takes sentences as they come, not the whole file at the end. */
  readonly wantsParts: boolean;
  /** Takes audio; false when it cannot. Never waits. */
  take(audio: SpokenAudio): boolean;
  /** A job that it may still be playing has been stopped. */
  stop?(jobId: JobId): void;
}

/** Listeners by session. */
export class Subscribers {
  readonly #sinks = new Map<string, Set<AudioSink>>();
  readonly #onChange: (sessionId: string, count: number) => void;
  readonly #faults: VoiceFaults;
  #seq = 0;

  /** Nobody listens; `onChange` is told when somebody comes or goes. */
  constructor(
    onChange: (sessionId: string, count: number) => void = () => {},
    faults: VoiceFaults = NO_VOICE_FAULTS,
  ) {
    this.#onChange = onChange;
    this.#faults = faults;
  }

  /** Somebody listens to a session. */
  add(sessionId: string, sink: AudioSink): void {
    const sinks = this.#sinks.get(sessionId) ?? new Set();
    this.#sinks.set(sessionId, sinks.add(sink));
    this.#onChange(sessionId, sinks.size);
  }

  /** Somebody has gone; once is enough. */
  remove(sessionId: string, sink: AudioSink): void {
    if (this.#faults.trustGoneListeners) return;
    const sinks = this.#sinks.get(sessionId);
    if (sinks === undefined || !sinks.delete(sink)) return;
    if (sinks.size === 0) this.#sinks.delete(sessionId);
    this.#onChange(sessionId, sinks.size);
  }

  /** How many listen to a session: all of them, or those of one kind. */
  count(sessionId: string, kind?: string): number {
    const sinks = this.#sinks.get(sessionId);
    if (sinks === undefined || kind === undefined) return sinks?.size ?? 0;
    return [...sinks].filter((sink) => sink.kind === kind).length;
  }

  /** How many listen to which session; those without anybody are left out. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#sinks].map(([id, sinks]) => [id, sinks.size]));
  }

  /** Those who take sentences as they come. */
  partSinks(sessionId: string): AudioSink[] {
    return [...this.#sinks.get(sessionId) ?? []].filter(({ wantsParts }) => wantsParts);
  }

  /** Whether a sink still listens. */
  has(sessionId: string, sink: AudioSink): boolean {
    return this.#sinks.get(sessionId)?.has(sink) ?? false;
  }

  /** Gives a whole file to everybody who takes files; the number of those who took it. */
  emitWhole(audio: Omit<SpokenAudio, "seq" | "part">): number {
    const { broadcast, playAnyway, dropUnheard, trustGoneListeners } = this.#faults;
    const heard = broadcast
      ? [...this.#sinks.values()].flatMap((sinks) => [...sinks])
      : [...this.#sinks.get(audio.sessionId) ?? []];
    const sinks = heard.filter((it) => !it.wantsParts);
    if (sinks.length === 0) return dropUnheard ? 1 : 0;
    const whole: SpokenAudio = { ...audio, seq: ++this.#seq, part: null };
    const taken = sinks.filter((sink) => sink.take(whole)).length;
    if (playAnyway) return 0;
    return trustGoneListeners ? sinks.length : taken;
  }

  /** Gives a sentence to `sinks`; gives back those who took it. */
  emitPart(audio: Omit<SpokenAudio, "seq">, sinks: readonly AudioSink[]): AudioSink[] {
    if (sinks.length === 0) return [];
    const part: SpokenAudio = { ...audio, seq: ++this.#seq };
    return sinks.filter((sink) => this.has(audio.sessionId, sink) && sink.take(part));
  }

  /** Tells the listeners of a session that a job was stopped. */
  stop(sessionId: string, jobId: JobId): void {
    for (const sink of this.#sinks.get(sessionId) ?? []) sink.stop?.(jobId);
  }
}

/** A listener that keeps what it hears: for tests, and for programs that embed the server. */
export class MemorySink implements AudioSink {
  readonly kind = "memory";
  /** What it was given, in order. */
  readonly heard: SpokenAudio[] = [];
  /** Jobs that were stopped. */
  readonly stopped: JobId[] = [];
  readonly wantsParts: boolean;
  readonly #maxItems: number;

  /** Hears nothing yet; keeps at most `maxItems`, and refuses more. */
  constructor({ wantsParts = false, maxItems = 10_000 } = {}) {
    this.wantsParts = wantsParts;
    this.#maxItems = maxItems;
  }

  /** Keeps it. */
  take(audio: SpokenAudio): boolean {
    if (this.heard.length >= this.#maxItems) return false;
    this.heard.push(audio);
    return true;
  }

  /** Keeps the job's id. */
  stop(jobId: JobId): void {
    this.stopped.push(jobId);
  }
}
