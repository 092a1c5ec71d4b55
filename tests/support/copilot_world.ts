/**
 * Sessions, a terminal and a model for the copilot, all in memory: tmux and the system's processes are
 * played at their outermost edge, by the commands that they get.
 *
 * @module
 */
import { VirtualClock } from "../../runtime/mod.ts";
import { DayClock } from "../../server/board/library/day.ts";
import type { Standing } from "../../server/board/library/standing.ts";
import type { TranscriptId } from "../../server/board/ids.ts";
import type { BoardAnswer, BoardQuestion, NoteOrder } from "../../server/board/questions.ts";
import type { Card } from "../../server/board/state/card.ts";
import type { AiAnswer, AskAi } from "../../server/copilot/ai_answer.ts";
import type { AuditRow } from "../../server/copilot/audit.ts";
import { Autopilot } from "../../server/copilot/autopilot.ts";
import { Budget } from "../../server/copilot/budget.ts";
import { Copilot } from "../../server/copilot/copilot.ts";
import { JobQueue } from "../../server/copilot/jobs.ts";
import { type CopilotKept, readKept } from "../../server/copilot/keep.ts";
import { Panes, type ProcessTable, type Tmux } from "../../server/copilot/panes.ts";
import { Responder } from "../../server/copilot/respond.ts";
import { Sessions } from "../../server/copilot/sessions.ts";
import { Typist } from "../../server/copilot/typist.ts";
import { emptyCard } from "./cards.ts";
import { MemoryLog } from "./memory_log.ts";

const SINCE = "2026-10-01T11:00:00.000Z";
const RULE = "─".repeat(30);

/** A session that is idle in process 100. */
export function standingAt(cursor: string, more: Partial<Standing> = {}): Standing {
  return {
    id: "one" as TranscriptId,
    title: "Mend the seam",
    project: "project",
    live: { state: "idle", since: SINCE, confidence: "high", evidence: "registry" },
    health: { level: "good", score: 0, reasons: [] },
    attention: { needs: false, priority: 0, reasons: [] },
    context: { used: 1000, window: 200_000, pct: 0.5 },
    cursor,
    hasMoved: false,
    pid: 100,
    status: "idle",
    waitingFor: null,
    userTurns: 1,
    lastAsk: "Mend the seam",
    limit: null,
    brief: {
      ...{ goal: "Mend the seam", lastAsk: "Mend the seam", lastAnswer: "Done. Shall I push?" },
      ...{ todos: [], files: [], commits: [] },
    },
    ...more,
  };
}

/** Sessions, panes, a model, and the time. */
export class CopilotWorld implements Tmux, ProcessTable, AskAi {
  readonly clock = new VirtualClock(Date.parse("2026-10-01T12:00:00Z") / 1000);
  readonly log = new MemoryLog();
  readonly audit: AuditRow[] = [];
  readonly prompts: string[] = [];
  /** What was noted of sessions. */
  readonly notes: NoteOrder[] = [];
  /** Why nothing is noted; null while it is. */
  noteFailure: string | null = null;
  /** Commands of tmux that type. */
  readonly keys: string[] = [];
  availability: AskAi["availability"] = { available: true };
  /** What the model says next; a promise while it thinks. */
  answer: AiAnswer | Promise<AiAnswer> = {
    ...{ kind: "answer", text: "Run the tests.", costUsd: 0.09, model: "sonnet" },
  };
  standings = new Map<string, Standing>([["one", standingAt("0.100")]]);
  items: readonly object[] = [];
  /** The item of a record, by the record's uuid. */
  itemsByUuid = new Map<string, object>();
  /** What the pane shows above its composer, in place of it, and in it. */
  above: readonly string[] = ["ready"];
  dialog: readonly string[] | null = null;
  composer = "";
  paneId = "%1";
  paneFlags = "0 0 0 0";
  isForeground = true;
  cardStates = new Map<string, Partial<Card>>();
  readonly sessions = new Sessions({
    ask: (question) => this.#ask(question),
    cards: () => this.#cards(),
  });
  readonly panes = new Panes(this, this);
  readonly budget: Budget;
  readonly jobs: JobQueue;
  readonly copilot: Copilot;
  readonly autopilot: Autopilot;
  readonly responder: Responder;
  readonly typist: Typist;
  /** Told of what is submitted; puts it into the transcript unless told otherwise. */
  onSubmit: (text: string) => void = (text) => this.take(text);
  #buffer = "";
  #nonces = 0;

