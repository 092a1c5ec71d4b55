/**
 * Headway's own sessions as cards: streams while they tick, voices while they speak, tasks with the
 * state that their own part gives them. They need no transcript. A task whose agent writes one is one
 * card, that of the transcript, which tells of the task as well.
 *
 * @module
 */
import type { BoardChange } from "./library/changes.ts";
import { type Card, type CardTask, type ColumnName, fitted } from "./state/card.ts";

/** How a task stands. */
export type OwnTaskStatus = "running" | "waiting" | "finished" | "failed";

/** One of our own sessions, as its part tells of it. */
export type OwnSession =
  & {
    /** Its id in its part. */
    readonly id: string;
    readonly title: string;
    /** When it began, ms since the Unix epoch. */
    readonly startedMs: number;
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
      readonly status: OwnTaskStatus;
      /** When it ended, ms since the Unix epoch; null while it runs. */
      readonly endedMs: number | null;
    }
  );

type OwnTask = OwnSession & { readonly kind: "task" };

/** What a person did with a card. Ms since the Unix epoch. */
export interface OwnView {
  readonly seenMs: number;
  readonly snoozedUntilMs: number;
}

/** A stream that made no audio for so long does not get on, ms. */
export const STALE_MS = 1000;

/** What of a card is decided by the kind of session. */
type Fate = Pick<Card, "col" | "state" | "health" | "attn"> & { readonly lastText: string };
type NewCard = Omit<Card, "rev">;

const GOOD = { level: "good", score: 0 } as const;
const CALM = { needs: false, priority: 0, reasons: [] } as const;
/** How the first prompt of a task's agent begins; nobody wants to read that as a title. */
const TASK_TITLE = "---CODA-TASK---";

/** The card of one of our own sessions; `sinceMs` is when it came to be as it is. */
export function ownCard(own: OwnSession, nowMs: number, view: OwnView, sinceMs: number): NewCard {
  const fate = fateOf(own, nowMs, view);
  return fitted({
    id: cardId(own),
    col: fate.col,
    title: own.title,
    project: "Headway",
    state: fate.state,
    stateSince: iso(sinceMs),
    confidence: "high",
    health: fate.health,
    attn: fate.attn,
    lastText: fate.lastText,
    cost: { usd: 0, unpricedTokens: 0 },
    agents: { running: 0, total: 0 },
    commits: { shipped: 0, low: 0 },
    autopilot: "off",
    pane: false,
    updatedAt: iso(sinceMs),
    href: own.href,
  });
}

