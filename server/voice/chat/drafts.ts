import type { Clock, Timer } from "../../../runtime/mod.ts";
import { type Interruption, interruptionOf } from "../interruption.ts";
import { round } from "../ledger.ts";

/** How far a reply is: to be said, being said, said, cut off, or never to be said. */
export type DraftStatus = "valid" | "speaking" | "spoken" | "snipped" | "stale";

/** A reply as the chat's page is shown it. */
export interface DraftBlock {
  readonly id: string;
  readonly text: string;
  readonly status: DraftStatus;
  readonly created_at: number;
  readonly has_audio: boolean;
  readonly tts_duration_sec: number | null;
  readonly generation_ms: number | null;
}

interface Draft {
  readonly id: string;
  readonly text: string;
  readonly createdUnixS: number;
  status: DraftStatus;
  audio: { readonly durationS: number; readonly genS: number } | null;
}

/** Replies that are shown; the oldest goes first. */
const MAX_DRAFTS = 16;

/**
 * The replies of a chat, from when they are written to when they were heard. A page plays its clips one
 * after the other and says nothing of it, so when each is heard is worked out.
 */
export class Drafts {
  readonly #clock: Clock;
  readonly #onChange: (blocks: readonly DraftBlock[]) => void;
  #drafts: Draft[] = [];
  #count = 0;
  #speaking: { readonly draft: Draft; readonly startS: number; readonly timer: Timer } | null =
    null;

  /** None yet; `onChange` is told all of them whenever one has changed. */
  constructor(clock: Clock, onChange: (blocks: readonly DraftBlock[]) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** A reply was written; gives back its id. */
  add(text: string): string {
    const id = `draft-${++this.#count}`;
    this.#drafts.push({
      id,
      text,
      createdUnixS: this.#clock.unixS(),
      status: "valid",
      audio: null,
    });
    if (this.#drafts.length > MAX_DRAFTS) this.#drafts.shift();
    this.#tell();
    return id;
  }

  /** Its audio has gone out. */
  made(id: string, audio: { readonly durationS: number; readonly genS: number }): void {
    const draft = this.#find(id);
    if (draft === undefined || draft.status !== "valid") return;
    draft.audio = audio;
    if (this.#speaking === null) this.#next();
    this.#tell();
  }

  /** It will not be heard. */
  drop(id: string): void {
    const draft = this.#find(id);
    if (draft === undefined || draft.status !== "valid") return;
    draft.status = "stale";
    this.#tell();
  }

  /** What is heard is cut off, and the rest will not be heard; null when nothing was heard. */
  interrupt(): Interruption | null {
    const speaking = this.#speaking;
    this.#speaking = null;
    speaking?.timer.cancel();
    const isChanged = speaking !== null || this.#drafts.some(({ status }) => status === "valid");
    for (const draft of this.#drafts) if (draft.status === "valid") draft.status = "stale";
    if (speaking !== null) speaking.draft.status = "snipped";
    if (isChanged) this.#tell();
    if (speaking === null) return null;
    const { draft, startS } = speaking;
    return interruptionOf(draft.text, (this.#clock.now() - startS) / draft.audio!.durationS);
  }

  /** Nobody is shown anything any more. */
  close(): void {
    this.#speaking?.timer.cancel();
    this.#speaking = null;
    this.#drafts = [];
  }

  #next(): void {
    const draft = this.#drafts.find(({ status, audio }) => status === "valid" && audio !== null);
    if (draft === undefined) return;
    draft.status = "speaking";
    const timer = this.#clock.after(draft.audio!.durationS, () => {
      draft.status = "spoken";
      this.#speaking = null;
      this.#next();
      this.#tell();
    });
    this.#speaking = { draft, startS: this.#clock.now(), timer };
  }

  #find(id: string): Draft | undefined {
    return this.#drafts.find((draft) => draft.id === id);
  }

  #tell(): void {
    this.#onChange(this.#drafts.map(({ id, text, status, createdUnixS, audio }) => ({
      ...{ id, text, status, created_at: createdUnixS, has_audio: audio !== null },
      tts_duration_sec: audio === null ? null : round(audio.durationS, 3),
      generation_ms: audio === null ? null : round(audio.genS * 1000, 1),
    })));
  }
}
