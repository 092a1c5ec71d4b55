import { roundDecimal } from "../percentiles.ts";
import { SAMPLE_RATE } from "../../wire/constants.ts";
import type { LagReport } from "../lag_report.ts";
import type { EventLog, LoggedEvent } from "./event_log.ts";
import type { Listener } from "./listener.ts";
import type { MeterReport } from "./meter.ts";

/** Where a client stands. */
export type ClientState =
  /** Not started. */
  | "new"
  /** On its way to the first buffer. */
  | "starting"
  /** A session is running. */
  | "streaming"
  /** The connection is lost; another is on its way. */
  | "reconnecting"
  /** The connection was dropped on purpose; {@link HeadlessClient.reconnect} makes a new one. */
  | "disconnected"
  /** Over. */
  | "closed";

/** How much the harness itself is to blame. */
export interface HarnessReport {
  /** How late ticks came. */
  readonly tickLatenessMs: MeterReport;
  /** Time to decode and apply a slice. */
  readonly applyMs: MeterReport;
  /** Bytes that waited to be sent at each tick. */
  readonly sendBufferBytes: MeterReport;
  /** Deadlines that passed without a tick. */
  readonly skippedTicks: number;
  /** Ticks that were not sent because the send buffer was too full. */
  readonly gatedTicks: number;
}

/** What a client says of itself. */
export interface ClientStatus {
  /** Where it stands. */
  readonly state: ClientState;
  /** Whether a session is running. */
  readonly running: boolean;
  /** Why it is closed; null before. */
  readonly closedReason: string | null;
  /** Code of the newest close; null before the first. */
  readonly closeCode: number | null;
  /** The server's name for the newest session; null before the first. */
  readonly sessionId: string | null;
  /** The address that it was given for display. */
  readonly url: string | null;
  /** Decoded slices since the start, over swaps and reconnects. */
  readonly sliceCount: number;
  /** Messages that could not be read. */
  readonly decodeErrors: number;
  /** Ticks per second. */
  readonly paramsHz: number;
  /** Sessions after the first one. */
  readonly reconnects: number;
  /** The longest time without a slice over a reconnect. */
  readonly gapS: number | null;
  /** How much the harness itself is to blame. */
  readonly harness: HarnessReport;
  /** The newest eight events. */
  readonly recentEvents: readonly (Omit<LoggedEvent, "wallS"> & { readonly agoS: number })[];
  /** What is heard; absent before the first buffer. */
  readonly playback?: {
    readonly playheadS: number;
    readonly rate: number;
    readonly paused: boolean;
    readonly bufferDurationS: number;
    /** Over the last 10 s. */
    readonly lag: LagReport;
  };
}

/** Recent entries of the log in a status. */
const RECENT_EVENTS = 8;
/** Window of the lag report in a status, in seconds. */
const LAG_WINDOW_S = 10;

/** The newest log entries, with their age in place of their time. */
export function recentEvents(log: EventLog, nowS: number): ClientStatus["recentEvents"] {
  return log.last(RECENT_EVENTS).map(({ wallS, type, ...fields }) => ({
    type,
    ...fields,
    agoS: roundDecimal(nowS - wallS, 1),
  }));
}

/** The playback part of a status. */
export function playbackStatus(
  listener: Listener,
  bufferFrames: number,
): NonNullable<ClientStatus["playback"]> {
  const { playhead, tracker } = listener;
  return {
    playheadS: roundDecimal(playhead.seconds(), 3),
    rate: playhead.rate,
    paused: playhead.isPaused,
    bufferDurationS: roundDecimal(bufferFrames / SAMPLE_RATE, 3),
    lag: tracker.report({ windowS: LAG_WINDOW_S }),
  };
}
