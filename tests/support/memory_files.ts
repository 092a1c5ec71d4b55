/**
 * A disk in memory for tests of reports, which fails where a test says so.
 *
 * @module
 */
import { dirname } from "node:path";
import type { ReportFiles } from "../../reports/files.ts";

/** Files and folders by path; `failOn` may throw before an operation is done. */
export class MemoryFiles implements ReportFiles {
  /** Files by path. */
  readonly files = new Map<string, Uint8Array>();
  /** Folders. */
  readonly folders: Set<string>;
  readonly #failOn: (operation: string, path: string) => void;

  /** A disk with these folders. */
  constructor(
    folders: readonly string[] = ["."],
    failOn: (operation: string, path: string) => void = () => {},
  ) {
    this.folders = new Set(folders);
    this.#failOn = failOn;
  }

  /** Every path, sorted. */
  get paths(): string[] {
    return [...this.files.keys(), ...this.folders].filter((path) => path !== ".").sort();
  }

  /** A file's text. */
  text(path: string): string {
    const content = this.files.get(path);
    if (content === undefined) throw new Error(`no file ${path} in ${this.paths.join(", ")}`);
    return new TextDecoder().decode(content);
  }

  /** Makes a folder whose parent exists. */
  async makeFolder(path: string): Promise<boolean> {
    await this.#begin("makeFolder", path);
    if (this.folders.has(path)) return false;
    if (this.files.has(path)) throw new Deno.errors.NotADirectory(path);
    if (!this.folders.has(dirname(path))) throw new Deno.errors.NotFound(path);
    this.folders.add(path);
    return true;
  }

  /** Writes half the file, fails if it has to, writes the rest. */
  async write(path: string, content: Uint8Array): Promise<void> {
    this.files.set(path, content.subarray(0, content.length >> 1));
    await this.#begin("write", path);
    this.files.set(path, content);
  }

  /** Renames a file. */
  async rename(from: string, to: string): Promise<void> {
    await this.#begin("rename", to);
    const content = this.files.get(from);
    if (content === undefined) throw new Deno.errors.NotFound(from);
    this.files.delete(from);
    this.files.set(to, content);
  }

  /** Removes a file or an empty folder. */
  async remove(path: string): Promise<void> {
    await this.#begin("remove", path);
    const isEmpty = !this.paths.some((other) => dirname(other) === path);
    if (this.folders.has(path) && !isEmpty) throw new Error(`${path} is not empty`);
    this.files.delete(path);
    this.folders.delete(path);
  }

  /** Every operation takes a turn, as on a disk. */
  async #begin(operation: string, path: string): Promise<void> {
    await Promise.resolve();
    this.#failOn(operation, path);
  }
}

/** What a full disk says. */
export function noSpace(): Error {
  return Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
}
