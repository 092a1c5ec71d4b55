/**
 * The checkout that is checked against, and what of this machine it needs.
 *
 * @module
 */
import { join } from "node:path";
import { errorMessage, UsageError } from "../../runtime/mod.ts";
import { findChromium } from "../../tools/chromium.ts";
import { UnavailableError } from "./check.ts";

/** Files of a checkout that are run or served, by what they are for. */
export const FILES = {
  dashboard: "dashboard/index.html",
  shim: "mcp_shim.py",
  chat: "demo/e2e_dashboard_harness.py",
  trace: "demo/e2e_audio_trace_demo.py",
} as const;

/** Name of a program of the checkout. */
export type ProgramName = keyof typeof FILES;

/**
 * Looks whether a folder can be a checkout.
 *
 * @returns The programs that it has.
 * @throws {UsageError} for a folder that is not there, or has none of them.
 */
export async function readCheckout(folder: string): Promise<ReadonlySet<ProgramName>> {
  let isFolder: boolean;
  try {
    isFolder = (await Deno.stat(folder)).isDirectory;
  } catch (error) {
    throw new UsageError(
      `--mod3 is ${JSON.stringify(folder)}, which cannot be read (${errorMessage(error)}); ` +
        "clone the project first and name its folder",
      { folder },
    );
  }
  const found = new Set<ProgramName>();
  for (const [name, file] of Object.entries(FILES)) {
    if (isFolder && await isFile(join(folder, file))) found.add(name as ProgramName);
  }
  if (found.size > 0) return found;
  throw new UsageError(
    `--mod3 is ${JSON.stringify(folder)}, which is no checkout of mod3: it has none of ${
      Object.values(FILES).join(", ")
    }`,
    { folder },
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** The path of a Chromium. */
export function chromiumHere(): string {
  let found: string | null;
  try {
    found = findChromium();
  } catch (error) {
    throw new UnavailableError(errorMessage(error));
  }
  if (found !== null) return found;
  throw new UnavailableError(
    "no Chromium was found; run deno task browser:install, or install Chromium or Chrome and name " +
      "its program in HEADWAY_CHROMIUM",
  );
}

/** Fails when a port that the foreign programs insist on is taken. */
export function needPort(port: number): void {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UnavailableError(
      `port ${port} is taken, and the program knows no other; stop what listens there ` +
        "(headway stop, if it is a server of ours)",
    );
  }
}
