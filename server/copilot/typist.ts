/**
 * The only place that types into terminals. Whatever is asked of it, it looks at the pane itself, under
 * a lock, right before it pastes and again before it presses Enter; it presses Enter only when the
 * composer holds exactly what was pasted, and never while a dialog is open that asks for leave.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { Pane, Panes, PaneSearch, Tmux } from "./panes.ts";
import { holds, type Screen, shows } from "./screen.ts";

/** Why nothing was typed. */
export interface TypeRefusal {
  readonly code: string;
  /** One plain sentence. */
  readonly message: string;
  /** What would let it pass, if a person means it. */
  readonly hint?: { readonly force?: true; readonly confirm?: true };
}

/** What was seen right before. */
export interface PaneSight {
  readonly pane: Pane;
  readonly screen: Screen;
}

/** What is to be typed. */
export interface TypeOrder {
  /** The agent's process. */
  readonly pid: number;
  readonly text: string;
  /** Whether a person sends it; a person's words leave the scrolling of a pane. */
  readonly isHuman: boolean;
  /** Whether it may answer a dialog that asks something. Leave is never given here. */
  readonly isForced?: boolean;
  /** More that has to be so; null when it is. Asked with the pane locked. */
  readonly check: (sight: PaneSight) => Promise<TypeRefusal | null>;
  /** Whether the session has got it. */
  readonly hasArrived: () => Promise<boolean>;
}

/** What became of it. */
export type Delivery =
  | { readonly status: "refused" } & TypeRefusal
  /** Enter was pressed, and the session got it. */
  | { readonly status: "confirmed" }
  /** It was pasted; whether the session got it is not known, or Enter was not pressed. */
  | { readonly status: "unconfirmed"; readonly message: string; readonly wasSent: boolean };

/** What it works with. */
export interface TypistOptions {
  readonly tmux: Tmux;
  readonly panes: Panes;
  readonly clock: Clock;
  /** A word that never comes twice, for the name of a buffer. */
  readonly nonce: () => string;
  /** How long is waited; for tests on busy machines. */
  readonly patience?: TypistPatience;
}

/** How long is waited, seconds. */
export interface TypistPatience {
  /** For the composer to show what was pasted; default 3. */
  readonly shownS?: number;
  /** For the session to show what it got; default 5. */
  readonly confirmS?: number;
}

/** The longest text, characters. */
export const MAX_TYPED_CHARS = 4000;
/** From the paste to the first look at it, and how long the agent may take to show it, seconds. */
const SETTLE_S = 0.12;
const SHOWN_WITHIN_S = 3;
const CONFIRM_S = 5;
const ASK_EVERY_S = 0.25;
/** The part of the time to confirm after which Enter is pressed once more. */
const AGAIN_AFTER = 0.3;

const NOT_YET = "the composer does not hold the text alone";

/** Types. */
export class Typist {
  readonly #options: TypistOptions;
  /** The last order for each pane. */
  readonly #queues = new Map<string, Promise<unknown>>();

  /** Types by these. */
  constructor(options: TypistOptions) {
    this.#options = options;
  }

  /**
   * Types a text into the pane of a process, one order after the other for each pane.
   *
   * @param onSent - Called when Enter has been pressed, before it is known whether it arrived.
   */
  async type(order: TypeOrder, onSent: () => void = () => {}): Promise<Delivery> {
    const refusal = refuseText(order.text);
    if (refusal !== null) return { status: "refused", ...refusal };
    const found = await this.#options.panes.find(order.pid);
    if (found.kind !== "pane") return refused(...NO_PANE[found.kind]);
    return await this.#alone(found.pane.id, () => this.#typeInto(found.pane.id, order, onSent));
  }

  async #typeInto(id: string, order: TypeOrder, onSent: () => void): Promise<Delivery> {
    const { clock, panes, tmux } = this.#options;
    let seen = await this.#look(id, order);
    if ("status" in seen) return seen;
    if (seen.pane.isInMode) {
      if (!order.isHuman) return refused("pane_busy", "the pane is being scrolled");
      await tmux.run(["send-keys", "-t", id, "-X", "cancel"]);
      seen = await this.#look(id, order);
      if ("status" in seen) return seen;
      if (seen.pane.isInMode) return refused("pane_busy", "the pane is being scrolled");
    }
    if (!await this.#paste(id, order.text)) {
      return refused("pane_missing", "tmux did not take the text");
    }
    const why = await this.#settled(id, order);
    if (why !== null) {
      return { status: "unconfirmed", wasSent: false, message: `Enter was not pressed: ${why}` };
    }
    await this.#enter(id);
    onSent();
    const { confirmS = CONFIRM_S } = this.#options.patience ?? {};
    const startS = clock.now();
    for (let isRepeated = false; clock.now() - startS < confirmS;) {
      if (await order.hasArrived()) return { status: "confirmed" };
      await clock.sleep(ASK_EVERY_S);
      if (isRepeated || clock.now() - startS < AGAIN_AFTER * confirmS) continue;
      isRepeated = true;
      const screen = await panes.screen(id);
      const isStill = holds(screen?.composer ?? null, order.text);
      if (isStill && await this.#whyNoEnter(id, order) === null) await this.#enter(id);
    }
    return {
      status: "unconfirmed",
      wasSent: true,
      message: "Enter was pressed, but the session's transcript does not show the text",
    };
  }

