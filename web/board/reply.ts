/// <reference lib="dom" />
/**
 * The box at the foot of a session's page, with what stands only there: the autopilot.
 *
 * @module
 */
import { element, input, say, select } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { ask, RefusedError } from "./api.ts";
import { pilotReason } from "./pilot_words.ts";
import { LOOK_S, post, ReplyDesk } from "./reply_desk.ts";
import { tame } from "./words.ts";

/** How the session's autopilot stands. */
interface Pilot {
  readonly mode: string;
  readonly message: string;
  readonly maxSends: number;
  readonly idleSeconds: number;
  readonly resumeOnReset: boolean;
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
    for (const id of ["reply-autopilot", "reply-message", "reply-resume"]) {
      element(id).onchange = () => void desk.attempt(() => this.#pilot());
    }
    // Enter is for this text, not for the reply.
    input("reply-message").onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      input("reply-message").blur();
    };
    element("reply-more").onclick = () => {
      const extra = element("reply-extra");
      extra.hidden = !extra.hidden;
      element("reply-more").setAttribute("aria-expanded", String(!extra.hidden));
      if (!extra.hidden) extra.scrollIntoView({ block: "nearest" });
    };
    element("reply-halt").onclick = () => void desk.attempt(() => this.#halt());
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

  async #pilot(): Promise<void> {
    const { idleSeconds, maxSends } = await ask<Pilot>(`${this.#desk.path}/autopilot`);
    const body = JSON.stringify({
      ...{ idleSeconds, maxSends, mode: select("reply-autopilot").value },
      message: input("reply-message").value,
      resumeOnReset: input("reply-resume").checked,
    });
    try {
      await post(`${this.#desk.path}/autopilot`, body, "PUT");
    } finally {
      await this.#showPilot();
    }
    const does = DOES[select("reply-autopilot").value] ?? "";
    const resumes = input("reply-resume").checked ? "; the text is sent when a limit ends" : "";
    this.#desk.say("good", `The autopilot ${does}${resumes}`);
  }

  async #showPilot(): Promise<void> {
    const pilot = await ask<Pilot>(`${this.#desk.path}/autopilot`);
    const { halted, message, mode, paused, resumeOnReset } = pilot;
    select("reply-autopilot").value = mode;
    input("reply-message").value = message;
    input("reply-resume").checked = resumeOnReset;
    say(element("reply-halt"), halted ? "Go on" : "Halt all");
    element("reply-halt").dataset["halted"] = String(halted);
    const rests = mode === "off" ? "is off" : "rests";
    if (halted && mode !== "off") this.#desk.say("bad", "All autopilots are halted");
    else if (paused !== undefined) {
      this.#desk.say("bad", `The autopilot ${rests}: ${tame(pilotReason(paused))}`);
    }
  }

  async #halt(): Promise<void> {
    const isHalted = element("reply-halt").dataset["halted"] === "true";
    await post("/api/autopilot/halt", JSON.stringify({ halted: !isHalted }));
    this.#desk.say("", isHalted ? "Autopilots may go on" : "All autopilots are halted");
    await this.#showPilot();
  }
}

const id = decodeURIComponent(location.pathname.replace(/^\/s\//, ""));
// Sessions of Headway's own have pages of their own, where they are answered.
if (!id.startsWith("headway:")) void new ReplyBox(id).run();
