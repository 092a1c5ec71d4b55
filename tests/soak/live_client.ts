/**
 * A client of a board over HTTP that comes and goes as people and networks do: it follows the board or
 * a session, asks for windows meanwhile, and leaves at any time; now and then it closes one side only,
 * or does not read.
 *
 * @module
 */
import { EventClient, wireBytes } from "../../bench/parts/board_client.ts";
import { type Clock, errorMessage, type Rng } from "../../runtime/mod.ts";
import { RefusedError } from "../../web/board/api.ts";
import type { WindowRecord } from "../../web/board/viewer/records.ts";
import { BoardMirror, SessionMirror } from "./mirrors.ts";

/** What it is made of. */
export interface LiveClientOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly rng: Rng;
  /** How much faster than people it comes and goes. */
  readonly pace: number;
  /** Sessions that are written now. */
  readonly sessions: () => readonly string[];
}

/** How long a client follows, asks, stays away, seconds. */
const VISIT_S = [2, 60] as const;
const ASK_S = [0.3, 4] as const;
const AWAY_S = [0.1, 8] as const;
const LONG_AWAY_S = [20, 90] as const;
const SILENT_S = [10, 50] as const;
/** As streams tell their clients to. */
const RETRY_S = 2;
/** Who has closed one side is let go within that time, seconds. */
const HALF_CLOSED_S = 5;
/** What was written is told within that time, seconds. */
const CATCH_UP_S = 20;
const WINDOW = "anchor=tail&limit=120";
/** Of one session; what a page of it asks for. */
const PARTS = ["outline", "brief", "lineage", "agents", "related", "commits", "find?q=reader"];

/** The client. */
export class LiveClient {
  /** What it did. */
  readonly counts = { streams: 0, halfClosed: 0, silent: 0, windows: 0, requests: 0, resets: 0 };
  /** How long answers took, ms. */
  readonly tookMs: number[] = [];
  readonly #options: LiveClientOptions;
  readonly #board = new BoardMirror();
  readonly #problems: string[] = [];
  #session: SessionMirror | null = null;

  /** It has asked nothing yet. */
  constructor(options: LiveClientOptions) {
    this.#options = options;
  }

