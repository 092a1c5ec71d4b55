/**
 * Notes that people, and programs for them, write beside sessions. They are kept whole or not at all.
 *
 * @module
 */
import { utf8Bytes } from "../items/clip.ts";
import type { BoardStore } from "../library/store.ts";
import { type Problem, problem } from "../problem.ts";

/** A note. Names are those of the wire. */
export interface Note {
  readonly id: string;
  readonly sessionId: string;
  /** The record that it is about. */
  readonly uuid?: string;
  readonly author: "human" | "ai";
  readonly kind: "note" | "diagnosis" | "triage";
  /** Markdown. */
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly jobId?: string;
}

/** What a note says, and who says it. */
export type NoteDraft =
  & Pick<Note, "body">
  & Partial<Pick<Note, "uuid" | "author" | "kind" | "jobId">>;

/** The longest note, bytes of UTF-8. */
export const MAX_NOTE_BYTES = 16_384;
/** Most notes of a session, and of all. */
const MAX_OF_SESSION = 200;
const MAX_NOTES = 10_000;
const MAX_UUID_CHARS = 100;

/** All notes. */
export class Notes {
  readonly #store: BoardStore;
  readonly #notes = new Map<string, Note>();
  #lastNo = 0;
  /** Higher with each change. */
  rev = 0;

  /** Takes up what was kept. */
  constructor(store: BoardStore) {
    this.#store = store;
    for (const [id, json] of store.documents("note")) {
      this.#notes.set(id, JSON.parse(json));
      this.#lastNo = Math.max(this.#lastNo, Number(id.slice(1)));
    }
  }

  /** Notes of a session, the oldest first. */
  of(sessionId: string): Note[] {
    return [...this.#notes.values()].filter((it) => it.sessionId === sessionId)
      .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
  }

  /** All notes that have a text in them. */
  naming(text: string): Note[] {
    return [...this.#notes.values()].filter(({ body }) => body.includes(text));
  }

  /** Writes one. */
  add(sessionId: string, draft: NoteDraft, nowMs: number): Note | Problem {
    const refusal = refusalOf(draft);
    if (refusal !== null) return refusal;
    if (this.of(sessionId).length >= MAX_OF_SESSION || this.#notes.size >= MAX_NOTES) {
      return problem(409, "too_many_notes", "there is no room for another note; delete one first", {
        ...{ ofSession: MAX_OF_SESSION, ofAll: MAX_NOTES },
      });
    }
    const at = new Date(nowMs).toISOString();
    const { author = "human", body, jobId, kind = "note", uuid } = draft;
    const note: Note = {
      ...{ id: `n${++this.#lastNo}`, sessionId, author, kind, body, createdAt: at, updatedAt: at },
      ...(uuid !== undefined && { uuid }),
      ...(jobId !== undefined && { jobId }),
    };
    this.#keep(note);
    return note;
  }

  /** Writes it anew. */
  change(id: string, draft: NoteDraft, nowMs: number): Note | Problem {
    const known = this.#notes.get(id);
    if (known === undefined) return missing(id);
    const refusal = refusalOf(draft);
    if (refusal !== null) return refusal;
    const { body, uuid = known.uuid } = draft;
    const note = {
      ...{ ...known, body, updatedAt: new Date(nowMs).toISOString() },
      ...(uuid !== undefined && { uuid }),
    };
    this.#keep(note);
    return note;
  }

  /** Deletes it; null when that is done. */
  drop(id: string): Problem | null {
    if (!this.#notes.delete(id)) return missing(id);
    this.#store.together(() => this.#store.putDocument("note", id, null));
    this.rev++;
    return null;
  }

  #keep(note: Note): void {
    this.#store.together(() => this.#store.putDocument("note", note.id, JSON.stringify(note)));
    this.#notes.set(note.id, note);
    this.rev++;
  }
}

function missing(id: string): Problem {
  return problem(404, "note_not_found", `there is no note ${JSON.stringify(id.slice(0, 40))}`);
}

function refusalOf({ body, uuid }: NoteDraft): Problem | null {
  if (body.trim() === "") {
    return problem(400, "bad_note", "a note needs a body that says something");
  }
  const bytes = utf8Bytes(body);
  if (bytes > MAX_NOTE_BYTES) {
    return problem(400, "bad_note", `body has ${bytes} bytes, expected at most ${MAX_NOTE_BYTES}`);
  }
  if (uuid !== undefined && uuid.length > MAX_UUID_CHARS) {
    return problem(400, "bad_note", `uuid is longer than ${MAX_UUID_CHARS} characters`);
  }
  return null;
}
