/// <reference lib="dom" />
/**
 * What a person does with a card.
 *
 * @module
 */
import { element, say } from "../player/dom.ts";
import { ask, RefusedError } from "./api.ts";

/** Says that a card was seen, or is to be silent for an hour; the page tells when that did not work. */
export async function orderCard(id: string, what: "seen" | "snooze"): Promise<void> {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
  const notice = element("notice");
  try {
    await ask(`/api/sessions/${encodeURIComponent(id)}/${what}`, init);
    notice.hidden = true;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    notice.hidden = false;
    say(notice, `That did not work: ${error.message}.`);
  }
}
