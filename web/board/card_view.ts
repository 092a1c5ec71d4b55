/// <reference lib="dom" />
/**
 * One card on the page. Its nodes stay; only what changed is written. Texts of transcripts are never
 * markup.
 *
 * @module
 */
import { say } from "../player/dom.ts";
import type { CardRecord } from "./api.ts";
import { kindOf } from "./kinds.ts";
import { pilotText } from "./pilot_words.ts";
import {
  canBeSeen,
  canBeSilenced,
  reasonText,
  spanText,
  tame,
  tokensText,
  usdText,
  whyNoReply,
} from "./words.ts";

/** What can be done with a card. */
export interface CardOrders {
  seen(id: string): void;
  snooze(id: string): void;
  /** Opens the box that answers it, or closes that. */
  reply(id: string): void;
  /** Opens it, and says there why the session does not get on. */
  diagnose(id: string): void;
}

/** A card's nodes. */
export class CardView {
  readonly node = document.createElement("li");
  readonly #link = document.createElement("a");
  readonly #attn = line("p", "attn", "card-attn");
  readonly #attnLink = document.createElement("a");
  readonly #state = line("span", "card-state", "card-state");
  readonly #where = line("p", "where");
  readonly #last = line("p", "last");
  readonly #health = line("span", "badge", "card-health");
  readonly #cost = line("span", "cost", "card-cost");
  readonly #context = line("span", "context");
  readonly #model = line("span", "model");
  readonly #agents = line("span", "agents");
  readonly #pilot = line("span", "pilot", "card-autopilot");
  readonly #buttons = line("p", "orders");
  readonly #reply: HTMLButtonElement;
  readonly #diagnose: HTMLButtonElement;
  readonly #whyNot = line("span", "why-not");
  readonly #seen: HTMLButtonElement;
  readonly #later: HTMLButtonElement;
  #card: CardRecord | null = null;

