/// <reference lib="dom" />
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { voiceBrowser, voicePages, VoiceTab } from "../support/voice_page.ts";
import type { VoiceWorld } from "../support/voice_world.ts";

async function sessionIds(world: VoiceWorld): Promise<string[]> {
  const { body } = await world.ask("GET", "/v1/sessions");
  return body.sessions.map(({ session_id }: { session_id: string }) => session_id);
}

async function listeners(world: VoiceWorld, id: string): Promise<number> {
  return (await world.ask("GET", `/v1/sessions/${id}/subscribers`)).body.count;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end;) {
    if (await isSo()) return;
  }
  throw new Error(`it did not come to ${isSo}`);
}

const speak = async (world: VoiceWorld, id: string) => {
  const { headers } = await world.ask("POST", "/v1/synthesize", { text: "Hello.", session_id: id });
  return headers.get("X-Mod3-WS-Subscribers");
};

/** Clips that were heard to their end. */
const playedCount = () => headwayVoice.clips.filter(({ outcome }) => outcome === "played").length;

Deno.test("a reload keeps the session, whichever comes first: the farewell or the new registration", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = await VoiceTab.open(browser, world);
  const id = await tab.id();
  for (let i = 0; i < 3; i++) {
    await tab.page.reload();
    await tab.ready();
    assertEquals(await tab.id(), id);
    assertEquals(await sessionIds(world), [id]);
    await until(async () => await listeners(world, id) === 1);
  }
  // A farewell of an earlier visit that comes late ends nothing; one of this visit does.
  const farewell = (visit: string) =>
    fetch(`${world.url}/v1/sessions/${id}/deregister`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: world.url },
      body: JSON.stringify({ visit }),
    });
  await (await farewell("an earlier visit")).body?.cancel();
  assertEquals(await sessionIds(world), [id]);
  await tab.unlock();
  assertEquals(await speak(world, id), "1");
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  assertEquals(tab.problems, []);
});

Deno.test("a duplicated tab is somebody of its own: both hear their own, and closing one leaves the other", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const first = await (await VoiceTab.open(browser, world)).unlock();
  const [page] = await Promise.all([
    first.page.context().waitForEvent("page"),
    // A tab that is opened so has a copy of the other one's memory, as a duplicate has.
    first.page.evaluate(() => void open("/dashboard")),
  ]);
  const second = await (await new VoiceTab(page).ready()).unlock();
  const [firstId, secondId] = [await first.id(), await second.id()];
  assertNotEquals(firstId, secondId);
  assertEquals((await sessionIds(world)).sort(), [firstId, secondId].sort());
  assertEquals(await speak(world, firstId), "1");
  await first.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  assertEquals(await second.heard(), []);
  // Each knows itself after a reload, too.
  await second.page.reload();
  await second.ready();
  assertEquals(await second.id(), secondId);
  await second.page.close({ runBeforeUnload: true });
  await until(async () => (await sessionIds(world)).length === 1);
  assertEquals(await sessionIds(world), [firstId]);
  assertEquals(await speak(world, firstId), "1");
  await first.until(() => headwayVoice.clips.filter((it) => it.outcome === "played").length === 2);
});

Deno.test("without a channel forwarder the voice server registers the page itself", async () => {
  await using world = await voicePages({ channelPort: "off" });
  await using browser = await voiceBrowser();
  const tab = await VoiceTab.open(browser, world);
  assertEquals(await tab.page.evaluate(() => headwayVoice.registeredBy), "voice");
  const id = await tab.id();
  assert(/^dashboard-[0-9a-f]{8}-\d{13}$/.test(id), id);
  const kept = await tab.page.evaluate(() => sessionStorage.getItem("mod3.sessionId"));
  const { session_id, participant_id } = JSON.parse(kept!);
  assertEquals(session_id, id);
  assert(/^dashboard-[0-9a-f]{8}$/.test(participant_id), participant_id);
  assertEquals(await tab.text("#self-name"), participant_id);
  assertEquals(tab.problems, []);
});

Deno.test("a forwarder that answers nothing of use leaves the registration to the voice server", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  for (const body of ["{}", "no JSON"]) {
    const tab = new VoiceTab((await browser.tab()).page);
    await tab.page.route(
      "**/v1/channel-sessions/register",
      (route) => route.fulfill({ status: 200, contentType: "application/json", body }),
    );
    await tab.page.goto(`${world.url}/dashboard`);
    await tab.ready();
    assertEquals(await tab.page.evaluate(() => headwayVoice.registeredBy), "voice", body);
    await tab.page.close();
  }
});

Deno.test("after a restart of the server the page is registered again and hears each job once", async () => {
  await using browser = await voiceBrowser();
  const first = await voicePages();
  const port = Number(new URL(first.url).port);
  const channelPort = Number(new URL(first.server.channelUrl!).port);
  const tab = await (await VoiceTab.open(browser, first)).unlock();
  const id = await tab.id();
  await first.server.close();
  await tab.until(() => headwayVoice.sockets.audio === "waiting");
  await tab.until(() =>
    document.querySelector(".pp-row.me .pp-audio-dot")!.className === "pp-audio-dot"
  );
  await using second = await voicePages({ voicePort: port, channelPort });
  await tab.until(() => headwayVoice.sockets.audio === "open" && headwayVoice.feed === "push");
  await until(async () => (await sessionIds(second)).includes(id));
  assertEquals(await listeners(second, id), 1);
  await tab.until(() => document.querySelector(".pp-row.me .pp-audio-dot.ws") !== null);
  assertEquals(await speak(second, id), "1");
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  assertEquals(await tab.page.evaluate(playedCount), 1);
  // A page that is told to leave comes back as well.
  await second.ask("POST", `/v1/sessions/${id}/deregister`);
  await until(async () => (await sessionIds(second)).includes(id));
  assertEquals(await listeners(second, id), 1);
});

Deno.test("a registration under another id moves the one socket, and doubles nothing", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = new VoiceTab((await browser.tab()).page);
  await tab.page.clock.install();
  await tab.page.goto(`${world.url}/dashboard`);
  await (await tab.ready()).unlock();
  const id = await tab.id();
  await world.join("elsewhere");
  await tab.page.evaluate(() =>
    dispatchEvent(
      new CustomEvent("mod3-session-registered", { detail: { session_id: "elsewhere" } }),
    )
  );
  await until(async () => await listeners(world, "elsewhere") === 1);
  await until(async () => await listeners(world, id) === 0);
  assertEquals(await speak(world, "elsewhere"), "1");
  assertEquals(await speak(world, id), "0");
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  // Whatever would come back by mistake has come back by then.
  await tab.page.clock.fastForward(60_000);
  await tab.until(() => headwayVoice.feed === "push");
  assertEquals([await listeners(world, "elsewhere"), await listeners(world, id)], [1, 0]);
  assertEquals(await tab.page.evaluate(playedCount), 1);
});
