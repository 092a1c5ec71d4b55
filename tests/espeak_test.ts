/** eSpeak NG as an engine of a real server, where it is installed; it is never a part of Headway. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { delimiter, join } from "node:path";
import { peak, readWav } from "../audio/mod.ts";
import { ServeProcess } from "./support/headway_server.ts";

const ESPEAK = find("espeak-ng");

/** Where a program is; null when it is not on PATH. */
function find(name: string): string | null {
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    try {
      const path = join(folder, name);
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Not there.
    }
  }
  return null;
}

/** A server with this eSpeak NG, whatever is there by that name. */
async function startServer(program: string) {
  const server = new ServeProcess(
    [
      ...["--port", "0", "--control-port", "off", "--voice-port", "0", "--voice-player", "off"],
      ...["--speech-espeak", program],
    ],
    {},
    [`--allow-run=${program},cat`],
  );
  const url = `http://127.0.0.1:${await server.port("voice")}`;
  const ask = (voice: string, text: string, speed = 1) =>
    fetch(`${url}/v1/synthesize`, {
      method: "POST",
      body: JSON.stringify({ text, voice, speed }),
    });
  return { url, ask, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

if (ESPEAK === null) {
  console.warn(
    "espeak-ng is not installed, so it is not heard by these tests: apt-get install espeak-ng",
  );
  Deno.test("without eSpeak NG installed, its voices say so, and others speak", async () => {
    await using server = await startServer("espeak-ng");
    const missing = await server.ask("de", "Guten Tag.");
    assertEquals(missing.status, 500);
    assertStringIncludes((await missing.json()).error, "espeak-ng");
    const other = await server.ask("bm_lewis", "Good day.");
    await other.body?.cancel();
    assertEquals(other.status, 200);
  });
} else {
  Deno.test("eSpeak NG speaks, in its languages and at the tempo that is asked for", async () => {
    await using server = await startServer(ESPEAK);
    const { url } = server;
    const { engines } = await (await fetch(`${url}/v1/voices`)).json();
    assert(engines["espeak-ng"].voices.includes("de"));
    const say = async (voice: string, text: string, speed = 1) => {
      const response = await server.ask(voice, text, speed);
      const bytes = new Uint8Array(await response.arrayBuffer());
      assertEquals(response.status, 200, new TextDecoder().decode(bytes.subarray(0, 400)));
      assertEquals(response.headers.get("x-mod3-engine"), "espeak-ng");
      assertEquals(response.headers.get("x-mod3-sample-rate"), "24000");
      const { audio, sampleRate } = readWav(bytes, { sampleRate: "any" });
      assertEquals(sampleRate, 24_000);
      assert(peak(audio) > 0.05, `${peak(audio)}`);
      return audio;
    };
    const text = "We were away a year ago, and all the while nobody knew where we were.";
    const english = await say("en-us", text);
    const seconds = english.length / 24_000;
    assert(seconds > 2 && seconds < 8, `${seconds} s`);
    const german = await say("de", text);
    assert(german.length !== english.length || german.some((it, i) => it !== english[i]));
    // It reads the text by itself: an umlaut is another sound, and a number is said in its language.
    const [umlaut, plain] = [
      await say("de", "Für fünf Brötchen."),
      await say("de", "Fur funf Brotchen."),
    ];
    assert(umlaut.length !== plain.length || umlaut.some((it, i) => it !== plain[i]));
    const [digits, words] = [
      await say("de", "Es sind 21."),
      await say("de", "Es sind einundzwanzig."),
    ];
    const apart = Math.abs(digits.length / words.length - 1);
    assert(apart < 0.05, `${digits.length} and ${words.length}`);
    const fast = await say("en-us", text, 2);
    assert(Math.abs(fast.length / english.length - 0.5) < 0.15, `${fast.length / english.length}`);
    const none = await server.ask("klingon", text);
    await none.body?.cancel();
    assertEquals(none.status, 400);
  });
}
