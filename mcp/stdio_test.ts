import { assert, assertEquals, assertMatch } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { mcpServer } from "./server.ts";
import type { McpServices } from "./services.ts";
import { serveStreams } from "./stdio.ts";

/** A served pair of streams, driven by hand. */
class Wire implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly #input = new TransformStream<Uint8Array, Uint8Array>();
  readonly #writer = this.#input.writable.getWriter();
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #server;

  constructor(services: Partial<McpServices> = {}) {
    const output = new TransformStream<Uint8Array, Uint8Array>();
    const text = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
    this.#lines = output.readable.pipeThrough<string>(text).getReader();
    const all = { version: "1.2.3", clock: this.clock, ...services } as McpServices;
    this.#server = serveStreams(() => mcpServer(all), {
      input: this.#input.readable,
      output: output.writable,
      clock: this.clock,
    });
  }

  async say(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  ask(message: object): Promise<void> {
    return this.say(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  /** The next message; null at the end. Each is one line. */
  // deno-lint-ignore no-explicit-any -- raw JSON
  async hear(): Promise<any> {
    const { value, done } = await this.#lines.read();
    if (done) return null;
    assertMatch(value, /^[^\n]+\n$/);
    return JSON.parse(value);
  }

  /** Closes the input, and lets that sink in. */
  async end(): Promise<void> {
    await this.#writer.close();
    for (let i = 0; i < 10; i++) await this.clock.settle(0);
  }

  get closed(): Promise<void> {
    return this.#server.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await this.#writer.abort().catch(() => {});
  }
}

const initialize = (protocolVersion: string) => ({
  id: 1,
  method: "initialize",
  params: { protocolVersion, capabilities: {}, clientInfo: { name: "raw", version: "1" } },
});

for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
  Deno.test(`a client of ${version} over stdio gets that revision`, async () => {
    await using wire = new Wire();
    await wire.ask(initialize(version));
    const { result } = await wire.hear();
    assertEquals([result.protocolVersion, result.serverInfo.name], [version, "headway"]);
    await wire.ask({ method: "notifications/initialized" });
    await wire.ask({ id: 2, method: "tools/list" });
    assert((await wire.hear()).result.tools.length > 30);
  });
}

Deno.test("an unsupported revision over stdio gets our newest", async () => {
  await using wire = new Wire();
  await wire.ask(initialize("1999-01-01"));
  assertEquals((await wire.hear()).result.protocolVersion, "2025-11-25");
});

Deno.test("a revision that is no text is refused in words, and the next message served", async () => {
  await using wire = new Wire();
  await wire.ask({ id: 4, method: "initialize", params: { protocolVersion: 5 } });
  const { id, error } = await wire.hear();
  assertEquals([id, error.code], [4, -32602]);
  assertEquals(error.message, 'protocolVersion is 5, expected a text such as "2025-11-25"');
  await wire.ask(initialize("2025-06-18"));
  assertEquals((await wire.hear()).result.protocolVersion, "2025-06-18");
});

Deno.test("a client of 2026-07-28 over stdio needs no handshake", async () => {
  await using wire = new Wire();
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  await wire.ask({ id: 1, method: "tools/list", params: { _meta } });
  const { result } = await wire.hear();
  assert(result.tools.length > 30);
  assertEquals(result.resultType, "complete");
});

Deno.test("lines that are no message are refused, and the next ones served", async () => {
  await using wire = new Wire();
  await wire.say("nonsense\n\n[]\n42\n");
  const codes = [await wire.hear(), await wire.hear(), await wire.hear()]
    .map(({ id, error }) => [id, error.code]);
  assertEquals(codes, [[null, -32700], [null, -32600], [null, -32600]]);
  await wire.ask({ id: 7, method: "no/such/method" });
  assertEquals((await wire.hear()).error.code, -32601);
  await wire.ask({ id: 8, method: "tools/call", params: { name: "scenario_lst" } });
  const { error } = await wire.hear();
  assertEquals(error.code, -32602);
  assertMatch(error.message, /no tool "scenario_lst"; did you mean "scenario_list"/);
});

Deno.test("a line over 4 MiB is refused, and the next message served", async () => {
  await using wire = new Wire();
  const refused = wire.hear();
  const piece = "x".repeat(1 << 20);
  for (let i = 0; i < 5; i++) await wire.say(piece);
  assertEquals((await refused).error, { code: -32600, message: "the line is over 4 MiB" });
  await wire.say("\n");
  await wire.ask({ id: 9, method: "ping" });
  assertEquals((await wire.hear()).id, 9);
});

Deno.test("a message may come in pieces, and several in one", async () => {
  await using wire = new Wire();
  const line = `${JSON.stringify({ jsonrpc: "2.0", id: 3, method: "ping" })}\n`;
  await wire.say(line.slice(0, 10));
  await wire.say(line.slice(10) + line.replace("3", "4"));
  assertEquals([(await wire.hear()).id, (await wire.hear()).id], [3, 4]);
});

Deno.test("what was asked before the input ended is still answered, for a second", async () => {
  const answer = Promise.withResolvers<never>();
  await using wire = new Wire({ api: () => answer.promise });
  await wire.ask({ id: 1, method: "prompts/list" });
  await wire.hear();
  await wire.ask({ id: 2, method: "tools/call", params: { name: "list_fixtures" } });
  const hearing = wire.hear();
  await wire.end();
  await wire.clock.settle(0.5);
  answer.reject(new Error("the server is asleep"));
  assertMatch((await hearing).result.content[0].text, /the server is asleep/);
  assertEquals(await wire.hear(), null);
  await wire.closed;
});

Deno.test("an answer that does not come keeps nobody for longer than a second", async () => {
  await using wire = new Wire({ api: () => new Promise(() => {}) });
  await wire.ask({ id: 2, method: "tools/call", params: { name: "list_fixtures" } });
  const hearing = wire.hear();
  await wire.end();
  await wire.clock.settle(0.9);
  let isClosed = false;
  wire.closed.then(() => (isClosed = true));
  await wire.clock.settle(0.95);
  assert(!isClosed);
  await wire.clock.settle(1.1);
  assertEquals([await hearing, isClosed], [null, true]);
});
