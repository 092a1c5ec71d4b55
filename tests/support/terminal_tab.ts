/// <reference lib="dom" />
/**
 * The pages of tasks and terminals in a real Chromium.
 *
 * @module
 */
import type { FakeProgram } from "../../server/tasks/terminal/fake_backend.ts";
import "../../web/terminal/headway_terminal.ts";
import type { HeadwayTerminal } from "../../web/terminal/headway_terminal.ts";
import { type PlayerTab, scriptsOnce } from "./browser.ts";
import {
  type TerminalServer,
  terminalServer,
  type TerminalServerOptions,
} from "./terminal_server.ts";

/** A server whose pages' scripts are made once for all tests of a run. */
export function pageServer(options: TerminalServerOptions = {}): Promise<TerminalServer> {
  return terminalServer({ bundleScripts: scriptsOnce, ...options });
}

/** Opens an address and waits until the page shows something of this kind. */
export async function openTerminal(
  tab: PlayerTab,
  address: string,
  mode: HeadwayTerminal["mode"],
): Promise<PlayerTab> {
  await tab.page.goto(address);
  await tab.until((mode) => globalThis.headwayTerminal?.mode === mode, mode);
  return tab;
}

/** Waits until a line of the screen holds a text. */
export async function showsLine(tab: PlayerTab, text: string): Promise<void> {
  await tab.until(
    (text) => globalThis.headwayTerminal?.lines.some((line) => line.includes(text)),
    text,
  );
}

/** Takes the keyboard, and waits until the page has it. */
export async function takeKeyboard(tab: PlayerTab): Promise<void> {
  await tab.page.click("#take");
  await tab.until(() => headwayTerminal.keyboard?.is_yours === true);
}

/** Frames that a page may draw until what was typed has arrived. */
const MOST_FRAMES = 5_000;

/** Waits until what a program has been typed ends so; says what it has been typed. */
export async function arrives(tab: PlayerTab, program: FakeProgram, text: string): Promise<string> {
  for (let frame = 0; frame < MOST_FRAMES && !program.typed.endsWith(text); frame++) {
    await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  return program.typed;
}

/** A recording in version 3, of these events. */
export function castOf(
  events: readonly (readonly [gapS: number, code: string, data: string])[],
): string {
  const lines = events.map((event) => JSON.stringify(event));
  return ['{"version":3,"term":{"cols":80,"rows":24}}', ...lines, ""].join("\n");
}
