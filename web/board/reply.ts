/// <reference lib="dom" />
/**
 * The box at the foot of a session's page, with what stands only there: the autopilot.
 *
 * @module
 */
import { element, input, say, select } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { ask, RefusedError } from "./api.ts";
import { isFirst } from "./halt.ts";
import { pilotReason } from "./pilot_words.ts";
import { LOOK_S, post, ReplyDesk } from "./reply_desk.ts";
import { tame } from "./words.ts";

/** What was said of the session's autopilot. */
interface PilotConfig {
  readonly mode: string;
  readonly message: string;
  readonly maxSends: number;
  readonly idleSeconds: number;
  readonly resumeOnReset: boolean;
}

/** How it stands. */
interface Pilot extends PilotConfig {
  readonly paused?: string;
  readonly halted: boolean;
}

const DOES: Readonly<Record<string, string>> = {
  off: "is off",
  message: "sends the text",
  ai: "drafts",
};

class ReplyBox {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #desk: ReplyDesk;
  #isOver = false;
  /** What was changed in the box since it was sent last. */
  #changes: Partial<PilotConfig> = {};
  #sending: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.#desk = new ReplyDesk(this.#clock, id, {
      form: element("reply-form"),
      why: element("reply-why"),
      terminal: element<HTMLDetailsElement>("reply-terminal"),
      screen: element("reply-screen"),
      diagnosis: element<HTMLDetailsElement>("reply-diagnosis"),
      diagnosisText: element("reply-diagnosis-text"),
      text: element<HTMLTextAreaElement>("reply-text"),
      draft: element<HTMLButtonElement>("reply-draft"),
      send: element<HTMLButtonElement>("reply-send"),
      said: element("reply-said"),
    });
  }

  async run(): Promise<void> {
    const desk = this.#desk;
    element("reply-diagnose").onclick = () => void desk.attempt(() => desk.diagnose());
    const [mode, message, resume] = [
      select("reply-autopilot"),
      input("reply-message"),
      input("reply-resume"),
    ];
    mode.onchange = () => this.#change({ mode: mode.value });
    message.onchange = () => this.#change({ message: message.value });
    resume.onchange = () => this.#change({ resumeOnReset: resume.checked });
    // Enter is for this text, not for the reply.
    message.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      message.blur();
    };
    element("reply-more").onclick = () => {
      const extra = element("reply-extra");
      extra.hidden = !extra.hidden;
      element("reply-more").setAttribute("aria-expanded", String(!extra.hidden));
      if (!extra.hidden) extra.scrollIntoView({ block: "nearest" });
    };
    // Whatever else is under way, such as a draft, nobody waits for it to halt them.
    element("reply-halt").onclick = (event) => {
      const isHalted = element("reply-halt").dataset["halted"] === "true";
      if (!isHalted || isFirst(event)) void desk.perform(() => this.#halt(isHalted));
    };
    await this.#look();
    await this.#showPilot().catch(() => {});
  }

  /** Looks again and again, while somebody looks. */
  async #look(): Promise<void> {
    if (document.visibilityState === "visible" && !this.#desk.isBusy) {
      try {
        const { state, health } = await this.#desk.look();
        this.#showOver(state === "ended");
        // Nobody answers what has ended; why it went badly may still be asked.
        element("reply").hidden = state === "ended" && health === "good";
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        // Another user of this machine, or nobody: there is nothing to answer with.
        if (error.status === 401 || error.status === 404) element("reply").hidden = true;
      }
    }
    this.#clock.after(LOOK_S, () => void this.#look());
  }

  #showOver(isOver: boolean): void {
    if (isOver === this.#isOver) return;
    this.#isOver = isOver;
    for (const id of ["text", "draft", "more", "send", "pilot"]) {
      element(`reply-${id}`).hidden = isOver;
    }
    element("reply-extra").hidden = !isOver;
  }

  /** Takes a change, also while something else is under way; changes are sent one after the other. */
  #change(change: Partial<PilotConfig>): void {
    this.#changes = { ...this.#changes, ...change };
    const send = () => this.#desk.perform(() => this.#pilot());
    this.#sending = this.#sending.then(send, send);
  }

  async #pilot(): Promise<void> {
    // Off it goes whatever becomes of the rest, which has its own turn.
    const { mode: to, ...rest } = this.#changes;
    const changes = to === "off" ? { mode: to } : this.#changes;
    this.#changes = to === "off" ? rest : {};
    if (Object.keys(changes).length === 0) return;
    let sent: PilotConfig;
    try {
      const known = await ask<Pilot>(`${this.#desk.path}/autopilot`);
      const { idleSeconds, maxSends, message, mode, resumeOnReset } = known;
      sent = { idleSeconds, maxSends, message, mode, resumeOnReset, ...changes };
      await post(`${this.#desk.path}/autopilot`, JSON.stringify(sent), "PUT");
    } catch (error) {
      // What was said since then was said in the belief that this holds.
      this.#changes = this.#changes.mode === "off" ? { mode: "off" } : {};
      throw error;
    } finally {
      await this.#showPilot();
    }
    const resumes = sent.resumeOnReset ? "; the text is sent when a limit ends" : "";
    this.#desk.say("good", `The autopilot ${DOES[sent.mode] ?? ""}${resumes}`);
  }

  async #showPilot(): Promise<void> {
    const pilot = await ask<Pilot>(`${this.#desk.path}/autopilot`);
    const { halted, message, mode, paused, resumeOnReset } = pilot;
    // What somebody has changed, or writes, since it was asked stands.
    if (Object.keys(this.#changes).length === 0) {
      const field = input("reply-message");
      select("reply-autopilot").value = mode;
      input("reply-resume").checked = resumeOnReset;
      if (document.activeElement !== field) field.value = message;
    }
    say(element("reply-halt"), halted ? "Go on" : "Halt all");
    element("reply-halt").dataset["halted"] = String(halted);
    const isOn = mode !== "off" || resumeOnReset;
    const rests = isOn ? "rests" : "is off";
    if (halted && isOn) this.#desk.say("bad", "All autopilots are halted");
    else if (paused !== undefined) {
      this.#desk.say("bad", `The autopilot ${rests}: ${tame(pilotReason(paused))}`);
    }
  }

  async #halt(isHalted: boolean): Promise<void> {
    await post("/api/autopilot/halt", JSON.stringify({ halted: !isHalted }));
    this.#desk.say("", isHalted ? "Autopilots may go on" : "All autopilots are halted");
    await this.#showPilot();
  }
}

const id = decodeURIComponent(location.pathname.replace(/^\/s\//, ""));
// Sessions of Headway's own have pages of their own, where they are answered.
if (!id.startsWith("headway:")) void new ReplyBox(id).run();
