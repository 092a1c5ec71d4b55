/// <reference lib="dom" />
/**
 * The pages about what sessions produced: which one it is, its frame says.
 *
 * @module
 */
import { element, say } from "../../player/dom.ts";
import { RefusedError } from "../api.ts";
import { showInsights } from "./insights_view.ts";
import { showBacklinks, showJournal } from "./journal_view.ts";
import { make } from "./nodes.ts";

const SHOW: Readonly<Record<string, (params: URLSearchParams, nowMs: number) => Promise<void>>> = {
  insights: showInsights,
  journal: showJournal,
  backlinks: showBacklinks,
};

/** What was asked for after the page was shown fails here, too. */
function onFailure(error: unknown): void {
  const { message, status } = error instanceof RefusedError
    ? error
    : { message: error instanceof Error ? error.message : String(error), status: 0 };
  const notice = element("notice");
  notice.hidden = false;
  const isLogin = status === 401;
  notice.replaceChildren(
    ...isLogin
      ? [make("a", { href: "/login" }, "Log in"), " first, then open this page again."]
      : [`That did not work: ${message}.`],
  );
  state(isLogin ? "login" : "offline", isLogin ? "Login needed" : "Not shown");
}

function state(name: string, text: string): void {
  element("state").dataset["state"] = name;
  say(element("state-text"), text);
}

globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  onFailure(event.reason);
});

try {
  const params = new URLSearchParams(location.search);
  const nowMs = performance.timeOrigin + performance.now();
  await SHOW[element("view").dataset["page"]!]!(params, nowMs);
  state("live", "Up to date");
} catch (error) {
  onFailure(error);
}
