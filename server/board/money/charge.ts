/**
 * Who pays for what. Records repeat each other: lines of one answer while it grows, sessions that were
 * resumed, side chains that were copied. Each request is paid for once, whatever the order in which
 * its records are read.
 *
 * @module
 */
import type { Tokens } from "./prices.ts";
import { tokenTotal, type UsageEntry } from "./usage.ts";

/** A change of what a session has used. */
export interface UsageDelta extends Tokens {
  readonly session: string;
  readonly model: string;
  readonly quarter: number;
  readonly timeMs: number;
  readonly usd: number;
  readonly unpricedTokens: number;
  readonly recordedUsd: number;
}

/** What becomes of an entry. */
export interface Charged {
  /** The entry to keep in place of the one with its message and request; null when nothing changes. */
  readonly keep: UsageEntry | null;
  readonly deltas: readonly UsageDelta[];
}

/**
 * Adds an entry to those of the same message.
 *
 * @param known - All entries that are kept of this message, one for each request.
 */
export function charge(known: readonly UsageEntry[], entry: UsageEntry): Charged {
  const before = known.find(({ request }) => request === entry.request) ?? null;
  const merged = before === null ? entry : larger(before, entry);
  if (before !== null && merged === before) return { keep: null, deltas: [] };
  const after = withEntry(known, merged);
  const paid = countedOf(after);
  const paidBefore = countedOf(known);
  const gone = paidBefore.filter((it) => !paid.includes(it));
  const come = paid.filter((it) => !paidBefore.includes(it));
  return {
    keep: merged,
    deltas: [...gone.map((it) => deltaOf(it, -1)), ...come.map((it) => deltaOf(it, 1))],
  };
}

/** Copies in side chains are not paid for when the same message stands elsewhere. */
function countedOf(entries: readonly UsageEntry[]): readonly UsageEntry[] {
  const own = entries.filter(({ isSidechain }) => !isSidechain);
  return own.length > 0 ? own : entries;
}

/** Of two records of one request: the one with more tokens, for the session that came first. */
function larger(before: UsageEntry, entry: UsageEntry): UsageEntry {
  const isSidechain = before.isSidechain && entry.isSidechain;
  const difference = tokenTotal(entry) - tokenTotal(before) || entry.usd - before.usd;
  if (difference <= 0 && isSidechain === before.isSidechain) return before;
  const best = difference > 0 ? entry : before;
  // A copy in a side chain does not make the side chain pay.
  const payer = before.isSidechain && !entry.isSidechain ? entry : before;
  const { session, quarter, timeMs } = payer;
  return { ...best, session, quarter, timeMs, isSidechain };
}

/** An entry as a change. */
export function deltaOf(entry: UsageEntry, sign: 1 | -1): UsageDelta {
  const { session, model, quarter, timeMs } = entry;
  return {
    session,
    model,
    quarter,
    timeMs,
    input: sign * entry.input,
    output: sign * entry.output,
    cacheRead: sign * entry.cacheRead,
    cacheWrite5m: sign * entry.cacheWrite5m,
    cacheWrite1h: sign * entry.cacheWrite1h,
    usd: sign * entry.usd,
    unpricedTokens: entry.isPriced ? 0 : sign * tokenTotal(entry),
    recordedUsd: entry.isRecorded ? sign * entry.usd : 0,
  };
}

/** Where entries are kept. Many are asked for and kept at a time: one by one they take longer. */
export interface UsageLedger {
  /** All entries of messages, by message. */
  of(messages: Iterable<string>): Map<string, readonly UsageEntry[]>;
  /** Keeps entries in place of those with their message and request. */
  put(entries: readonly UsageEntry[]): void;
  /** Forgets the entries that a session pays for. */
  forget(session: string): void;
}

/** Entries of a message with another one, which takes the place of the one with its request. */
function withEntry(known: readonly UsageEntry[], entry: UsageEntry): UsageEntry[] {
  return [...known.filter(({ request }) => request !== entry.request), entry];
}

/** A ledger in memory: for tests, and for servers without a home. */
export class MemoryLedger implements UsageLedger {
  readonly #entries = new Map<string, UsageEntry[]>();

  /** See {@link UsageLedger.of}. */
  of(messages: Iterable<string>): Map<string, readonly UsageEntry[]> {
    const found = new Map<string, readonly UsageEntry[]>();
    for (const message of messages) found.set(message, this.#entries.get(message) ?? []);
    return found;
  }

  /** See {@link UsageLedger.put}. */
  put(entries: readonly UsageEntry[]): void {
    for (const entry of entries) {
      const others = this.#entries.get(entry.message) ?? [];
      this.#entries.set(entry.message, withEntry(others, entry));
    }
  }

  /** See {@link UsageLedger.forget}. */
  forget(session: string): void {
    for (const [message, entries] of this.#entries) {
      const rest = entries.filter((entry) => entry.session !== session);
      if (rest.length === 0) this.#entries.delete(message);
      else if (rest.length < entries.length) this.#entries.set(message, rest);
    }
  }
}

/** The largest entry of each run of entries of one request. */
function* runsOf(entries: readonly UsageEntry[]): Generator<UsageEntry> {
  let last: UsageEntry | null = null;
  for (const entry of entries) {
    const isSame = last !== null && last.message === entry.message &&
      last.request === entry.request && last.session === entry.session;
    if (isSame) {
      last = larger(last!, entry);
      continue;
    }
    if (last !== null) yield last;
    last = entry;
  }
  if (last !== null) yield last;
}

/**
 * Charges the entries of a stretch of a file. Lines of one answer follow each other, so only the
 * largest of each request is taken to the ledger.
 */
export function chargeAll(ledger: UsageLedger, entries: readonly UsageEntry[]): UsageDelta[] {
  const largest = new Map<string, UsageEntry>();
  for (const entry of runsOf(entries)) {
    const key = `${entry.message}\n${entry.request}\n${entry.session}`;
    const other = largest.get(key);
    largest.set(key, other === undefined ? entry : larger(other, entry));
  }
  const known = ledger.of(new Set([...largest.values()].map(({ message }) => message)));
  const kept = new Map<string, UsageEntry>();
  const deltas: UsageDelta[] = [];
  for (const entry of largest.values()) {
    const { message, request } = entry;
    const its = known.get(message) ?? [];
    const { keep, deltas: own } = charge(its, entry);
    deltas.push(...own);
    if (keep === null) continue;
    known.set(message, withEntry(its, keep));
    kept.set(`${message}\n${request}`, keep);
  }
  if (kept.size > 0) ledger.put([...kept.values()]);
  return deltas;
}
