/**
 * What a card says of its session's autopilot.
 *
 * @module
 */
import type { AutopilotState } from "../board/copilot_news.ts";
import { type Card, fitted } from "../board/state/card.ts";
import type { Autopilot } from "./autopilot.ts";
import type { AutopilotKept } from "./autopilot_config.ts";

/** As urgent as the list of reasons has it. */
const STOPPED_PRIORITY = 60;

/** How a session's autopilot stands, in short. */
export function autopilotState(
  { config: { mode }, left, paused, sends }: AutopilotKept,
  isHalted: boolean,
): AutopilotState {
  const why = isHalted && mode !== "off" ? "halted" : paused;
  return {
    ...{ mode, sends },
    ...(why !== null && { paused: why }),
    ...(left !== null && mode !== "off" && { left }),
  };
}

/** A card with its autopilot; one that stopped by itself needs somebody. */
export function withAutopilot(
  card: Omit<Card, "rev">,
  autopilot: Pick<Autopilot, "of" | "isHalted">,
): Omit<Card, "rev"> {
  const state = autopilotState(autopilot.of(card.id), autopilot.isHalted);
  const { mode, paused } = state;
  if (mode === "off" && paused === undefined) return card;
  const why = paused ?? state.left;
  const shown = { ...card, autopilot: why === undefined ? mode : `${mode}: ${why}` };
  if (mode !== "off" || card.state === "ended") return fitted(shown);
  const { attn } = card;
  const reasons = [...attn.reasons, { code: "autopilot_stopped" }];
  const priority = Math.max(attn.priority, STOPPED_PRIORITY);
  const ordered = attn.priority > STOPPED_PRIORITY ? reasons : reasons.toReversed();
  return fitted({ ...shown, col: "needs", attn: { needs: true, priority, reasons: ordered } });
}
