/**
 * Which of the server's slices and buffers the client is looking at: both sides tell them in the
 * same order, so the n-th of one is the n-th of the other.
 *
 * @module
 */

/** Most that may be under way at a time; more than any queue holds. */
const MAX_UNDER_WAY = 20_000;

/** What a session's server has sent and its client has not seen yet. */
export class Pairing<Sent> {
  readonly #bySession = new Map<string, Sent[]>();
  #next = 0;
  #session = "";

  /** How much of the present session is under way. */
  get underWay(): number {
    return (this.#bySession.get(this.#session)?.length ?? 0) - this.#next;
  }

  /** The server of a session sent something. */
  sent(session: string, what: Sent): void {
    const list = this.#bySession.get(session);
    if (list === undefined) this.#bySession.set(session, [what]);
    else if (list.length < MAX_UNDER_WAY) list.push(what);
  }

  /** The client has a new session: what was under way in others will never arrive. */
  begin(session: string): void {
    this.#bySession.delete(this.#session);
    this.#session = session;
    this.#next = 0;
  }

  /** What the client sees next; undefined when nothing was sent. */
  arrived(): Sent | undefined {
    const list = this.#bySession.get(this.#session);
    const what = list?.[this.#next];
    if (what !== undefined) this.#next++;
    if (list !== undefined && this.#next >= 1024) {
      list.splice(0, this.#next);
      this.#next = 0;
    }
    return what;
  }
}
