/**
 * The worker side of `lanes.ts`.
 *
 * @module
 */
import * as lab from "./lab.ts";
import type { Answer, Question } from "./lanes.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(message: Answer): void;
};

self.onmessage = async ({ data: [name, ...args] }) => {
  try {
    const ask = lab[name] as (...args: unknown[]) => Promise<unknown>;
    self.postMessage({ value: await ask(...args) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.stack ?? error.message : `${error}` });
  }
};
