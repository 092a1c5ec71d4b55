/**
 * The board: how fast transcripts are taken in, beside a plain parse of the same files, and how soon a
 * window into a long one is there. Files on disk, a library in this process, its database on disk.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { WallClock } from "../../runtime/mod.ts";
import { ClaudeCodeAdapter } from "../../server/board/claude_code.ts";
import { CommitBook } from "../../server/board/commits/book.ts";
import { Reports } from "../../server/board/insights/reports.ts";
import { Answers } from "../../server/board/library/answers.ts";
import { BoardChanges } from "../../server/board/library/changes.ts";
import { DayClock } from "../../server/board/library/day.ts";
import { BoardLibrary } from "../../server/board/library/library.ts";
import { PriceTable } from "../../server/board/money/prices.ts";
import { DiskFiles } from "../../serve/board/disk_files.ts";
import { Ingest } from "../../serve/board/ingest.ts";
import { SqliteStore } from "../../serve/board/sqlite_store.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { medianOf, quantileOf, Rounds } from "../rounds.ts";
import { measureReports } from "./board_reports.ts";
import { measureServer } from "./board_server.ts";
import { measureViewer } from "./board_viewer.ts";
import { type Corpus, filesOf, longPieces, writeCorpus, writeFile } from "./board_files.ts";

const MB = 1e6;
const BIG_BYTES = 45 * MB;
const LONG_BYTES = 100 * MB;
const HUGE_BYTES = 3.6e9;
const COLD_ROUNDS = 10;
const LONG_ROUNDS = 8;
const WARM_ROUNDS = 200;
const CORPORA: readonly (Corpus & { readonly rounds: number })[] = [
  { sessions: 57, meanBytes: 560_000, rounds: 15 },
  { sessions: 1000, meanBytes: 60_000, rounds: 6 },
];
/** A window as the viewer of a live session opens it. */
const TAIL = "anchor=tail&limit=120";

