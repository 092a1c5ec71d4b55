/**
 * Runs a search in workers side by side. This thread stays free to be told to stop.
 *
 * @module
 */
import type { Campaign, ExploreAnswer, ExploreJob } from "../../scenarios/explore/mod.ts";

/** What a worker says. */
export type LaneMessage =
  | { readonly ok: true; readonly answer: ExploreAnswer }
  | { readonly ok: false; readonly message: string };

/** Does everything that a campaign asks for, `width` jobs at a time. */
export async function runCampaign(campaign: Campaign, width: number): Promise<void> {
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
  await Promise.all(Array.from({ length: width }, () => work(new Lane())));
}

/** One worker. */
class Lane {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

  run(job: ExploreJob): Promise<ExploreAnswer> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<LaneMessage>) => {
        if (data.ok) resolve(data.answer);
        else reject(new Error(`a search worker failed: ${data.message}`));
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`a search worker failed: ${event.message}`));
      };
      this.#worker.postMessage(job);
    });
  }

  close(): void {
    this.#worker.terminate();
  }
}
