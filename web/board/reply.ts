/// <reference lib="dom" />
/**
 * The box at the foot of a session's page, with what stands only there: the autopilot.
 *
 * @module
 */
import { element, say, select } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { ask, RefusedError } from "./api.ts";
import { LOOK_S, post, ReplyDesk } from "./reply_desk.ts";
import { tame } from "./words.ts";

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
    select("reply-autopilot").onchange = () => void desk.attempt(() => this.#pilot());
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
    const body = JSON.stringify({ mode: select("reply-autopilot").value });
    try {
      await post(`${this.#desk.path}/autopilot`, body, "PUT");
    } finally {
      await this.#showPilot();
    }
    this.#desk.say("good", `The autopilot is ${select("reply-autopilot").value}`);
  }

  async #showPilot(): Promise<void> {
    type Pilot = { mode: string; paused?: string; halted: boolean };
    const { halted, mode, paused } = await ask<Pilot>(`${this.#desk.path}/autopilot`);
    select("reply-autopilot").value = mode;
    say(element("reply-halt"), halted ? "Go on" : "Halt all");
    element("reply-halt").dataset["halted"] = String(halted);
    if (halted && mode !== "off") this.#desk.say("bad", "All autopilots are halted");
    else if (paused !== undefined) this.#desk.say("bad", `The autopilot rests: ${tame(paused)}`);
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
