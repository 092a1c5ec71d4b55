/// <reference lib="dom" />
/**
 * The box that answers a session, under its card. It is made when somebody opens it; what was written
 * into it is kept when it closes.
 *
 * @module
 */
import type { BrowserClock } from "../session/browser_clock.ts";
import { type CardRecord, RefusedError } from "./api.ts";
import { make } from "./insights/nodes.ts";
import { LOOK_S, noModel, ReplyDesk, type ReplyState } from "./reply_desk.ts";

/** What a box is opened for. */
export type ReplyWish = "reply" | "draft" | "diagnosis";

/** The box under a card. */
export class CardReply {
  /** What stands under the card. */
  readonly node: HTMLElement;
  readonly #clock: BrowserClock;
  readonly #desk: ReplyDesk;
  readonly #text: HTMLTextAreaElement;
  readonly #answering: readonly HTMLElement[];
  #next: { cancel(): void } | null = null;
  #isClosed = false;
  /** Whether it says that the server could not be asked. */
  #isOut = false;

  /** A box that is on no page yet; `onClose` is called when somebody does not want it any more. */
  constructor(clock: BrowserClock, card: CardRecord, onClose: () => void) {
    this.#clock = clock;
    const plain = { type: "button", class: "plain" };
    const nodes = {
      form: make("form"),
      why: make("p", { class: "reply-why", "data-testid": "reply-why" }),
      terminal: make("details", { hidden: true }, make("summary", {}, "Terminal")),
      screen: make("pre", { tabindex: 0, "data-testid": "pane-text" }),
      diagnosis: make("details", { hidden: true }, make("summary", {}, "Diagnosis (a draft)")),
      diagnosisText: make("pre", { tabindex: 0 }),
      text: make("textarea", {
        ...{ rows: 2, maxlength: 4000, placeholder: "Reply to this session" },
        ...{ "aria-label": `Reply to ${card.title}`, "data-testid": "reply-text" },
      }),
      draft: make("button", { ...plain, "data-testid": "btn-draft" }, "Draft"),
      send: make("button", { type: "submit", "data-testid": "btn-send" }, "Send"),
      said: make("p", { class: "reply-said", role: "status", "data-testid": "delivery" }),
    };
    const close = make("button", plain, "Close");
    close.onclick = onClose;
    nodes.terminal.append(nodes.screen);
    nodes.diagnosis.append(nodes.diagnosisText);
    nodes.form.append(
      nodes.text,
      make("p", { class: "reply-orders" }, nodes.draft, close, nodes.send),
      nodes.said,
    );
    this.node = make(
      "div",
      { class: "reply", role: "group", "aria-label": "Reply", "data-testid": "reply-box" },
      ...[nodes.why, nodes.terminal, nodes.diagnosis, nodes.form],
    );
    this.node.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      onClose();
    };
    this.#text = nodes.text;
    this.#answering = [nodes.text, nodes.draft, nodes.send];
    this.#desk = new ReplyDesk(clock, card.id, nodes);
  }

  /** Begins, on its page: with a draft of a model if that is wanted and nothing is written yet. */
  async open(wish: ReplyWish, canAnswer = true): Promise<void> {
    // Who cannot be answered may still be looked into.
    for (const it of this.#answering) it.hidden = !canAnswer;
    if (wish !== "diagnosis") this.#text.focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "nearest" });
    const state = await this.#look();
    // What it waits for may take more room.
    this.node.scrollIntoView({ block: "nearest" });
    if (wish === "diagnosis") return await this.#desk.attempt(() => this.#desk.diagnose());
    if (wish !== "draft" || state === null || this.#text.value.trim() !== "") return;
    if (state.ai.available) await this.#desk.attempt(() => this.#desk.draft());
    else this.#desk.say("", noModel(state));
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true;
    this.#next?.cancel();
    this.node.remove();
  }

  /** Looks now, and again and again while somebody looks at the page. */
  async #look(): Promise<ReplyState | null> {
    this.#next?.cancel();
    let state: ReplyState | null = null;
    if (document.visibilityState === "visible" && !this.#desk.isBusy) {
      try {
        state = await this.#desk.look();
        if (this.#isOut) this.#desk.say("", "");
        this.#isOut = false;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.#isOut = true;
        this.#desk.say("bad", `It cannot be answered from here: ${error.message}`);
      }
    }
    // Another look may have ended meanwhile.
    this.#next?.cancel();
    if (!this.#isClosed) this.#next = this.#clock.after(LOOK_S, () => void this.#look());
    return state;
  }
}
