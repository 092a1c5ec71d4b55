/**
 * A server with a board, in a process of its own: how soon it is there, what it takes at rest and under
 * load, how soon what is appended is seen, and what a long session that grows costs.
 *
 * @module
 */
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { Child } from "../child.ts";
import type { Figure, PartOptions } from "../figures.ts";
import type { Lateness } from "../lateness.ts";
import type { BoardReading, BoardStarted } from "../roles/board.ts";
import { medianOf, quantileOf } from "../rounds.ts";
import { EventClient, getJson, wireBytes } from "./board_client.ts";
import { longPieces, writeCorpus, writeFile } from "./board_files.ts";

const ROLE = new URL("../roles/board.ts", import.meta.url);
const MB = 1e6;
const SMALL = { sessions: 57, meanBytes: 560_000 };
const LARGE = { sessions: 1000, meanBytes: 60_000 };
const STARTS = 3;
/** As long as the target says, after what was made before has been collected. */
const REST_S = 60;
const SETTLE_S = 30;
const LOAD_S = 5;
const APPENDS = 50;
const ROUNDS = 200;
const CLIENTS = 200;
/** Lines a second that a session that goes on gets. */
const LINES_PER_S = 5;
/** Cards that change at a time: about 5 KB. */
const CARDS_AT_A_TIME = 7;
const GZIP_CHARS = 11_000_000;
const BIG = "big";

/** Measures it; transcripts are made in `folder`. */
export async function measureServer(
  folder: string,
  options: Pick<PartOptions, "say" | "soakS">,
): Promise<Figure[]> {
  return [
    ...await measureStarts(folder, options.say),
    ...await measureRunning(folder, options),
    ...await measureGzip(options.say),
  ];
}

function figure(name: string, value: number, unit: string, most: number | null = null): Figure {
  const goal = most === null ? null : { most };
  return { part: "board", name, value, unit, goal, ratio: null };
}

const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const p95 = (values: readonly number[]) => quantileOf(values, 0.95);

