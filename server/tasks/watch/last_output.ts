/**
 * The end of what a terminal showed, as plain text: what an agent that failed said last.
 *
 * @module
 */
import { typedEnd } from "../agents/agent_list.ts";
import { type Disk, readTail } from "../store/disk.ts";
import type { TaskPaths } from "../store/layout.ts";

const TAIL_BYTES = 8 * 1024;
const MAX_LINES = 20;
const MAX_CHARS = 2000;
/** Sequences of a terminal: control, title and other strings, and what is short. */
const ESCAPES =
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])/g;

/** The last lines of a task's transcript, without the line that was typed for it; empty for none. */
export async function lastOutput(
  disk: Pick<Disk, "facts" | "read">,
  paths: Pick<TaskPaths, "transcript" | "exit">,
): Promise<string> {
  return plainLines(await readTail(disk, paths.transcript, TAIL_BYTES) ?? "", typedEnd(paths));
}

/** What is left of terminal output without its escapes, and without lines that hold a text: the end. */
export function plainLines(output: string, without: string | null = null): string {
  const text = output.replace(ESCAPES, "").replaceAll("\r\n", "\n");
  return text.split("\n")
    // A carriage return begins the line anew.
    .map((line) => line.slice(line.trimEnd().lastIndexOf("\r") + 1))
    // deno-lint-ignore no-control-regex -- they are what is taken out
    .map((line) => line.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "").trimEnd())
    .filter((line) => line !== "" && (without === null || !line.includes(without)))
    .slice(-MAX_LINES).join("\n").slice(-MAX_CHARS);
}
