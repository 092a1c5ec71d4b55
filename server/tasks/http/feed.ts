/**
 * One terminal's output on its way to one viewer, no faster than the viewer takes it. A viewer that falls
 * behind does not get everything later: it gets the screen as it is by then, and what follows.
 *
 * @module
 */
import { errorMessage } from "../../../runtime/mod.ts";
import type { PtyId } from "../ids.ts";
import { TerminalGoneError } from "../terminal/errors.ts";
import type { ScreenSnapshot, TerminalEvent, Terminals } from "../terminal/terminals.ts";
import { OutputDecoder, type OutputText } from "./output_text.ts";

/** Bytes of output that wait for a viewer at most. */
export const MAX_QUEUED_BYTES = 1_048_576;
/** Bytes of output in one message at most. */
const MAX_MESSAGE_BYTES = 65_536;

/** What happens beside output. */
export type FeedEvent = Exclude<TerminalEvent, { readonly kind: "output" | "gap" }>;

/** Who takes a feed. */
export interface FeedTaker {
  /** Whether another message may be sent now. */
  hasRoom(): boolean;
  /** The screen as it is; what it showed before is past. */
  onSnapshot(snapshot: ScreenSnapshot): void;
  onOutput(output: OutputText): void;
  onEvent(event: FeedEvent): void;
  /** The terminal cannot be shown, for a reason that is not its end. */
  onFailure(reason: string): void;
}

type Item = { readonly bytes: Uint8Array } | { readonly event: FeedEvent };

/** The feed. */
export class Feed {
  readonly #terminals: Terminals;
  readonly #id: PtyId;
  readonly #taker: FeedTaker;
  /** Bytes that may be sent and not yet acknowledged; null for a viewer that acknowledges nothing. */
  readonly #windowBytes: number | null;
  #unsubscribe: (() => void) | null = null;
  #queue: Item[] = [];
  #queuedBytes = 0;
  #decoder = new OutputDecoder(0);
  /** The place after the last byte that came in. */
  #endSeq = 0;
  #ackedSeq = 0;
  /** Something was dropped: the screen is due. */
  #isBehind = false;
  #isPainting = false;
  #isClosed = false;
  /** The end of the program was told; another subscription tells it again. */
  #hasExited = false;

  /** Sends nothing before it is started. */
  constructor(
    terminals: Terminals,
    id: PtyId,
    taker: FeedTaker,
    windowBytes: number | null = null,
  ) {
    this.#terminals = terminals;
    this.#id = id;
    this.#taker = taker;
    this.#windowBytes = windowBytes;
  }

  /** Begins after what the viewer has already; with null, with the screen. */
  start(fromSeq: number | null): void {
    if (fromSeq === null) this.#fallBehind();
    else this.#follow(fromSeq);
    this.pump();
  }

  /** The viewer has taken everything before this place. */
  acknowledge(seq: number): void {
    if (seq > this.#ackedSeq && seq <= this.#decoder.nextSeq) this.#ackedSeq = seq;
    this.pump();
  }

  /** Sends what may be sent. */
  pump(): void {
    while (!this.#isClosed && !this.#isPainting) {
      const [item] = this.#queue;
      if (item !== undefined && "event" in item) {
        this.#queue.shift();
        this.#tell(item.event);
        continue;
      }
      if (item === undefined && !this.#isBehind) return;
      if (!this.#mayOutput()) return;
      if (item === undefined) return this.#paint();
      this.#output(this.#take());
    }
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#queue = [];
  }

  #mayOutput(): boolean {
    if (!this.#taker.hasRoom()) return false;
    return this.#windowBytes === null ||
      this.#decoder.nextSeq - this.#ackedSeq < this.#windowBytes;
  }

  /** Bytes from the head of the queue, as many as fit one message. */
  #take(): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let item = this.#queue[0]; item !== undefined && "bytes" in item; item = this.#queue[0]) {
      const room = MAX_MESSAGE_BYTES - length;
      if (room === 0) break;
      const part = item.bytes.subarray(0, room);
      parts.push(part);
      length += part.length;
      if (part.length === item.bytes.length) this.#queue.shift();
      else this.#queue[0] = { bytes: item.bytes.subarray(room) };
    }
    this.#queuedBytes -= length;
    if (parts.length === 1) return parts[0]!;
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #output(bytes: Uint8Array): void {
    const text = this.#decoder.push(bytes);
    if (text !== null) this.#taker.onOutput(text);
  }

  #tell(event: FeedEvent): void {
    if (event.kind === "exited" || event.kind === "closed") {
      const rest = this.#decoder.flush();
      if (rest !== null) this.#taker.onOutput(rest);
    }
    if (event.kind === "closed") this.close();
    this.#taker.onEvent(event);
  }

  /** The screen now, and then on from there. */
  #paint(): void {
    this.#isPainting = true;
    this.#isBehind = false;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#terminals.snapshot(this.#id).then((snapshot) => {
      if (this.#isClosed) return;
      this.#isPainting = false;
      this.#taker.onSnapshot(snapshot);
      this.#follow(snapshot.seq);
      this.pump();
    }).catch((error) => this.#fail(error));
  }

  #follow(seq: number): void {
    this.#decoder = new OutputDecoder(seq);
    this.#endSeq = seq;
    this.#ackedSeq = seq;
    this.#subscribe(seq);
  }

  /** Infinity for what happens beside output. */
  #subscribe(seq: number): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    try {
      let hasEnded = false;
      const unsubscribe = this.#terminals.subscribe(this.#id, seq, (event) => {
        hasEnded ||= event.kind === "closed";
        this.#receive(event);
      });
      // It may have ended while it said what there was.
      if (this.#isClosed || hasEnded) unsubscribe();
      else this.#unsubscribe = unsubscribe;
    } catch (error) {
      this.#fail(error);
    }
  }

  #receive(event: TerminalEvent): void {
    if (this.#isClosed) return;
    if (event.kind === "gap") this.#fallBehind();
    else if (event.kind === "output") this.#receiveOutput(event.seq, event.bytes);
    else if (event.kind !== "exited" || !this.#hasExited) {
      this.#hasExited ||= event.kind === "exited";
      this.#queue.push({ event });
    }
    this.pump();
  }

  #receiveOutput(seq: number, bytes: Uint8Array): void {
    if (this.#isBehind || this.#isPainting) return;
    // Not what was asked for: something between is gone, or the viewer's place was none of this output.
    if (seq > this.#endSeq || seq + bytes.length < this.#endSeq) return this.#fallBehind();
    const fresh = bytes.subarray(this.#endSeq - seq);
    if (fresh.length === 0) return;
    if (this.#queuedBytes + fresh.length > MAX_QUEUED_BYTES) return this.#fallBehind();
    this.#endSeq += fresh.length;
    this.#queuedBytes += fresh.length;
    this.#queue.push({ bytes: fresh });
  }

  #fallBehind(): void {
    // What comes until the screen is painted would be thrown away.
    if (this.#unsubscribe !== null) this.#subscribe(Infinity);
    this.#isBehind = true;
    this.#queue = this.#queue.filter((item) => "event" in item);
    this.#queuedBytes = 0;
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.close();
    if (error instanceof TerminalGoneError) this.#taker.onEvent({ kind: "closed" });
    else this.#taker.onFailure(errorMessage(error));
  }
}
