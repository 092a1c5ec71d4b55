/**
 * Processes of this machine: when they began, which hold a port, and how they are told to end.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { UsageError } from "../../runtime/mod.ts";
import { type Holders, unseenError } from "./holders.ts";

/** What the commands for the background need of the system. */
export interface Processes {
  /** When a process began; null when there is none of that id. */
  began(pid: number): Promise<string | null>;
  /** Tells a process to end; `KILL` does not ask. False when it is gone already. */
  signal(pid: number, name: "TERM" | "KILL"): Promise<boolean>;
  /**
   * Who listens where a server would; nobody where the system does not tell.
   *
   * @throws {UsageError} when it could not be asked.
   */
  holders(host: string, port: number): Promise<Holders>;
}

/** Those of this machine. Where Deno would want every permission, `cat`, `ps` and `kill` do it. */
export const systemProcesses: Processes = {
  async began(pid) {
    if (Deno.build.os === "linux") return beganOf(await readStat(pid));
    const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() === "" ? null : stdout.trim();
  },
  async signal(pid, name) {
    try {
      Deno.kill(pid, `SIG${name}`);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      return (await run("kill", [`-${name}`, String(pid)])).isDone;
    }
  },
  async holders(host, port) {
    const args = ["run", "--no-prompt", "--quiet", "--allow-all", HOLDERS, host, String(port)];
    // Deno has its cache where the environment says.
    const { stdout, stderr, isDone } = await run("deno", args, { clearEnv: false });
    if (!isDone) throw unseenError(host, port, stderr);
    return JSON.parse(stdout);
  },
};

const HOLDERS = fileURLToPath(new URL("holders_main.ts", import.meta.url));

/** The system's line about a process; empty when there is none. */
async function readStat(pid: number): Promise<string> {
  const path = `/proc/${pid}/stat`;
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return (await run("cat", [path])).stdout;
  }
}

/**
 * When the process of a line of `/proc/<pid>/stat` began, in ticks since the machine did; null for
 * one that has ended and waits to be noticed. Its name, in brackets, may hold anything.
 */
export function beganOf(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? null : fields[19] ?? null;
}

async function run(
  program: string,
  args: string[],
  { clearEnv = true } = {},
): Promise<{ stdout: string; stderr: string; isDone: boolean }> {
  try {
    const command = new Deno.Command(program, {
      args,
      stdin: "null",
      clearEnv,
    });
    const { stdout, stderr, success } = await command.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { stdout: text(stdout), stderr: text(stderr), isDone: success };
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    if (!isMissing && !(error instanceof Deno.errors.NotCapable)) throw error;
    throw new UsageError(
      isMissing
        ? `this needs the program ${program}, which is not here; run it with --allow-all`
        : `this needs the program ${program}; run it by deno task headway, or with --allow-run=${program}`,
      { program },
    );
  }
}
