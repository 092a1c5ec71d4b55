/**
 * Sessions in the words of the protocol.
 *
 * @module
 */
import { round } from "../ledger.ts";
import type { VoiceSession } from "../registry.ts";
import type { VoiceServer } from "../voice_server.ts";
import type { JsonObject } from "./body.ts";

/** A session, with the keys in the order that clients know. */
export function sessionRecord(voice: VoiceServer, session: VoiceSession): JsonObject {
  return {
    session_id: session.id,
    participant_id: session.participantId,
    participant_type: session.participantType,
    assigned_voice: session.assignedVoice,
    voice_conflict: session.isVoiceConflict,
    preferred_voice: session.preferredVoice,
    preferred_output_device: session.preferredOutputDevice,
    state: voice.stateOf(session.id),
    priority: session.priority,
    registered_at: session.registeredUnixS,
    last_active: session.lastActiveUnixS,
    queue_depth: voice.queueDepth(session.id),
    output_device: voice.deviceOf(session.preferredOutputDevice),
  };
}

/** Who waits, and who was served last. */
export function serializerSnapshot(voice: VoiceServer): JsonObject {
  return {
    policy: voice.policy,
    sessions: Object.fromEntries(
      voice.registry.list().map(({ id, lastActiveUnixS }) => [id, {
        queue_depth: voice.queueDepth(id),
        last_active: lastActiveUnixS,
        state: voice.stateOf(id),
      }]),
    ),
    rr_cursor: voice.rotation.filter((lane) => voice.registry.get(lane) !== null),
    recent_dispatches: [...voice.dispatches].reverse(),
  };
}

/** Everything about sessions. */
export function sessionsBody(voice: VoiceServer): JsonObject {
  return {
    sessions: voice.registry.list().map((session) => sessionRecord(voice, session)),
    serializer: serializerSnapshot(voice),
    voice_pool: voice.registry.pool.names,
    voice_holders: voice.registry.pool.holders,
  };
}

/** Engines and their voices. */
export function voicesBody(voice: VoiceServer): JsonObject {
  return {
    engines: Object.fromEntries(
      voice.options.engines.map(({ info }) => [info.name, {
        model_id: info.modelId,
        voices: info.voices,
        default_voice: info.defaultVoice,
        supports: info.supports,
      }]),
    ),
  };
}

/** What was stopped. */
export function interruptedBody(
  interrupted: {
    readonly fraction: number;
    readonly deliveredText: string;
    readonly fullText: string;
  } | null,
  reason: string,
): JsonObject | null {
  if (interrupted === null) return null;
  return {
    spoken_pct: round(interrupted.fraction, 3),
    delivered_text: interrupted.deliveredText,
    full_text: interrupted.fullText,
    reason,
  };
}
