/**
 * The few things that writing reports does to a disk, as a port: tests hand in one that fails.
 *
 * @module
 */

/** Where reports are written. Paths are the caller's; every operation throws when it cannot. */
export interface ReportFiles {
  /** Makes one folder, whose parent exists; resolves to false when it was there already. */
  makeFolder(path: string): Promise<boolean>;
  /** Writes a new file, whole; one that is there already is replaced. */
  write(path: string, content: Uint8Array): Promise<void>;
  /** Gives a file its final name, replacing what has that name, in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Takes away a file or an empty folder; nothing happens when it is not there. */
  remove(path: string): Promise<void>;
}

/** The disk. Needs `--allow-read` and `--allow-write` for the folder. */
export const diskFiles: ReportFiles = {
  async makeFolder(path) {
    try {
      await Deno.mkdir(path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists && (await Deno.stat(path)).isDirectory) {
        return false;
      }
      throw error;
    }
  },
  async write(path, content) {
    // A leftover, or somebody's link to elsewhere, must not be written through.
    await this.remove(path);
    await Deno.writeFile(path, content, { createNew: true });
  },
  rename: (from, to) => Deno.rename(from, to),
  async remove(path) {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  },
};
