/// <reference lib="dom" />
/**
 * The checkout's page, unmodified, in a real Chromium, against our voice server.
 *
 * @module
 */
import type { Page } from "playwright-core";
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import { CheckError, UnavailableError } from "./check.ts";

/** How long each thing that is expected may take, seconds. */
const PATIENCE_S = 20;
/** How often it is looked for, seconds. */
const LOOK_S = 0.1;
/** How long the page's own field may take to send what was typed into it, seconds. */
const TYPED_S = 5;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--mute-audio",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

/** What the check is made with. */
export interface DashboardCheckOptions {
  readonly clock: Clock;
  /** Program of a Chromium. */
  readonly chromium: string;
  /** Where the page is, at `localhost`. */
  readonly voiceUrl: string;
  /** Whether a channel forwarder is at the port that the page looks at. */
  readonly hasChannel: boolean;
  /** Is told what was seen. */
  readonly say: (line: string) => void;
}

/** What a page of the protocol has in its window. */
interface SessionWindow {
  readonly __mod3Session?: { readonly session_id: string | null; readonly registered: boolean };
}

/** Makes the check. */
export async function dashboardCheck(options: DashboardCheckOptions): Promise<void> {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: options.chromium, args: FLAGS })
    .catch((error) => {
      const reason = errorMessage(error).split("\n")[0];
      throw new UnavailableError(
        `${options.chromium} could not be started (${reason}); with deno task conformance Deno may ` +
          "run it",
      );
    });
  try {
    // A context of its own ends with its page, and with it what the page says last.
    const context = await browser.newContext();
    await checkPage(await context.newPage(), options);
  } finally {
    await browser.close();
  }
}

async function checkPage(page: Page, options: DashboardCheckOptions): Promise<void> {
  const { voiceUrl, hasChannel, say } = options;
  const console: string[] = [];
  const chat: string[] = [];
  page.on("console", (message) => keep(console, message.text()));
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).pathname !== "/ws/chat") return;
    socket.on("framesent", ({ payload }) => keep(chat, `> ${payload}`));
    socket.on("framereceived", ({ payload }) => keep(chat, `< ${payload}`));
  });
  const farewells: string[] = [];
  page.context().on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === "POST" && pathname.endsWith("/deregister")) keep(farewells, pathname);
  });
  await page.goto(`${voiceUrl}/dashboard`);

  const isRegistered = () =>
    page.evaluate(() => (globalThis as SessionWindow).__mod3Session?.registered === true);
  await expect("__mod3Session.registered", isRegistered, options);
  const id = await page.evaluate(() => (globalThis as SessionWindow).__mod3Session!.session_id!);
  const kept = await page.evaluate(() => sessionStorage.getItem("mod3.sessionId") ?? "");
  if (!kept.includes(id)) throw new CheckError(`sessionStorage holds ${kept}, expected ${id}`);
  const isByChannel = id.startsWith("cs-");
  if (isByChannel !== hasChannel) {
    throw new CheckError(`it is registered as ${id}, by ${isByChannel ? "a" : "no"} forwarder`);
  }
  say(`registered as ${id}, by the ${hasChannel ? "channel forwarder" : "voice server"}`);

  const hasRow = () => page.evaluate(() => document.querySelector(".pp-row.me") !== null);
  await expect("a row of its own (.pp-row.me)", hasRow, options);
  say("it shows its own row");
  await checkAudio(id, console, options);
  say("what is spoken for it is played in it");
  await checkChat(page, chat, options);

  await page.close({ runBeforeUnload: true });
  const isGone = async () => (await get(`${voiceUrl}/v1/sessions/${id}`)).status === 404;
  await expect("a deregistration when the page is closed", isGone, options);
  if (farewells.length > 1) {
    throw new CheckError(`it was deregistered ${farewells.length} times, expected once`);
  }
  say("it is deregistered when the page is closed");
}

async function checkAudio(
  id: string,
  console: readonly string[],
  options: DashboardCheckOptions,
): Promise<void> {
  const { voiceUrl } = options;
  const isListening = async () =>
    (await get(`${voiceUrl}/v1/sessions/${id}/subscribers`)).text.includes('"count":1');
  await expect("one audio WebSocket", isListening, options);
  const response = await fetch(`${voiceUrl}/v1/synthesize`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "This is heard in the page.", session_id: id }),
  });
  await response.body?.cancel();
  const taken = response.headers.get("x-mod3-ws-subscribers");
  const job = response.headers.get("x-mod3-job-id") ?? "";
  if (taken !== "1") throw new CheckError(`${taken} WebSockets took the speech, expected 1`);
  const line = `[AudioWS] Playing job=${job}`;
  const isPlayed = () => Promise.resolve(console.some((it) => it.includes(line)));
  await expect(`the console line "${line}"`, isPlayed, options);
}

/** Types into the page's field; where none can be found, its origin is used by a socket beside it. */
async function checkChat(
  page: Page,
  frames: readonly string[],
  options: DashboardCheckOptions,
): Promise<void> {
  const text = "Is anybody there?";
  const field = page.locator(
    'textarea:visible, input[type="text"]:visible, input:not([type]):visible',
  )
    .first();
  const isSent = () => frames.some((it) => it.startsWith(">") && it.includes(text));
  const isTyped = await typed(field, text, isSent, options);
  if (!isTyped) {
    await page.evaluate((text) => {
      const socket = new WebSocket(`ws://${location.host}/ws/chat`);
      socket.onopen = () => socket.send(JSON.stringify({ type: "text_message", text }));
    }, text);
  }
  const has = (type: string) => () =>
    Promise.resolve(
      frames.some((it) => it.startsWith("<") && new RegExp(`"type":\\s*"${type}"`).test(it)),
    );
  await expect("an echo of what was said (transcript)", has("transcript"), options);
  await expect("an answer (response_text)", has("response_text"), options);
  await expect("the end of the answer (response_complete)", has("response_complete"), options);
  options.say(
    isTyped
      ? "what is typed into it is echoed, answered and completed"
      : "a chat from it is echoed, answered and completed (its own field was not found)",
  );
}

async function typed(
  field: ReturnType<Page["locator"]>,
  text: string,
  isSent: () => boolean,
  { clock }: DashboardCheckOptions,
): Promise<boolean> {
  try {
    await field.fill(text, { timeout: TYPED_S * 1000 });
    await field.press("Enter", { timeout: TYPED_S * 1000 });
  } catch {
    return false;
  }
  for (const endS = clock.now() + TYPED_S; clock.now() < endS;) {
    if (isSent()) return true;
    await clock.sleep(LOOK_S);
  }
  return false;
}

async function expect(
  what: string,
  isSo: () => Promise<boolean>,
  { clock }: DashboardCheckOptions,
): Promise<void> {
  for (const endS = clock.now() + PATIENCE_S; clock.now() < endS;) {
    if (await isSo()) return;
    await clock.sleep(LOOK_S);
  }
  throw new CheckError(`expected ${what} within ${PATIENCE_S} s, and it did not come`);
}

async function get(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

/** Keeps the last lines; a page may say a lot. */
function keep(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > 2000) lines.shift();
}
