/// <reference lib="dom" />
/**
 * Answers a session from its page: says why it waits, shows its terminal, takes a reply, and tells what
 * became of it. A draft of a model stands in the box until a person sends it.
 *
 * @module
 */
import { element, say, select } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { ask, RefusedError } from "./api.ts";
import { tame } from "./words.ts";

/** How often the terminal is looked at while somebody looks at the page, seconds. */
const LOOK_S = 4;
const JOB_S = 0.7;
const MAX_JOB_LOOKS = 300;
const DELIVERY_S = 0.5;
const MAX_DELIVERY_LOOKS = 150;
/** The server is told at most so often that somebody writes, seconds. */
const COMPOSING_S = 20;

interface ReplyState {
  readonly state: string;
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
  readonly result?: { readonly text: string };
}

/** What has been asked about before it is sent. */
interface Consent {
  readonly force?: true;
  readonly confirm?: true;
}

class ReplyBox {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #id = decodeURIComponent(location.pathname.replace(/^\/s\//, ""));
  readonly #path = `/api/sessions/${encodeURIComponent(this.#id)}`;
  readonly #text = element<HTMLTextAreaElement>("reply-text");
  readonly #send = element<HTMLButtonElement>("reply-send");
  readonly #key = `headway.reply.${this.#id}`;
  #consent: Consent = {};
  #composingS = -Infinity;
  #isBusy = false;

  async run(): Promise<void> {
    // Sessions of Headway's own have pages of their own, where they are answered.
    if (this.#id.startsWith("headway:")) return;
    this.#text.value = kept(this.#key) ?? "";
    this.#text.oninput = () => {
      keep(this.#key, this.#text.value);
      this.#ask({}, "Send");
      this.#compose();
    };
    this.#text.onfocus = () => this.#compose();
    element("reply-form").onsubmit = (event) => {
      event.preventDefault();
      void this.#attempt(() => this.#reply());
    };
    element("reply-draft").onclick = () => void this.#attempt(() => this.#draft());
    element("reply-diagnose").onclick = () => void this.#attempt(() => this.#diagnose());
    select("reply-autopilot").onchange = () => void this.#attempt(() => this.#pilot());
    element("reply-more").onclick = () => {
      const extra = element("reply-extra");
      extra.hidden = !extra.hidden;
      element("reply-more").setAttribute("aria-expanded", String(!extra.hidden));
      if (!extra.hidden) extra.scrollIntoView({ block: "nearest" });
    };
    element("reply-halt").onclick = () => void this.#attempt(() => this.#halt());
    await this.#look();
    await this.#showPilot().catch(() => {});
  }

  /** Looks again and again, while somebody looks. */
  async #look(): Promise<void> {
    if (document.visibilityState === "visible" && !this.#isBusy) {
      try {
        this.#show(await ask<ReplyState>(`${this.#path}/reply`));
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        // Another user of this machine, or nobody: there is nothing to answer with.
        if (error.status === 401 || error.status === 404) element("reply").hidden = true;
      }
    }
    this.#clock.after(LOOK_S, () => void this.#look());
  }

