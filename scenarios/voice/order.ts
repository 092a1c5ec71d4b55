/**
 * Whether a server took jobs in the order of its policy: told from when they were asked for and when
 * they began to be made, by rules that are written down here once more.
 *
 * @module
 */

/** A job as far as its turn is concerned. Times are of one clock, seconds. */
export interface TurnJob {
  readonly label: string;
  /** Jobs of one lane take their turns one after the other. */
  readonly lane: string;
  readonly priority: number;
  readonly askedS: number;
  /** When it began to be made; null when it never was. */
  readonly startedS: number | null;
  /** When it was made, or was over otherwise; null when it was not. */
  readonly overS: number | null;
}

/** The policy from a time on. */
export interface TurnPolicy {
  readonly fromS: number;
  readonly policy: string;
}

/** Jobs that were asked for within this of a beginning may not have been there yet, seconds. */
const SIMULTANEOUS_S = 0.002;
/** How exactly times are known, seconds. */
const ROUNDING_S = 0.001;

/**
 * The jobs that were made when the policy would have taken another.
 *
 * @param jobs In the order in which they were asked for.
 * @param policies In the order of time; the first holds from the beginning on.
 */
export function outOfTurn(jobs: readonly TurnJob[], policies: readonly TurnPolicy[]): TurnJob[] {
  const turns = jobs.map((job, i) => ({ job, i }))
    .filter((it): it is { job: Turn; i: number } => it.job.startedS !== null)
    .sort((a, b) => a.job.startedS - b.job.startedS || a.i - b.i)
    .map(({ job }) => job);
  const rotation = new Rotation();
  const waiting: TurnJob[] = [];
  const wrong: TurnJob[] = [];
  let next = 0;
  for (let i = 0; i < turns.length; i++) {
    const { startedS: nowS } = turns[i]!;
    // Those that had come by then; and all up to it, where it came in this very moment.
    while (
      next < jobs.length &&
      (jobs[next]!.askedS < nowS - SIMULTANEOUS_S || !waiting.includes(turns[i]!))
    ) {
      waiting.push(jobs[next]!);
      rotation.add(jobs[next]!.lane);
      next++;
    }
    const policy = policies.findLast(({ fromS }) => fromS <= nowS)?.policy ?? "round-robin";
    const picks = possiblePicks(turns[i]!, { turns, waiting, policy, rotation });
    // Of two that began at the same moment the one whose turn it was came first.
    const first = turns.findIndex((it, at) =>
      at >= i && it.startedS - nowS <= ROUNDING_S && picks.includes(it)
    );
    if (first > i) turns.splice(i, 0, ...turns.splice(first, 1));
    const job = turns[i]!;
    if (first < 0) wrong.push(job);
    waiting.splice(waiting.indexOf(job), 1);
    if (policy === "round-robin") rotation.served(job.lane);
    if (!waiting.some(({ lane }) => lane === job.lane)) rotation.remove(job.lane);
  }
  return wrong;
}

/** A job that was begun. */
type Turn = TurnJob & { readonly startedS: number };

/**
 * The jobs that the policy may have taken. Times are rounded: of a lane that was free at just this
 * moment nobody knows whether it was.
 */
function possiblePicks(
  job: Turn,
  { turns, waiting, policy, rotation }: {
    readonly turns: readonly Turn[];
    readonly waiting: readonly TurnJob[];
    readonly policy: string;
    readonly rotation: Rotation;
  },
): (TurnJob | undefined)[] {
  const nowS = job.startedS;
  return [nowS - ROUNDING_S, nowS + ROUNDING_S].map((sinceS) => {
    const busy = new Set(
      turns.filter((it) => it !== job && it.startedS < nowS && (it.overS ?? Infinity) > sinceS)
        .map(({ lane }) => lane),
    );
    const rivals = waiting.filter((it) =>
      it === job || it.askedS < nowS - SIMULTANEOUS_S && !busy.has(it.lane) && isThere(it, nowS)
    );
    return pick(rivals, policy, rotation);
  });
}

/** A job that was stopped before its turn came waits no longer. */
function isThere({ startedS, overS }: TurnJob, nowS: number): boolean {
  return startedS !== null || overS === null || overS > nowS;
}

function pick(rivals: readonly TurnJob[], policy: string, rotation: Rotation): TurnJob | undefined {
  if (policy === "round-robin") {
    const lane = rotation.first(new Set(rivals.map((it) => it.lane)));
    return rivals.find((it) => it.lane === lane);
  }
  if (policy !== "priority") return rivals[0];
  const most = Math.max(...rivals.map(({ priority }) => priority));
  return rivals.find(({ priority }) => priority === most);
}

/** Lanes in the order of their turns. */
class Rotation {
  #lanes: string[] = [];

  add(lane: string): void {
    if (!this.#lanes.includes(lane)) this.#lanes.push(lane);
  }

  first(wanted: ReadonlySet<string>): string | undefined {
    return this.#lanes.find((lane) => wanted.has(lane));
  }

  served(lane: string): void {
    this.remove(lane);
    this.#lanes.push(lane);
  }

  remove(lane: string): void {
    this.#lanes = this.#lanes.filter((it) => it !== lane);
  }
}
