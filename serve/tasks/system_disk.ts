/**
 * The machine's disk and its news, as tasks use them.
 *
 * @module
 */
import type { Disk, DiskFacts } from "../../server/tasks/store/disk.ts";
import type { WatchFolder } from "../../server/tasks/watch/watcher.ts";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** The disk. */
export const systemDisk: Disk = {
  facts: async (path) => await orNull(async () => factsOf(await Deno.lstat(path))),
  async read(path, maxBytes, from = 0) {
    // A pipe would keep whoever opens it waiting for its other end.
    if ((await systemDisk.facts(path))?.kind !== "file") return null;
    return await orNull(async () => {
      using file = await Deno.open(path);
      if (from > 0) await file.seek(from, Deno.SeekMode.Start);
      return await readUpTo(file, maxBytes);
    });
  },
  async write(path, content) {
    const fresh = `${path}.tmp`;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(fresh, bytes, { mode: FILE_MODE });
    await Deno.rename(fresh, path);
  },
  append: (path, text) => Deno.writeTextFile(path, text, { append: true, mode: FILE_MODE }),
  makeFolder: (path) => Deno.mkdir(path, { recursive: true, mode: FOLDER_MODE }),
  async list(path) {
    const names = await orNull(async () => {
      const found: string[] = [];
      for await (const { name } of Deno.readDir(path)) found.push(name);
      return found;
    });
    return names ?? [];
  },
  rename: (from, to) => Deno.rename(from, to),
  async remove(path) {
    await orNull(() => Deno.remove(path, { recursive: true }));
  },
};

/** News of the file system, of the folder and all below it. Throws when the system watches no more. */
export const watchSystemFolder: WatchFolder = (folder, on) => {
  const watcher = Deno.watchFs(folder, { recursive: true });
  const follow = async () => {
    for await (const { paths } of watcher) for (const path of paths) on(path);
  };
  // What ends it is `close`, or a system that lost the folder: the poll goes on.
  follow().catch(() => {});
  let isOpen = true;
  return () => {
    if (isOpen) watcher.close();
    isOpen = false;
  };
};

function factsOf({ isFile, isDirectory, size, mtime }: Deno.FileInfo): DiskFacts {
  return {
    kind: isFile ? "file" : isDirectory ? "folder" : "other",
    sizeBytes: size,
    mtimeMs: mtime?.getTime() ?? 0,
  };
}

async function readUpTo(file: Deno.FsFile, maxBytes: number): Promise<Uint8Array> {
  const { size } = await file.stat();
  const bytes = new Uint8Array(Math.min(maxBytes, size));
  let length = 0;
  while (length < bytes.length) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const { NotADirectory, NotFound } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return null;
    throw error;
  }
}
