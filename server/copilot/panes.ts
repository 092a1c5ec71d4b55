/**
 * Panes of tmux: which of them an agent's process is in, and what it shows. Nothing here types.
 *
 * @module
 */
import { readScreen, type Screen, withoutLooks } from "./screen.ts";
import type { ToldPanes } from "./told_panes.ts";

/** What became of a command of tmux. */
export interface TmuxAnswer {
  readonly isOk: boolean;
  readonly stdout: string;
}

/** Runs tmux. */
export interface Tmux {
  /** Runs one command, with text on its stdin if it wants some. */
  run(args: readonly string[], input?: string): Promise<TmuxAnswer>;
}

/** A process, as the system shows it. */
export interface ProcessFact {
  readonly pid: number;
  readonly parent: number;
  /** Its process group. */
  readonly group: number;
  /** The process group that its terminal belongs to at present. */
  readonly foreground: number;
  /** Names its terminal. */
  readonly terminal: string;
  /** Whether it has been stopped, as by Ctrl-Z. */
  readonly isStopped: boolean;
}

/** Tells of processes. */
export interface ProcessTable {
  /** A process, then its parent, and so on up; empty when there is none of this number. */
  chain(pid: number): Promise<readonly ProcessFact[]>;
}

/** A pane. */
export interface Pane {
  /** Such as `%3`. */
  readonly id: string;
  readonly pid: number;
  /** Whether it is being scrolled or chosen from: keys would go there. */
  readonly isInMode: boolean;
  readonly isDead: boolean;
  /** Whether it takes no keys. */
  readonly isOff: boolean;
  /** Whether its keys go to other panes, too. */
  readonly isSynchronized: boolean;
  /** Whether its program wants pastes in brackets; null where tmux does not tell. */
  readonly isBracketed: boolean | null;
}

/** Where an agent's process is. */
export type PaneSearch =
  | { readonly kind: "pane"; readonly pane: Pane; readonly isForeground: boolean }
  /** The process is gone, or is in no pane, or in several. */
  | { readonly kind: "gone" | "none" | "ambiguous" };

const FORMAT = [
  "#{pane_id}",
  "#{pane_pid}",
  "#{pane_in_mode}",
  "#{pane_dead}",
  "#{pane_input_off}",
  "#{pane_synchronized}",
  "#{bracket_paste_flag}",
].join(" ");
const SCREEN_LINES = 60;
const NOTHING_TOLD: Pick<ToldPanes, "paneOf" | "pidIn"> = { paneOf: () => null, pidIn: () => null };

/** Panes of a tmux server. */
export class Panes {
  readonly #tmux: Tmux;
  readonly #processes: ProcessTable;
  readonly #told: Pick<ToldPanes, "paneOf" | "pidIn">;

  /** Asks these; `told` is what agents say of their panes. */
  constructor(tmux: Tmux, processes: ProcessTable, told = NOTHING_TOLD) {
    this.#tmux = tmux;
    this.#processes = processes;
    this.#told = told;
  }

  /**
   * The pane that a process is in: the one whose own process it is, or descends from. Of several it is
   * the one that its session told of. Where another agent told of the pane since, keys are that one's.
   */
  async find(pid: number): Promise<PaneSearch> {
    const chain = await this.#processes.chain(pid);
    if (chain.length === 0) return { kind: "gone" };
    const panes = await this.list();
    const found = paneOf(chain, panes, this.#told.paneOf(pid));
    if (found.kind !== "pane" || !found.isForeground) return found;
    const holder = this.#told.pidIn(found.pane.id);
    if (holder === null || holder === pid) return found;
    const its = paneOf(await this.#processes.chain(holder), panes, found.pane.id);
    const isTaken = its.kind === "pane" && its.pane.id === found.pane.id && its.isForeground;
    return { ...found, isForeground: !isTaken };
  }

  /** The panes that several processes are in, by the process; nothing is looked up where there is none. */
  async findAll(pids: readonly number[]): Promise<ReadonlyMap<number, PaneSearch>> {
    const found = new Map<number, PaneSearch>();
    const panes = pids.length === 0 ? [] : await this.list();
    for (const pid of pids) {
      const chain = panes.length === 0 ? [] : await this.#processes.chain(pid);
      found.set(pid, paneOf(chain, panes, this.#told.paneOf(pid)));
    }
    return found;
  }

  /** All panes; none where tmux has no server. */
  async list(): Promise<readonly Pane[]> {
    const { isOk, stdout } = await this.#tmux.run(["list-panes", "-a", "-F", FORMAT]);
    return isOk ? stdout.split("\n").flatMap(parsePane) : [];
  }

  /** What a pane shows; null when it is gone. */
  async screen(id: string): Promise<Screen | null> {
    const { isOk, stdout } = await this.#tmux.run(["capture-pane", "-p", "-e", "-t", id]);
    if (!isOk) return null;
    const rows = stdout.replace(/\n$/, "").split("\n").slice(-SCREEN_LINES);
    const { lines, bright } = withoutLooks(rows);
    return readScreen(lines, bright);
  }
}

/** The pane that a process, which comes first, and those above it are in; of several the one told of. */
function paneOf(
  chain: readonly ProcessFact[],
  panes: readonly Pane[],
  told: string | null,
): PaneSearch {
  const above = new Map(chain.map((it) => [it.pid, it]));
  const found = panes.filter((pane) => above.has(pane.pid));
  const [self] = chain;
  if (self === undefined || found.length === 0) return { kind: "none" };
  const pane = found.length === 1 ? found[0] : found.find(({ id }) => id === told);
  if (pane === undefined) return { kind: "ambiguous" };
  // A shell that the agent was suspended to, an editor, another terminal within: keys are theirs.
  const isForeground = !self.isStopped && self.group === self.foreground &&
    self.terminal === above.get(pane.pid)!.terminal;
  return { kind: "pane", pane, isForeground };
}

function parsePane(line: string): Pane[] {
  const [id = "", pid, mode, dead, off, synchronized, bracketed = ""] = line.split(" ");
  if (!/^%\d+$/.test(id) || !/^\d+$/.test(pid ?? "")) return [];
  return [{
    id,
    pid: Number(pid),
    isInMode: mode !== "0",
    isDead: dead === "1",
    isOff: off === "1",
    isSynchronized: synchronized === "1",
    isBracketed: bracketed === "" ? null : bracketed === "1",
  }];
}
