/**
 * The note about the server that runs in the background: which process it is, and where it listens.
 *
 * @module
 */
import { join } from "node:path";
import { ensureFolder } from "../../serve/home.ts";
import type { Ready } from "./ready.ts";

/** The note. */
export interface RunNote extends Ready {
  /** The process. */
  readonly pid: number;
  /**
   * When the process began, as the system tells it. Process ids are used again; the two together are
   * not.
   */
  readonly began: string;
  /** The flags that it was started with, by name, as they are written on a command line. */
  readonly settings: Readonly<Record<string, string>>;
}

function pathIn(home: string): string {
  return join(home, "run", "server.json");
}

/** Reads the note; null when there is none, or none that can be understood. */
export async function readRunNote(home: string): Promise<RunNote | null> {
  try {
    const note: Partial<RunNote> | null = JSON.parse(await Deno.readTextFile(pathIn(home)));
    const { pid, began, boot, urls, settings } = note ?? {};
    const isWhole = Number.isSafeInteger(pid) && pid! > 1 && typeof began === "string" &&
      typeof boot === "string" && isTexts(urls) && isTexts(settings);
    return isWhole
      ? { pid: pid!, began: began!, boot: boot!, urls: urls!, settings: settings! }
      : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

function isTexts(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((text) => typeof text === "string");
}

/** Writes the note, whole or not at all. */
export async function writeRunNote(home: string, note: RunNote): Promise<void> {
  await ensureFolder(home);
  await ensureFolder(join(home, "run"));
  const path = pathIn(home);
  await Deno.writeTextFile(`${path}.new`, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
}

/** Removes the note, if it is there. */
export async function removeRunNote(home: string): Promise<void> {
  try {
    await Deno.remove(pathIn(home));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