  #show({ ai, pane, state, why }: ReplyState): void {
    // Nobody answers what has ended.
    element("reply").hidden = state === "ended";
    const reasons = why.map(({ text }) => tame(text)).join("; ");
    say(element("reply-why"), [reasons, blockText(pane)].filter((it) => it !== "").join(" — "));
    const terminal = element("reply-terminal");
    terminal.hidden = pane === null;
    say(element("reply-screen"), tame(pane?.text ?? ""));
    this.#send.disabled = pane === null;
    const draft = element<HTMLButtonElement>("reply-draft");
    draft.disabled = !ai.available;
    draft.title = ai.available ? "" : `No model: ${ai.reason ?? ""}`;
  }

  async #reply(): Promise<void> {
    const text = this.#text.value;
    if (text.trim() === "") return;
    this.#say("", "Sending…");
    try {
      const body = JSON.stringify({ text, ...this.#consent });
      const { delivery } = await post<{ delivery: Delivery }>(`${this.#path}/respond`, body);
      await this.#tell(delivery);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const { confirm, force } = error.hint;
      if (confirm === true) {
        this.#ask({ confirm }, "Send the command");
        return this.#say("", "This is a command of the agent's; press again to send it as one");
      }
      if (force === true) {
        this.#ask({ force }, "Answer the dialog");
        return this.#say("", "A dialog asks something; look at it, and press again to answer it");
      }
      throw error;
    }
  }

  async #tell(delivery: Delivery): Promise<void> {
    this.#ask({}, "Send");
    let now = delivery;
    this.#sayDelivery(now);
    for (let i = 0; i < MAX_DELIVERY_LOOKS && now.status === "sent"; i++) {
      await this.#clock.sleep(DELIVERY_S);
      now = (await ask<{ delivery: Delivery }>(`/api/deliveries/${now.id}`)).delivery;
      this.#sayDelivery(now);
    }
  }

  #sayDelivery({ status, message = "" }: Delivery): void {
    if (status === "unconfirmed") return this.#say("bad", `Not confirmed: ${message}`);
    if (status === "sent") return this.#say("", "Sent…");
    this.#say("good", "Confirmed: the session has it");
    this.#text.value = "";
    keep(this.#key, "");
  }

  async #draft(): Promise<void> {
    this.#say("", "A model drafts a reply…");
    const hint = JSON.stringify({ hint: this.#text.value });
    const { job } = await post<{ job: Job }>(`${this.#path}/ai/draft`, hint);
    const done = await this.#done(job);
    if (done.result === undefined) return this.#say("bad", `No draft: ${whyNone(done)}`);
    this.#text.value = done.result.text;
    keep(this.#key, done.result.text);
    this.#text.focus();
    this.#say("", "A draft of a model: read it before you send it");
  }

  async #diagnose(): Promise<void> {
    this.#say("", "Looking for what went wrong…");
    const answer = await post<{ job?: Job; text?: string }>(`${this.#path}/ai/diagnose`, "{}");
    const done = answer.job === undefined ? null : await this.#done(answer.job);
    const text = done === null ? answer.text : done.result?.text;
    if (text === undefined) return this.#say("bad", `No diagnosis: ${whyNone(done!)}`);
    const box = element<HTMLDetailsElement>("reply-diagnosis");
    box.hidden = false;
    box.open = true;
    say(element("reply-diagnosis-text"), tame(text));
    this.#say("", "");
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

  async #pilot(): Promise<void> {
    const body = JSON.stringify({ mode: select("reply-autopilot").value });
    try {
      await post(`${this.#path}/autopilot`, body, "PUT");
    } finally {
      await this.#showPilot();
    }
    this.#say("good", `The autopilot is ${select("reply-autopilot").value}`);
  }

  async #showPilot(): Promise<void> {
    type Pilot = { mode: string; paused?: string; halted: boolean };
    const { halted, mode, paused } = await ask<Pilot>(`${this.#path}/autopilot`);
    select("reply-autopilot").value = mode;
    say(element("reply-halt"), halted ? "Go on" : "Halt all");
    element("reply-halt").dataset["halted"] = String(halted);
    if (halted && mode !== "off") this.#say("bad", "All autopilots are halted");
    else if (paused !== undefined) this.#say("bad", `The autopilot rests: ${tame(paused)}`);
  }

  async #halt(): Promise<void> {
    const isHalted = element("reply-halt").dataset["halted"] === "true";
    await post("/api/autopilot/halt", JSON.stringify({ halted: !isHalted }));
    this.#say("", isHalted ? "Autopilots may go on" : "All autopilots are halted");
    await this.#showPilot();
  }

  #compose(): void {
    const nowS = this.#clock.now();
    if (nowS - this.#composingS < COMPOSING_S) return;
    this.#composingS = nowS;
    post(`${this.#path}/composing`, "{}").catch(() => {});
  }

  /** What the next press of the button means. */
  #ask(consent: Consent, words: string): void {
    this.#consent = consent;
    say(this.#send, words);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.#say("bad", `That did not work: ${error.message}`);
    } finally {
      this.#isBusy = false;
    }
  }

  #say(kind: "good" | "bad" | "", text: string): void {
    element("reply-said").dataset["kind"] = kind;
    say(element("reply-said"), text);
    if (text !== "") element("reply-said").scrollIntoView({ block: "nearest" });
  }
}

/** Why it cannot be answered from here, or not just like that. */
function blockText(pane: ReplyState["pane"]): string {
  if (pane === null) return "It runs in no tmux that is known here; answer it where it runs.";
  if (pane.dialog === "permission") return "A dialog asks for leave; answer it in the terminal.";
  if (pane.dialog === "question") return "A dialog asks something.";
  return pane.isForeground ? "" : "Another program has its terminal.";
}

function whyNone({ state, error, discardReason }: Job): string {
  if (discardReason === "NO_REPLY") return "the model thinks that none is due";
  return error ?? discardReason ?? state;
}

function post<Answer>(path: string, body: string, method = "POST"): Promise<Answer> {
  return ask<Answer>(path, { method, headers: { "Content-Type": "application/json" }, body });
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

void new ReplyBox().run();