  /** What was wrong so far, one sentence each. */
  get problems(): readonly string[] {
    return [...this.#problems, ...this.#board.problems, ...(this.#session?.problems ?? [])];
  }

  /** How often the board that it had was held against the server's. */
  get compared(): number {
    return this.#board.compared;
  }

  /** Comes and goes until it is told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    const { rng } = this.#options;
    while (!signal.aborted) {
      const what = rng.float();
      try {
        if (what < 0.08) await this.#halfClose();
        else if (what < 0.16) await this.#beSilent(signal);
        else await this.#visit(what < 0.6, signal);
      } catch (error) {
        this.#fail(error);
      }
      await this.#pause(rng.chance(0.1) ? LONG_AWAY_S : AWAY_S, signal);
    }
  }

  /** Follows the board and nothing else, as a page that is left open does, until it is told to stop. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await using stream = await this.#openBoard();
        await Promise.race([stream.ended, aborted(signal)]);
      } catch (error) {
        this.#fail(error);
      }
      await this.#pause([RETRY_S, RETRY_S], signal);
    }
  }

  /** Comes a last time, when nothing is written any more: it must have all there is. */
  async catchUp(): Promise<void> {
    try {
      await this.#catchUpBoard();
      if (this.#session?.isStale === false) await this.#catchUpSession(this.#session);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #catchUpBoard(): Promise<void> {
    await using _stream = await this.#openBoard();
    const before = this.compared;
    // The board may change while it is on its way, by time alone.
    const isThere = await this.#until(async () => {
      this.#board.expect(await this.#ask("/api/board"));
      return this.compared > before;
    });
    if (!isThere) this.#problems.push(`a client came to revision ${this.#board.rev} only`);
  }

  async #catchUpSession(session: SessionMirror): Promise<void> {
    await using _stream = await this.#openSession(session);
    const query = "anchor=head&limit=1000&maxBytes=4194304";
    let difference: string | null = null;
    await this.#until(async () => {
      const { items } = await this.#ask<WindowRecord>(`/api/sessions/${session.id}?${query}`);
      difference = session.isStale ? null : session.differs(items);
      return difference === null;
    });
    if (difference !== null) this.#problems.push(difference);
  }

  /** Follows something for a while, and asks. */
  async #visit(isBoard: boolean, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await using stream = isBoard ? await this.#openBoard() : await this.#openAnySession();
    let isOpen = true;
    void stream.ended.then(() => isOpen = false);
    const untilS = clock.now() + this.#someS(VISIT_S);
    while (isOpen && !signal.aborted && clock.now() < untilS) {
      await this.#pause(ASK_S, signal);
      await this.#askSomething();
    }
  }

  #openBoard(): Promise<EventClient> {
    this.counts.streams++;
    return EventClient.open(`${this.#options.url}/api/board/stream`, {
      lastId: this.#board.lastId,
      onHeard: (heard) => this.#board.take(heard),
    });
  }

  /** The session that it has followed before, or another one. */
  async #openAnySession(): Promise<EventClient> {
    const { rng, sessions } = this.#options;
    const known = this.#session;
    if (known !== null && !known.isStale && rng.chance(0.7)) return await this.#openSession(known);
    this.#problems.push(...(known?.problems ?? []));
    if (known?.isStale === true) this.counts.resets++;
    const id = rng.pick(sessions());
    // Numbers are those of the whole once there is an index.
    await this.#ask(`/api/sessions/${id}/outline`);
    this.#session = new SessionMirror(id, await this.#ask(`/api/sessions/${id}?${WINDOW}`));
    return await this.#openSession(this.#session);
  }

  async #openSession(session: SessionMirror): Promise<EventClient> {
    this.counts.streams++;
    const url = `${this.#options.url}/api/sessions/${session.id}/stream`;
    try {
      return await EventClient.open(url, {
        lastId: session.cursor,
        onHeard: (heard) => session.take(heard),
      });
    } catch (error) {
      session.isStale = true;
      throw error;
    }
  }

  async #askSomething(): Promise<void> {
    const { rng, sessions, url } = this.#options;
    const id = rng.pick(sessions());
    const what = rng.float();
    if (what < 0.2) {
      this.#board.expect(await this.#ask("/api/board"));
    } else if (what < 0.5) {
      // As a browser gets it: compressed.
      this.counts.windows++;
      await wireBytes(`${url}/api/sessions/${id}?${WINDOW}`);
    } else if (what < 0.6) {
      await this.#ask(`/api/sessions/${id}?anchor=head&limit=${1 + rng.int(300)}`);
    } else if (what < 0.65) await this.#ask("/api/sessions?limit=100");
    else await this.#ask(`/api/sessions/${id}/${rng.pick(PARTS)}`);
  }

  async #ask<Answer>(path: string): Promise<Answer> {
    const { clock, url } = this.#options;
    this.counts.requests++;
    const beganS = clock.now();
    const response = await fetch(url + path);
    const text = await response.text();
    this.tookMs.push((clock.now() - beganS) * 1000);
    if (!response.ok) throw new RefusedError(response.status, `${path}: ${text}`);
    return JSON.parse(text);
  }

  /** Says that nothing more will come from it, and listens on: it is let go. */
  async #halfClose(): Promise<void> {
    const { clock } = this.#options;
    this.counts.halfClosed++;
    using conn = await this.#rawStream();
    await conn.closeWrite();
    const bytes = new Uint8Array(65_536);
    const readAll = async () => {
      while (await conn.read(bytes) !== null);
    };
    const isGone = await Promise.race([
      readAll().then(() => true, () => true),
      clock.sleep(HALF_CLOSED_S).then(() => false),
    ]);
    if (isGone) return;
    this.#problems.push(`a stream that was closed on one side lived for ${HALF_CLOSED_S} s`);
  }

  /** Reads nothing of what comes. */
  async #beSilent(signal: AbortSignal): Promise<void> {
    this.counts.silent++;
    using _conn = await this.#rawStream();
    await this.#pause(SILENT_S, signal);
  }

  async #rawStream(): Promise<Deno.TcpConn> {
    const { hostname, port } = new URL(this.#options.url);
    const conn = await Deno.connect({ hostname, port: Number(port) });
    const request = `GET /api/board/stream HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`;
    await conn.write(new TextEncoder().encode(request));
    await conn.read(new Uint8Array(1024));
    return conn;
  }

  async #until(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
    const { clock } = this.#options;
    const untilS = clock.now() + CATCH_UP_S;
    while (!await isSo()) {
      if (clock.now() > untilS) return false;
      await clock.sleep(0.2);
    }
    return true;
  }

  #pause(range: readonly [number, number], signal: AbortSignal): Promise<void> {
    return this.#options.clock.sleep(this.#someS(range), { signal }).catch(() => {});
  }

  /** So long at this pace, seconds. */
  #someS(range: readonly [number, number]): number {
    return this.#options.rng.between(...range) / this.#options.pace;
  }

  /** A transcript that was deleted or replaced meanwhile is no fault. */
  #fail(error: unknown): void {
    const isGone = error instanceof RefusedError && [404, 409].includes(error.status);
    if (!isGone) this.#problems.push(errorMessage(error));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
