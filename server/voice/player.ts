/**
 * The loudspeaker of this machine, as the voice server sees it.
 *
 * @module
 */
import type { DeviceAddress, ResolvedDevice } from "./devices.ts";

/** An output that speech is played on. */
export interface OutputDevice extends ResolvedDevice {
  /** How players address it; null for whatever the system chooses. */
  readonly address: DeviceAddress | null;
}

/** Plays one file at a time; who is next is decided elsewhere. */
export interface LocalPlayer {
  /**
   * Plays a WAV file to its end. `done` is told null, or why it could not; it comes once, also after
   * the returned function has stopped it.
   */
  play(
    wav: Uint8Array<ArrayBuffer>,
    device: OutputDevice,
    done: (error: string | null) => void,
  ): () => void;
}

/** Who wants to speak. */
export interface SpeakingHolder {
  readonly jobId: string;
  readonly text: string;
  /** How long the speech is. */
  readonly durationS: number;
}

/** Keeps processes that share a loudspeaker from talking over each other. */
export interface SpeakingLock {
  /**
   * Asks for the loudspeaker. `granted` is told null once it is ours, or why it cannot be had; never
   * before this returns. The returned function gives it back, or stops asking.
   */
  acquire(
    holder: SpeakingHolder,
    granted: (error: string | null) => void,
  ): () => void;
}
