/**
 * From records to the item that they make together.
 *
 * @module
 */
import {
  blocksOf,
  messageOf,
  resultText,
  type ToolResult,
  toolResultsOf,
  toolUsesOf,
} from "../read/content.ts";
import { asCount, asList, asObject, asText, type JsonObject } from "../read/fields.ts";
import { printable, sniff } from "../read/parse_line.ts";
import type { Block, ImageBlock, Item, ItemUsage, ToolBlock, ToolStatus } from "./item.ts";
import { ITEM_FLAG, ITEM_KINDS } from "./kinds.ts";
import type { RecordSource } from "./record_source.ts";
import type { TranscriptIndex } from "./transcript_index.ts";

/** Where an item's records come from, and how it is named. */
export interface Projection {
  readonly index: TranscriptIndex;
  readonly source: RecordSource;
  readonly thread: number;
  /** What is added to item numbers: below 0 while the beginning of the file is not known. */
  readonly shift: number;
  /** The agent whose thread it is; null for the main one. */
  readonly agent: string | null;
}

/** The whole item. */
export function projectItem(n: number, projection: Projection): Item {
  const { index, source, thread, shift, agent } = projection;
  const nos = index.recordsOf(thread, n);
  const at = nos[0]!;
  const kind = ITEM_KINDS[index.threads[thread]!.kinds.at(n)]!;
  const flags = index.flagsOf(thread, n);
  const records = nos.map((no) => source.record(no));
  const first = records[0] ?? null;
  const timeMs = index.timeOf(at);
  const head = {
    n: n + shift,
    uuid: asText(first?.["uuid"]) ?? `b${index.offsetOf(at)}`,
    kind,
    ts: Number.isNaN(timeMs) ? null : new Date(timeMs).toISOString(),
  };
  const tail = {
    ...(agent !== null && { agent }),
    ...((flags & ITEM_FLAG.quiet) !== 0 && { quiet: true as const }),
    ...((flags & ITEM_FLAG.offBranch) !== 0 && { offBranch: true as const }),
  };
  if (first === null || kind === "broken" || kind === "stub") {
    return { ...head, ...lineWithoutRecord(at, head.uuid, projection), ...tail };
  }
  return { ...head, ...contentOf(kind, records, first, projection), ...tail };
}

type Content = Pick<Item, "role" | "text" | "model" | "usage"> & { readonly uuid?: string };

/** A line that could not be read, or was too long to be. */
function lineWithoutRecord(at: number, uuid: string, { index, source }: Projection): Content {
  const head = source.head(at, 4096);
  const text = `${index.lengthOf(at)} bytes at ${index.offsetOf(at)}: ${printable(head)}`;
  return { uuid: sniff(head).uuid ?? uuid, text: [{ t: "md", text }] };
}

function contentOf(
  kind: Item["kind"],
  records: readonly (JsonObject | null)[],
  first: JsonObject,
  projection: Projection,
): Content {
  switch (kind) {
    case "assistant":
      return assistantOf(records.filter((it) => it !== null), projection);
    case "user":
    case "orphan_result": {
      const message = messageOf(first);
      const blocks = message === null ? [] : blocksOf(message);
      const results = kind === "user" ? [] : toolResultsOf(blocks).map(orphanBlock);
      return { role: "user", text: [...blocks.flatMap(plainBlock), ...results] };
    }
    case "summary": {
      const message = messageOf(first);
      const text = asText(first["summary"]);
      const blocks = message === null ? [] : blocksOf(message).flatMap(plainBlock);
      return { role: "system", text: text === null ? blocks : [{ t: "md", text }] };
    }
    case "system":
    case "compaction":
      return { role: "system", text: systemBlocks(first) };
    default:
      return { text: [{ t: "json", value: withoutEnvelope(first) }] };
  }
}

/** An answer: the blocks of all of its lines, each call with what came of it. */
function assistantOf(records: readonly JsonObject[], projection: Projection): Content {
  const lines = records.filter(({ type }) => type === "assistant");
  const messages = lines.map(messageOf).filter((it) => it !== null);
  const text = lines.flatMap((line) => {
    const message = messageOf(line);
    const blocks = message === null ? [] : blocksOf(message);
    return blocks.flatMap((block) => {
      const use = toolUsesOf([block])[0];
      return use === undefined ? plainBlock(block) : [toolBlock(use, line, projection)];
    });
  });
  const model = messages.map((message) => asText(message["model"])).find((it) => it !== null);
  const usage = largestUsage(messages);
  return {
    role: "assistant",
    text,
    ...(model !== undefined && model !== null && { model }),
    ...(usage !== null && { usage }),
  };
}

