/**
 * Files that people hand to agents: they lie in a folder of their own, under names that hurt nobody, and
 * go when tasks of their age do.
 *
 * @module
 */
import { join } from "node:path";
import { type Clock, HeadwayError, type Rng } from "../../runtime/mod.ts";
import { hexDigits } from "./ids.ts";
import type { Disk } from "./store/disk.ts";

/** Bytes of one file at most. */
export const MAX_UPLOAD_BYTES = 32 * 2 ** 20;
/** And of all that lie there. */
const MAX_TOTAL_BYTES = 2 ** 30;
const MAX_NAME_CHARS = 100;
/** A name of ours, in front of whatever its file was called. */
const OURS = /^[0-9a-f]{8}_/;

/** There is no room for one more. */
export class UploadError extends HeadwayError {
  override readonly name = "UploadError";
}

/** What {@link Uploads} are made of. */
export interface UploadsOptions {
  readonly disk: Pick<Disk, "facts" | "list" | "makeFolder" | "remove" | "write">;
  readonly folder: string;
  readonly clock: Pick<Clock, "unixS">;
  readonly rng: Rng;
  /** How long they stay, seconds. */
  readonly ttlS: number;
}

/** The folder. */
export class Uploads {
  readonly #options: UploadsOptions;
  #saving: Promise<unknown> = Promise.resolve();

  /** Looks at nothing. */
  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /**
   * Keeps a file.
   *
   * @param name What it is called where it comes from; anything.
   * @returns Where it lies.
   * @throws {UploadError} when too much lies there already.
   */
  save(name: string, bytes: Uint8Array): Promise<string> {
    // One after the other, so that all of them together keep to the cap.
    const saved = this.#saving.then(() => this.#save(name, bytes));
    this.#saving = saved.catch(() => {});
    return saved;
  }

  async #save(name: string, bytes: Uint8Array): Promise<string> {
    const { disk, folder, rng } = this.#options;
    await this.clean();
    const total = (await this.#files()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (total + bytes.length > MAX_TOTAL_BYTES) {
      throw new UploadError(
        `${folder} holds ${total} bytes of at most ${MAX_TOTAL_BYTES}; remove files that are not needed`,
        { total },
      );
    }
    await disk.makeFolder(folder);
    const path = join(folder, `${hexDigits(rng, 8)}_${safeName(name)}`);
    await disk.write(path, bytes);
    return path;
  }

  /** Removes those that are too old. What has no name of ours is left alone. */
  async clean(): Promise<void> {
    const { disk, clock, ttlS } = this.#options;
    const oldestMs = (clock.unixS() - ttlS) * 1000;
    for (const { path, mtimeMs } of await this.#files()) {
      if (mtimeMs < oldestMs) await disk.remove(path);
    }
  }

  async #files() {
    const { disk, folder } = this.#options;
    const names = (await disk.list(folder)).filter((name) => OURS.test(name));
    const all = await Promise.all(names.map(async (name) => {
      const path = join(folder, name);
      return { path, facts: await disk.facts(path) };
    }));
    return all.flatMap(({ path, facts }) => facts?.kind === "file" ? [{ path, ...facts }] : []);
  }
}

/** The last part of a name, with nothing in it that a shell or a file system would take for more. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const safe = last.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "").slice(-MAX_NAME_CHARS);
  return safe === "" ? "file" : safe;
}
