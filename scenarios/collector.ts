/**
 * Gathers what a client tells during a run: records, marks, events, trace.
 *
 * @module
 */
import type { AudioClip } from "../audio/clip.ts";
import { type Clock, Ring, UsageError } from "../runtime/mod.ts";
import {
  type AppliedSlice,
  type ClientObserver,
  type FreshnessMeter,
  type HeardLog,
  type MirrorMark,
  mirrorMark,
  type MirrorWitness,
  type SliceRecord,
  tagNames,
  type TickRecord,
  Trace,
  type TraceValue,
} from "../sim/mod.ts";
import { type LagSummary, lagSummary, type LagWindow } from "./lag_summary.ts";
import { PlayedClips } from "./played_clips.ts";
import { inWords } from "./director.ts";
import type { HeardStretch, RunMark, SlicePoint, TickPoint } from "./result.ts";
import type { Step } from "./types.ts";
import type { RunWatcher } from "./watcher.ts";

/** Most records of one kind that a run keeps. */
const MAX_RECORDS = 500_000;
/** Most marks that a run keeps. */
const MAX_MARKS = 20_000;

/** The client, as far as the collector looks at it. */
export interface CollectedClient {
  readonly mirror: Float32Array | null;
  readonly channels: number;
  readonly freshness: FreshnessMeter;
  readonly heard: HeardLog;
  dumpAudio(source: "played"): AudioClip;
}

/** Longer words of a server are cut. */
const MAX_ERROR_CHARS = 300;

/** An event of the server and when it came. */
interface TimedEvent {
  readonly atS: number;
  readonly type: string;
}

/** Everything that was observed of one client. */
export class Collector implements RunWatcher {
  readonly #clock: Clock;
  readonly #client: () => CollectedClient;
  readonly #witness: MirrorWitness | null;
  readonly #trace: Trace;
  readonly #slices = new Ring<SliceRecord>(MAX_RECORDS);
  readonly #ticks = new Ring<TickRecord>(MAX_RECORDS);
  readonly #events = new Ring<TimedEvent>(MAX_RECORDS);
  readonly #sent: Record<string, number> = {};
  readonly #marks = new Ring<RunMark>(MAX_MARKS);
  /** Of the windows that were asked for after the run, many expectations ask for the same one. */
  readonly #lags = new Map<string, LagSummary>();
  readonly #bornS: number;
  #streamingS: number | null = null;
  #lastParams: Readonly<Record<string, unknown>> = {};
  #behind = 0;
  #sliceCount = 0;
  #isOver = false;
  readonly #played = new PlayedClips();
  #heard: readonly HeardStretch[] = [];
  sessionId: string | null = null;
  bufferFrames: number | null = null;
  channels: number | null = null;
  epoch = 0;
  reconnects = 0;
  gapS: number | null = null;
  decodeErrors = 0;
  closeCode: number | null = null;
  closeReason: string | null = null;
  /** Whether the connection is gone for good; a reconnect makes it false again. */
  isLost = false;
  /** When the connection was lost last, seconds after streaming began. */
  lostAfterS: number | null = null;
  /** What the server's newest error said; not of the trace, as servers word it as they like. */
  lastError: string | null = null;
  failure: Error | null = null;
  failedAfterS: number | null = null;
  /** Called after anything happened that a step may wait for. */
  onChange: (() => void) | null = null;

  /**
   * A collector for the client that `client` gives when asked.
   *
   * @param keptLines Lines of the trace that are kept; the usual number when absent.
   */
  constructor(
    clock: Clock,
    client: () => CollectedClient,
    witness: MirrorWitness | null,
    keptLines?: number,
  ) {
    this.#trace = new Trace(keptLines);
    this.#clock = clock;
    this.#client = client;
    this.#witness = witness;
    this.#bornS = clock.now();
  }

