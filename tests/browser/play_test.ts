/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { playerServer, TestBrowser } from "../support/browser.ts";

Deno.test("the player is heard, and the stream stays ahead of what is heard", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.says("#state-text", "Ready to play");
  await tab.play();
  await tab.until(() => headway.view!.playheadS > 3 && headway.level > 0.001);
  const { audio, slices, ticks } = (await tab.page.evaluate(() => headway.records()))!;
  // The playhead is the audio device's: as many frames as its clock says.
  const first = audio.find(({ sample }) => sample > 0)!;
  const last = audio.at(-1)!;
  const playedS = (last.sample - first.sample) / 48000;
  assert(playedS > 2);
  assert(Math.abs(playedS - (last.contextTimeS - first.contextTimeS)) < 1e-6);
  // It is told at the pace of a browser's player.
  assert(ticks.length > playedS * 60, `${ticks.length} ticks in ${playedS} s`);
  assert(slices.length > 5);
  assertEquals(await tab.page.evaluate(() => headway.state.name), "live");
  tab.check(server);
});

Deno.test("a click on the waveform seeks, and slices follow", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  const { width, height } = (await tab.page.locator("#position").boundingBox())!;
  await tab.page.click("#position", { position: { x: width / 2, y: height / 4 } });
  await tab.until(() => {
    const { playheadS } = headway.view!;
    return playheadS > 29.9 && playheadS < 35;
  });
  // Slices land ahead of the new place.
  await tab.until(() => {
    const { leadS, playheadS } = headway.view!;
    return playheadS > 30.5 && leadS !== null && leadS > 0 && leadS < 2;
  });
  tab.check(server);
});

Deno.test("a loop band is armed by its buttons, and playback stays inside", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  await tab.page.click("#band-start");
  const startS = await tab.page.evaluate(() => headway.view!.playheadS);
  await tab.until((startS) => headway.view!.playheadS > startS + 0.8, startS);
  await tab.page.click("#band-end");
  await tab.until(() => headway.view!.band !== null);
  const band = (await tab.page.evaluate(() => headway.view!.band))!;
  assert((band.endSample - band.startSample) / 48000 > 0.5);
  // Round and round: twice its length of audio, and never outside.
  const armed = (await tab.page.evaluate(() => headway.records()))!.audio.length;
  await tab.until(async (armed) => (await headway.records())!.audio.length > armed + 400, armed);
  const { audio } = (await tab.page.evaluate(() => headway.records()))!;
  // The first reports may have been on their way when the band was armed.
  const since = audio.slice(armed + 50).map(({ sample }) => sample);
  assertEquals(since.filter((it) => it < band.startSample || it >= band.endSample), []);
  assert(since.some((sample, i) => i > 0 && sample < since[i - 1]!), "it never went round");
  await tab.page.click("#band-clear");
  await tab.until(() => headway.view!.band === null);
  await tab.says("#band-text", "no band");
  tab.check(server);
});

Deno.test("pause stands still and falls silent, and play goes on from there", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  await tab.page.click("#play");
  await tab.until(() => headway.state.name === "paused" && headway.level < 1e-4);
  const pausedS = await tab.page.evaluate(() => headway.view!.playheadS);
  await tab.says("#play-text", "Play");
  await tab.page.click("#play");
  await tab.until((pausedS) => headway.view!.playheadS > pausedS + 0.3, pausedS);
  assert(await tab.page.evaluate(() => headway.view!.playheadS) < pausedS + 10);
  tab.check(server);
});

Deno.test("without looping playback stops at the end, and play begins anew", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.page.click("#looping");
  await tab.play();
  const { width } = (await tab.page.locator("#position").boundingBox())!;
  await tab.page.click("#position", { position: { x: width - 2, y: 20 } });
  await tab.until(() => headway.view!.hasEnded);
  await tab.says("#state-text", "At the end of the track");
  assertEquals(await tab.page.evaluate(() => headway.view!.playheadS), 60 - 1 / 48_000);
  await tab.page.click("#play");
  await tab.until(() => headway.state.name === "live" && headway.view!.playheadS < 30);
  tab.check(server);
});

Deno.test("the output device and the volume are kept for the next visit", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  ]);
  const tab = await browser.tab({ permissions: ["microphone"] });
  await tab.open(server.httpUrl);
  await tab.play();
  const device = await tab.page.evaluate(() =>
    [...document.querySelectorAll<HTMLOptionElement>("#output option")]
      .find(({ textContent }) => textContent === "Fake Audio Output 1")!.value
  );
  await tab.page.selectOption("#output", device);
  await tab.until((device) => localStorage.getItem("headway.output") === device, device);
  await tab.slide("#volume", 0.35);
  await tab.page.reload();
  await tab.until(() => "headway" in globalThis);
  assertEquals(await tab.page.inputValue("#volume"), "0.35");
  await tab.play();
  await tab.until(() => headway.level > 1e-4);
  assertEquals(await tab.page.inputValue("#output"), device);
  assertEquals(await tab.text("#output option:checked"), "Fake Audio Output 1");
  tab.check(server);
});
