/**
 * Answers idle sessions for a person who said so, in two phases: first a draft is made and nothing is
 * typed; later everything is looked at again, and the draft is typed only if all of it still holds.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { Standing } from "../board/library/standing.ts";
import type { Card } from "../board/state/card.ts";
import type { Log } from "../log.ts";
import type { AskAi } from "./ai_answer.ts";
import { textHash, type WriteAudit } from "./audit.ts";
import { AutopilotBook } from "./autopilot_book.ts";
import type { AutopilotConfig, AutopilotKept } from "./autopilot_config.ts";
import type { Budget } from "./budget.ts";
import {
  type Discard,
  firstGate,
  type GateFacts,
  limitLine,
  limitUntilMs,
  sanitized,
} from "./gates.ts";
import type { JobQueue } from "./jobs.ts";
import { disarm, newRun, outcomeOf, type Run } from "./autopilot_run.ts";
import type { Panes, PaneSearch } from "./panes.ts";
import type { Prompt } from "./prompt.ts";
import type { Screen } from "./screen.ts";
import { hasGot, type Sessions } from "./sessions.ts";
import type { Typist } from "./typist.ts";

/** What it works with. */
export interface AutopilotOptions {
  readonly sessions: Sessions;
  readonly panes: Panes;
  readonly typist: Typist;
  readonly jobs: JobQueue;
  readonly budget: Budget;
  readonly ai: AskAi;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
  readonly audit: WriteAudit;
  readonly promptFor: (standing: Standing) => Promise<Prompt>;
  /** The zone of times of limits that say none. */
  readonly zone: string | undefined;
  /** What was kept. */
  readonly kept: {
    readonly isHalted: boolean;
    readonly autopilot: Readonly<Record<string, AutopilotKept>>;
  };
  /** Told when something is to be kept, or shown on a card. */
  readonly onChange: (id: string | null) => void;
}

/** How often sessions are looked at, seconds. */
const TICK_S = 2;
const MAX_LIMITS = 200;
const KEPT_SENT = 3;
/** A limit is over for sure a little after it ends, ms. */
const RESUME_AFTER_MS = 60_000;
/** What only a person can change is looked at again after so long, ms. */
const STAY_MS = 10_000;

/** The autopilot. */
export class Autopilot {
  readonly #options: AutopilotOptions;
  readonly #book: AutopilotBook;
  readonly #runs = new Map<string, Run>();
  readonly #humanMs = new Map<string, number>();
  readonly #limitsSeen = new Map<string, number>();
  #isHalted: boolean;
  #isStarted = false;
  #isClosing = false;
  #timer: Timer | null = null;
  #ticking: Promise<void> = Promise.resolve();

  /** Goes on from what was kept. */
  constructor(options: AutopilotOptions) {
    this.#options = options;
    this.#book = new AutopilotBook(options.kept.autopilot, options.onChange);
    this.#isHalted = options.kept.isHalted;
  }

  /** Begins to look at sessions. */
  start(): void {
    this.#isStarted = true;
    this.#schedule();
  }

  /** Whether everything is halted. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** What is to be kept. */
  get kept(): Readonly<Record<string, AutopilotKept>> {
    return this.#book.all;
  }

  /** What was said of a session, and how it goes. */
  of(id: string): AutopilotKept {
    return this.#book.of(id);
  }

