/**
 * Where a scenario is played: what the runner needs of a target, simulated or live.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import type { EngineProfile } from "../server/streaming/engine/modelled.ts";
import type { MirrorWitness, NetworkFaults } from "../sim/mod.ts";
import type { Dial, PacketCodec } from "../wire/mod.ts";
import type { Target } from "./result.ts";

/** Slices that the server dropped before it encoded them; null where that cannot be known. */
export interface ServerDrops {
  readonly window: number;
  readonly age: number;
}

/** Something that is over some time. */
export interface Play {
  readonly isDone: boolean;
  /** Called once when it is over. */
  onDone: (() => void) | null;
}

/** A target, set up for one run. */
export interface Stage {
  readonly target: Target;
  /** What client and runner wait on. */
  readonly clock: Clock;
  /** Whether virtual time is at work: everything else then happens in no time. */
  readonly isSimulated: boolean;
  /** How messages become packets on that road. */
  readonly codec: PacketCodec;
  /** Opens the road to the server, network weather included. */
  readonly dial: Dial;
  readonly faults: NetworkFaults;
  /** Compares mirrors; null where the server's side cannot be seen. */
  readonly witness: MirrorWitness | null;
  /** Whether the server can load a fixture itself. */
  hasFixture(name: string): boolean;
  /** Changes the timing of the server's engine. */
  setEngineProfile(profile: EngineProfile): void;
  /** Sends a command from outside to a session. */
  inject(session: string, message: Readonly<Record<string, unknown>>): void;
  /**
   * Stops the server's generator and waits until nothing is under way any more, then compares whole
   * mirrors if it can. Calls `done` in any case.
   */
  settle(clientMirror: () => Float32Array | null, done: () => void): void;
  /** What the server dropped. */
  drops(): ServerDrops | null;
  /** Lets time pass until the play is over. */
  drive(play: Play): Promise<void>;
  /** Takes everything down. */
  close(): Promise<void>;
}
