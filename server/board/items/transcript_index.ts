/**
 * The index of one transcript: where each record is and to which item it belongs, as columns of
 * numbers. What records say is not kept; it is read again when somebody looks at it.
 *
 * @module
 */
import {
  blocksOf,
  isCommandWrapping,
  isInterruption,
  isPrompt,
  isTakenApart,
  textOf,
  toolResultsOf,
  toolUsesOf,
} from "../read/content.ts";
import { asObject, asText, asTimeMs, firstChars, type JsonObject } from "../read/fields.ts";
import { isKnownType, isMetadataType } from "../read/known_types.ts";
import type { Parsed } from "../read/parse_line.ts";
import { Column } from "./columns.ts";
import { ITEM_FLAG, type ItemKind, kindCode } from "./kinds.ts";
import { SideTables } from "./side_tables.ts";

/** No record, or no item. */
const NONE = 0xffffffff;
/** Messages that may still get lines: those that came last, most. */
const MAX_OPEN_MESSAGES = 256;

/** The items of one thread: the main one, or that of an agent. */
export interface Thread {
  /** The agent whose thread it is; null for the main one. */
  readonly agent: string | null;
  /** The first record of each item. */
  readonly first: Column;
  /** The last one. */
  readonly last: Column;
  readonly kinds: Column;
  /** {@link ITEM_FLAG}. */
  readonly flags: Column;
}

/** What is asked of an index when a record is added. */
export interface IndexOptions {
  /** Whether records of side chains are threads of their own; not so in an agent's own file. */
  readonly splitsSidechains: boolean;
}

/** The index of one file, of one generation. */
export class TranscriptIndex {
  /** Threads; the first is the main one. */
  readonly threads: Thread[] = [thread(null)];
  readonly tables: SideTables = new SideTables();
  readonly #splits: boolean;
  readonly #offsets = Column.float64();
  readonly #lengths = Column.uint32();
  readonly #times = Column.float64();
  /** The item of each record, in its thread. */
  readonly #items = Column.uint32();
  readonly #threadNos = Column.uint32();
  /** The next record of the same item. */
  readonly #next = Column.uint32();
  readonly #parents = Column.uint32();
  /** The first record of the tree that a record stands in. */
  readonly #roots = Column.uint32();
  readonly #uuids = new Map<string, number>();
  /** The record that came last, if it is the one that its uuid leads to. */
  #newest: { readonly uuid: string; readonly at: number } | null = null;
  /** Records by the calls in them, and by the answers in them. */
  readonly #calls = new Map<string, number>();
  readonly #answers = new Map<string, number>();
  readonly #openMessages = new Map<string, number>();
  readonly #agentNos = new Map<string, number>();
  #leaf = NONE;
  #isBranchKnown = true;

  /** An empty index. */
  constructor({ splitsSidechains }: IndexOptions) {
    this.#splits = splitsSidechains;
  }

  /** How many records there are. */
  get recordCount(): number {
    return this.#offsets.length;
  }

