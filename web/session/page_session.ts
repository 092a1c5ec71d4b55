import { Ring, Rng } from "../../runtime/mod.ts";
import { HeadlessClient } from "../../sim/client/headless_client.ts";
import type { AppliedSlice, ClientObserver } from "../../sim/client/observer.ts";
import { BROWSER_RECONNECT } from "../../sim/client/reconnect.ts";
import type { TickRecord } from "../../sim/lag_records.ts";
import type { TimedMove } from "../../sim/playhead_moves.ts";
import { MONITOR_BLEED_S, MONITOR_STEP_S, NetworkMonitor } from "../../sim/network_monitor.ts";
import { LAG_TAGS } from "../../sim/tags.ts";
import { Collector } from "../../scenarios/collector.ts";
import { SAMPLE_RATE } from "../../wire/constants.ts";
import type { RingCommand, RingReport } from "../audio/messages.ts";
import { AudioPlayhead } from "./audio_playhead.ts";
import { BrowserClock } from "./browser_clock.ts";
import { dialBrowserSocket } from "./dial.ts";
import { Follow } from "./follow.ts";
import type {
  LandedSlice,
  OpenCommand,
  PageCommand,
  PeakPatch,
  Records,
  View,
  WorkerMessage,
} from "./messages.ts";
import { columnFrames, PEAK_COLUMNS, peaksOf } from "./peaks.ts";
import { Recent } from "./recent.ts";
import { pageReport } from "./report.ts";

/** Ticks a second of a player in a browser. */
const PARAMS_HZ = 125;
/** Time between two views, seconds. */
const VIEW_S = 1 / 30;
/** How far back "the last seconds" go. */
const RECENT_S = 10;
/** Positions of the audio thread that are kept: about ten minutes. */
const MAX_AUDIO_RECORDS = 120_000;
/** Moves of the playhead that are kept. */
const MAX_MOVES = 10_000;
/** Lines of the trace that are kept: nobody reads them, its fingerprint covers all. */
const KEPT_LINES = 1;
/** Memory of patches that is kept for the next ones. */
const MAX_SPARE = 8;

/** Why a lead may look bad although nothing is wrong: such a one is drawn, but worries nobody. */
const EXCUSES = LAG_TAGS.seamPinned | LAG_TAGS.paused | LAG_TAGS.settling;
/** Leads of so long ago say whether new audio comes too late now, seconds. */
const BEHIND_S = 1;

/** Tells the page something. */
export type Tell = (message: WorkerMessage) => void;

/**
 * One session of the page: the project's own client, whose playhead is that of the audio thread, and
 * which passes on to that thread what it applies to its mirror.
 */
export class PageSession implements ClientObserver {
  readonly #tell: Tell;
  readonly #clock: BrowserClock;
  readonly #open: OpenCommand;
  readonly #ring: MessagePort;
  readonly #playhead: AudioPlayhead;
  readonly #client: HeadlessClient;
  readonly #collector: Collector;
  readonly #follow: Follow | null;
  readonly #spare: ArrayBuffer[] = [];
  readonly #audio = new Ring<Records["audio"][number]>(MAX_AUDIO_RECORDS);
  readonly #moves = new Ring<TimedMove>(MAX_MOVES);
  readonly #leads = new Recent();
  readonly #staleness = new Recent();
  readonly #bytes = new Recent();
  #monitor: NetworkMonitor;
  #freshShare: number | null = null;
  #lastSliceS: number;
  #lastTick: TickRecord | null = null;
  #slices: LandedSlice[] = [];
  #dirty: PeakPatch[] = [];
  #isSounding = true;

