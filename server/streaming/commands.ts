/**
 * What each command does to a session. PRIMARY and EXTERNAL commands come through here alike; the two
 * that differ say so.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import {
  type ClientMessage,
  COMMANDS,
  LENGTH_QUANTUM,
  SAMPLE_RATE,
  type ServerMessage,
  type SwapSourceMessage,
  type WriteAudioMessage,
} from "../../wire/mod.ts";
import { MAX_DEPTH } from "./control_bank.ts";
import type { AudioClip, NamedClip, StemMode } from "./engine/engine.ts";
import type { SwapEvent } from "./events.ts";
import { durationS, settle, type SplitStems } from "./library.ts";
import type { SessionSource, StreamingSession } from "./session.ts";
import { hasNonFinite, prepareSource, SourceError, type TrackFacts } from "./source.ts";

/** Who sent a command: the client that owns the playhead, or anyone else. */
export type CommandOrigin = "PRIMARY" | "EXTERNAL";

/** The audio part of a command, or why there is none. */
export type CommandAudio = AudioClip | Error;

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
      bank.setTimbre(null);
      session.publish({ type: "timbre_cleared" });
      return;
    case "set_structure_source":
    case "set_structure_fixture":
      setReference(session, message, audio, STRUCTURE);
      return;
    case "clear_structure_source":
      bank.setStructure(null);
      session.publish({ type: "structure_cleared" });
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

/** What differs between the two kinds of reference. */
interface ReferenceKind {
  set(session: StreamingSession, clip: NamedClip): void;
  accepted(name: string, duration: number): ServerMessage;
  refused(error: string): ServerMessage;
}

const TIMBRE: ReferenceKind = {
  set: (session, clip) => session.bank.setTimbre(clip),
  accepted: (name, duration) => ({ type: "timbre_set", name, duration }),
  refused: (error) => ({ type: "timbre_failed", error }),
};

const STRUCTURE: ReferenceKind = {
  set: (session, clip) => session.bank.setStructure(clip),
  accepted: (name, duration) => ({ type: "structure_set", name, duration }),
  refused: (error) => ({ type: "structure_failed", error }),
};

/** Every reference ends in exactly one accepted or refused. */
function setReference(
  session: StreamingSession,
  message: { readonly type: string; readonly name: string },
  audio: CommandAudio | null,
  kind: ReferenceKind,
): void {
  const failed = (error: Error) => {
    if (!session.faults.leaveUnanswered) session.publish(kind.refused(errorMessage(error)));
  };
  const done = (clip: AudioClip) => {
    try {
      const usable = checked(clip);
      kind.set(session, { ...usable, name: message.name });
      session.publish(kind.accepted(message.name, durationS(usable)));
    } catch (error) {
      failed(error instanceof Error ? error : new Error(errorMessage(error)));
    }
  };
  if (message.type.endsWith("_fixture")) session.library.load(message.name, done, failed);
  else withAudio(message.type, audio, done, failed);
}

function swapSource(
  session: StreamingSession,
  message: SwapSourceMessage,
  audio: CommandAudio | null,
): void {
  const order = session.nextSwapOrder();
  const name = message.fixture_name ?? null;
  const failed = (error: Error) => {
    if (session.faults.dieOfFailedSwap) return session.close(error);
    session.publish({ type: "swap_failed", error: errorMessage(error) });
  };
  const known = name === null ? null : session.library.find(name);
  const facts: TrackFacts = {
    bpm: known?.facts.bpm ?? null,
    key: message.key ?? known?.facts.key ?? null,
    timeSignature: message.time_signature ?? known?.facts.timeSignature ?? "4",
  };
  const done = (clip: AudioClip) => {
    let source: SessionSource;
    try {
      source = {
        clip: checked(prepareSource(clip)),
        facts,
        fixtureName: name,
        stemMode: stemMode(message.stem_source_mode ?? null) ?? "full",
      };
    } catch (error) {
      failed(error instanceof Error ? error : new Error(errorMessage(error)));
      return;
    }
    // Those of an upload may be there already; they belong to the server's copy of it.
    const kept = name !== null && message.use_server_source ? session.library.stemsOf(name) : null;
    const split = kept === null ? session.splitStems : () => kept;
    const asked = message.stem_source_mode ?? null;
    const mode = wantedStems(asked, name, known !== null && kept === null);
    makeStems(split, source, mode, (stems) => {
      session.stageSwap({ source, tags: message.tags ?? null, stems }, order);
    }, failed);
  };
  if (message.use_server_source) {
    if (name === null) {
      failed(
        new SourceError("use_server_source needs a fixture_name; GET /api/fixtures lists them"),
      );
    } else session.library.load(name, done, failed);
  } else withAudio(message.type, audio, done, failed);
}

