import { assert, assertEquals } from "@std/assert";
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { serve } from "../mod.ts";

/** A server with a board over one session, which has been read. */
async function start(folder: string) {
  const projects = `${folder}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const path = `${projects}/one.jsonl`;
  const lines = [...transcriptLines(
    { seed: 3, session: "one", startMs: Date.parse("2026-10-01T08:00:00Z"), records: 200 },
    noTruth(),
  )];
  Deno.writeTextFileSync(path, lines.slice(0, 150).map((line) => `${line}\n`).join(""));
  const server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
    transcriptRoots: [folder],
    boardFolder: `${folder}/home`,
  });
  const get = (path: string, init: RequestInit = {}) => fetch(server.httpUrl + path, init);
  await until(async () => {
    const response = await get("/api/sessions");
    return (await response.json()).sessions.length === 1;
  });
  const append = (from: number, to: number) =>
    Deno.writeTextFileSync(path, lines.slice(from, to).map((line) => `${line}\n`).join(""), {
      append: true,
    });
  const port = Number(new URL(server.httpUrl).port);
  return { server, get, append, port, [Symbol.asyncDispose]: () => server.close() };
}

/** Asks again and again; a test that waits for ever fails by the runner's own limit. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!await isSo()) await new Promise((resolve) => queueMicrotask(() => resolve(null)));
}

/** Reads events of a stream as text, until one of them is what is waited for. */
class Events {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  text = "";

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) return match;
      const { value, done } = await this.#reader.read();
      assert(!done, `the stream ended: ${this.text}`);
      this.text += this.#decoder.decode(value, { stream: true });
    }
  }

  async end(): Promise<void> {
    await this.#reader.cancel();
  }
}

async function streamsOf(get: (path: string) => Promise<Response>): Promise<number> {
  const state = await (await get("/api/debug/streams")).json();
  return state.streams.length + state.tailers.length;
}

Deno.test("a stream is told from the first byte what it is, and is never compressed", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const response = await it.get("/api/board/stream", { headers: { "Accept-Encoding": "gzip" } });
  assertEquals(response.headers.get("Content-Type"), "text/event-stream; charset=utf-8");
  assertEquals(response.headers.get("Cache-Control"), "no-cache, no-transform");
  assertEquals(response.headers.get("X-Accel-Buffering"), "no");
  assertEquals(response.headers.get("Content-Encoding"), null);
  assertEquals(response.headers.get("Content-Length"), null);
  const events = new Events(response);
  await events.until(/event: snapshot\nid: .+\ndata: \{.+\}\n\n/);
  assert(events.text.startsWith("retry: 2000\n\nevent: hello\n"), events.text.slice(0, 80));
  await events.end();
});

Deno.test("T29: a session's stream goes on from a byte, over a restart of the server", async () => {
  await using folder = await tempFolder();
  let id = "";
  {
    await using it = await start(folder.path);
    const window = await (await it.get("/api/sessions/one?anchor=tail&limit=5")).json();
    const cursor = window.streamCursor;
    const events = new Events(await it.get(`/api/sessions/one/stream?cursor=${cursor}`));
    await events.until(/event: state/);
    it.append(150, 160);
    const match = await events.until(/event: items\nid: (.+)\ndata: (\{.+\})\n/);
    id = match[1]!;
    const { items } = JSON.parse(match[2]!);
    assert(items[0].n >= window.window.end - 1, `${items[0].n} after ${window.window.end}`);
    await events.end();
    it.append(160, 200);
  }
  await using server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
    transcriptRoots: [folder.path],
    boardFolder: `${folder.path}/home`,
  });
  const get = (path: string, init: RequestInit = {}) => fetch(server.httpUrl + path, init);
  await until(async () => {
    const { sessions } = await (await get("/api/sessions")).json();
    return sessions.length === 1;
  });
  const again = new Events(
    await get("/api/sessions/one/stream", { headers: { "Last-Event-ID": id } }),
  );
  await again.until(/event: items/);
  const whole = await (await get("/api/sessions/one")).json();
  const last = whole.items.at(-1);
  await again.until(new RegExp(`"n":${last.n},"uuid":"${last.uuid}"`));
  await again.end();
});

Deno.test("a place that cannot be, and a session that is not there, are refused before a stream begins", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const codes = [];
  for (const path of ["one/stream?cursor=x", "none/stream"]) {
    const response = await it.get(`/api/sessions/${path}`);
    codes.push([response.status, (await response.json()).error.code]);
  }
  assertEquals(codes, [[400, "bad_cursor"], [404, "session_not_found"]]);
});

Deno.test("T27: however a client goes, its stream goes with it", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const request = (path: string) =>
    new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${it.port}\r\n\r\n`);
  const paths = ["/api/board/stream", "/api/sessions/one/stream"];
  const open = async (path: string) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
    await conn.write(request(path));
    const bytes = new Uint8Array(4096);
    let text = "";
    while (!text.includes("event: hello")) {
      text += new TextDecoder().decode(bytes.subarray(0, await conn.read(bytes) ?? 0));
    }
    return conn;
  };
  for (const path of paths) {
    const closed = await open(path);
    assert(await streamsOf(it.get) > 0);
    closed.close();
    await until(async () => await streamsOf(it.get) === 0);
    // Half a close: the client says no more, and is still there to listen.
    using half = await open(path);
    await half.closeWrite();
    await until(async () => await streamsOf(it.get) === 0);
  }
  // A client that stops reading, and is then gone.
  const stalled = await open(paths[0]!);
  stalled.close();
  await until(async () => await streamsOf(it.get) === 0);
});

Deno.test("T28: two hundred clients that come and go leave no file, timer or stream behind", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  for (let i = 0; i < 200; i++) {
    const path = i % 2 === 0 ? "/api/board/stream" : "/api/sessions/one/stream";
    const events = new Events(await it.get(path));
    await events.until(/event: hello/);
    await events.end();
  }
  await until(async () => await streamsOf(it.get) === 0);
  const { inflight, tasks, timers } = await (await it.get("/api/debug/loop")).json();
  const ofStreams = timers.filter(({ name }: { name: string }) => name.startsWith("streams of"));
  assertEquals(ofStreams.map(({ armed }: { armed: number }) => armed), [0, 0]);
  assertEquals([inflight.length, tasks.filter(isOfStream)], [1, []]);
  const { ends } = await (await it.get("/api/debug/streams")).json();
  assertEquals(ends, { lifetime: 0, shutdown: 0, slow: 0, gone: 200 });
});

const isOfStream = ({ name }: { name: string }) => name.includes("stream");

Deno.test("T31: without credentials there is not a byte of a stream", async () => {
  await using folder = await tempFolder();
  await using server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
    ...{ transcriptRoots: [folder.path], loopbackBypass: false, token: "t".repeat(32) },
  });
  for (const path of ["/api/board/stream", "/api/sessions/one/stream"]) {
    const response = await fetch(server.httpUrl + path);
    assertEquals([response.status, (await response.json()).error.code], [401, "unauthorized"]);
  }
});

Deno.test("T27: a server that stops says goodbye", async () => {
  await using folder = await tempFolder();
  const it = await start(folder.path);
  const events = new Events(await it.get("/api/board/stream"));
  await events.until(/event: snapshot/);
  const closing = it.server.close();
  await events.until(/event: bye\ndata: \{"reason":"shutdown"\}/);
  await events.end();
  await closing;
});
