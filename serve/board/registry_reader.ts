/**
 * What running agents say of themselves: one small file for each process, below each root.
 *
 * @module
 */
import { asCount, asObject, asText, MAX_TIME_MS } from "../../server/board/read/fields.ts";
import type { RegistryEntry } from "../../server/board/state/live.ts";

const MAX_FILES = 500;
const MAX_BYTES = 65_536;
/** The place of a process's start among the words after its name in Linux's line about it. */
const START_WORD = 19;

/** What a file says. */
interface Said {
  readonly pid: number;
  readonly session: string;
  readonly status: string;
  readonly statusMs: number;
  readonly waitingFor: string | null;
  readonly procStart: string;
}

/** The start times of processes, by their number; null when nobody can tell. */
export type ReadProcessStarts = (
  pids: readonly number[],
) => Promise<ReadonlyMap<number, string> | null>;

/** Reads the entries below roots, by session. */
export async function readRegistry(
  roots: readonly string[],
  readStarts: ReadProcessStarts = processStarts,
): Promise<Map<string, RegistryEntry>> {
  const said = roots.flatMap(readRoot);
  const entries = new Map<string, RegistryEntry>();
  if (said.length === 0) return entries;
  const starts = await readStarts(said.map(({ pid }) => pid));
  for (const { pid, session, status, statusMs, waitingFor, procStart } of said) {
    // A process of the same number that began at another time is another one.
    const isAlive = starts === null ? null : starts.get(pid) === procStart;
    const known = entries.get(session);
    const isBetter = known === undefined || (known.isAlive !== true && isAlive === true) ||
      known.isAlive === isAlive && known.statusMs < statusMs;
    if (isBetter) entries.set(session, { pid, status, statusMs, waitingFor, isAlive });
  }
  return entries;
}

function readRoot(root: string): Said[] {
  const said: Said[] = [];
  try {
    for (const { name } of Deno.readDirSync(`${root}/sessions`)) {
      if (!/^\d+\.json$/.test(name) || said.length >= MAX_FILES) continue;
      const entry = readOne(`${root}/sessions/${name}`);
      if (entry !== null) said.push(entry);
    }
  } catch {
    // Older agents have no such folder.
  }
  return said;
}

/** Entries without a status or a start are of older agents, and say nothing that can be relied on. */
function readOne(path: string): Said | null {
  let text: string;
  try {
    if (Deno.statSync(path).size > MAX_BYTES) return null;
    text = Deno.readTextFileSync(path);
  } catch {
    return null;
  }
  let record: ReturnType<typeof asObject>;
  try {
    record = asObject(JSON.parse(text));
  } catch {
    return null;
  }
  const session = asText(record?.["sessionId"]);
  const status = asText(record?.["status"]);
  const start = record?.["procStart"];
  const pid = asCount(record?.["pid"]);
  if (session === null || status === null || start === undefined || start === null || pid === 0) {
    return null;
  }
  return {
    pid,
    session,
    status,
    statusMs: timeMs(record?.["statusUpdatedAt"]) ?? timeMs(record?.["updatedAt"]) ?? 0,
    waitingFor: asText(record?.["waitingFor"]),
    procStart: String(start),
  };
}

/** A time as agents write it: as text, or as ms since the Unix epoch. */
function timeMs(value: unknown): number | null {
  const ms = typeof value === "string" ? Date.parse(value) : asCount(value);
  return ms > 0 && ms <= MAX_TIME_MS ? ms : null;
}

/** Deno lets no program read below `/proc` that may not do everything, so `cat` does it. */
async function processStarts(pids: readonly number[]): Promise<Map<number, string> | null> {
  if (Deno.build.os !== "linux") return null;
  try {
    const { stdout } = await new Deno.Command("cat", {
      args: pids.map((pid) => `/proc/${pid}/stat`),
      stdout: "piped",
      stderr: "null",
    }).output();
    return startsIn(new TextDecoder().decode(stdout));
  } catch {
    return null;
  }
}

/** The starts of processes, from Linux's lines about them. A process may have any name. */
export function startsIn(text: string): Map<number, string> {
  const starts = new Map<number, string>();
  for (const line of text.split("\n")) {
    const pid = Number.parseInt(line);
    const start = line.slice(line.lastIndexOf(")") + 2).split(" ")[START_WORD];
    if (pid > 0 && start !== undefined) starts.set(pid, start);
  }
  return starts;
}
