/**
 * A voice server in virtual time, for tests: tones for speech, a player that makes no sound.
 *
 * @module
 */
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import { silentLog } from "../../server/log.ts";
import type { DeviceAddress, DeviceLister } from "../../server/voice/devices.ts";
import type { Job, JobRequest, JobWatcher } from "../../server/voice/job.ts";
import type { LocalPlayer, OutputDevice } from "../../server/voice/player.ts";
import { ToneEngine, type ToneOptions } from "../../server/voice/speech/tone_engine.ts";
import { VoiceServer, type VoiceServerOptions } from "../../server/voice/voice_server.ts";

/** Two outputs and a microphone, of which the second output is the system's choice. */
export const SOME_DEVICES: DeviceLister = {
  list: () => [
    { name: "Built-in Output", outputChannels: 2 },
    { name: "Microphone", outputChannels: 0 },
    { name: "USB Headset", outputChannels: 2 },
  ],
  defaultIndex: () => 2,
};

/** What a {@link SilentPlayer} was told to play. */
export interface Played {
  readonly wav: Uint8Array<ArrayBuffer>;
  readonly device: string;
  readonly address: DeviceAddress | null;
  readonly atS: number;
  isStopped: boolean;
}

/** Plays for as long as the file lasts, and keeps what it played. */
export class SilentPlayer implements LocalPlayer {
  readonly played: Played[] = [];
  /** What it ends with. */
  error: string | null = null;
  /** Files that play at the same time; more than one is a mistake. */
  most = 0;
  #now = 0;
  readonly #clock: VirtualClock;

  /** A player on virtual time. */
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** "Plays". */
  play(
    wav: Uint8Array<ArrayBuffer>,
    { name: device, address }: Pick<OutputDevice, "name" | "address">,
    done: (error: string | null) => void,
  ): () => void {
    const atS = this.#clock.now();
    const played: Played = { wav, device, address, atS, isStopped: false };
    this.played.push(played);
    this.most = Math.max(this.most, ++this.#now);
    const over = () => {
      this.#now--;
      done(this.error);
    };
    const timer = this.#clock.after((wav.length - 44) / 48_000, over);
    return () => {
      if (played.isStopped) return;
      played.isStopped = true;
      timer.cancel();
      over();
    };
  }
}

/** Lets promises go on. */
export async function tick(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

/** A server, its clock and its player. */
export interface VoiceRig {
  readonly clock: VirtualClock;
  readonly player: SilentPlayer;
  readonly voice: VoiceServer;
  /** Registers a session. */
  join(id: string, priority?: number): void;
  /** Asks for speech of a session, which the local player plays if nobody listens. */
  speak(id: string | null, text: string, more?: Partial<JobRequest>, watcher?: JobWatcher): Job;
}

/** Makes one. */
export function voiceRig(
  options: Partial<VoiceServerOptions> & {
    readonly tone?: ToneOptions;
    /** Shared by several rigs; default a clock of its own. */
    readonly clock?: VirtualClock;
  } = {},
): VoiceRig {
  const { clock = new VirtualClock(1000) } = options;
  const player = new SilentPlayer(clock);
  const voice = new VoiceServer({
    ...{ clock, rng: new Rng("voice"), log: silentLog, player, devices: SOME_DEVICES },
    engines: [new ToneEngine(clock, options.tone)],
    ...{ workers: 1, policy: "round-robin", expiryS: 300 },
    ...options,
  });
  return {
    ...{ clock, player, voice },
    join: (sessionId, priority = 0) =>
      void voice.registry.register({ sessionId, participantId: sessionId, priority }),
    speak(id, text, more = {}, watcher = {}) {
      const session = id === null ? null : voice.registry.get(id);
      return voice.submit({
        ...{ type: "speak", text, voice: session?.assignedVoice ?? "bm_lewis" },
        ...{ speed: 1, emotion: 0.5, format: "wav", session, isRouted: true, playsLocally: true },
        ...more,
      }, watcher);
    },
  };
}