/** Measures the board. */
export async function boardPart({ say, soakS }: PartOptions): Promise<PartResult> {
  const folder = await Deno.makeTempDir({ prefix: "headway-bench-" });
  try {
    const rounds = new Rounds("board");
    const figures: Figure[] = [];
    for (const corpus of CORPORA) figures.push(...await measureIngest(folder, corpus, rounds, say));
    figures.push(...await measureBig(folder, rounds, say));
    figures.push(measureLong(folder, rounds, say));
    figures.push(...await measureServer(`${folder}/server`, { say, soakS }));
    figures.push(...await measureHuge(folder, say));
    figures.push(...await measureViewer(`${folder}/viewer`, say));
    return { figures, notes: [] };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function figure(name: string, value: number, unit: string, goal: Figure["goal"] = null): Figure {
  return { part: "board", name, value, unit, goal, ratio: null };
}

/** A library over a folder of an agent. */
function open(root: string, database: string, maxParseBytes = 128 * 2 ** 20) {
  const files = new DiskFiles();
  const adapter = new ClaudeCodeAdapter([root]);
  const store = new SqliteStore(database);
  const library = new BoardLibrary({
    ...{ files, store, prices: PriceTable.builtIn(), adapters: [adapter] },
    limits: { maxLineBytes: 32 * 2 ** 20, maxParseBytes },
    cacheBytes: 256 * 2 ** 20,
  });
  const changes = new BoardChanges(library, new DayClock("UTC"));
  const git = { run: () => Promise.resolve({ kind: "absent", reason: "not measured" } as const) };
  const book = new CommitBook({ library, git, nowMs: () => Date.now() });
  const answers = new Answers({
    library,
    nowMs: () => Date.now(),
    turn: () => new Promise((resolve) => setTimeout(resolve, 0)),
    boot: "bench",
    ingest: () => ({}),
    reports: new Reports({
      ...{ library, book, nowMs: () => Date.now(), nowS: () => performance.now() / 1000 },
    }),
  });
  const ingest = new Ingest({
    ...{ library, changes, adapters: [adapter], files, clock: new WallClock(), isWatching: false },
    log: { warn: (event, fields) => console.error(event, fields) },
    onChange: () => {},
    registry: () => Promise.resolve(new Map()),
    registryFolders: [],
  });
  const find = () => {
    for (const file of filesOf(root)) {
      const found = adapter.sniff(file, () => null);
      if (found !== null) library.found(found, Date.now());
    }
  };
  return {
    ...{ answers, changes, files, ingest, library, store, find },
    window: async (id: string, query: string) => {
      const answer = await answers.ask({ kind: "window", id, query, etag: null });
      if (answer.kind !== "json") throw new Error(`no window of ${id}: ${JSON.stringify(answer)}`);
      return answer.json;
    },
  };
}

async function measureIngest(
  folder: string,
  corpus: typeof CORPORA[number],
  rounds: Rounds,
  say: PartOptions["say"],
): Promise<Figure[]> {
  const { sessions } = corpus;
  const root = `${folder}/corpus-${sessions}`;
  say(`writing ${sessions} sessions`);
  const bytes = writeCorpus(root, corpus);
  const name = `take in ${sessions} sessions, ${Math.round(bytes / MB)} MB`;
  const plain = `plain ${sessions}`;
  const figures: Figure[] = [];
  const again: number[] = [];
  const boards: number[] = [];
  for (let round = 0; round < corpus.rounds; round++) {
    say(`${sessions} sessions, round ${round + 1} of ${corpus.rounds}`);
    rounds.add(plain, seconds(() => parsePlainly(root)));
    const database = `${folder}/${sessions}-${round}.db`;
    const board = open(root, database);
    rounds.add(name, await secondsOf(() => board.ingest.start()));
    await board.ingest.close();
    board.store.close();
    again.push(seconds(() => {
      const next = open(root, database);
      next.library.restore();
      boards.push(next.changes.take(Date.now())?.up.length ?? 0);
      next.store.close();
    }));
  }
  const to = "plain full parse";
  figures.push(
    rounds.figure(name, { unit: "ms", scale: 1000, peer: { name: plain, to, better: "less" } }),
    figure(`board of ${sessions} sessions from the database`, medianOf(again) * 1000, "ms"),
    ...await measureReports(sessions, () => {
      const board = open(root, `${folder}/${sessions}-0.db`);
      board.library.restore();
      // Those on the board first, then the others.
      for (let turn = 0; turn < 2; turn++) board.changes.take(Date.now());
      return { ...board, close: () => board.store.close() };
    }),
  );
  return figures;
}

/** What a program does that keeps nothing: reads every file, and parses every line. */
function parsePlainly(root: string): void {
  for (const { path } of filesOf(root)) {
    for (const line of Deno.readTextFileSync(path).split("\n")) if (line !== "") JSON.parse(line);
  }
}

async function measureBig(
  folder: string,
  rounds: Rounds,
  say: PartOptions["say"],
): Promise<Figure[]> {
  const root = `${folder}/big`;
  const path = `${root}/projects/-home-dev-big/big.jsonl`;
  say("writing 45 MB");
  writeFile(path, longPieces("big", BIG_BYTES));
  const tails: number[] = [];
  let wire = 0;
  let read = 0;
  for (let round = 0; round < COLD_ROUNDS; round++) {
    say(`windows of 45 MB, round ${round + 1} of ${COLD_ROUNDS}`);
    const board = open(root, ":memory:");
    board.find();
    let json = "";
    tails.push(await secondsOf(async () => json = await board.window("big", TAIL)));
    wire = gzipSync(json, { level: 4 }).length;
    read = board.files.counts.bytes;
    rounds.add("parse 45 MB plainly", seconds(() => parsePlainly(root)));
    rounds.add("take in and index 45 MB", takeIn(board, path));
    board.store.close();
  }
  const board = open(root, ":memory:");
  board.find();
  takeIn(board, path);
  const warm: number[] = [];
  const around: number[] = [];
  const lineage: number[] = [];
  for (let round = 0; round < WARM_ROUNDS; round++) {
    warm.push(await secondsOf(() => board.window("big", TAIL)));
    lineage.push(
      await secondsOf(() =>
        board.answers.ask({ kind: "lineage", id: "big", query: "", etag: null })
      ),
    );
    const target = `0.${(round * 37) % 7000}`;
    around.push(await secondsOf(() => board.window("big", `around=${target}&limit=120`)));
  }
  board.store.close();
  const p95 = (values: readonly number[]) => quantileOf(values, 0.95) * 1000;
  const plain = { name: "parse 45 MB plainly", to: "plain full parse", better: "less" as const };
  return [
    figure("tail window of 45 MB, never seen, p95", p95(tails), "ms", { most: 30 }),
    figure("read for it", read / 2 ** 20, "MiB", { most: 2 }),
    figure("on the wire for it, compressed", wire / 1000, "kB", { most: 60 }),
    figure("tail window of 45 MB, indexed, p95", p95(warm), "ms", { most: 10 }),
    figure("window around any item of 45 MB, p95", p95(around), "ms"),
    figure("lineage of a session, p95", p95(lineage), "ms", { most: 0.5 }),
    rounds.figure("take in and index 45 MB", {
      ...{ unit: "ms", scale: 1000, peer: plain },
      goal: { most: 250 },
    }),
  ];
}

/** One transcript of 100 MB, which is read and indexed. */
function measureLong(folder: string, rounds: Rounds, say: PartOptions["say"]): Figure {
  const root = `${folder}/long`;
  const path = `${root}/projects/-home-dev-big/long.jsonl`;
  const [name, plain] = ["take in and index 100 MB", "parse 100 MB plainly"];
  say("writing 100 MB");
  writeFile(path, longPieces("long", LONG_BYTES));
  for (let round = 0; round < LONG_ROUNDS; round++) {
    say(`100 MB, round ${round + 1} of ${LONG_ROUNDS}`);
    const board = open(root, ":memory:");
    board.find();
    rounds.add(plain, seconds(() => parsePlainly(root)));
    rounds.add(name, takeIn(board, path));
    board.store.close();
  }
  return rounds.figure(name, {
    ...{ unit: "ms", scale: 1000, goal: { most: 500 } },
    peer: { name: plain, to: "plain full parse", better: "less" },
  });
}

/** Reads a transcript to its end, with its index. Seconds that it takes. */
function takeIn({ library }: Pick<ReturnType<typeof open>, "library">, path: string): number {
  const tookS = seconds(() => {
    while (library.read(path, Date.now(), Date.now()).isMore);
  });
  if (library.file(path)?.index == null) throw new Error("nothing was indexed");
  return tookS;
}

/** One transcript of 3.6 GB: what is there of it at once, and when all that is read of it has been. */
async function measureHuge(folder: string, say: PartOptions["say"]): Promise<Figure[]> {
  const root = `${folder}/huge`;
  const path = `${root}/projects/-home-dev-huge/huge.jsonl`;
  say("writing 3.6 GB");
  const pieces = [...longPieces("huge", BIG_BYTES)];
  writeFile(
    path,
    function* () {
      for (let bytes = 0; bytes < HUGE_BYTES;) {
        for (const piece of pieces) {
          bytes += piece.length;
          yield piece;
        }
      }
    }(),
  );
  say("3.6 GB");
  const board = open(root, ":memory:");
  board.find();
  const first = await secondsOf(() => board.window("huge", TAIL));
  const items = takeIn(board, path);
  const indexed = await secondsOf(() => board.window("huge", TAIL));
  board.store.close();
  return [
    figure("first window of 3.6 GB", first * 1000, "ms", { most: 30 }),
    figure("items of 3.6 GB, to the cap", (items + indexed) * 1000, "ms", { most: 1000 }),
  ];
}

function seconds(work: () => void): number {
  const beganMs = performance.now();
  work();
  return (performance.now() - beganMs) / 1000;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return (performance.now() - beganMs) / 1000;
}
