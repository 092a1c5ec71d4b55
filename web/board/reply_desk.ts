/// <reference lib="dom" />
/**
 * Answers a session, wherever the box for it stands: says why it waits, shows its terminal, takes a
 * reply, and tells what became of it. A draft of a model stands in the box until a person sends it.
 *
 * @module
 */
import { say } from "../player/dom.ts";
import { make } from "./insights/nodes.ts";
import type { BrowserClock } from "../session/browser_clock.ts";
import { ask, RefusedError } from "./api.ts";
import { NO_PANE, tame } from "./words.ts";

const JOB_S = 0.7;
const MAX_JOB_LOOKS = 300;
const DELIVERY_S = 0.5;
const MAX_DELIVERY_LOOKS = 150;
/** The server is told at most so often that somebody writes, seconds. */
const COMPOSING_S = 20;
/** How often the terminal is looked at while somebody looks at it, seconds. */
export const LOOK_S = 4;

/** What a person has to know who is about to answer. */
export interface ReplyState {
  readonly state: string;
  /** How it gets on: `good`, `warn`, `bad`. */
  readonly health: string;
  readonly why: readonly { readonly code: string; readonly text: string }[];
  readonly ai: { readonly available: boolean; readonly reason?: string };
  readonly pane: {
    readonly text: string;
    readonly dialog: "permission" | "question" | null;
    readonly isForeground: boolean;
  } | null;
}

interface Delivery {
  readonly id: string;
  readonly status: "sent" | "confirmed" | "unconfirmed";
  readonly message?: string;
}

interface Job {
  readonly id: string;
  readonly state: string;
  readonly error?: string;
  readonly discardReason?: string;
  readonly result?: { readonly text: string; readonly noteId?: string };
}

/** What has been asked about before it is sent. */
interface Consent {
  readonly force?: true;
  readonly confirm?: true;
}

/** What a box is made of. */
export interface ReplyNodes {
  readonly form: HTMLElement;
  /** Why the session waits, and what keeps it from being answered. */
  readonly why: HTMLElement;
  /** What its terminal shows, in something that opens. */
  readonly terminal: HTMLDetailsElement;
  readonly screen: HTMLElement;
  readonly diagnosis: HTMLDetailsElement;
  readonly diagnosisText: HTMLElement;
  readonly text: HTMLTextAreaElement;
  readonly draft: HTMLButtonElement;
  readonly send: HTMLButtonElement;
  /** What became of it. */
  readonly said: HTMLElement;
}

/** Answers one session. */
export class ReplyDesk {
  /** Where its routes begin. */
  readonly path: string;
  readonly #clock: BrowserClock;
  readonly #nodes: ReplyNodes;
  readonly #key: string;
  readonly #notesHref: string;
  #consent: Consent = {};
  #composingS = -Infinity;
  #isBusy = false;
  /** The dialog that its terminal was opened for. */
  #dialog: string | null = null;

