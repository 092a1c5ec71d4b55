/**
 * The machine's processes, for tests.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** One process. */
export interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** `Z` for one that has ended and was not waited for. */
  readonly state: string;
  readonly name: string;
}

const MAIN = fileURLToPath(new URL("./process_table_main.ts", import.meta.url));

/** Reads the table. Needs all permissions. */
export function readProcessTable(): ProcessLine[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = Deno.readTextFileSync(`/proc/${name}/stat`);
      const end = text.lastIndexOf(")");
      const [state, parent, , session] = text.slice(end + 2).split(" ");
      return [{
        pid: Number(name),
        parent: Number(parent),
        session: Number(session),
        state: state!,
        name: text.slice(text.indexOf("(") + 1, end),
      }];
    } catch {
      return [];
    }
  });
}

/** All processes that live. Needs `--allow-run=deno`, as do the others. */
export async function processes(): Promise<ProcessLine[]> {
  const all = await ask<ProcessLine[]>([]);
  return all.filter(({ state }) => state !== "Z");
}

/** Those of these that do not go within ten seconds. */
export function remaining(pids: readonly number[]): Promise<ProcessLine[]> {
  return ask(["gone", ...pids.map(String)]);
}

/** What the open descriptors of a process are. */
export function descriptorsOf(pid: number): Promise<string[]> {
  return ask(["descriptors", String(pid)]);
}

async function ask<Answer>(args: readonly string[]): Promise<Answer> {
  const { stdout } = await new Deno.Command("deno", {
    args: ["run", "--quiet", "--allow-all", MAIN, ...args],
    stdin: "null",
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
