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
  { config: { mode }, paused, sends }: AutopilotKept,
  isHalted: boolean,
): AutopilotState {
  const why = isHalted && mode !== "off" ? "halted" : paused;
  return { mode, sends, ...(why !== null && { paused: why }) };
}

/** A card with its autopilot; one that stopped by itself needs somebody. */
export function withAutopilot(
  card: Omit<Card, "rev">,
  autopilot: Pick<Autopilot, "of" | "isHalted">,
): Omit<Card, "rev"> {
  const { mode, paused } = autopilotState(autopilot.of(card.id), autopilot.isHalted);
  if (mode === "off" && paused === undefined) return card;
  const shown = { ...card, autopilot: paused === undefined ? mode : `${mode}: ${paused}` };
  if (mode !== "off" || card.state === "ended") return fitted(shown);
  const { attn } = card;
  const reasons = [...attn.reasons, { code: "autopilot_stopped" }];
  const priority = Math.max(attn.priority, STOPPED_PRIORITY);
  const ordered = attn.priority > STOPPED_PRIORITY ? reasons : reasons.toReversed();
  return fitted({ ...shown, col: "needs", attn: { needs: true, priority, reasons: ordered } });
}
