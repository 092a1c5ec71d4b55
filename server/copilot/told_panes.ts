/**
 * Panes that agents said they run in, by their hooks. `TMUX_PANE` names a pane of whichever tmux the
 * agent was started in, and keeps its value when the pane is gone: it is a word to hold against the
 * table of processes, and nothing is typed by it alone.
 *
 * @module
 */

/** So many sessions are remembered, the newest words. */
const MAX_SESSIONS = 256;

/** What agents told. */
export class ToldPanes {
  /** Panes by session, the newest word last; no pane is two sessions'. */
  readonly #panes = new Map<string, string>();
  #pids: ReadonlyMap<string, number> = new Map();

  /** All sessions whose agent runs, with its process. */
  setAgents(pids: ReadonlyMap<string, number>): void {
    this.#pids = pids;
  }

  /** A session told of its pane, which is no other's from now on; whether that is news. */
  hear(session: string, pane: string): boolean {
    const isNews = this.#panes.get(session) !== pane;
    for (const [other, its] of this.#panes) if (its === pane) this.#panes.delete(other);
    this.forget(session);
    this.#panes.set(session, pane);
    const [oldest] = this.#panes.keys();
    if (this.#panes.size > MAX_SESSIONS && oldest !== undefined) this.#panes.delete(oldest);
    return isNews;
  }

  /** A session is in no pane any more. */
  forget(session: string): void {
    this.#panes.delete(session);
  }

  /** The pane that a process is in, as its session told; null when it told of none. */
  paneOf(pid: number): string | null {
    for (const [session, pane] of this.#panes) if (this.#pids.get(session) === pid) return pane;
    return null;
  }

  /** The agent's process that told last that it is in a pane; null for one that has ended. */
  pidIn(pane: string): number | null {
    for (const [session, its] of this.#panes) {
      if (its === pane) return this.#pids.get(session) ?? null;
    }
    return null;
  }
}
