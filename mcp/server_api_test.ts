import { assertEquals, assertRejects } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { decodeControlBody } from "../wire/mod.ts";
import { ToolError } from "./errors.ts";
import { ServerApi } from "./server_api.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/** The API of a server that answers like this. */
function api(answer: Answer, changes: { token?: string; commandsUrl?: null } = {}) {
  const clock = new VirtualClock();
  const target = {
    url: "ws://main",
    mainUrl: "http://main",
    controlUrl: "http://control",
    commandsUrl: "http://control",
    token: null,
    fetch: async (request: Request) => await answer(request),
    ...changes,
  };
  return { api: new ServerApi(target, clock), clock };
}

const sessions = [{ id: "newest" }, { id: "older" }];
const list: Answer = () => Response.json(sessions);

Deno.test("ServerApi takes the newest session unless one is named", async () => {
  assertEquals((await api(list).api.session()).id, "newest");
  assertEquals((await api(list).api.session("older")).id, "older");
});

Deno.test("ServerApi names the live sessions when it is asked for another", async () => {
  await assertRejects(
    () => api(list).api.session("gone"),
    ToolError,
    "there is no session gone; live: newest, older",
  );
  await assertRejects(
    () => api(() => Response.json([])).api.session(),
    ToolError,
    "there is no session; none is live: start one with headless_start",
  );
  await assertRejects(
    () => api(list).api.command("../../etc", { type: "x" }),
    ToolError,
    "there is no session ../../etc; live: newest, older",
  );
});

Deno.test("ServerApi posts a command with its audio and its token", async () => {
  const seen: unknown[] = [];
  const { api: it } = api(async (request) => {
    if (request.method === "GET") return Response.json(sessions);
    const { json, audio } = decodeControlBody(await request.bytes());
    seen.push(request.url, json, audio, request.headers.get("authorization"));
    return Response.json({ sent: true, session_id: "newest", audio_bytes: 2 });
  }, { token: "secret" });
  const pcm = Uint8Array.of(1, 2);
  assertEquals((await it.command(undefined, { type: "swap_source" }, pcm)).sent, true);
  assertEquals(seen, [
    "http://control/sessions/newest/cmd",
    { type: "swap_source" },
    pcm,
    "Bearer secret",
  ]);
});

Deno.test("ServerApi tells method, address, status and the server's own words of a refusal", async () => {
  const refusals: [Answer, string][] = [
    [
      () => Response.json({ error: "empty body" }, { status: 400 }),
      "GET http://main/api/loras answered 400: empty body",
    ],
    [
      () => new Response("go away", { status: 401 }),
      "answered 401: go away; set HEADWAY_TOKEN",
    ],
    [
      () => Response.json({ error: { code: "busy", message: "come back" } }, { status: 503 }),
      "answered 503: come back",
    ],
    [() => new Response("", { status: 500 }), "answered 500: nothing"],
    [
      () => new Response("[]", { headers: { "Content-Length": "104857601" } }),
      "answered with more than 104857600 bytes, which are not read",
    ],
    [() => new Response("<html>"), "did not answer in JSON; is that a streaming server?"],
    [
      () => Promise.reject(new TypeError("connection refused")),
      "GET http://main/api/loras cannot be reached (connection refused); is the server running?",
    ],
  ];
  for (const [answer, text] of refusals) {
    await assertRejects(() => api(answer).api.main("/api/loras"), ToolError, text);
  }
});

Deno.test("ServerApi gives up after 5 s for sessions, 10 s for lists, 60 s for fixtures", async () => {
  const silent: Answer = (request) =>
    new Promise((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason));
    });
  const asked: [(it: ServerApi) => Promise<unknown>, number][] = [
    [(it) => it.sessions(), 5],
    [(it) => it.fixtures(), 10],
    [(it) => it.fixtureFile("a b.wav"), 60],
    [(it) => it.command("newest", { type: "x" }), 120],
  ];
  for (const [ask, withinS] of asked) {
    const { api: it, clock } = api(silent);
    const asking = assertRejects(() => ask(it), ToolError, `did not answer within ${withinS} s`);
    await clock.settle(withinS - 0.1);
    assertEquals(clock.now(), withinS - 0.1);
    await clock.settle(withinS);
    await asking;
  }
});

Deno.test("ServerApi says what is missing of a server without sessions", async () => {
  await assertRejects(
    () => api(list, { commandsUrl: null }).api.sessions(),
    ToolError,
    "http://main runs no sessions, which this tool needs",
  );
});

Deno.test("ServerApi takes a server that does not say how many sessions it holds for one of one", async () => {
  const facts = (info: unknown) => api(() => Response.json(info)).api.facts();
  assertEquals(await facts({ server_side_fixtures: ["a"], max_sessions: 4 }), {
    ownFixtures: ["a"],
    maxSessions: 4,
  });
  assertEquals(await facts({}), { ownFixtures: [], maxSessions: 1 });
});
