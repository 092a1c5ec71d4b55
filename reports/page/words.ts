/**
 * Numbers and names as the page says them.
 *
 * @module
 */
import { plainLine } from "../escape.ts";
import { short } from "../summary.ts";
import { trim } from "./scale.ts";

/** Longest text of a mark or setting that a page shows. */
const MAX_TEXT = 160;

/** Seconds to the hundredth, e.g. `3.76 s`; below zero with a real minus. */
export function seconds(value: number): string {
  return `${trim(value, 2).replace("-", "\u2212")} s`;
}

/** A share as per cent: whole numbers, one decimal where whole ones would say none or all. */
export function perCent(share: number): string {
  const whole = Math.round(share * 100);
  const isEdge = (whole === 0 && share > 0) || (whole === 100 && share < 1);
  return `${isEdge ? trim(share * 100, share > 0.999 || share < 0.001 ? 2 : 1) : whole} %`;
}

/** `1 slice`, `2 slices`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `omitPlaybackPos` as `omit playback pos`. */
export function spaced(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`)
    .replaceAll("_", " ");
}

const UNITS: Readonly<Record<string, string>> = {
  S: "s",
  Ms: "ms",
  Hz: "Hz",
  Bytes: "bytes",
  Kbps: "kbit/s",
  Ppm: "ppm",
};

/** A value with its name, as words: `{toS: 5}` is `to 5 s`, `{a: {b: true}}` is `b`. */
export function settingWords(value: unknown, name = ""): string {
  if (Array.isArray(value)) {
    return named(name, value.map((item) => settingWords(item)).join("; "), "");
  }
  if (value !== null && typeof value === "object") {
    return Object.entries(value).map(([key, item]) => settingWords(item, key))
      .filter((text) => text !== "").join(", ");
  }
  const [, stem = name, suffix = ""] = /^(.*[a-z])(S|Ms|Hz|Bytes|Kbps|Ppm)$/.exec(name) ?? [];
  const unit = typeof value === "number" ? UNITS[suffix] : undefined;
  const text = typeof value === "number"
    ? short(value)
    : value === null
    ? "none"
    : value === true
    ? "yes"
    : value === false
    ? "no"
    : String(value);
  return named(unit === undefined ? name : stem, text, unit ?? "");
}

function named(name: string, text: string, unit: string): string {
  return [spaced(name), text, unit].filter((part) => part !== "").join(" ");
}

/** What a mark says: its verb, and its details in words where they are JSON. */
export function markWords(text: string): { readonly verb: string; readonly details: string } {
  const line = plainLine(text);
  const brace = line.indexOf(" {");
  if (brace < 0) return { verb: clipped(spaced(line)), details: "" };
  try {
    const details = settingWords(JSON.parse(line.slice(brace + 1)));
    return { verb: spaced(line.slice(0, brace)), details: clipped(details) };
  } catch {
    return { verb: clipped(line), details: "" };
  }
}

/** Text of at most `max` letters; what is left out is an ellipsis. */
export function clipped(text: string, max: number = MAX_TEXT): string {
  if (text.length <= max) return text;
  const points = [...text.slice(0, 2 * max)];
  return points.length <= max ? text : `${points.slice(0, max - 1).join("")}…`;
}
