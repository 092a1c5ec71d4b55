/**
 * What was typed, or was not, and why: a line for each, without the text itself.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** A line. Names are those of the file. */
export interface AuditRow {
  /** ISO 8601. */
  readonly ts: string;
  readonly session: string;
  readonly cursor: string;
  readonly jobId?: string;
  readonly origin: "human" | "autopilot";
  readonly action: "send" | "ai_discarded" | "refused" | "mode";
  /** What became of a send, or why there was none. */
  readonly reason: string;
  /** Tells whether two texts are the same one, and nothing else of them. */
  readonly textHash?: string;
}

/** Where lines go. */
export type WriteAudit = (row: AuditRow) => void;

/** The hash of a text, 16 hexadecimal digits. */
export function textHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
