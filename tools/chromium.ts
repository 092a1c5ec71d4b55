/**
 * Finds the Chromium that browser tests and pictures need, and installs it where it can.
 *
 * @module
 */
import { errorMessage, UsageError } from "../runtime/mod.ts";

/** Names under which it may be on PATH. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
/** Where installers put it. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/lib/chromium/chromium",
  "/snap/bin/chromium",
  "/opt/google/chrome/chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** What the search looks at. */
export interface Surroundings {
  /** A variable of the environment; undefined when it is not set. */
  env(name: string): string | undefined;
  /** Whether there is a file. */
  isFile(path: string): boolean;
}

const REAL: Surroundings = {
  env: (name) => Deno.env.get(name),
  isFile: (path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  },
};

/**
 * The path of a Chromium; null where there is none.
 *
 * @throws {UsageError} if HEADWAY_CHROMIUM names a file that is not there.
 */
export function findChromium(around: Surroundings = REAL): string | null {
  const named = around.env("HEADWAY_CHROMIUM");
  if (named !== undefined && named !== "") {
    if (around.isFile(named)) return named;
    throw new UsageError(
      `HEADWAY_CHROMIUM is ${JSON.stringify(named)}, but no such file is there; ` +
        "set it to the program of a Chromium or Chrome, or unset it",
    );
  }
  const folders = (around.env("PATH") ?? "").split(/[:;]/).filter((folder) => folder !== "");
  const onPath = NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  return [...onPath, ...PLACES].find((path) => around.isFile(path)) ?? null;
}

/**
 * The path of a Chromium that is there.
 *
 * @throws {UsageError} where there is none; it says how to get one.
 */
export function needChromium(around: Surroundings = REAL): string {
  const found = findChromium(around);
  if (found !== null) return found;
  throw new UsageError(
    "no Chromium was found, which browser tests need; run deno task browser:install, or install " +
      "Chromium or Chrome and name its program in HEADWAY_CHROMIUM",
  );
}

/** Installs Debian's, which needs root and `apt-get`. */
async function install(): Promise<void> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    throw new UsageError(
      "Chromium can be installed by itself only by root on a system with apt-get; install Chromium " +
        "or Chrome by hand (on Debian and Ubuntu: sudo apt-get install chromium), or name its program " +
        "in HEADWAY_CHROMIUM",
    );
  }
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const { success } = await new Deno.Command("apt-get", {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
    }).output().catch((error) => {
      throw new UsageError(
        `apt-get cannot be run (${errorMessage(error)}); install Chromium by hand`,
      );
    });
    if (!success) {
      throw new UsageError(`apt-get ${args[0]} failed, see above; install Chromium by hand`);
    }
  }
}

if (import.meta.main) {
  try {
    if (findChromium() === null) {
      console.error("no Chromium is there; installing it");
      await install();
    }
    console.error(`browser: ${needChromium()}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`browser: ${error.message}`);
    Deno.exit(2);
  }
}
