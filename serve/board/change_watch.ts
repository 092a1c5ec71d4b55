/**
 * Notices that files change: by the system's word where it gives one, a little later so that a burst
 * is one change. Polling is somebody else's.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/mod.ts";

/** Changes of one file that are so close together are one, seconds. */
const DEBOUNCE_S = 0.05;
/** More files than so many at once, and everything is looked at instead. */
const MAX_WAITING = 4096;

/** What is told. */
export interface WatchSink {
  /** Files that may have changed. */
  onPaths(paths: readonly string[]): void;
  /** Something may have been missed. */
  onMissed(): void;
}

/** Watches folders. */
export class ChangeWatch {
  readonly #clock: Clock;
  readonly #sink: WatchSink;
  readonly #watchers = new Map<string, Deno.FsWatcher>();
  #waiting = new Set<string>();
  #timer: Timer | null = null;

  /** Watches nothing yet. */
  constructor(clock: Clock, sink: WatchSink) {
    this.#clock = clock;
    this.#sink = sink;
  }

  /** Begins to watch what is not watched yet. True when all folders that are there are watched. */
  watch(folders: readonly string[]): boolean {
    let isAll = true;
    for (const folder of folders) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = Deno.watchFs(folder, { recursive: true });
        this.#watchers.set(folder, watcher);
        this.#follow(folder, watcher);
      } catch (error) {
        // What is not there yet is looked for again.
        if (!(error instanceof Deno.errors.NotFound)) isAll = false;
      }
    }
    return isAll;
  }

  /** Ends it. */
  close(): void {
    this.#timer?.cancel();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #follow(folder: string, watcher: Deno.FsWatcher): Promise<void> {
    try {
      for await (const event of watcher) {
        if (event.flag === "rescan") this.#sink.onMissed();
        else this.#take(event.paths);
      }
    } catch {
      // Whoever polls goes on.
    }
    if (this.#watchers.get(folder) !== watcher) return;
    this.#watchers.delete(folder);
    this.#sink.onMissed();
  }

  #take(paths: readonly string[]): void {
    for (const path of paths) this.#waiting.add(path);
    if (this.#waiting.size > MAX_WAITING) {
      this.#waiting = new Set();
      this.#sink.onMissed();
    }
    this.#timer ??= this.#clock.after(DEBOUNCE_S, () => {
      this.#timer = null;
      const all = [...this.#waiting];
      this.#waiting = new Set();
      if (all.length > 0) this.#sink.onPaths(all);
    });
  }
}
