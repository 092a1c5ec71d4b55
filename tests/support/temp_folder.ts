/**
 * Folders that exist for one test.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** A new folder below the system's; it is gone, with all in it, when it is disposed of. */
export async function tempFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "headway-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Every file below a folder, as paths relative to it, sorted; an absent folder has none. */
export async function filesBelow(path: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(path)) {
      if (entry.isDirectory) {
        const inner = await filesBelow(`${path}/${entry.name}`);
        found.push(...inner.map((name) => `${entry.name}/${name}`));
      } else found.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** Copies the program (its code and data, no tests, no history) into another folder. */
export async function copyProgram(to: string): Promise<void> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const isProgram = (path: string) =>
    !/^(out|coverage|node_modules|tests|docs|bench|tools)$|^\.|_test\.ts$|slice-golden$/.test(path);
  await copyFolder(root.replace(/\/$/, ""), to, isProgram);
}

async function copyFolder(
  from: string,
  to: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (!isWanted(name)) continue;
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`, isWanted);
    else if (isFile) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
