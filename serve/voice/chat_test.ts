/** The chat over real sockets: turns by text and voice, interruptions, and what is not understood. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ChatReply, ChatTurn, Responder } from "../../server/voice/chat/responder.ts";
import { Utterance } from "../../server/voice/chat/utterance.ts";
import type { Recognizer } from "../../server/voice/recognizer.ts";
import { type SocketClient, VoiceWorld } from "../../tests/support/voice_world.ts";

const ECHO: Responder = {
  name: "echo",
  respond: ({ text }) => Promise.resolve({ text: `You said ${text}.` }),
};

/** The types of messages up to the end of a turn, without those that only show how far replies are. */
async function turnOf(chat: SocketClient): Promise<string> {
  const types: string[] = [];
  for (;;) {
    const message = await chat.next();
    if (!("json" in message)) throw new Error("a chat carries text alone");
    if (message.json.type === "draft_queue") continue;
    types.push(message.json.type);
    if (message.json.type === "response_complete") return types.join(" ");
  }
}

/** 16-bit samples of a tone at 16 kHz. */
function tone(samples: number): Uint8Array {
  const pcm = Int16Array.from({ length: samples }, (_, i) => 8000 * Math.sin(i / 10));
  return new Uint8Array(pcm.buffer);
}

Deno.test("a turn is echoed, answered in text and speech, and completed once", async () => {
  await using world = await VoiceWorld.start({ responder: ECHO });
  await using chat = await world.open("/ws/chat");
  chat.send({ type: "config", model: null, voice: "am_adam", speed: 1 });
  chat.send({ type: "text_message", text: "  " });
  chat.send({ type: "text_message", text: "hello" });
  assertEquals(await turnOf(chat), "transcript response_text audio response_complete");
  const [transcript, response, audio, complete] = chat.received
    .map((it) => "json" in it ? it.json : {})
    .filter(({ type }) => type !== "draft_queue");
  assertEquals(transcript, { type: "transcript", text: "hello", source: "text" });
  assertEquals(response.text, "You said hello.");
  assertEquals([audio.format, audio.sample_rate, atob(audio.data).slice(0, 4)], [
    "wav",
    24_000,
    "RIFF",
  ]);
  assertEquals([complete.metrics.provider, typeof complete.metrics.llm_ms], ["echo", "number"]);
  const { jobs } = (await world.ask("GET", "/v1/jobs?type=chat")).body;
  assertEquals([jobs[0].voice, jobs[0].speed], ["am_adam", 1]);
  assertEquals(world.player.played.length, 0);
});

Deno.test("turns that come while one is answered wait, and each is answered", async () => {
  await using world = await VoiceWorld.start({ responder: ECHO });
  await using chat = await world.open("/ws/chat");
  for (const text of ["one", "two", "three"]) chat.send({ type: "text_message", text });
  for (let i = 0; i < 3; i++) await turnOf(chat);
  const replies = chat.received.flatMap((it) =>
    "json" in it && it.json.type === "response_text" ? it.json.text : []
  );
  assertEquals(replies, ["You said one.", "You said two.", "You said three."]);
});

Deno.test("an interruption is heard at once, and its turn is completed once", async () => {
  let asked = 0;
  const slow: Responder = {
    name: "slow",
    respond: (_, { signal }) => {
      asked++;
      return new Promise<ChatReply>((resolve) =>
        signal.addEventListener("abort", () => resolve({ error: "called off" }))
      );
    },
  };
  await using world = await VoiceWorld.start({ responder: slow });
  await using chat = await world.open("/ws/chat");
  chat.send({ type: "text_message", text: "hello" });
  await chat.nextOf("transcript");
  chat.send({ type: "interrupt" });
  assertEquals(await turnOf(chat), "interrupted response_complete");
  assertEquals(asked, 1);
  chat.send({ type: "interrupt" });
  assertEquals(await turnOf(chat), "interrupted response_complete");
  // Turns that wait are called off with the one that is answered, and each is completed.
  for (const text of ["one", "two", "three"]) chat.send({ type: "text_message", text });
  await chat.nextOf("transcript");
  chat.send({ type: "interrupt" });
  for (const _ of ["two", "three"]) assertEquals(await turnOf(chat), "response_complete");
  assertEquals(await turnOf(chat), "interrupted response_complete");
  assertEquals(asked, 2);
});

Deno.test("a responder that fails is told in brackets, and with none it is said how to attach one", async () => {
  const broken: Responder = { name: "b", respond: () => Promise.resolve({ error: "no model" }) };
  await using world = await VoiceWorld.start({ responder: broken });
  await using chat = await world.open("/ws/chat");
  chat.send({ type: "text_message", text: "hello" });
  assertEquals((await chat.nextOf("response_text")).text, "[no model]");
  // Pages wait for a sound.
  await chat.nextOf("audio");
  await chat.nextOf("response_complete");
  await using bare = await VoiceWorld.start();
  await using alone = await bare.open("/ws/chat");
  alone.send({ type: "text_message", text: "hello" });
  assertStringIncludes((await alone.nextOf("response_text")).text, "--responder-command");
  await alone.nextOf("audio");
  assertEquals((await alone.nextOf("response_complete")).metrics.provider, "none");
});