  get trace(): Trace {
    return this.#trace;
  }
  /** When streaming began, on the run's clock; null before. */
  get streamingS(): number | null {
    return this.#streamingS;
  }
  get sliceCount(): number {
    return this.#sliceCount;
  }
  get behindPlayhead(): number {
    return this.#behind;
  }
  get playheadS(): number {
    return this.#ticks.last?.playheadS ?? 0;
  }
  get lastParams(): Readonly<Record<string, unknown>> {
    return this.#lastParams;
  }
  get marks(): RunMark[] {
    return [...this.#marks];
  }
  get sent(): Readonly<Record<string, number>> {
    return this.#sent;
  }

  /** How many events of a type came, in all or in a window. */
  eventCount(type: string, window: LagWindow | null = null): number {
    let count = 0;
    for (const event of this.#events) {
      const isInside = window === null || (event.atS >= window.fromS && event.atS <= window.toS);
      if (event.type === type && isInside) count++;
    }
    return count;
  }

  /** All events by type. */
  get eventCounts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of this.#events) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  /** What the listener heard, over swaps and reconnects; null at timing fidelity. */
  get played(): AudioClip | null {
    return this.#played.joined();
  }

  /** What the listener had heard when the run was over, stretch by stretch. */
  get heard(): readonly HeardStretch[] {
    return this.#heard;
  }

  /** The run is over: what is still under way is compared, but no longer recorded. */
  finish(): void {
    this.#keepPlayed();
    this.#heard = this.heardSoFar();
    this.#isOver = true;
  }

  /** What the listener has heard by now, stretch by stretch. */
  heardSoFar(): HeardStretch[] {
    return this.#client().heard.runs().map((run) => ({
      // Live, streaming is stamped a moment after the first buffer was taken.
      atS: Math.max(0, this.#rel(run.fromS)),
      endS: this.#rel(run.toS),
      startS: run.recordedAt === null ? null : run.recordedAt / 48000,
      durationS: run.frames / 48000,
      bufferStartS: run.startSample / 48000,
      isFresh: run.isFresh,
      tags: tagNames(run.tags),
    }));
  }

  /** Lag over a window of the run's clock. */
  lag(window: LagWindow): LagSummary {
    const key = `${window.fromS} ${window.toS}`;
    const known = this.#lags.get(key);
    if (known !== undefined) return known;
    const { freshness } = this.#client();
    const records = { slices: [...this.#slices], ticks: [...this.#ticks], freshness };
    const summary = lagSummary(records, window);
    if (this.#isOver) this.#lags.set(key, summary);
    return summary;
  }

  /** Positions of the playhead over a window. */
  playheads(window: LagWindow): number[] {
    return [...this.#ticks].filter((t) => t.wallS >= window.fromS && t.wallS <= window.toS)
      .map((t) => t.playheadS);
  }

  /** Slices as plotted. */
  slicePoints(): SlicePoint[] {
    return [...this.#slices].map((slice) => ({
      atS: this.#rel(slice.wallS),
      startS: slice.startSample / 48000,
      durationS: slice.numSamples / 48000,
      leadS: slice.leadS,
      tags: tagNames(slice.tags),
    }));
  }

  /** Ticks as plotted. */
  tickPoints(): TickPoint[] {
    return [...this.#ticks].map((tick) => ({
      atS: this.#rel(tick.wallS),
      playheadS: tick.playheadS,
      stalenessS: tick.stalenessS,
      tags: tagNames(tick.tags),
    }));
  }

  /** Notes something for plots and for the reader; now, if it was not at another time. */
  mark(kind: string, text: string, atS = this.#rel(this.#clock.now())): void {
    this.#marks.push({ atS, kind, text });
    this.record(kind, { text });
  }

  onStep(step: Step): void {
    this.mark(step.do === "network" || step.do === "engine" ? "fault" : "step", inWords(step));
  }

  /** Adds a line to the trace. */
  record(event: string, fields: Readonly<Record<string, TraceValue>>): void {
    this.#trace.add(this.#clock.now() - this.#bornS, event, fields);
  }

  onReady(message: { readonly session_id: string; readonly duration: number }): void {
    this.sessionId = message.session_id;
    this.#witness?.begin(message.session_id);
    this.record("ready", { session: message.session_id, durationS: message.duration });
  }

  onLeave(): void {
    if (!this.#isOver) this.#keepPlayed();
  }

  onBuffer(buffer: Parameters<NonNullable<ClientObserver["onBuffer"]>>[0]): void {
    const { kind, epoch, frames, channels } = buffer;
    this.#streamingS ??= this.#clock.now();
    this.bufferFrames = frames;
    this.channels = channels;
    this.epoch = epoch;
    this.isLost = false;
    if (kind === "reconnect") this.reconnects++;
    const { mirror } = this.#client();
    if (mirror !== null) {
      this.#compare("buffer", mirror, channels, { epoch, startSample: 0, frames });
    }
    this.record("buffer", { kind, epoch, frames, channels });
    if (kind !== "initial") {
      this.#marks.push({
        atS: this.#rel(this.#clock.now()),
        kind,
        text: `${kind}: epoch ${epoch}`,
      });
    }
    this.onChange?.();
  }

  onSlice(slice: AppliedSlice): void {
    const { record, epoch, frames } = slice;
    const { startSample } = record;
    const { mirror, channels } = this.#client();
    if (mirror !== null) {
      this.#compare("slice", mirror, channels, { epoch, startSample, frames });
    }
    if (this.#isOver) return;
    this.#slices.push(record);
    this.#sliceCount++;
    if (record.leadS < 0) this.#behind++;
    this.#trace.addLine(
      `{"t":${
        time(this.#clock.now() - this.#bornS)
      },"ev":"slice","start":${startSample},"num":${record.numSamples},"epoch":${epoch},"gens":${record.numGens},"lead":${
        time(record.leadS)
      },"tags":${record.tags},"crc":${slice.payloadCrc}}`,
    );
    this.onChange?.();
  }

  onTick(record: TickRecord): void {
    if (this.#isOver) return;
    this.#ticks.push(record);
    this.#trace.addLine(
      `{"t":${time(this.#clock.now() - this.#bornS)},"ev":"tick","pos":${
        time(record.playheadS)
      },"stale":${time(record.stalenessS)},"tags":${record.tags}}`,
    );
    this.onChange?.();
  }

  onEvent(
    message: { readonly type: string; readonly params?: unknown; readonly message?: unknown },
  ): void {
    if (this.#isOver) return;
    if (message.type === "params_update") {
      this.#lastParams = message.params as Readonly<Record<string, unknown>>;
      return;
    }
    if (message.type === "error" && typeof message.message === "string") {
      this.lastError = message.message.slice(0, MAX_ERROR_CHARS);
    }
    this.#events.push({ atS: this.#clock.now(), type: message.type });
    this.record("event", { type: message.type });
    this.#marks.push({ atS: this.#rel(this.#clock.now()), kind: "event", text: message.type });
    this.onChange?.();
  }

  onSent(message: { readonly type: string }): void {
    this.#sent[message.type] = (this.#sent[message.type] ?? 0) + 1;
    this.record("sent", { type: message.type });
  }

  onDecodeError(error: Error): void {
    this.decodeErrors++;
    this.#witness?.onClient({
      session: this.sessionId ?? "",
      kind: "slice",
      epoch: this.epoch,
      startSample: 0,
      frames: 0,
      crc: null,
    });
    this.mark("fault", `undecodable slice: ${error.message}`);
  }

  onFailure(error: Error): void {
    this.failure ??= error;
    this.failedAfterS ??= this.#clock.now() - this.#bornS;
    this.mark("close", `session could not be made: ${error.message}`);
    this.onChange?.();
  }

  onClose(code: number, reason: string, willReconnect: boolean): void {
    if (this.#isOver) return;
    this.closeCode = code;
    this.isLost = !willReconnect;
    this.lostAfterS = this.#rel(this.#clock.now());
    this.closeReason = reason;
    this.mark("close", `closed with ${code} ${reason}${willReconnect ? ", reconnecting" : ""}`);
    this.onChange?.();
  }

  onResumed(gapS: number): void {
    this.gapS = Math.max(this.gapS ?? 0, gapS);
    this.record("resumed", { gapS });
  }

  #compare(
    kind: "slice" | "buffer",
    mirror: Float32Array,
    channels: number,
    range: Pick<MirrorMark, "epoch" | "startSample" | "frames">,
  ): void {
    if (this.#witness === null) return;
    const session = this.sessionId ?? "";
    this.#witness.onClient(mirrorMark(mirror, channels, { session, kind, ...range }));
  }

  /** The recording of a buffer ends with the buffer, as the protocol's recorder does. */
  #keepPlayed(): void {
    const client = this.#client();
    if (client.mirror === null) return;
    try {
      this.#played.add(client.dumpAudio("played"), client.heard.capacity);
    } catch (error) {
      // Nothing was played of it, or nothing is recorded at all.
      if (!(error instanceof UsageError)) throw error;
    }
  }

  #rel(wallS: number): number {
    return Math.round((wallS - (this.#streamingS ?? this.#bornS)) * 1e6) / 1e6;
  }
}

/** Seconds to the microsecond: finer digits would only be rounding errors. */
function time(valueS: number): number {
  return Math.round(valueS * 1e6) / 1e6;
}
