/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import wavefile from "wavefile";
import { playerServer, type PlayerTab, TestBrowser } from "../support/browser.ts";

/** Drops a file on the page, as a hand does: the page sees a drop with files. */
async function drop(tab: PlayerTab, name: string, bytes: Uint8Array): Promise<void> {
  await tab.page.evaluate(({ name, bytes }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], name));
    document.querySelector("#drop")!.dispatchEvent(
      new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
    );
  }, { name, bytes: [...bytes] });
}

/** A mono tone in a WAV file at another rate than the server's. */
function tone(seconds: number, rateHz: number): Uint8Array {
  const samples = Int16Array.from(
    { length: seconds * rateHz },
    (_, i) => 10_000 * ((i % 100) / 50 - 1),
  );
  const file = new wavefile.WaveFile();
  file.fromScratch(1, rateHz, "16", samples);
  return file.toBuffer();
}

Deno.test("a swap plays another track from its head", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  await tab.until(() => headway.view!.playheadS > 2);
  await tab.page.selectOption("#track", "thrash_metal_loop_60s_enm.wav");
  const beganMs = await tab.page.evaluate(() => performance.now());
  await tab.page.click("#swap");
  await tab.untilSession(
    server,
    (it) => it["source_epoch"] === 1 && it["fixture_name"] === "thrash_metal_loop_60s_enm.wav",
  );
  // What began at its head has played no longer than since the click; the other was 2 s ahead of that.
  await tab.until(
    (beganMs) =>
      document.querySelector("#track-title")!.textContent === "thrash_metal_loop_60s_enm.wav" &&
      headway.view!.playheadS < (performance.now() - beganMs) / 1000 + 1 &&
      (headway.view!.leadS ?? -1) > 0,
    beganMs,
  );
  assert((await tab.text("#track-facts")).includes("E minor"));
  tab.check(server);
});

Deno.test("a swap can keep the place, for those who want it", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  await tab.page.setChecked("#restart", false);
  await tab.until(() => headway.view!.playheadS > 2);
  await tab.page.selectOption("#track", "prog_rock_loop_60s_enm.wav");
  await tab.page.click("#swap");
  await tab.until(() =>
    document.querySelector("#track-title")!.textContent === "prog_rock_loop_60s_enm.wav"
  );
  assert(await tab.page.evaluate(() => headway.view!.playheadS) > 2);
  tab.check(server);
});

Deno.test("stems are played alone, and the page says that they are there", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  await tab.page.check("input[name=stems][value=vocals]");
  await tab.page.click("#swap");
  await tab.until(() =>
    document.querySelector("#track-says")!.textContent === "Stems are there: vocals, instruments"
  );
  await tab.until(() => headway.level > 1e-4 && (headway.view!.leadS ?? -1) > 0);
  tab.check(server);
});

Deno.test("a dropped file is stored, listed, and played at the server's rate", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await drop(tab, "my tone.wav", tone(4, 44_100));
  await tab.until(() => document.querySelector("#track-says")!.textContent!.includes("is there"));
  assertEquals(await (await fetch(`${server.httpUrl}/api/user_uploads`)).json(), ["my tone.wav"]);
  assertEquals(await tab.page.inputValue("#track"), "my tone.wav");
  await tab.play();
  assertEquals(await tab.page.evaluate(() => headway.view!.bufferS), 4);
  await tab.says("#track-title", "my tone.wav");
  assert((await tab.text("#track-facts")).includes("mono"));
  // While one plays, another that is dropped takes its place.
  await drop(tab, "longer.wav", tone(6, 48_000));
  await tab.until(() => headway.view!.bufferS === 6);
  await tab.says("#track-title", "longer.wav");
  tab.check(server);
});

Deno.test("a file that is no sound is refused in words", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await drop(tab, "<b>notes</b>.txt", new TextEncoder().encode("not a sound"));
  await tab.until(() =>
    document.querySelector("#track-says")!.textContent!.includes("no sound file")
  );
  assert((await tab.text("#track-says")).startsWith("<b>notes</b>.txt is no sound file"));
  assertEquals(await (await fetch(`${server.httpUrl}/api/user_uploads`)).json(), []);
  await drop(tab, "short.wav", tone(0.05, 48_000));
  await tab.until(() => document.querySelector("#track-says")!.textContent!.includes("0.2 s"));
  tab.check(server);
});
