/**
 * What a session is made of, and what it plays.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { SessionConfig } from "../../wire/mod.ts";
import type { ControlBank } from "./control_bank.ts";
import type { AudioClip, Engine, StemMode } from "./engine/engine.ts";
import { NO_FAULTS, type StreamFaults } from "./faults.ts";
import type { SourceLibrary, SplitStems } from "./library.ts";
import type { TrackFacts } from "./source.ts";
import type { SourcePreparer } from "./source_preparer.ts";
import type { StreamId } from "./stream_id.ts";

/** Settings of one session that are the server's to choose. */
export interface SessionSettings {
  /** Pace of the loop: one window per this time, ms. */
  readonly tickMs: number;
  /** Seconds without activity after which the generator rests; 0 or less never rests. */
  readonly idlePauseS: number;
  /** Defences that are switched off. */
  readonly faults: StreamFaults;
}

/** The settings of a server that was told nothing. */
export const DEFAULT_SESSION_SETTINGS: SessionSettings = {
  tickMs: 60,
  idlePauseS: 20,
  faults: NO_FAULTS,
};

/** What plays: a prepared buffer and what is known of it. */
export interface SessionSource {
  readonly clip: AudioClip;
  readonly facts: TrackFacts;
  readonly fixtureName: string | null;
  readonly stemMode: StemMode;
}

/** What a session is made of. */
export interface SessionOptions {
  readonly id: StreamId;
  readonly clock: Clock;
  readonly config: SessionConfig;
  readonly source: SessionSource;
  /** The generator's own copy of the source, for nobody else. */
  readonly buffer: Float32Array;
  readonly engine: Engine;
  readonly library: SourceLibrary;
  readonly splitStems: SplitStems;
  /** Prepares the audio that commands bring. */
  readonly preparer: SourcePreparer;
  readonly bank: ControlBank;
  readonly settings: SessionSettings;
}
