/// <reference lib="dom" />
/**
 * The page of voices in a real Chromium, against a real server whose speech is tones.
 *
 * @module
 */
import type { BrowserContext } from "playwright-core";
import type { ServerParts } from "../../serve/options.ts";
import type { ToneOptions } from "../../server/voice/speech/tone_engine.ts";
import "../../web/voice/voice_window.ts";
import { PlayerTab, scriptsOnce, TestBrowser } from "./browser.ts";
import { VoiceWorld } from "./voice_world.ts";

/** Browsers let nothing sound before a click or a key: as everywhere but in tests. */
const STRICT = ["--autoplay-policy=document-user-activation-required"];

/** A server with the page of voices. */
export async function voicePages(
  parts: Partial<ServerParts> & { readonly tone?: ToneOptions } = {},
): Promise<VoiceWorld> {
  const world = await VoiceWorld.start({ bundleScripts: scriptsOnce, channelPort: 0, ...parts });
  // Loads its code, which takes its time on a machine that is busy with other things.
  await world.ask("GET", "/health");
  return world;
}

/** A Chromium that holds sound back until somebody presses something. */
export const voiceBrowser = (): Promise<TestBrowser> => TestBrowser.start(STRICT, holdSound);

/**
 * Runs in the page before its own code. A test's questions to a page count as clicks, so that the
 * browser would let sound out as soon as one came before the page has opened its context: this keeps
 * it back until a pointer or a key is really pressed.
 */
function holdSound(): void {
  let isPressed = false;
  for (const type of ["pointerdown", "keydown"]) {
    addEventListener(type, (event) => isPressed ||= event.isTrusted, { capture: true });
  }
  const Context = AudioContext;
  const resume = Context.prototype.resume;
  Context.prototype.resume = function () {
    return isPressed ? resume.call(this) : new Promise(() => {});
  };
  globalThis.AudioContext = class extends Context {
    constructor(options?: AudioContextOptions) {
      super(options);
      if (!isPressed) void this.suspend();
    }
  };
}

/** Where the page is, by a name that browsers trust. */
export const pageUrl = ({ url }: Pick<VoiceWorld, "url">): string =>
  `${url.replace("127.0.0.1", "localhost")}/dashboard`;

/** A tab with the page of voices. */
export class VoiceTab extends PlayerTab {
  /** Opens a tab that shares nothing with others, or a further one of a context. */
  static async open(
    where: TestBrowser | BrowserContext,
    world: Pick<VoiceWorld, "url">,
    options: Parameters<TestBrowser["tab"]>[0] = {},
  ): Promise<VoiceTab> {
    const page = where instanceof TestBrowser
      ? (await where.tab(options)).page
      : await where.newPage();
    const tab = new VoiceTab(page);
    await page.goto(pageUrl(world));
    await tab.ready();
    return tab;
  }

  /** Waits until it is registered and its links are open. */
  async ready(): Promise<this> {
    await this.until(() =>
      "headwayVoice" in globalThis && __mod3Session.registered &&
      headwayVoice.sockets.audio === "open" && headwayVoice.sockets.chat === "open" &&
      headwayVoice.roster.some(({ session_id }) => session_id === __mod3Session.session_id)
    );
    return this;
  }

  /** Presses something, so that the browser lets sound out. */
  async unlock(): Promise<this> {
    await this.page.click("#self-name");
    await this.until(() => headwayVoice.sound === "running");
    return this;
  }

  /** The id under which it is registered. */
  async id(): Promise<string> {
    return await this.page.evaluate(() => __mod3Session.session_id!);
  }

  /** Jobs whose clips were heard to their end, in order. */
  async heard(): Promise<string[]> {
    return await this.page.evaluate(() =>
      headwayVoice.clips.filter(({ outcome }) => outcome === "played").map(({ jobId }) => jobId)
    );
  }
}
