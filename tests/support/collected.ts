/**
 * A collector of a run that a test makes up, on virtual time.
 *
 * @module
 */
import { VirtualClock } from "../../runtime/mod.ts";
import { Collector } from "../../scenarios/collector.ts";
import { FreshnessMeter, HeardLog, type SliceRecord, type TickRecord } from "../../sim/mod.ts";

/** A slice of 0.36 s that landed 0.2 s ahead, without tags. */
export function sliceRecord(changes: Partial<SliceRecord> = {}): SliceRecord {
  return {
    wallS: 0,
    startSample: 9600,
    numSamples: 17280,
    playheadSample: 0,
    leadS: 0.2,
    bandLeadS: null,
    intervalS: 0.06,
    tickMs: 9,
    decMs: 3,
    numGens: 1,
    tags: 0,
    ...changes,
  };
}

/** A fresh tick at the start, without tags. */
export function tickRecord(changes: Partial<TickRecord> = {}): TickRecord {
  return { wallS: 0, playheadS: 0, stalenessS: 0, tags: 0, ...changes };
}

/** A collector, its clock, and ways to tell it things. */
export interface Collected {
  readonly clock: VirtualClock;
  readonly collector: Collector;
  readonly freshness: FreshnessMeter;
  /** A buffer of ten seconds begins to play. */
  begin(): void;
  slice(changes?: Partial<SliceRecord>): void;
  tick(changes?: Partial<TickRecord>): void;
}

/** A collector that has seen nothing. */
export function collected(): Collected {
  const clock = new VirtualClock();
  const freshness = new FreshnessMeter(480_000);
  const client = {
    mirror: null,
    channels: 2,
    freshness,
    heard: new HeardLog(480_000, clock.now()),
    dumpAudio: () => ({ audio: new Float32Array(0), channels: 2, frames: 0 }),
  };
  const collector = new Collector(clock, () => client, null);
  return {
    clock,
    collector,
    freshness,
    begin: () => collector.onBuffer({ kind: "initial", epoch: 0, frames: 480_000, channels: 2 }),
    slice(changes) {
      const record = sliceRecord({ wallS: clock.now(), ...changes });
      const { startSample, numSamples, tickMs, decMs, numGens } = record;
      collector.onSlice({
        record,
        header: { startSample, numSamples, channels: 2, tickMs, decMs, numGens },
        epoch: 0,
        frames: numSamples,
        payloadCrc: null,
        bytes: 500,
      });
    },
    tick: (changes) => collector.onTick(tickRecord({ wallS: clock.now(), ...changes })),
  };
}
