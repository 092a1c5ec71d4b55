/**
 * What the page of a session asks the server, and what it gets. Names are those of the wire.
 *
 * @module
 */

/** An image; its data comes with the whole item only. */
export interface ImageRecord {
  readonly bytes: number;
  readonly mime: string;
  /** In base 64. */
  readonly data?: string;
}

/** A call of a tool and what came of it. */
export interface ToolRecord {
  readonly t: "tool";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly status: "pending" | "ok" | "error" | "denied";
  readonly result?: { readonly text: string; readonly images?: readonly ImageRecord[] };
  readonly ms?: number;
  /** The agent that it sent to work. */
  readonly agent?: string;
}

/** A piece of an item. */
export type BlockRecord =
  | { readonly t: "md" | "think"; readonly text: string }
  | { readonly t: "json"; readonly value: unknown }
  | ({ readonly t: "image" } & ImageRecord)
  | ToolRecord;

/** An item. */
export interface ItemRecord {
  /** Its number; below 0 while the whole is not known. */
  readonly n: number;
  readonly uuid: string;
  readonly kind: string;
  readonly ts: string | null;
  readonly text?: readonly BlockRecord[];
  readonly model?: string;
  readonly quiet?: boolean;
  readonly offBranch?: boolean;
  readonly clip?: { readonly bytes: number; readonly shown: number };
}

/** What came of a call after its item was told. */
export interface PatchRecord {
  readonly n: number;
  readonly block: string;
  readonly status: ToolRecord["status"];
  readonly result?: ToolRecord["result"];
  readonly ms?: number;
}

/** An agent that was sent to work. */
export interface AgentRecord {
  readonly id: string;
  readonly type: string | null;
  readonly description: string | null;
  readonly status: string;
  readonly toolUseId: string | null;
  readonly toolCalls: number;
  readonly toolErrors: number;
  readonly lastText: string;
  readonly hasThread: boolean;
}

/** A reason, and when it began. */
export interface ReasonRecord {
  readonly code: string;
  readonly text: string;
  /** Items or calls that show it. */
  readonly evidence?: readonly string[];
}

/** What changes of a session while it goes on. */
export interface StateRecord {
  readonly live: {
    readonly state: string;
    readonly since: string;
    readonly confidence: string;
    readonly waitingFor?: string;
  };
  readonly health: { readonly level: string; readonly reasons: readonly ReasonRecord[] };
  readonly attention: { readonly needs: boolean; readonly reasons: readonly ReasonRecord[] };
  readonly cost: { readonly usd: number; readonly unpricedTokens: number };
  readonly context: { readonly pct: number } | null;
}

/** A session. */
export interface SessionRecord extends StateRecord {
  readonly id: string;
  readonly title: string;
  readonly project: { readonly name: string; readonly cwd: string };
  readonly repo: { readonly branch?: string } | null;
  readonly models: readonly { readonly id: string }[];
  readonly counts: { readonly compactions: number; readonly subagents: number };
  readonly lineage: {
    readonly continues?: string;
    readonly continuedBy: readonly string[];
    readonly agents: readonly AgentRecord[];
  };
}

/** A window. */
export interface WindowRecord {
  readonly session: SessionRecord;
  readonly items: readonly ItemRecord[];
  readonly window: {
    readonly before: string | null;
    readonly after: string | null;
    readonly total: number;
    readonly totalExact: boolean;
    readonly anchor: string;
    readonly target?: number;
    readonly truncatedHead?: boolean;
  };
  readonly streamCursor: string;
}

/** Every item in a few bytes, and tables of what is where. */
export interface OutlineRecord {
  readonly gen: number;
  readonly kinds: readonly string[];
  readonly t0: number | null;
  /** `[n, kind, ms since the item before, flags]`. */
  readonly items: readonly (readonly number[])[];
  readonly prompts: readonly { readonly n: number; readonly text: string }[];
  readonly agents: readonly {
    readonly n: number;
    readonly agent: string | null;
    readonly type: string | null;
    readonly description: string | null;
  }[];
  readonly compactions: readonly {
    readonly n: number;
    readonly trigger: string | null;
    readonly preTokens: number | null;
  }[];
  readonly errors: readonly number[];
  readonly files: readonly { readonly n: number; readonly path: string; readonly edit: boolean }[];
}

/** Items with words that were looked for. */
export interface FindRecord {
  readonly gen: number;
  readonly hits: readonly {
    readonly n: number;
    readonly uuid: string;
    readonly kind: string;
    readonly ts: string | null;
    readonly text: string;
  }[];
  readonly next: number | null;
}
