/**
 * Where a scenario about voices is played: what the runner needs of a target, simulated or live.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { SpeechProfile } from "../../server/voice/speech/modelled_engine.ts";
import type { NetworkFaults } from "../../sim/mod.ts";
import type { Dial } from "../../wire/mod.ts";
import type { Target } from "../result.ts";
import type { Play } from "../stage.ts";
import type { AskVoice, SpeakerEvent, VoiceBackdoor } from "./voice_api.ts";

/** A voice server, set up for one run. */
export interface VoiceStage {
  readonly target: Target;
  /** What listeners and runner wait on. */
  readonly clock: Clock;
  /** Whether virtual time is at work: everything else then happens in no time. */
  readonly isSimulated: boolean;
  /** What session ids begin with, so that those of a run are nobody else's. */
  readonly prefix: string;
  /** Asks the server. */
  readonly ask: AskVoice;
  /** The road to a WebSocket of the server, network weather included. */
  dial(path: string): Dial;
  readonly faults: NetworkFaults;
  /** A way into our own server; null where the server is not ours. */
  readonly backdoor: VoiceBackdoor<SpeechProfile> | null;
  /** Told what the loudspeaker does, where that can be known. */
  onSpeaker: ((event: SpeakerEvent) => void) | null;
  /** Told the files that it plays, where they can be had. */
  onSpeakerSound: ((jobId: string, wav: Uint8Array) => void) | null;
  /** Lets time pass until the play is over; `pending` gives what has to be answered before it may. */
  drive(play: Play, pending: () => Promise<unknown> | null): Promise<void>;
  /** Takes everything down. */
  close(): Promise<void>;
}
