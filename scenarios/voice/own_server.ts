/**
 * A scenario's voice server in the parts that it is put together from, for a simulated world and for
 * our own server in another process alike.
 *
 * @module
 */
import type { Clock, Rng } from "../../runtime/mod.ts";
import type { DeviceLister } from "../../server/voice/devices.ts";
import { ModelledSpeech, type SpeechProfile } from "../../server/voice/speech/modelled_engine.ts";
import type { VoiceServer } from "../../server/voice/voice_server.ts";
import { ModelledSpeaker } from "./speaker.ts";
import type { DevicesSpec, VoiceServerSpec } from "./types.ts";
import type { SpeakerEvent, VoiceBackdoor } from "./voice_api.ts";

/** What those parts are made of. */
export interface OwnVoiceOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly server: VoiceServerSpec;
  readonly engine: SpeechProfile;
  /** Whether speech can be heard, or only takes its time. */
  readonly hasSound: boolean;
  /** Told what the loudspeaker does. */
  readonly onSpeaker: (event: SpeakerEvent, wav: Uint8Array) => void;
}

/** Engine, loudspeaker and devices of a scenario's voice server. */
export class OwnVoice implements VoiceBackdoor<SpeechProfile> {
  readonly engine: ModelledSpeech;
  readonly player: ModelledSpeaker;
  readonly devices: DeviceLister;
  /** The server that they belong to, as soon as there is one. */
  server: VoiceServer | null = null;
  #devices: DevicesSpec;

  /** Parts that nothing has asked yet. */
  constructor(options: OwnVoiceOptions) {
    const { clock, rng, server, hasSound } = options;
    this.#devices = server.devices;
    this.engine = new ModelledSpeech({
      ...{ clock, rng: rng.split("speech"), profile: options.engine, hasSound },
      ...{ workers: server.workers, losesWorkers: server.faults.loseWorkers },
    });
    this.player = new ModelledSpeaker(
      clock,
      () => this.server?.playing?.id ?? null,
      options.onSpeaker,
    );
    const first = server.devices;
    const devices = () => server.faults.rememberDevices ? first : this.#devices;
    this.devices = {
      list: () => devices().devices,
      defaultIndex: () => devices().defaultIndex,
    };
  }

  /** Devices came or went. */
  setDevices(devices: DevicesSpec): void {
    this.#devices = devices;
  }

  /** The engine takes another time from now on. */
  setEngine(profile: SpeechProfile): void {
    this.engine.setProfile(profile);
  }
}
