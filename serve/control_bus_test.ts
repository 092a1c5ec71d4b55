/** The control bus against bodies that mean harm, over raw TCP, while a session plays. */
import { assert, assertEquals } from "@std/assert";
import { PassThroughEngine } from "../server/streaming/engine/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { rawHttp, RawPeer } from "../tests/support/raw_peer.ts";
import { encodeControlBody, encodePcm, MAX_TEXT_BYTES } from "../wire/mod.ts";
import { serve } from "./mod.ts";

const TYPE = "Host: localhost\r\nConnection: close\r\n";

/** A server with a session that plays. */
async function start() {
  const server = await serve({
    port: 0,
    controlPort: 0,
    log: new MemoryLog(),
    createEngine: () => new PassThroughEngine(),
  });
  const [main, control] = server.addresses.map(({ port }) => port);
  const peer = await RawPeer.connect(main!);
  await peer.sendText("{}");
  await peer.send(2, encodePcm(new Float32Array(96_000).fill(0.01), 2));
  const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
  const bytes = await peer.readUntil((bytes) => text(bytes).includes("params_update"));
  const id = /"session_id":"([^"]+)"/.exec(text(bytes))![1]!;
  const post = (headers: string, body: string | Uint8Array = "") => {
    const head = `POST /sessions/${id}/cmd HTTP/1.1\r\n${TYPE}${headers}\r\n\r\n`;
    const tail = typeof body === "string" ? Uint8Array.from(body, (c) => c.charCodeAt(0)) : body;
    return rawHttp(control!, Uint8Array.from([...new TextEncoder().encode(head), ...tail]));
  };
  const snapshot = async () => {
    const { body } = await rawHttp(control!, `GET /sessions/${id} HTTP/1.1\r\n${TYPE}\r\n`);
    return JSON.parse(body);
  };
  /** Waits until the client is told of something. */
  const until = (text: string) =>
    peer.readUntil((bytes) => new TextDecoder("latin1").decode(bytes).includes(text));
  return {
    ...{ control: control!, id, post, snapshot, until },
    async [Symbol.asyncDispose]() {
      peer[Symbol.dispose]();
      await server.close();
    },
  };
}

const framed = (json: string, length = json.length) =>
  String.fromCharCode(length & 255, (length >> 8) & 255, (length >> 16) & 255, length >>> 24) +
  json;
const command = (json: unknown) => encodeControlBody(json as Record<string, unknown>);
const sized = (body: { readonly length: number }) => `Content-Length: ${body.length}`;

Deno.test("the control bus takes no body that is larger than a command, and reads none of it", async () => {
  await using bus = await start();
  const { status, body } = await bus.post("Content-Length: 200000000", "x".repeat(100));
  assertEquals(status, 413);
  assert(JSON.parse(body).error.includes("200000000 bytes"), body);
});

Deno.test("the control bus takes no body without a length, however it comes", async () => {
  await using bus = await start();
  const chunk = `400\r\n${"x".repeat(0x400)}\r\n`;
  const bombs = [
    `${chunk.repeat(50)}0\r\n\r\n`,
    "fffffffffffffff\r\nx",
    "0\r\n\r\n",
    `1;${"a".repeat(2000)}\r\nx\r\n0\r\n\r\n`,
  ];
  for (const bomb of bombs) {
    const { status, body } = await bus.post("Transfer-Encoding: chunked", bomb);
    assertEquals([status, JSON.parse(body)], [400, { error: "empty body" }], bomb.slice(0, 20));
  }
});

Deno.test("the control bus queues nothing of a body that breaks off", async () => {
  await using bus = await start();
  const whole = command({ type: "prompt", tags: "half of it" });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: bus.control });
  const head = `POST /sessions/${bus.id}/cmd HTTP/1.1\r\n${TYPE}${sized(whole)}\r\n\r\n`;
  await conn.write(new TextEncoder().encode(head));
  await conn.write(whole.subarray(0, whole.length - 1));
  await conn.closeWrite();
  const answer = await new Response(conn.readable).text();
  assert(answer === "" || answer.startsWith("HTTP/1.1 400"), answer);
  assert((await bus.snapshot()).prompt !== "half of it");
});

Deno.test("the control bus refuses frames that lie about their JSON", async () => {
  await using bus = await start();
  const cases: [string, string][] = [
    [framed("{}", 0xffffffff), "json length out of range"],
    [framed("{}", 0x80000000), "json length out of range"],
    [framed("{}", MAX_TEXT_BYTES + 1), "json length out of range"],
    [framed("{}", 3), "json length out of range"],
    [framed('{"a":1}', 2), "json decode failed: not valid JSON"],
    [framed("{}x".slice(0, 2) + "\0", 3), "json decode failed: not valid JSON"],
    [framed('{"type":"\xff"}'), "json decode failed: not valid UTF-8"],
    [framed("[".repeat(100_000)), "json decode failed: not valid JSON"],
    [framed(`"${"x".repeat(9)}"`), "json must be an object"],
  ];
  for (const [body, error] of cases) {
    const answer = await bus.post(sized(body), body);
    assertEquals([answer.status, JSON.parse(answer.body).error], [400, error], body.slice(4, 24));
  }
});

Deno.test("the control bus survives JSON that is deep, wide, or named like JavaScript's own", async () => {
  await using bus = await start();
  const deep = `{"type":"params","raw":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`;
  const wide = JSON.stringify({
    type: "params",
    raw: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i])),
  });
  const named = '{"type":"params","raw":{"__proto__":{"seed":5},"constructor":1}}';
  for (const json of [deep, wide, named, '{"type":["prompt"]}', '{"type":"__proto__"}', "{}"]) {
    const body = framed(json);
    const { status } = await bus.post(sized(body), body);
    assertEquals(status, 200, "queued is all that is said");
  }
  const after = await bus.snapshot();
  assertEquals(after.id, bus.id);
  assertEquals(Object.hasOwn(after.knob_values, "constructor"), false);
});

Deno.test("the control bus answers a flood of commands, all applied in their order", async () => {
  await using bus = await start();
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => {
    const body = command({ type: "params", raw: { seed: i } });
    return bus.post(sized(body), body);
  }));
  assertEquals(answers.filter(({ status }) => status === 200).length, 60);
  const last = command({ type: "prompt", tags: "after the flood" });
  await bus.post(sized(last), last);
  await bus.until('"tags":"after the flood"');
  assertEquals((await bus.snapshot()).prompt, "after the flood");
});

Deno.test("the control bus leaves out of a command what the protocol does not know", async () => {
  await using bus = await start();
  const body = command({ type: "prompt", tags: "known", origin: "PRIMARY", session_id: "other" });
  const { status, body: text } = await bus.post(sized(body), body);
  assertEquals([status, JSON.parse(text).session_id], [200, bus.id]);
  await bus.until('"tags":"known"');
});