  /** A card that shows nothing yet. */
  constructor(orders: CardOrders) {
    const { node } = this;
    node.className = "session";
    node.dataset["testid"] = "card";
    const heading = line("h3", "");
    heading.append(this.#link);
    this.#attn.append(this.#attnLink);
    const facts = line("p", "facts");
    facts.append(this.#state, this.#health, this.#pilot, this.#agents, this.#context, this.#cost);
    facts.append(this.#model);
    this.#reply = button("Reply", "", () => orders.reply(this.id));
    this.#reply.dataset["testid"] = "btn-reply";
    this.#reply.setAttribute("aria-expanded", "false");
    this.#diagnose = button(
      "Diagnose",
      "What failed, why, and what to do next",
      () => orders.diagnose(this.id),
    );
    this.#diagnose.dataset["testid"] = "btn-diagnose";
    this.#seen = button("Seen", "Nothing is left to look at here", () => orders.seen(this.id));
    this.#later = button("Later", "Silent for an hour (x)", () => orders.snooze(this.id));
    this.#buttons.append(this.#reply, this.#diagnose, this.#seen, this.#later, this.#whyNot);
    node.append(heading, this.#attn, this.#where, this.#last, facts, this.#buttons);
  }

  /** The session that it is of. */
  get id(): string {
    return this.#card?.id ?? "";
  }

  /** Shows a card as it is now. */
  show(card: CardRecord, nowS: number): void {
    this.tick(card, nowS);
    if (this.#card?.rev === card.rev && this.#card.id === card.id) return;
    this.#card = card;
    const { node } = this;
    node.dataset["id"] = card.id;
    node.dataset["rev"] = String(card.rev);
    node.dataset["health"] = card.health.level;
    node.dataset["state"] = card.state;
    node.dataset["needs"] = String(card.attn.needs);
    // Paths of our own making; ids were checked by the server.
    const href = card.href?.startsWith("/") && !card.href.startsWith("//")
      ? card.href
      : `/s/${encodeURIComponent(card.id)}`;
    if (this.#link.getAttribute("href") !== href) this.#link.setAttribute("href", href);
    // A transcript is opened where it shows what somebody is needed for.
    const reasonHref = href.startsWith("/s/") ? `${href}?to=attention` : href;
    if (this.#attnLink.getAttribute("href") !== reasonHref) {
      this.#attnLink.setAttribute("href", reasonHref);
    }
    say(this.#link, tame(card.title) || card.id);
    say(this.#attnLink, tame(reasonText(card)));
    this.#attn.hidden = !card.attn.needs;
    const branch = card.branch === undefined ? "" : ` · ${card.branch}`;
    say(this.#where, tame(card.project + branch));
    say(this.#last, tame(card.lastText));
    this.#last.hidden = card.lastText === "";
    say(this.#health, card.health.level === "bad" ? "unhealthy" : "so-so");
    this.#health.hidden = card.health.level === "good";
    const { usd, unpricedTokens } = card.cost;
    const unpriced = unpricedTokens > 0 ? ` + ${tokensText(unpricedTokens)}?` : "";
    // Our own sessions cost nothing, unless an agent of theirs does.
    const isFree = kindOf(card) !== "agent" && usd === 0;
    say(this.#cost, isFree && unpriced === "" ? "" : usdText(usd) + unpriced);
    this.#cost.title = unpricedTokens > 0
      ? `${unpricedTokens} tokens of models without a price are not in it`
      : "spent so far";
    say(this.#context, card.ctxPct === undefined ? "" : `${Math.round(card.ctxPct)} % context`);
    say(this.#model, tame(card.model ?? ""));
    say(this.#pilot, tame(pilotText(card.autopilot)));
    const { running, total } = card.agents;
    say(
      this.#agents,
      total === 0
        ? ""
        : running > 0
        ? `${running} of ${total} agents`
        : `${total} ${total === 1 ? "agent" : "agents"}`,
    );
    this.#state.dataset["confidence"] = card.confidence;
    this.#state.title = card.confidence === "low" ? "a guess: the transcript does not say" : "";
    this.#showOrders(card);
  }

  /** Whoever needs nobody and cannot be answered has nothing to press. */
  #showOrders(card: CardRecord): void {
    const { needs } = card.attn;
    const why = whyNoReply(card);
    const isOffered = why === null ||
      needs && kindOf(card) === "agent" && card.state !== "ended";
    this.#reply.hidden = !isOffered;
    this.#reply.disabled = why !== null;
    this.#reply.title = why ?? "Answer it here (d: with a draft)";
    say(this.#whyNot, isOffered && why !== null ? why : "");
    // Offered where it changes something: a look ends no question, and nothing silences a dialog.
    this.#seen.hidden = !canBeSeen(card);
    this.#later.hidden = !canBeSilenced(card);
    const isIll = kindOf(card) === "agent" && card.health.level !== "good";
    this.#diagnose.hidden = !isIll;
    this.#buttons.hidden = !needs && !isOffered && !isIll;
  }

  /** Puts a box under it that answers it; null when there is none any more. */
  hold(box: HTMLElement | null): void {
    if (box !== null) this.node.append(box);
    this.#reply.setAttribute("aria-expanded", String(box !== null));
  }

  /** How long it has been so goes on although nothing comes. */
  tick({ state, stateSince }: CardRecord, nowS: number): void {
    const sinceS = nowS - Date.parse(stateSince) / 1000;
    say(this.#state, `${state} ${spanText(sinceS)}`);
  }

  /** Gives it the keyboard. */
  focus(): void {
    this.#link.focus();
  }

  /** Opens it. */
  open(): void {
    this.#link.click();
  }
}

function line(tag: string, className: string, testId?: string): HTMLElement {
  const node = document.createElement(tag);
  if (className !== "") node.className = className;
  if (testId !== undefined) node.dataset["testid"] = testId;
  return node;
}

function button(text: string, title: string, onClick: () => void): HTMLButtonElement {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "plain";
  node.textContent = text;
  node.title = title;
  node.onclick = onClick;
  return node;
}
