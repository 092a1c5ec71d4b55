/**
 * Which sessions run in a pane of tmux, for their cards. A process is looked for once, when it comes to
 * be known: it stays in the pane that it was started in. Whoever looks anyway tells what was found.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import type { Card } from "../board/state/card.ts";
import type { Log } from "../log.ts";
import type { Panes, PaneSearch } from "./panes.ts";

/** What it works with. */
export interface PaneBookOptions {
  readonly panes: Pick<Panes, "findAll">;
  readonly log: Pick<Log, "warn">;
  /** Told of a session that turned out to be in a pane, or in none any more. */
  readonly onChange: (id: string) => void;
}

/** The book. */
export class PaneBook {
  readonly #options: PaneBookOptions;
  #pids: ReadonlyMap<string, number> = new Map();
  readonly #inPane = new Set<string>();
  /** Sessions whose process is to be looked for. */
  readonly #todo = new Set<string>();
  #looking: Promise<void> | null = null;
  #isClosed = false;

  /** No agent is known. */
  constructor(options: PaneBookOptions) {
    this.#options = options;
  }

  /** Whether a session can be typed into, as far as it is known. */
  has(id: string): boolean {
    return this.#inPane.has(id);
  }

  /** All sessions whose agent runs, with its process. */
  setAgents(pids: ReadonlyMap<string, number>): void {
    const before = this.#pids;
    this.#pids = pids;
    for (const [id, pid] of before) if (pids.get(id) !== pid) this.#set(id, false);
    for (const [id, pid] of pids) if (before.get(id) !== pid) this.#todo.add(id);
    this.#begin();
  }

  /** A session told which pane it is in: where none was found before, there may be one now. */
  lookAgain(id: string): void {
    if (!this.#pids.has(id) || this.#inPane.has(id)) return;
    this.#todo.add(id);
    this.#begin();
  }

  /** Somebody has looked for the process of a session. */
  note(id: string, pid: number, search: PaneSearch): void {
    if (this.#pids.get(id) === pid) this.#set(id, search.kind === "pane");
  }

  /** Resolves when every process that is known has been looked for. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  /** Looks no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
  }

  #begin(): void {
    if (this.#todo.size > 0 && !this.#isClosed) this.#looking ??= this.#look();
  }

  async #look(): Promise<void> {
    const { log, panes } = this.#options;
    while (this.#todo.size > 0 && !this.#isClosed) {
      const todo = [...this.#todo].flatMap((id) => {
        const pid = this.#pids.get(id);
        return pid === undefined ? [] : [{ id, pid }];
      });
      this.#todo.clear();
      try {
        const found = await panes.findAll(todo.map(({ pid }) => pid));
        for (const { id, pid } of todo) this.note(id, pid, found.get(pid) ?? { kind: "none" });
      } catch (error) {
        log.warn("panes not looked at", { reason: errorMessage(error) });
        // With the next change among the agents it may go better.
        for (const { id } of todo) this.#todo.add(id);
        break;
      }
    }
    this.#looking = null;
  }

  #set(id: string, isIn: boolean): void {
    if (this.#inPane.has(id) === isIn) return;
    if (isIn) this.#inPane.add(id);
    else this.#inPane.delete(id);
    this.#options.onChange(id);
  }
}

/** A card that says whether its agent is in a pane. */
export function withPane(
  card: Omit<Card, "rev">,
  book: Pick<PaneBook, "has">,
): Omit<Card, "rev"> {
  return book.has(card.id) ? { ...card, pane: true } : card;
}
