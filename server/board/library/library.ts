/**
 * All sessions: what is read of them, piece by piece, and what changes on the board by it. Knows
 * neither threads nor timers; whoever has it calls it when there is something to do.
 *
 * @module
 */
import type { FoundFile, SourceAdapter } from "../adapter.ts";
import { type CopilotNews, NO_NEWS } from "../copilot_news.ts";
import { ChunkCache } from "../items/chunk_cache.ts";
import type { PartialIndex } from "../items/provisional.ts";
import type { Chunk } from "../items/record_source.ts";
import type { TranscriptId } from "../ids.ts";
import { chargeAll, type UsageDelta } from "../money/charge.ts";
import type { PriceTable } from "../money/prices.ts";
import { type UsageEntry, usageOf } from "../money/usage.ts";
import type { TranscriptFiles } from "../read/files.ts";
import type { Parsed } from "../read/parse_line.ts";
import { applyParsed } from "../state/apply.ts";
import { emptyFacts, FACTS_VERSION } from "../state/facts.ts";
import type { HookEvent, RegistryEntry } from "../state/live.ts";
import { Lineage } from "../state/lineage.ts";
import { addUsage } from "../state/usage_facts.ts";
import { learnFromHead } from "./head_probe.ts";
import { SessionEntry } from "./session_entry.ts";
import type { BoardStore, StoredSession } from "./store.ts";
import { type ReadLimits, TranscriptFile } from "./transcript_file.ts";

/** What a library is made of. */
export interface LibraryOptions {
  readonly files: TranscriptFiles;
  readonly store: BoardStore;
  readonly prices: PriceTable;
  readonly adapters: readonly SourceAdapter[];
  readonly limits: ReadLimits;
  /** Budget of the cache of what was read for windows, bytes. */
  readonly cacheBytes: number;
  /** The top of the repository that a folder is in; null for none. */
  readonly repoOf?: (cwd: string) => string | null;
}

/** What reading a piece came to. */
export interface ReadStep {
  readonly bytes: number;
  /** Whether there is more to read of this file at once. */
  readonly isMore: boolean;
  /** Other files that have to be read again, from their beginning. */
  readonly again: readonly string[];
}

/** A file that changed so lately is indexed while it is read for the first time, ms. */
const FRESH_MS = 24 * 3600_000;
/** Of so many sessions that are still to come it is known what a hook told. */
const MAX_EARLY = 256;
/** Indexes together take at most so much; those that were not looked at for longest go, bytes. */
const MAX_INDEX_BYTES = 96 * 2 ** 20;
/** Indexes of ends of files together take at most so much, bytes. */
const MAX_ENDS_BYTES = 8 * 2 ** 20;

/** All sessions. */
export class BoardLibrary {
  readonly options: LibraryOptions;
  readonly sessions: Map<TranscriptId, SessionEntry> = new Map();
  readonly lineage: Lineage = new Lineage();
  /** Records that were read for windows. */
  readonly cache: ChunkCache<Chunk>;
  /** Ends of files that have no index, as windows have shown them. */
  readonly ends: ChunkCache<{ readonly part: PartialIndex; readonly limit: number }> =
    new ChunkCache(MAX_ENDS_BYTES);
  /** What the copilot told last. */
  copilot: CopilotNews = NO_NEWS;
  /** Higher with each change of anything. */
  rev = 0;
  readonly #byPath = new Map<string, SessionEntry>();
  /** What hooks told of sessions that have no transcript yet; the oldest first. */
  readonly #early = new Map<TranscriptId, HookEvent>();
  /** Files with an index, the one that was used last at the end. */
  readonly #indexed = new Set<TranscriptFile>();

  /** An empty library. */
  constructor(options: LibraryOptions) {
    this.options = options;
    this.cache = new ChunkCache(options.cacheBytes);
  }

