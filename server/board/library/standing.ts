/**
 * Where a session stands at this moment, for whoever is about to act on it: what its process says now,
 * and whether its transcript on the disk is longer than what was read of it.
 *
 * @module
 */
import type { TranscriptId } from "../ids.ts";
import { streamCursor } from "../items/cursor.ts";
import { type Brief, briefOf } from "../state/brief.ts";
import type { Session } from "../state/session.ts";
import type { BoardLibrary } from "./library.ts";
import type { SessionEntry } from "./session_entry.ts";

/** Where it stands. */
export interface Standing extends Pick<Session, "live" | "health" | "attention" | "context"> {
  readonly id: TranscriptId;
  readonly title: string;
  readonly project: string;
  /** Up to where its transcript was read. */
  readonly cursor: string;
  /** Whether the file is another one by now, or longer: something has come that is in nothing here. */
  readonly hasMoved: boolean;
  /** The agent's process, if that very process runs; null where it does not, or nobody can tell. */
  readonly pid: number | null;
  /** What the process says: its status, such as `idle`. */
  readonly status: string | null;
  /** What it says that it waits for. */
  readonly waitingFor: string | null;
  /** Messages of people so far, and the last of them. */
  readonly userTurns: number;
  readonly lastAsk: string | null;
  /** What it said of a limit last, unless something was said since. */
  readonly limit: { readonly text: string; readonly ms: number } | null;
  readonly brief: Brief;
}

/** Where a session stands; `session` is its newest assessment. */
export function standingOf(
  library: BoardLibrary,
  entry: SessionEntry,
  session: Session,
): Standing {
  const { facts, main, registry } = entry;
  const { last, rateLimit } = facts;
  const runs = registry?.isAlive === true;
  const isLimited = rateLimit !== null && (last === null || last.ms <= rateLimit.ms);
  return {
    id: entry.id,
    title: session.title,
    project: session.project.name,
    live: session.live,
    health: session.health,
    attention: session.attention,
    context: session.context,
    cursor: main === null ? "0.0" : streamCursor(main.gen, main.offset),
    hasMoved: main === null || sizeOf(library, main.path) !== main.tail?.size,
    pid: runs ? registry.pid : null,
    status: runs ? registry.status : null,
    waitingFor: runs ? registry.waitingFor : null,
    userTurns: facts.counts.userTurns,
    lastAsk: facts.lastAsk,
    limit: isLimited ? rateLimit : null,
    brief: briefOf(facts),
  };
}

function sizeOf(library: BoardLibrary, path: string): number | null {
  const file = library.options.files.open(path);
  if (file === null) return null;
  try {
    return file.stat().size;
  } finally {
    file.close();
  }
}
