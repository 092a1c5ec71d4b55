/**
 * What a card says of its session's autopilot.
 *
 * @module
 */
import { type Card, fitted } from "../board/state/card.ts";
import type { Autopilot } from "./autopilot.ts";

/** As urgent as the list of reasons has it. */
const STOPPED_PRIORITY = 60;

/** A card with its autopilot; one that stopped by itself needs somebody. */
export function withAutopilot(
  card: Omit<Card, "rev">,
  autopilot: Pick<Autopilot, "of" | "isHalted">,
): Omit<Card, "rev"> {
  const { config: { mode }, paused } = autopilot.of(card.id);
  if (mode === "off" && paused === null) return card;
  const why = autopilot.isHalted && mode !== "off" ? "halted" : paused;
  const shown = { ...card, autopilot: why === null ? mode : `${mode}: ${why}` };
  if (mode !== "off" || card.state === "ended") return fitted(shown);
  const { attn } = card;
  const reasons = [...attn.reasons, { code: "autopilot_stopped" }];
  const priority = Math.max(attn.priority, STOPPED_PRIORITY);
  const ordered = attn.priority > STOPPED_PRIORITY ? reasons : reasons.toReversed();
  return fitted({ ...shown, col: "needs", attn: { needs: true, priority, reasons: ordered } });
}
