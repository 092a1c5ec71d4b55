/**
 * What a card says of its session's autopilot.
 *
 * @module
 */
import type { AutopilotState } from "../board/copilot_news.ts";
import { type Card, fitted } from "../board/state/card.ts";
import type { Autopilot } from "./autopilot.ts";
import type { AutopilotKept } from "./autopilot_config.ts";

/** How a session's autopilot stands, in short. */
export function autopilotState(
  { config: { mode, resumeOnReset }, left, paused, sends, stoppedMs }: AutopilotKept,
  isHalted: boolean,
): AutopilotState {
  const resumes = mode === "off" && resumeOnReset;
  const isOn = mode !== "off" || resumes;
  const why = isHalted && isOn ? "halted" : paused;
  const isStopped = !isOn && why !== null && stoppedMs > 0;
  return {
    ...{ mode, sends },
    ...(resumes && { resumes }),
    ...(why !== null && { paused: why }),
    ...(left !== null && isOn && { left }),
    ...(isStopped && { stoppedAt: new Date(stoppedMs).toISOString() }),
  };
}

/** A card with its autopilot. That one which stopped by itself needs somebody is on the card already. */
export function withAutopilot(
  card: Omit<Card, "rev">,
  autopilot: Pick<Autopilot, "of" | "isHalted">,
): Omit<Card, "rev"> {
  const state = autopilotState(autopilot.of(card.id), autopilot.isHalted);
  const { left, paused, resumes } = state;
  const mode = resumes ? "resume" : state.mode;
  if (mode === "off" && paused === undefined) return card;
  const why = paused ?? left;
  return fitted({ ...card, autopilot: why === undefined ? mode : `${mode}: ${why}` });
}
