import { assert, assertEquals, assertMatch } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { Bridge } from "./bridge.ts";
import { type CommandOutcome, type TokenOrigin, TokenSource } from "./token_source.ts";

const URL_ = "https://apps.example/mcp";

/** A bridge in front of a server that is a function. */
function bridgeWorld(
  answer: (request: Request, call: number) => Response | Promise<Response>,
  origin: TokenOrigin = { kind: "command", command: ["tokens"] },
  outcome?: (call: number) => Partial<CommandOutcome>,
) {
  const clock = new VirtualClock();
  const requests: Request[] = [];
  const said: string[] = [];
  let commands = 0;
  const tokens = new TokenSource(origin, () => {
    commands++;
    const stdout = JSON.stringify({ access_token: `t${commands}` });
    return Promise.resolve({ code: 0, stderr: "", stdout, ...outcome?.(commands) });
  }, clock);
  const bridge = new Bridge({
    ...{ url: URL_, tokens, clock },
    fetch: async (input, init) => {
      assertEquals((init as RequestInit).redirect, "manual");
      const request = new Request(input as string, init as RequestInit);
      requests.push(request.clone());
      return await answer(request, requests.length);
    },
    say: (line) => said.push(line),
  });
  /** Lines in, lines out. */
  const talk = async (...lines: string[]) => {
    const output: string[] = [];
    const decoder = new TextDecoder();
    await bridge.serve(
      ReadableStream.from(lines.map((line) => new TextEncoder().encode(`${line}\n`))),
      new WritableStream({ write: (bytes) => void output.push(decoder.decode(bytes)) }),
    );
    return output;
  };
  return { clock, requests, said, bridge, talk, commands: () => commands };
}

const PING = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
const PONG = { jsonrpc: "2.0", id: 7, result: {} };

Deno.test("a message is posted unchanged with the token, and the answer comes back as one line", async () => {
  const { requests, talk } = bridgeWorld(() => new Response(JSON.stringify(PONG, null, 2)));
  assertEquals(await talk(PING), [`${JSON.stringify(PONG)}\n`]);
  const [request] = requests;
  assertEquals([request!.method, request!.url, await request!.text()], ["POST", URL_, PING]);
  assertEquals(request!.headers.get("authorization"), "Bearer t1");
  assertEquals(request!.headers.get("content-type"), "application/json");
  assertEquals(request!.headers.get("accept"), "application/json, text/event-stream");
});

Deno.test("blank lines are left out, notifications have no answer, a session is kept", async () => {
  const { requests, talk } = bridgeWorld((_, call) =>
    call === 1
      ? Response.json(PONG, { headers: { "Mcp-Session-Id": "s1" } })
      : new Response(null, { status: 202 })
  );
  const hello = '{"jsonrpc":"2.0","id":7,"method":"initialize","params":{}}';
  const output = await talk(
    "",
    hello,
    "   ",
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  );
  assertEquals(output.length, 1);
  assertEquals(requests.map(({ headers }) => headers.get("mcp-session-id")), [null, "s1"]);
});

Deno.test("a refused token is renewed once, and only once", async () => {
  for (const status of [302, 401, 403]) {
    const good = bridgeWorld((request) =>
      request.headers.get("authorization") === "Bearer t2"
        ? Response.json(PONG)
        : new Response("<html>log in</html>", { status, headers: { Location: "/login" } })
    );
    assertEquals(await good.talk(PING), [`${JSON.stringify(PONG)}\n`]);
    assertEquals([good.requests.length, good.commands()], [2, 2]);
    const bad = bridgeWorld(() => new Response("<html>log in</html>", { status }));
    const [line] = await bad.talk(PING);
    const { id, error } = JSON.parse(line!);
    assertEquals([id, error.code, bad.requests.length], [7, -32000, 2]);
    assertMatch(error.message, new RegExp(`answered ${status}`));
  }
});

Deno.test("a token is kept for half an hour", async () => {
  const { clock, talk, commands } = bridgeWorld(() => Response.json(PONG));
  await talk(PING, PING);
  assertEquals(commands(), 1);
  clock.runUntil(1799);
  await talk(PING);
  assertEquals(commands(), 1);
  clock.runUntil(1801);
  await talk(PING);
  assertEquals(commands(), 2);
});

Deno.test("a token of one's own is used as it is, a local server gets none", async () => {
  const own = bridgeWorld(() => Response.json(PONG), { kind: "literal", token: "mine" });
  await own.talk(PING);
  assertEquals(own.requests[0]!.headers.get("authorization"), "Bearer mine");
  const none = bridgeWorld(() => Response.json(PONG), { kind: "none" });
  await none.talk(PING);
  assertEquals([none.requests[0]!.headers.get("authorization"), none.commands()], [null, 0]);
});

