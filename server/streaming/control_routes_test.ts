import { assertEquals } from "@std/assert";
import { encodeControlBody } from "../../wire/mod.ts";
import { controlRoutes, type SessionDirectory } from "./control_routes.ts";

interface Command {
  readonly id: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly audio: Uint8Array | null;
}

/** A directory with one session, `abc_-123`. */
function world(inject?: SessionDirectory["inject"]) {
  const commands: Command[] = [];
  const snapshot = { id: "abc_-123", started_at: 12.5, prompt: "keys" };
  const routes = controlRoutes({
    list: () => [snapshot],
    find: (id) => id === snapshot.id ? snapshot : null,
    inject: inject ?? ((id, json, audio) => {
      commands.push({ id, json, audio });
      return true;
    }),
  });
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await routes.request(`http://localhost${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const post = (body: Uint8Array<ArrayBuffer> | null, headers: Record<string, string> = {}) =>
    call("/sessions/abc_-123/cmd", {
      method: "POST",
      body,
      headers: body === null ? headers : { "Content-Length": String(body.length), ...headers },
    });
  return { call, post, commands, snapshot };
}

/** A body as the protocol's appendix writes it, from parts. */
function body(length: number, text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  const whole = new Uint8Array(4 + bytes.length);
  new DataView(whole.buffer).setUint32(0, length, true);
  whole.set(bytes, 4);
  return whole;
}

Deno.test("controlRoutes lists sessions and shows one", async () => {
  const { call, snapshot } = world();
  const list = await call("/sessions?whatever=1");
  assertEquals([list.status, list.body], [200, [snapshot]]);
  assertEquals(list.headers.get("Content-Type"), "application/json; charset=utf-8");
  assertEquals(list.headers.get("Content-Length"), String(JSON.stringify([snapshot]).length));
  assertEquals((await call("/sessions/abc_-123")).body, snapshot);
  const unknown = await call("/sessions/zzz");
  assertEquals([unknown.status, unknown.body], [404, { error: "unknown session" }]);
});

Deno.test("controlRoutes queues a command with its audio", async () => {
  const { post, commands } = world();
  const audio = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
  const sent = await post(encodeControlBody({ type: "swap_source", tags: "x" }, audio));
  assertEquals([sent.status, sent.body], [200, {
    sent: true,
    session_id: "abc_-123",
    audio_bytes: 8,
  }]);
  assertEquals(commands, [{ id: "abc_-123", json: { type: "swap_source", tags: "x" }, audio }]);
});

Deno.test("controlRoutes passes a command without audio on, whatever its content type", async () => {
  const { post, commands } = world();
  const sent = await post(encodeControlBody({ type: "clear_timbre_source" }), {
    "Content-Type": "application/x-www-form-urlencoded",
  });
  assertEquals(sent.body.audio_bytes, 0);
  assertEquals(commands[0]!.audio, null);
});

Deno.test("controlRoutes refuses bodies with the words of the protocol", async () => {
  const { post, commands } = world();
  const cases: [Uint8Array<ArrayBuffer> | null, string][] = [
    [null, "empty body"],
    [new Uint8Array(0), "empty body"],
    [Uint8Array.of(1, 2, 3), "missing json length prefix"],
    [body(0, "{}"), "json length out of range"],
    [body(3, "{}"), "json length out of range"],
    [body(2, "{x"), "json decode failed: not valid JSON"],
    [body(2, "[]"), "json must be an object"],
    [body(4, "null"), "json must be an object"],
  ];
  for (const [bytes, error] of cases) {
    const answer = await post(bytes);
    assertEquals([answer.status, answer.body], [400, { error }], error);
  }
  const notUtf8 = Uint8Array.of(2, 0, 0, 0, 0xff, 0xfe);
  assertEquals((await post(notUtf8)).body, { error: "json decode failed: not valid UTF-8" });
  assertEquals(commands, []);
});

Deno.test("controlRoutes reads no body whose length is not given, or not a number", async () => {
  const { post } = world();
  const good = encodeControlBody({ type: "params", raw: {} });
  for (const length of ["", "abc", "-5", "0", "1.5"]) {
    const answer = await post(good, { "Content-Length": length });
    assertEquals([answer.status, answer.body], [400, { error: "empty body" }], length);
  }
});

Deno.test("controlRoutes looks the session up before it looks at the body", async () => {
  const { call } = world();
  const answer = await call("/sessions/zzz/cmd", { method: "POST", body: "x" });
  assertEquals([answer.status, answer.body], [404, { error: "unknown session" }]);
});

Deno.test("controlRoutes tells when a body breaks off, and when a command cannot be queued", async () => {
  const broken = new ReadableStream({ pull: (c) => c.error(new Error("peer left")) });
  const { call } = world();
  const cut = await call("/sessions/abc_-123/cmd", {
    method: "POST",
    body: broken,
    headers: { "Content-Length": "10" },
  });
  assertEquals([cut.status, cut.body], [400, { error: "read failed: peer left" }]);

  const { post } = world(() => {
    throw new Error("queue is gone");
  });
  const failed = await post(encodeControlBody({ type: "params" }));
  assertEquals([failed.status, failed.body], [500, { error: "inject failed: queue is gone" }]);

  const { post: tooLate } = world(() => false);
  assertEquals((await tooLate(encodeControlBody({ type: "params" }))).status, 404);
});
