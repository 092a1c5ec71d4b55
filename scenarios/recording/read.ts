/**
 * Reads recordings: from lines, and from files.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { ScenarioError } from "../errors.ts";
import {
  MAX_LINE_BYTES,
  parseEvent,
  parseHeader,
  type RecordedEvent,
  type Recording,
  type RecordingHeader,
} from "./format.ts";

/** Most events that are held at a time. */
const MAX_EVENTS = 4_000_000;
const PIECE_BYTES = 1 << 20;
const NEWLINE = 10;

/** Puts a recording together from its bytes, piece by piece. */
export class RecordingReader {
  readonly #origin: string;
  readonly #decoder = new TextDecoder();
  readonly #events: RecordedEvent[] = [];
  #header: RecordingHeader | null = null;
  #rest: Uint8Array = new Uint8Array();
  #line = 0;

  /** A reader that has read nothing; `origin` is what messages call the recording. */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /**
   * Takes more bytes.
   *
   * @throws {ScenarioError} for a line that is none, or too long.
   */
  push(piece: Uint8Array): void {
    let bytes = piece;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + piece.length);
      bytes.set(this.#rest);
      bytes.set(piece, this.#rest.length);
    }
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      this.#take(this.#decoder.decode(bytes.subarray(from, end)));
      from = end + 1;
    }
    this.#rest = bytes.slice(from);
    if (this.#rest.length > MAX_LINE_BYTES) {
      throw new ScenarioError(
        `${this.#origin}, line ${
          this.#line + 1
        } is longer than ${MAX_LINE_BYTES} bytes; is it a recording?`,
        { line: this.#line + 1 },
      );
    }
  }

  /**
   * The recording. What follows the last line end was cut off while it was written, and is left out.
   *
   * @throws {ScenarioError} when not even the header is there.
   */
  end(): Recording {
    if (this.#header === null) {
      throw new ScenarioError(
        this.#rest.length === 0
          ? `${this.#origin} is empty; a recording begins with a header line`
          : `${this.#origin} is no recording: it has no whole first line`,
        { origin: this.#origin },
      );
    }
    return { header: this.#header, events: this.#events, tornBytes: this.#rest.length };
  }

  #take(line: string): void {
    this.#line++;
    if (this.#header === null) this.#header = parseHeader(line, this.#origin);
    else if (this.#events.length < MAX_EVENTS) {
      this.#events.push(parseEvent(line, this.#origin, this.#line));
    } else {
      throw new ScenarioError(`${this.#origin} has more than ${MAX_EVENTS} events`);
    }
  }
}

/** A recording from its text. */
export function parseRecording(text: string, origin: string): Recording {
  const reader = new RecordingReader(origin);
  reader.push(new TextEncoder().encode(text));
  return reader.end();
}

/**
 * Reads a recording from a file.
 *
 * @throws {ScenarioError} when it cannot be read, or is none.
 */
export async function readRecording(path: string): Promise<Recording> {
  const reader = new RecordingReader(path);
  try {
    using file = await Deno.open(path);
    const piece = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const size = await file.read(piece);
      if (size === null) return reader.end();
      reader.push(piece.subarray(0, size));
    }
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    const why = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : errorMessage(error);
    throw new ScenarioError(`cannot read recording ${path}: ${why}`, { path });
  }
}