  constructor(
    { dailyUsd = 2, jobUsd = 0.5, zone = "UTC", kept = readKept(null) }: {
      readonly dailyUsd?: number;
      readonly jobUsd?: number;
      /** The zone whose days the budget is of. */
      readonly zone?: string;
      readonly kept?: CopilotKept;
    } = {},
  ) {
    const { clock, sessions, panes } = this;
    const nonce = () => `nonce${++this.#nonces}`;
    this.budget = new Budget({ dailyUsd, jobUsd }, new DayClock(zone), kept.ledger);
    this.jobs = new JobQueue({
      ...{ ai: this, clock, budget: this.budget, nonce, kept: kept.jobs, onChange: () => {} },
    });
    this.copilot = new Copilot({ sessions, panes, jobs: this.jobs, ai: this, clock, nonce });
    this.typist = new Typist({ tmux: this, panes, clock, nonce });
    const audit = (row: AuditRow) => void this.audit.push(row);
    this.autopilot = new Autopilot({
      ...{ sessions, panes, typist: this.typist, jobs: this.jobs, budget: this.budget, ai: this },
      ...{ clock, log: this.log, audit, kept, zone: "UTC" },
      promptFor: (standing) => this.copilot.draftPromptOf(standing),
      onChange: () => {},
    });
    this.autopilot.start();
    this.responder = new Responder({
      ...{ sessions, typist: this.typist, clock, audit, nonce },
      onHuman: (id) => this.autopilot.noteHuman(id, true),
    });
  }

  /** The session as it is. */
  get one(): Standing {
    return this.standings.get("one")!;
  }

  /** Changes the session. */
  set(more: Partial<Standing>): void {
    this.standings.set("one", { ...this.one, ...more });
  }

  /** The session has got a message. */
  take(text: string): void {
    const [, bytes = "0"] = this.one.cursor.split(".");
    const cursor = `0.${Number(bytes) + text.length + 1}`;
    const live = { ...this.one.live, since: new Date(this.clock.unixS() * 1000).toISOString() };
    this.set({ cursor, live, userTurns: this.one.userTurns + 1, lastAsk: text });
  }

  /** Lets virtual time pass until something has come to its end. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = work.finally(() => isOver = true);
    over.catch(() => {});
    while (!isOver) {
      await turns();
      if (!isOver) this.clock.step();
    }
    return await over;
  }

  /** Lets so many seconds pass. */
  async pass(seconds: number): Promise<void> {
    const endS = this.clock.now() + seconds;
    for (let isMore = true; isMore;) {
      await turns();
      isMore = this.clock.step(endS);
    }
    this.clock.runUntil(endS);
    await turns();
  }

  /** See {@link AskAi.ask}. */
  async ask(prompt: string): Promise<AiAnswer> {
    this.prompts.push(prompt);
    return await this.answer;
  }

  /** See {@link ProcessTable.chain}. */
  chain(pid: number) {
    if (pid !== 100) return Promise.resolve([]);
    const shared = { terminal: "34817", isStopped: false };
    return Promise.resolve([
      { pid: 100, parent: 90, group: 100, foreground: this.isForeground ? 100 : 90, ...shared },
      { pid: 90, parent: 1, group: 90, foreground: 100, ...shared },
    ]);
  }

  /** See {@link Tmux.run}. */
  run(args: readonly string[], input = "") {
    const ok = (stdout = "") => Promise.resolve({ isOk: true, stdout });
    switch (args[0]) {
      case "list-panes":
        return ok(`${this.paneId} 90 ${this.paneFlags} \n`);
      case "capture-pane": {
        const box = [RULE, ...`❯ ${this.composer}`.split("\n"), RULE];
        return ok(`${[...this.above, ...this.dialog ?? box].join("\n")}\n`);
      }
      case "load-buffer":
        this.#buffer = input;
        return ok();
      case "paste-buffer":
        this.keys.push(`paste ${this.#buffer}`);
        this.composer += this.#buffer;
        return ok();
      case "send-keys":
        this.keys.push(args.slice(3).join(" "));
        if (args.includes("Enter")) {
          const text = this.composer;
          this.composer = "";
          this.onSubmit(text);
        }
        return ok();
    }
    return Promise.resolve({ isOk: false, stdout: "" });
  }

  #ask(question: BoardQuestion): Promise<BoardAnswer> {
    if (question.kind === "note") {
      if (this.noteFailure !== null) return Promise.reject(new Error(this.noteFailure));
      const json = JSON.stringify({ id: `n${this.notes.push(question.order)}` });
      return Promise.resolve({ kind: "json", json, etag: null });
    }
    const id = "id" in question ? question.id : "";
    const standing = this.standings.get(id);
    const uuid = question.kind === "window"
      ? new URLSearchParams(question.query).get("around")
      : null;
    const items = uuid === null ? this.items : [this.itemsByUuid.get(uuid) ?? []].flat();
    const value = question.kind === "standing" ? standing : { items };
    if (standing === undefined || value === undefined) {
      const problem = { status: 404, code: "session_not_found", message: "no" } as const;
      return Promise.resolve({ kind: "problem", problem });
    }
    return Promise.resolve({ kind: "json", json: JSON.stringify(value), etag: null });
  }

  #cards(): Card[] {
    return [...this.standings.values()].map(({ id, live, attention }) => ({
      ...emptyCard(id, "said"),
      ...{ rev: 1, state: live.state, stateSince: live.since },
      attn: { ...attention, reasons: attention.reasons.map(({ code }) => ({ code })) },
      ...this.cardStates.get(id),
    }));
  }
}

/** Whatever waits for nothing but promises gets its turn. */
async function turns(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}
