/**
 * The server in the background: is it running, and stopping it.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import { HeadwayError } from "../../runtime/mod.ts";
import type { Processes } from "./processes.ts";
import { readRunNote, removeRunNote, type RunNote } from "./run_file.ts";

/** What the commands work with. */
export interface Background {
  /** The home folder. */
  readonly home: string;
  /** Time, for waiting. */
  readonly clock: Clock;
  /** The machine's processes. */
  readonly processes: Processes;
}

/** Longest that a server takes to end by itself is 3 s; it gets a little more. */
const PATIENCE_S = 5;
const POLL_S = 0.05;

/** The server that runs in the background; null for none. A note of one that has gone is removed. */
export async function runningServer({ home, processes }: Background): Promise<RunNote | null> {
  const note = await readRunNote(home);
  if (note === null) return null;
  if (await processes.began(note.pid) === note.began) return note;
  await removeRunNote(home);
  return null;
}

/**
 * Ends a process: asks it, asks again, which makes it leave at once, and at last does not ask. It is
 * looked at before each step, so that no other process of that id is ever meant.
 *
 * @throws {HeadwayError} when it is still there after all that.
 */
export async function endProcess(
  { clock, processes }: Background,
  { pid, began }: Pick<RunNote, "pid" | "began">,
): Promise<void> {
  const isGone = async () => await processes.began(pid) !== began;
  for (const [name, waitS] of [["TERM", PATIENCE_S], ["TERM", 1], ["KILL", 1]] as const) {
    if (await isGone()) return;
    await processes.signal(pid, name);
    for (const untilS = clock.now() + waitS; clock.now() < untilS;) {
      await clock.sleep(POLL_S);
      if (await isGone()) return;
    }
  }
  throw new HeadwayError(`process ${pid} did not end; end it by hand`, { pid });
}

/** Stops the server in the background; null when none runs. */
export async function stopServer(background: Background): Promise<RunNote | null> {
  const note = await runningServer(background);
  if (note === null) return null;
  await endProcess(background, note);
  await removeRunNote(background.home);
  return note;
}
