/**
 * Headway's own sessions as cards: streams while they tick, voices while they speak, tasks with the
 * state that their own part gives them. They need no transcript; one that has both is one card.
 *
 * @module
 */
import type { BoardChange } from "./library/changes.ts";
import { type Card, type ColumnName, fitted } from "./state/card.ts";

/** One of our own sessions, as its part tells of it. */
export type OwnSession =
  & {
    /** Its id in its part. */
    readonly id: string;
    readonly title: string;
    /** When it began, and when something happened last, ms since the Unix epoch. */
    readonly startedMs: number;
    readonly updatedMs: number;
    /** Where a click on the card leads. */
    readonly href: string;
  }
  & (
    | {
      readonly kind: "stream";
      /** When it made audio last, ms since the Unix epoch; null before it has. */
      readonly tickedMs: number | null;
      /** Whether it rests, as nobody is active. */
      readonly isResting: boolean;
    }
    | { readonly kind: "voice"; readonly isSpeaking: boolean }
    | {
      readonly kind: "task";
      readonly status: "running" | "waiting" | "finished" | "failed" | "stopped";
      /** Whether somebody has looked at it since it finished. */
      readonly isSeen: boolean;
      /** The transcript that its agent writes, if it does: then that one is the card. */
      readonly transcript: string | null;
    }
  );

/** A stream that made no audio for so long does not get on, ms. */
export const STALE_MS = 1000;

/** What of a card is decided by the kind of session. */
type Fate = Pick<Card, "col" | "state" | "health" | "attn"> & { readonly lastText: string };

const GOOD = { level: "good", score: 0 } as const;
const CALM = { needs: false, priority: 0, reasons: [] } as const;

/** The card of one of our own sessions. */
export function ownCard(own: OwnSession, nowMs: number): Omit<Card, "rev"> {
  const fate = fateOf(own, nowMs);
  return fitted({
    id: `headway:${own.kind}:${own.id}`,
    col: fate.col,
    title: own.title,
    project: "Headway",
    state: fate.state,
    stateSince: new Date(own.updatedMs).toISOString(),
    confidence: "high",
    health: fate.health,
    attn: fate.attn,
    lastText: fate.lastText,
    cost: { usd: 0, unpricedTokens: 0 },
    agents: { running: 0, total: 0 },
    commits: { shipped: 0, low: 0 },
    autopilot: "off",
    pane: false,
    updatedAt: new Date(own.updatedMs).toISOString(),
    href: own.href,
  });
}

function fateOf(own: OwnSession, nowMs: number): Fate {
  switch (own.kind) {
    case "stream": {
      if (own.isResting || own.tickedMs === null) return calm("idle", "idle", "rests");
      if (nowMs - own.tickedMs <= STALE_MS) return calm("working", "working", "makes audio");
      return {
        col: "needs",
        state: "working",
        health: { level: "bad", score: 60 },
        attn: { needs: true, priority: 80, reasons: [{ code: "health_bad" }] },
        lastText: "has made no audio for over a second",
      };
    }
    case "voice":
      return own.isSpeaking
        ? calm("working", "working", "speaks")
        : calm("idle", "idle", "listens");
    case "task":
      return taskFate(own);
  }
}

function taskFate({ status, isSeen }: OwnSession & { readonly kind: "task" }): Fate {
  switch (status) {
    case "running":
      return calm("working", "working", "runs");
    case "waiting":
      return {
        ...calm("needs", "waiting", "waits for an answer"),
        attn: { needs: true, priority: 100, reasons: [{ code: "permission" }] },
      };
    case "finished":
    case "failed": {
      const text = status === "finished" ? "has finished" : "has failed";
      if (isSeen) return calm("done", "ended", text);
      return {
        ...calm("needs", "ended", text),
        attn: { needs: true, priority: 40, reasons: [{ code: "finished" }] },
      };
    }
    case "stopped":
      return calm("done", "ended", "was stopped");
  }
}

function calm(col: ColumnName, state: Card["state"], lastText: string): Fate {
  return { col, state, health: GOOD, attn: CALM, lastText };
}

/** Tells the board of our own sessions. */
export class OwnCards {
  /** Cards as they were told last, as JSON. */
  #told = new Map<string, string>();

  /**
   * What changed since the last time; null for nothing.
   *
   * @param transcripts - Ids of sessions that have a card by their transcript.
   */
  update(
    own: readonly OwnSession[],
    transcripts: { has(id: string): boolean },
    nowMs: number,
  ): BoardChange | null {
    const up: Omit<Card, "rev">[] = [];
    const told = new Map<string, string>();
    for (const session of own) {
      const isElsewhere = session.kind === "task" && session.transcript !== null &&
        transcripts.has(session.transcript);
      if (isElsewhere) continue;
      const card = ownCard(session, nowMs);
      const json = JSON.stringify(card);
      if (this.#told.get(card.id) !== json) up.push(card);
      told.set(card.id, json);
    }
    const rm = [...this.#told.keys()].filter((id) => !told.has(id));
    this.#told = told;
    return up.length + rm.length > 0 ? { up, rm, money: null } : null;
  }
}