  /** Everything that has to be so before a key is pressed, by a look at the pane as it is now. */
  async #look(id: string, order: TypeOrder): Promise<PaneSight | Delivery> {
    const { panes } = this.#options;
    const found = await panes.find(order.pid);
    if (found.kind !== "pane") return refused(...NO_PANE[found.kind]);
    const { pane, isForeground } = found;
    if (pane.id !== id) return refused("pane_changed", "the agent is in another pane now");
    if (pane.isDead) return refused("pane_missing", "the pane's program has ended");
    if (pane.isOff) return refused("pane_busy", "the pane takes no keys");
    if (pane.isSynchronized) {
      return refused("pane_busy", "the pane shares its keys with others (synchronize-panes)");
    }
    if (!isForeground) {
      return refused("not_foreground", "another program has the agent's terminal at present");
    }
    if (pane.isBracketed === false && order.text.includes("\n")) {
      return refused("pane_busy", "the pane's program would take each line as a message");
    }
    const screen = await panes.screen(id);
    if (screen === null) return refused("pane_missing", "the pane is gone");
    const { composer, dialog } = screen;
    const mayAnswer = order.isForced === true && dialog === "question";
    if (dialog !== null && !mayAnswer) {
      if (dialog === "permission") {
        return refused("waiting_prompt", "a dialog asks for leave; answer that in the terminal");
      }
      const message = "a dialog asks something; look at it, and send with force";
      return { status: "refused", code: "waiting_prompt", message, hint: { force: true } };
    }
    const refusal = await order.check({ pane, screen });
    if (refusal !== null) return { status: "refused", ...refusal };
    if (composer !== null && composer !== "" && !mayAnswer) {
      return refused("human_typing", "somebody has begun to write in the terminal");
    }
    return { pane, screen };
  }

  /** By stdin: as an argument tmux would take some texts for keys. In brackets, so as one message. */
  async #paste(id: string, text: string): Promise<boolean> {
    const { nonce, tmux } = this.#options;
    const buffer = `headway-${nonce()}`;
    if (!(await tmux.run(["load-buffer", "-b", buffer, "-"], text)).isOk) return false;
    const { isOk } = await tmux.run(["paste-buffer", "-p", "-d", "-b", buffer, "-t", id]);
    if (!isOk) await tmux.run(["delete-buffer", "-b", buffer]);
    return isOk;
  }

  /** Waits until the composer shows what was pasted; null when it does, and only that. */
  async #settled(id: string, order: TypeOrder): Promise<string | null> {
    const { clock, patience = {} } = this.#options;
    const { shownS = SHOWN_WITHIN_S } = patience;
    const startS = clock.now();
    for (;;) {
      await clock.sleep(SETTLE_S);
      const why = await this.#whyNoEnter(id, order);
      if (why !== NOT_YET || clock.now() - startS >= shownS) return why;
    }
  }

  /** Enter would answer whatever has come up meanwhile. Null when there is nothing but the text. */
  async #whyNoEnter(id: string, order: TypeOrder): Promise<string | null> {
    const { panes } = this.#options;
    const found = await panes.find(order.pid);
    if (found.kind !== "pane" || found.pane.id !== id) return "the agent left the pane";
    if (!found.isForeground) return "another program has the terminal";
    if (found.pane.isInMode) return "the pane is being scrolled";
    const screen = await panes.screen(id);
    if (screen === null) return "the pane is gone";
    if (screen.dialog !== null) {
      const isAnswer = order.isForced === true && screen.dialog === "question" &&
        shows(screen, order.text);
      return isAnswer ? null : "a dialog came up";
    }
    return holds(screen.composer, order.text) ? null : NOT_YET;
  }

  async #enter(id: string): Promise<void> {
    await this.#options.tmux.run(["send-keys", "-t", id, "Enter"]);
  }

  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(id) ?? Promise.resolve();
    const running = before.then(work, work);
    this.#queues.set(id, running);
    try {
      return await running;
    } finally {
      if (this.#queues.get(id) === running) this.#queues.delete(id);
    }
  }
}

const NO_PANE: Readonly<
  Record<Exclude<PaneSearch["kind"], "pane">, readonly [code: string, message: string]>
> = {
  gone: ["session_gone", "the agent's process has ended"],
  none: ["pane_missing", "the agent runs in no pane of tmux"],
  ambiguous: ["pane_missing", "the agent seems to run in several panes of tmux"],
};

function refused(code: string, message: string): Delivery & { readonly status: "refused" } {
  return { status: "refused", code, message };
}

/** No character may be taken for a key, and no end of a paste may stand in it. */
function refuseText(text: string): TypeRefusal | null {
  if (text.trim() === "") return { code: "bad_text", message: "there is no text" };
  if (text.length > MAX_TYPED_CHARS) {
    return {
      code: "bad_text",
      message: `the text has ${text.length} characters, at most ${MAX_TYPED_CHARS} are typed`,
    };
  }
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text)) {
    return { code: "bad_text", message: "the text has control characters, which would be keys" };
  }
  return null;
}
