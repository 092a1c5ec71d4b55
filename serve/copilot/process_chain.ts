/**
 * A process of this machine and those above it, by the system's own tables.
 *
 * @module
 */
import type { ProcessFact, ProcessTable } from "../../server/copilot/panes.ts";

/** Nobody is deeper. */
const MAX_DEPTH = 32;

/** Processes as the system shows them. */
export const systemProcesses: ProcessTable = {
  async chain(pid) {
    const chain: ProcessFact[] = [];
    for (let next = pid; next > 1 && chain.length < MAX_DEPTH;) {
      const fact = await factOf(next);
      if (fact === null) break;
      chain.push(fact);
      next = fact.parent;
    }
    return chain;
  },
};

/** Deno lets no program read below `/proc` that may not do everything, so `cat` does it. */
async function factOf(pid: number): Promise<ProcessFact | null> {
  const [program, args] = Deno.build.os === "linux"
    ? ["cat", [`/proc/${pid}/stat`]] as const
    : ["ps", ["-o", "pid=,ppid=,pgid=,tpgid=,stat=,tty=", "-p", String(pid)]] as const;
  try {
    const { stdout } = await new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      // A library that the environment names may only be loaded by those who may run everything.
      clearEnv: true,
    }).output();
    const text = new TextDecoder().decode(stdout);
    return Deno.build.os === "linux" ? parseStatLine(text) : parsePsLine(text);
  } catch {
    return null;
  }
}

/** Reads Linux's line about a process. Its name may hold anything, so it is read from its end. */
export function parseStatLine(text: string): ProcessFact | null {
  const pid = Number.parseInt(text);
  const fields = text.slice(text.lastIndexOf(")") + 2).trim().split(" ");
  const [state = "", parent, group, , terminal = "", foreground] = fields;
  return factFrom({ pid, parent, group, foreground, state, terminal });
}

/** Reads a line of `ps -o pid=,ppid=,pgid=,tpgid=,stat=,tty=`. */
export function parsePsLine(text: string): ProcessFact | null {
  const [pid, parent, group, foreground, state = "", terminal = ""] = text.trim().split(/\s+/);
  return factFrom({ pid: Number(pid), parent, group, foreground, state, terminal });
}

function factFrom(
  { pid, parent, group, foreground, state, terminal }: {
    readonly pid: number;
    readonly parent: string | undefined;
    readonly group: string | undefined;
    readonly foreground: string | undefined;
    readonly state: string;
    readonly terminal: string;
  },
): ProcessFact | null {
  const numbers = [parent, group, foreground].map(Number);
  // What has ended, but for its parent's word, is nobody any more.
  if (![pid, ...numbers].every(Number.isInteger) || /^[ZX]/.test(state)) return null;
  return {
    pid,
    parent: numbers[0]!,
    group: numbers[1]!,
    foreground: numbers[2]!,
    terminal,
    isStopped: /^[Tt]/.test(state),
  };
}