  /** Puts what was written before into the box, and listens to it. */
  constructor(clock: BrowserClock, id: string, nodes: ReplyNodes) {
    this.path = `/api/sessions/${encodeURIComponent(id)}`;
    this.#clock = clock;
    this.#nodes = nodes;
    this.#key = `headway.reply.${id}`;
    this.#notesHref = `/backlinks?session=${encodeURIComponent(id)}`;
    nodes.text.value = kept(this.#key) ?? "";
    nodes.text.oninput = () => {
      keep(this.#key, nodes.text.value);
      this.#ask({}, "Send");
      this.#compose();
    };
    nodes.text.onfocus = () => this.#compose();
    nodes.form.onsubmit = (event) => {
      event.preventDefault();
      void this.attempt(() => this.#reply());
    };
    nodes.draft.onclick = () => void this.attempt(() => this.draft());
    // What is asked stands at the end.
    nodes.terminal.ontoggle = () => nodes.screen.scrollTop = nodes.screen.scrollHeight;
  }

  /** Whether it is at something, so that what it shows is left as it is. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Looks how it stands, and shows that. */
  async look(): Promise<ReplyState> {
    const state = await ask<ReplyState>(`${this.path}/reply`);
    const { ai, pane, why } = state;
    const { draft, screen, send, terminal } = this.#nodes;
    const reasons = why.map(({ text }) => tame(text)).join("; ");
    say(this.#nodes.why, [reasons, blockText(state)].filter((it) => it !== "").join(" — "));
    terminal.hidden = pane === null;
    const isAtEnd = screen.scrollTop + screen.clientHeight >= screen.scrollHeight - 4;
    say(screen, tame(pane?.text ?? ""));
    if (isAtEnd) screen.scrollTop = screen.scrollHeight;
    // Why it waits is to be read there, and nowhere else.
    const dialog = pane?.dialog ?? null;
    if (dialog !== null && dialog !== this.#dialog) terminal.open = true;
    this.#dialog = dialog;
    send.disabled = pane === null;
    draft.disabled = !ai.available;
    draft.title = ai.available ? "" : noModel(state);
    return state;
  }

  /** Lets a model draft a reply; what is in the box is its hint, and gives way to it if it stays so. */
  async draft(): Promise<void> {
    const { text } = this.#nodes;
    this.say("", "A model drafts a reply…");
    const hint = text.value;
    const body = JSON.stringify({ hint });
    const { job } = await post<{ job: Job }>(`${this.path}/ai/draft`, body);
    const done = await this.#done(job);
    if (done.result === undefined) return this.say("bad", `No draft: ${whyNone(done)}`);
    if (text.value !== hint) {
      return this.say("", "What you have written stands; the draft is left out");
    }
    text.value = done.result.text;
    // Whatever was agreed to, it was not this text.
    this.#ask({}, "Send");
    keep(this.#key, done.result.text);
    text.focus();
    this.say("", "A draft of a model: read it before you send it");
  }

  /** Does one thing at a time, and tells when it did not work. */
  async attempt(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.perform(work);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Does something whatever else it is at, and tells when it did not work. */
  async perform(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.say("bad", `That did not work: ${error.message}`);
    }
  }

  /** Says what became of something. */
  say(kind: "good" | "bad" | "", text: string): void {
    const { said } = this.#nodes;
    said.dataset["kind"] = kind;
    say(said, text);
    if (text !== "") said.scrollIntoView({ block: "nearest" });
  }

  async #reply(): Promise<void> {
    const text = this.#nodes.text.value;
    if (text.trim() === "") return;
    this.say("", "Sending…");
    try {
      const body = JSON.stringify({ text, ...this.#consent });
      const { delivery } = await post<{ delivery: Delivery }>(`${this.path}/respond`, body);
      await this.#tell(delivery, text);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const { confirm, force } = error.hint;
      if (confirm === true) {
        this.#ask({ confirm }, "Send the command");
        return this.say("", "This is a command of the agent's; press again to send it as one");
      }
      if (force === true) {
        this.#ask({ force }, "Answer the dialog");
        return this.say("", "A dialog asks something; look at it, and press again to answer it");
      }
      throw error;
    }
  }

  async #tell(delivery: Delivery, text: string): Promise<void> {
    this.#ask({}, "Send");
    let now = delivery;
    this.#sayDelivery(now, text);
    for (let i = 0; i < MAX_DELIVERY_LOOKS && now.status === "sent"; i++) {
      await this.#clock.sleep(DELIVERY_S);
      now = (await ask<{ delivery: Delivery }>(`/api/deliveries/${now.id}`)).delivery;
      this.#sayDelivery(now, text);
    }
  }

  /** What was written since stays in the box. */
  #sayDelivery({ status, message = "" }: Delivery, text: string): void {
    if (status === "unconfirmed") return this.say("bad", `Not confirmed: ${message}`);
    if (status === "sent") return this.say("", "Sent…");
    this.say("good", "Confirmed: the session has it");
    if (this.#nodes.text.value !== text) return;
    this.#nodes.text.value = "";
    keep(this.#key, "");
  }

  /** Finds out why the session does not get on, and shows that; what a model wrote is a note of it, too. */
  async diagnose(): Promise<void> {
    this.say("", "Looking for what went wrong…");
    const answer = await post<{ job?: Job; text?: string }>(`${this.path}/ai/diagnose`, "{}");
    const done = answer.job === undefined ? null : await this.#done(answer.job);
    const text = done === null ? answer.text : done.result?.text;
    if (text === undefined) return this.say("bad", `No diagnosis: ${whyNone(done!)}`);
    const { diagnosis, diagnosisText } = this.#nodes;
    diagnosis.hidden = false;
    diagnosis.open = true;
    say(diagnosisText, tame(text));
    diagnosis.querySelector("[data-testid=diagnosis-note]")?.remove();
    if (done?.result?.noteId !== undefined) {
      const link = { href: this.#notesHref, "data-testid": "diagnosis-note" };
      diagnosis.append(make("a", link, "Kept among its notes"));
    }
    this.say("", "");
  }

  async #done(job: Job): Promise<Job> {
    let now = job;
    for (let i = 0; i < MAX_JOB_LOOKS; i++) {
      if (now.state !== "queued" && now.state !== "running") break;
      await this.#clock.sleep(JOB_S);
      now = (await ask<{ job: Job }>(`/api/jobs/${job.id}`)).job;
    }
    return now;
  }

  #compose(): void {
    const nowS = this.#clock.now();
    if (nowS - this.#composingS < COMPOSING_S) return;
    this.#composingS = nowS;
    post(`${this.path}/composing`, "{}").catch(() => {});
  }

  /** What the next press of the button means. */
  #ask(consent: Consent, words: string): void {
    this.#consent = consent;
    say(this.#nodes.send, words);
  }
}

/** Sends something as JSON. */
export function post<Answer>(path: string, body: string, method = "POST"): Promise<Answer> {
  return ask<Answer>(path, { method, headers: { "Content-Type": "application/json" }, body });
}

/** Why nobody can be asked for a draft. */
export function noModel({ ai }: Pick<ReplyState, "ai">): string {
  return `No model: ${ai.reason ?? ""}`;
}

/** Why it cannot be answered from here, or not just like that. */
function blockText({ pane, state }: ReplyState): string {
  if (state === "ended") return "It has ended.";
  if (pane === null) return NO_PANE;
  if (pane.dialog === "permission") return "A dialog asks for leave; answer it in the terminal.";
  if (pane.dialog === "question") return "A dialog asks something.";
  return pane.isForeground ? "" : "Another program has its terminal.";
}

function whyNone({ state, error, discardReason }: Job): string {
  if (discardReason === "NO_REPLY") return "the model thinks that none is due";
  return error ?? discardReason ?? state;
}

function kept(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // The page works without.
  }
}
