/** The user's own engines, recognisers and responders, and the local player: real processes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { WallClock } from "../../runtime/mod.ts";
import { interruptionOf } from "../../server/voice/interruption.ts";
import type { SpeechEngine, SpeechResult } from "../../server/voice/speech/engine.ts";
import { wavFile } from "../../server/voice/wav.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { playersFor, playersOn, ProcessPlayer } from "./local_player.ts";
import {
  commandEngine,
  commandRecognizer,
  commandResponder,
  httpEngine,
  httpRecognizer,
} from "./programs.ts";

const clock = new WallClock();
const ANYWHERE = { address: null };
const deno = (code: string) => ["deno", "eval", code];
const WAV = wavFile([Int16Array.from({ length: 1600 }, (_, i) => i)], 16_000);

function said(engine: SpeechEngine, text: string): Promise<SpeechResult> {
  const { defaultVoice: voice } = engine.info;
  return new Promise((resolve) => engine.say({ text, voice, speed: 1, emotion: 0 }, resolve));
}

Deno.test("a program that writes a WAV file is an engine; one that fails says why", async () => {
  const code = `const text = await new Response(Deno.stdin.readable).text();
    if (text !== "hello") Deno.exit(3);
    await Deno.stdout.write(new Uint8Array([${WAV}]));`;
  const engine = commandEngine(deno(code), clock);
  const result = await said(engine, "hello");
  assert("pcm" in result);
  // It came with 16 kHz.
  assertEquals([result.pcm.length, result.sampleRate], [2400, 24_000]);
  assert(Math.abs(result.pcm[1500]! - 1000) < 5, `${result.pcm[1500]}`);
  assertEquals(await said(engine, "bye"), { error: "deno ended with 3" });
  const loud = commandEngine(
    deno(`console.error("x".repeat(1e6) + "\\nno \\x1b[1mmodel\\n"); Deno.exit(3)`),
    clock,
  );
  assertEquals(await said(loud, "x"), { error: "deno ended with 3: no  [1mmodel" });
  const none = await said(commandEngine(["no-such-program"], clock), "x");
  assert("error" in none);
  const text = await said(
    commandEngine(deno("console.log('no sound at all, only text')"), clock),
    "x",
  );
  assertStringIncludes((text as { error: string }).error, "WAV");
});

Deno.test("services in OpenAI's form speak and listen", async () => {
  const asked: string[] = [];
  const answer = (body: BodyInit, status = 200): typeof fetch => async (url, init) => {
    asked.push(
      `${init?.method} ${url} ${
        init?.body instanceof FormData ? "form" : await new Response(init?.body).text()
      }`,
    );
    return new Response(body, { status });
  };
  const result = await said(httpEngine("http://s/v1/audio/speech", answer(WAV)), "hi");
  assert("pcm" in result && result.pcm.length === 2400);
  assertStringIncludes(asked[0]!, '"input":"hi"');
  assertEquals(await said(httpEngine("http://s", answer("", 500)), "hi"), {
    error: "http://s answered 500",
  });
  const { signal } = new AbortController();
  const heard = httpRecognizer("http://r", answer('{"text":"left"}'));
  assertEquals(await heard.recognize(WAV, { signal }), { text: "left" });
  const silent = httpRecognizer("http://r", answer("{}"));
  assertEquals(await silent.recognize(WAV, { signal }), { error: "http://r gave no text" });
});

Deno.test("programs recognise and respond, and are ended when they are called off", async () => {
  const { signal } = new AbortController();
  const size =
    `const b = await new Response(Deno.stdin.readable).arrayBuffer(); console.log(b.byteLength);`;
  assertEquals(await commandRecognizer(deno(size), clock).recognize(WAV, { signal }), {
    text: String(WAV.length),
  });
  const echo = `console.log("Yes, " + await new Response(Deno.stdin.readable).text());`;
  assertEquals(
    await commandResponder(deno(echo), clock).respond({ channel: "c", text: "sir" }, { signal }),
    {
      text: "Yes, sir",
    },
  );
  const told = commandResponder(deno(echo), clock).respond(
    { channel: "c", text: "go on", interrupted: interruptionOf("one two three", 0.5) },
    { signal },
  );
  assertStringIncludes(
    (await told as { text: string }).text,
    '"one". It was: "one two three"]\ngo on',
  );
  const abort = new AbortController();
  const slow = commandResponder(deno("await new Promise(() => setInterval(() => {}, 1000))"), clock)
    .respond({ channel: "c", text: "x" }, { signal: abort.signal });
  abort.abort();
  assertEquals(await slow, { error: "deno was called off" });
});

Deno.test("the local player gets a RIFF file, and leaves none behind", async () => {
  await using temp = await tempFolder();
  const files = () => [...Deno.readDirSync(temp.path)].length;
  const play = (code: string) =>
    new Promise<string | null>((resolve) => {
      new ProcessPlayer({ command: deno(code), folder: temp.path }).play(WAV, ANYWHERE, resolve);
    });
  const check = `const b = Deno.readFileSync(Deno.args[0]);
    Deno.exit(new TextDecoder().decode(b.subarray(0, 4)) === "RIFF" && b.length === ${WAV.length} ? 0 : 9);`;
  assertEquals([await play(check), files()], [null, 0]);
  assertEquals([await play("Deno.exit(4)"), files()], ["the player ended with 4", 0]);
  const missing = new ProcessPlayer({ command: ["no-such-player"], folder: temp.path });
  const error = await new Promise<string | null>((resolve) => missing.play(WAV, ANYWHERE, resolve));
  assertStringIncludes(error!, "no player for");
  assertEquals(files(), 0);
  const told = new ProcessPlayer({
    command: deno(`Deno.exit(Deno.env.get("HEADWAY_OUTPUT_DEVICE") === "speakers" ? 0 : 9)`),
    folder: temp.path,
  });
  const onSpeakers = { address: { system: "pulse", id: "speakers" } } as const;
  assertEquals(await new Promise((resolve) => told.play(WAV, onSpeakers, resolve)), null);
  const stopped = await new Promise<string | null>((resolve) => {
    const player = new ProcessPlayer({
      command: deno("await new Promise(() => setInterval(() => {}, 1000))"),
      folder: temp.path,
    });
    player.play(WAV, ANYWHERE, resolve)();
  });
  assertEquals([stopped, files()], [null, 0]);
});

Deno.test("what a killed server was playing is removed by the next one, and nothing else", async () => {
  await using temp = await tempFolder();
  for (const name of ["headway-41-a.wav", "headway-42-b.wav", "speaking.json", "mine.wav"]) {
    await Deno.writeTextFile(`${temp.path}/${name}`, "");
  }
  const player = new ProcessPlayer({
    command: deno(""),
    folder: temp.path,
    isAlive: (pid) => pid === 42,
  });
  await new Promise((resolve) => player.play(WAV, ANYWHERE, resolve));
  const left = [...Deno.readDirSync(temp.path)].map(({ name }) => name).sort();
  assertEquals(left, ["headway-42-b.wav", "mine.wav", "speaking.json"]);
});

Deno.test("players are tried by platform, then any that is there", () => {
  const names = (platform: string) => playersFor(platform).map(([program]) => program);
  assertEquals(names("darwin")[0], "afplay");
  assertEquals(names("linux").slice(0, 2), ["aplay", "paplay"]);
  assertEquals(names("windows")[0], "powershell");
  assertEquals(names("plan9"), ["afplay", "aplay", "paplay", "ffplay"]);
  // For one device, those that can address it.
  assertEquals(playersOn({ system: "pulse", id: "a" }), [["paplay", "--device=a"]]);
  assertEquals(playersOn({ system: "pipewire", id: "36" }), [["pw-play", "--target", "36"]]);
  assertEquals(playersOn({ system: "alsa", id: "plughw:0,3" }), [
    ...[["aplay", "-q", "-D", "plughw:0,3"]],
  ]);
});
