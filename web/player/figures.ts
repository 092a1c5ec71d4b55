/// <reference lib="dom" />
import type { View } from "../session/messages.ts";
import { element, say } from "./dom.ts";

/** Time between two changes of the figures: faster ones cannot be read. */
const STEP_S = 0.25;

/** The figures under the player. */
export class Figures {
  #shownS = -Infinity;

  /** Shows what is measured now. */
  show(view: View): void {
    if (view.atS - this.#shownS < STEP_S) return;
    this.#shownS = view.atS;
    const { leadS, worstLeadS, stalenessS, worstStalenessS, freshShare } = view;
    figure("lead", leadS === null ? "–" : secondsText(leadS), leadS !== null && leadS < 0);
    if (worstLeadS !== null) {
      say(element("lead-more"), `least of the last 10 s: ${secondsText(worstLeadS)}`);
    }
    figure("staleness", `${stalenessS.toFixed(1)} s`, stalenessS > 3);
    say(element("staleness-more"), `most of the last 10 s: ${worstStalenessS.toFixed(1)} s`);
    figure(
      "fresh",
      freshShare === null ? "–" : `${Math.round(freshShare * 100)} %`,
      freshShare !== null && freshShare < 0.5,
    );
    figure("rate", `${view.slicesPerS.toFixed(0)} /s`, false);
    say(element("rate-more"), `${(view.bytesPerS / 1000).toFixed(0)} kB/s`);
  }
}

function figure(id: string, text: string, isBad: boolean): void {
  const target = element(id);
  say(target, text);
  target.classList.toggle("bad", isBad);
}

/** `0.218` is `0.22 s`; a minus sign is one. */
function secondsText(valueS: number): string {
  return `${valueS < 0 ? "−" : ""}${Math.abs(valueS).toFixed(2)} s`;
}
