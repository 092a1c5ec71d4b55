/**
 * Puts a voice server together from a server's options.
 *
 * @module
 */
import { nowhere } from "../../server/voice/http/operations.ts";
import { type VoiceRoutes, voiceRoutes } from "../../server/voice/http/routes.ts";
import { VoiceSockets } from "../../server/voice/sockets.ts";
import type { SpeechEngine } from "../../server/voice/speech/engine.ts";
import { VoiceServer } from "../../server/voice/voice_server.ts";
import { AttachedResponder } from "../../server/voice/chat/attached.ts";
import { ChatHub } from "../../server/voice/chat/hub.ts";
import { KernelBridge } from "../../server/voice/chat/kernel_bridge.ts";
import { NO_RESPONDER, type Responder } from "../../server/voice/chat/responder.ts";
import { openChat } from "../../server/voice/chat/chat.ts";
import type { Recognizer } from "../../server/voice/recognizer.ts";
import { SignalFile, signalFileAt } from "./barge_in_file.ts";
import { FliteEngine } from "./flite_engine.ts";
import {
  commandEngine,
  commandRecognizer,
  commandResponder,
  espeakEngine,
  httpEngine,
  httpRecognizer,
} from "./programs.ts";
import { ProcessPlayer } from "./local_player.ts";
import { FileLock, isProcessAlive } from "./speaking_lock.ts";
import { SystemDevices } from "./system_devices.ts";
import {
  DEFAULT_VOICE_EXPIRY_S,
  DEFAULT_VOICE_WORKERS,
  type VoiceOptions,
  type VoiceParts,
} from "./options.ts";
import type { VoiceRoleOptions } from "./voice_role.ts";

/** A voice server with everything that its listener needs. */
export interface LoadedVoice extends VoiceRoutes {
  readonly server: VoiceServer;
  readonly nowhere: (path: string) => Response;
  readonly sockets: VoiceSockets;
  /** Who answers in chats. */
  readonly responder: Responder;
  /** The same, where agents answer that are attached by tools; null where somebody else does. */
  readonly attached: AttachedResponder | null;
  /** Closes WebSockets, ends jobs and workers. */
  readonly close: () => Promise<void>;
}

/** Makes one. */
export function loadVoice(
  made: Omit<VoiceRoleOptions, "mount"> & {
    readonly version: string;
    readonly onShutdown: () => void;
  },
): LoadedVoice {
  const { clock, rng, log, options, version, onShutdown } = made;
  const { voiceWorkers: workers = DEFAULT_VOICE_WORKERS, voicePlayer, voiceFolder } = options;
  const player = options.voiceMute === true
    ? null
    : options.localPlayer ?? new ProcessPlayer({ command: voicePlayer, folder: voiceFolder });
  const voice = new VoiceServer({
    ...{ clock, rng, log, workers },
    engines: enginesOf(options, made),
    player: options.localPlayer === null ? null : player,
    devices: options.devices ?? new SystemDevices({ clock }),
    policy: options.voicePolicy ?? "round-robin",
    expiryS: options.voiceExpiryS ?? DEFAULT_VOICE_EXPIRY_S,
    ...(options.voiceFaults !== undefined && { faults: options.voiceFaults }),
    ...(voiceFolder !== undefined && {
      lock: new FileLock({
        folder: voiceFolder,
        clock,
        log,
        pid: Deno.pid,
        isAlive: isProcessAlive,
      }),
    }),
  });
  options.onVoice?.(voice);
  const recognizer = options.recognizer ?? recognizerOf(options, made);
  const app = voiceRoutes({ voice, recognizer, version, onShutdown });
  const hub = new ChatHub();
  const bridge = options.kernelUrl === undefined ? null : new KernelBridge({
    ...{ baseUrl: options.kernelUrl, fetch: options.fetch ?? globalThis.fetch, clock, log, hub },
  });
  const fixed = options.responder ?? bridge ?? responderOf(options, made);
  const attached = fixed === null
    ? new AttachedResponder({ clock, rng: rng.split("turns"), otherwise: NO_RESPONDER })
    : null;
  const responder = fixed ?? attached!;
  const sockets = new VoiceSockets(
    voice,
    (connection) => {
      bridge?.start();
      return openChat(app, { responder, hub }, connection);
    },
    options.voiceFaults,
  );
  const { voiceSignal } = options;
  if (voiceSignal !== undefined) {
    const store = signalFileAt(voiceSignal, log);
    app.bargeIn.add(new SignalFile({ clock, log, store, owner: `headway-${Deno.pid}` }));
    app.bargeIn.start();
  }
  const close = async () => {
    bridge?.close();
    app.bargeIn.stop();
    sockets.close();
    await voice.close();
  };
  return { ...app, server: voice, nowhere, sockets, responder, attached, close };
}

function enginesOf(
  options: VoiceOptions & VoiceParts,
  { clock }: Pick<VoiceRoleOptions, "clock">,
): readonly SpeechEngine[] {
  if (options.speechEngines !== undefined) return options.speechEngines;
  const { speechCommand, speechUrl, speechEspeak } = options;
  const { voiceWorkers: workers = DEFAULT_VOICE_WORKERS, fetch = globalThis.fetch } = options;
  return [
    new FliteEngine({ clock, workers }),
    ...(speechCommand === undefined ? [] : [commandEngine(speechCommand, clock)]),
    ...(speechUrl === undefined ? [] : [httpEngine(speechUrl, fetch)]),
    ...(speechEspeak === undefined ? [] : [espeakEngine(speechEspeak, clock)]),
  ];
}

function responderOf(
  { responderCommand }: VoiceOptions,
  { clock }: Pick<VoiceRoleOptions, "clock">,
): Responder | null {
  return responderCommand === undefined ? null : commandResponder(responderCommand, clock);
}

function recognizerOf(
  { recognizerCommand, recognizerUrl, fetch = globalThis.fetch }: VoiceOptions & VoiceParts,
  { clock }: Pick<VoiceRoleOptions, "clock">,
): Recognizer | null {
  if (recognizerCommand !== undefined) return commandRecognizer(recognizerCommand, clock);
  return recognizerUrl === undefined ? null : httpRecognizer(recognizerUrl, fetch);
}
