/**
 * The worker side of `lanes.ts`.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { ExploreLane } from "../../scenarios/explore/job.ts";
import type { ExploreJob } from "../../scenarios/explore/job.ts";
import type { LaneMessage } from "./lanes.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<ExploreJob>) => void) | null;
  postMessage(message: LaneMessage): void;
};

const lane = new ExploreLane();
self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ ok: true, answer: await lane.run(data) });
  } catch (error) {
    self.postMessage({ ok: false, message: errorMessage(error) });
  }
};
