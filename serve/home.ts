/**
 * The home folder: everything that a server keeps, and nothing else is written anywhere.
 *
 * @module
 */
import { isAbsolute, join, resolve } from "node:path";
import { errorMessage, UsageError } from "../runtime/mod.ts";

/** Bits that let others than the owner in. */
const OTHERS = 0o077;

/** Where the home folder is: `HEADWAY_HOME`, else `.headway` in the user's own; null for neither. */
export function findHome(env: (name: string) => string | undefined): string | null {
  const named = env("HEADWAY_HOME");
  if (named !== undefined && named !== "") return resolve(named);
  const user = env("HOME") ?? env("USERPROFILE");
  return user !== undefined && isAbsolute(user) ? join(user, ".headway") : null;
}

/** The same for those who cannot do without. Throws {@link UsageError} when it is not known. */
export function homePath(env: (name: string) => string | undefined): string {
  const path = findHome(env);
  if (path !== null) return path;
  throw new UsageError(
    "there is no place for the home folder: set HEADWAY_HOME to an absolute path",
  );
}

/**
 * Makes a folder of ours, readable by its owner only, or tightens one that is there. Throws
 * {@link UsageError} when that cannot be.
 */
export async function ensureFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  await tighten(path, 0o700);
}

/**
 * Takes a file or folder away from others than its owner; true when it had to be done. Throws
 * {@link UsageError} when it cannot be.
 */
export async function tighten(path: string, mode: number): Promise<boolean> {
  const { mode: found } = await Deno.stat(path);
  if (Deno.build.os === "windows" || found === null || (found & OTHERS) === 0) return false;
  try {
    await Deno.chmod(path, mode);
  } catch {
    throw new UsageError(
      `${path} is open to other users (mode ${octal(found)}) and cannot be closed to them; ` +
        `make it ${octal(mode)}`,
      { path },
    );
  }
  return true;
}

/** A mode as `chmod` takes it. */
export function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}

/** `config.json` as an object; empty when there is none. Throws {@link UsageError} for anything else. */
export function readConfig(home: string): Readonly<Record<string, unknown>> {
  const path = join(home, "config.json");
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw new UsageError(
      `${path} cannot be read (${
        errorMessage(error)
      }); mend that, or set HEADWAY_HOME to a folder of yours`,
      { path },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON; expected an object of settings`, { path });
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new UsageError(`${path} holds no object of settings, such as {"port": 1318}`, { path });
}
