import { assert, assertEquals } from "@std/assert";
import { type Clock, WallClock } from "../../runtime/mod.ts";
import type { Card } from "../../server/board/state/card.ts";
import { PassThroughEngine, type RenderRequest } from "../../server/streaming/engine/mod.ts";
import { ToneEngine } from "../../server/voice/speech/tone_engine.ts";
import { STUB_AGENT } from "../../tests/support/live_tasks.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { StreamSocket } from "../../tests/support/stream_socket.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { serve } from "../mod.ts";
import type { ServerParts } from "../options.ts";

async function start(options: ServerParts) {
  const log = new MemoryLog();
  const server = await serve({ port: 0, controlPort: "off", log, ...options });
  const cards = async (): Promise<Card[]> =>
    (await (await fetch(`${server.httpUrl}/api/board`)).json()).cards;
  return {
    ...{ server, cards },
    /** Asks until a card is as it should be; a test that waits for ever fails by the runner's limit. */
    async until(isSo: (card: Card) => boolean): Promise<Card> {
      for (;;) {
        const card = (await cards()).find(isSo);
        if (card !== undefined) return card;
      }
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The wall's clock, which a test may put forward. */
class JumpingClock implements Clock {
  readonly #wall = new WallClock();
  aheadS = 0;
  now = () => this.#wall.now() + this.aheadS;
  unixS = () => this.#wall.unixS() + this.aheadS;
  after: Clock["after"] = (delayS, fn) => this.#wall.after(delayS, fn);
  at: Clock["at"] = (timeS, fn) => this.#wall.at(timeS - this.aheadS, fn);
  sleep: Clock["sleep"] = (delayS, options) => this.#wall.sleep(delayS, options);
}

Deno.test("a stream has a card that works while it ticks, and needs somebody when it stands still", async () => {
  const clock = new JumpingClock();
  let isHeld = false;
  class HeldEngine extends PassThroughEngine {
    override render(request: RenderRequest, done: Parameters<PassThroughEngine["render"]>[1]) {
      if (!isHeld) super.render(request, done);
    }
  }
  await using it = await start({ clock, createEngine: () => new HeldEngine() });
  using socket = new StreamSocket(it.server.url);
  await socket.more(3);
  const card = await it.until(({ id, col }) =>
    id.startsWith("headway:stream:") && col === "working"
  );
  assertEquals([card.state, card.health.level, card.href], ["working", "good", "/sessions"]);
  isHeld = true;
  clock.aheadS += 1.5;
  const stale = await it.until(({ id, col }) => id === card.id && col === "needs");
  assertEquals([stale.health.level, stale.attn.reasons], ["bad", [{ code: "health_bad" }]]);
  await socket.close();
  while ((await it.cards()).length > 0);
});

Deno.test("a voice has a card that works while it speaks", async () => {
  const clock = new WallClock();
  const playing = Promise.withResolvers<(error: string | null) => void>();
  await using it = await start({
    ...{ clock, voicePort: 0, noBackend: true },
    speechEngines: [new ToneEngine(clock, { realTimeFactor: 5000 })],
    devices: { list: () => [{ name: "Output", outputChannels: 2 }], defaultIndex: () => 0 },
    localPlayer: {
      play: (_wav, _device, done) => {
        playing.resolve(done);
        return () => done(null);
      },
    },
  });
  assertEquals(await it.cards(), [], "nobody has asked for a voice");
  const post = async (path: string, body: object) => {
    const response = await fetch(it.server.voiceUrl + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
    assert(response.ok, `${path} is ${response.status}`);
  };
  await post("/v1/sessions/register", { session_id: "ann", participant_id: "Ann" });
  const quiet = await it.until(({ id }) => id === "headway:voice:ann");
  assertEquals([quiet.title, quiet.state, quiet.lastText], ["Voice of Ann", "idle", "listens"]);
  const spoken = post("/v1/speak", { text: "Good morning.", session_id: "ann" });
  const done = await playing.promise;
  await it.until(({ id, col }) => id === "headway:voice:ann" && col === "working");
  done(null);
  await spoken;
  await it.until(({ id, col }) => id === "headway:voice:ann" && col === "idle");
});

Deno.test("a task has one card, with its transcript when its agent writes one, and asks to be seen", async () => {
  await using folder = await tempFolder();
  const root = `${folder.path}/agent`;
  const projects = `${root}/projects/-work`;
  await Deno.mkdir(projects, { recursive: true });
  const tasksFolder = `${folder.path}/tasks/sessions`;
  await using it = await start({
    ...{ noBackend: true, agentCommand: STUB_AGENT, tasksFolder, transcriptRoots: [root] },
    taskSettings: { graceS: 10, exitWaitS: 0.3, crashWaitS: 0.2 },
    token: "a-token-for-tests",
  });
  const post = async (path: string, body: object) =>
    await fetch(it.server.httpUrl + path, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
        Authorization: "Bearer a-token-for-tests",
      },
      body: JSON.stringify(body),
    });
  const prompt = 'say begun\nawait go\nresult {"status":"completed","summary":"it is so"}';
  const response = await post("/mcp", {
    ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
    params: { name: "coda_run", arguments: { prompt, email: "me@example.org" } },
  });
  const { result } = await response.json();
  const { task_id: task, session_id: session } = JSON.parse(result.content[0].text);
  const running = await it.until(({ id }) => id === `headway:task:${task}`);
  assertEquals([running.col, running.href, running.title.startsWith("say begun")], [
    ...["working", `/tasks/${task}`, true],
  ]);
  // The agent writes a transcript, which begins with what it was told.
  const taskFolder = `${tasksFolder}/${session}/tasks/${task}`;
  const record = {
    ...{ type: "user", uuid: "u1", parentUuid: null, sessionId: "theirs", cwd: "/work" },
    timestamp: new Date().toISOString(),
    message: { role: "user", content: await Deno.readTextFile(`${taskFolder}/prompt.txt`) },
  };
  await Deno.writeTextFile(`${projects}/theirs.jsonl`, `${JSON.stringify(record)}\n`);
  const joined = await it.until(({ id, task }) => id === "theirs" && task?.status === "running");
  assertEquals([joined.title, joined.task], [running.title, {
    ...{ id: task, status: "running", href: `/tasks/${task}` },
  }]);
  while ((await it.cards()).length !== 1);
  await Deno.writeTextFile(`${taskFolder}/go`, "");
  const over = await it.until(({ task }) => task?.status === "finished");
  assertEquals([over.id, over.col, over.attn.reasons], ["theirs", "needs", [{ code: "finished" }]]);
  assertEquals((await post("/api/sessions/theirs/seen", {})).status, 204);
  const seen = await it.until(({ attn }) => !attn.needs);
  assertEquals([seen.id, seen.col, (await it.cards()).length], ["theirs", "done", 1]);
});
