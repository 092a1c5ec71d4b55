/// <reference lib="dom" />
/**
 * The switch that halts all autopilots at once, and lets them go on. It is there while one is on.
 *
 * @module
 */
import { element, say } from "../player/dom.ts";
import { ask, type CardRecord, RefusedError } from "./api.ts";
import { pilotsOf } from "./pilot_words.ts";

/**
 * Whether a click is no later one of several in a row: with the second half of a double click nothing
 * that is halted goes on.
 */
export function isFirst({ detail }: Pick<MouseEvent, "detail">): boolean {
  return detail <= 1;
}

/** The switch. */
export class HaltSwitch {
  readonly #button = element<HTMLButtonElement>("halt");
  #isHalted = false;

  /** Listens to it. */
  start(): void {
    this.#button.onclick = (event) => {
      if (!this.#isHalted || isFirst(event)) void this.#turn();
    };
  }

  /** Shows what it would do, by what cards say. */
  draw(cards: Iterable<CardRecord>): void {
    const { anyOn, isHalted } = pilotsOf(Array.from(cards, ({ autopilot }) => autopilot));
    this.#isHalted = isHalted;
    this.#button.hidden = !anyOn;
    say(this.#button, isHalted ? "Let autopilots go on" : "Halt autopilots");
  }

  async #turn(): Promise<void> {
    const body = JSON.stringify({ halted: !this.#isHalted });
    const headers = { "Content-Type": "application/json" };
    let said = "";
    try {
      await ask("/api/autopilot/halt", { method: "POST", headers, body });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      said = `That did not work: ${error.message}.`;
    }
    element("notice").hidden = said === "";
    say(element("notice"), said);
  }
}