  /** About how many bytes it takes. */
  get byteLength(): number {
    const columns = [
      ...[this.#offsets, this.#lengths, this.#times, this.#items, this.#threadNos, this.#next],
      ...[this.#parents, this.#roots],
      ...this.threads.flatMap(({ first, last, kinds, flags }) => [first, last, kinds, flags]),
    ];
    const names = this.#uuids.size + this.#calls.size + this.#answers.size;
    return columns.reduce((sum, { byteLength }) => sum + byteLength, 0) + names * 96;
  }

  /** Where a record is in the file. */
  offsetOf(record: number): number {
    return this.#offsets.at(record);
  }

  /** How long it is, bytes. */
  lengthOf(record: number): number {
    return this.#lengths.at(record);
  }

  /** When it was written, ms since the Unix epoch; NaN when it does not say. */
  timeOf(record: number): number {
    return this.#times.at(record);
  }

  /** The thread of a record, and its item there. */
  itemOf(record: number): { readonly thread: number; readonly n: number } {
    return { thread: this.#threadNos.at(record), n: this.#items.at(record) };
  }

  /** How many items a thread has. */
  countOf(threadNo: number): number {
    return this.threads[threadNo]?.first.length ?? 0;
  }

  /** The number of an agent's thread in this file; null when it has none here. */
  threadOfAgent(agent: string): number | null {
    return this.#agentNos.get(agent) ?? null;
  }

  /** The records of an item, in order. */
  recordsOf(threadNo: number, n: number): number[] {
    const found: number[] = [];
    const { first } = this.threads[threadNo]!;
    for (let at = first.at(n); at !== NONE; at = this.#next.at(at)) found.push(at);
    return found;
  }

  /** The record with a uuid; null for none. */
  recordOfUuid(uuid: string): number | null {
    return this.#uuids.get(uuid) ?? null;
  }

  /** The record that calls a tool; null for none. */
  recordOfCall(toolUseId: string): number | null {
    return this.#calls.get(toolUseId) ?? null;
  }

  /** The record that answers a call; null for none yet. */
  recordOfAnswer(toolUseId: string): number | null {
    return this.#answers.get(toolUseId) ?? null;
  }

  /** The first record at or after a byte; the count of records when there is none. */
  recordAt(offset: number): number {
    let low = 0;
    let high = this.recordCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets.at(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What is noted of an item. */
  flagsOf(threadNo: number, n: number): number {
    this.#learnBranch();
    return this.threads[threadNo]!.flags.at(n);
  }

  /** Adds what was found on a line. */
  add(parsed: Parsed): void {
    const { offset, length } = parsed;
    if (parsed.kind === "record") {
      this.#addRecord(parsed.record, offset, length, parsed.isSalvaged);
      return;
    }
    const kinds = { value: "raw", broken: "broken", stub: "stub" } as const;
    const timestamp = parsed.kind === "stub" ? parsed.sniffed.timestamp : null;
    const at = this.#push({ offset, length, timeMs: asTimeMs(timestamp), thread: 0 });
    if (parsed.kind === "stub" && parsed.sniffed.uuid !== null) {
      this.#uuids.set(parsed.sniffed.uuid, at);
    }
    this.#newItem(at, kinds[parsed.kind], parsed.kind === "value" ? ITEM_FLAG.quiet : 0);
  }

  #addRecord(record: JsonObject, offset: number, length: number, isSalvaged: boolean): void {
    const { type } = record;
    if (isMetadataType(type)) return;
    const thread = this.#threadFor(record);
    const at = this.#push({ offset, length, timeMs: asTimeMs(record["timestamp"]), thread });
    const flags = isSalvaged ? ITEM_FLAG.salvaged : 0;
    const message = asObject(record["message"]);
    if (type === "assistant" && message !== null && !isTakenApart(message)) {
      this.#addAssistant(at, thread, record, message, flags);
    } else if (type === "user" && message !== null && !isTakenApart(message)) {
      this.#addUser(at, record, blocksOf(message), flags);
    } else {
      const [kind, quiet] = plainKind(record);
      this.#newItem(at, kind, flags | (quiet ? ITEM_FLAG.quiet : 0));
      if (kind === "compaction") this.tables.addCompaction(this.itemOf(at), record);
      if (record["subtype"] === "api_error") this.#noteError(at);
    }
    this.#learnPlace(at, thread, record);
  }

  #addAssistant(
    at: number,
    thread: number,
    record: JsonObject,
    message: JsonObject,
    flags: number,
  ): void {
    const id = asText(message["id"]);
    const key = id === null ? null : `${thread} ${id}`;
    const open = key === null ? undefined : this.#openMessages.get(key);
    if (open === undefined) this.#newItem(at, "assistant", flags);
    else this.#continueItem(at, open);
    if (key !== null && open === undefined) {
      this.#openMessages.set(key, at);
      if (this.#openMessages.size > MAX_OPEN_MESSAGES) {
        this.#openMessages.delete(this.#openMessages.keys().next().value!);
      }
    }
    const blocks = blocksOf(message);
    for (const use of toolUsesOf(blocks)) {
      this.#calls.set(use.id, at);
      this.#setFlag(at, ITEM_FLAG.tool);
      this.tables.addCall(this.itemOf(at), use);
      const early = this.#answers.get(use.id);
      // Its answer came first, and was shown on its own until now.
      if (early !== undefined) this.#setFlag(early, ITEM_FLAG.quiet);
    }
    for (const { id: answered } of toolResultsOf(blocks)) this.#answers.set(answered, at);
    if (record["isApiErrorMessage"] === true) this.#noteError(at);
  }

  #addUser(at: number, record: JsonObject, blocks: readonly JsonObject[], flags: number): void {
    const results = toolResultsOf(blocks);
    for (const { id } of results) this.#answers.set(id, at);
    const owner = results.map(({ id }) => this.#calls.get(id)).find((it) => it !== undefined);
    const isOnlyResults = results.length > 0 && results.length === blocks.length;
    if (isOnlyResults && owner !== undefined) this.#continueItem(at, owner);
    else if (isOnlyResults) this.#newItem(at, "orphan_result", flags);
    else {
      const text = textOf(blocks);
      const isQuiet = record["isMeta"] === true ||
        isCommandWrapping(text) && !isInterruption(text);
      const kind = record["isCompactSummary"] === true ? "summary" : "user";
      this.#newItem(at, kind, flags | (isQuiet ? ITEM_FLAG.quiet : 0));
      if (isPrompt(record, blocks)) this.tables.addPrompt(this.itemOf(at), text);
    }
    for (const { id, isError, isDenied } of results) {
      const call = this.#calls.get(id) ?? at;
      if (isError) this.#noteError(call);
      if (isDenied) this.#setFlag(call, ITEM_FLAG.denied);
    }
    const { agentId } = asObject(record["toolUseResult"]) ?? {};
    if (asText(agentId) !== null && results.length > 0) {
      this.tables.addAgent(this.itemOf(at), results[0]!.id, asText(agentId)!);
    }
  }

  #noteError(at: number): void {
    this.#setFlag(at, ITEM_FLAG.error);
    this.tables.addError(this.itemOf(at));
  }

  /** Where a record stands in the tree that the user's going back makes of a conversation. */
  #learnPlace(at: number, thread: number, record: JsonObject): void {
    const uuid = asText(record["uuid"]);
    if (uuid === null) return;
    const isNew = !this.#uuids.has(uuid);
    if (isNew) this.#uuids.set(uuid, at);
    const parent = asText(record["parentUuid"]) ?? asText(record["logicalParentUuid"]);
    const above = parent === null ? NONE : this.#recordAbove(parent);
    this.#newest = isNew ? { uuid, at } : null;
    this.#parents.set(at, above);
    this.#roots.set(at, above === NONE ? at : this.#roots.at(above));
    if (thread !== 0 || record["type"] === "progress") return;
    // Only a record that does not follow the newest one can leave others beside the way.
    if (above !== this.#leaf) this.#isBranchKnown = false;
    this.#leaf = at;
  }

  /** The record that another one names as its parent. Most name the one before them. */
  #recordAbove(parent: string): number {
    if (this.#newest?.uuid === parent) return this.#newest.at;
    return this.#uuids.get(parent) ?? NONE;
  }

  /** Marks items of the main thread that are not on the way from the newest record to the first. */
  #learnBranch(): void {
    if (this.#isBranchKnown) return;
    this.#isBranchKnown = true;
    const { first, kinds, flags } = this.threads[0]!;
    const isOn = new Uint8Array(first.length);
    let steps = 0;
    for (let at = this.#leaf; at !== NONE && steps++ <= this.recordCount;) {
      if (this.#threadNos.at(at) === 0) isOn[this.#items.at(at)] = 1;
      at = this.#parents.at(at);
    }
    for (let n = 0; n < first.length; n++) {
      const isTalk = kinds.at(n) === kindCode("user") || kinds.at(n) === kindCode("assistant");
      const isOff = isTalk && isOn[n] === 0 && this.#isInTree(n);
      const rest = flags.at(n) & ~ITEM_FLAG.offBranch;
      flags.set(n, isOff ? rest | ITEM_FLAG.offBranch : rest);
    }
  }

  /** Whether an item has a place in the tree; a conversation that was cut off above has several roots. */
  #isInTree(n: number): boolean {
    const root = this.#roots.at(this.threads[0]!.first.at(n));
    return root !== NONE && root === this.#roots.at(this.#leaf);
  }

  #threadFor(record: JsonObject): number {
    if (!this.#splits || record["isSidechain"] !== true) return 0;
    const parent = this.#uuids.get(asText(record["parentUuid"]) ?? "");
    const inherited = parent === undefined ? 0 : this.#threadNos.at(parent);
    const own = asText(record["agentId"]);
    if (own === null && inherited > 0) return inherited;
    const agent = own ?? `side-${firstChars(asText(record["uuid"]) ?? "", 8)}`;
    let no = this.#agentNos.get(agent);
    if (no === undefined) {
      no = this.threads.length;
      this.#agentNos.set(agent, no);
      this.threads.push(thread(agent));
    }
    return no;
  }

  #push(place: { offset: number; length: number; timeMs: number; thread: number }): number {
    this.#offsets.push(place.offset);
    this.#lengths.push(place.length);
    this.#times.push(place.timeMs);
    this.#threadNos.push(place.thread);
    this.#items.push(NONE);
    this.#next.push(NONE);
    this.#parents.push(NONE);
    this.#roots.push(NONE);
    return this.recordCount - 1;
  }

  #newItem(at: number, kind: ItemKind, flags: number): void {
    const { first, last, kinds, flags: itemFlags } = this.threads[this.#threadNos.at(at)]!;
    this.#items.set(at, first.length);
    first.push(at);
    last.push(at);
    kinds.push(kindCode(kind));
    itemFlags.push(flags);
  }

  /** Adds a record to the item of another one. */
  #continueItem(at: number, other: number): void {
    const { thread, n } = this.itemOf(other);
    const { last } = this.threads[thread]!;
    this.#next.set(last.at(n), at);
    last.set(n, at);
    this.#items.set(at, n);
    this.#threadNos.set(at, thread);
  }

  #setFlag(at: number, flag: number): void {
    const { thread, n } = this.itemOf(at);
    const { flags } = this.threads[thread]!;
    flags.set(n, flags.at(n) | flag);
  }
}

function thread(agent: string | null): Thread {
  return {
    agent,
    first: Column.uint32(),
    last: Column.uint32(),
    kinds: Column.uint8(),
    flags: Column.uint8(),
  };
}

/** System records that say nothing to a reader. */
const QUIET_SUBTYPES: ReadonlySet<unknown> = new Set([
  "turn_duration",
  "stop_hook_summary",
  "bridge_status",
  "local_command",
]);

/** The kind of a record that is no part of the talk, and whether it is quiet. */
function plainKind(record: JsonObject): readonly [ItemKind, boolean] {
  const { type, subtype } = record;
  if (!isKnownType(type)) return ["raw", true];
  switch (type) {
    case "system":
      if (subtype === "compact_boundary") return ["compaction", false];
      return ["system", record["isMeta"] === true || QUIET_SUBTYPES.has(subtype)];
    case "summary":
      return ["summary", false];
    case "attachment":
      return ["attachment", asObject(record["attachment"])?.["type"] !== "file"];
    case "pr-link":
      return ["pr_link", false];
    case "queue-operation":
      return ["queue", true];
    case "progress":
      return ["progress", true];
    default:
      // A user's or agent's record without a message that can be read.
      return ["broken", false];
  }
}
