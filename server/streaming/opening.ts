/**
 * What the first messages of a connection amount to: a source and controls for a session, or a
 * stored track.
 *
 * @module
 */
import type {
  LoraEntry,
  Packet,
  ServerMessage,
  SessionConfig,
  UploadTrackMessage,
} from "../../wire/mod.ts";
import { ControlBank } from "./control_bank.ts";
import type { AudioClip } from "./engine/engine.ts";
import { durationS, type LibraryTrack, type SourceLibrary } from "./library.ts";
import type { SessionSource } from "./session_options.ts";
import type { SourceAudio, SourceResults } from "./source_jobs.ts";
import { stemMode } from "./stems.ts";

/** The audio that a message carries; null for a text. */
export function audioOf(packet: Packet): SourceAudio | null {
  switch (packet.kind) {
    case "binary":
      return { kind: "pcm", pieces: [packet.data] };
    case "pieces":
      return { kind: "pcm", pieces: packet.pieces };
    case "buffer": {
      const { channels, frames } = packet;
      return { kind: "clip", clip: { audio: new Float32Array(0), channels, frames } };
    }
    default:
      return null;
  }
}

/** What a session of this config plays. */
export function openingSource(
  config: SessionConfig,
  clip: AudioClip,
  library: SourceLibrary,
): SessionSource {
  const known = config.fixtureName === null ? null : library.find(config.fixtureName);
  return {
    clip,
    facts: {
      bpm: known?.facts.bpm ?? null,
      key: known?.facts.key ?? null,
      timeSignature: known?.facts.timeSignature ?? "4",
    },
    fixtureName: config.fixtureName,
    stemMode: stemMode(config.stemSourceMode) ?? "full",
  };
}

/** The controls that a session of this config begins with. */
export function openingBank(config: SessionConfig, loraCatalog: readonly LoraEntry[]): ControlBank {
  return new ControlBank({
    sde: config.sde,
    prompt: config.prompt,
    promptB: config.promptB,
    loraCatalog,
    enabledLoras: config.lora ? config.enabledLoras : [],
    loraStrengths: config.loraStrengths,
  });
}

/** What became of an upload. */
export interface StoredUpload {
  /** `upload_ok`. */
  readonly answer: ServerMessage;
  /** The track whose stems are still to be made; null if there is none. */
  readonly pending: LibraryTrack | null;
}

/** Stores an uploaded track. */
export function storeUpload(
  library: SourceLibrary,
  upload: UploadTrackMessage,
  { clip, digest }: SourceResults["keep"],
): StoredUpload {
  const facts = {
    bpm: null,
    key: upload.key ?? null,
    timeSignature: upload.time_signature ?? null,
  };
  const track = library.upload(upload.name, clip, facts, digest);
  const { bpm, key, timeSignature } = track.facts;
  const pending = library.stemsOf(track.name) === null ? track : null;
  const answer: ServerMessage = {
    type: "upload_ok",
    name: track.name,
    bpm,
    key,
    time_signature: timeSignature,
    duration_s: durationS(clip),
    samples: clip.frames,
    stems_pending: pending !== null,
  };
  return { answer, pending };
}
