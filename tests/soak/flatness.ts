/**
 * Whether memory stays flat over a long run.
 *
 * @module
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// What waits for the collector is not kept: without a collection, samples tell of its moods only.
setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Memory at one moment of a run. */
export interface MemorySample {
  /** Where in the run, 0..1. */
  readonly at: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** Growth per run, fitted to the samples. */
export interface Growth {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** The part of a run in which caches and bounded records fill. */
const WARM_UP = 0.4;
/** Growth over the rest of the run that is not called a leak: what is seen without any is a tenth. */
const HEAP_SLACK_BYTES = 4 * 2 ** 20;
const RSS_SLACK_BYTES = 64 * 2 ** 20;

/** Takes a sample, after a collection. */
export function memorySample(at: number): MemorySample {
  collectGarbage();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { at, heapBytes: heapUsed + external, rssBytes: rss };
}

/** Growth from the end of the warm-up to the end of the run, by least squares. */
export function growthOf(samples: readonly MemorySample[]): Growth {
  const settled = samples.filter(({ at }) => at >= WARM_UP);
  const grown = (value: (sample: MemorySample) => number) =>
    slope(settled.map((sample) => [sample.at, value(sample)])) * (1 - WARM_UP);
  return { heapBytes: grown((it) => it.heapBytes), rssBytes: grown((it) => it.rssBytes) };
}

/** Growth after the warm-up in so large a part of the run, 0..1 or more, at the pace of the rest of it. */
export function growthPer(samples: readonly MemorySample[], part: number): Growth {
  const { heapBytes, rssBytes } = growthOf(samples);
  const scale = part / (1 - WARM_UP);
  return { heapBytes: heapBytes * scale, rssBytes: rssBytes * scale };
}

/** Why memory is not flat, one sentence each; empty when it is. For a process that does nothing else. */
export function unflat(samples: readonly MemorySample[]): string[] {
  const { rssBytes } = growthOf(samples);
  return [...unflatHeap(samples), ...excess("resident memory", rssBytes, RSS_SLACK_BYTES)];
}

/**
 * The same of the heap alone: resident memory is that of the whole process, and so of all tests that
 * run in it at the same time.
 */
export function unflatHeap(samples: readonly MemorySample[]): string[] {
  return excess("heap", growthOf(samples).heapBytes, HEAP_SLACK_BYTES);
}

function excess(what: string, bytes: number, slack: number): string[] {
  if (bytes <= slack) return [];
  return [`${what} grew by ${mebibytes(bytes)} MiB, more than ${mebibytes(slack)} MiB`];
}

/** Bytes in whole mebibytes. */
export function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function slope(points: readonly (readonly [number, number])[]): number {
  const count = points.length;
  if (count < 2) return 0;
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / count;
  const [meanX, meanY] = [mean(0), mean(1)];
  let [over, under] = [0, 0];
  for (const [x, y] of points) {
    over += (x - meanX) * (y - meanY);
    under += (x - meanX) * (x - meanX);
  }
  return under === 0 ? 0 : over / under;
}
