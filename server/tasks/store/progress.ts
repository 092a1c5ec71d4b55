/**
 * What an agent writes of its progress: a JSON object a line, at either of two places.
 *
 * @module
 */
import { join } from "node:path";
import { type Disk, readTail } from "./disk.ts";
import type { TaskPaths } from "./layout.ts";

/** One thing that an agent said. */
export interface Progress {
  /** A short label; may be empty. */
  readonly step: string;
  readonly message: string;
}

const TAIL_BYTES = 16 * 1024;
/** Most that is read at once of what is new. */
const STRIDE_BYTES = 64 * 1024;
const MAX_STEP_CHARS = 80;
const MAX_MESSAGE_CHARS = 500;

/** The files, the one that the agent is told of first. */
export function progressFiles(paths: TaskPaths): readonly string[] {
  return [paths.status, join(paths.results, "status.jsonl")];
}

/** What one line says; null for one that says nothing of progress. */
export function progressOf(line: string): Progress | null {
  let value: { readonly step?: unknown; readonly message?: unknown };
  try {
    value = Object(JSON.parse(line));
  } catch {
    return null;
  }
  const { step, message } = value;
  const texts = { step: plain(step, MAX_STEP_CHARS), message: plain(message, MAX_MESSAGE_CHARS) };
  return texts.step === "" && texts.message === "" ? null : texts;
}

/** What the agent said last; null for nothing yet. */
export async function lastProgress(
  disk: Pick<Disk, "facts" | "read">,
  paths: TaskPaths,
): Promise<Progress | null> {
  let newest: { readonly progress: Progress; readonly mtimeMs: number } | null = null;
  for (const path of progressFiles(paths)) {
    const facts = await disk.facts(path);
    if (facts?.kind !== "file" || facts.mtimeMs < (newest?.mtimeMs ?? -Infinity)) continue;
    const text = await readTail(disk, path, TAIL_BYTES) ?? "";
    const progress = lastOf(text.split("\n"));
    if (progress !== null) newest = { progress, mtimeMs: facts.mtimeMs };
  }
  return newest?.progress ?? null;
}

function lastOf(lines: readonly string[]): Progress | null {
  for (const line of lines.toReversed()) {
    const progress = progressOf(line);
    if (progress !== null) return progress;
  }
  return null;
}

/** Follows what is added to both files. */
export class ProgressReader {
  readonly #disk: Pick<Disk, "facts" | "read">;
  readonly #files: { readonly path: string; at: number; rest: string; stamp: string }[];

  /** Begins at the beginning. */
  constructor(disk: Pick<Disk, "facts" | "read">, paths: TaskPaths) {
    this.#disk = disk;
    this.#files = progressFiles(paths).map((path) => ({ path, at: 0, rest: "", stamp: "" }));
  }

  /** What is new since the last call, and whether the files were touched at all. */
  async next(): Promise<{ readonly isTouched: boolean; readonly said: readonly Progress[] }> {
    const said: Progress[] = [];
    let isTouched = false;
    for (const file of this.#files) {
      const facts = await this.#disk.facts(file.path);
      if (facts?.kind !== "file") continue;
      const stamp = `${facts.sizeBytes}:${facts.mtimeMs}`;
      if (stamp === file.stamp) continue;
      file.stamp = stamp;
      isTouched = true;
      // One that became shorter was written anew.
      if (facts.sizeBytes < file.at) Object.assign(file, { at: 0, rest: "" });
      // An agent that writes faster than this is not followed line by line.
      if (facts.sizeBytes - file.at > STRIDE_BYTES) {
        Object.assign(file, { at: facts.sizeBytes - STRIDE_BYTES, rest: "" });
      }
      const bytes = await this.#disk.read(file.path, STRIDE_BYTES, file.at);
      if (bytes === null) continue;
      file.at += bytes.length;
      const lines = (file.rest + new TextDecoder().decode(bytes)).split("\n");
      file.rest = lines.pop()!.slice(-STRIDE_BYTES);
      said.push(...lines.map(progressOf).filter((progress) => progress !== null));
    }
    return { isTouched, said };
  }
}

/** A text of one line, without control characters. */
function plain(value: unknown, maxChars: number): string {
  if (typeof value !== "string") return "";
  // deno-lint-ignore no-control-regex -- they are what is taken out
  return value.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").trim().slice(0, maxChars);
}