async function open(root: string, home: string) {
  const child = Child.deno(ROLE);
  const { url } = await child.ask<BoardStarted>({ do: "start", root, home });
  return {
    ...{ child, url },
    read: () => child.ask<BoardReading>({ do: "read" }),
    get: (path: string) => getJson(url + path),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** From the start of a process to its board: nothing known, then everything known. */
async function measureStarts(folder: string, say: PartOptions["say"]): Promise<Figure[]> {
  const root = `${folder}/large`;
  say(`writing ${LARGE.sessions} sessions`);
  const bytes = writeCorpus(root, LARGE);
  const listening: number[] = [];
  const cold: number[] = [];
  const complete: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    say(`starts, round ${round + 1} of ${STARTS}`);
    const home = `${folder}/home-${round}`;
    for (const times of [cold, warm]) {
      const beganMs = performance.now();
      await using server = await open(root, home);
      listening.push(performance.now() - beganMs);
      // A board that has read nothing yet is none.
      while ((await server.get("/api/board")).cards.length === 0) await sleep(0.002);
      times.push(performance.now() - beganMs);
      if (times === warm) break;
      while (!(await server.get("/api/debug/ingest")).isCaughtUp) await sleep(0.02);
      complete.push(performance.now() - beganMs);
    }
  }
  const what = `${LARGE.sessions} sessions, ${Math.round(bytes / MB)} MB`;
  return [
    figure("process start to listening", medianOf(listening), "ms"),
    figure(`process start to cards, ${what}, nothing known`, medianOf(cold), "ms", 1000),
    figure(`the same until all is read`, medianOf(complete), "ms", 4000),
    figure(`process start to cards, ${what}, all known`, medianOf(warm), "ms", 500),
  ];
}

/** Lines to append to a session, in the order of their making. */
function growth(session: string): () => string {
  const lines = transcriptLines(
    { seed: "growth", session, startMs: Date.now(), records: 1_000_000, cwd: "/home/dev/big" },
    noTruth(),
  )[Symbol.iterator]();
  return () => `${lines.next().value}\n`;
}

type Server = Awaited<ReturnType<typeof open>>;

async function measureRunning(
  folder: string,
  { say, soakS }: Pick<PartOptions, "say" | "soakS">,
): Promise<Figure[]> {
  const root = `${folder}/small`;
  say(`writing ${SMALL.sessions} sessions, 45 MB and 100 MB`);
  writeCorpus(root, SMALL);
  const path = `${root}/projects/-home-dev-big/${BIG}.jsonl`;
  writeFile(path, longPieces(BIG, 45 * MB));
  writeFile(`${root}/projects/-home-dev-big/huge.jsonl`, longPieces("huge", 100 * MB));
  const lateness = await measureReading(root, `${folder}/home-reading`);
  await using server = await open(root, `${folder}/home-small`);
  while (!(await server.get("/api/debug/ingest")).isCaughtUp) await sleep(0.1);
  const figures: Figure[] = [lateness];
  const { rssMiB: firstMiB } = await server.read();
  figures.push(figure("memory, 57 sessions, 45 MB and 100 MB, none looked at", firstMiB, "MiB"));
  say("a session of 45 MB that grows");
  figures.push(...await measureGrowth(server, path));
  say("at rest");
  figures.push(...await measureRest(server));
  say("streams");
  figures.push(...await measureStreams(server, root));
  // Its own timers are some work for the process.
  await server.child.ask({ do: "watch" });
  say("requests");
  figures.push(...await measureRequests(server, path, soakS));
  await server.get("/api/sessions/huge/outline");
  const { rssMiB } = await server.read();
  figures.push(figure("memory, 57 sessions, 45 MB and 100 MB looked at", rssMiB, "MiB", 200));
  return figures;
}

/** How late the main thread is while another one reads and indexes all that is there. */
async function measureReading(root: string, home: string): Promise<Figure> {
  await using server = await open(root, home);
  await server.child.ask({ do: "watch" });
  while (!(await server.get("/api/debug/ingest")).isCaughtUp) await sleep(0.1);
  const { p99Ms } = await server.read();
  return figure("main thread late while 180 MB are read, p99", p99Ms, "ms", 20);
}

/** What a person waits for who opens a long session that goes on, and what each line costs then. */
async function measureGrowth(server: Server, path: string): Promise<Figure[]> {
  const window = `/api/sessions/${BIG}?anchor=tail&limit=120`;
  const openMs: number[] = [];
  for (let i = 0; i < 10; i++) {
    const beganMs = performance.now();
    await server.get(window);
    openMs.push(performance.now() - beganMs);
  }
  const dataBytes = await wireBytes(server.url + window);
  const { streamCursor } = await server.get(window);
  await using events = await EventClient.open(
    `${server.url}/api/sessions/${BIG}/stream?cursor=${streamCursor}`,
  );
  await using board = await EventClient.open(`${server.url}/api/board/stream`);
  const next = growth(BIG);
  const before = await server.get("/api/debug/ingest");
  await server.read();
  const sentBefore = events.bytes;
  const itemsMs: number[] = [];
  const cardMs: number[] = [];
  let appended = 0;
  for (let i = 0; i < APPENDS; i++) {
    const line = next();
    const items = events.next(({ event }) => event === "items" || event === "patch");
    const card = board.next(({ event, data }) =>
      event === "diff" && data.up.some(({ id }: { readonly id: string }) => id === BIG)
    );
    const beganMs = performance.now();
    Deno.writeTextFileSync(path, line, { append: true });
    appended += new TextEncoder().encode(line).length;
    // Not every line says something to a reader, or changes the card.
    const seen = async (waited: Promise<{ readonly atMs: number }>, times: number[]) => {
      const heard = await Promise.race([waited, sleep(0.9).then(() => null)]);
      if (heard !== null) times.push(heard.atMs - beganMs);
    };
    await Promise.all([seen(items, itemsMs), seen(card, cardMs), sleep(1 / LINES_PER_S)]);
  }
  const { cpuS } = await server.read();
  const after = await server.get("/api/debug/ingest");
  return [
    figure("open 45 MB that grows, at the client, p95", p95(openMs), "ms"),
    figure("data of its first screen, on the wire", dataBytes / 1000, "kB", 60),
    figure(
      "read for a byte that is appended, a page open",
      (after.bytesRead - before.bytesRead) / appended,
      "B",
    ),
    figure("sent for a byte that is appended", (events.bytes - sentBefore) / appended, "B"),
    figure("append to items at the client, p95", p95(itemsMs), "ms"),
    figure("append to card at the client, p95", p95(cardMs), "ms", 150),
    figure("processor time for an appended line", cpuS / APPENDS * 1000, "ms"),
  ];
}

async function share(server: Server, seconds: number, during: Promise<unknown>): Promise<number> {
  await server.read();
  await Promise.all([sleep(seconds), during]);
  return (await server.read()).cpuS / seconds * 100;
}

async function measureRest(server: Server): Promise<Figure[]> {
  const port = Number(new URL(server.url).port);
  const nothing = Promise.resolve();
  await using _board = await EventClient.open(`${server.url}/api/board/stream`);
  // What was made before is thrown away first, which is work, too.
  await sleep(SETTLE_S);
  const idlePct = await share(server, REST_S, nothing);
  const stream = new TextEncoder().encode(
    `GET /api/board/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
  );
  const half: Deno.TcpConn[] = [];
  for (let i = 0; i < 5; i++) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(stream);
    await conn.read(new Uint8Array(1024));
    await conn.closeWrite();
    half.push(conn);
  }
  const beganMs = performance.now();
  while ((await server.get("/api/debug/loop")).streams.length > 1);
  const goneMs = performance.now() - beganMs;
  const halfPct = await share(server, LOAD_S, nothing);
  for (const conn of half) conn.close();
  const flood = await Deno.connect({ hostname: "127.0.0.1", port });
  await flood.write(stream);
  await flood.read(new Uint8Array(1024));
  const requests = new TextEncoder().encode(
    `GET /api/board HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Pad: ${"y".repeat(380)}\r\n\r\n`
      .repeat(2000),
  );
  const writing = (async () => {
    for (let at = 0; at < requests.length;) at += await flood.write(requests.subarray(at));
  })().catch(() => {});
  const floodPct = await share(server, LOAD_S, writing);
  const { verdict } = await server.get("/api/debug/loop");
  flood.close();
  return [
    figure("at rest, 59 sessions, a board open", idlePct, "% of a core", 0.5),
    figure("5 half closed streams gone after", goneMs, "ms", 2000),
    figure("5 half closed connections", halfPct, "% of a core", 0.5),
    figure(`2000 requests behind a stream, judged ${verdict}`, floodPct, "% of a core", 1),
  ];
}

/** What a page of a session asks for at a time, while the session grows. */
async function measureRequests(server: Server, path: string, soakS: number): Promise<Figure[]> {
  const board: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const beganMs = performance.now();
    await server.get("/api/board");
    board.push(performance.now() - beganMs);
  }
  const next = growth(BIG);
  const its = (part: string) => `/api/sessions/${BIG}${part}`;
  const begin = async () => {
    await (await EventClient.open(server.url + its("/stream")))[Symbol.asyncDispose]();
  };
  // The session, what is related, its events, its files, its commits, and the board.
  const questions = [
    ...["?anchor=tail&limit=120", "/related", "/outline", "/commits"].map((part) => () =>
      server.get(its(part))
    ),
    begin,
    () => server.get("/api/board"),
  ];
  const slowest: number[] = [];
  await server.read();
  for (const endMs = performance.now() + soakS * 1000; performance.now() < endMs;) {
    Deno.writeTextFileSync(path, next(), { append: true });
    const times = await Promise.all(questions.map(async (ask) => {
      const beganMs = performance.now();
      await ask();
      return performance.now() - beganMs;
    }));
    slowest.push(Math.max(...times));
    await sleep(1 / LINES_PER_S);
  }
  const { p99Ms } = await server.read();
  return [
    figure("board over HTTP, p50", quantileOf(board, 0.5), "ms"),
    figure("board over HTTP, p95", p95(board), "ms"),
    figure(`slowest of six requests of a page at a time, ${soakS} s, p95`, p95(slowest), "ms", 60),
    figure("main thread late meanwhile, p99", p99Ms, "ms", 20),
  ];
}

async function measureStreams(server: Server, root: string): Promise<Figure[]> {
  const { cards } = await server.get("/api/board");
  const ids: string[] = cards.map(({ id }: { readonly id: string }) => id).filter((id: string) =>
    id !== BIG
  ).slice(0, CARDS_AT_A_TIME);
  const files = ids.map((id) => ({ path: pathOf(root, id), next: growth(id) }));
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, () => EventClient.open(`${server.url}/api/board/stream`)),
  );
  await sleep(2);
  const before = clients[0]!.bytes;
  const appending = (async () => {
    for (let i = 0; i < LOAD_S; i++) {
      for (const { path, next } of files) Deno.writeTextFileSync(path, next(), { append: true });
      await sleep(1);
    }
  })();
  const pct = await share(server, LOAD_S, appending);
  const kB = (clients[0]!.bytes - before) / LOAD_S / 1000;
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  const name = `${CLIENTS} streams, ${kB.toFixed(1)} kB a second each`;
  return [figure(name, pct, "% of a core", 3)];
}

function pathOf(root: string, session: string): string {
  for (const { name } of Deno.readDirSync(`${root}/projects`)) {
    const path = `${root}/projects/${name}/${session}.jsonl`;
    try {
      Deno.statSync(path);
      return path;
    } catch {
      // It is in another folder.
    }
  }
  throw new Error(`there is no transcript of ${session}`);
}

async function measureGzip(say: PartOptions["say"]): Promise<Figure[]> {
  say("compressing");
  await using child = Child.deno(ROLE);
  await child.ask({ do: "watch" });
  const { p99Ms } = await child.ask<Lateness>({ do: "gzip", chars: GZIP_CHARS });
  return [figure("main thread late while 11 MB are compressed, p99", p99Ms, "ms", 20)];
}
