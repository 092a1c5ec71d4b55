/// <reference lib="dom" />
/**
 * Draws docs/images/player.png: the player's page in a real Chromium, while it plays. Needs Chromium.
 *
 * @module
 */
import { playerServer, TestBrowser } from "../tests/support/browser.ts";

/** The part of the page that is shown. */
const CLIP = { x: 0, y: 0, width: 1280, height: 1240 };
/** How far the picture's session has come, seconds. */
const PLAYED_S = 17;

if (import.meta.main) {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.page.fill("#prompt-a", "warm analogue pads, slow");
  await tab.page.setChecked("#lora-haze", true);
  await tab.play();
  await tab.until((playedS) => headway.view!.playheadS > playedS, PLAYED_S);
  await tab.page.screenshot({ path: "docs/images/player.png", fullPage: true, clip: CLIP });
}