  /** Takes up what was kept, as if the process had gone on. */
  restore(): void {
    const { adapters, store } = this.options;
    for (const stored of store.load()) {
      const adapter = adapters.find(({ name }) => name === stored.source);
      if (adapter === undefined) continue;
      const isOld = stored.facts.version !== FACTS_VERSION;
      if (isOld && this.#isThere(stored)) {
        // It is made anew from its transcript, and pays anew.
        store.together(() => store.forgetUsage(stored.id));
        continue;
      }
      const entry = new SessionEntry(stored.id, adapter, stored);
      // Of one whose transcript is gone, what is known of it is all that there will be.
      entry.facts = isOld
        ? { ...emptyFacts(), ...stored.facts, version: FACTS_VERSION }
        : stored.facts;
      entry.isArchived = stored.isArchived;
      entry.isRead = true;
      for (const { path, agent, tail, countedTo } of stored.files) {
        entry.files.set(path, this.#newFile(adapter, { path, agent, tail, countedTo }));
        this.#byPath.set(path, entry);
      }
      this.sessions.set(entry.id, entry);
      this.#relate(entry);
    }
  }

  /** A file that was found; its session is made if need be. True when it is new. */
  found(file: FoundFile, nowMs: number): boolean {
    const entry = this.#entryOf(file, nowMs);
    if (entry.files.has(file.path)) return false;
    // A session has one file of its own. Of two with the same name the one that came first counts.
    if (file.agent === null && entry.main !== null) return false;
    entry.files.set(file.path, this.#newFile(entry.adapter, file));
    this.#byPath.set(file.path, entry);
    entry.isArchived = false;
    this.#changed(entry);
    return true;
  }

  /** Whether a path is that of a known file. */
  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** The session of a known file; null for others. */
  sessionOf(path: string): TranscriptId | null {
    return this.#byPath.get(path)?.id ?? null;
  }

  /** A known file; null for others. */
  file(path: string): TranscriptFile | null {
    return this.#byPath.get(path)?.files.get(path) ?? null;
  }

  /** Reads at most one piece of what is new in a file. */
  read(path: string, mtimeMs: number, nowMs: number): ReadStep {
    const entry = this.#byPath.get(path);
    const file = entry?.files.get(path);
    if (entry === undefined || file === undefined) return { bytes: 0, isMore: false, again: [] };
    return this.options.store.together(() => this.#read(entry, file, mtimeMs, nowMs));
  }

  /** Does several things as one change of what is kept. */
  together<T>(work: () => T): T {
    return this.options.store.together(work);
  }

  /** Counts a piece of what is not read of a file. True when there is more to count. */
  count(path: string): boolean {
    const entry = this.#byPath.get(path);
    const file = entry?.files.get(path);
    if (entry === undefined || file === undefined || !file.isUncounted) return false;
    this.options.store.together(() => {
      const entries: UsageEntry[] = [];
      const bytes = file.count((parsed) => this.#collect(entry, file, parsed, entries));
      if (bytes === 0) file.countedTo = file.start;
      this.#charge(entries, entry);
      this.#changed(entry);
      this.save(entry);
    });
    return file.isUncounted;
  }

  /** A file is gone. A session without its own file keeps its numbers, and leaves the board. */
  gone(path: string): void {
    const entry = this.#byPath.get(path);
    if (entry === undefined) return;
    const file = entry.files.get(path)!;
    // What could never be read is no session, and has nothing to keep.
    if (!entry.isRead && file.tail === null && entry.files.size === 1) {
      return this.#drop(entry, path);
    }
    file.isThere = false;
    file.dropIndex();
    this.#indexed.delete(file);
    this.cache.forget(`${path}@`);
    this.ends.forget(`${path}@`);
    entry.isArchived = entry.main === null || !entry.main.isThere;
    this.#changed(entry);
    this.options.store.together(() => this.save(entry));
  }

  /** What the agents' processes say of themselves, by session. */
  setRegistry(entries: ReadonlyMap<string, RegistryEntry>): void {
    for (const entry of this.sessions.values()) {
      const registry = entries.get(entry.id) ?? null;
      if (isSame(registry, entry.registry)) continue;
      entry.registry = registry;
      this.#changed(entry);
    }
  }

  /** A session has left something open for long, or nothing any more. */
  setOpenLoop(entry: SessionEntry, loop: SessionEntry["openLoop"]): void {
    const known = entry.openLoop;
    if (loop?.sinceMs === known?.sinceMs && loop?.text === known?.text) return;
    entry.openLoop = loop;
    this.#changed(entry);
  }

  /** Commits count for a session now. */
  setCommits(entry: SessionEntry, commits: SessionEntry["commits"]): void {
    const { high, low, medium } = entry.commits;
    if (commits.high === high && commits.medium === medium && commits.low === low) return;
    entry.commits = commits;
    this.#changed(entry);
  }

  /** A hook of an agent told something; also of a session whose transcript is still to come. */
  hear(id: TranscriptId, event: HookEvent): void {
    const entry = this.sessions.get(id);
    if (entry === undefined) {
      this.#early.delete(id);
      this.#early.set(id, event);
      const [oldest] = this.#early.keys();
      if (this.#early.size > MAX_EARLY && oldest !== undefined) this.#early.delete(oldest);
      return;
    }
    if (entry.hook !== null && entry.hook.ms > event.ms) return;
    entry.hook = event;
    this.#changed(entry);
  }

  /** The copilot has told something. */
  hearCopilot(news: CopilotNews): void {
    const { aiDays, autopilots } = this.copilot;
    this.copilot = news;
    if (!isSame(aiDays, news.aiDays)) this.rev++;
    for (const id of new Set([...autopilots.keys(), ...news.autopilots.keys()])) {
      const entry = this.sessions.get(id as TranscriptId);
      if (entry === undefined || isSame(autopilots.get(id), news.autopilots.get(id))) continue;
      this.#changed(entry);
    }
  }

  /** A person has looked at a session, or does not want to be told of it for a while. */
  setView(entry: SessionEntry, view: Partial<SessionEntry["view"]>): void {
    entry.view = { ...entry.view, ...view };
    this.#changed(entry);
    this.options.store.together(() => this.save(entry));
  }

  /** The index of a file was used; others may have to go for it. */
  usedIndex(file: TranscriptFile): void {
    this.#indexed.delete(file);
    this.#indexed.add(file);
    let bytes = 0;
    for (const it of this.#indexed) bytes += it.index?.byteLength ?? 0;
    for (const it of this.#indexed) {
      if (bytes <= MAX_INDEX_BYTES || it === file) break;
      bytes -= it.index?.byteLength ?? 0;
      it.dropIndex();
      this.#indexed.delete(it);
    }
  }

  /** Keeps a session as it is now. Call it within {@link BoardStore.together}. */
  save(entry: SessionEntry): void {
    const { facts, id } = entry;
    const session: StoredSession = {
      id,
      source: entry.adapter.name,
      facts,
      files: [...entry.files.values()].flatMap(({ path, agent, tail, countedTo }) =>
        tail === null ? [] : [{ path, agent, tail, countedTo }]
      ),
      view: entry.view,
      bornMs: entry.bornMs,
      appendMs: entry.appendMs,
      isArchived: entry.isArchived,
    };
    this.options.store.save(session, {
      title: facts.customTitle ?? facts.agentTitle ?? facts.summaryTitle ?? "",
      project: facts.cwd ?? "",
      branch: facts.branch ?? "",
      prompt: facts.firstPrompt ?? "",
    });
  }

  #drop({ id }: SessionEntry, path: string): void {
    this.#byPath.delete(path);
    this.sessions.delete(id);
    this.rev++;
  }

  #isThere({ files }: StoredSession): boolean {
    const main = files.find(({ agent }) => agent === null);
    const file = main === undefined ? null : this.options.files.open(main.path);
    file?.close();
    return file !== null;
  }

  #read(entry: SessionEntry, file: TranscriptFile, mtimeMs: number, nowMs: number): ReadStep {
    const isFirst = file.tail === null;
    if (isFirst && nowMs - mtimeMs < FRESH_MS) file.indexFromStart();
    const entries: UsageEntry[] = [];
    const again: string[] = [];
    const before = entry.facts.counts.records + entry.facts.integrity.badLines;
    const result = file.poll({
      onParsed: (parsed) => {
        applyParsed(entry.facts, parsed, {
          session: entry.id,
          agent: file.agent,
          fallbackMs: mtimeMs,
        });
        this.#collect(entry, file, parsed, entries);
      },
      onReset: () => {
        entries.length = 0;
        again.push(...this.#reset(entry, file));
      },
    }, nowMs);
    if (result.kind === "gone") {
      this.gone(file.path);
      return { bytes: 0, isMore: false, again: [] };
    }
    if (isFirst && file.start > 0 && file.agent === null) {
      learnFromHead(entry.facts, file, { session: entry.id, agent: null, fallbackMs: mtimeMs });
    }
    if (file.index !== null) this.usedIndex(file);
    const isCharged = this.#charge(entries, entry);
    const after = entry.facts.counts.records + entry.facts.integrity.badLines;
    entry.isRead ||= !result.isMore;
    const isBack = entry.isArchived;
    entry.isArchived = false;
    if (result.bytes > 0 || before !== after || isFirst || isCharged || isBack) {
      entry.appendMs = Math.max(entry.appendMs, mtimeMs);
      this.#relate(entry);
      this.#changed(entry);
      this.save(entry);
    }
    return { bytes: result.bytes, isMore: result.isMore, again };
  }

  #collect(
    entry: SessionEntry,
    file: TranscriptFile,
    parsed: Parsed,
    entries: UsageEntry[],
  ): void {
    if (parsed.kind !== "record") return;
    const usage = usageOf(parsed.record, {
      session: entry.id,
      isSidechain: file.agent !== null,
      fallbackKey: `${file.path}:${parsed.offset}`,
      fallbackMs: entry.appendMs,
    }, this.options.prices);
    if (usage !== null) entries.push(usage);
  }

  /**
   * Charges what was read of a session. Who pays may be another one, whose record of the same request
   * was smaller; those are kept here, the session itself by whoever reads it. True when it pays.
   */
  #charge(entries: readonly UsageEntry[], reading: SessionEntry): boolean {
    if (entries.length === 0) return false;
    const { store } = this.options;
    const deltas: readonly UsageDelta[] = chargeAll(store.ledger, entries);
    store.addUsage(deltas);
    const payers = new Set<SessionEntry>();
    for (const delta of deltas) {
      const payer = this.sessions.get(delta.session as TranscriptId);
      if (payer === undefined) continue;
      addUsage(payer.facts.usage, delta);
      payers.add(payer);
    }
    const isCharged = payers.delete(reading);
    for (const payer of payers) {
      this.#changed(payer);
      this.save(payer);
    }
    return isCharged;
  }

  /** One of its files is another one: everything is read anew, as facts of files are not kept apart. */
  #reset(entry: SessionEntry, file: TranscriptFile): string[] {
    // What it paid for and others have copied is theirs to pay now, if it is not in the new file.
    const heirs = this.#goingOnFrom(entry.id).filter((it) => !it.isArchived && it !== entry);
    return [entry, ...heirs].flatMap((it) => this.#beginAnew(it, file));
  }

  /** Forgets what is known of a session by its files. Those to read again are all but `file`. */
  #beginAnew(entry: SessionEntry, file: TranscriptFile): string[] {
    this.options.store.forgetUsage(entry.id);
    entry.facts = emptyFacts();
    entry.isRead = false;
    for (const { path } of entry.files.values()) {
      this.cache.forget(`${path}@`);
      this.ends.forget(`${path}@`);
    }
    const others = [...entry.files.values()].filter((it) => it !== file);
    for (const other of others) other.restart();
    return others.map(({ path }) => path);
  }

  /** Sessions that go on from one, and those that go on from them. */
  #goingOnFrom(id: TranscriptId): SessionEntry[] {
    const found = new Set<string>();
    const waiting = [...this.lineage.childrenOf(id)];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(...this.lineage.childrenOf(next));
    }
    return [...found].flatMap((it) => this.sessions.get(it as TranscriptId) ?? []);
  }

  #entryOf(file: FoundFile, nowMs: number): SessionEntry {
    const known = this.sessions.get(file.session);
    if (known !== undefined) return known;
    const adapter = this.options.adapters.find(({ name }) => name === file.source)!;
    const entry = new SessionEntry(file.session, adapter, {
      bornMs: Number.isNaN(file.birthMs) ? file.mtimeMs : file.birthMs,
      appendMs: file.mtimeMs,
      // What happened before the board was there needs nobody any more.
      view: { seenMs: nowMs, snoozedUntilMs: 0 },
    });
    entry.hook = this.#early.get(entry.id) ?? null;
    this.#early.delete(entry.id);
    this.sessions.set(entry.id, entry);
    return entry;
  }

  #newFile(
    adapter: SourceAdapter,
    file: Pick<FoundFile, "path" | "agent"> & Partial<Pick<TranscriptFile, "countedTo">> & {
      readonly tail?: StoredSession["files"][number]["tail"];
    },
  ): TranscriptFile {
    const { files, limits } = this.options;
    return new TranscriptFile({
      files,
      limits,
      path: file.path,
      agent: file.agent,
      normalise: (record) => adapter.normalise(record),
      ...(file.tail !== undefined && { tail: file.tail }),
      ...(file.countedTo !== undefined && { countedTo: file.countedTo }),
    });
  }

  #relate(entry: SessionEntry): void {
    const { firstUuid, lastUuid, followsUuid, foreignSessions } = entry.facts;
    // A copy, as facts go on changing.
    const kin = { firstUuid, lastUuid, followsUuid, foreignSessions: [...foreignSessions] };
    this.lineage.set({ id: entry.id, kin, bornMs: entry.bornMs });
    const parent = this.lineage.parentOf(entry.id) as TranscriptId | null;
    if (parent === entry.parent) return;
    for (const id of [parent, entry.parent]) {
      const relative = id === null ? undefined : this.sessions.get(id);
      if (relative !== undefined) this.#changed(relative);
    }
    entry.parent = parent;
  }

  #changed(entry: SessionEntry): void {
    this.rev++;
    entry.touch();
  }
}

/** Whether two pieces of plain data say the same. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
