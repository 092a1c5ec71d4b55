/**
 * From a line to records. A line may be damaged: two records may stand on it, one of them torn, or
 * NUL bytes before it. What can be read is read; the rest is told of, and nothing is thrown.
 *
 * @module
 */
import { asObject, asText, firstChars, type JsonObject } from "./fields.ts";
import { isKnownType } from "./known_types.ts";
import type { Line } from "./lines.ts";

/** One thing that was found on a line. */
export type Parsed =
  | {
    /** A record. */
    readonly kind: "record";
    readonly record: JsonObject;
    /** Where its first byte is in the file. */
    readonly offset: number;
    /** Its bytes. */
    readonly length: number;
    /** Whether it was taken out of a damaged line. */
    readonly isSalvaged: boolean;
  }
  | {
    /** JSON that is no object. */
    readonly kind: "value";
    readonly offset: number;
    readonly length: number;
  }
  | {
    /** Nothing that can be read. */
    readonly kind: "broken";
    readonly offset: number;
    readonly length: number;
  }
  | {
    /** A line that is too long to be read whole. */
    readonly kind: "stub";
    readonly offset: number;
    readonly length: number;
    /** What its first bytes tell. */
    readonly sniffed: Sniffed;
  };

/** What the first bytes of a record tell. */
export interface Sniffed {
  readonly type: string | null;
  readonly uuid: string | null;
  readonly timestamp: string | null;
}

/** Longest damaged line that records are looked for in, bytes. */
const MAX_SALVAGE_BYTES = 2 ** 20;
/** Most places of such a line that are tried. */
const MAX_ATTEMPTS = 64;
/** How records begin. */
const RECORD_START =
  /\{"(?:type":"|parentUuid":|uuid":|sessionId":|isSidechain":|leafUuid":|messageId":)/g;

const utf8 = new TextDecoder();
/** One character for each byte. */
const bytewise = new TextDecoder("latin1");

/** What is on a line; nothing for a blank one. */
export function parseLine({ offset, length, bytes, isWhole }: Line): Parsed[] {
  const blank = blankBytes(bytes);
  if (!isWhole) return [{ kind: "stub", offset, length, sniffed: sniff(bytes) }];
  if (blank === bytes.length) return [];
  const rest = bytes.subarray(blank);
  const at = offset + blank;
  try {
    const value: unknown = JSON.parse(utf8.decode(rest));
    const record = asObject(value);
    return record === null
      ? [{ kind: "value", offset: at, length: rest.length }]
      : [{ kind: "record", record, offset: at, length: rest.length, isSalvaged: blank > 0 }];
  } catch {
    const saved = rest.length <= MAX_SALVAGE_BYTES ? salvage(rest, at) : [];
    return saved.length > 0 ? saved : [{ kind: "broken", offset: at, length: rest.length }];
  }
}

/** Blanks, control characters and byte order marks before anything else. */
function blankBytes(bytes: Uint8Array): number {
  let at = 0;
  for (;;) {
    if (at < bytes.length && bytes[at]! <= 0x20) at++;
    else if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    else return at;
  }
}

/** Records of a damaged line, each whole, none of them a part of another. */
function salvage(bytes: Uint8Array, offset: number): Parsed[] {
  const text = bytewise.decode(bytes);
  const found: Parsed[] = [];
  let from = 0;
  let attempts = 0;
  RECORD_START.lastIndex = 0;
  for (let match = RECORD_START.exec(text); match !== null; match = RECORD_START.exec(text)) {
    if (match.index < from) continue;
    if (++attempts > MAX_ATTEMPTS) break;
    const end = endOfObject(bytes, match.index);
    if (end === null) continue;
    const record = recordOf(bytes.subarray(match.index, end));
    if (record === null) continue;
    // A torn record may end where another one would hold an object.
    const isWhole = end === bytes.length && hasEnvelope(record);
    if (isNested(text, match.index, end) && !isWhole) continue;
    const length = end - match.index;
    found.push({ kind: "record", record, offset: offset + match.index, length, isSalvaged: true });
    from = end;
  }
  return found;
}

/** Whether an object is the value of a key, or stands in a list: then it is a part of something. */
function isNested(text: string, start: number, end: number): boolean {
  let before = start - 1;
  while (before >= 0 && text.charCodeAt(before) <= 0x20) before--;
  if (before >= 0 && ":,[".includes(text[before]!)) return true;
  // What it was a part of may have lost its beginning.
  let after = end;
  while (after < text.length && text.charCodeAt(after) <= 0x20) after++;
  return after < text.length && ",]}".includes(text[after]!);
}

/** Whether a record says all that records of a conversation say; parts of records do not. */
function hasEnvelope(record: JsonObject): boolean {
  return "parentUuid" in record &&
    ["uuid", "sessionId", "timestamp"].every((key) => asText(record[key]) !== null);
}

/** The byte after the object that begins at `start`; null when it does not end. */
function endOfObject(bytes: Uint8Array, start: number): number | null {
  let depth = 0;
  let isInText = false;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (isInText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) isInText = false;
    } else if (byte === 0x22) isInText = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return i + 1;
  }
  return null;
}

function recordOf(bytes: Uint8Array): JsonObject | null {
  let record: JsonObject | null;
  try {
    record = asObject(JSON.parse(utf8.decode(bytes)));
  } catch {
    return null;
  }
  if (record === null || !isKnownType(record["type"])) return null;
  const hasId = ["uuid", "sessionId", "leafUuid", "messageId"].some((key) =>
    asText(record[key]) !== null
  );
  return hasId ? record : null;
}

/** Type, uuid and time of a record, from its first bytes. */
export function sniff(head: Uint8Array): Sniffed {
  const text = utf8.decode(head);
  const field = (name: string) =>
    new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,80})"`).exec(text)?.[1] ?? null;
  return { type: field("type"), uuid: field("uuid"), timestamp: field("timestamp") };
}

/** The first characters of damaged bytes that can be printed. */
export function printable(bytes: Uint8Array, most = 200): string {
  // deno-lint-ignore no-control-regex -- control characters are what is taken out
  const text = utf8.decode(bytes.subarray(0, most * 4)).replace(/[\x00-\x1f\x7f-\x9f\ufffd]/g, "");
  return firstChars(text, most);
}
