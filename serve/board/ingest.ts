/**
 * Keeps a library up to date with the files on disk: finds them, reads what is new of them, and tells
 * what changed on the board. All of it in small pieces, so that questions are answered meanwhile.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { SourceAdapter, WalkedFile } from "../../server/board/adapter.ts";
import { NO_WORK_LOG, type WorkLog } from "../../server/board/debug/work_board.ts";
import type { BoardChange, BoardChanges } from "../../server/board/library/changes.ts";
import type { BoardLibrary } from "../../server/board/library/library.ts";
import type { TranscriptFile } from "../../server/board/library/transcript_file.ts";
import { asObject, type JsonObject } from "../../server/board/read/fields.ts";
import { readRange } from "../../server/board/read/files.ts";
import type { RegistryEntry } from "../../server/board/state/live.ts";
import type { Log } from "../../server/log.ts";
import { ChangeWatch } from "./change_watch.ts";
import type { DiskFiles } from "./disk_files.ts";
import { isFolder, leadsOut, statOf, type WalkCounts, walkFiles } from "./walk.ts";

/** How often files are looked at that changed within the last hour, and how often all are, seconds. */
const POLL_S = { watched: { recent: 5, all: 60 }, unwatched: { recent: 1, all: 30 } } as const;
const RECENT_MS = 3600_000;
/** How often it is looked whether something changed by time alone, seconds. */
const TICK_S = 1;
/** Changes are told at least so often while much is read, seconds. */
const TELL_S = 0.1;
const ENDING = ".jsonl";
/** So many files, or bytes of them, are read in one go. */
const MAX_TOGETHER = 32;
const TOGETHER_BYTES = 2 ** 20;

/** What it is made of. */
export interface IngestOptions {
  readonly library: BoardLibrary;
  readonly changes: BoardChanges;
  readonly adapters: readonly SourceAdapter[];
  readonly files: DiskFiles;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  /** Told of changes on the board. */
  readonly onChange: (change: BoardChange) => void;
  /** Told of all sessions whose agent runs, with its process, when these are others. */
  readonly onAgents?: (pids: ReadonlyMap<string, number>) => void;
  /** Told of sessions of which something has come. */
  readonly onGrown?: (id: string) => void;
  /** What running agents say of themselves. */
  readonly registry: () => Promise<ReadonlyMap<string, RegistryEntry>>;
  /** Folders of what running agents say of themselves; watched, too. */
  readonly registryFolders: readonly string[];
  /** Whether the system is asked to tell of changes; default true. */
  readonly isWatching?: boolean;
  /** Told what is being read. */
  readonly work?: WorkLog;
}

/** How it goes. */
export interface IngestState {
  readonly mode: "watch" | "poll";
  readonly sessions: number;
  readonly files: number;
  readonly waiting: number;
  readonly bytesRead: number;
  readonly filesOpened: number;
  readonly left: Readonly<WalkCounts>;
  readonly badLines: number;
  readonly salvaged: number;
  readonly replaced: number;
  readonly cache: object;
  readonly isCaughtUp: boolean;
}

