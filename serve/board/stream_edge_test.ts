/** Streams of events at the edge: clients that are killed or reset, floods, proxies in between. */
import { assert, assertEquals } from "@std/assert";
import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { serve } from "../mod.ts";
import type { ServerParts } from "../options.ts";

const TOKEN = "a-token-for-tests";
const GOOD = { Authorization: `Bearer ${TOKEN}` };

async function start(options: ServerParts = {}) {
  const server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true, token: TOKEN },
    ...options,
  });
  const port = Number(new URL(server.httpUrl).port);
  // deno-lint-ignore no-explicit-any -- tests look at what they asked for
  const get = async (path: string): Promise<any> =>
    await (await fetch(server.httpUrl + path, { headers: GOOD })).json();
  const streams = async () => (await get("/api/debug/loop")).streams.length;
  return { server, port, get, streams, [Symbol.asyncDispose]: () => server.close() };
}

/** Asks again and again; a test that waits for ever fails by the runner's own limit. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!await isSo());
}

/** A stream's request over a socket of the system. */
function asked(port: number, more = ""): string {
  return `GET /api/board/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
    `Authorization: Bearer ${TOKEN}\r\n\r\n${more}`;
}

Deno.test("T27: a client that resets its connection takes its stream with it", async () => {
  await using it = await start();
  const socket = connect(it.port, "127.0.0.1");
  const gone = Promise.withResolvers<void>();
  socket.on("error", () => {});
  socket.once("close", () => gone.resolve());
  socket.once("data", () => socket.resetAndDestroy());
  socket.write(asked(it.port));
  await gone.promise;
  await until(async () => await it.streams() === 0);
  assertEquals((await it.get("/api/debug/streams")).ends.gone, 1);
});

Deno.test("T27: a client that is killed takes its stream with it", async () => {
  await using it = await start();
  const code = `const conn = await Deno.connect({ hostname: "127.0.0.1", port: ${it.port} });
    await conn.write(new TextEncoder().encode(${JSON.stringify(asked(it.port))}));
    for (const bytes = new Uint8Array(4096);;) if (await conn.read(bytes) === null) break;`;
  const client = new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", "-"],
    ...{ stdin: "piped", stdout: "null", stderr: "null" },
  }).spawn();
  const writer = client.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  await until(async () => await it.streams() === 1);
  client.kill("SIGKILL");
  await client.status;
  await until(async () => await it.streams() === 0);
});

Deno.test("T30: requests behind a stream wait for its end, and each is let in or not by itself", async () => {
  await using it = await start({ loopbackBypass: false, streams: { maxSeconds: 0.3 } });
  const peer = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
  const line = (more: string) => `GET /api/board HTTP/1.1\r\nHost: 127.0.0.1:${it.port}\r\n${more}`;
  const behind = line("\r\n").repeat(20) +
    line(`Authorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`);
  await peer.write(new TextEncoder().encode(asked(it.port, behind)));
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of peer.readable) text += decoder.decode(bytes, { stream: true });
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assertEquals(statuses, ["200", ...Array(20).fill("401"), "200"]);
  assert(text.indexOf("event: bye") < text.indexOf("HTTP/1.1 401"), "the stream's end comes first");
});

Deno.test("T30: a flood behind a stream ends that connection, answers nothing, and is no load", async () => {
  await using it = await start();
  const peer = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
  const flood = `GET /api/board HTTP/1.1\r\nHost: 127.0.0.1:${it.port}\r\n${
    "X-Pad: y\r\n".repeat(40)
  }\r\n`.repeat(2000);
  const before = await it.get("/api/debug/loop");
  const writing = peer.write(new TextEncoder().encode(asked(it.port, flood))).catch(() => 0);
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const bytes of peer.readable) text += decoder.decode(bytes, { stream: true });
  } catch {
    // The connection is dropped with what nobody reads any more.
  }
  await writing;
  await until(async () => await it.streams() === 0);
  assert(text.split("HTTP/1.1 ").length <= 2, "nothing of the flood is answered");
  const { verdict, inflight } = await it.get("/api/debug/loop");
  assertEquals([before.verdict, verdict, inflight.length], ["calm", "calm", 1]);
});

/** A proxy that gathers 64 KB before it passes anything on, unless it is told not to and listens. */
async function proxy(target: number, { isObedient }: { readonly isObedient: boolean }) {
  const server = createServer((request, response) => {
    const forwarded = httpRequest({
      ...{ host: "127.0.0.1", port: target, path: request.url, method: request.method },
      headers: { ...request.headers, "x-forwarded-for": "192.0.2.9", host: `127.0.0.1:${target}` },
    }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      const isFree = isObedient && answer.headers["x-accel-buffering"] === "no";
      let held: Uint8Array[] = [];
      answer.on("data", (bytes) => {
        if (isFree) return void response.write(bytes);
        held.push(bytes);
        if (held.reduce((sum, { length }) => sum + length, 0) < 65_536) return;
        for (const it of held) response.write(it);
        held = [];
      });
      answer.on("end", () => {
        for (const it of held) response.write(it);
        response.end();
      });
      answer.on("error", () => response.destroy());
    });
    forwarded.on("error", () => response.destroy());
    response.on("close", () => forwarded.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

Deno.test("T35: a proxy that listens passes events on at once; behind one that does not a client can poll", async () => {
  await using it = await start();
  await using good = await proxy(it.port, { isObedient: true });
  const response = await fetch(`${good.url}/api/board/stream`, { headers: GOOD });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("event: snapshot")) text += (await reader.read()).value;
  await reader.cancel();
  await until(async () => await it.streams() === 0);

  await using bad = await proxy(it.port, { isObedient: false });
  const abort = new AbortController();
  const silent = fetch(`${bad.url}/api/board/stream`, { headers: GOOD, signal: abort.signal })
    .then((answer) => answer.text()).then(() => "all", () => "nothing");
  await until(async () => await it.streams() === 1);
  const first = await fetch(`${bad.url}/api/board`, { headers: GOOD });
  assertEquals((await first.json()).cards, []);
  const etag = first.headers.get("ETag")!;
  const again = await fetch(`${bad.url}/api/board`, {
    headers: { ...GOOD, "If-None-Match": etag },
  });
  assertEquals([again.status, await again.text()], [304, ""]);
  abort.abort();
  assertEquals(await silent, "nothing");
  await until(async () => await it.streams() === 0);
});

Deno.test("where as many streams are open as may be, the next one is told to come later", async () => {
  await using it = await start({ streams: { maxStreams: 1 } });
  const first = await fetch(`${it.server.httpUrl}/api/board/stream`);
  const next = await fetch(`${it.server.httpUrl}/api/board/stream`);
  assertEquals([next.status, next.headers.get("Retry-After")], [503, "5"]);
  assertEquals((await next.json()).error.code, "too_many_streams");
  await first.body!.cancel();
  await until(async () => await it.streams() === 0);
});
