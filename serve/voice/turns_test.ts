/** Agents that answer chats by tools: over real sockets, by the official client. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Road, TestMcpClient } from "../../tests/support/mcp_client.ts";
import { type Body, VoiceWorld } from "../../tests/support/voice_world.ts";

type Call = (name: string, args?: object) => Promise<Body>;

/** An agent: a client of the voice server's tools. */
class Agent implements AsyncDisposable {
  readonly #client: TestMcpClient;
  /** Says that it leaves. */
  readonly leave: () => Promise<void>;

  private constructor(client: TestMcpClient, leave: Agent["leave"]) {
    this.#client = client;
    this.leave = leave;
  }

  static async attach(world: VoiceWorld): Promise<Agent> {
    const road = new StreamableHTTPClientTransport(new URL(`${world.url}/mcp`));
    const client = await TestMcpClient.connect(road as Road);
    return new Agent(client, () => road.terminateSession());
  }

  readonly call: Call = async (name, args = {}) => {
    const { content } = await this.#client.sdk.callTool({ name, arguments: { ...args } });
    return JSON.parse(content[0]!.type === "text" ? content[0]!.text : "");
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}

/** Asks until somebody is there: who is attached is known to the server alone. */
async function attached(world: VoiceWorld, answer = async () => {}): Promise<void> {
  await using probe = await world.open("/ws/chat");
  const answered = answer();
  for (;;) {
    probe.send({ type: "text_message", text: "probe" });
    const { metrics } = await probe.nextOf("response_complete");
    if (metrics.provider === "mcp") return await answered;
  }
}

Deno.test("an attached agent answers what people say, each in its own chat", async () => {
  await using world = await VoiceWorld.start();
  await using agent = await Agent.attach(world);
  let isOver = false;
  const working = (async () => {
    const seen: Body[] = [];
    while (!isOver) {
      const turn = await agent.call("take_turn", { timeout_sec: 0.2 });
      if (turn.status !== "ok") continue;
      seen.push(turn);
      const text = `You said ${turn.text}.`;
      assertEquals((await agent.call("answer_turn", { turn_id: turn.turn_id, text })).status, "ok");
    }
    return seen;
  })();
  await attached(world);
  {
    await using left = await world.open("/ws/chat");
    await using right = await world.open("/ws/chat");
    left.send({ type: "text_message", text: "left" });
    right.send({ type: "text_message", text: "right" });
    for (const [chat, said] of [[left, "left"], [right, "right"]] as const) {
      assertEquals((await chat.nextOf("response_text")).text, `You said ${said}.`);
      assertEquals(atob((await chat.nextOf("audio")).data).slice(0, 4), "RIFF");
      const { metrics } = await chat.nextOf("response_complete");
      assertEquals([metrics.provider, typeof metrics.llm_ms], ["mcp", "number"]);
    }
  }
  isOver = true;
  const channels = (await working).filter(({ text }) => text !== "probe")
    .map(({ channel }) => channel);
  assertEquals(new Set(channels).size, 2);
  assert(channels.every((channel) => /^browser:[0-9a-f]{8}$/.test(channel)));
});

Deno.test("an interrupted turn waits for no answer, and the agent is told", async () => {
  await using world = await VoiceWorld.start();
  await using agent = await Agent.attach(world);
  await using chat = await world.open("/ws/chat");
  const taking = agent.call("take_turn");
  let turn: Body = null;
  taking.then((it) => turn = it);
  while (turn === null) {
    chat.send({ type: "text_message", text: "hello" });
    await chat.nextOf("transcript");
    chat.send({ type: "interrupt" });
    await chat.nextOf("interrupted");
    await chat.nextOf("response_complete");
  }
  const late = await agent.call("answer_turn", { turn_id: turn.turn_id, text: "Too late." });
  assertStringIncludes(late.error, "waits for no answer");
  const blank = await agent.call("answer_turn", { turn_id: turn.turn_id, text: " " });
  assertEquals(blank.error, "Nothing to say");
  const long = { turn_id: turn.turn_id, text: "x".repeat(20_001) };
  assertStringIncludes((await agent.call("answer_turn", long)).error, "20001 characters");
});

Deno.test("a turn whose agent has left is answered by the next one", async () => {
  await using world = await VoiceWorld.start();
  await using first = await Agent.attach(world);
  await using second = await Agent.attach(world);
  await using chat = await world.open("/ws/chat");
  const taking = first.call("take_turn");
  await attached(world, async () => {
    const { turn_id } = await taking;
    await first.call("answer_turn", { turn_id, text: "Here." });
  });
  const taken = first.call("take_turn");
  chat.send({ type: "text_message", text: "hello" });
  const { turn_id } = await taken;
  await first.leave();
  const next = await second.call("take_turn");
  assertEquals([next.text, next.turn_id], ["hello", turn_id]);
  await second.call("answer_turn", { turn_id, text: "Good morning." });
  assertEquals((await chat.nextOf("response_text")).text, "Good morning.");
});

Deno.test("where somebody else answers, agents are told who", async () => {
  const responder = { name: "echo", respond: () => Promise.resolve({ text: "Yes." }) };
  await using world = await VoiceWorld.start({ responder });
  await using agent = await Agent.attach(world);
  for (const [name, args] of [["take_turn", {}], ["answer_turn", { turn_id: "t", text: "x" }]]) {
    const { status, error } = await agent.call(name as string, args as object);
    assertEquals(status, "error");
    assertStringIncludes(error, 'chats are answered by "echo"');
  }
});
