/**
 * A result as pieces that NATS takes: a head of JSON, then the files, cut at a fixed size. Each piece
 * says which one it is and of how many; the last says what all of them together hash to.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { UsageError } from "../runtime/mod.ts";
import { outcomeSchema, type QueuedOutcome } from "./messages.ts";

/** The longest piece, bytes; NATS takes 1 MiB with headers unless told otherwise. */
export const MAX_PIECE_BYTES = 1_000_000;
/** The longest result, bytes: some minutes of recorded sound. */
export const MAX_RESULT_BYTES = 512 * 2 ** 20;

/** A result, whole. */
export interface Result {
  readonly outcome: QueuedOutcome;
  /** The run's files by name; empty when it left none. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** One piece, and its place among the others. */
export interface Piece {
  /** From 0. */
  readonly index: number;
  /** How many there are. */
  readonly of: number;
  /** SHA-256 over all pieces, hex: the same on each. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

const headSchema = z.object({
  outcome: outcomeSchema,
  files: z.array(z.object({ name: z.string().max(100), bytes: z.int().min(0) })).max(20),
});

/**
 * Cuts a result into pieces.
 *
 * @param maxBytes The longest piece.
 * @throws {UsageError} when it is longer than {@link MAX_RESULT_BYTES}.
 */
export function piecesOf({ outcome, files }: Result, maxBytes = MAX_PIECE_BYTES): Piece[] {
  const head = new TextEncoder().encode(JSON.stringify({
    outcome,
    files: [...files].map(([name, { length }]) => ({ name, bytes: length })),
  }));
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, head.length, true);
  const parts = [prefix, head, ...files.values()];
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  if (total > MAX_RESULT_BYTES) {
    throw new UsageError(
      `the run's files are ${total} bytes, more than the ${MAX_RESULT_BYTES} that a queue carries; ` +
        "run it at timing fidelity, or on one machine",
      { total },
    );
  }
  const whole = joined(parts, total);
  const hash = hashOf(whole);
  const of = Math.ceil(total / maxBytes);
  return Array.from({ length: of }, (_, index) => ({
    ...{ index, of, hash },
    bytes: whole.subarray(index * maxBytes, (index + 1) * maxBytes),
  }));
}

/** Gathers the pieces of one attempt, in any order, some perhaps twice. */
export class Gathering {
  #pieces: (Uint8Array | undefined)[] = [];
  #of: number | null = null;
  #missing = 0;
  #bytes = 0;

  /**
   * Takes a piece; gives the result back with the last one.
   *
   * @throws {UsageError} when pieces contradict each other, are too long together, or are no result.
   */
  add({ index, of, hash, bytes }: Piece): Result | null {
    if (this.#of === null) {
      if (of < 1 || of > MAX_RESULT_BYTES / 1000) {
        throw new UsageError(`a result of ${of} pieces is none`);
      }
      this.#of = this.#missing = of;
    }
    if (of !== this.#of || !(index >= 0 && index < of)) {
      throw new UsageError(`piece ${index} of ${of} does not fit a result of ${this.#of}`);
    }
    if (this.#missing === 0 || this.#pieces[index] !== undefined) return null;
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_RESULT_BYTES) {
      throw new UsageError(`a result is longer than ${MAX_RESULT_BYTES} bytes`);
    }
    this.#pieces[index] = bytes;
    if (--this.#missing > 0) return null;
    const whole = joined(this.#pieces as Uint8Array[], this.#bytes);
    this.#pieces = [];
    if (hashOf(whole) !== hash) {
      throw new UsageError("the pieces of a result do not match its hash");
    }
    return parse(whole);
  }
}

function parse(whole: Uint8Array): Result {
  const broken = (why: string) => new UsageError(`a result cannot be read: ${why}`);
  if (whole.length < 4) throw broken("it is empty");
  const headBytes = new DataView(whole.buffer, whole.byteOffset).getUint32(0, true);
  if (headBytes > whole.length - 4) throw broken("its head is cut off");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + headBytes)));
  } catch {
    throw broken("its head is no JSON");
  }
  const head = headSchema.safeParse(value);
  if (!head.success) {
    const { path, message } = head.error.issues[0]!;
    throw broken(`${path.join(".")}: ${message}`);
  }
  const files = new Map<string, Uint8Array>();
  let at = 4 + headBytes;
  for (const { name, bytes } of head.data.files) {
    if (at + bytes > whole.length) throw broken(`${name} is cut off`);
    files.set(name, whole.subarray(at, at + bytes));
    at += bytes;
  }
  if (at !== whole.length) throw broken(`${whole.length - at} bytes are left over`);
  return { outcome: head.data.outcome, files };
}

function joined(parts: readonly Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
