/**
 * A search over many worlds: hands out runs, takes in what became of them, has failures shrunk.
 *
 * What it says depends on the seed and on the runs alone. Lanes may answer in any order; answers are
 * taken in the order of the runs.
 *
 * @module
 */
import { Coverage } from "./coverage.ts";
import type { Finding } from "./finding.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { ExploreAnswer, ExploreJob, Played, Search, ShrinkJob } from "./job.ts";
import type { InvariantName } from "./names.ts";

/** Worlds that a lane is given at a time. */
const BATCH = { timing: 20, full: 2 } as const;
/**
 * Failing runs of one invariant that are shrunk: several bugs may break the same one. So many of new
 * worlds and so many of kept ones, that what is known already does not hide what is not.
 */
const SHRUNK_PER_INVARIANT = 4;
/** Failing runs of one invariant after which it is not news any more. */
const MAX_COUNTED = 100_000;

/** How a search ends, apart from being stopped. */
export interface CampaignLimits {
  /** Most runs; null without a limit. */
  readonly runs: number | null;
  /** Ends when every mark was hit. */
  readonly untilCoverage: boolean;
}

/** What a campaign tells while it goes on. */
export interface CampaignEvents {
  /** Some runs are done. */
  onRuns?(): void;
  /** A failure was shrunk. */
  onFinding?(finding: Finding): void;
  /** A run was the first to hit a mark, or failed and will be shrunk: its world is worth keeping. */
  onNews?(index: number): void;
}

/** A search. */
export class Campaign {
  readonly #search: Search;
  readonly #limits: CampaignLimits;
  readonly #events: CampaignEvents;
  /** Runs to do before all others: what was kept from earlier searches. */
  readonly #kept: number[];
  readonly #coverage: Coverage;
  readonly #fingerprint = new Fingerprint();
  readonly #failing = new Map<InvariantName, number>();
  readonly #findings: Finding[] = [];
  readonly #from: number;
  /** Failing runs that were given to be shrunk, by invariant, of kept worlds and of new ones. */
  readonly #given = {
    kept: new Map<InvariantName, number>(),
    new: new Map<InvariantName, number>(),
  };
  readonly #shrinks: ShrinkJob[] = [];
  readonly #shrunk = new Map<number, Finding>();
  #shrinksAsked = 0;
  #shrinksTaken = 0;
  /** Answers that came before their turn, by batch. */
  readonly #early = new Map<number, readonly Played[]>();
  #batches = 0;
  #taken = 0;
  #planned = 0;
  #next: number;
  #playedTo: number;
  #runs = 0;
  #isStopped = false;

  /** A search that has not begun. `from` is the first world. */
  constructor(
    search: Search,
    limits: CampaignLimits,
    options: CampaignEvents & { readonly from?: number; readonly kept?: readonly number[] } = {},
  ) {
    this.#search = search;
    this.#limits = limits;
    this.#events = options;
    this.#from = this.#next = options.from ?? 0;
    this.#playedTo = this.#next;
    this.#kept = [...options.kept ?? []];
    this.#coverage = new Coverage(search.fidelity);
  }

  /** Runs whose outcome is in. */
  get runs(): number {
    return this.#runs;
  }

  /** The first world whose outcome is not in. */
  get playedTo(): number {
    return this.#playedTo;
  }

  get coverage(): Coverage {
    return this.#coverage;
  }

  /** Distinct failures, in the order in which they were found. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** How many runs broke each invariant that was broken. */
  get failing(): ReadonlyMap<InvariantName, number> {
    return this.#failing;
  }

  /** The same for the same runs, whoever did them. */
  get fingerprint(): string {
    return this.#fingerprint.text;
  }

  /** No new runs; what is under way is taken in, and failures are still shrunk. */
  stop(): void {
    this.#isStopped = true;
  }

  /** The next thing to do; null when nothing is left. Failures come first. */
  take(): { readonly job: ExploreJob; readonly ticket: number } | null {
    const shrink = this.#shrinks.shift();
    if (shrink !== undefined) return { job: shrink, ticket: this.#shrinksAsked++ };
    if (this.#isDone) return null;
    const size = Math.min(
      BATCH[this.#search.fidelity],
      (this.#limits.runs ?? Infinity) - this.#planned,
    );
    const indexes = Array.from({ length: size }, () => this.#kept.shift() ?? this.#next++);
    this.#planned += size;
    return { job: { ...this.#search, kind: "play", indexes }, ticket: this.#batches++ };
  }

  /** A lane has done what it took. */
  answer(ticket: number, answer: ExploreAnswer): void {
    if (answer.kind === "shrunk") {
      this.#shrunk.set(ticket, answer.finding);
      this.#takeShrunk();
    }
    if (answer.kind !== "played") return;
    this.#early.set(ticket, answer.runs);
    for (let runs; (runs = this.#early.get(this.#taken)) !== undefined; this.#taken++) {
      this.#early.delete(this.#taken);
      // What other lanes did meanwhile does not count: it depends on how many there are.
      if (this.#isCovered) continue;
      for (const run of runs) this.#takeIn(run);
    }
    this.#events.onRuns?.();
  }

  get #isDone(): boolean {
    const { runs } = this.#limits;
    return this.#isStopped || this.#isCovered || (runs !== null && this.#planned >= runs);
  }

  get #isCovered(): boolean {
    return this.#limits.untilCoverage && this.#coverage.missing.length === 0;
  }

  #takeIn({ index, breaches, marks, fingerprint }: Played): void {
    this.#runs++;
    if (index >= this.#playedTo) this.#playedTo = index + 1;
    this.#fingerprint.addText(fingerprint);
    let isNews = marks.filter((mark) => this.#coverage.add(mark)).length > 0;
    for (const { invariant } of breaches) {
      const count = (this.#failing.get(invariant) ?? 0) + 1;
      this.#failing.set(invariant, Math.min(MAX_COUNTED, count));
      const given = index < this.#from ? this.#given.kept : this.#given.new;
      const nth = (given.get(invariant) ?? 0) + 1;
      if (nth > SHRUNK_PER_INVARIANT) continue;
      given.set(invariant, nth);
      this.#shrinks.push({ ...this.#search, kind: "shrink", index, invariant });
      isNews = true;
    }
    if (isNews) this.#events.onNews?.(index);
  }

  /** Takes findings in the order in which their runs failed; of one shape only the first. */
  #takeShrunk(): void {
    for (
      let finding;
      (finding = this.#shrunk.get(this.#shrinksTaken)) !== undefined;
      this.#shrinksTaken++
    ) {
      this.#shrunk.delete(this.#shrinksTaken);
      const { shape } = finding;
      if (this.#findings.some((known) => known.shape === shape)) continue;
      this.#findings.push(finding);
      this.#events.onFinding?.(finding);
    }
  }
}
