/**
 * A disk for tests of tasks: files in memory, times from a clock.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Clock } from "../../runtime/mod.ts";
import type { Disk, DiskFacts } from "../../server/tasks/store/disk.ts";

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly mtimeMs: number;
}

/** The disk. What is written tells watchers of its folder and of those above it. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, MemoryFile>();
  readonly folders = new Set<string>();
  /** Paths whose next write fails, as on a full disk. */
  readonly failing = new Set<string>();
  /** How many reads there were, of files and of folders. */
  reads = 0;
  readonly #clock: Pick<Clock, "unixS">;
  readonly #watchers = new Set<{ folder: string; on: (path: string) => void }>();

  /** Holds nothing. */
  constructor(clock: Pick<Clock, "unixS">) {
    this.#clock = clock;
  }

  /** How many folders are watched. */
  get watched(): number {
    return this.#watchers.size;
  }

  /** A `WatchFolder`. */
  readonly watchFolder = (folder: string, on: (path: string) => void): () => void => {
    const watcher = { folder, on };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  /** A file's text; null for none. */
  text(path: string): string | null {
    const file = this.files.get(path);
    return file === undefined ? null : new TextDecoder().decode(file.bytes);
  }

  /** Writes as an agent would. */
  put(path: string, text: string | Uint8Array, options: { silently?: boolean } = {}): void {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    this.files.set(path, { bytes, mtimeMs: this.#clock.unixS() * 1000 });
    for (let at = dirname(path); !this.folders.has(at); at = dirname(at)) {
      this.folders.add(at);
      if (at === dirname(at)) break;
    }
    if (options.silently) return;
    for (const { folder, on } of [...this.#watchers]) {
      if (path.startsWith(`${folder}/`)) on(path);
    }
  }

  facts(path: string): Promise<DiskFacts | null> {
    this.reads++;
    const file = this.files.get(path);
    if (file !== undefined) {
      const { bytes, mtimeMs } = file;
      return Promise.resolve({ kind: "file", sizeBytes: bytes.length, mtimeMs });
    }
    return Promise.resolve(
      this.folders.has(path) ? { kind: "folder", sizeBytes: 0, mtimeMs: 0 } : null,
    );
  }

  read(path: string, maxBytes: number, from = 0): Promise<Uint8Array | null> {
    this.reads++;
    return Promise.resolve(this.files.get(path)?.bytes.slice(from, from + maxBytes) ?? null);
  }

  write(path: string, text: string | Uint8Array): Promise<void> {
    if (this.failing.delete(path)) return Promise.reject(new Error("no space left"));
    this.put(path, text);
    return Promise.resolve();
  }

  append(path: string, text: string): Promise<void> {
    return this.write(path, (this.text(path) ?? "") + text);
  }

  makeFolder(path: string): Promise<void> {
    for (let at = path; !this.folders.has(at); at = dirname(at)) {
      this.folders.add(at);
      if (at === dirname(at)) break;
    }
    return Promise.resolve();
  }

  list(path: string): Promise<readonly string[]> {
    this.reads++;
    const below = [...this.files.keys(), ...this.folders]
      .filter((it) => it.startsWith(`${path}/`))
      .map((it) => it.slice(path.length + 1).split("/")[0]!);
    return Promise.resolve([...new Set(below)]);
  }

  rename(from: string, to: string): Promise<void> {
    const move = <T>(
      path: string,
      take: (path: string) => T | undefined,
      put: (p: string, v: T) => void,
    ) => {
      const value = take(path);
      if (value !== undefined) put(to + path.slice(from.length), value);
    };
    for (
      const path of [...this.files.keys()].filter((it) => it === from || it.startsWith(`${from}/`))
    ) {
      move(path, (it) => this.files.get(it), (it, file) => void this.files.set(it, file));
      this.files.delete(path);
    }
    for (const path of [...this.folders].filter((it) => it === from || it.startsWith(`${from}/`))) {
      this.folders.delete(path);
      this.folders.add(to + path.slice(from.length));
    }
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    for (const it of [...this.files.keys()]) {
      if (it === path || it.startsWith(`${path}/`)) this.files.delete(it);
    }
    for (const it of [...this.folders]) {
      if (it === path || it.startsWith(`${path}/`)) this.folders.delete(it);
    }
    return Promise.resolve();
  }
}
