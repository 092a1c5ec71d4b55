/**
 * Cards of a board.
 *
 * @module
 */
import type { Card } from "../../server/board/state/card.ts";

/** A card of a session that is at work and says so. */
export function emptyCard(id: string, lastText: string): Omit<Card, "rev"> {
  return {
    id,
    col: "working",
    title: id,
    project: "project",
    state: "working",
    stateSince: "2026-10-01T08:00:00.000Z",
    confidence: "high",
    health: { level: "good", score: 0 },
    attn: { needs: false, priority: 0, reasons: [] },
    lastText,
    cost: { usd: 0, unpricedTokens: 0 },
    agents: { running: 0, total: 0 },
    commits: { shipped: 0, low: 0 },
    autopilot: "off",
    pane: false,
    updatedAt: "2026-10-01T08:00:00.000Z",
  };
}
