/**
 * What the first messages of a connection amount to: a source and controls for a session, or a
 * stored track.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import {
  decodePcm,
  type LoraEntry,
  type Packet,
  type ServerMessage,
  type SessionConfig,
  type UploadTrackMessage,
} from "../../wire/mod.ts";
import { stemMode } from "./commands.ts";
import { ControlBank } from "./control_bank.ts";
import type { AudioClip } from "./engine/engine.ts";
import { NO_FAULTS, type StreamFaults } from "./faults.ts";
import { durationS, type LibraryTrack, type SourceLibrary } from "./library.ts";
import type { SessionSource } from "./session.ts";
import { hasNonFinite, prepareSource, SourceError } from "./source.ts";

/**
 * The audio of a PCM message.
 *
 * @throws {SourceError} for text; {@link decodePcm}'s error for bytes that are no PCM message.
 */
export function pcmOf(packet: Packet): AudioClip {
  if (packet.kind === "buffer") {
    return { audio: new Float32Array(0), channels: packet.channels, frames: packet.frames };
  }
  if (packet.kind !== "binary") throw new SourceError("text came where the PCM message was due");
  return decodePcm(packet.data);
}

/**
 * What a session of this config would play.
 *
 * @throws {SourceError} for unusable audio: to be found out before it costs another its session.
 */
export function openingSource(
  config: SessionConfig,
  clip: AudioClip,
  library: SourceLibrary,
  faults: Pick<StreamFaults, "noSeamFade"> = NO_FAULTS,
): SessionSource {
  if (hasNonFinite(clip.audio)) {
    throw new SourceError(
      "source holds samples that are not finite numbers; send values within ±1",
    );
  }
  const known = config.fixtureName === null ? null : library.find(config.fixtureName);
  return {
    clip: prepareSource(clip, { cropS: config.cropS, seamFade: !faults.noSeamFade }),
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
  /** `upload_ok` or `upload_failed`. */
  readonly answer: ServerMessage;
  /** The track whose stems are still to be made; null if there is none. */
  readonly pending: LibraryTrack | null;
}

/** Stores an uploaded track. */
export function storeUpload(
  library: SourceLibrary,
  upload: UploadTrackMessage,
  clip: AudioClip,
): StoredUpload {
  try {
    const usable = prepareSource(clip);
    if (hasNonFinite(usable.audio)) {
      throw new SourceError("audio holds samples that are not finite numbers");
    }
    const track = library.upload(upload.name, usable, {
      bpm: null,
      key: upload.key ?? null,
      timeSignature: upload.time_signature ?? null,
    });
    const { bpm, key, timeSignature } = track.facts;
    const pending = library.stemsOf(track.name) === null ? track : null;
    const answer: ServerMessage = {
      type: "upload_ok",
      name: track.name,
      bpm,
      key,
      time_signature: timeSignature,
      duration_s: durationS(usable),
      samples: usable.frames,
      stems_pending: pending !== null,
    };
    return { answer, pending };
  } catch (error) {
    return { answer: { type: "upload_failed", error: errorMessage(error) }, pending: null };
  }
}
