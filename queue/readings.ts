/**
 * What a machine's sessions measured, as one message: a head of JSON, then all values as 32-bit floats.
 *
 * @module
 */
import { z } from "zod";
import type { SessionReading, ThreadReading } from "../load/mod.ts";
import { UsageError } from "../runtime/mod.ts";

/** Most values of one message: 800 000 bytes, below what NATS takes. */
const MAX_VALUES = 200_000;

/** `HWR1`: tells a reading from an answer in JSON. */
const MAGIC = 0x48575231;
/** That, and the length of the head. */
const PREFIX_BYTES = 8;

const count = z.int().min(0).max(MAX_VALUES);
const headSchema = z.object({
  seconds: z.number().positive(),
  cpuS: z.number().min(0),
  late: count,
  sessions: z.array(z.object({
    slices: z.int().min(0),
    staleTicks: z.int().min(0),
    over: z.string().max(1000).nullable(),
    leads: count,
    stalenesses: count,
  })).max(5000),
});

/**
 * Readings of a machine's threads as one message. Of very many values every so-many-th is kept, which
 * leaves percentiles what they are; counts are exact.
 */
export function encodeReadings(readings: readonly ThreadReading[], cpuS: number): Uint8Array {
  const sessions = readings.flatMap((it) => it.sessions);
  const late = readings.map(({ lateMs }) => lateMs);
  const all = [...sessions.flatMap((it) => [it.leadS, it.stalenessS]), ...late];
  const total = all.reduce((sum, { length }) => sum + length, 0);
  const every = Math.max(1, Math.ceil(total / (MAX_VALUES / 2)));
  const thin = (values: Float64Array) =>
    every === 1 ? values : values.filter((_, i) => i % every === 0);
  const parts: Float64Array[] = [];
  const kept = (values: Float64Array) => {
    const some = thin(values);
    parts.push(some);
    return some.length;
  };
  const head = {
    seconds: Math.max(...readings.map(({ seconds }) => seconds)),
    cpuS,
    sessions: sessions.map(({ slices, staleTicks, over, leadS, stalenessS }) => ({
      ...{ slices, staleTicks, over },
      leads: kept(leadS),
      stalenesses: kept(stalenessS),
    })),
    late: late.reduce((sum, values) => sum + kept(values), 0),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const values = Float32Array.from(parts.flatMap((part) => [...part]));
  const bytes = new Uint8Array(PREFIX_BYTES + text.length + values.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, text.length, true);
  bytes.set(text, PREFIX_BYTES);
  bytes.set(new Uint8Array(values.buffer), PREFIX_BYTES + text.length);
  return bytes;
}

/** Whether a message is a reading. */
export function isReading(bytes: Uint8Array): boolean {
  return bytes.length >= PREFIX_BYTES &&
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === MAGIC;
}

/**
 * The message as a reading.
 *
 * @throws {UsageError} when it is none.
 */
export function decodeReadings(bytes: Uint8Array): ThreadReading {
  const bad = (why: string) => new UsageError(`a worker's reading cannot be read: ${why}`);
  if (!isReading(bytes)) throw bad("it does not begin as one");
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  const from = PREFIX_BYTES + headBytes;
  if (from > bytes.length) throw bad("its head is cut off");
  if ((bytes.length - from) % 4 !== 0) throw bad("a value is cut off");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, from)));
  } catch {
    throw bad("its head is no JSON");
  }
  const parsed = headSchema.safeParse(value);
  if (!parsed.success) throw bad(parsed.error.issues[0]!.message);
  const { seconds, cpuS, late, sessions } = parsed.data;
  // Copied, as floats want to begin at a multiple of four.
  const values = new Float32Array(new Uint8Array(bytes.subarray(from)).buffer);
  let at = 0;
  const take = (length: number): Float64Array<ArrayBuffer> => {
    if (at + length > values.length) throw bad("values are missing");
    return Float64Array.from(values.subarray(at, at += length));
  };
  return {
    seconds,
    cpuS,
    sessions: sessions.map(({ slices, staleTicks, over, leads, stalenesses }): SessionReading => ({
      ...{ slices, staleTicks, over },
      leadS: take(leads),
      stalenessS: take(stalenesses),
    })),
    lateMs: take(late),
  };
}
