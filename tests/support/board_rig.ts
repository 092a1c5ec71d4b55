/**
 * A library of sessions in memory, and somebody who asks it.
 *
 * @module
 */
import { ClaudeCodeAdapter } from "../../server/board/claude_code.ts";
import { CommitBook } from "../../server/board/commits/book.ts";
import type { Git } from "../../server/board/commits/git.ts";
import { Reports } from "../../server/board/insights/reports.ts";
import { Answers } from "../../server/board/library/answers.ts";
import { BoardChanges } from "../../server/board/library/changes.ts";
import { DayClock } from "../../server/board/library/day.ts";
import { BoardLibrary, type LibraryOptions } from "../../server/board/library/library.ts";
import { type BoardStore, MemoryStore } from "../../server/board/library/store.ts";
import { PriceTable } from "../../server/board/money/prices.ts";
import type { BoardAnswer, BoardQuestion } from "../../server/board/questions.ts";
import { MemoryTranscripts } from "./memory_transcripts.ts";

/** The root of its transcripts. */
export const ROOT = "/agents";

/** What is different from the usual. */
export interface BoardRigOptions {
  readonly files?: MemoryTranscripts;
  readonly store?: BoardStore;
  readonly limits?: Partial<LibraryOptions["limits"]>;
  readonly cacheBytes?: number;
  readonly excluded?: readonly string[];
  readonly git?: Git;
  readonly zone?: string;
  readonly repoOf?: (cwd: string) => string | null;
}

/** The path of a session's transcript, or that of one of its agents. */
export function transcriptPath(session: string, agent?: string): string {
  const folder = `${ROOT}/projects/-home-dev-project`;
  return agent === undefined
    ? `${folder}/${session}.jsonl`
    : `${folder}/${session}/subagents/agent-${agent}.jsonl`;
}

/** A library, its files, and the time. */
export class BoardRig {
  readonly files: MemoryTranscripts;
  readonly library: BoardLibrary;
  readonly changes: BoardChanges;
  readonly book: CommitBook;
  readonly store: BoardStore;
  readonly #adapter: ClaudeCodeAdapter;
  readonly #answers: Answers;
  /** Ms since the Unix epoch. */
  nowMs = Date.parse("2026-10-01T12:00:00Z");

  /** Nothing is read yet. */
  constructor(options: BoardRigOptions = {}) {
    this.files = options.files ?? new MemoryTranscripts();
    this.store = options.store ?? new MemoryStore();
    this.#adapter = new ClaudeCodeAdapter([ROOT], options.excluded);
    this.library = new BoardLibrary({
      files: this.files,
      store: this.store,
      prices: PriceTable.builtIn(),
      adapters: [this.#adapter],
      limits: { maxLineBytes: 1 << 25, maxParseBytes: 1 << 27, ...options.limits },
      cacheBytes: options.cacheBytes ?? 1 << 26,
      ...(options.repoOf !== undefined && { repoOf: options.repoOf }),
    });
    const git = options.git ??
      { run: () => Promise.resolve({ kind: "absent", reason: "there is no git" } as const) };
    this.book = new CommitBook({ library: this.library, git, nowMs: () => this.nowMs });
    this.changes = new BoardChanges(this.library, new DayClock("UTC"));
    this.#answers = new Answers({
      library: this.library,
      nowMs: () => this.nowMs,
      turn: () => Promise.resolve(),
      boot: "boot",
      ingest: () => ({}),
      reports: new Reports({
        ...{ library: this.library, book: this.book },
        ...{ nowMs: () => this.nowMs, nowS: () => this.nowMs / 1000, zone: options.zone ?? "UTC" },
      }),
    });
  }

  /** Finds a file and reads all that is new of it; what it found there is none of a session: false. */
  read(path: string): boolean {
    const { mtimeMs, size } = this.files.stat(path);
    const found = this.#adapter.sniff({ path, size, mtimeMs, birthMs: mtimeMs }, () => null);
    if (found === null) return false;
    this.library.found(found, this.nowMs);
    for (let isMore = true; isMore;) {
      const step = this.library.read(path, mtimeMs, this.nowMs);
      for (const other of step.again) this.read(other);
      isMore = step.isMore;
    }
    return true;
  }

  /** Puts text into a session's transcript, and reads it. */
  put(session: string, text: string, agent?: string): string {
    const path = transcriptPath(session, agent);
    this.files.put(path, text, this.nowMs);
    this.read(path);
    return path;
  }

  /** Appends to it, and reads that. */
  append(session: string, text: string, agent?: string): void {
    const path = transcriptPath(session, agent);
    this.files.append(path, text, this.nowMs);
    this.read(path);
  }

  /** Asks, as routes do. */
  answer(question: BoardQuestion): Promise<BoardAnswer> {
    return this.#answers.ask(question);
  }

  /** Asks, and gives the answer's JSON; that of a refusal when it is one. */
  // deno-lint-ignore no-explicit-any -- tests look at what they asked for
  async ask(question: BoardQuestion): Promise<any> {
    const answer = await this.answer(question);
    if (answer.kind === "json") return JSON.parse(answer.json);
    return answer.kind === "problem" ? answer.problem : answer;
  }

  /** A window of a session. */
  // deno-lint-ignore no-explicit-any -- tests look at what they asked for
  window(id: string, query: string): Promise<any> {
    return this.ask({ kind: "window", id, query, etag: null });
  }

  /** Waits until a session's transcript is indexed. */
  async indexed(id: string): Promise<void> {
    await this.ask({ kind: "outline", id, query: "", etag: null });
  }
}