function toolBlock(
  { id, name, input }: { id: string; name: string; input: unknown },
  call: JsonObject,
  { index, source }: Projection,
): ToolBlock {
  const no = index.recordOfAnswer(id);
  const record = no === null ? null : source.record(no);
  const message = record === null ? null : messageOf(record);
  const answer = message === null
    ? undefined
    : toolResultsOf(blocksOf(message)).find((result) => result.id === id);
  const agent = index.tables.spawns.get(id)?.agent ?? null;
  const block = { t: "tool", id, name, input, ...(agent !== null && { agent }) } as const;
  if (answer === undefined || record === null) return { ...block, status: "pending" };
  const ms = Date.parse(String(record["timestamp"])) - Date.parse(String(call["timestamp"]));
  return {
    ...block,
    status: statusOf(answer),
    result: resultOf(answer),
    ...(ms >= 0 && { ms }),
  };
}

function statusOf({ isDenied, isError }: ToolResult): ToolStatus {
  return isDenied ? "denied" : isError ? "error" : "ok";
}

function resultOf({ content }: ToolResult): NonNullable<ToolBlock["result"]> {
  const images = asList(content).map(asObject).flatMap((block) =>
    block === null || block["type"] !== "image" ? [] : [imageOf(block)]
  );
  return { text: resultText(content), ...(images.length > 0 && { images }) };
}

/** An answer whose call is not in the file. */
function orphanBlock(result: ToolResult): ToolBlock {
  return {
    t: "tool",
    id: result.id,
    name: "?",
    input: null,
    status: statusOf(result),
    result: resultOf(result),
  };
}

function plainBlock(block: JsonObject): Block[] {
  switch (block["type"]) {
    case "text":
      return [{ t: "md", text: String(block["text"] ?? "") }];
    case "thinking": {
      const text = asText(block["thinking"]);
      return text === null ? [] : [{ t: "think", text }];
    }
    case "redacted_thinking":
      return [];
    case "image":
    case "document":
      return [imageOf(block)];
    case "tool_result":
      return [];
    default:
      return [{ t: "json", value: block }];
  }
}

function imageOf(block: JsonObject): ImageBlock {
  const source = asObject(block["source"]) ?? {};
  const data = asText(source["data"]);
  const mime = asText(source["media_type"]) ?? "application/octet-stream";
  const bytes = data === null ? 0 : Math.floor(data.length * 3 / 4);
  return { t: "image", bytes, mime, ...(data !== null && { data }) };
}

function systemBlocks(record: JsonObject): Block[] {
  const text = asText(record["content"]) ?? asText(record["text"]);
  if (text !== null) return [{ t: "md", text }];
  const error = asText(asObject(record["error"])?.["message"]) ?? asText(record["error"]);
  if (error !== null) return [{ t: "md", text: error }];
  return [{ t: "json", value: withoutEnvelope(record) }];
}

const ENVELOPE: ReadonlySet<string> = new Set(
  ("uuid parentUuid logicalParentUuid sessionId timestamp cwd version userType isSidechain " +
    "gitBranch entrypoint slug").split(" "),
);

/** What a record says beside what every record says. */
function withoutEnvelope(record: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !ENVELOPE.has(key)));
}

/** Lines of one message repeat its usage as it grows: the largest one is that of the message. */
function largestUsage(messages: readonly JsonObject[]): ItemUsage | null {
  let largest: ItemUsage | null = null;
  for (const message of messages) {
    const fields = asObject(message["usage"]);
    if (fields === null) continue;
    const usage: ItemUsage = {
      input: asCount(fields["input_tokens"]),
      output: asCount(fields["output_tokens"]),
      cacheRead: asCount(fields["cache_read_input_tokens"]),
      cacheWrite: asCount(fields["cache_creation_input_tokens"]),
    };
    if (largest === null || sum(usage) > sum(largest)) largest = usage;
  }
  return largest;
}

function sum({ input, output, cacheRead, cacheWrite }: ItemUsage): number {
  return input + output + cacheRead + cacheWrite;
}
