/// <reference lib="dom" />
import type { ClipPlayer, PlayEvents } from "./clip_queue.ts";
import "./voice_window.ts";

/** A context whose output device can be chosen; not every browser's can. */
type SinkContext = AudioContext & { setSinkId?(id: string): Promise<void> };

/** Whether sound comes out: no context yet, held by the browser, or running. */
export type SoundState = "none" | "held" | "running";

/** The page's only audio context, and the device that it plays on. */
export class Loudspeaker implements ClipPlayer {
  readonly #onState: (state: SoundState) => void;
  readonly #onDeviceError: (reason: string) => void;
  #context: SinkContext | null = null;
  #analyser: AnalyserNode | null = null;
  #wantedSink = "";
  #appliedSink = "";
  #isApplying = false;

  /**
   * There is no context yet.
   *
   * @param onState Told when sound begins or ceases to come out.
   * @param onDeviceError Told when a device could not be used.
   */
  constructor(onState: (state: SoundState) => void, onDeviceError: (reason: string) => void) {
    this.#onState = onState;
    this.#onDeviceError = onDeviceError;
  }

  /** Whether sound comes out. */
  get state(): SoundState {
    if (this.#context === null) return "none";
    return this.#context.state === "running" ? "running" : "held";
  }

  get isReady(): boolean {
    return this.state === "running";
  }

  get timeS(): number {
    return this.#context?.currentTime ?? 0;
  }

  /** The device that it plays on; empty for the system's. */
  get sink(): string {
    return this.#appliedSink;
  }

  /** How loud it is now: the root of the mean square of the newest samples, 0..1. */
  get level(): number {
    if (this.#analyser === null) return 0;
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
  }

  /** Lets sound out, as far as the browser permits: it waits for a click or a key. */
  wake(): void {
    const context = this.#context ?? this.#open();
    // May stay open until somebody presses something; then the state says so.
    if (context.state !== "running") context.resume().catch(() => {});
  }

  /** Plays on this device from now on; empty is the system's. The last word counts. */
  useSink(id: string): void {
    this.#wantedSink = id;
    if (this.#context !== null && !this.#isApplying) void this.#applySink(this.#context);
  }

  play(wav: ArrayBuffer, { started, ended }: PlayEvents): () => void {
    const context = this.#context!;
    let source: AudioBufferSourceNode | null = null;
    let isOver = false;
    const over = (error: string | null) => {
      if (isOver) return;
      isOver = true;
      ended(error);
    };
    context.decodeAudioData(wav).then((buffer) => {
      if (isOver) return;
      source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(this.#analyser!);
      source.onended = () => over(null);
      source.start();
      started();
    }, (error) => over(String(error)));
    return () => {
      isOver = true;
      source?.stop();
      source?.disconnect();
    };
  }

  #open(): SinkContext {
    const context: SinkContext = new AudioContext();
    this.#context = context;
    this.#analyser = context.createAnalyser();
    this.#analyser.connect(context.destination);
    globalThis.__mod3AudioCtx = context;
    context.onstatechange = () => this.#onState(this.state);
    if (this.#wantedSink !== "") void this.#applySink(context);
    this.#onState(this.state);
    return context;
  }

  /** One change at a time: browsers do not say which of two that overlap wins. */
  async #applySink(context: SinkContext): Promise<void> {
    this.#isApplying = true;
    while (this.#appliedSink !== this.#wantedSink) {
      const id = this.#wantedSink;
      try {
        if (context.setSinkId === undefined) throw new Error("this browser has one output only");
        await context.setSinkId(id);
        this.#appliedSink = id;
      } catch (error) {
        if (id !== this.#wantedSink) continue;
        this.#onDeviceError(error instanceof Error ? error.message : String(error));
        break;
      }
    }
    this.#isApplying = false;
  }
}