function cardId({ id, kind }: Pick<OwnSession, "id" | "kind">): string {
  return `headway:${kind}:${id}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function fateOf(own: OwnSession, nowMs: number, view: OwnView): Fate {
  const fate = ownFate(own, nowMs, view);
  const isSnoozed = nowMs < view.snoozedUntilMs && !fate.attn.reasons.some(isPermission);
  if (!fate.attn.needs || !isSnoozed) return fate;
  const col = fate.state === "working" ? "working" : fate.state === "ended" ? "done" : "idle";
  return { ...fate, col, attn: { ...fate.attn, needs: false } };
}

const isPermission = ({ code }: { readonly code: string }) => code === "permission";

function ownFate(own: OwnSession, nowMs: number, view: OwnView): Fate {
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
      return taskFate(own, view);
  }
}

const TASK_WORDS: Readonly<Record<Exclude<OwnTaskStatus, "running">, string>> = {
  finished: "has finished",
  failed: "has failed",
  waiting: "has ended with a question",
};

function taskFate({ status, endedMs }: OwnTask, { seenMs }: OwnView): Fate {
  if (status === "running") return calm("working", "working", "runs");
  const text = TASK_WORDS[status];
  if (endedMs !== null && endedMs <= seenMs) return calm("done", "ended", text);
  const [priority, code] = status === "waiting" ? [100, "permission"] : [40, "finished"];
  return {
    ...calm("needs", status === "waiting" ? "waiting" : "ended", text),
    attn: { needs: true, priority, reasons: [{ code }] },
  };
}

function calm(col: ColumnName, state: Card["state"], lastText: string): Fate {
  return { col, state, health: GOOD, attn: CALM, lastText };
}

/** The card of a transcript, with what its task has to say. */
function withTask(card: NewCard, task: OwnTask, nowMs: number, view: OwnView): NewCard {
  const fate = fateOf(task, nowMs, view);
  const told: CardTask = { id: task.id, status: task.status, href: task.href };
  const title = card.title.startsWith(TASK_TITLE) ? task.title : card.title;
  const base = { ...card, title, task: told };
  if (!fate.attn.needs) {
    // Nobody is there any more who could go on.
    const isOver = task.status !== "running" && !card.attn.needs;
    return fitted(isOver ? { ...base, col: "done", state: "ended" } : base);
  }
  const reasons = [...card.attn.reasons];
  for (const { code } of fate.attn.reasons) {
    if (!reasons.some((it) => it.code === code)) reasons.push({ code });
  }
  const priority = Math.max(card.attn.priority, fate.attn.priority);
  return fitted({ ...base, col: "needs", attn: { needs: true, priority, reasons } });
}

/** Tells the board of our own sessions. */
export class OwnCards {
  /** What ended before that needs nobody any more, ms since the Unix epoch. */
  readonly #sinceMs: number;
  /** Cards as they were told last, as JSON. */
  #told = new Map<string, string>();
  /** Since when each card is in its state. */
  #states = new Map<string, { readonly state: string; readonly sinceMs: number }>();
  readonly #views = new Map<string, OwnView>();
  #tasks = new Map<string, OwnTask>();
  /** Cards of transcripts of tasks, as they came; by the task. */
  readonly #transcripts = new Map<string, NewCard>();

  /** @param sinceMs - When the board came to be, ms since the Unix epoch. */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /**
   * A change of cards of transcripts, on its way to the board: those of tasks tell of their tasks as
   * well.
   */
  take({ up, rm, money }: BoardChange, nowMs: number): BoardChange {
    const gone = new Set(rm);
    for (const [task, { id }] of this.#transcripts) {
      if (gone.has(id)) this.#transcripts.delete(task);
    }
    const told = up.map((card) => {
      if (card.task === undefined) return card;
      this.#transcripts.set(card.task.id, card);
      const task = this.#tasks.get(card.task.id);
      if (task === undefined) return card;
      const whole = withTask(card, task, nowMs, this.#view(cardId(task)));
      this.#told.set(card.id, JSON.stringify(whole));
      return whole;
    });
    return { up: told, rm, money };
  }

  /** What changed since the last time; null for nothing. */
  update(own: readonly OwnSession[], nowMs: number): BoardChange | null {
    const up: NewCard[] = [];
    const told = new Map<string, string>();
    const states = new Map<string, { readonly state: string; readonly sinceMs: number }>();
    const tasks = own.filter((it) => it.kind === "task");
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    for (const session of own) {
      const id = cardId(session);
      const view = this.#view(id);
      const transcript = session.kind === "task" ? this.#transcripts.get(session.id) : undefined;
      let card: NewCard;
      if (session.kind === "task" && transcript !== undefined) {
        card = withTask(transcript, session, nowMs, view);
      } else {
        const { state, col } = ownCard(session, nowMs, view, 0);
        const now = `${col} ${state}`;
        const known = this.#states.get(id);
        const sinceMs = known?.state === now
          ? known.sinceMs
          : known === undefined
          ? (session.kind === "task" ? session.endedMs : null) ?? session.startedMs
          : nowMs;
        states.set(id, { state: now, sinceMs });
        card = ownCard(session, nowMs, view, sinceMs);
      }
      const json = JSON.stringify(card);
      if (this.#told.get(card.id) !== json) up.push(card);
      told.set(card.id, json);
    }
    // A transcript's card stays where it is; its own part takes it off.
    const rm = [...this.#told.keys()].filter((id) => !told.has(id) && id.startsWith("headway:"));
    this.#told = told;
    this.#states = states;
    const ids = new Set(own.map(cardId));
    for (const id of this.#views.keys()) if (!ids.has(id)) this.#views.delete(id);
    return up.length + rm.length > 0 ? { up, rm, money: null } : null;
  }

  /** A person has looked at a card, or silenced it. False when it is none of ours. */
  setView(id: string, view: Partial<OwnView>): boolean {
    const own = this.#ownId(id);
    if (own === null) return false;
    this.#views.set(own, { ...this.#view(own), ...view });
    return true;
  }

  #ownId(id: string): string | null {
    if (this.#told.has(id) && id.startsWith("headway:")) return id;
    for (const [task, card] of this.#transcripts) {
      if (card.id === id && this.#tasks.has(task)) return cardId({ id: task, kind: "task" });
    }
    return null;
  }

  #view(id: string): OwnView {
    return this.#views.get(id) ?? { seenMs: this.#sinceMs, snoozedUntilMs: 0 };
  }
}
