/**
 * What an outline tells beside its list of items: what people said, where things failed, where files
 * were changed, where the conversation was compacted, who was sent to work.
 *
 * @module
 */
import type { ToolUse } from "../read/content.ts";
import { asCount, asObject, asText, type JsonObject, oneLine } from "../read/fields.ts";
import { fileOf } from "../state/tools.ts";

/** Most entries of each table. */
const MAX_ENTRIES = 5000;
/** As much of a prompt as tells it from others, characters. */
const MAX_PROMPT_CHARS = 80;

/** The place of an item. */
export interface ItemPlace {
  /** Its thread, the main one being 0. */
  readonly thread: number;
  readonly n: number;
}

/** A file that a call changes or reads. */
export interface FileOperation extends ItemPlace {
  readonly path: string;
  /** The tool. */
  readonly tool: string;
  readonly isEdit: boolean;
}

/** A place where the conversation was made shorter. */
export interface Compaction extends ItemPlace {
  /** `auto` or `manual`, as the record has it. */
  readonly trigger: string | null;
  /** Tokens before. */
  readonly preTokens: number | null;
}

/** An agent that was sent to work. */
export interface Spawn extends ItemPlace {
  readonly toolUseId: string;
  /** Its id, once the answer has told it. */
  readonly agent: string | null;
  readonly type: string | null;
  readonly description: string | null;
}

/** What a person said. */
export interface Prompt extends ItemPlace {
  /** Its beginning, on one line. */
  readonly text: string;
}

/** The tables of one file. */
export class SideTables {
  readonly prompts: Prompt[] = [];
  readonly errors: ItemPlace[] = [];
  readonly compactions: Compaction[] = [];
  readonly files: FileOperation[] = [];
  readonly spawns: Map<string, Spawn> = new Map();

  /** A person said something. */
  addPrompt(place: ItemPlace, text: string): void {
    if (this.prompts.length >= MAX_ENTRIES) return;
    this.prompts.push({ ...place, text: oneLine(text, MAX_PROMPT_CHARS) });
  }

  /** Something failed. */
  addError(place: ItemPlace): void {
    const last = this.errors.at(-1);
    if (last?.thread === place.thread && last.n === place.n) return;
    if (this.errors.length < MAX_ENTRIES) this.errors.push(place);
  }

  /** The conversation was made shorter. */
  addCompaction(place: ItemPlace, record: JsonObject): void {
    const facts = asObject(record["compactMetadata"]) ?? {};
    const { preTokens } = facts;
    if (this.compactions.length >= MAX_ENTRIES) return;
    this.compactions.push({
      ...place,
      trigger: asText(facts["trigger"]),
      preTokens: typeof preTokens === "number" ? asCount(preTokens) : null,
    });
  }

  /** A tool was called. */
  addCall(place: ItemPlace, use: ToolUse): void {
    const file = fileOf(use);
    if (file !== null && this.files.length < MAX_ENTRIES) {
      this.files.push({ ...place, ...file, tool: use.name });
    }
    if (!isSpawn(use.name) || this.spawns.size >= MAX_ENTRIES) return;
    const input = asObject(use.input) ?? {};
    this.spawns.set(use.id, {
      ...place,
      toolUseId: use.id,
      agent: null,
      type: asText(input["subagent_type"]),
      description: asText(input["description"]),
    });
  }

  /** An answer told which agent it was that worked. */
  addAgent(place: ItemPlace, toolUseId: string, agent: string): void {
    const known = this.spawns.get(toolUseId);
    if (known === undefined && this.spawns.size >= MAX_ENTRIES) return;
    const spawn = known ?? { ...place, toolUseId, type: null, description: null };
    this.spawns.set(toolUseId, { ...spawn, agent });
  }
}

/** Whether a tool sends an agent to work. */
export function isSpawn(tool: string): boolean {
  return tool === "Task" || tool === "Agent";
}
