/**
 * One server a folder of tasks: another would take its running tasks for lost.
 *
 * @module
 */
import { join } from "node:path";
import { errorMessage } from "../../runtime/mod.ts";
import { TaskError } from "../../server/tasks/errors.ts";
import { systemDisk } from "./system_disk.ts";

/** A folder that is ours until it is let go of, or this process ends. */
export interface FolderLock {
  release(): void;
}

/** Takes a folder that is there; null when another process has it. */
export async function lockFolder(folder: string): Promise<FolderLock | null> {
  const file = await Deno.open(join(folder, ".lock"), {
    create: true,
    read: true,
    write: true,
    mode: 0o600,
  });
  try {
    if (await file.tryLock(true)) return { release: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return null;
}

/** The folder of a server's tasks: made and taken when it is first needed. */
export class TasksFolder {
  /** Its path. */
  readonly path: string;
  #lock: Promise<FolderLock> | null = null;

  /** Makes nothing. */
  constructor(path: string) {
    this.path = path;
  }

  /** Whether it is there. */
  async exists(): Promise<boolean> {
    return (await systemDisk.facts(this.path))?.kind === "folder";
  }

  /**
   * Makes sure that it is there, and ours.
   *
   * @throws {TaskError} when another server has it, and when it cannot be made.
   */
  readonly take = async (): Promise<void> => {
    this.#lock ??= this.#take();
    try {
      await this.#lock;
    } catch (error) {
      this.#lock = null;
      throw error;
    }
  };

  /** Lets go of it. */
  async release(): Promise<void> {
    (await this.#lock?.catch(() => null))?.release();
    this.#lock = null;
  }

  async #take(): Promise<FolderLock> {
    let lock: FolderLock | null;
    try {
      await systemDisk.makeFolder(this.path);
      lock = await lockFolder(this.path);
    } catch (error) {
      throw new TaskError(`${this.path} cannot be used (${errorMessage(error)})`);
    }
    if (lock !== null) return lock;
    throw new TaskError(
      `another server has the tasks in ${this.path}; stop it, or give one of them another folder`,
    );
  }
}
