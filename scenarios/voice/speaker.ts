import type { Clock } from "../../runtime/mod.ts";
import type { ResolvedDevice } from "../../server/voice/devices.ts";
import type { LocalPlayer } from "../../server/voice/player.ts";
import { SPEECH_HZ } from "../../server/voice/speech/engine.ts";
import { WAV_HEAD_BYTES } from "../../server/voice/wav.ts";
import type { SpeakerEvent } from "./voice_api.ts";

/** Makes no sound, takes as long as the file lasts, and tells what it "plays" on which device. */
export class ModelledSpeaker implements LocalPlayer {
  readonly #clock: Clock;
  readonly #playing: () => string | null;
  readonly #tell: (event: SpeakerEvent, wav: Uint8Array) => void;

  /** @param playing The job that the server is about to have played. */
  constructor(
    clock: Clock,
    playing: () => string | null,
    tell: (event: SpeakerEvent, wav: Uint8Array) => void,
  ) {
    this.#clock = clock;
    this.#playing = playing;
    this.#tell = tell;
  }

  /** "Plays" a file to its end. */
  play(
    wav: Uint8Array<ArrayBuffer>,
    { name: device }: ResolvedDevice,
    done: (error: string | null) => void,
  ): () => void {
    const jobId = this.#playing() ?? "";
    const durationS = Math.max(0, wav.length - WAV_HEAD_BYTES) / 2 / SPEECH_HZ;
    let isOver = false;
    const over = (isStopped: boolean) => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      this.#tell({ kind: "end", jobId, isStopped }, wav);
      done(null);
    };
    this.#tell({ kind: "begin", jobId, device }, wav);
    const timer = this.#clock.after(durationS, () => over(false));
    return () => over(true);
  }
}
