/**
 * Properties with names, and how to try them so that a failure can be tried again.
 *
 * @module
 */
import fc from "fast-check";

/** A promise that must hold for every input. */
export interface Property {
  /** The promise. */
  readonly name: string;
  /** Its part of all cases, 0..1. */
  readonly share: number;
  /** Makes the check; a new one for each batch. */
  readonly make: () => fc.IProperty<unknown>;
}

/** Cases in one batch: after each one progress is shown, and the seed moves on. */
const BATCH = 5000;

/** A property that did not hold. */
export interface Failure {
  readonly property: string;
  /** Seed of the batch, with which `path` leads to the smallest input found. */
  readonly seed: number;
  readonly path: string;
  /** The input, and what went wrong with it. */
  readonly report: string;
}

/**
 * Tries a property on `cases` inputs.
 *
 * @param property What to try.
 * @param cases How many inputs.
 * @param seed Seed of the first batch; each next one is one higher.
 * @param options `path` goes straight to one input of the first batch; `onProgress` hears how many
 * cases are done.
 * @returns Null if it held.
 */
export function tryProperty(
  property: Property,
  cases: number,
  seed: number,
  options: { path?: string; onProgress?: (done: number) => void } = {},
): Failure | null {
  for (let done = 0; done < cases; done += BATCH) {
    const batchSeed = seed + done / BATCH;
    const result = fc.check(property.make(), {
      seed: batchSeed,
      numRuns: Math.min(BATCH, cases - done),
      ...(options.path === undefined ? {} : { path: options.path }),
    });
    if (result.failed) {
      return {
        property: property.name,
        seed: batchSeed,
        path: result.counterexamplePath ?? "",
        report: fc.defaultReportMessage(result) ?? "",
      };
    }
    options.onProgress?.(Math.min(done + BATCH, cases));
    if (options.path !== undefined) break;
  }
  return null;
}
