/// <reference lib="dom" />
/**
 * The pages about what sessions produced: which one it is, its frame says.
 *
 * @module
 */
import { element, say } from "../../player/dom.ts";
import { RefusedError } from "../api.ts";
import { LoginGate } from "../login_gate.ts";
import { showInsights } from "./insights_view.ts";
import { showBacklinks, showJournal } from "./journal_view.ts";

/** Shows a page, and says when it shows what was asked for. */
type Show = (params: URLSearchParams, nowMs: number, onShown: () => void) => Promise<void>;

const SHOW: Readonly<Record<string, Show>> = {
  insights: showInsights,
  journal: showJournal,
  backlinks: showBacklinks,
};

const gate = new LoginGate(() => void run());

/** Shows what the address asks for; who has to log in first is asked to. */
async function run(): Promise<void> {
  try {
    const params = new URLSearchParams(location.search);
    const nowMs = performance.timeOrigin + performance.now();
    await SHOW[element("view").dataset["page"]!]!(params, nowMs, onShown);
    onShown();
  } catch (error) {
    onFailure(error);
  }
}

function onShown(): void {
  element("notice").hidden = true;
  state("live", "Up to date");
}

/** What was asked for after the page was shown fails here, too. */
function onFailure(error: unknown): void {
  if (error instanceof RefusedError && error.status === 401) return gate.say("login");
  const message = error instanceof Error ? error.message : String(error);
  element("notice").hidden = false;
  say(element("notice"), `That did not work: ${message}.`);
  state("offline", "Not shown");
}

function state(name: string, text: string): void {
  element("state").dataset["state"] = name;
  say(element("state-text"), text);
}

globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  onFailure(event.reason);
});

void run();
