/**
 * The page's word on itself, as `headwayTerminal` in the console.
 *
 * @module
 */
import type { KeyboardRecord } from "./api.ts";
import type { LinkState } from "./live/live_session.ts";

/** What the page says of itself. */
export interface HeadwayTerminal {
  /** What it shows. */
  readonly mode: "loading" | "live" | "replay" | "bytes" | "gone" | "failed";
  /** By what a live page is told; null for others. */
  readonly link: LinkState | null;
  readonly keyboard: KeyboardRecord | null;
  /** The lines that are on the screen. */
  readonly lines: readonly string[];
  readonly cols: number;
  readonly rows: number;
  /** From asking for the terminal to its first picture, ms; null before that. */
  readonly paintMs: number | null;
  /** Where a replay stands, recorded seconds. */
  readonly positionS: number | null;
  /** Bytes of a transcript without times that were read. */
  readonly writtenBytes: number | null;
}

declare global {
  var headwayTerminal: HeadwayTerminal;
}
