/**
 * The processes of this machine: when they began, and the end of whole process sessions.
 *
 * @module
 */
import { type Clock, HeadwayError } from "../../runtime/mod.ts";
import type { PtyId } from "../../server/tasks/ids.ts";
import {
  type EndingSignal,
  type Processes,
  TERMINAL_MARK,
} from "../../server/tasks/terminal/mod.ts";
import type { Libc } from "./libc.ts";

/** How often what is left of a session is looked for again: a process may start another meanwhile. */
const ROUNDS = 20;
const PAUSE_S = 0.01;

/** A line of the table of processes. */
interface Stat {
  readonly state: string;
  readonly session: number;
  /** Ticks of the system since it started. */
  readonly start: string;
}

/** Reads `/proc/<pid>/stat`. The program's name may hold anything, so it is read from its end. */
export function parseStat(text: string): Stat | null {
  const fields = text.slice(text.lastIndexOf(")") + 2).trim().split(" ");
  const [state, , , session] = fields;
  const start = fields[19];
  if (state === undefined || session === undefined || start === undefined) return null;
  return { state, session: Number(session), start };
}

/** A leader of a process session that may have outlived whoever started it. */
export interface Leader {
  /** Of its terminal. */
  readonly id: PtyId;
  readonly pid: number;
  /** As {@link SystemProcesses.startOf} said it. */
  readonly pidStart: string;
}

/** Processes as the system shows them. */
export class SystemProcesses implements Processes {
  readonly #libc: Libc | null;
  readonly #clock: Clock;

  /** Without a C library only the leaders of sessions and their groups are reached. */
  constructor(libc: Libc | null, clock: Clock) {
    this.#libc = libc;
    this.#clock = clock;
  }

  /** When a process began, in ticks of the system; null where nobody knows. */
  startOf(pid: number): string | null {
    return this.#stat(pid)?.start ?? null;
  }

  /** Sends a signal; a hang-up goes to the leader's whole group, as a terminal's does. */
  signal(pid: number, signal: EndingSignal): void {
    if (signal !== "SIGKILL" && Deno.build.os !== "windows") kill(-pid, signal);
    kill(pid, signal);
  }

  /**
   * Ends all that is left of a session, and what left it and has its terminal's mark. A process that has
   * just begun a session of this id is no part of it.
   */
  async endSession(leader: number, mark: string): Promise<number> {
    const ended = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const left = new Set([...await this.#members(leader), ...this.#marked(mark)]);
      if (left.size === 0) break;
      for (const pid of left) {
        ended.add(pid);
        kill(pid, "SIGKILL");
      }
      await this.#clock.sleep(PAUSE_S);
    }
    return ended.size;
  }

  /**
   * Ends sessions that outlived whoever held their terminals. A leader must be the one that began at
   * that time; else only what carries the mark of its terminal is ended.
   *
   * @returns How many processes were ended.
   */
  async endLeftovers(leaders: readonly Leader[]): Promise<number> {
    let ended = 0;
    for (const { id, pid, pidStart } of leaders) {
      if (this.startOf(pid) === pidStart) {
        kill(pid, "SIGKILL");
        ended += 1 + await this.endSession(pid, id);
      } else {
        const left = this.#marked(id);
        for (const member of left) kill(member, "SIGKILL");
        ended += left.length;
      }
    }
    return ended;
  }

  /** Processes that have a terminal's mark, wherever they have gone: daemons begin sessions of their own. */
  #marked(mark: string): number[] {
    if (this.#libc === null || Deno.build.os !== "linux") return [];
    const line = `${TERMINAL_MARK}=${mark}`;
    return this.#pids().filter((pid) =>
      this.#libc!.readFile(`/proc/${pid}/environ`)?.split("\0").includes(line) ?? false
    );
  }

  #pids(): number[] {
    return this.#libc!.namesIn("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  }

  #stat(pid: number): Stat | null {
    const text = this.#libc?.readFile(`/proc/${pid}/stat`);
    return text === null || text === undefined ? null : parseStat(text);
  }

  /** Members of a session that live, without its leader: its number may be somebody else's by now. */
  async #members(leader: number): Promise<number[]> {
    if (this.#libc === null) return [];
    if (Deno.build.os === "linux") {
      return this.#pids().filter((pid) => pid !== leader && this.#libc!.sessionOf(pid) === leader)
        .filter((pid) => (this.#stat(pid)?.state ?? "Z") !== "Z");
    }
    const pids = await listedPids();
    return pids.filter((pid) => pid !== leader && this.#libc!.sessionOf(pid) === leader);
  }
}

/** Where there is no `/proc`. */
async function listedPids(): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-axo", "pid="], stderr: "null" })
    .output();
  return new TextDecoder().decode(stdout).split("\n").map(Number).filter((pid) => pid > 0);
}

function kill(pid: number, signal: EndingSignal): void {
  if (Math.abs(pid) <= 1) throw new HeadwayError(`process ${pid} is nobody's terminal`);
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
