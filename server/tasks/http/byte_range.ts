/**
 * Ranges and tags of files over HTTP (RFC 9110, sections 13 and 14): one range at a time.
 *
 * @module
 */

/** What a request asks of a file. */
export interface RangeRequest {
  /** The header `Range`. */
  readonly range: string | undefined;
  /** The header `If-Range`. */
  readonly ifRange: string | undefined;
  /** The header `If-None-Match`. */
  readonly ifNoneMatch: string | undefined;
}

/** What it gets. `to` is the place after the last byte. */
export type RangeAnswer =
  | { readonly status: 200 | 206; readonly from: number; readonly to: number }
  | { readonly status: 304 }
  | { readonly status: 416 };

/** The tag of a file as it is now. */
export function fileTag(sizeBytes: number, modifiedMs: number, form = ""): string {
  return `"${sizeBytes.toString(16)}-${Math.trunc(modifiedMs).toString(16)}${form}"`;
}

/** Says what a request gets of a file of so many bytes. */
export function rangeAnswer(asked: RangeRequest, tag: string, sizeBytes: number): RangeAnswer {
  if (hasTag(asked.ifNoneMatch, tag)) return { status: 304 };
  const whole: RangeAnswer = { status: 200, from: 0, to: sizeBytes };
  const { range, ifRange } = asked;
  if (range === undefined || ifRange !== undefined && ifRange.trim() !== tag) return whole;
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(range);
  // Another unit, several ranges, no range at all: as if nothing had been said.
  if (match === null || match[1] === "" && match[2] === "") return whole;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "") {
    const length = Number(last);
    if (length === 0 || sizeBytes === 0) return { status: 416 };
    return { status: 206, from: Math.max(0, sizeBytes - length), to: sizeBytes };
  }
  const from = Number(first);
  if (last !== "" && Number(last) < from) return whole;
  if (from >= sizeBytes) return { status: 416 };
  const to = last === "" ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  return { status: 206, from, to };
}

function hasTag(list: string | undefined, tag: string): boolean {
  if (list === undefined) return false;
  return list.split(",").some((it) => {
    const one = it.trim();
    return one === "*" || one.replace(/^W\//, "") === tag;
  });
}
