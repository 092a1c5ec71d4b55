/**
 * Feeds a stream with the board: all of it at first, then what changes. A client that comes again gets
 * what it missed, if that is still known; one that reads slowly gets several changes as one.
 *
 * @module
 */
import type { BoardDiff, BoardModel } from "../board_model.ts";
import type { Card } from "../state/card.ts";
import type { EventStream } from "./event_stream.ts";
import { MAX_QUEUED_BYTES, type StreamFeed } from "./stream_hub.ts";

/** While more bytes wait, changes wait to be told together. */
const MAX_WAITING_BYTES = 65_536;

/** The feed of one client. */
export class BoardFeed implements StreamFeed {
  readonly #model: BoardModel;
  readonly #stream: EventStream;
  readonly #leave: () => void;
  /** The revision that the client has, or will have when it has read all. */
  #rev: number;

  /** Begins at a revision that the client has; null for one that has nothing. */
  constructor(model: BoardModel, stream: EventStream, rev: number | null) {
    this.#model = model;
    this.#stream = stream;
    this.#leave = model.subscribe(() => this.#tell());
    const missed = rev === null ? null : model.since(rev);
    this.#rev = rev ?? model.rev;
    if (missed === null) this.#sendAll();
    else for (const diff of missed) this.#send(diff);
  }

  /** See {@link StreamFeed.onDrained}. */
  onDrained(): void {
    this.#tell();
  }

  /** See {@link StreamFeed.close}. */
  close(): void {
    this.#leave();
  }

  #tell(): void {
    if (this.#stream.end !== null || this.#rev === this.#model.rev) return;
    if (this.#stream.queuedBytes > MAX_WAITING_BYTES) {
      if (this.#stream.queuedBytes > MAX_QUEUED_BYTES) this.#stream.close("slow");
      return;
    }
    const diffs = this.#model.since(this.#rev);
    if (diffs === null) this.#sendAll();
    else if (diffs.length > 0) this.#send(merged(diffs));
  }

  #sendAll(): void {
    this.#rev = this.#model.rev;
    this.#stream.send({ event: "snapshot", id: this.#id(), data: this.#model.json() });
  }

  #send(diff: BoardDiff): void {
    this.#rev = diff.rev;
    this.#stream.send({ event: "diff", id: this.#id(), data: this.#model.diffJson(diff) });
  }

  #id(): string {
    return `${this.#model.boot}.${this.#rev}`;
  }
}

/** The revision in the id of an event of this start of the process; null for any other text. */
export function revOfId(text: string | undefined, boot: string): number | null {
  const at = text?.lastIndexOf(".") ?? -1;
  if (text === undefined || at < 0 || text.slice(0, at) !== boot) return null;
  const digits = text.slice(at + 1);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}

/** Several changes as one: of the revision of the last. */
export function merged(diffs: readonly BoardDiff[]): BoardDiff {
  const last = diffs.at(-1)!;
  if (diffs.length === 1) return last;
  const up = new Map<string, Card>();
  const rm = new Set<string>();
  for (const diff of diffs) {
    for (const id of diff.rm) {
      up.delete(id);
      rm.add(id);
    }
    for (const card of diff.up) {
      rm.delete(card.id);
      up.set(card.id, card);
    }
  }
  const totals = diffs.map((diff) => diff.totals).findLast((it) => it !== undefined);
  return {
    rev: last.rev,
    up: [...up.values()],
    rm: [...rm],
    ...(totals !== undefined && { totals }),
  };
}
