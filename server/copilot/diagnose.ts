/**
 * What can be said of a session's troubles, and of what it wants, by rules alone.
 *
 * @module
 */
import type { Standing } from "../board/library/standing.ts";
import type { Card } from "../board/state/card.ts";

const ADVICE: Readonly<Record<string, string>> = {
  retry_loop: "Tell it to stop repeating that call, and to say first why it fails.",
  error_spiral: "Stop it, and ask for one small step whose outcome can be checked.",
  edit_thrash: "Ask it to read the failing test before it edits that file again.",
  denials: "Say what you want instead of what you refused.",
  api_errors: "Wait for the service, then tell it to go on.",
  stalled: "Look at its terminal: a command may hang.",
  context_pressure: "Let it write down where it is, then compact or begin anew.",
  cost_spike: "Look at what it does at the moment, and whether that is worth it.",
};

/** Why a session does not get on, as Markdown. */
export function diagnoseByRules({ health, brief, live }: Standing): string {
  const lines = health.reasons.map(({ text, since }) => `- ${text} (since ${since})`);
  const advice = health.reasons.flatMap(({ code }) => ADVICE[code] ?? []);
  const { lastError } = brief;
  return [
    "## What failed",
    lines.length > 0 ? lines.join("\n") : "- Nothing that a rule knows of.",
    ...(lastError === undefined ? [] : [`- Its last error: ${lastError}`]),
    "",
    "## Why",
    `It is ${live.state}${live.waitingFor === undefined ? "" : `, for ${live.waitingFor}`}. ` +
    "This was found by rules; no model has read the session.",
    "",
    "## Next action",
    advice.length > 0 ? advice.map((it) => `- ${it}`).join("\n") : "- Look at its last items.",
  ].join("\n");
}

/** A label for a card. Names are those of the wire. */
export interface TriageLabel {
  readonly label: string;
  readonly why: string;
  /** When, ISO 8601. */
  readonly at: string;
  /** Where the session stood; a label is gone when it stands elsewhere. */
  readonly cursor: string;
  readonly source: "ai" | "rules";
}

/** What a card wants, by its reasons. */
export function labelByRules(card: Card): string {
  const code = card.attn.reasons[0]?.code ?? card.state;
  const wants = card.waitingFor === undefined ? "" : `: ${card.waitingFor}`;
  return `${code.replaceAll("_", " ")}${wants}`;
}
