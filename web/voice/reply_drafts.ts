/**
 * How far the replies of a chat are. The server tells when one is written, made, cut off or given up;
 * whether its clip is heard the page knows better.
 *
 * @module
 */
import type { ClipOutcome } from "./clip_queue.ts";

/** Replies that are looked at; a server shows fewer. */
const MAX_DRAFTS = 32;

/** A reply as it is drawn. */
export interface DrawnDraft {
  readonly id: string;
  readonly text: string;
  /** A word for the stylesheet. */
  readonly name: "waiting" | "speaking" | "spoken" | "cut";
  /** The same for its reader. */
  readonly words: string;
}

interface Draft {
  readonly id: string;
  readonly text: string;
  readonly status: string;
  readonly durationS: number | null;
}

/** What became of the clip of a reply: undefined while it waits, null where it is not known. */
export type OutcomeOf = (jobId: string) => ClipOutcome | undefined | null;

const BY_STATUS: Readonly<Record<string, Pick<DrawnDraft, "name" | "words">>> = {
  valid: { name: "waiting", words: "will be spoken" },
  speaking: { name: "speaking", words: "being spoken" },
  spoken: { name: "spoken", words: "spoken" },
  snipped: { name: "cut", words: "cut off" },
  stale: { name: "cut", words: "not spoken" },
};

const BY_OUTCOME: Readonly<Record<ClipOutcome, Pick<DrawnDraft, "name" | "words">>> = {
  playing: { name: "speaking", words: "being spoken" },
  played: { name: "spoken", words: "spoken" },
  stopped: { name: "cut", words: "cut off" },
  stale: { name: "cut", words: "came too late, not heard" },
  crowded: { name: "cut", words: "too much waited, not heard" },
  failed: { name: "cut", words: "could not be played" },
};

/** The replies of one connection. */
export class ReplyDrafts {
  #drafts: readonly Draft[] = [];
  /** Clips by the replies that they belong to. */
  readonly #clips = new Map<string, string>();
  #lastClip: string | null = null;

  /** The clip of a reply has come; the server says next which one it is. */
  heard(jobId: string): void {
    this.#lastClip = jobId;
  }

  /** What a `draft_queue` frame says; anything else in it is passed over. */
  take(blocks: unknown): void {
    const drafts: Draft[] = [];
    for (const block of Array.isArray(blocks) ? blocks.slice(-MAX_DRAFTS) : []) {
      const { id, text, status, has_audio, tts_duration_sec: durationS } = Object(block);
      if (typeof id !== "string" || typeof text !== "string" || typeof status !== "string") {
        continue;
      }
      drafts.push({
        id,
        text,
        status,
        durationS: typeof durationS === "number" ? durationS : null,
      });
      if (has_audio === true && this.#lastClip !== null && !this.#clips.has(id)) {
        this.#clips.set(id, this.#lastClip);
        this.#lastClip = null;
      }
    }
    this.#drafts = drafts;
    const ids = new Set(drafts.map(({ id }) => id));
    for (const id of this.#clips.keys()) if (!ids.has(id)) this.#clips.delete(id);
  }

  /** The connection is over: its replies have no future, and their ids come again. */
  forget(): void {
    this.#drafts = [];
    this.#clips.clear();
    this.#lastClip = null;
  }

  /** All of them, the oldest first. */
  drawn(outcomeOf: OutcomeOf): readonly DrawnDraft[] {
    return this.#drafts.map(({ id, text, status, durationS }) => {
      const { name, words } = this.#stateOf(id, status, outcomeOf);
      const length = durationS === null ? "" : ` · ${durationS.toFixed(1)} s`;
      return { id, text, name, words: `${words}${length}` };
    });
  }

  #stateOf(id: string, status: string, outcomeOf: OutcomeOf) {
    const told = BY_STATUS[status] ?? { name: "waiting" as const, words: status };
    const clip = this.#clips.get(id);
    const outcome = clip === undefined ? null : outcomeOf(clip);
    if (outcome === null) return told;
    return outcome === undefined ? BY_STATUS["valid"]! : BY_OUTCOME[outcome];
  }
}