function writeAudio(
  session: StreamingSession,
  message: WriteAudioMessage,
  audio: CommandAudio | null,
): void {
  const failed = (error: Error) =>
    session.publish({ type: "audio_write_failed", error: errorMessage(error) });
  const { epoch } = session;
  withAudio(message.type, audio, (clip) => {
    if (message.source_epoch !== undefined && message.source_epoch !== epoch) {
      failed(
        new SourceError(
          `audio was made for source epoch ${message.source_epoch}, but epoch ${epoch} plays`,
        ),
      );
      return;
    }
    if (clip.frames === 0) {
      failed(new SourceError("audio has no frames, nothing was written; send at least one"));
      return;
    }
    const { clip: source } = session.source;
    const start = Math.round(message.at_s * SAMPLE_RATE);
    if (!(start >= 0 && start < source.frames)) {
      failed(
        new SourceError(
          `at_s is ${message.at_s}, outside the source of ${durationS(source)} s`,
        ),
      );
      return;
    }
    const end = message.repeat === "fill"
      ? source.frames
      : Math.min(source.frames, start + clip.frames);
    session.rewriteSource(overlay(source, clip, start, end, message.mix));
    session.publish({
      type: "audio_written",
      start_s: start / SAMPLE_RATE,
      end_s: end / SAMPLE_RATE,
      source_epoch: epoch,
    });
  }, failed);
}

/** A copy of `source` with `clip` written over `[start, end)`, repeated as often as it takes. */
function overlay(
  source: AudioClip,
  clip: AudioClip,
  start: number,
  end: number,
  mix: "replace" | "sum",
): AudioClip {
  if (source.audio.length === 0 || clip.audio.length === 0) return { ...source };
  const audio = source.audio.slice();
  for (let i = start; i < end; i++) {
    const from = ((i - start) % clip.frames) * clip.channels;
    for (let c = 0; c < source.channels; c++) {
      const value = clip.audio[from + Math.min(c, clip.channels - 1)]!;
      const at = i * source.channels + c;
      audio[at] = mix === "sum" ? audio[at]! + value : value;
    }
  }
  return { ...source, audio };
}

/** The mode that a name stands for; null for anything else. */
export function stemMode(name: string | null): StemMode | null {
  const clean = name?.trim().toLowerCase();
  return clean === "full" || clean === "vocals" || clean === "instruments" ? clean : null;
}

/**
 * Which stems to make: what was asked for; without a wish none for a track that the server knows (the
 * client has them) nor for a nameless one, and both for any other.
 */
export function wantedStems(
  asked: string | null,
  name: string | null,
  isKnown: boolean,
): StemMode | null {
  return stemMode(asked) ?? (name === null || isKnown ? null : "full");
}

/**
 * Makes the stems of a source. A failure fails the request only if the source cannot be played
 * without them.
 */
export function makeStems(
  splitStems: SplitStems,
  source: SessionSource,
  mode: StemMode | null,
  done: (stems: SwapEvent["stems"]) => void,
  failed: (error: Error) => void,
): void {
  if (mode === null) return done(null);
  const name = source.fixtureName ?? "";
  settle(() => splitStems(source.clip), (pair) => {
    const { frames, channels } = source.clip;
    done({
      message: {
        type: "stem_assets",
        fixture_name: name,
        sample_rate: SAMPLE_RATE,
        channels,
        frames,
        stems: ["vocals", "instruments"],
        source_mode: mode,
      },
      clips: [pair.vocals, pair.instruments],
    });
  }, (error) => {
    if (mode === "full") {
      done({ type: "stem_failed", fixture_name: name, error: errorMessage(error) });
    } else failed(error);
  });
}

/** Hands the command's audio on, or says why there is none. */
function withAudio(
  command: string,
  audio: CommandAudio | null,
  done: (clip: AudioClip) => void,
  failed: (error: Error) => void,
): void {
  if (audio instanceof Error) failed(audio);
  else if (audio === null) {
    failed(new SourceError(`"${command}" needs a PCM message directly after it, and none came`));
  } else done(audio);
}

/** A clip that an engine can work with. */
function checked(clip: AudioClip): AudioClip {
  if (clip.frames < LENGTH_QUANTUM) {
    throw new SourceError(
      `audio is ${clip.frames} frames long, shorter than one length quantum of ${LENGTH_QUANTUM} frames; send at least 0.2 s`,
    );
  }
  if (hasNonFinite(clip.audio)) {
    throw new SourceError("audio holds samples that are not finite numbers; send values within ±1");
  }
  return clip;
}
