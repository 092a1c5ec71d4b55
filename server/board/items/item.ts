/**
 * An item of a transcript as it is shown: a prompt, an answer with its tools, a notice.
 *
 * @module
 */
import type { ItemKind } from "./kinds.ts";

/** Where a call of a tool stands. */
export type ToolStatus = "pending" | "ok" | "error" | "denied";

/** An image, and its data where somebody wants it whole. */
export interface ImageBlock {
  readonly t: "image";
  readonly bytes: number;
  readonly mime: string;
  /** In base 64. */
  readonly data?: string;
}

/** A call of a tool and what came of it. */
export interface ToolBlock {
  readonly t: "tool";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly status: ToolStatus;
  readonly result?: { readonly text: string; readonly images?: readonly ImageBlock[] };
  /** From the call to its answer, ms. */
  readonly ms?: number;
  /** The agent that it sent to work. */
  readonly agent?: string;
}

/** A piece of an item. */
export type Block =
  | { readonly t: "md"; readonly text: string }
  | { readonly t: "think"; readonly text: string }
  | { readonly t: "json"; readonly value: unknown }
  | ImageBlock
  | ToolBlock;

/** Tokens of an answer. */
export interface ItemUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** An item. */
export interface Item {
  /** Its number in its thread; below 0 while the whole is not known. */
  readonly n: number;
  /** The uuid of its first record; `b<offset>` when it has none. */
  readonly uuid: string;
  readonly kind: ItemKind;
  readonly role?: "user" | "assistant" | "system";
  /** When, ISO 8601; null when it does not say. */
  readonly ts: string | null;
  readonly text?: readonly Block[];
  readonly agent?: string;
  readonly model?: string;
  readonly usage?: ItemUsage;
  readonly quiet?: true;
  readonly offBranch?: true;
  /** What was left out of it: bytes that there are, and bytes that are shown. */
  readonly clip?: { readonly bytes: number; readonly shown: number };
}
