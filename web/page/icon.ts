/**
 * The icon of the installed page, drawn by arithmetic: a ring, and a playhead on it.
 *
 * @module
 */
import { crc32, deflateSync } from "node:zlib";

/** Colours, red, green, blue. */
const GROUND = [11, 87, 164] as const;
const RING = [251, 250, 247] as const;
const HEAD = [255, 196, 77] as const;
/** The theme of the page, as the ground of its icon. */
export const THEME_COLOR = "#0b57a4";

/** How it is drawn. */
export interface IconOptions {
  /** Width and height, pixels. */
  readonly size: number;
  /** Whether a system may cut it into any shape: then the ground goes to the edges, the rest is smaller. */
  readonly isMaskable: boolean;
}

/** The icon as a PNG file. */
export function iconPng({ size, isMaskable }: IconOptions): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(size * (1 + 4 * size));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * (1 + 4 * size) + 1 + 4 * x;
      rows.set(pixel((x + 0.5) / size - 0.5, (y + 0.5) / size - 0.5, 1 / size, isMaskable), at);
    }
  }
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, size);
  view.setUint32(4, size);
  // 8 bits for each of red, green, blue and alpha.
  head.set([8, 6, 0, 0, 0], 8);
  const parts = [
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", new Uint8Array(deflateSync(rows))),
    chunk("IEND", new Uint8Array()),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** A point of the square from -0.5 to 0.5; `soft` is the width of an edge. */
function pixel(x: number, y: number, soft: number, isMaskable: boolean): number[] {
  const scale = isMaskable ? 0.78 : 1;
  const far = Math.sqrt(x * x + y * y) / scale;
  const alpha = isMaskable ? 1 : cover(0.5 - rounded(x, y, 0.11), soft);
  const ring = cover(0.055 - Math.abs(far - 0.28), soft / scale);
  const [hx, hy] = [x / scale - 0.198, y / scale + 0.198];
  const head = cover(0.1 - Math.sqrt(hx * hx + hy * hy), soft / scale);
  const ringed = mix(GROUND, RING, ring);
  return [...mix(ringed, HEAD, head), Math.round(255 * alpha)];
}

/** How far out a point is in a square with round corners, 0.5 at its edge. */
function rounded(x: number, y: number, radius: number): number {
  const [dx, dy] = [Math.abs(x) - 0.5 + radius, Math.abs(y) - 0.5 + radius];
  const outX = Math.max(dx, 0);
  const outY = Math.max(dy, 0);
  return Math.sqrt(outX * outX + outY * outY) + Math.min(Math.max(dx, dy), 0) + 0.5 - radius;
}

/** How much of a pixel is inside, by its distance from the edge. */
function cover(inside: number, soft: number): number {
  return Math.min(1, Math.max(0, inside / soft + 0.5));
}

function mix(one: readonly number[], other: readonly number[], part: number): number[] {
  return one.map((it, i) => Math.round(it + (other[i]! - it) * part));
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
