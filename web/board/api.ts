/**
 * What the page asks the server, and what it gets. Names are those of the wire.
 *
 * @module
 */

/** Columns of the board, in their order. */
export const COLUMNS = ["needs", "working", "idle", "done"] as const;
/** One of them. */
export type ColumnName = typeof COLUMNS[number];

/** A card. */
export interface CardRecord {
  readonly id: string;
  readonly rev: number;
  readonly col: ColumnName;
  readonly title: string;
  readonly project: string;
  readonly branch?: string;
  readonly state: string;
  readonly stateSince: string;
  readonly confidence: "high" | "medium" | "low";
  readonly waitingFor?: string;
  readonly health: { readonly level: "good" | "warn" | "bad"; readonly score: number };
  readonly attn: {
    readonly needs: boolean;
    readonly priority: number;
    readonly reasons: readonly { readonly code: string }[];
  };
  readonly lastText: string;
  readonly cost: { readonly usd: number; readonly unpricedTokens: number };
  readonly ctxPct?: number;
  readonly model?: string;
  readonly agents: { readonly running: number; readonly total: number };
  /** How its autopilot stands: `off`, `ai`, `resume`, `message: halted`. */
  readonly autopilot: string;
  readonly pane: boolean;
  readonly updatedAt: string;
  readonly href?: string;
}

/** Numbers above the board. */
export interface TotalsRecord {
  readonly live: number;
  readonly needs: number;
  readonly todayUsd: number;
  readonly unpricedTokens: number;
  /** What our own questions to models cost today. */
  readonly aiTodayUsd: number;
}

/** The whole board. */
export interface BoardRecord {
  readonly rev: number;
  readonly boot: string;
  readonly cards: readonly CardRecord[];
  readonly totals: TotalsRecord;
}

/** What changed on it. */
export interface DiffRecord {
  readonly rev: number;
  readonly up: readonly CardRecord[];
  readonly rm: readonly string[];
  readonly totals?: TotalsRecord;
}

/** An answer that says no. */
export class RefusedError extends Error {
  /** The kind of error. */
  override readonly name = "RefusedError";
  /** Its HTTP status; 0 when the server did not answer. */
  readonly status: number;
  /** What it said to go on with. */
  readonly hint: Readonly<Record<string, unknown>>;

  /** An error with what the server said. */
  constructor(status: number, message: string, hint: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/**
 * Asks the server.
 *
 * @throws {RefusedError} when it says no, or nothing.
 */
export async function ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new RefusedError(0, "the server does not answer");
  }
  if (response.status === 204) return undefined as Answer;
  const body = await response.json().catch(() => null);
  if (!response.ok) {
    const { message = `status ${response.status}`, hint } = body?.error ?? {};
    throw new RefusedError(response.status, message, hint);
  }
  return body as Answer;
}
