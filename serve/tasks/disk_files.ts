/**
 * Files that are served, on the disk.
 *
 * @module
 */
import type { FileAccess, OpenFile } from "../../server/tasks/http/mod.ts";

/** Opens ordinary files; a link or a pipe in the place of one is as good as none. */
export class DiskFiles implements FileAccess {
  /** Null if there is none. */
  async open(path: string): Promise<OpenFile | null> {
    try {
      if (!(await Deno.lstat(path)).isFile) return null;
      return openFile(await Deno.open(path, { read: true }));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return null;
      }
      throw error;
    }
  }
}

async function openFile(file: Deno.FsFile): Promise<OpenFile> {
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    file.close();
  };
  try {
    const { size, mtime } = await file.stat();
    return {
      sizeBytes: size,
      modifiedMs: mtime?.getTime() ?? 0,
      read: async (offset, length) => {
        await file.seek(offset, Deno.SeekMode.Start);
        const bytes = new Uint8Array(length);
        let read = 0;
        while (read < length) {
          const count = await file.read(bytes.subarray(read));
          if (count === null) break;
          read += count;
        }
        return bytes.subarray(0, read);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
