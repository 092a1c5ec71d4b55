/**
 * A way by which the page learns of a terminal and types on it.
 *
 * @module
 */
import type { SnapshotRecord, TerminalRecord } from "../api.ts";

/** What a link tells. */
export interface LinkNews {
  /** The screen as it is; what was shown before is past. */
  onSnapshot(snapshot: SnapshotRecord): void;
  /** Text, and the place after it. */
  onOutput(text: string, nextSeq: number): void;
  /** Something about the terminal is so now. */
  onState(state: Partial<TerminalRecord>): void;
  /** The program has ended. */
  onExited(): void;
  /** The terminal is gone. The last news. */
  onClosed(): void;
  /** Something that was asked for was refused. */
  onRefused(text: string): void;
}

/** The link. */
export interface Link {
  readonly kind: "socket" | "polling";
  /** Everything before this place is on the screen. */
  acknowledge(seq: number): void;
  /** Types. */
  input(text: string): void;
  /** Ends it; nothing is told any more. */
  close(): void;
}

/** Characters that are typed in one message. */
const MOST_CHARS = 16_384;

/** Cuts what was typed or pasted into messages, between characters. */
export function* inputParts(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + MOST_CHARS);
    const code = text.charCodeAt(end - 1);
    if (end < text.length && code >= 0xd800 && code < 0xdc00) end--;
    yield text.slice(at, end);
    at = end;
  }
}
