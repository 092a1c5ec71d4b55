/**
 * What may be asked of the library, and what it answers: plain data that goes from thread to thread.
 *
 * @module
 */
import { type Problem, problem } from "./problem.ts";
import type { HookEvent } from "./state/live.ts";

/** A part of a session that can be read on its own. */
export type SessionPart = "window" | "outline" | "find" | "brief" | "lineage" | "agents";

/** Names of reports: of one session, and of all of them. */
export type ReportName =
  | "commits"
  | "related"
  | "notes"
  | "insights"
  | "timeline"
  | "journal"
  | "open-loops"
  | "backlinks";

/** What is to be done with a note. */
export type NoteOrder =
  | {
    readonly type: "add";
    readonly id: string;
    readonly body: string;
    readonly uuid?: string;
    /** Who writes it; a person unless told. */
    readonly author?: "human" | "ai";
    /** What it is: a note unless told. */
    readonly kind?: "diagnosis";
    /** The question to a model that it comes of. */
    readonly jobId?: string;
  }
  | {
    readonly type: "change";
    readonly note: string;
    readonly body: string;
    readonly uuid?: string;
  }
  | { readonly type: "drop"; readonly note: string };

/** A question about what sessions produced. */
export interface ReportQuestion {
  readonly kind: "report";
  readonly name: ReportName;
  /** The session that it is about; null for all. */
  readonly session: string | null;
  readonly query: string;
  readonly etag: string | null;
}

/** A question. `query` is that of the request, without the question mark. */
export type BoardQuestion =
  | { readonly kind: "sessions"; readonly query: string; readonly etag: string | null }
  | {
    readonly kind: SessionPart;
    readonly id: string;
    readonly query: string;
    /** The tag that the client has; answered with `same` when it is still right. */
    readonly etag: string | null;
  }
  | {
    /** An item, whole. */
    readonly kind: "item";
    readonly id: string;
    /** Its number, or its uuid. */
    readonly item: string;
    readonly query: string;
    readonly etag: string | null;
  }
  | {
    /** Some items of a whole thread, uncut, from a number on. */
    readonly kind: "thread";
    readonly id: string;
    readonly agent: string | null;
    readonly from: number;
    /** The generation of the pieces before; null for the first. */
    readonly gen: number | null;
  }
  | {
    /** What has come since a place in the file, for streams. */
    readonly kind: "since";
    readonly id: string;
    /** The place; null for the end. */
    readonly cursor: string | null;
  }
  | ReportQuestion
  | { readonly kind: "note"; readonly order: NoteOrder }
  /** Where a session stands, looked up afresh: see `library/standing.ts`. */
  | { readonly kind: "standing"; readonly id: string }
  | {
    /** What a hook of an agent told. */
    readonly kind: "hook";
    readonly id: string;
    readonly event: HookEvent;
    /** The transcript, which has grown very likely; null when the hook does not say. */
    readonly path: string | null;
  }
  | { readonly kind: "seen"; readonly id: string }
  | { readonly kind: "snooze"; readonly id: string; readonly minutes: number }
  /** How the reading of files goes. */
  | { readonly kind: "ingest" };

/** The longest time that a card may be silenced, minutes. */
const MAX_SNOOZE_MINUTES = 7 * 24 * 60;

/** Why a card cannot be silenced for so long; null when it can. */
export function snoozeProblem(minutes: number): Problem | null {
  if (Number.isInteger(minutes) && minutes >= 0 && minutes <= MAX_SNOOZE_MINUTES) return null;
  const message = `minutes must be a whole number from 0 to ${MAX_SNOOZE_MINUTES}`;
  return problem(400, "bad_minutes", message);
}

/** An answer. */
export type BoardAnswer =
  | {
    readonly kind: "json";
    /** The text of the answer. */
    readonly json: string;
    /** Its tag; null for one that is never the same. */
    readonly etag: string | null;
  }
  | {
    /** What the client has is still right. */
    readonly kind: "same";
    readonly etag: string;
  }
  | {
    readonly kind: "thread";
    /** Items as JSON, joined by commas. */
    readonly items: string;
    /** The number to go on from; null after the last. */
    readonly next: number | null;
    readonly gen: number;
    /** What stands around the items; made with the last piece. */
    readonly frame: { readonly session: string; readonly tail: string } | null;
  }
  | {
    readonly kind: "events";
    readonly events: readonly {
      readonly event: string;
      readonly id?: string;
      readonly data: string;
    }[];
    /** The place to go on from. */
    readonly cursor: string;
    /** Whether more has come than is told here. */
    readonly isMore: boolean;
    /** The state of the session as JSON. */
    readonly state: string;
  }
  | { readonly kind: "done" }
  | { readonly kind: "problem"; readonly problem: Problem };

/** Who answers: the library itself, or the thread that has it. */
export interface BoardReader {
  /** Answers a question. */
  ask(question: BoardQuestion): Promise<BoardAnswer>;
}
