/**
 * How an autopilot stands, in words.
 *
 * @module
 */

const MODES: Readonly<Record<string, string>> = {
  off: "autopilot off",
  message: "autopilot: one text",
  ai: "autopilot: drafts",
  resume: "autopilot: one text after a limit",
};

const REASONS: Readonly<Record<string, string>> = {
  halted: "halted",
  mode_changed: "it was changed meanwhile",
  session_gone: "its process is gone",
  pane_changed: "it is in another terminal, or in none",
  pane_busy: "its terminal is busy",
  waiting_prompt: "a dialog is open",
  not_idle: "it is at work, or may be",
  session_moved: "it went on meanwhile",
  human_typing: "somebody has begun to write there",
  human_active: "you are at it",
  stale_draft: "the draft got too old",
  rate_limited: "a limit is reached",
  service_busy: "the service is busy",
  max_sends: "it has sent as many as it may",
  budget: "the budget of the day is spent",
  context_full: "its context is full",
  unsafe_draft: "the draft could do harm",
  ai_failed: "the model failed",
  ai_unavailable: "no model can be asked",
  repeat: "it would repeat itself",
  declined: "the model thinks that no reply is due",
  unconfirmed: "nobody knows whether its text arrived",
};

/** Why an autopilot rests, or left a draft. */
export function pilotReason(code: string): string {
  return REASONS[code] ?? code;
}

/** What a card's `autopilot` says, such as `ai: budget`; nothing for one that is off. */
export function pilotText(autopilot: string): string {
  if (autopilot === "off") return "";
  const [mode = "", ...why] = autopilot.split(": ");
  const reason = why.join(": ");
  const text = MODES[mode] ?? mode;
  return reason === "" ? text : `${text}, ${pilotReason(reason)}`;
}

/** Whether some autopilots are on, and whether all of them are halted, by what cards say. */
export function pilotsOf(autopilots: Iterable<string>): { anyOn: boolean; isHalted: boolean } {
  const on = [...autopilots].filter((it) => !it.startsWith("off"));
  return { anyOn: on.length > 0, isHalted: on.some((it) => it.endsWith(": halted")) };
}
