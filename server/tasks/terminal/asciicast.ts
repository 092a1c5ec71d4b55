/**
 * Recordings of terminals: asciicast, versions 2 and 3. One JSON value a line, the first the header.
 * Pure; also for pages.
 *
 * @module
 */
import { HeadwayError } from "../../../runtime/errors.ts";

/** What a recording says of itself. */
export interface CastHeader {
  readonly version: 2 | 3;
  readonly cols: number;
  readonly rows: number;
  /** Unix time at which it began, whole seconds. */
  readonly timestamp: number | null;
  readonly title: string | null;
  readonly command: string | null;
}

/** Output, input, a change of size (`COLSxROWS`), a marker's label, the exit status. */
export type CastCode = "o" | "i" | "r" | "m" | "x";

/** Something that happened; `timeS` counts from the beginning. */
export interface CastEvent {
  readonly timeS: number;
  readonly code: CastCode;
  readonly data: string;
}

/** A recording that is none, or a line of it. */
export class CastError extends HeadwayError {
  override readonly name = "CastError";
}

const CODES: ReadonlySet<string> = new Set(["o", "i", "r", "m", "x"]);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads a recording line by line. Unknown codes and comments are passed over. The last line of a
 * recorder that was killed may be torn: call {@link CastReader.line} for lines that ended only, or let
 * {@link readCast} do it.
 */
export class CastReader {
  #header: CastHeader | null = null;
  #lineNumber = 0;
  #ms = 0;

  /** The header, once its line has been read. */
  get header(): CastHeader | null {
    return this.#header;
  }

  /**
   * Reads the next line, without its end; null for one that holds no event.
   *
   * @throws {CastError} if it is no line of a recording.
   */
  line(text: string): CastEvent | null {
    this.#lineNumber++;
    if (this.#header === null) {
      this.#header = headerOf(this.#parsed(text));
      return null;
    }
    if (text.trim() === "" || text.startsWith("#")) return null;
    const value = this.#parsed(text);
    const [time, code, data] = Array.isArray(value) ? value : [];
    if (typeof time !== "number" || !(time >= 0) || typeof code !== "string") {
      throw this.#error("is no event: expected [seconds, code, data]");
    }
    // Steps are whole milliseconds in what we write; summing seconds would drift.
    if (this.#header.version === 3) this.#ms += time * 1000;
    else this.#ms = Math.max(this.#ms, time * 1000);
    if (!CODES.has(code) || typeof data !== "string") return null;
    return { timeS: Math.round(this.#ms * 1000) / 1e6, code: code as CastCode, data };
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#error("is not JSON");
    }
  }

  #error(what: string): CastError {
    return new CastError(`line ${this.#lineNumber} of the recording ${what}`, {
      line: this.#lineNumber,
    });
  }
}

/** A whole recording. */
export interface Cast {
  readonly header: CastHeader;
  readonly events: readonly CastEvent[];
}

/**
 * Reads a whole recording. What follows its last line end is torn, and left out.
 *
 * @throws {CastError} if it is none.
 *
 * @example
 * ```ts
 * import { readCast } from "./asciicast.ts";
 *
 * const cast = readCast('{"version":3,"term":{"cols":80,"rows":24}}\n[0.5,"o","hello"]\n[1,"o","to');
 * console.log(cast.events); // [ { timeS: 0.5, code: "o", data: "hello" } ]
 * ```
 */
export function readCast(text: string): Cast {
  const reader = new CastReader();
  const events: CastEvent[] = [];
  for (let at = 0;;) {
    const end = text.indexOf("\n", at);
    if (end === -1) break;
    const event = reader.line(text.slice(at, end));
    if (event !== null) events.push(event);
    at = end + 1;
  }
  if (reader.header === null) {
    throw new CastError("the recording has no line of its own, expected a header");
  }
  return { header: reader.header, events };
}

function headerOf(value: unknown): CastHeader {
  const header = isRecord(value) ? value : {};
  const version = header["version"];
  if (version !== 2 && version !== 3) {
    throw new CastError(
      `the recording has version ${JSON.stringify(version) ?? "none"}, expected 2 or 3`,
    );
  }
  const term = isRecord(header["term"]) ? header["term"] : {};
  const [cols, rows] = version === 3
    ? [term["cols"], term["rows"]]
    : [header["width"], header["height"]];
  if (!isSize(cols) || !isSize(rows)) {
    throw new CastError(
      "the recording's header has no size: expected columns and rows, 1 to 10000",
    );
  }
  const text = (key: string) => typeof header[key] === "string" ? header[key] as string : null;
  const timestamp = typeof header["timestamp"] === "number" ? header["timestamp"] : null;
  return { version, cols, rows, timestamp, title: text("title"), command: text("command") };
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 10_000;
}

/** The header's line in version 3, without its end. */
export function headerLine(
  header: Omit<CastHeader, "version">,
  env: Readonly<Record<string, string>> = {},
): string {
  const { cols, rows, timestamp, title, command } = header;
  return JSON.stringify({
    version: 3,
    term: { cols, rows, ...(env["TERM"] === undefined ? {} : { type: env["TERM"] }) },
    ...(timestamp === null ? {} : { timestamp: Math.floor(timestamp) }),
    ...(command === null ? {} : { command }),
    ...(title === null ? {} : { title }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
  });
}

/** Turns the lines of a recording, whichever version, into those of version 2, for older players. */
export class CastV2Exporter {
  readonly #reader = new CastReader();
  #hasHeader = false;

  /**
   * The line in version 2, without its end; null for what version 2 does not have.
   *
   * @throws {CastError} if it is no line of a recording.
   */
  line(text: string): string | null {
    const event = this.#reader.line(text);
    if (!this.#hasHeader) {
      this.#hasHeader = true;
      const { cols, rows, timestamp, title, command } = this.#reader.header!;
      return JSON.stringify({
        version: 2,
        width: cols,
        height: rows,
        ...(timestamp === null ? {} : { timestamp }),
        ...(command === null ? {} : { command }),
        ...(title === null ? {} : { title }),
      });
    }
    if (event === null || event.code === "x") return null;
    return JSON.stringify([event.timeS, event.code, event.data]);
  }
}

/** A recording as version 2, as a stream from bytes to bytes; a torn last line is left out. */
export function castV2Stream(): TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  const exporter = new CastV2Exporter();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = "";
  return new TransformStream({
    transform(bytes, controller) {
      rest += decoder.decode(bytes, { stream: true });
      const end = rest.lastIndexOf("\n");
      if (end === -1) return;
      const lines = rest.slice(0, end).split("\n");
      rest = rest.slice(end + 1);
      const text = lines.flatMap((line) => exporter.line(line) ?? []).map((line) => `${line}\n`);
      if (text.length > 0) controller.enqueue(encoder.encode(text.join("")));
    },
  });
}
