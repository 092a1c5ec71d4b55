/**
 * One recorded connection as the protocol sees it: config, ticks and commands upward; buffers, slices
 * and events downward, with their times. The bytes of binaries are not needed.
 *
 * @module
 */
import { type Band, bandLeadS, foldLeadSamples } from "../../sim/mod.ts";
import {
  coerceClientMessage,
  expectedBinaries,
  type ExpectedBinary,
  isJsonObject,
  type JsonObject,
  needsBinary,
  parseServerMessage,
  readSliceHeader,
  SAMPLE_RATE,
  WireError,
} from "../../wire/mod.ts";
import type { EventOf, RecordedEvent, Recording } from "./format.ts";

/** A binary message. */
export type RecordedBinary = EventOf<"binary">;

/** Something that the client said after its config. */
export interface ClientWord {
  readonly t: number;
  /** Null for a text that is no JSON object, or that was kept by its digest only. */
  readonly message: JsonObject | null;
  /** The audio that it announced; null without. */
  readonly binary: RecordedBinary | null;
}

/** A tick of the client. */
export interface RecordedTick {
  readonly t: number;
  readonly playbackPosS: number | null;
  readonly clientTimeS: number | null;
  readonly raw: JsonObject;
}

/** A text of the server. */
export interface ServerWord {
  readonly t: number;
  /** Its type; `?` for one that has none. */
  readonly type: string;
  readonly message: JsonObject;
}

/** A buffer or a stem of the server. */
export interface RecordedBuffer {
  readonly t: number;
  /** `initial`, `swap`, or `stem NAME`. */
  readonly kind: string;
  readonly durationS: number;
  readonly channels: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A slice of the server. */
export interface RecordedSlice {
  readonly t: number;
  readonly startSample: number;
  readonly numSamples: number;
  readonly tickMs: number;
  readonly decMs: number;
  readonly numGens: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Distance from the client's playhead, as far as its ticks tell; null before the first. */
  readonly leadS: number | null;
}

/** One connection. */
export interface RecordedSession {
  readonly connection: number;
  readonly target: string;
  readonly openedS: number;
  /** When its last event was. */
  readonly endedS: number;
  /** The first text; null when there was none. */
  readonly config: JsonObject | null;
  /** The audio that came with the config; null when the server had it. */
  readonly upload: RecordedBinary | null;
  /** When the first buffer came: seconds of a session are counted from here. Null before it. */
  readonly bufferS: number | null;
  /** The server's `ready`. */
  readonly ready: JsonObject | null;
  readonly words: readonly ClientWord[];
  readonly ticks: readonly RecordedTick[];
  readonly answers: readonly ServerWord[];
  readonly buffers: readonly RecordedBuffer[];
  readonly slices: readonly RecordedSlice[];
  readonly closes: readonly EventOf<"close">[];
  readonly ends: readonly EventOf<"end">[];
  /** Messages and bytes, either way. */
  readonly traffic: Readonly<Record<"up" | "down", { messages: number; bytes: number }>>;
  /** What could not be made sense of, one sentence each. */
  readonly oddities: readonly string[];
}

/** Every connection of a recording, in the order in which they were opened. */
export function sessionsOf({ events }: Recording): RecordedSession[] {
  const readers = new Map<number, SessionReader>();
  for (const event of events) {
    if (!("c" in event)) continue;
    if (event.kind === "open") readers.set(event.c, new SessionReader(event));
    else readers.get(event.c)?.take(event);
  }
  return [...readers.values()].map((reader) => reader.session());
}

/** The connection that a recording is about: the one with the most slices; null without any. */
export function mainSession(sessions: readonly RecordedSession[]): RecordedSession | null {
  const streaming = sessions.filter(({ bufferS, config }) => bufferS !== null && config !== null);
  return streaming.reduce<RecordedSession | null>(
    (best, it) => best === null || it.slices.length > best.slices.length ? it : best,
    null,
  );
}

/** Follows one connection. */
class SessionReader {
  readonly #opened: EventOf<"open">;
  readonly #words: ClientWord[] = [];
  readonly #ticks: RecordedTick[] = [];
  readonly #answers: ServerWord[] = [];
  readonly #buffers: RecordedBuffer[] = [];
  readonly #slices: RecordedSlice[] = [];
  readonly #closes: EventOf<"close">[] = [];
  readonly #ends: EventOf<"end">[] = [];
  readonly #oddities = new Set<string>();
  readonly #expected: ExpectedBinary[] = [];
  /** Places of the words that announced audio, and how many of them have got it. */
  readonly #announcements: number[] = [];
  #answered = 0;
  readonly #traffic = { up: { messages: 0, bytes: 0 }, down: { messages: 0, bytes: 0 } };
  #config: JsonObject | null = null;
  #upload: RecordedBinary | null = null;
  #ready: JsonObject | null = null;
  #bufferS: number | null = null;
  #durationS = 0;
  #band: Band | null = null;
  #endedS: number;

  constructor(opened: EventOf<"open">) {
    this.#opened = opened;
    this.#endedS = opened.t;
  }

