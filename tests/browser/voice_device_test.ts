/// <reference lib="dom" />
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { voiceBrowser, voicePages, VoiceTab } from "../support/voice_page.ts";

/** The browser's audio devices, as a test wants them. */
interface Devices {
  /** Ids of the outputs that are there; their names are the same in capitals. */
  outputs: string[];
  /** Look-ups and changes wait until they are let go. */
  isSlow: boolean;
  /** What was set, in order, when it took effect. */
  applied: string[];
  /** Most changes of one context that were under way at a time. */
  most: number;
  release(): void;
  change(): void;
}

declare global {
  var devices: Devices;
}

/** Puts devices of the test's in place of the machine's, which has none: the edge of the page. */
async function withDevices(page: Page, outputs: readonly string[], isSlow = false): Promise<void> {
  await page.addInitScript(({ outputs, isSlow }) => {
    let held: (() => void)[] = [];
    let now = 0;
    const wait = () =>
      devices.isSlow ? new Promise<void>((resolve) => held.push(resolve)) : Promise.resolve();
    globalThis.devices = {
      outputs: [...outputs],
      isSlow,
      applied: [],
      most: 0,
      release() {
        const waiting = held;
        held = [];
        for (const resolve of waiting) resolve();
      },
      change: () => navigator.mediaDevices.dispatchEvent(new Event("devicechange")),
    };
    navigator.mediaDevices.enumerateDevices = async () => {
      const found = [...devices.outputs];
      await wait();
      return found.map((deviceId) => ({
        ...{ deviceId, groupId: "", kind: "audiooutput" as const, label: deviceId.toUpperCase() },
        toJSON: () => ({}),
      }));
    };
    const prototype = AudioContext.prototype as unknown as {
      setSinkId(id: string): Promise<void>;
    };
    prototype.setSinkId = async (id) => {
      devices.most = Math.max(devices.most, ++now);
      await wait();
      now--;
      if (id !== "" && !devices.outputs.includes(id)) throw new Error(`no device ${id}`);
      devices.applied.push(id);
    };
  }, { outputs, isSlow });
}

async function openWith(
  browser: Awaited<ReturnType<typeof voiceBrowser>>,
  url: string,
  outputs: readonly string[],
  isSlow = false,
): Promise<VoiceTab> {
  const tab = new VoiceTab((await browser.tab()).page);
  await withDevices(tab.page, outputs, isSlow);
  await tab.page.goto(`${url}/dashboard`);
  return await tab.ready();
}

Deno.test("the chosen output survives a reload, and is in use before anything is heard", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = await openWith(browser, world.url, ["desk", "headset"]);
  await tab.until(() => document.querySelectorAll("#audio-output option").length === 3);
  assertEquals(await tab.page.inputValue("#audio-output"), "");
  await tab.page.selectOption("#audio-output", "headset");
  await tab.until(() => headwayVoice.sink === "headset");
  assertEquals(
    await tab.page.evaluate(() => localStorage.getItem("mod3-output-device")),
    "headset",
  );
  await tab.page.reload();
  await tab.ready();
  await tab.until(() => headwayVoice.sink === "headset");
  await tab.until(() =>
    document.querySelector<HTMLSelectElement>("#audio-output")!.value === "headset"
  );
  // Nothing else was ever set: there was no moment with another device.
  assertEquals(await tab.page.evaluate(() => devices.applied), ["headset"]);
  assertEquals(tab.problems, []);
});

Deno.test("however the look-up and the choice overlap, the last choice is in use", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = await openWith(browser, world.url, ["desk", "headset", "hall"], true);
  await tab.page.evaluate(() => {
    __mod3AudioSink("desk");
    __mod3AudioSink("headset");
    devices.change();
    __mod3AudioSink("hall");
  });
  const isSettled = async () =>
    await tab.page.evaluate(() => {
      devices.release();
      return headwayVoice.sink;
    });
  while (await isSettled() !== "hall") await tab.page.evaluate(() => Promise.resolve());
  const { applied, most } = await tab.page.evaluate(() => devices);
  assertEquals(most, 1, "two changes of a device were under way at the same time");
  assertEquals(applied.at(-1), "hall");
  assertEquals(applied.includes("headset"), false, "a choice that was over was carried out");
});

Deno.test("a device that goes gives way to the system's, and comes back as the choice", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = await openWith(browser, world.url, ["desk", "headset"]);
  await tab.until(() => document.querySelectorAll("#audio-output option").length === 3);
  await tab.page.selectOption("#audio-output", "headset");
  await tab.until(() => headwayVoice.sink === "headset");
  await tab.page.evaluate(() => {
    devices.outputs = ["desk"];
    devices.change();
  });
  await tab.until(() => headwayVoice.sink === "");
  assertEquals(await tab.page.inputValue("#audio-output"), "");
  await tab.page.evaluate(() => {
    devices.outputs = ["desk", "headset"];
    devices.change();
  });
  await tab.until(() => headwayVoice.sink === "headset");
  assertEquals(await tab.page.inputValue("#audio-output"), "headset");
  assertEquals(tab.problems, []);
});

Deno.test("a device that cannot be used is told, and sound goes on where it was", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = await (await openWith(browser, world.url, ["desk"])).unlock();
  await tab.page.evaluate(() => __mod3AudioSink("nowhere"));
  await tab.says("#sound-note", "Output: no device nowhere");
  const id = await tab.id();
  await world.ask("POST", "/v1/synthesize", { text: "Hello.", session_id: id });
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "played"));
  assertEquals(await tab.page.evaluate(() => headwayVoice.sink), "");
});
