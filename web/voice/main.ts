/// <reference lib="dom" />
/**
 * The page of voices: puts its parts together.
 *
 * @module
 */
import { BrowserClock } from "../session/browser_clock.ts";
import { TabIdentity } from "./identity.ts";
import { VoiceDashboard } from "./dashboard.ts";

const DIGITS = 16;

/** Random hex digits; `crypto.randomUUID` is not there on pages that are not secure. */
function hex(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(count / 2)));
  return [...bytes].map((byte) => byte.toString(DIGITS).padStart(2, "0")).join("").slice(0, count);
}

async function start(): Promise<void> {
  const clock = new BrowserClock(performance.timeOrigin);
  const tab = new TabIdentity({ clock, storage: sessionStorage, locks: navigator.locks, hex });
  new VoiceDashboard({ clock, tab, hex, identity: await tab.find() }).start();
}

void start();
