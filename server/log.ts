/**
 * Structured logs: one line an event, as text for people or as JSON for programs.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";

/** How lines look. */
export type LogFormat = "text" | "json";
/** How much a line matters. */
export type LogLevel = "info" | "warn" | "error";
/** The data of a line: ids, counts, codes, reasons. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines of one part of the server. */
export interface Log {
  /** Something happened as it should. */
  info(event: string, fields?: LogFields): void;
  /** Something happened that somebody may want to mend. */
  warn(event: string, fields?: LogFields): void;
  /** Something failed. */
  error(event: string, fields?: LogFields): void;
  /** The same log for another part. */
  part(name: string): Log;
}

/** What a log is made of. */
export interface LogOptions {
  /** How lines look. */
  readonly format: LogFormat;
  /** Where `ts` comes from. */
  readonly clock: Pick<Clock, "unixS">;
  /** Where a finished line goes, its line end included. */
  readonly write: (line: string) => void;
  /** Name of the part that writes; `server` unless told. */
  readonly part?: string;
}

/**
 * Fields that must never be written, whoever passes them. The callers know better; this is the net
 * below them.
 */
const SECRET =
  /^(.*_)?(token|authorization|cookie|password|secret|prompt|prompt_b|tags|tags_b|text|transcript)$/i;
const HIDDEN = "[hidden]";
const RESERVED: ReadonlySet<string> = new Set(["ts", "level", "part", "event"]);
const MAX_VALUE_CHARS = 500;

/**
 * Makes a log.
 *
 * @example
 * ```ts
 * import { createLog } from "./log.ts";
 *
 * const log = createLog({
 *   format: "json",
 *   clock: { unixS: () => 0 },
 *   write: (line) => console.log(line.trimEnd()),
 * });
 * log.part("streaming").info("session started", { session: "k3J_x9aQ" });
 * // {"ts":"1970-01-01T00:00:00.000Z","level":"info","part":"streaming","event":"session started","session":"k3J_x9aQ"}
 * ```
 */
export function createLog(options: LogOptions): Log {
  const { format, clock, write, part = "server" } = options;
  const draw = format === "json" ? drawJson : drawText;
  const line = (level: LogLevel) => (event: string, fields: LogFields = {}) => {
    const ts = new Date(clock.unixS() * 1000).toISOString();
    write(`${draw({ ts, level, part, event }, visible(fields))}\n`);
  };
  return {
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    part: (name) => createLog({ ...options, part: name }),
  };
}

/** A log that writes nothing. */
export const silentLog: Log = {
  info: () => {},
  warn: () => {},
  error: () => {},
  part: () => silentLog,
};

interface Head {
  readonly ts: string;
  readonly level: LogLevel;
  readonly part: string;
  readonly event: string;
}

function drawJson(head: Head, fields: LogFields): string {
  return JSON.stringify({ ...head, ...fields });
}

function drawText(head: Head, fields: LogFields): string {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textOf(value)}`);
  return `${head.ts} ${head.level.padEnd(5)} ${head.part}: ${head.event}${pairs.join("")}`;
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "undefined";
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}

/** Fields as they may be written: nothing secret, nothing endless, nothing that hides the head. */
function visible(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      RESERVED.has(name) ? `${name}_` : name,
      SECRET.test(name) ? HIDDEN : clipped(value),
    ]),
  );
}

function clipped(value: unknown): unknown {
  if (typeof value !== "string" || value.length <= MAX_VALUE_CHARS) return value;
  return `${value.slice(0, MAX_VALUE_CHARS)}…`;
}
