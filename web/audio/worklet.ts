/**
 * The audio thread: plays the circular buffer and says where it is.
 *
 * @module
 */
import { REPORT_FRAMES, RING_PROCESSOR, type RingCommand, type RingReport } from "./messages.ts";
import { RingPlayer } from "./ring_player.ts";

// The global scope of an audio worklet; the libraries that TypeScript ships do not have it.
declare const currentFrame: number;
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => unknown): void;

/** Memory of patches that waits to go back: while the device is held, nothing is reported. */
const MAX_SPENT = 8;

class RingProcessor extends AudioWorkletProcessor {
  #player = new RingPlayer();
  readonly #silent = new Float32Array(128);
  #worker: MessagePort | null = null;
  #seq = 0;
  #sinceReport = 0;
  #spent: ArrayBuffer[] = [];

  constructor() {
    super();
    // The page sends the other end of each session's port: a new session begins in silence.
    this.port.onmessage = ({ data }: MessageEvent<MessagePort>) => {
      // What the session before has sent already may come later than this.
      if (this.#worker !== null) this.#worker.onmessage = null;
      this.#worker?.close();
      this.#player = new RingPlayer();
      this.#seq = 0;
      this.#spent = [];
      this.#worker = data;
      data.onmessage = ({ data }: MessageEvent<RingCommand>) => this.#carryOut(data);
    };
  }

  process(_inputs: unknown, outputs: Float32Array[][]): boolean {
    const [left = this.#silent, right = left] = outputs[0] ?? [];
    this.#player.render(left, right);
    this.#sinceReport += left.length;
    if (this.#sinceReport >= REPORT_FRAMES) this.#report(left.length);
    return true;
  }

  #carryOut(command: RingCommand): void {
    const player = this.#player;
    switch (command.type) {
      case "patch":
        player.patch(command.audio, command.startSample);
        if (this.#spent.length < MAX_SPENT) this.#spent.push(command.audio.buffer as ArrayBuffer);
        return;
      case "take": {
        const { audio, channels, position } = command;
        player.take({ audio, channels, frames: audio.length / channels }, position);
        break;
      }
      case "seek":
        player.seek(command.sample);
        break;
      case "pause":
        player.setPaused(command.isPaused);
        break;
      case "band":
        player.setBand(command.band);
        break;
      case "looping":
        player.setLooping(command.isLooping);
    }
    this.#seq = command.seq;
  }

  #report(blockFrames: number): void {
    this.#sinceReport = 0;
    if (this.#worker === null) return;
    const report: RingReport = {
      seq: this.#seq,
      sample: this.#player.position,
      contextTimeS: (currentFrame + blockFrames) / sampleRate,
      hasEnded: this.#player.hasEnded,
      spent: this.#spent,
    };
    this.#worker.postMessage(report, this.#spent);
    this.#spent = [];
  }
}

registerProcessor(RING_PROCESSOR, RingProcessor);