Deno.test("a command that prints no token is told, and the bridge goes on", async () => {
  const cases: [Partial<CommandOutcome>, RegExp][] = [
    [{ code: 1, stderr: "not logged in" }, /exit code 1: not logged in/],
    [{ stdout: "" }, /printed no token/],
    [{ stdout: '{"token":"x"}' }, /printed no token/],
    [{ stdout: "two words" }, /printed no token/],
  ];
  for (const [outcome, says] of cases) {
    const world = bridgeWorld(
      () => Response.json(PONG),
      undefined,
      (call) => call === 1 ? outcome : {},
    );
    const [failed, fine] = [await world.talk(PING), await world.talk(PING)];
    assertMatch(JSON.parse(failed[0]!).error.message, says);
    assertEquals(JSON.parse(fine[0]!), PONG);
    assertEquals(world.said.length, 1);
  }
  const plain = bridgeWorld(
    () => Response.json(PONG),
    undefined,
    () => ({ stdout: "plain-token\n" }),
  );
  await plain.talk(PING);
  assertEquals(plain.requests[0]!.headers.get("authorization"), "Bearer plain-token");
});

Deno.test("whatever fails is an error for who asked, a line for people, and never protocol", async () => {
  const cases: [() => Response, RegExp][] = [
    [() => new Response("<html>", { status: 200 }), /200 with something that is not JSON/],
    [() => new Response("gone", { status: 502 }), /502 with something that is not JSON/],
    [() => Response.json({ error: "no" }, { status: 500 }), /answered 500: \{"error":"no"\}/],
    [() => new Response(null, { status: 503 }), /503 without a word/],
    [() => new Response(null, { status: 404 }), /404: it has no such tools .*; is --url right/],
    [() => new Response("<html>", { status: 404 }), /404: it has no such tools .*; is --url right/],
    [() => {
      throw new TypeError("no route");
    }, /cannot be reached \(no route\); is the server running/],
    [() => {
      throw new TypeError("sending failed", { cause: new Error("tcp error: Connection refused") });
    }, /cannot be reached \(connection refused\); is the server running/],
  ];
  for (const [answer, says] of cases) {
    const { talk, said } = bridgeWorld(answer);
    const told = '{"jsonrpc":"2.0","method":"notifications/cancelled"}';
    const output = await talk(PING, told, PING);
    assertEquals(output.map((line) => JSON.parse(line)).map(({ id, error }) => [id, error.code]), [
      [7, -32000],
      [7, -32000],
    ]);
    assertMatch(JSON.parse(output[0]!).error.message, says);
    assertEquals(said.length, 3);
  }
  const refusal = { jsonrpc: "2.0", id: 7, error: { code: -32600, message: "no" } };
  const { talk } = bridgeWorld(() => Response.json(refusal, { status: 400 }));
  assertEquals(JSON.parse((await talk(PING))[0]!), refusal);
  const unknown = bridgeWorld(() => Response.json(refusal, { status: 404 }));
  assertEquals(JSON.parse((await unknown.talk(PING))[0]!), refusal);
});

Deno.test("a server that does not answer costs five minutes and no more", async () => {
  const { clock, talk } = bridgeWorld((request) =>
    new Promise((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason));
    })
  );
  const talking = talk(PING);
  await clock.settle(301);
  assertMatch(JSON.parse((await talking)[0]!).error.message, /not answer within 300 s/);
});

Deno.test("a stream of events is unwrapped, a message a line", async () => {
  const note = { jsonrpc: "2.0", method: "notifications/progress", params: { progress: 1 } };
  const body = `event: message\ndata: ${
    JSON.stringify(note)
  }\n\n: comment\n\ndata: {"jsonrpc":\ndata: "2.0","id":7,"result":{}}\n\n`;
  const { talk } = bridgeWorld(() =>
    new Response(body, { headers: { "Content-Type": "text/event-stream" } })
  );
  const output = await talk(PING);
  assertEquals(output.map((line) => JSON.parse(line)), [note, PONG]);
});

Deno.test("a slow call holds no other up, but what follows a handshake waits for it", async () => {
  const release = Promise.withResolvers<void>();
  const order: unknown[] = [];
  const { talk } = bridgeWorld(async (request) => {
    const { id, method } = await request.json();
    order.push(method);
    if (method === "slow") await release.promise;
    if (method === "fast") release.resolve();
    return Response.json({ jsonrpc: "2.0", id, result: {} });
  });
  const message = (id: number, method: string) => JSON.stringify({ jsonrpc: "2.0", id, method });
  const output = await talk(message(1, "initialize"), message(2, "slow"), message(3, "fast"));
  assertEquals(output.map((line) => JSON.parse(line).id), [1, 3, 2]);
  assertEquals(order[0], "initialize");
});

Deno.test("lines that are no messages are answered, endless ones are not kept", async () => {
  const { talk, requests } = bridgeWorld(() => Response.json(PONG));
  const output = await talk("{", "x".repeat(5 * 2 ** 20), PING);
  assertEquals(output.map((line) => JSON.parse(line).error?.code), [-32700, -32600, undefined]);
  assert(requests.length === 1);
});
