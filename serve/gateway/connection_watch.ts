/**
 * What the gateway itself has to know of a connection that it carries: how many messages went by, and
 * whether a frame of its own would fit in between. Everything else is the recorder's.
 *
 * @module
 */
import type { Direction } from "../../scenarios/recording/mod.ts";
import type { LatencyMeter } from "./figures.ts";
import { FrameReader } from "./frame_reader.ts";
import type { Recorder } from "./recorder.ts";

/** What a watch is made of. */
export interface ConnectionWatchOptions {
  readonly recorder: Recorder;
  readonly meter: LatencyMeter;
  /** Number of the connection. */
  readonly connection: number;
  /** Seconds since the recording began. */
  readonly now: () => number;
}

/** Follows both directions, and hands them to the recorder. */
export class ConnectionWatch {
  readonly #options: ConnectionWatchOptions;
  readonly #readers: Readonly<Record<Direction, FrameReader>>;

  /** Nothing has gone by. */
  constructor(options: ConnectionWatchOptions) {
    this.#options = options;
    this.#readers = { up: counting(options.meter), down: counting(options.meter) };
  }

  /** Whether more may be read without waiting for the recorder. */
  get hasRoom(): boolean {
    return this.#options.recorder.hasRoom;
  }

  /** Calls back once there is room again. */
  whenRoom(call: () => void): void {
    this.#options.recorder.whenRoom(call);
  }

  /** Bytes have gone by. */
  take(dir: Direction, bytes: Uint8Array): void {
    const { recorder, connection, now } = this.#options;
    recorder.bytes(connection, dir, now(), bytes);
    this.#readers[dir].push(bytes);
  }

  /** Whether a frame of our own could be put in here. */
  isBetweenFrames(dir: Direction): boolean {
    return this.#readers[dir].isBetweenFrames;
  }

  /** The gateway has closed the connection itself. */
  closed(dir: Direction, code: number, reason: string): void {
    const { recorder, connection: c, now } = this.#options;
    recorder.event({ t: now(), c, kind: "close", dir, code, reason, by: "gateway" });
  }

  /** The connection is gone. */
  end(side: "client" | "server" | "gateway", how: "closed" | "reset"): void {
    const { recorder, connection: c, now } = this.#options;
    recorder.event({ t: now(), c, kind: "end", side, how });
  }
}

/** A reader that only counts. */
function counting(meter: LatencyMeter): FrameReader {
  let bytes = 0;
  return new FrameReader({
    onData(piece) {
      bytes += piece.bytes.length;
      if (!piece.isLast) return;
      meter.message(bytes);
      bytes = 0;
    },
    onControl() {},
    onMalformed() {},
  }, { keepMask: true });
}
