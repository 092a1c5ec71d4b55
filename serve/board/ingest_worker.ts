/**
 * Reads transcripts beside the main thread, and answers questions about them.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { errorMessage, WallClock } from "../../runtime/mod.ts";
import { ClaudeCodeAdapter } from "../../server/board/claude_code.ts";
import { CommitBook } from "../../server/board/commits/book.ts";
import { Reports } from "../../server/board/insights/reports.ts";
import { WorkBoard } from "../../server/board/debug/work_board.ts";
import { Answers } from "../../server/board/library/answers.ts";
import { BoardChanges } from "../../server/board/library/changes.ts";
import { DayClock } from "../../server/board/library/day.ts";
import { BoardLibrary } from "../../server/board/library/library.ts";
import { MemoryStore } from "../../server/board/library/store.ts";
import { PriceTable } from "../../server/board/money/prices.ts";
import { CommitWatch } from "./commit_watch.ts";
import { GitProcess } from "./git_process.ts";
import { DiskFiles } from "./disk_files.ts";
import type { Log } from "../../server/log.ts";
import { Ingest } from "./ingest.ts";
import { readRegistry } from "./registry_reader.ts";
import { repoFinder } from "./repo_finder.ts";
import { SqliteStore } from "./sqlite_store.ts";
import type { FromIngest, IngestSettings, SentAnswer, ToIngest } from "./worker_messages.ts";

if (parentPort === null) throw new Error("this is the thread of a board, and no module of another");
const main = parentPort;
const post = (message: FromIngest, transfer: ArrayBuffer[] = []) =>
  main.postMessage(message, transfer);

/** Shorter texts are not compressed, bytes or so. */
const MIN_GZIP_CHARS = 1024;
/** Fast, and within a few percent of the best for JSON. */
const GZIP_LEVEL = 4;

const clock = new WallClock();
const followed = new Set<string>();
/** Written for the main thread, which reads it whatever this one is at. */
let work = new WorkBoard(clock);
let running: {
  readonly answers: Answers;
  readonly library: BoardLibrary;
  close(): Promise<void>;
} | null = null;
main.on("message", (data: ToIngest) => {
  switch (data.type) {
    case "start":
      try {
        work = new WorkBoard(clock, data.work);
        running = start(data.settings);
      } catch (error) {
        post({ type: "refused", reason: errorMessage(error) });
      }
      return;
    case "ask":
      return void answer(data);
    case "gzip": {
      const bytes = gzip(data.bytes, data.what);
      const sent: SentAnswer = { kind: "gzip", bytes, etag: null };
      return post({ type: "answer", no: data.no, answer: sent }, [bytes.buffer]);
    }
    case "follow":
      if (data.isOn) followed.add(data.id);
      else followed.delete(data.id);
      return;
    case "copilot":
      return running?.library.hearCopilot(data.news);
    case "close":
      return void close();
  }
});

async function answer({ no, question, isGzip }: ToIngest & { readonly type: "ask" }) {
  try {
    if (running === null) throw new Error("the board is not ready");
    const found = await running.answers.ask(question);
    if (found.kind !== "json" || !isGzip || found.json.length < MIN_GZIP_CHARS) {
      return post({ type: "answer", no, answer: found });
    }
    const bytes = gzip(found.json, question.kind);
    const sent: SentAnswer = { kind: "gzip", bytes, etag: found.etag };
    post({ type: "answer", no, answer: sent }, [bytes.buffer]);
  } catch (error) {
    post({ type: "failed", no, reason: errorMessage(error) });
  }
}

function gzip(text: string | Uint8Array, what: string): Uint8Array<ArrayBuffer> {
  const end = work.begin(`gzip of ${text.length} characters: ${what}`);
  try {
    return new Uint8Array(gzipSync(text, { level: GZIP_LEVEL }));
  } finally {
    end();
  }
}

function start(settings: IngestSettings) {
  const files = new DiskFiles();
  const adapters = [new ClaudeCodeAdapter(settings.roots, settings.excludedFolders)];
  const prices = settings.prices === null ? PriceTable.builtIn() : new PriceTable(settings.prices);
  const days = new DayClock(settings.zone ?? undefined);
  const store = settings.database === null ? new MemoryStore() : new SqliteStore(settings.database);
  const library = new BoardLibrary({
    files,
    store,
    prices,
    adapters,
    limits: { maxLineBytes: settings.maxLineBytes, maxParseBytes: settings.maxParseBytes },
    cacheBytes: settings.cacheBytes,
    repoOf: repoFinder(),
  });
  library.restore();
  const log: Pick<Log, "warn"> = {
    warn: (event, fields = {}) => post({ type: "warn", event, fields }),
  };
  const ingest = new Ingest({
    library,
    changes: new BoardChanges(library, days),
    adapters,
    files,
    clock,
    work,
    log,
    onChange: (change) => post({ type: "change", change }),
    onAgents: (pids) => post({ type: "agents", pids }),
    onGrown: (id) => {
      if (followed.has(id)) post({ type: "grown", id });
    },
    registryFolders: settings.roots.map((root) => `${root}/sessions`),
    registry: () => readRegistry(settings.roots),
  });
  ingest.start().then(() => post({ type: "caught-up" }));
  const git = new GitProcess(clock);
  const book = new CommitBook({ library, git, nowMs: () => clock.unixS() * 1000 });
  book.restore();
  const reports = new Reports({
    ...{ library, book, nowMs: () => clock.unixS() * 1000, nowS: () => clock.now() },
    ...(settings.zone !== null && { zone: settings.zone }),
  });
  const watch = new CommitWatch({
    ...{ clock, log },
    tick: async () => {
      const hasRead = await book.tick();
      reports.noteLoops();
      return hasRead;
    },
  });
  const answers = new Answers({
    library,
    reports,
    nowMs: () => clock.unixS() * 1000,
    turn: () => clock.sleep(0),
    boot: settings.boot,
    ingest: () => ({ ...ingest.state(), repos: book.figures(), memory: threadMemory() }),
    registry: () => readRegistry(settings.roots),
    touched: (path) => ingest.told(path),
    work,
  });
  return {
    answers,
    library,
    async close() {
      await ingest.close();
      // What git is at is given up.
      await git.close();
      await watch.close();
      store.close();
    },
  };
}

async function close(): Promise<void> {
  await running?.close();
  post({ type: "closed" });
}

/** Of this thread alone, bytes; what is resident is told of the whole process. */
function threadMemory(): Pick<Deno.MemoryUsage, "heapTotal" | "heapUsed" | "external"> {
  const { heapTotal, heapUsed, external } = Deno.memoryUsage();
  return { heapTotal, heapUsed, external };
}
