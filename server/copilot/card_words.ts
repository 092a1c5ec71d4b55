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
  { config: { mode }, left, paused, sends, stoppedMs }: AutopilotKept,
  isHalted: boolean,
): AutopilotState {
  const why = isHalted && mode !== "off" ? "halted" : paused;
  const isStopped = mode === "off" && why !== null && stoppedMs > 0;
  return {
    ...{ mode, sends },
    ...(why !== null && { paused: why }),
    ...(left !== null && mode !== "off" && { left }),
    ...(isStopped && { stoppedAt: new Date(stoppedMs).toISOString() }),
  };
}

/** A card with its autopilot. That one which stopped by itself needs somebody is on the card already. */
export function withAutopilot(
  card: Omit<Card, "rev">,
  autopilot: Pick<Autopilot, "of" | "isHalted">,
): Omit<Card, "rev"> {
  const { left, mode, paused } = autopilotState(autopilot.of(card.id), autopilot.isHalted);
  if (mode === "off" && paused === undefined) return card;
  const why = paused ?? left;
  return fitted({ ...card, autopilot: why === undefined ? mode : `${mode}: ${why}` });
}
