/**
 * How a session describes itself to a client.
 *
 * @module
 */
import {
  type Capabilities,
  type Geometry,
  LATENT_FRAME,
  MANUAL_SLOT_CAP,
  type ReadyMessage,
  SAMPLE_RATE,
  type SessionConfig,
  type SwapReadyMessage,
} from "../../wire/mod.ts";
import { MAX_DEPTH } from "./control_bank.ts";
import type { AudioClip } from "./engine/engine.ts";
import { durationS } from "./library.ts";
import type { StreamingSession } from "./session.ts";
import type { SessionSource } from "./session_options.ts";

/** What a session of this config can do. */
export function capabilitiesOf(config: SessionConfig): Capabilities {
  return {
    refines_audio: true,
    swap: true,
    timbre: true,
    structure: true,
    write_audio: true,
    lora: config.lora,
    stems: true,
    loop_band: true,
    depth: true,
    curves: false,
    notes_conditioning: false,
    steering: false,
  };
}

/** The `geometry` of a session that plays this clip. */
export function geometryOf(clip: AudioClip): Geometry {
  return {
    sample_rate: SAMPLE_RATE,
    channels: clip.channels,
    chunk_rate_hz: SAMPLE_RATE / LATENT_FRAME,
    duration_s: durationS(clip),
  };
}

/** The handshake's `ready`. */
export function readyMessage(session: StreamingSession, engineName: string): ReadyMessage {
  const { bank, source: { clip, facts } } = session;
  return {
    type: "ready",
    duration: durationS(clip),
    sample_rate: SAMPLE_RATE,
    channels: clip.channels,
    lora_dir: "",
    lora_catalog: bank.loraCatalog,
    lora_pending_enable: bank.loraCatalog.filter((l) => l.state === "enabled").map((l) => l.id),
    bpm: facts.bpm,
    key: facts.key,
    time_signature: facts.timeSignature,
    checkpoint: engineName,
    checkpoint_scale: null,
    pipeline_depth: session.depth,
    max_pipeline_depth: MAX_DEPTH,
    session_id: session.id,
    source_epoch: session.epoch,
    geometry: session.geometry,
    capabilities: session.capabilities,
    knob_manifest: bank.manifest,
    manual_slot_count: 0,
    manual_slot_cap: MANUAL_SLOT_CAP,
    steering_available: false,
  };
}

/** The news that another source plays. */
export function swapReady(
  { clip, facts, fixtureName }: SessionSource,
  sourceEpoch: number,
): SwapReadyMessage {
  return {
    type: "swap_ready",
    duration: durationS(clip),
    sample_rate: SAMPLE_RATE,
    channels: clip.channels,
    bpm: facts.bpm,
    key: facts.key,
    time_signature: facts.timeSignature,
    fixture_name: fixtureName,
    source_epoch: sourceEpoch,
  };
}