Deno.test("how far a reply is, is shown: valid, speaking, and snipped when it is cut off", async () => {
  const heard: ChatTurn[] = [];
  const responder: Responder = {
    name: "note",
    respond: (turn) => {
      heard.push(turn);
      return Promise.resolve({ text: "a long reply that takes its time to say, on and on and on" });
    },
  };
  await using world = await VoiceWorld.start({ responder });
  await using chat = await world.open("/ws/chat");
  chat.send({ type: "text_message", text: "hello" });
  const [valid] = (await chat.nextOf("draft_queue")).blocks;
  assertEquals([valid.status, valid.has_audio, valid.tts_duration_sec], ["valid", false, null]);
  const { duration_sec } = await chat.nextOf("audio");
  const [speaking] = (await chat.nextOf("draft_queue")).blocks;
  assertEquals([speaking.id, speaking.status, speaking.has_audio], [valid.id, "speaking", true]);
  assertEquals(speaking.tts_duration_sec.toFixed(2), duration_sec.toFixed(2));
  await chat.nextOf("response_complete");
  chat.send({ type: "interrupt" });
  assertEquals((await chat.nextOf("draft_queue")).blocks[0].status, "snipped");
  await chat.nextOf("response_complete");
  // Who answers next is told, once.
  for (const text of ["go on", "and then?"]) {
    chat.send({ type: "text_message", text });
    await chat.nextOf("response_complete");
  }
  assertEquals(heard.map(({ interrupted }) => interrupted?.fullText), [
    ...[undefined, "a long reply that takes its time to say, on and on and on", undefined],
  ]);
});

Deno.test("speech is recognised and answered; without a recogniser that is an error", async () => {
  const whole: number[] = [];
  const speech = tone(8000);
  const recognizer: Recognizer = {
    name: "fake",
    recognize: (wav) => {
      if (wav.length !== 44 + speech.length) return Promise.resolve({ text: "turn" });
      return Promise.resolve({ text: whole.push(wav.length) === 1 ? "turn left" : "Thank you." });
    },
  };
  await using world = await VoiceWorld.start({ responder: ECHO, recognizer });
  await using chat = await world.open("/ws/chat");
  for (let at = 0; at < speech.length; at += 1024) chat.send(speech.subarray(at, at + 1024));
  chat.send(speech);
  chat.send({ type: "end_of_speech" });
  const transcript = await chat.nextOf("transcript");
  assertEquals([transcript.text, transcript.source], ["turn left", "voice"]);
  await chat.nextOf("response_complete");
  assertEquals(whole.length, 1);
  // A phrase that recognisers hear in silence is no turn.
  chat.send(speech);
  chat.send({ type: "end_of_speech" });
  assertEquals(await turnOf(chat), "response_complete");
  await using bare = await VoiceWorld.start();
  await using deaf = await bare.open("/ws/chat");
  deaf.send(speech);
  deaf.send({ type: "end_of_speech" });
  assertEquals(await turnOf(deaf), "error response_complete");
});

Deno.test("what is not understood is an error frame, and the connection stays", async () => {
  await using world = await VoiceWorld.start({ responder: ECHO });
  await using chat = await world.open("/ws/chat");
  for (const message of ["{", "null", "[]", { type: "dance" }]) {
    chat.send(message);
    assert(typeof (await chat.nextOf("error")).error === "string");
  }
  chat.send({ type: "text_message", text: "x".repeat(20_001) });
  assertStringIncludes((await chat.nextOf("response_text")).text, "20001 characters");
  chat.send({ type: "text_message", text: "still here" });
  assertEquals((await chat.nextOf("transcript")).text, "still here");
});

Deno.test("a channel is listed while it is open and after, and its speech goes with it", async () => {
  await using world = await VoiceWorld.start({ responder: ECHO, tone: { realTimeFactor: 0.001 } });
  const channels = async () =>
    Object.entries((await world.ask("GET", "/v1/bus/health")).body.channels) as [
      string,
      { active: boolean },
    ][];
  {
    await using chat = await world.open("/ws/chat");
    chat.send({ type: "text_message", text: "a long story" });
    await chat.nextOf("response_text");
    const [[id, { active }]] = await channels() as [[string, { active: boolean }]];
    assertEquals([/^browser:[0-9a-f]{8}$/.test(id), active], [true, true]);
  }
  while ((await channels())[0]![1].active);
  assertEquals((await world.ask("GET", "/health")).body.queue.active_jobs, 0);
});

Deno.test("an utterance is its pieces, or a last piece that holds all of it", () => {
  const streamed = new Utterance();
  for (let i = 0; i < 10; i++) streamed.add(tone(1024));
  assertEquals(streamed.take()!.length, 20_480);
  const doubled = new Utterance();
  for (let i = 0; i < 10; i++) doubled.add(tone(1024));
  doubled.add(tone(10_240));
  assertEquals(doubled.take()!.length, 20_480);
  const [short, quiet] = [new Utterance(), new Utterance()];
  short.add(tone(1000));
  quiet.add(new Uint8Array(40_000));
  assertEquals([short.take(), quiet.take(), new Utterance().take()], [null, null, null]);
  const long = new Utterance();
  while (long.add(new Uint8Array(100_000)));
  assert(long.bytes <= 16_000 * 2 * 120);
});