  /** Halts everything at once, or lets it go on. */
  halt(isHalted: boolean): void {
    this.#isHalted = isHalted;
    if (isHalted) { for (const run of this.#runs.values()) this.#callOff(run); }
    this.#schedule();
    this.#options.onChange(null);
  }

  /** Takes what a person says; false when too many sessions have an autopilot. */
  configure(id: string, config: AutopilotConfig): boolean {
    const run = this.#runs.get(id);
    if (run !== undefined) this.#callOff(run);
    if (!this.#book.configure(id, config)) return false;
    this.#audit(id, "", "mode", config.mode);
    this.#schedule();
    return true;
  }

  /** A person has sent something, or is about to write. */
  noteHuman(id: string, hasSent: boolean): void {
    this.#humanMs.set(id, this.#nowMs);
    if (hasSent) this.#book.noteHuman(id);
  }

  /** Looks at every session once; looks come one after the other. */
  tick(): Promise<void> {
    this.#ticking = this.#ticking.then(async () => {
      for (const id of this.#book.on) {
        try {
          await this.#look(id);
        } catch (error) {
          this.#options.log.warn("autopilot failed", { id, reason: errorMessage(error) });
        }
      }
    });
    return this.#ticking;
  }

  /** Ends it, after what is being typed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#timer?.cancel();
    await this.#ticking;
  }

  get #nowMs(): number {
    return this.#options.clock.unixS() * 1000;
  }

  #schedule(): void {
    const isNeeded = this.#isStarted && !this.#isHalted && !this.#isClosing &&
      this.#book.on.length > 0;
    if (!isNeeded) {
      this.#timer?.cancel();
      this.#timer = null;
      return;
    }
    this.#timer ??= this.#options.clock.after(TICK_S, () => {
      this.tick().finally(() => {
        this.#timer = null;
        this.#schedule();
      });
    });
  }

  async #look(id: string): Promise<void> {
    const kept = this.of(id);
    const run = this.#runOf(id);
    if (run.armed !== null) {
      if (run.jobId === null || run.draft !== null) await this.#decide(id, run, kept);
      return;
    }
    const nowMs = this.#nowMs;
    const card = this.#options.sessions.cards().find((it) => it.id === id);
    if (this.#isHalted || this.#isClosing || card === undefined) return;
    if (kept.config.resumeOnReset && kept.resumeAtMs === null && isLimited(card)) {
      return await this.#noteLimit(id, kept);
    }
    const isResuming = kept.resumeAtMs !== null && kept.resumeAtMs <= nowMs;
    if (!isResuming && (kept.config.mode === "off" || kept.pausedUntilMs > nowMs)) return;
    const idleMs = nowMs - Date.parse(card.stateSince);
    const isDue = card.state === "idle" && idleMs >= kept.config.idleSeconds * 1000;
    if (isDue && nowMs >= run.notBeforeMs) await this.#arm(id, run, kept, isResuming);
  }

  /** Phase A. Nothing is typed, unless it is a fixed text, which needs no draft. */
  async #arm(id: string, run: Run, kept: AutopilotKept, isResuming: boolean): Promise<void> {
    const { ai, budget, jobs, panes, promptFor, sessions } = this.#options;
    const standing = await sessions.standing(id);
    if (standing === null || standing.pid === null) return;
    const found = await panes.find(standing.pid);
    if (found.kind !== "pane") return;
    const now = this.#withHuman(id, run, kept, standing);
    run.armed = {
      ...{ configRev: now.rev, cursor: standing.cursor, pid: standing.pid },
      ...{ atMs: this.#nowMs, pane: found.pane.id },
    };
    run.draft = null;
    run.jobId = null;
    if (now.config.mode !== "ai" || isResuming) return await this.#decide(id, run, now);
    if (!ai.availability.available) {
      run.armed = null;
      if (now.paused !== "ai_unavailable") this.#book.set(id, { ...now, paused: "ai_unavailable" });
      return;
    }
    const facts = await this.#facts(id, run, now, run.armed);
    const discard = firstGate(facts);
    if (discard !== null) return this.#discard(id, run, discard);
    const release = budget.reserve(this.#nowMs);
    if (release === null) {
      const after = { kind: "pause", untilMs: facts.midnightMs } as const;
      return this.#discard(id, run, { reason: "budget", after });
    }
    let made: Prompt | null = null;
    const { cursor } = standing;
    const job = jobs.add({
      ...{ kind: "autopilot_draft", origin: "autopilot", sessionIds: [id], cursor },
      prompt: async () => made = await promptFor(standing),
      finish: (text) => ({ text }),
      onEnd: (job) => {
        release();
        if (run.jobId === job.id) run.draft = outcomeOf(job, made);
      },
    });
    if (job === null || job.state === "done") {
      release();
      run.armed = null;
      // The same place was drafted for already, and that draft was not sent.
      run.notBeforeMs = this.#nowMs + 60_000;
      return;
    }
    run.jobId = job.id;
  }

  /** Phase B. Everything is looked up anew, here and once more with the pane locked. */
  async #decide(id: string, run: Run, kept: AutopilotKept): Promise<void> {
    const { typist, sessions } = this.#options;
    const armed = run.armed!;
    const facts = await this.#facts(id, run, kept, armed);
    const discard = firstGate(facts);
    if (discard !== null) return this.#discard(id, run, discard);
    const clean = sanitized(run.draft);
    const text = clean?.ok === true ? clean.text : kept.config.message;
    const standing = facts.standing!;
    let late: Discard | null = null;
    const end = await typist.type({
      ...{ pid: armed.pid, text, isHuman: false },
      check: async ({ pane, screen }) => {
        const search: PaneSearch = { kind: "pane", pane, isForeground: true };
        late = firstGate(await this.#facts(id, run, this.of(id), armed, { search, screen }));
        return late === null ? null : { code: late.reason, message: "it is not so any more" };
      },
      hasArrived: async () => hasGot(standing, await sessions.standing(id), text),
    });
    if (end.status === "refused") {
      const busy: Discard = {
        reason: end.code === "waiting_prompt" ? "waiting_prompt" : "pane_busy",
        after: { kind: "again", atMs: this.#nowMs + 60_000 },
      };
      return this.#discard(id, run, late ?? busy);
    }
    this.#audit(id, armed.cursor, "send", end.status, { text, jobId: run.jobId });
    disarm(run);
    const now = this.of(id);
    const isSure = end.status === "confirmed";
    run.userTurns = standing.userTurns + 1;
    this.#book.set(id, {
      ...now,
      ...{ sends: now.sends + 1, failures: 0, resumeAtMs: null, pausedUntilMs: 0 },
      left: null,
      ...(isSure ? { paused: null } : this.#stopped(now, "unconfirmed")),
      lastSent: [...now.lastSent, text].slice(-KEPT_SENT),
    });
  }

  async #facts(
    id: string,
    run: Run,
    kept: AutopilotKept,
    armed: NonNullable<Run["armed"]>,
    sight?: { readonly search: PaneSearch; readonly screen: Screen },
  ): Promise<GateFacts> {
    const { budget, panes, sessions, zone } = this.#options;
    const standing = await sessions.standing(id);
    const search = sight?.search ?? await panes.find(armed.pid);
    const screen = sight?.screen ??
      (search.kind === "pane" ? await panes.screen(search.pane.id) : null);
    const nowMs = this.#nowMs;
    const line = limitLine(screen);
    if (line !== null && !this.#limitsSeen.has(line)) this.#limitsSeen.set(line, nowMs);
    if (this.#limitsSeen.size > MAX_LIMITS) this.#limitsSeen.clear();
    return {
      ...{ nowMs, armed, standing, search, screen, zone, limitsSeen: this.#limitsSeen },
      isHalted: this.#isHalted || this.#isClosing,
      configRev: this.of(id).rev,
      armedPane: armed.pane,
      humanMs: this.#humanMs.get(id) ?? -Infinity,
      wasBusy: run.wasBusy,
      sends: kept.sends,
      maxSends: kept.config.maxSends,
      isOverBudget: budget.isSpent(nowMs),
      midnightMs: budget.midnightMs(nowMs),
      draft: run.draft,
      failures: kept.failures,
      lastSent: kept.lastSent,
    };
  }

  #discard(id: string, run: Run, { reason, after }: Discard): void {
    const { jobs } = this.#options;
    const kept = this.of(id);
    const cursor = run.armed?.cursor ?? "";
    if (run.jobId !== null || run.told !== `${reason} ${cursor}`) {
      this.#audit(id, cursor, "ai_discarded", reason, { jobId: run.jobId });
    }
    run.told = `${reason} ${cursor}`;
    if (after.kind === "retry") {
      run.wasBusy = true;
      if (kept.left !== reason) this.#book.set(id, { ...kept, left: reason });
      return;
    }
    if (run.jobId !== null) jobs.discard(run.jobId, reason);
    disarm(run);
    if (after.kind === "again") run.notBeforeMs = after.atMs;
    if (after.kind === "stay") run.notBeforeMs = this.#nowMs + STAY_MS;
    const isFailure = reason === "ai_failed" || reason === "unsafe_draft";
    const next = { ...kept, left: reason, failures: kept.failures + (isFailure ? 1 : 0) };
    if (after.kind === "off") {
      this.#book.set(id, { ...next, rev: kept.rev + 1, ...this.#stopped(kept, reason) });
    } else if (after.kind === "pause") {
      const resumeAtMs = reason === "rate_limited" && kept.config.resumeOnReset
        ? after.untilMs + RESUME_AFTER_MS
        : kept.resumeAtMs;
      this.#book.set(id, { ...next, paused: reason, pausedUntilMs: after.untilMs, resumeAtMs });
    } else if (isFailure || kept.left !== reason) this.#book.set(id, next);
  }

  /** A limit with a time at which it ends is waited for. */
  async #noteLimit(id: string, kept: AutopilotKept): Promise<void> {
    const { sessions, zone } = this.#options;
    const standing = await sessions.standing(id);
    const nowMs = this.#nowMs;
    const untilMs = limitUntilMs({
      ...{ standing, screen: null, nowMs, zone, limitsSeen: this.#limitsSeen },
    });
    if (untilMs === null || untilMs <= nowMs) return;
    const resumeAtMs = untilMs + RESUME_AFTER_MS;
    this.#book.set(id, { ...kept, resumeAtMs, paused: "rate_limited", pausedUntilMs: untilMs });
  }

  /** What a person said since the last look lets it begin to count anew. */
  #withHuman(id: string, run: Run, kept: AutopilotKept, standing: Standing): AutopilotKept {
    const isNew = run.userTurns >= 0 && standing.userTurns > run.userTurns;
    run.userTurns = standing.userTurns;
    const isOurs = kept.lastSent.includes((standing.lastAsk ?? "").trim());
    if (!isNew || isOurs || kept.sends + kept.failures === 0) return kept;
    const next = { ...kept, sends: 0, failures: 0 };
    this.#book.set(id, next);
    return next;
  }

  #stopped({ config }: AutopilotKept, paused: string) {
    const off: AutopilotConfig = { ...config, mode: "off", resumeOnReset: false };
    return { config: off, paused, stoppedMs: this.#nowMs };
  }

  #runOf(id: string): Run {
    const known = this.#runs.get(id);
    if (known !== undefined) return known;
    const run = newRun();
    this.#runs.set(id, run);
    return run;
  }

  #callOff(run: Run): void {
    if (run.jobId !== null) this.#options.jobs.cancel(run.jobId);
    disarm(run);
  }

  #audit(
    session: string,
    cursor: string,
    action: "send" | "ai_discarded" | "mode",
    reason: string,
    { text, jobId }: { readonly text?: string; readonly jobId?: string | null } = {},
  ): void {
    this.#options.audit({
      ...{ ts: new Date(this.#nowMs).toISOString(), session, cursor, origin: "autopilot" },
      ...{ action, reason },
      ...(jobId !== undefined && jobId !== null && { jobId }),
      ...(text !== undefined && { textHash: textHash(text) }),
    });
  }
}

function isLimited({ attn }: Card): boolean {
  return attn.reasons.some(({ code }) => code === "rate_limited");
}
