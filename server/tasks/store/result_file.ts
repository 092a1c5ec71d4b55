/**
 * The result of a task: when a file counts as one, and what the server says where there is none.
 *
 * @module
 */
import { join } from "node:path";
import { errorMessage } from "../../../runtime/mod.ts";
import { type Disk, type DiskFacts, readText } from "./disk.ts";
import type { TaskPaths } from "./layout.ts";

/** A result as its agent wrote it. */
export type TaskResult = Readonly<Record<string, unknown>>;

/** What there is of a result. */
export type ResultState =
  /** No regular file, at neither place. */
  | { readonly kind: "absent" }
  /** A JSON object. */
  | { readonly kind: "usable"; readonly result: TaskResult; readonly mtimeMs: number }
  /** No JSON. It may be half-written: `stamp` changes when it does. */
  | { readonly kind: "unfinished"; readonly why: string; readonly stamp: string }
  /** Nothing that could become one. */
  | { readonly kind: "unusable"; readonly why: string };

/** Longest result that counts, bytes. */
export const MAX_RESULT_BYTES: number = 2 ** 20;
/** Characters of an unusable result that are repeated. */
const QUOTE_CHARS = 200;

/** Which file would be the result, and how it looks from outside; null for none. */
export async function findResult(
  disk: Pick<Disk, "facts">,
  paths: TaskPaths,
): Promise<{ readonly path: string; readonly facts: DiskFacts; readonly stamp: string } | null> {
  for (const path of [paths.result, join(paths.results, "result.json")]) {
    const facts = await disk.facts(path);
    if (facts?.kind !== "file") continue;
    return { path, facts, stamp: `${path}:${facts.sizeBytes}:${facts.mtimeMs}` };
  }
  return null;
}

/** Looks at it. */
export async function readResult(
  disk: Pick<Disk, "facts" | "read">,
  paths: TaskPaths,
): Promise<ResultState> {
  const found = await findResult(disk, paths);
  if (found === null) return { kind: "absent" };
  const { path, facts: { sizeBytes, mtimeMs }, stamp } = found;
  if (sizeBytes > MAX_RESULT_BYTES) {
    return {
      kind: "unusable",
      why: `the result has ${sizeBytes} bytes, more than the ${MAX_RESULT_BYTES} that are read`,
    };
  }
  const text = await readText(disk, path, MAX_RESULT_BYTES);
  if (text === null) return { kind: "absent" };
  const begins = `it begins with: ${text.slice(0, QUOTE_CHARS)}`;
  let result: unknown;
  try {
    result = JSON.parse(text);
  } catch (error) {
    const why = `the result is no JSON (${errorMessage(error)}); ${begins}`;
    return { kind: "unfinished", why, stamp };
  }
  if (result !== null && typeof result === "object" && !Array.isArray(result)) {
    return { kind: "usable", result: result as TaskResult, mtimeMs };
  }
  const what = Array.isArray(result) ? "a list" : result === null ? "null" : typeof result;
  return { kind: "unusable", why: `the result is ${what}, expected a JSON object; ${begins}` };
}

/** What the server says of a task whose agent said nothing usable. */
export interface Verdict {
  readonly status: "failed" | "timeout";
  /** One sentence. */
  readonly summary: string;
  readonly errors: readonly string[];
}

/** Puts the server's own word in the place of the result. What lay there is kept under another name. */
export async function writeVerdict(disk: Disk, paths: TaskPaths, verdict: Verdict): Promise<void> {
  if (await disk.facts(paths.result) !== null) {
    const kept = join(paths.folder, "result.unusable");
    await disk.remove(kept);
    await disk.rename(paths.result, kept);
  }
  const { status, summary, errors } = verdict;
  const result = { status, summary, files_changed: [], artifacts: [], errors };
  await disk.write(paths.result, JSON.stringify(result, null, 2));
}
