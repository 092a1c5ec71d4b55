/**
 * Who is recorded: a listener that can do what the recorded sessions need, as a page in a browser or
 * as the headless client.
 *
 * @module
 */
import { Rng, WallClock } from "../../runtime/mod.ts";
import { dialWebSocket, HeadlessClient } from "../../sim/mod.ts";
import { ChromiumPage } from "./chromium.ts";

/** What a listener can do. */
export interface RecordedListener extends AsyncDisposable {
  /** Starts a session of a fixture; resolves when it is heard. */
  play(fixture: string): Promise<void>;
  wait(seconds: number): Promise<void>;
  knob(name: string, value: number): Promise<void>;
  prompt(text: string): Promise<void>;
  /** Jumps to a place, seconds of the track. */
  seek(toS: number): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Arms a loop band that begins here and ends when this resolves. */
  band(lengthS: number): Promise<void>;
  noBand(): Promise<void>;
  swap(fixture: string): Promise<void>;
  /** Ends the session in order. */
  stop(): Promise<void>;
}

const clock = new WallClock();

/** The headless client. */
export function headlessListener(url: string): RecordedListener {
  let client: HeadlessClient | null = null;
  const playing = () => client!;
  const now = <T>(work: () => T) => {
    work();
    return Promise.resolve();
  };
  return {
    async play(fixture) {
      client = new HeadlessClient({
        dial: dialWebSocket(url),
        clock,
        rng: new Rng("recorded"),
        config: { prompt: "warm analogue pads", lora: true },
        source: { kind: "fixture", name: fixture },
        paramsHz: 60,
        recordPlaybackS: 0,
      });
      await client.start();
    },
    wait: (seconds) => clock.sleep(seconds),
    knob: (name, value) => now(() => playing().setKnobs({ [name]: value })),
    prompt: (tags) => now(() => playing().send({ type: "prompt", tags })),
    seek: (toS) => now(() => playing().seek(toS)),
    pause: () => now(() => playing().setPaused(true)),
    resume: () => now(() => playing().setPaused(false)),
    async band(lengthS) {
      const startS = playing().playheadS;
      await clock.sleep(lengthS);
      playing().setLoopBand({ startS, endS: startS + lengthS });
    },
    noBand: () => now(() => playing().setLoopBand(null)),
    swap: (name) => now(() => playing().swap({ kind: "fixture", name })),
    stop: () => playing().stop(),
    [Symbol.asyncDispose]: async () => await client?.stop(),
  };
}

/** What the player's page calls its parts. */
const PART = {
  play: "#play",
  stop: "#stop",
  track: "#track",
  swap: "#swap",
  prompt: "#prompt-a",
  sendPrompt: "#prompts button",
  position: "#position",
  bandStart: "#band-start",
  bandEnd: "#band-end",
  bandClear: "#band-clear",
} as const;

/** The player in a browser, at the address of the page. */
export async function browserListener(url: string): Promise<RecordedListener> {
  const page = await ChromiumPage.open(url);
  return {
    async play(fixture) {
      await page.until(`document.querySelector("${PART.play}") && "headway" in globalThis`);
      await page.fill(PART.track, fixture);
      await page.click(PART.play);
      await page.until("headway.state.name === 'live' && headway.view?.leadS != null");
    },
    wait: (seconds) => clock.sleep(seconds),
    knob: (name, value) => page.fill(`#knob-${name}`, String(value)),
    async prompt(text) {
      await page.fill(PART.prompt, text);
      await page.click(PART.sendPrompt);
    },
    async seek(toS) {
      const durationS = Number(
        await page.value(`document.querySelector("${PART.position}").ariaValueMax`),
      );
      await page.press(PART.position, toS / durationS);
    },
    pause: () => page.click(PART.play),
    resume: () => page.click(PART.play),
    async band(lengthS) {
      await page.click(PART.bandStart);
      await clock.sleep(lengthS);
      await page.click(PART.bandEnd);
    },
    noBand: () => page.click(PART.bandClear),
    async swap(fixture) {
      await page.fill(PART.track, fixture);
      await page.click(PART.swap);
    },
    async stop() {
      await page.click(PART.stop);
      await clock.sleep(0.5);
    },
    [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
  };
}