/** Reads transcripts as they grow. */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #watch: ChangeWatch;
  readonly #left: WalkCounts = { files: 0, refused: 0, escapes: 0 };
  /** What files were when they were read last. */
  readonly #known = new Map<string, { size: number; mtimeMs: number }>();
  /** Files to read, with the time of their last change. */
  readonly #waiting = new Map<string, number>();
  readonly #uncounted = new Set<string>();
  /** Files that are there and may not be read. */
  readonly #unreadable = new Set<string>();
  readonly #timers = new Set<Timer>();
  /** Agents as they were told last. */
  #agents = "";
  #mode: IngestState["mode"] = "poll";
  #wake: (() => void) | null = null;
  #toldS = -Infinity;
  #hasSwept = false;
  #isClosed = false;
  #caughtUp = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  /** Nothing is read yet. */
  constructor(options: IngestOptions) {
    this.#options = options;
    this.#watch = new ChangeWatch(options.clock, {
      onPaths: (paths) => this.touched(paths),
      onMissed: () => this.sweep(),
    });
  }

  /** Begins. Resolves when all that was there has been read once. */
  start(): Promise<void> {
    const { library } = this.#options;
    for (const { files } of library.sessions.values()) {
      for (const { path, tail, isUncounted } of files.values()) {
        if (tail !== null) this.#known.set(path, { size: tail.size, mtimeMs: tail.mtimeMs });
        if (isUncounted) this.#uncounted.add(path);
      }
    }
    this.#walk();
    this.#askRegistry();
    this.#running = this.#run();
    this.#every(TICK_S, () => this.#tell());
    // To begin to watch takes as long as all of this: first there is a board. What changes until then
    // is found by the second walk.
    this.#after(0, () => {
      this.#tell();
      this.sweep();
      this.#poll("recent");
      this.#poll("all");
    });
    return this.#caughtUp.promise;
  }

  /** Somebody says that a file has changed; one that is not known comes by itself. */
  told(path: string): void {
    if (this.#options.library.has(path)) this.touched([path]);
  }

  /** Files that may have changed. */
  touched(paths: readonly string[]): void {
    let isRegistry = false;
    for (const path of paths) {
      if (path.endsWith(".json")) isRegistry = true;
      if (!path.endsWith(ENDING)) {
        this.#lookInto(path);
        continue;
      }
      const file = this.#stat(path);
      if (file !== null) this.#look(file);
      else if (this.#options.library.has(path)) this.#gone(path);
    }
    if (isRegistry) this.#askRegistry();
    this.#wakeUp();
  }

  /** Looks at every file there is. */
  sweep(): void {
    const { adapters, isWatching = true, registryFolders } = this.#options;
    const folders = adapters.flatMap((adapter) => adapter.folders);
    const isWatched = isWatching && this.#watch.watch([...folders, ...registryFolders]);
    this.#mode = isWatched ? "watch" : "poll";
    this.#hasSwept = true;
    this.#walk();
  }

  #walk(): void {
    const { adapters } = this.#options;
    const folders = adapters.flatMap((adapter) => adapter.folders);
    Object.assign(this.#left, { files: 0, refused: 0, escapes: 0 });
    const seen = new Set<string>();
    this.#during("walk through the folders", () => {
      for (const folder of folders) {
        for (const file of walkFiles(folder, ENDING, this.#left)) {
          seen.add(file.path);
          this.#look(file);
        }
      }
    });
    for (const path of [...this.#known.keys(), ...this.#unreadable]) {
      if (!seen.has(path)) this.#gone(path);
    }
    this.#wakeUp();
  }

  /** How it goes. */
  state(): IngestState {
    const { files, library } = this.#options;
    let [badLines, salvaged, replaced] = [0, 0, 0];
    for (const entry of library.sessions.values()) {
      badLines += entry.facts.integrity.badLines;
      salvaged += entry.facts.integrity.salvaged;
      for (const file of entry.files.values()) replaced += file.gen;
    }
    return {
      mode: this.#mode,
      sessions: library.sessions.size,
      files: this.#known.size,
      waiting: this.#waiting.size + this.#uncounted.size,
      bytesRead: files.counts.bytes,
      filesOpened: files.counts.opens,
      left: { ...this.#left, refused: this.#left.refused + this.#unreadable.size },
      badLines,
      salvaged,
      replaced,
      cache: { bytes: library.cache.bytes, ...library.cache.counts },
      isCaughtUp: this.#isIdle,
    };
  }

  /** Stops reading. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch.close();
    for (const timer of this.#timers) timer.cancel();
    this.#wakeUp();
    this.#caughtUp.resolve();
    await this.#running;
  }

  get #isIdle(): boolean {
    return this.#hasSwept && this.#waiting.size === 0;
  }

  /** What a walk would have come upon there: links that lead out are left out by it, too. */
  #stat(path: string): WalkedFile | null {
    const file = statOf(path, this.#left);
    const folders = this.#options.adapters.flatMap((adapter) => adapter.folders);
    if (file === null || !leadsOut(folders, path)) return file;
    this.#left.escapes++;
    return null;
  }

  /** A folder that came: what was put into it before the system watched it is told of by nobody. */
  #lookInto(path: string): void {
    const folders = this.#options.adapters.flatMap((adapter) => adapter.folders);
    const isOurs = folders.some((folder) => path.startsWith(`${folder}/`));
    if (!isOurs || !isFolder(path) || leadsOut(folders, path)) return;
    const counts = { files: 0, refused: 0, escapes: 0 };
    for (const file of walkFiles(path, ENDING, counts)) this.#look(file);
  }

  /** A file as it is now: read when it is new, or changed, or has a last line that may be one by now. */
  #look(file: WalkedFile): void {
    const { adapters, clock, library } = this.#options;
    const known = this.#known.get(file.path);
    if (known === undefined && !library.has(file.path)) {
      const found = adapters.map((adapter) => adapter.sniff(file, (path) => this.#head(path)))
        .find((it) => it !== null);
      if (found === undefined) return;
      library.found(found, clock.unixS() * 1000);
    }
    if (known?.size === file.size && known.mtimeMs === file.mtimeMs) return;
    this.#waiting.set(file.path, file.mtimeMs);
  }

  #gone(path: string): void {
    this.#known.delete(path);
    this.#waiting.delete(path);
    this.#uncounted.delete(path);
    this.#unreadable.delete(path);
    this.#options.library.gone(path);
  }

  /** One piece after the other, the files that changed last first. */
  async #run(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#isClosed) {
      if (!this.#readSome() && !this.#countOne()) {
        this.#tell();
        if (this.#isIdle) this.#caughtUp.resolve();
        await this.#sleep();
        continue;
      }
      if (clock.now() - this.#toldS >= TELL_S) this.#tell();
      await clock.sleep(0);
    }
  }

  /** Reads a piece of one file, or several small ones: what is kept of them costs less together. */
  #readSome(): boolean {
    if (this.#waiting.size === 0) return false;
    const newest = [...this.#waiting].sort((a, b) => b[1] - a[1]).slice(0, MAX_TOGETHER);
    this.#guarded(() =>
      this.#options.library.together(() => {
        let bytes = 0;
        for (const [path, mtimeMs] of newest) {
          this.#guarded(() => bytes += this.#read(path, mtimeMs));
          if (bytes >= TOGETHER_BYTES) break;
        }
      })
    );
    return true;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.log.warn("transcript not read", { reason: errorMessage(error) });
    }
  }

  #read(path: string, newestMs: number): number {
    const { clock, library } = this.#options;
    this.#waiting.delete(path);
    const { again, bytes, isMore } = this.#during(
      `ingest of ${path}`,
      () => library.read(path, newestMs, clock.unixS() * 1000),
    );
    for (const other of again) this.#waiting.set(other, this.#known.get(other)?.mtimeMs ?? 0);
    const session = bytes > 0 ? library.sessionOf(path) : null;
    if (session !== null) this.#options.onGrown?.(session);
    const file = library.file(path);
    this.#note(path, file);
    if (file?.isUncounted) this.#uncounted.add(path);
    if (isMore) this.#waiting.set(path, newestMs);
    // Nothing may come after a last line without an end, so that it has to be looked at again.
    else if (file?.isPending) this.#after(2.1, () => this.#again(path));
    return bytes;
  }

  /** What a file was when it was read. One that could not be is tried again by the next sweep. */
  #note(path: string, file: TranscriptFile | null): void {
    const tail = file?.isThere === true ? file.tail : null;
    if (tail !== null) {
      this.#known.set(path, { size: tail.size, mtimeMs: tail.mtimeMs });
      this.#unreadable.delete(path);
      return;
    }
    this.#known.delete(path);
    if (statOf(path, this.#left) !== null) this.#unreadable.add(path);
  }

  #again(path: string): void {
    if (this.#isClosed || !this.#options.library.has(path)) return;
    this.#waiting.set(path, this.#known.get(path)?.mtimeMs ?? 0);
    this.#wakeUp();
  }

  #countOne(): boolean {
    const [path] = this.#uncounted;
    if (path === undefined) return false;
    let isMore = false;
    this.#guarded(() => {
      isMore = this.#during(`count of ${path}`, () => this.#options.library.count(path));
    });
    if (!isMore) this.#uncounted.delete(path);
    return true;
  }

  #during<T>(what: string, work: () => T): T {
    const end = (this.#options.work ?? NO_WORK_LOG).begin(what);
    try {
      return work();
    } finally {
      end();
    }
  }

  #tell(): void {
    const { changes, clock, onChange } = this.#options;
    this.#toldS = clock.now();
    const change = changes.take(clock.unixS() * 1000);
    if (change !== null) onChange(change);
  }

  #poll(which: "recent" | "all"): void {
    const { recent, all } = POLL_S[this.#mode === "watch" ? "watched" : "unwatched"];
    this.#after(which === "all" ? all : recent, () => {
      if (which === "all") this.sweep();
      else {
        const sinceMs = this.#options.clock.unixS() * 1000 - RECENT_MS;
        const paths = [...this.#known].filter(([, { mtimeMs }]) => mtimeMs >= sinceMs);
        this.touched(paths.map(([path]) => path));
        this.#askRegistry();
      }
      this.#poll(which);
    });
  }

  #askRegistry(): void {
    const { library, log, registry } = this.#options;
    registry().then((entries) => {
      if (this.#isClosed) return;
      library.setRegistry(entries);
      this.#tellAgents(entries);
      this.#wakeUp();
    }).catch((error) => log.warn("agents not asked", { reason: errorMessage(error) }));
  }

  #tellAgents(entries: ReadonlyMap<string, RegistryEntry>): void {
    const pids = [...entries].flatMap(([id, { isAlive, pid }]) =>
      isAlive === true ? [[id, pid] as const] : []
    );
    const agents = pids.map((it) => it.join()).sort().join("\n");
    if (agents === this.#agents) return;
    this.#agents = agents;
    this.#options.onAgents?.(new Map(pids));
  }

  #head(path: string): JsonObject | null {
    const file = this.#options.files.open(path);
    if (file === null) return null;
    try {
      const [line = ""] = new TextDecoder().decode(readRange(file, 0, 65_536)).split("\n", 1);
      return asObject(JSON.parse(line));
    } catch {
      return null;
    } finally {
      file.close();
    }
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed || this.#waiting.size > 0) return resolve();
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #every(intervalS: number, work: () => void): void {
    this.#after(intervalS, () => {
      work();
      this.#every(intervalS, work);
    });
  }

  #after(delayS: number, work: () => void): void {
    const timer = this.#options.clock.after(delayS, () => {
      this.#timers.delete(timer);
      if (!this.#isClosed) work();
    });
    this.#timers.add(timer);
  }
}
