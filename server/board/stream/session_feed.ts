/**
 * Feeds a stream with one session: what comes in its main thread, and what becomes of its state.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../../runtime/mod.ts";
import type { BoardModel } from "../board_model.ts";
import type { BoardAnswer, BoardQuestion } from "../questions.ts";
import type { EventStream } from "./event_stream.ts";
import { MAX_QUEUED_BYTES, type StreamFeed } from "./stream_hub.ts";

/** Least time between two questions, and between two words on the state or the board, seconds. */
const ASK_EVERY_S = 0.05;
const STATE_EVERY_S = 0.5;
const BOARD_EVERY_S = 1;

/** Tells when transcripts grow. */
export interface Growth {
  /** Calls when something has come of a session. What it returns ends that. */
  follow(id: string, onGrown: () => void): () => void;
}

/** What a feed is made of. */
export interface SessionFeedOptions {
  readonly id: string;
  /** Where the client is; null for the end. */
  readonly cursor: string | null;
  readonly clock: Clock;
  readonly model: BoardModel;
  readonly growth: Growth;
  ask(question: BoardQuestion): Promise<BoardAnswer>;
}

/** The feed of one client. */
export class SessionFeed implements StreamFeed {
  readonly #options: SessionFeedOptions;
  readonly #stream: EventStream;
  readonly #leave: readonly (() => void)[];
  #cursor: string | null;
  /** The state as it was told last, and as it was last. */
  #state = "";
  #latest = "";
  #stateS = -Infinity;
  #board = "";
  #boardS = -Infinity;
  #isAsking = false;
  #isStale = true;
  #timer: Timer | null = null;
  #dueS = Infinity;
  #isClosed = false;

  /** Begins. */
  constructor(stream: EventStream, options: SessionFeedOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#cursor = options.cursor;
    const { id, growth, model } = options;
    this.#leave = [
      growth.follow(id, () => this.#hear()),
      model.subscribe(({ up, totals }) => {
        if (totals !== undefined) this.#hear(false);
        if (up.some((card) => card.id === id)) this.#hear();
      }),
    ];
    this.#ask();
  }

  /** See {@link StreamFeed.onDrained}. */
  onDrained(): void {
    if (this.#isStale) this.#soon(ASK_EVERY_S);
  }

  /** See {@link StreamFeed.close}. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    for (const leave of this.#leave) leave();
  }

  #hear(isOfSession = true): void {
    this.#isStale ||= isOfSession;
    this.#soon(ASK_EVERY_S);
  }

  /** One timer for all that is to be said; it runs only while there is something. */
  #soon(delayS: number): void {
    const { clock } = this.#options;
    const dueS = clock.now() + delayS;
    // What can wait for long does not hold up what cannot.
    if (this.#isClosed || this.#dueS <= dueS) return;
    this.#timer?.cancel();
    this.#dueS = dueS;
    this.#timer = clock.at(dueS, () => {
      [this.#timer, this.#dueS] = [null, Infinity];
      this.#sayBoard();
      this.#sayState();
      if (this.#isStale && !this.#isAsking) this.#ask();
    });
  }

  async #ask(): Promise<void> {
    // What waits for the client is enough for now; it asks again when that is gone.
    if (this.#stream.queuedBytes > 0) {
      if (this.#stream.queuedBytes > MAX_QUEUED_BYTES) this.#stream.close("slow");
      return;
    }
    this.#isAsking = true;
    this.#isStale = false;
    const { id } = this.#options;
    let answer: BoardAnswer | null = null;
    try {
      answer = await this.#options.ask({ kind: "since", id, cursor: this.#cursor });
    } catch (error) {
      this.#fail(503, errorMessage(error));
    }
    this.#isAsking = false;
    if (answer !== null && !this.#isClosed) this.#take(answer);
  }

  #take(answer: BoardAnswer): void {
    if (answer.kind === "problem") {
      const { status, message, hint } = answer.problem;
      if (status !== 409) return this.#fail(status, message);
      const { cursor, gen } = hint as { readonly cursor: string; readonly gen: number };
      // A place in that very file: of the next one that takes its place the client is told again.
      this.#cursor = cursor;
      this.#stream.send({ event: "reset", id: `${gen}.0`, data: JSON.stringify({ gen }) });
      this.#isStale = true;
      return this.#soon(ASK_EVERY_S);
    }
    if (answer.kind !== "events") return;
    this.#cursor = answer.cursor;
    for (const event of answer.events) this.#stream.send(event);
    this.#latest = answer.state;
    this.#sayState();
    if (answer.isMore) this.#isStale = true;
    this.#sayBoard();
    if (this.#isStale) this.#soon(ASK_EVERY_S);
  }

  /** A session that is not there any more: its client has to look anew. */
  #fail(status: number, message: string): void {
    if (this.#isClosed) return;
    this.#stream.send({ event: "gone", data: JSON.stringify({ status, message }) });
    this.#stream.close("lifetime");
  }

  #sayState(): void {
    const state = this.#latest;
    const nowS = this.#options.clock.now();
    if (state === this.#state || this.#isClosed) return;
    const waitS = this.#stateS + STATE_EVERY_S - nowS;
    if (waitS > 0) return this.#soon(waitS);
    [this.#state, this.#stateS] = [state, nowS];
    this.#stream.send({ event: "state", data: state });
  }

  /** How many sessions need somebody, so that a page needs no second stream for it. */
  #sayBoard(): void {
    const { clock, model } = this.#options;
    const { needs, live } = model.totals;
    const text = JSON.stringify({ needs, live });
    if (text === this.#board || this.#isClosed) return;
    const dueS = this.#boardS + BOARD_EVERY_S;
    if (clock.now() < dueS) return this.#soon(dueS - clock.now());
    [this.#board, this.#boardS] = [text, clock.now()];
    this.#stream.send({ event: "board", data: text });
  }
}
