/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { voiceBrowser, voicePages, VoiceTab } from "../support/voice_page.ts";
import type { VoiceWorld } from "../support/voice_world.ts";

/** Calls a tool of the channel forwarder, as an agent does. */
async function tool(world: VoiceWorld, name: string, args: object) {
  const response = await fetch(`${world.server.channelUrl}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept": "application/json, text/event-stream",
    },
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name, arguments: args },
    }),
  });
  const { result } = await response.json();
  return JSON.parse(result.content[0].text);
}

/** Speaks for a session; gives back the job and how many listeners took it. */
async function synthesize(world: VoiceWorld, sessionId: string, text: string) {
  const { status, headers } = await world.ask("POST", "/v1/synthesize", {
    text,
    session_id: sessionId,
  });
  assertEquals(status, 200);
  return {
    id: headers.get("X-Mod3-Job-Id")!,
    voice: headers.get("X-Mod3-Voice"),
    taken: headers.get("X-Mod3-WS-Subscribers"),
  };
}

/**
 * Keeps when each buffer really began and ended on the audio context's clock, beside the page's own
 * books.
 */
async function watchSources(tab: VoiceTab): Promise<void> {
  await tab.page.addInitScript(() => {
    const heard: { startS: number; endS: number | null }[] = [];
    Object.assign(globalThis, { heard });
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...args) {
      const one: { startS: number; endS: number | null } = {
        startS: this.context.currentTime,
        endS: null,
      };
      heard.push(one);
      this.addEventListener("ended", () => one.endS = this.context.currentTime);
      return start.apply(this, args);
    };
  });
}

const sources = (tab: VoiceTab) =>
  tab.page.evaluate(() =>
    (globalThis as unknown as { heard: { startS: number; endS: number | null }[] }).heard
  );

Deno.test("two browsers each hear their own, in their own voice, once", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const [first, second] = await Promise.all([0, 1].map(async () => {
    const tab = await VoiceTab.open(browser, world);
    return await tab.unlock();
  })) as [VoiceTab, VoiceTab];
  const ids = await Promise.all([first.id(), second.id()]);
  assert(ids.every((id) => /^cs-[0-9a-f]{12}$/.test(id)), `${ids}`);
  const voices = await Promise.all(
    [first, second].map((tab) => tab.page.evaluate(() => __mod3Session.assigned_voice)),
  );
  assertEquals([...voices].sort(), ["af_heart", "bm_lewis"]);
  const spoken = await Promise.all(
    [0, 1, 0, 1].map((whose) => synthesize(world, ids[whose]!, `For number ${whose}.`)),
  );
  assertEquals(spoken.map(({ taken }) => taken), ["1", "1", "1", "1"]);
  assertEquals(spoken.map(({ voice }) => voice), [...voices, ...voices]);
  for (const [whose, tab] of [first, second].entries()) {
    await tab.until(() => headwayVoice.clips.filter((it) => it.outcome === "played").length === 2);
    const own = spoken.filter((_, i) => i % 2 === whose).map(({ id }) => id);
    assertEquals((await tab.heard()).sort(), own.sort());
    assertEquals(tab.problems, []);
  }
  assertEquals(world.player.played.length, 0);
});

Deno.test("an agent is heard in the page; when the page is closed, the machine's player plays once", async () => {
  const folder = await Deno.makeTempDir();
  const played = `${folder}/played`;
  // Stands for the machine's player, and makes no sound.
  const voicePlayer = ["sh", "-c", `head -c 4 "$1" >> ${played}`, "player"];
  const parts = { localPlayer: undefined, voicePlayer, voiceFolder: `${folder}/voice` };
  await using world = await voicePages(parts as object);
  await using browser = await voiceBrowser();
  const tab = await (await VoiceTab.open(browser, world)).unlock();
  const id = await tab.id();
  const speak = () =>
    tool(world, "mod3_speak", { text: "Hello there.", session_id: id, blocking: true });
  assertEquals((await speak()).playback_status, "routed_ws");
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  await tab.page.close({ runBeforeUnload: true });
  // Its farewell comes, and its session goes.
  await until(async () => (await world.ask("GET", "/v1/sessions")).body.sessions.length === 0);
  await until(async () =>
    (await world.ask("GET", `/v1/sessions/${id}/subscribers`)).body.count === 0
  );
  await world.join(id);
  assertEquals((await speak()).playback_status, "played");
  assertEquals(await Deno.readTextFile(played), "RIFF");
  const leftovers = [...Deno.readDirSync(`${folder}/voice`)];
  assertEquals(leftovers, []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("five quick jobs for a page whose sound is held are heard one after the other", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = new VoiceTab((await browser.tab()).page);
  await watchSources(tab);
  await tab.page.goto(`${world.url}/dashboard`);
  await tab.ready();
  const id = await tab.id();
  await tab.until(() => headwayVoice.sound === "held");
  const jobs: string[] = [];
  for (let i = 0; i < 5; i++) jobs.push((await synthesize(world, id, `Number ${i}.`)).id);
  await tab.until(() => headwayVoice.waiting === 5);
  await tab.until(() => document.querySelector("#sound-text")!.textContent!.includes("5 waiting"));
  assertEquals(
    await tab.page.getAttribute(".pp-row.me .pp-audio-dot", "class"),
    [
      ...["pp-audio-dot", "ws", "held"],
    ].join(" "),
  );
  assertEquals((await sources(tab)).length, 0);
  await tab.unlock();
  await tab.until(() => headwayVoice.clips.filter((it) => it.outcome === "played").length === 5);
  assertEquals(await tab.heard(), jobs);
  const heard = await sources(tab);
  assertEquals(heard.length, 5);
  for (const [i, { startS }] of heard.slice(1).entries()) {
    const { startS: earlierS, endS } = heard[i]!;
    assert(endS !== null && startS >= endS, `clip ${i + 1} began at ${startS}, before ${endS}`);
    assert(startS - earlierS > 0.3, `clip ${i + 1} began ${startS - earlierS} s after the last`);
  }
  assertEquals(tab.problems, []);
});

Deno.test("what waited too long for sound is dropped, and the page says so", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = new VoiceTab((await browser.tab()).page);
  await tab.page.clock.install();
  await tab.page.goto(`${world.url}/dashboard`);
  await tab.ready();
  const id = await tab.id();
  const old = await synthesize(world, id, "Too old.");
  await tab.until(() => headwayVoice.waiting === 1);
  await tab.page.clock.fastForward(31_000);
  const fresh = await synthesize(world, id, "Still fresh.");
  await tab.until(() => headwayVoice.waiting === 2);
  await tab.unlock();
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  const clips = await tab.page.evaluate(() => headwayVoice.clips);
  assertEquals(clips.map(({ jobId, outcome }) => [jobId, outcome]), [
    [old.id, "stale"],
    [fresh.id, "played"],
  ]);
  await tab.says("#sound-text", "Sound is on (1 came too late and was dropped)");
});

Deno.test("stopping a session stops what its page plays, and drops what waits", async () => {
  await using world = await voicePages({ tone: { realTimeFactor: 5000, sPerChar: 1 } });
  await using browser = await voiceBrowser();
  const tab = await (await VoiceTab.open(browser, world)).unlock();
  const id = await tab.id();
  for (const text of ["A long story.", "Another one."]) await synthesize(world, id, text);
  await tab.until(() =>
    headwayVoice.waiting === 1 && headwayVoice.clips.some((it) => it.outcome === "playing")
  );
  const { body } = await world.ask("POST", `/v1/stop?session_id=${id}`);
  assertEquals(body.interrupted.full_text, "A long story.");
  await tab.until(() =>
    headwayVoice.waiting === 0 && headwayVoice.clips.every((it) => it.outcome === "stopped")
  );
  // By hand, too.
  await synthesize(world, id, "A third story.");
  await tab.until(() => headwayVoice.clips.some((it) => it.outcome === "playing"));
  await tab.page.keyboard.press("Escape");
  await tab.until(() => headwayVoice.clips.every((it) => it.outcome === "stopped"));
  assertEquals(await tab.page.isDisabled("#stop"), true);
  assertEquals(tab.problems, []);
});

Deno.test("the page asks for a test sentence, and hears it", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = await VoiceTab.open(browser, world);
  // The press that asks also lets it sound.
  await tab.page.click("#try");
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  assertEquals(world.player.played.length, 0);
  assertEquals(tab.problems, []);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end;) {
    if (await isSo()) return;
  }
  throw new Error(`it did not come to ${isSo}`);
}
