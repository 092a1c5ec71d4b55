import type { DeviceLister } from "../../server/voice/devices.ts";
import type { VoiceFaults } from "../../server/voice/faults.ts";
import type { Responder } from "../../server/voice/chat/responder.ts";
import type { LocalPlayer } from "../../server/voice/player.ts";
import type { VoicePolicy } from "../../server/voice/policy_queue.ts";
import type { Recognizer } from "../../server/voice/recognizer.ts";
import type { SpeechEngine } from "../../server/voice/speech/engine.ts";
import type { VoiceServer } from "../../server/voice/voice_server.ts";

/** The voice listener's port, unless told otherwise. */
export const DEFAULT_VOICE_PORT = 7860;
/** The channel forwarder's port, unless told otherwise. */
export const DEFAULT_CHANNEL_PORT = 6931;
/** Seconds after which a session without listeners goes, unless told otherwise. */
export const DEFAULT_VOICE_EXPIRY_S = 300;
/** Jobs whose speech is made at a time, unless told otherwise. */
export const DEFAULT_VOICE_WORKERS = 2;

/** A port, `"off"` for no listener, `"default"` for the usual port where that is free. */
export type OptionalPort = number | "off" | "default";

/** Options of the voice server. */
export interface VoiceOptions {
  /** Address of the voice listener; default 127.0.0.1. */
  readonly voiceHost?: string;
  /** Port of the voice listener; default off. */
  readonly voicePort?: OptionalPort;
  /** Who is served first; default `round-robin`. */
  readonly voicePolicy?: VoicePolicy;
  /** Jobs whose speech is made at a time; default 2. */
  readonly voiceWorkers?: number;
  /** Seconds after which a session goes whose last listener has left; default 300, 0 never. */
  readonly voiceExpiryS?: number;
  /** Program that plays WAV files, which it gets as its last argument; default one by platform. */
  readonly voicePlayer?: readonly string[];
  /** Never plays on this machine. */
  readonly voiceMute?: boolean;
  /**
   * Folder of files that wait to be played, and of the lock by which servers that share it do not speak
   * at the same time; default the system's own for such files, and no lock.
   */
  readonly voiceFolder?: string;
  /** File by which other programs tell that somebody speaks; default none. */
  readonly voiceSignal?: string;
  /** Program that reads a text and writes a WAV file: one more engine. */
  readonly speechCommand?: readonly string[];
  /** Address of a speech service in OpenAI's form, `…/v1/audio/speech`: one more engine. */
  readonly speechUrl?: string;
  /** The eSpeak NG program, where the user has installed it: one more engine. */
  readonly speechEspeak?: string;
  /** Program that reads a WAV file and writes what was said. */
  readonly recognizerCommand?: readonly string[];
  /** Program that reads what was said in a chat and writes the reply. */
  readonly responderCommand?: readonly string[];
  /** A kernel whose bus answers chats and shows what its agents do. */
  readonly kernelUrl?: string;
  /** Address of the channel forwarder; default 127.0.0.1. */
  readonly channelHost?: string;
  /** Port of the channel forwarder; default off. */
  readonly channelPort?: OptionalPort;
  /** The voice server that the forwarder asks; default the one in this process. */
  readonly voiceUrl?: string;
  /** Folder of a foreign page that stands at `/dashboard` in place of ours. */
  readonly voiceDashboard?: string;
  /** Address of a recogniser in OpenAI's form, `…/v1/audio/transcriptions`. */
  readonly recognizerUrl?: string;
}

/** Parts that tests put in place of the usual ones. */
export interface VoiceParts {
  /** Speech engines, in place of the built-in one. */
  readonly speechEngines?: readonly SpeechEngine[];
  /** The local player; null for none. */
  readonly localPlayer?: LocalPlayer | null;
  /** Looks at audio devices. */
  readonly devices?: DeviceLister;
  /** Speech to text. */
  readonly recognizer?: Recognizer;
  /** Answers in chats. */
  readonly responder?: Responder;
  /** Defences that are switched off; for the harness. */
  readonly voiceFaults?: VoiceFaults;
  /** Told the voice server when there is one; for the harness. */
  readonly onVoice?: (voice: VoiceServer) => void;
  /** Asks over the network; default the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Whether a request may start a program of the user's choice: that is for the server's own user. */
export function startsProcesses(options: VoiceOptions): boolean {
  const { speechCommand, speechEspeak, recognizerCommand, responderCommand } = options;
  const programs = [speechCommand, speechEspeak, recognizerCommand, responderCommand];
  return programs.some((program) => program !== undefined);
}

/** Whether speech that is played on this machine starts a program there. */
export function playsByProgram({ voiceMute, localPlayer }: VoiceOptions & VoiceParts): boolean {
  return voiceMute !== true && localPlayer === undefined;
}
