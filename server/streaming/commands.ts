/**
 * What each command does to a session. PRIMARY and EXTERNAL commands come through here alike; the two
 * that differ say so.
 *
 * @module
 */
import { type ClientMessage, COMMANDS, SAMPLE_RATE } from "../../wire/mod.ts";
import { MAX_DEPTH } from "./control_bank.ts";
import type { StreamingSession } from "./session.ts";
import {
  clearReference,
  type CommandAudio,
  setReference,
  STRUCTURE,
  swapSource,
  TIMBRE,
  writeAudio,
} from "./source_commands.ts";

/** Who sent a command: the client that owns the playhead, or anyone else. */
export type CommandOrigin = "PRIMARY" | "EXTERNAL";

/** Applies one command. Answers are published as events; nothing is thrown. */
export function applyCommand(
  session: StreamingSession,
  origin: CommandOrigin,
  message: ClientMessage,
  audio: CommandAudio | null,
): void {
  const { capability } = COMMANDS[message.type];
  if (capability !== null && !session.capabilities[capability]) {
    session.publish({
      type: "command_failed",
      command: message.type,
      requires: capability,
      error: `"${message.type}" needs the capability "${capability}", which this session lacks`,
    });
    return;
  }
  const { bank } = session;
  switch (message.type) {
    case "params":
      session.noteRaw(message.raw);
      if (origin === "EXTERNAL" && !session.faults.obeyOutsiders) {
        session.bus.publish({ type: "echo", message: { type: "params_echo", raw: message.raw } });
        return;
      }
      bank.setKnobs(message.raw);
      session.reportPlayhead(
        message.playback_pos,
        message.client_time ?? null,
        message.slice_lead_s ?? null,
      );
      return;
    case "set_prompt_blend":
      if (origin === "EXTERNAL") {
        const value = Math.min(1, Math.max(0, message.value));
        session.bus.publish({ type: "echo", message: { type: "prompt_blend_echo", value } });
        return;
      }
      bank.setPromptBlend(message.value);
      return;
    case "prompt":
      bank.setPrompts(message.tags, message.tags_b || message.tags);
      if (message.time_signature !== undefined) session.timeSignature = message.time_signature;
      session.publish({ type: "prompt_applied", tags: message.tags });
      return;
    case "loop_band":
      setLoopBand(session, message.start_sec ?? null, message.end_sec ?? null);
      return;
    case "set_interp_method":
      session.interp[message.path] = message.method;
      return;
    case "set_depth":
      session.stageDepth(Math.min(Math.max(1, message.value), MAX_DEPTH));
      return;
    case "enable_lora":
      session.stageLora(message.id, message.strength ?? 0);
      return;
    case "disable_lora":
      session.stageLora(message.id, null);
      return;
    case "set_timbre_strength":
      bank.setTimbreStrength(message.value);
      return;
    case "set_timbre_source":
    case "set_timbre_fixture":
      setReference(session, message, audio, TIMBRE);
      return;
    case "clear_timbre_source":
      clearReference(session, TIMBRE);
      return;
    case "set_structure_source":
    case "set_structure_fixture":
      setReference(session, message, audio, STRUCTURE);
      return;
    case "clear_structure_source":
      clearReference(session, STRUCTURE);
      return;
    case "swap_source":
      swapSource(session, message, audio);
      return;
    case "write_audio":
      writeAudio(session, message, audio);
      return;
    case "manual_slot_add":
    case "manual_slot_pop":
      return; // refused above: there is no steering
    default: {
      const unreachable: never = message;
      throw new TypeError(`unhandled command ${JSON.stringify(unreachable)}`);
    }
  }
}

function setLoopBand(session: StreamingSession, startS: number | null, endS: number | null): void {
  const { frames } = session.source.clip;
  if (startS === null || endS === null) return session.setBand(null);
  const start = Math.max(0, Math.round(startS * SAMPLE_RATE));
  const end = Math.min(frames, Math.round(endS * SAMPLE_RATE));
  session.setBand(end > start ? { start, end } : null);
}
