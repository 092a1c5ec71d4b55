/**
 * Linux's tables of TCP sockets, as text.
 *
 * @module
 */

const PATHS: readonly string[] = ["/proc/net/tcp", "/proc/net/tcp6"];

/**
 * Reads them; null where that cannot be. Deno lets no program read below `/proc` that may not do
 * everything, so `cat` does it, for which `--allow-run=cat` is enough.
 */
export async function readSocketTables(): Promise<string | null> {
  if (Deno.build.os !== "linux") return null;
  try {
    return (await Promise.all(PATHS.map((path) => Deno.readTextFile(path)))).join("");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) return null;
  }
  return await readWithCat(PATHS);
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
