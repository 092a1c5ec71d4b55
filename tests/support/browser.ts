/// <reference lib="dom" />
/**
 * The player's page in a real Chromium, against a real server.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { serve } from "../../serve/serve.ts";
import type { HeadwayServer, ServerParts } from "../../serve/options.ts";
import { needChromium } from "../../tools/chromium.ts";
import { bundleScripts, type Scripts } from "../../web/build/bundle.ts";
import "../../web/player/headway_window.ts";
import { MemoryLog } from "./memory_log.ts";

/** Nothing that a page does may take longer, also on a machine that is busy with other things, ms. */
const PATIENCE_MS = 120_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let made: Promise<Scripts> | null = null;
/** The page's scripts, made once for all tests of a run. */
export const scriptsOnce = () => made ??= bundleScripts();

/** What a server says of a session. */
// deno-lint-ignore no-explicit-any -- tests look at single fields of it
export type Snapshot = Readonly<Record<string, any>>;

/** A server with the player's page. */
export async function playerServer(
  options: ServerParts = {},
): Promise<HeadwayServer & { readonly log: MemoryLog }> {
  const log = new MemoryLog();
  const server = await serve({
    port: 0,
    controlPort: 0,
    log,
    bundleScripts: scriptsOnce,
    ...options,
  });
  return Object.assign(server, { log });
}

/** A tab with the player. */
export class PlayerTab {
  readonly page: Page;
  /** What went wrong in it. */
  readonly problems: string[] = [];
  /** Everything that it asked for. */
  readonly requests: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(message.text());
    });
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("websocket", (socket) => this.requests.push(socket.url()));
  }

  /** Opens the page and waits until it is ready to be used. */
  async open(url: string): Promise<this> {
    await this.page.goto(url, { timeout: PATIENCE_MS });
    await this.until(() => "headway" in globalThis);
    return this;
  }

  /** Presses the play button and waits until it is live and has played for a moment. */
  async play(): Promise<this> {
    await this.page.click("#play");
    await this.until(() =>
      ["live", "watching", "behind"].includes(headway.state.name) &&
      (headway.view?.leadS ?? null) !== null
    );
    return this;
  }

  /**
   * Waits until something is so in the page. Asked again with each frame that it draws: the page's
   * policy forbids what playwright would do.
   */
  async until<T = undefined>(
    isSo: (argument: T) => boolean | Promise<boolean>,
    argument?: T,
  ): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      try {
        if (await this.page.evaluate(isSo as (argument: unknown) => boolean, argument)) return;
        await this.#frame();
      } catch (error) {
        // Asked of a page that was being left: the next one is asked next.
        if (!String(error).includes("Execution context was destroyed")) throw error;
      }
    }
    const state = await this.page.evaluate(() => {
      if ("headway" in globalThis) return headway.state;
      return document.querySelector("#state-text")?.textContent ?? null;
    });
    throw new Error(
      `the page did not come to ${isSo} in ${PATIENCE_MS / 1000} s; it says ` +
        `${JSON.stringify(state)}, and: ${this.problems.join("; ")}`,
    );
  }

  /** Waits until the server says something of its only session. */
  async untilSession(
    { httpUrl }: Pick<HeadwayServer, "httpUrl">,
    isSo: (snapshot: Snapshot) => boolean,
  ): Promise<Snapshot> {
    let snapshot: Snapshot | undefined;
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      [snapshot] = await (await fetch(`${httpUrl}/api/streams`)).json() as Snapshot[];
      if (snapshot !== undefined && isSo(snapshot)) return snapshot;
      await this.#frame();
    }
    throw new Error(`the server did not come to ${isSo}; it says ${JSON.stringify(snapshot)}`);
  }

  /** Waits for the next frame that the page draws. */
  async #frame(): Promise<void> {
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }

  /** The text of an element. */
  async text(selector: string): Promise<string> {
    return (await this.page.textContent(selector) ?? "").trim();
  }

  /** Waits until an element has this text. */
  async says(selector: string, text: string): Promise<void> {
    await this.until(
      ({ selector, text }) => document.querySelector(selector)!.textContent!.trim() === text,
      { selector, text },
    );
  }

  /** Sets a slider, as a hand would that lets go of it at a value. */
  async slide(selector: string, value: number): Promise<void> {
    await this.page.fill(selector, String(value));
  }

  /** Fails if anything went wrong in the page, or it asked anybody but its server. */
  check(server: Pick<HeadwayServer, "httpUrl" | "url">): void {
    assertEquals(this.problems, []);
    const foreign = this.requests.filter((url) =>
      !url.startsWith(server.httpUrl) && !url.startsWith(server.url) && !/^(blob|data):/.test(url)
    );
    assertEquals(foreign, []);
  }
}

/** A Chromium of a test's own. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #first: (() => void) | null;

  constructor(browser: Browser, first: (() => void) | null = null) {
    this.#browser = browser;
    this.#first = first;
  }

  /** Starts it, with more flags if need be, and with a script that runs first in every page. */
  static async start(
    flags: readonly string[] = [],
    first: (() => void) | null = null,
  ): Promise<TestBrowser> {
    const browser = await chromium.launch({
      executablePath: needChromium(),
      args: [...FLAGS, ...flags],
      timeout: PATIENCE_MS,
    });
    return new TestBrowser(browser, first);
  }

  /** A tab that shares nothing with others. */
  async tab(options: BrowserContextOptions = {}): Promise<PlayerTab> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    if (this.#first !== null) await context.addInitScript(this.#first);
    return new PlayerTab(await context.newPage());
  }

  /** Such as `150.0.7000.1`. */
  get version(): string {
    return this.#browser.version();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
