/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { playerServer, TestBrowser } from "../support/browser.ts";

Deno.test("a second tab watches: it sees and hears, and moves nothing", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const player = await (await browser.tab()).open(server.httpUrl);
  await player.play();
  const link = await player.page.getAttribute("#watch-link", "href");
  assertEquals(link, `/?watch=${await player.page.evaluate(() => headway.sessionId)}`);
  const watcher = await (await browser.tab()).open(server.httpUrl + link);
  await watcher.play();
  await watcher.until(() =>
    headway.state.name === "watching" && headway.level > 1e-4 && headway.view!.leadS! > 0
  );
  // Where the watcher is, the player is, give or take what slices tell.
  const [there, here] = await Promise.all(
    [player, watcher].map((tab) => tab.page.evaluate(() => headway.view!.playheadS)),
  );
  assert(Math.abs(there! - here!) < 5, `${there} ${here}`);
  assert(await watcher.page.isDisabled("#knob-denoise"));
  assert(await watcher.page.isDisabled("#prompt-a"));
  assert(await watcher.page.isDisabled("#band-start"));
  // It sees what the player sets.
  await player.slide("#knob-feedback", 0.4);
  await watcher.until(() =>
    document.querySelector<HTMLInputElement>("#knob-feedback")!.value === "0.4"
  );
  // Keys and clicks of a watcher do nothing to the session.
  await watcher.page.keyboard.press("[");
  await watcher.page.keyboard.press("s");
  await watcher.page.click("#position", { position: { x: 900, y: 20 }, force: true });
  const before = await player.page.evaluate(() => headway.view!.playheadS);
  await player.until((before) => headway.view!.playheadS > before + 1, before);
  const after = await player.page.evaluate(() => headway.view!.playheadS);
  assert(after - before < 20, `the player jumped from ${before} to ${after}`);
  const { source_epoch: epoch, fixture_name: name } = await player.untilSession(server, () => true);
  assertEquals([epoch, name], [0, "low_fi_Gm_loop_60s_gnm.wav"]);
  assertEquals(server.log.of("spectator came").length, 1);
  // When the session ends, the watcher is told.
  await player.page.click("#stop");
  await watcher.until(() => headway.state.name === "ended");
  await watcher.says("#state-text", "Ended: the server ended the session");
  player.check(server);
  watcher.check(server);
});

Deno.test("a session that does not run cannot be watched, and the page says so", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(`${server.httpUrl}/?watch=nobody12`);
  await tab.page.click("#play");
  await tab.until(() => headway.state.name === "ended");
  await tab.says("#state-text", "Ended: session nobody12 does not run");
});

Deno.test("after a server restart the player is live again, with everything as it was set", async () => {
  await using browser = await TestBrowser.start();
  const first = await playerServer();
  const port = first.addresses.find(({ name }) => name === "main")!.port;
  const tab = await (await browser.tab()).open(first.httpUrl);
  await tab.page.fill("#prompt-a", "slow strings");
  await tab.play();
  await tab.slide("#knob-feedback", 0.3);
  await tab.page.setChecked("#lora-haze", true);
  await tab.untilSession(first, (it) => it["knob_values"].feedback === 0.3);
  await tab.until(() => headway.view!.playheadS > 2);
  await first.close();
  await tab.until(() => headway.state.name === "reconnecting");
  const lostS = await tab.page.evaluate(() => headway.view!.playheadS);
  await using second = await playerServer({ port });
  await tab.until(() => headway.state.name === "live");
  const found = await tab.untilSession(second, (it) => it["knob_values"].feedback === 0.3);
  assertEquals(found["prompt"], "slow strings");
  // It went on playing what it had.
  assert(await tab.page.evaluate(() => headway.view!.playheadS) >= lostS);
  const report = (await tab.page.evaluate(() => headway.report()))!;
  assertEquals(report.session.reconnects, 1);
  // What went wrong on the way is the browser's word for a refused connection, nothing else.
  assertEquals(tab.problems.filter((text) => !text.includes("WebSocket connection")), []);
});

Deno.test("whoever is taken over by another player stays away", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const older = await (await browser.tab()).open(server.httpUrl);
  await older.play();
  const newer = await (await browser.tab()).open(server.httpUrl);
  await newer.play();
  await older.until(() => headway.state.name === "ended");
  assert((await older.text("#state-text")).includes("another player took"));
  // Longer than its first attempts to come back would take.
  await newer.until(() => headway.view!.playheadS > 3);
  assertEquals(server.log.of("session started").length, 2);
  // It comes back when it is told to.
  await older.play();
  await newer.until(() => headway.state.name === "ended");
  older.check(server);
  newer.check(server);
});

Deno.test("a page whose scripts cannot be made says why", async () => {
  await using server = await playerServer({
    bundleScripts: () => Promise.reject(new Error("esbuild cannot run here")),
  });
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  await tab.page.goto(server.httpUrl);
  await tab.until(() => !document.querySelector<HTMLElement>("#notice")!.hidden);
  await tab.says("#notice", "The player cannot be shown: esbuild cannot run here");
  assertEquals(server.log.of("page scripts could not be made").length > 0, true);
});

Deno.test("behind a token nothing is shown but the door, and who logs in can play", async () => {
  const token = "a-token-of-the-tests";
  await using server = await playerServer({ token, loopbackBypass: false });
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  await tab.page.goto(server.httpUrl);
  assertEquals(await tab.page.locator("#play").count(), 0);
  await tab.page.click('a[href="/login"]');
  await tab.page.fill("#token", token);
  await tab.page.click("#login button");
  await tab.until(() => "headway" in globalThis);
  await tab.play();
  await tab.until(() => headway.state.name === "live" && headway.level > 1e-4);
  tab.check(server);
});

Deno.test("a server that does not come back is given up in words", async () => {
  await using browser = await TestBrowser.start();
  const server = await playerServer();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  await server.close();
  await tab.until(() => headway.state.name === "ended");
  assert((await tab.text("#state-text")).includes("the server does not answer"));
  await tab.says("#play-text", "Play");
  // Pressed all the same, it says what is missing, and blames no browser.
  await tab.page.click("#play");
  await tab.until(() => headway.state.text.includes("did not come from the server"));
});
