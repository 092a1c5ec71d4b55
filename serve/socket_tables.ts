/**
 * Linux's tables of TCP sockets, as text.
 *
 * @module
 */
import type { ReadSocketTables } from "../server/own_user.ts";

const PATHS: readonly string[] = ["/proc/net/tcp", "/proc/net/tcp6"];

/**
 * One reader at a time, however many ask. Whoever asks while somebody reads shares the next reading,
 * which begins after all of those have asked: their connections are in it.
 */
export function sharedReading(read: ReadSocketTables): ReadSocketTables {
  let present: Promise<string | null> | null = null;
  let next: Promise<string | null> | null = null;
  const begin = () => {
    next = null;
    const reading = read().finally(() => {
      if (next === null) present = null;
    });
    return present = reading;
  };
  return () => present === null ? begin() : next ??= present.then(begin, begin);
}

/** Reads them; null where that cannot be. */
export const readSocketTables: ReadSocketTables = sharedReading(readNow);

/**
 * Deno lets no program read below `/proc` that may not do everything, so `cat` does it, for which
 * `--allow-run=cat` is enough.
 */
async function readNow(): Promise<string | null> {
  if (Deno.build.os !== "linux") return null;
  try {
    return (await Promise.all(PATHS.map(readThere))).join("") || null;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) return null;
  }
  return await readWithCat(PATHS);
}

/** A file's text; nothing where there is none, as without IPv6. */
async function readThere(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** What `cat` prints of files; null when it may not be run or fails. */
async function readWithCat(paths: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await new Deno.Command("cat", {
      args: [...paths],
      stdin: "null",
      stderr: "null",
      // A library that the environment names may only be loaded by those who may run everything.
      clearEnv: true,
    }).output();
    return stdout.length === 0 ? null : new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.NotFound) {
      return null;
    }
    throw error;
  }
}
