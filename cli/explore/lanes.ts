/**
 * Runs a search in workers side by side. This thread stays free to be told to stop.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import {
  type Campaign,
  type ExploreAnswer,
  type ExploreJob,
  type Played,
  type ReplayJob,
  stuckFinding,
  stuckRun,
} from "../../scenarios/explore/mod.ts";

/** What a worker says. */
export type LaneMessage =
  | { readonly ok: true; readonly answer: ExploreAnswer }
  | { readonly ok: false; readonly message: string };

/** Time after which a world is stuck, seconds: a thousand times what one takes. */
const WORLD_LIMIT_S = 60;
/** Time after which shrinking is given up, seconds. */
const SHRINK_LIMIT_S = 300;

/**
 * Does everything that a campaign asks for, `width` jobs at a time.
 *
 * @param clock Tells when a worker has hung.
 */
export async function runCampaign(
  campaign: Pick<Campaign, "take" | "answer">,
  width: number,
  clock: Clock,
): Promise<void> {
  // A lane that finds nothing to do waits: what another brings may have to be shrunk.
  let busy = 0;
  let wake: (() => void)[] = [];
  const work = async (lane: Lane) => {
    try {
      for (;;) {
        const next = campaign.take();
        if (next === null) {
          if (busy === 0) return;
          await new Promise<void>((resolve) => wake.push(resolve));
          continue;
        }
        busy++;
        try {
          campaign.answer(next.ticket, await lane.run(next.job));
        } finally {
          busy--;
          const waiting = wake;
          wake = [];
          for (const resolve of waiting) resolve();
        }
      }
    } finally {
      lane.close();
    }
  };
  await Promise.all(Array.from({ length: width }, () => work(new Lane(clock))));
}

/** Plays scenarios that failed once: why each does not pass, in their order; null where it does. */
export async function replayAll(
  jobs: readonly ReplayJob[],
  width: number,
  clock: Clock,
): Promise<(string | null)[]> {
  const problems: (string | null)[] = jobs.map(() => null);
  let next = 0;
  await runCampaign(
    {
      take: () => next < jobs.length ? { job: jobs[next]!, ticket: next++ } : null,
      answer(ticket, answer) {
        if (answer.kind === "replayed") problems[ticket] = answer.problem;
      },
    },
    Math.min(width, jobs.length),
    clock,
  );
  return problems;
}

/** A worker, and another one when it does not answer any more. */
class Lane {
  readonly #clock: Clock;
  #worker = newWorker();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does a job. One that hangs is given up, and looked at world by world. */
  async run(job: ExploreJob): Promise<ExploreAnswer> {
    if (job.kind === "shrink") {
      const answer = await this.#ask(job, SHRINK_LIMIT_S);
      return answer ?? { kind: "shrunk", finding: stuckFinding(job, SHRINK_LIMIT_S) };
    }
    if (job.kind === "replay") {
      const problem = `does not come to an end within ${WORLD_LIMIT_S} s`;
      return await this.#ask(job, WORLD_LIMIT_S) ?? { kind: "replayed", problem };
    }
    const { indexes } = job;
    const answer = await this.#ask(job, WORLD_LIMIT_S + indexes.length);
    if (answer !== null) return answer;
    const runs: Played[] = [];
    for (const index of indexes) {
      const alone = await this.#ask({ ...job, indexes: [index] }, WORLD_LIMIT_S);
      const [run] = alone?.kind === "played" ? alone.runs : [];
      runs.push(run ?? stuckRun(index, WORLD_LIMIT_S));
    }
    return { kind: "played", runs };
  }

  close(): void {
    this.#worker.terminate();
  }

  /** The answer; null when it does not come in time. */
  #ask(job: ExploreJob, limitS: number): Promise<ExploreAnswer | null> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(limitS, () => {
        this.#worker.terminate();
        this.#worker = newWorker();
        resolve(null);
      });
      const failed = (why: string) => {
        timer.cancel();
        reject(new Error(`a search worker failed: ${why}`));
      };
      this.#worker.onmessage = ({ data }: MessageEvent<LaneMessage>) => {
        if (!data.ok) return failed(data.message);
        timer.cancel();
        resolve(data.answer);
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        failed(event.message);
      };
      this.#worker.postMessage(job);
    });
  }
}

function newWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}
