/**
 * A session as the control bus shows it.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { MANUAL_SLOT_CAP, SAMPLE_RATE } from "../../wire/mod.ts";
import { durationS } from "./library.ts";
import type { StreamingSession } from "./session.ts";
import type { StreamId } from "./stream_id.ts";

/** The state of a session, with the control bus's field names. */
export type SessionSnapshot = Readonly<Record<string, unknown>> & {
  readonly id: StreamId;
  /** Seconds since the Unix epoch. */
  readonly started_at: number;
};

/** A snapshot; of a session that none can be taken of, who it is and what went wrong. */
export function snapshotOrWhyNot(session: StreamingSession): SessionSnapshot {
  try {
    return snapshotOf(session);
  } catch (error) {
    const { id, startedAtS } = session;
    return { id, started_at: startedAtS, snapshot_error: errorMessage(error) };
  }
}

/** Takes a snapshot. `knob_values` holds what the PRIMARY client sent, over the defaults. */
export function snapshotOf(session: StreamingSession): SessionSnapshot {
  const { bank, source, interp, config } = session;
  const { bpm, key } = source.facts;
  return {
    id: session.id,
    started_at: session.startedAtS,
    prompt: bank.prompt,
    prompt_b: bank.promptB,
    prompt_blend: bank.promptBlend,
    duration: durationS(source.clip),
    bpm,
    key,
    time_signature: session.timeSignature,
    fixture_name: source.fixtureName,
    source_epoch: session.epoch,
    timbre_name: bank.timbre?.name ?? null,
    structure_name: bank.structure?.name ?? null,
    timbre_strength: bank.timbreStrength,
    lora_catalog: bank.loraCatalog,
    knob_values: bank.reported,
    engine_trouble: session.engineTrouble,
    channels: source.clip.channels,
    sample_rate: SAMPLE_RATE,
    interp_prompt: interp.prompt,
    interp_timbre: interp.timbre,
    interp_structure: interp.structure,
    interp_feedback: interp.feedback,
    sde: config.sde,
    geometry: session.geometry,
    capabilities: session.capabilities,
    knob_manifest: bank.manifest,
    manual_slot_count: 0,
    manual_slot_cap: MANUAL_SLOT_CAP,
    steering_available: false,
  };
}