  /** A session that begins to connect at once. */
  constructor(open: OpenCommand, tell: Tell) {
    this.#tell = tell;
    this.#open = open;
    this.#ring = open.ring;
    this.#clock = new BrowserClock(open.originMs);
    this.#lastSliceS = this.#clock.now();
    this.#monitor = new NetworkMonitor(this.#clock.now());
    this.#playhead = new AudioPlayhead({
      clock: this.#clock,
      post: (command) => this.#post(command),
      onMove: (move) => this.#moves.push({ ...move, wallS: this.#clock.now() }),
    });
    this.#follow = open.watch === null ? null : new Follow();
    this.#collector = new Collector(this.#clock, () => this.#client, null, KEPT_LINES);
    this.#client = new HeadlessClient({
      dial: dialBrowserSocket(
        open.watch === null ? open.url : `${open.url}/watch/${encodeURIComponent(open.watch)}`,
      ),
      clock: this.#clock,
      rng: new Rng(crypto.randomUUID()),
      config: open.config,
      source: open.source,
      playhead: this.#playhead,
      paramsHz: PARAMS_HZ,
      recordPlaybackS: 0,
      reconnect: BROWSER_RECONNECT,
      observer: this,
      url: open.url,
    });
    this.#client.setKnobs(open.knobs);
    this.#ring.onmessage = ({ data }: MessageEvent<RingReport>) => this.#onReport(data);
    this.#client.open();
    this.#every(VIEW_S, () => this.#show());
    this.#every(MONITOR_STEP_S, () => this.#look());
  }

  /** Does what the page asks. */
  carryOut(command: Exclude<PageCommand, OpenCommand>): void {
    const client = this.#client;
    switch (command.type) {
      case "ask":
        return void this.#answer(command.id, command.what);
      case "sound":
        this.#isSounding = command.isRunning;
        // The server would take a position that does not move for one that does.
        return client.setFaults({ omitParams: !command.isRunning });
      case "keepsPlace":
        return this.#playhead.setKeepsPlace(command.keepsPlace);
      case "looping":
        return this.#playhead.setLooping(command.isLooping);
      case "pause":
        this.#collector.mark("step", command.isPaused ? "pause" : "resume");
        return client.setPaused(command.isPaused);
      case "stop":
        return void client.stop();
    }
    // A watcher moves nothing.
    if (this.#open.watch !== null) return;
    switch (command.type) {
      case "send":
        return void client.send(command.message, command.pcm ?? null);
      case "knobs":
        return client.setKnobs(command.values);
      case "swap":
        return void client.swap(command.source, command.options);
      case "seek":
        this.#collector.mark("step", stepText("seek", { toS: command.positionS }));
        return client.seek(command.positionS);
      case "band":
        this.#collector.mark("step", stepText("loopBand", { band: command.band }));
        return client.setLoopBand(command.band);
    }
  }

  onState(state: Parameters<NonNullable<ClientObserver["onState"]>>[0]): void {
    this.#tell({ type: "state", state, reason: this.#client.status().closedReason });
  }

  onReady(ready: Parameters<NonNullable<ClientObserver["onReady"]>>[0]): void {
    this.#collector.onReady(ready);
    this.#tell({ type: "ready", ready });
  }

  onLeave(): void {
    this.#collector.onLeave();
  }

  onBuffer(buffer: Parameters<NonNullable<ClientObserver["onBuffer"]>>[0]): void {
    const mirror = this.#client.mirror!;
    this.#playhead.take(mirror, buffer.channels);
    this.#collector.onBuffer(buffer);
    this.#monitor = new NetworkMonitor(this.#clock.now());
    this.#follow?.reset();
    this.#leads.clear();
    this.#staleness.clear();
    this.#slices = [];
    this.#dirty = [];
    this.#lastSliceS = this.#clock.now();
    const { values: peaks } = peaksOf(mirror, buffer.channels);
    const { kind, epoch, frames } = buffer;
    this.#tell({ type: "buffer", kind, epoch, bufferS: frames / SAMPLE_RATE, peaks });
  }

  onSlice(slice: AppliedSlice): void {
    const { record, frames } = slice;
    this.#patch(record.startSample, frames);
    this.#collector.onSlice(slice);
    this.#lastSliceS = record.wallS;
    // On the whole circle distances mean little while playback stays inside a band.
    const leadS = record.bandLeadS ?? record.leadS;
    const isExcused = (record.tags & EXCUSES) !== 0;
    if (!isExcused) this.#leads.add(leadS, record.wallS);
    this.#bytes.add(slice.bytes, record.wallS);
    this.#monitor.onSlice(leadS, record.wallS);
    this.#slices.push({
      atS: record.wallS,
      startS: record.startSample / SAMPLE_RATE,
      durationS: frames / SAMPLE_RATE,
      leadS,
      isExcused,
    });
    const target = this.#follow?.onSlice(
      record.startSample,
      record.playheadSample,
      this.#client.bufferFrames,
    ) ?? null;
    if (target !== null) this.#client.seek(target / SAMPLE_RATE);
  }

  onTick(record: TickRecord): void {
    this.#collector.onTick(record);
    this.#lastTick = record;
    this.#staleness.add(record.stalenessS, record.wallS);
  }

  onEvent(message: Parameters<NonNullable<ClientObserver["onEvent"]>>[0]): void {
    this.#collector.onEvent(message);
    if (message.type !== "params_update") this.#tell({ type: "event", message });
  }

  onSent(message: Parameters<NonNullable<ClientObserver["onSent"]>>[0]): void {
    this.#collector.onSent(message);
  }

  onDecodeError(error: Error): void {
    this.#collector.onDecodeError(error);
    this.#tell({ type: "trouble", text: error.message });
  }

  onFailure(error: Error): void {
    this.#collector.onFailure(error);
    this.#tell({ type: "trouble", text: error.message });
  }

  onClose(code: number, reason: string, willReconnect: boolean): void {
    this.#collector.onClose(code, reason, willReconnect);
    this.#tell({ type: "lost", code, reason, willReconnect });
  }

  onResumed(gapS: number): void {
    this.#collector.onResumed(gapS);
  }

  #onReport(report: RingReport): void {
    this.#playhead.onReport(report);
    for (const memory of report.spent) {
      if (this.#spare.length < MAX_SPARE) this.#spare.push(memory);
    }
    const { contextTimeS, sample } = report;
    this.#audio.push({ contextTimeS, wallS: this.#clock.now(), sample });
  }

  #post(command: RingCommand): void {
    if (command.type === "take" || command.type === "patch") {
      this.#ring.postMessage(command, [command.audio.buffer]);
    } else {
      this.#ring.postMessage(command);
    }
  }

  /** Gives the audio thread a copy of what was rewritten, and notes what has to be drawn anew. */
  #patch(startSample: number, frames: number): void {
    const { mirror, channels } = this.#client;
    const from = startSample * channels;
    const count = frames * channels;
    const memory = this.#spare.findIndex((it) => it.byteLength === count * 4);
    const audio = new Float32Array(
      memory === -1 ? new ArrayBuffer(count * 4) : this.#spare.splice(memory, 1)[0]!,
    );
    audio.set(mirror!.subarray(from, from + count));
    this.#post({ type: "patch", audio, startSample });
    const step = columnFrames(this.#client.bufferFrames);
    const first = Math.floor(startSample / step);
    const end = Math.min(PEAK_COLUMNS, Math.ceil((startSample + frames) / step));
    this.#dirty.push(peaksOf(mirror!, channels, first, end));
  }

  #look(): void {
    if (this.#client.state !== "streaming") return;
    const nowS = this.#clock.now();
    this.#monitor.look(nowS);
    const params = this.#client.lastParams;
    if (this.#open.watch !== null && params !== null) this.#tell({ type: "params", params });
    this.#freshShare = this.#client.freshness.report({ sinceS: nowS - RECENT_S }).freshShare;
  }

  #show(): void {
    if (this.#client.bufferFrames === 0) return;
    const nowS = this.#clock.now();
    const bytes = this.#bytes.total(nowS - 2);
    const view: View = {
      atS: nowS,
      playheadS: this.#client.playheadS,
      bufferS: this.#client.bufferFrames / SAMPLE_RATE,
      isPaused: this.#playhead.isPaused,
      hasEnded: this.#playhead.hasEnded,
      band: this.#playhead.band,
      leadS: this.#leads.last,
      worstLeadS: this.#leads.min(nowS - RECENT_S),
      stalenessS: this.#staleness.last ?? 0,
      worstStalenessS: this.#staleness.max(nowS - RECENT_S) ?? 0,
      freshShare: this.#freshShare,
      slicesPerS: bytes.count / 2,
      bytesPerS: bytes.sum / 2,
      sinceSliceS: nowS - this.#lastSliceS,
      isBehind: (this.#leads.min(nowS - BEHIND_S) ?? 0) < MONITOR_BLEED_S,
      isWarning: this.#monitor.isWarning,
      isIdle: ((this.#lastTick?.tags ?? 0) & LAG_TAGS.idle) !== 0,
      slices: this.#slices,
      peaks: this.#dirty,
    };
    this.#slices = [];
    this.#dirty = [];
    this.#tell({ type: "view", view });
  }

  #answer(id: number, what: "report" | "records"): void {
    const value = what === "report"
      ? pageReport({
        client: this.#client,
        collector: this.#collector,
        nowS: this.#clock.now(),
        url: this.#open.url,
        source: this.#open.source,
      })
      : this.#records();
    this.#tell({ type: "answer", id, value });
  }

  #records(): Records {
    const { slices, ticks } = this.#client.tracker;
    return {
      audio: [...this.#audio],
      moves: [...this.#moves],
      slices: [...slices],
      ticks: [...ticks],
    };
  }

  /** Calls `fn` at a pace for as long as the page lives. */
  #every(stepS: number, fn: () => void): void {
    this.#clock.after(stepS, () => {
      fn();
      if (this.#client.state !== "closed") this.#every(stepS, fn);
    });
  }
}

/** What the listener did, in the words in which scenarios tell their steps. */
function stepText(name: string, details: Readonly<Record<string, unknown>>): string {
  return `${name} ${JSON.stringify(details)}`;
}