  take(event: Extract<RecordedEvent, { c: number }>): void {
    this.#endedS = Math.max(this.#endedS, event.t);
    if (event.kind === "text" || event.kind === "binary") {
      const traffic = this.#traffic[event.dir];
      traffic.messages++;
      traffic.bytes += event.bytes;
    }
    if (event.kind === "text") {
      if (event.dir === "up") this.#onClientText(event);
      else this.#onServerText(event);
    } else if (event.kind === "binary") {
      if (event.dir === "up") this.#onClientBinary(event);
      else this.#onServerBinary(event);
    } else if (event.kind === "close") this.#closes.push(event);
    else if (event.kind === "end") this.#ends.push(event);
    else if (event.kind === "malformed") {
      this.#oddities.add(`bytes that are no WebSocket frames went ${event.dir}: ${event.why}`);
    }
  }

  session(): RecordedSession {
    return {
      connection: this.#opened.c,
      target: this.#opened.target,
      openedS: this.#opened.t,
      endedS: this.#endedS,
      config: this.#config,
      upload: this.#upload,
      bufferS: this.#bufferS,
      ready: this.#ready,
      words: this.#words,
      ticks: this.#ticks,
      answers: this.#answers,
      buffers: this.#buffers,
      slices: this.#slices,
      closes: this.#closes,
      ends: this.#ends,
      traffic: this.#traffic,
      oddities: [...this.#oddities],
    };
  }

  #onClientText(event: EventOf<"text">): void {
    const message = objectOf(event);
    if (this.#config === null) {
      if (message === null) this.#oddities.add("the first text of the client is no config");
      this.#config = message ?? {};
      return;
    }
    if (message?.["type"] === "params") {
      this.#ticks.push({
        t: event.t,
        playbackPosS: numberOrNull(message["playback_pos"]),
        clientTimeS: numberOrNull(message["client_time"]),
        raw: isJsonObject(message["raw"]) ? message["raw"] : {},
      });
      return;
    }
    if (message?.["type"] === "loop_band") this.#band = bandSamples(message);
    if (message !== null && isFollowed(message)) this.#announcements.push(this.#words.length);
    this.#words.push({ t: event.t, message, binary: null });
  }

  #onClientBinary(event: RecordedBinary): void {
    const index = this.#announcements[this.#answered];
    if (index !== undefined) {
      this.#words[index] = { ...this.#words[index]!, binary: event };
      this.#answered++;
    } else if (this.#config !== null && this.#upload === null && this.#bufferS === null) {
      this.#upload = event;
    } else this.#oddities.add("the client sent a binary message that nothing announced");
  }

  #onServerText(event: EventOf<"text">): void {
    const message = objectOf(event) ?? {};
    const type = typeof message["type"] === "string" ? message["type"] : "?";
    this.#answers.push({ t: event.t, type, message });
    if (type === "ready") this.#ready ??= message;
    try {
      const parsed = parseServerMessage(JSON.stringify(message));
      if (parsed.known) this.#expected.push(...expectedBinaries(parsed.message));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#oddities.add(`an event of the server is not as the protocol has it: ${error.message}`);
    }
  }

  #onServerBinary(event: RecordedBinary): void {
    const expected = this.#expected.shift();
    if (expected === undefined) return this.#onSlice(event);
    const isBuffer = expected.kind === "buffer";
    const kind = !isBuffer ? `stem ${expected.name}` : this.#bufferS === null ? "initial" : "swap";
    const durationS = expected.frames / SAMPLE_RATE;
    if (isBuffer) {
      this.#bufferS ??= event.t;
      this.#durationS = durationS;
      // The server forgets the band with the old source.
      this.#band = null;
    }
    const { t, bytes, sha256 } = event;
    this.#buffers.push({ t, kind, durationS, channels: expected.channels, bytes, sha256 });
  }

  #onSlice({ t, head, bytes, sha256 }: RecordedBinary): void {
    try {
      const header = readSliceHeader(Uint8Array.fromHex(head));
      const { startSample, numSamples, tickMs, decMs, numGens } = header;
      const leadS = this.#leadS(startSample, t);
      this.#slices.push({
        ...{ t, startSample, numSamples, tickMs, decMs, numGens, bytes, sha256, leadS },
      });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#oddities.add(`a binary message of the server is no slice: ${error.message}`);
    }
  }

  /** Where the slice lies, from the playhead of the newest tick, carried on unless it stood still. */
  #leadS(startSample: number, t: number): number | null {
    const last = this.#ticks.at(-1);
    if (last === undefined || last.playbackPosS === null) return null;
    const isStill = this.#ticks.at(-2)?.playbackPosS === last.playbackPosS;
    const playhead = (last.playbackPosS + (isStill ? 0 : t - last.t)) * SAMPLE_RATE;
    const frames = this.#durationS * SAMPLE_RATE;
    // Inside a band the way round is the band's: else each lap would look late once.
    return bandLeadS(startSample, playhead, this.#band) ??
      foldLeadSamples(startSample, playhead, frames) / SAMPLE_RATE;
  }
}

function objectOf({ json }: EventOf<"text">): JsonObject | null {
  return isJsonObject(json) ? json : null;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The band of a `loop_band` message in samples; null for one that clears it. */
function bandSamples(message: JsonObject): Band | null {
  const [startS, endS] = [numberOrNull(message["start_sec"]), numberOrNull(message["end_sec"])];
  if (startS === null || endS === null || !(endS > startS)) return null;
  return {
    startSample: Math.trunc(startS * SAMPLE_RATE),
    endSample: Math.trunc(endS * SAMPLE_RATE),
  };
}

/** Whether audio follows this message. */
function isFollowed(message: JsonObject): boolean {
  const parsed = coerceClientMessage(message);
  return parsed.ok && needsBinary(parsed.message);
}
