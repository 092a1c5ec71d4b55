/// <reference lib="dom" />
/**
 * Asks for the token over whatever page there is, which stays as it was.
 *
 * @module
 */
import { element, input, say } from "../player/dom.ts";
import { ask, RefusedError } from "./api.ts";
import type { FeedState } from "./live_stream.ts";

/** What a page says of how it stands with the server. */
const STATE_TEXTS: Readonly<Record<FeedState, string>> = {
  live: "Live",
  reconnecting: "Reconnecting…",
  offline: "The server does not answer",
  login: "Login needed",
};

/** The gate, and the word on the state beside it. */
export class LoginGate {
  readonly #onIn: () => void;

  /** A gate that is open; `onIn` is called when somebody came in by it. */
  constructor(onIn: () => void) {
    this.#onIn = onIn;
    element("login-form").onsubmit = (event) => {
      event.preventDefault();
      void this.#login();
    };
  }

  /** Says how it stands; whoever has to log in is asked to. */
  say(state: FeedState): void {
    element("state").dataset["state"] = state;
    say(element("state-text"), STATE_TEXTS[state]);
    const gate = element("login-gate");
    const isNew = gate.hidden && state === "login";
    gate.hidden = state !== "login";
    if (isNew) input("token").focus();
  }

  async #login(): Promise<void> {
    const body = JSON.stringify({ token: input("token").value });
    const headers = { "Content-Type": "application/json" };
    try {
      await ask("/api/auth/login", { method: "POST", headers, body });
      input("token").value = "";
      say(element("login-said"), "");
      element("login-gate").hidden = true;
      this.#onIn();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      say(element("login-said"), error.message);
    }
  }
}
