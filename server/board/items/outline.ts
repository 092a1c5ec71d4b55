/**
 * Every item of a thread in a few bytes each: what timelines, jump lists and menus are drawn from.
 *
 * @module
 */
import { ITEM_KINDS } from "./kinds.ts";
import type { ItemPlace } from "./side_tables.ts";
import type { TranscriptIndex } from "./transcript_index.ts";

/** The outline as it is answered. */
export interface Outline {
  readonly gen: number;
  readonly kinds: readonly string[];
  /** Where the first time stands, ms since the Unix epoch; null when no item tells one. */
  readonly t0: number | null;
  /** `[n, kind, ms since the item before, flags]`, and which agent it sent to work. */
  readonly items: readonly (readonly number[])[];
  readonly prompts: readonly { readonly n: number; readonly text: string }[];
  readonly agents: readonly {
    readonly n: number;
    readonly toolUseId: string;
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
  readonly notes: readonly never[];
}

/** The outline of a thread. */
export function outlineOf(index: TranscriptIndex, thread: number, gen: number): Outline {
  const { tables } = index;
  const here = <T extends ItemPlace>(places: Iterable<T>) =>
    [...places].filter((place) => place.thread === thread);
  const agents = here(tables.spawns.values());
  const agentNos = new Map(agents.map(({ n }, no) => [n, no]));
  const { first, kinds } = index.threads[thread]!;
  const items: number[][] = [];
  let t0: number | null = null;
  let before = 0;
  for (let n = 0; n < first.length; n++) {
    const timeMs = index.timeOf(first.at(n));
    const isKnown = !Number.isNaN(timeMs);
    if (isKnown && t0 === null) before = t0 = timeMs;
    const delta = isKnown ? timeMs - before : 0;
    if (isKnown) before = timeMs;
    const agentNo = agentNos.get(n);
    const item = [n, kinds.at(n), delta, index.flagsOf(thread, n)];
    items.push(agentNo === undefined ? item : [...item, agentNo]);
  }
  return {
    gen,
    kinds: ITEM_KINDS,
    t0,
    items,
    prompts: here(tables.prompts).map(({ n, text }) => ({ n, text })),
    agents: agents.map(({ n, toolUseId, agent, type, description }) => ({
      n,
      toolUseId,
      agent,
      type,
      description,
    })),
    compactions: here(tables.compactions).map(({ n, trigger, preTokens }) => ({
      n,
      trigger,
      preTokens,
    })),
    errors: here(tables.errors).map(({ n }) => n),
    files: here(tables.files).map(({ n, path, isEdit }) => ({ n, path, edit: isEdit })),
    notes: [],
  };
}
