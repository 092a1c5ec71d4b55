/**
 * Writes one connection down: what went by as messages, in either direction.
 *
 * @module
 */
import {
  type Direction,
  HEAD_BYTES,
  type RecordedEvent,
  type Redactor,
} from "../../scenarios/recording/mod.ts";
import { nestsWithin } from "../../wire/fields.ts";
import { MAX_TEXT_BYTES } from "../../wire/mod.ts";
import { type DataPiece, FrameReader, type FrameSink } from "./frame_reader.ts";
import type { MessageDigest } from "./message_digest.ts";
import type { RecordingFile } from "./recording_file.ts";

/** How deep JSON may nest that is kept: what walks through it goes as deep itself. */
const MAX_LEVELS = 100;

/** What a recorder writes with. */
export interface ConnectionRecorderOptions {
  readonly file: RecordingFile;
  readonly redactor: Redactor;
  /** Number of the connection. */
  readonly connection: number;
}

/** Follows both directions of one connection. */
export class ConnectionRecorder {
  readonly #options: ConnectionRecorderOptions;
  readonly #readers: Readonly<Record<Direction, FrameReader>>;
  readonly #messages: Record<Direction, PassingMessage | null> = { up: null, down: null };
  #t = 0;

  /** Nothing has gone by. */
  constructor(options: ConnectionRecorderOptions) {
    this.#options = options;
    this.#readers = { up: this.#reader("up"), down: this.#reader("down") };
  }

  /** Bytes have gone by, `t` seconds after the recording began. */
  take(dir: Direction, bytes: Uint8Array, t: number): void {
    this.#t = t;
    this.#readers[dir].push(bytes);
  }

  /** The connection is gone: what was not whole by then is given up. */
  end(): void {
    for (const dir of ["up", "down"] as const) this.#messages[dir]?.drop();
  }

  #at() {
    return { t: this.#t, c: this.#options.connection };
  }

  #add(event: RecordedEvent): void {
    this.#options.file.add(event);
  }

  #reader(dir: Direction): FrameReader {
    const sink: FrameSink = {
      onData: (piece) => this.#onData(dir, piece),
      onControl: (opcode, payload) => {
        const bytes = payload.length;
        if (opcode !== 8) {
          this.#add({ ...this.#at(), kind: opcode === 9 ? "ping" : "pong", dir, bytes });
          return;
        }
        const code = bytes < 2 ? null : payload[0]! << 8 | payload[1]!;
        const text = decoder.decode(payload.subarray(2));
        const reason = this.#options.redactor.text(text).value;
        this.#add({ ...this.#at(), kind: "close", dir, code, reason });
      },
      onMalformed: (why) => this.#add({ ...this.#at(), kind: "malformed", dir, why }),
    };
    return new FrameReader(sink);
  }

  #onData(dir: Direction, piece: DataPiece): void {
    const { file, redactor } = this.#options;
    const message = piece.isFirst
      ? this.#messages[dir] = new PassingMessage(piece.isText, () => file.message(dir))
      : this.#messages[dir]!;
    message.add(piece.bytes);
    if (!piece.isLast) return;
    this.#messages[dir] = null;
    this.#add(message.event({ ...this.#at(), dir }, redactor));
  }
}

const decoder = new TextDecoder();

/** One message on its way. Texts are held, as they are short; binaries are not. */
class PassingMessage {
  readonly #isText: boolean;
  readonly #digestOf: () => MessageDigest;
  /** A text as far as it has come; it doubles as it grows. */
  #text: Uint8Array | null;
  #digest: MessageDigest | null = null;
  #head: number[] = [];
  bytes = 0;

  constructor(isText: boolean, digestOf: () => MessageDigest) {
    this.#isText = isText;
    this.#digestOf = digestOf;
    this.#text = isText ? new Uint8Array(1024) : null;
    if (!isText) this.#digest = digestOf();
  }

  add(piece: Uint8Array): void {
    this.bytes += piece.length;
    if (this.#text !== null && this.bytes <= MAX_TEXT_BYTES) {
      if (this.bytes > this.#text.length) this.#grow();
      this.#text.set(piece, this.bytes - piece.length);
      return;
    }
    if (this.#text !== null) {
      // Nobody reads a text of this length: it is kept as binaries are.
      this.#digest = this.#digestOf();
      this.#digest.add(this.#text.subarray(0, this.bytes - piece.length));
      this.#text = null;
    }
    if (this.#head.length < HEAD_BYTES) {
      this.#head.push(...piece.subarray(0, HEAD_BYTES - this.#head.length));
    }
    this.#digest!.add(piece);
  }

  drop(): void {
    this.#digest?.drop();
  }

  #grow(): void {
    const larger = new Uint8Array(Math.max(this.bytes, 2 * this.#text!.length));
    larger.set(this.#text!);
    this.#text = larger;
  }

  event(at: { t: number; c: number; dir: Direction }, redactor: Redactor): RecordedEvent {
    const { bytes } = this;
    if (this.#text !== null) {
      return { ...at, kind: "text", bytes, ...textFields(this.#text.subarray(0, bytes), redactor) };
    }
    const { sha256, isKept } = this.#digest!.end();
    if (this.#isText) return { ...at, kind: "text", bytes, sha256 };
    const head = Uint8Array.from(this.#head).toHex();
    return { ...at, kind: "binary", bytes, sha256, head, blob: isKept };
  }
}

/**
 * A text as JSON where writing that gives the very same text, else as it is. A text that is no JSON
 * may hold anything, so that with redacted prompts nothing of it is kept.
 */
function textFields(bytes: Uint8Array, redactor: Redactor) {
  const text = decoder.decode(bytes);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    if (redactor.redactsPrompts) return { redacted: true as const };
    const { value, isChanged } = redactor.text(text);
    return { text: value, ...(isChanged && { redacted: true as const }) };
  }
  // Nobody can look for secrets in it.
  if (!nestsWithin(json, MAX_LEVELS)) return { redacted: true as const };
  const { value, isChanged } = redactor.json(json);
  if (isChanged) return { json: value, redacted: true as const };
  return JSON.stringify(json) === text ? { json } : { json, text };
}
