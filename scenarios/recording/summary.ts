/**
 * What a recording holds, for people and programs: who said what, how much, how fast, how far ahead.
 *
 * @module
 */
import { type Percentiles, percentiles, roundDecimal } from "../../sim/mod.ts";
import type { EventOf, GatewayFigures, Recording } from "./format.ts";
import { type RecordedSession, sessionsOf } from "./session.ts";

/** Longest gap list. */
const MAX_GAPS = 20;
/** A pause between slices that is worth a line, seconds. */
const GAP_S = 0.5;

/** Messages of one type, in one direction. */
export interface TypeCount {
  readonly dir: "up" | "down";
  /** A text's type, or `binary`. */
  readonly type: string;
  readonly count: number;
  readonly bytes: number;
  /** A second of the connection. */
  readonly perS: number;
}

/** One connection in figures. */
export interface SessionSummary {
  readonly connection: number;
  readonly target: string;
  /** Seconds since the recording began. */
  readonly openedS: number;
  readonly durationS: number;
  /** `session`, `watch` for one that only listened, `upload`, or `none` when nothing came of it. */
  readonly role: "session" | "watch" | "upload" | "none";
  readonly sessionId: string | null;
  readonly source: string | null;
  readonly bufferS: number | null;
  readonly types: readonly TypeCount[];
  readonly slices: {
    readonly count: number;
    readonly perS: number;
    readonly bytes: Percentiles;
    readonly intervalS: Percentiles;
    readonly leadS: Percentiles;
    readonly behindPlayhead: number;
  };
  /** Stretches without a slice, seconds of the session. */
  readonly gaps: readonly { readonly atS: number; readonly lastsS: number }[];
  readonly end: string;
  readonly oddities: readonly string[];
}

/** A recording in figures. */
export interface RecordingSummary {
  readonly schema: "headway.recording-summary/1";
  readonly upstream: string;
  readonly startedUnixS: number;
  readonly durationS: number;
  readonly events: number;
  readonly promptsRedacted: boolean;
  /** Bytes of messages, either way. */
  readonly bytes: number;
  /** Whether the gateway ended in order; a crash leaves no last word. */
  readonly isComplete: boolean;
  readonly isFull: boolean;
  readonly resumes: number;
  readonly tornBytes: number;
  readonly httpRequests: number;
  readonly refused: number;
  readonly figures: GatewayFigures | null;
  readonly sessions: readonly SessionSummary[];
}

/** Sums a recording up. */
export function summarizeRecording(
  recording: Recording,
  sessions: readonly RecordedSession[] = sessionsOf(recording),
): RecordingSummary {
  const { header, events, tornBytes } = recording;
  const count = (kind: string) => events.filter((event) => event.kind === kind).length;
  const last = events.at(-1);
  const said = messagesByConnection(events);
  return {
    schema: "headway.recording-summary/1",
    upstream: header.upstream,
    startedUnixS: header.startedUnixS,
    durationS: last?.t ?? 0,
    events: events.length,
    promptsRedacted: header.promptsRedacted,
    bytes: sessions.reduce((sum, { traffic: { up, down } }) => sum + up.bytes + down.bytes, 0),
    isComplete: last?.kind === "stop",
    isFull: count("full") > 0,
    resumes: count("resume"),
    tornBytes,
    httpRequests: count("http"),
    refused: count("refused"),
    figures: last?.kind === "stop" ? last.figures : null,
    sessions: sessions.map((session) =>
      summarizeSession(session, said.get(session.connection) ?? [])
    ),
  };
}

type Message = EventOf<"text"> | EventOf<"binary">;

function messagesByConnection(events: Recording["events"]): Map<number, Message[]> {
  const found = new Map<number, Message[]>();
  for (const event of events) {
    if (event.kind !== "text" && event.kind !== "binary") continue;
    const messages = found.get(event.c);
    if (messages === undefined) found.set(event.c, [event]);
    else messages.push(event);
  }
  return found;
}

function summarizeSession(
  session: RecordedSession,
  messages: readonly Message[],
): SessionSummary {
  const { slices, openedS, endedS, bufferS, config, ready } = session;
  const durationS = roundDecimal(endedS - openedS, 6);
  const timesS = slices.map(({ t }) => t);
  const gapsS = timesS.slice(1).map((t, i) => t - timesS[i]!);
  const leads = slices.flatMap(({ leadS }) => leadS ?? []);
  const streamedS = endedS - (bufferS ?? endedS);
  const idOf = ready?.["session_id"];
  return {
    connection: session.connection,
    target: session.target,
    openedS,
    durationS,
    role: roleOf(session),
    sessionId: typeof idOf === "string" ? idOf : null,
    source: sourceText(session),
    bufferS: session.buffers[0]?.durationS ?? null,
    types: typeCounts(messages, durationS),
    slices: {
      count: slices.length,
      perS: streamedS > 0 ? roundDecimal(slices.length / streamedS, 3) : 0,
      bytes: percentiles(slices.map(({ bytes }) => bytes)),
      intervalS: percentiles(gapsS),
      leadS: percentiles(leads),
      behindPlayhead: leads.filter((lead) => lead < 0).length,
    },
    gaps: gapsS.flatMap((lastsS, i) =>
      lastsS < GAP_S ? [] : [{
        atS: roundDecimal(timesS[i]! - (bufferS ?? 0), 3),
        lastsS: roundDecimal(lastsS, 3),
      }]
    ).sort((a, b) => b.lastsS - a.lastsS).slice(0, MAX_GAPS),
    end: endText(session),
    oddities: session.oddities,
  };

  function roleOf({ words }: RecordedSession): SessionSummary["role"] {
    if (config?.["type"] === "upload_track") return "upload";
    if (bufferS !== null && config === null && words.length === 0) return "watch";
    return bufferS === null ? "none" : "session";
  }
}

function sourceText({ config, upload }: RecordedSession): string | null {
  const name = config?.["fixture_name"];
  if (upload !== null) {
    return `upload of ${upload.bytes} bytes${typeof name === "string" ? ` (${name})` : ""}`;
  }
  return typeof name === "string" ? name : null;
}

function endText({ closes, ends }: RecordedSession): string {
  const close = closes[0];
  const end = ends[0];
  if (close !== undefined) {
    const who = close.by === "gateway" ? "the gateway" : close.dir === "up" ? "client" : "server";
    return `${who} closed with ${close.code ?? "no code"}${
      close.reason === "" ? "" : ` (${close.reason})`
    }`;
  }
  if (end === undefined) return "no end was recorded";
  return end.how === "reset" ? `${end.side} reset the connection` : `${end.side} hung up`;
}

function typeCounts(messages: readonly Message[], durationS: number): TypeCount[] {
  const counts = new Map<
    string,
    { dir: "up" | "down"; type: string; count: number; bytes: number }
  >();
  for (const event of messages) {
    const type = event.kind === "binary" ? "binary" : typeOf(event);
    const key = `${event.dir} ${type}`;
    const found = counts.get(key) ?? { dir: event.dir, type, count: 0, bytes: 0 };
    found.count++;
    found.bytes += event.bytes;
    counts.set(key, found);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)
    .map((it) => ({ ...it, perS: durationS > 0 ? roundDecimal(it.count / durationS, 3) : 0 }));
}

function typeOf({ json }: EventOf<"text">): string {
  const type = (json as { type?: unknown } | null | undefined)?.type;
  return typeof type === "string" ? type.slice(0, 64) : json === undefined ? "text" : "config";
}
