/**
 * The commands that bring audio with them: references, swaps, and writing into the source.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import {
  SAMPLE_RATE,
  type ServerMessage,
  type SwapSourceMessage,
  type WriteAudioMessage,
} from "../../wire/mod.ts";
import type { NamedClip } from "./engine/engine.ts";
import type { Lane } from "./lane.ts";
import { durationS } from "./library.ts";
import type { StreamingSession } from "./session.ts";
import type { SessionSource } from "./session_options.ts";
import type { SourceAudio } from "./source_jobs.ts";
import { SourceError, type TrackFacts } from "./source.ts";
import { makeStems, stemMode, wantedStems } from "./stems.ts";

/** The audio part of a command, or why there is none. */
export type CommandAudio = SourceAudio | Error;

/** What differs between the two kinds of reference. */
export interface ReferenceKind {
  /** Changes of this reference, in the order in which they were asked for. */
  lane(session: StreamingSession): Lane;
  /** Null takes it away. */
  set(session: StreamingSession, clip: NamedClip | null): void;
  accepted(name: string, duration: number): ServerMessage;
  refused(error: string): ServerMessage;
  readonly cleared: ServerMessage;
}

/** What a session is to sound like. */
export const TIMBRE: ReferenceKind = {
  lane: (session) => session.lanes.timbre,
  set: (session, clip) => session.bank.setTimbre(clip),
  accepted: (name, duration) => ({ type: "timbre_set", name, duration }),
  refused: (error) => ({ type: "timbre_failed", error }),
  cleared: { type: "timbre_cleared" },
};

/** What it is to be built like. */
export const STRUCTURE: ReferenceKind = {
  lane: (session) => session.lanes.structure,
  set: (session, clip) => session.bank.setStructure(clip),
  accepted: (name, duration) => ({ type: "structure_set", name, duration }),
  refused: (error) => ({ type: "structure_failed", error }),
  cleared: { type: "structure_cleared" },
};

/** Sets a reference. Each ends in exactly one accepted or refused. */
export function setReference(
  session: StreamingSession,
  message: { readonly type: string; readonly name: string },
  audio: CommandAudio | null,
  kind: ReferenceKind,
): void {
  const { name } = message;
  const takeTurn = kind.lane(session).enter();
  const failed = (error: Error) =>
    takeTurn(() => {
      if (!session.faults.leaveUnanswered) session.publish(kind.refused(errorMessage(error)));
    });
  const done = (audio: SourceAudio) =>
    session.prepare({ type: "refer", audio }, (clip) =>
      takeTurn(() => {
        kind.set(session, nameClip(clip, name));
        session.publish(kind.accepted(name, durationS(clip)));
      }), failed);
  if (message.type.endsWith("_fixture")) loadAudio(session, name, done, failed);
  else withAudio(message.type, audio, done, failed);
}

/** Takes a reference away, after those that were set before have been. */
export function clearReference(session: StreamingSession, kind: ReferenceKind): void {
  kind.lane(session).enter()(() => {
    kind.set(session, null);
    session.publish(kind.cleared);
  });
}

function nameClip(clip: Omit<NamedClip, "name">, name: string): NamedClip {
  return { ...clip, name };
}

/** Stages another source, with the stems that are wanted of it. */
export function swapSource(
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
  const done = (audio: SourceAudio) =>
    session.prepare(
      { type: "play", audio, cropS: 0, seamFade: false },
      ({ clip, buffer, made }) => {
        const source: SessionSource = {
          clip,
          facts,
          fixtureName: name,
          stemMode: stemMode(message.stem_source_mode ?? null) ?? "full",
        };
        // Those of an upload may be there already; they belong to the server's copy of it.
        const kept = name !== null && message.use_server_source
          ? session.library.stemsOf(name)
          : null;
        const split = kept === null ? session.splitStems : () => kept;
        const asked = message.stem_source_mode ?? null;
        const mode = wantedStems(asked, name, known !== null && kept === null);
        makeStems(split, source, mode, (stems) => {
          session.stageSwap({ source, buffer, made, tags: message.tags ?? null, stems }, order);
        }, failed);
      },
      failed,
    );
  if (message.use_server_source) {
    if (name === null) {
      failed(
        new SourceError("use_server_source needs a fixture_name; GET /api/fixtures lists them"),
      );
    } else loadAudio(session, name, done, failed);
  } else withAudio(message.type, audio, done, failed);
}

/** Writes audio over a part of the source that plays. */
export function writeAudio(
  session: StreamingSession,
  message: WriteAudioMessage,
  audio: CommandAudio | null,
): void {
  const failed = (error: Error) =>
    session.publish({ type: "audio_write_failed", error: errorMessage(error) });
  const { epoch } = session;
  withAudio(message.type, audio, (audio) => {
    const asked = message.source_epoch ?? epoch;
    if (asked !== epoch) return failed(otherEpoch(asked, epoch));
    const { clip: source } = session.source;
    const startSample = Math.round(message.at_s * SAMPLE_RATE);
    if (!(startSample >= 0 && startSample < source.frames)) {
      failed(
        new SourceError(`at_s is ${message.at_s}, outside the source of ${durationS(source)} s`),
      );
      return;
    }
    const { mix } = message;
    const fills = message.repeat === "fill";
    const current = () => session.source.clip;
    session.prepare({ type: "write", audio, source: current, startSample, fills, mix }, (done) => {
      if (session.epoch !== epoch) return failed(otherEpoch(epoch, session.epoch));
      session.rewriteSource(done.clip);
      session.publish({
        type: "audio_written",
        start_s: startSample / SAMPLE_RATE,
        end_s: done.endSample / SAMPLE_RATE,
        source_epoch: epoch,
      });
    }, failed);
  }, failed);
}

function otherEpoch(asked: number, playing: number): SourceError {
  return new SourceError(`audio was made for source epoch ${asked}, but epoch ${playing} plays`);
}

function loadAudio(
  session: StreamingSession,
  name: string,
  done: (audio: SourceAudio) => void,
  failed: (error: Error) => void,
): void {
  session.library.load(name, (clip) => done({ kind: "clip", clip }), failed);
}

/** Hands the command's audio on, or says why there is none. */
function withAudio(
  command: string,
  audio: CommandAudio | null,
  done: (audio: SourceAudio) => void,
  failed: (error: Error) => void,
): void {
  if (audio instanceof Error) failed(audio);
  else if (audio === null) {
    failed(new SourceError(`"${command}" needs a PCM message directly after it, and none came`));
  } else done(audio);
}
