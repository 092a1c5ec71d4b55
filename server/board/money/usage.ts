/**
 * What one record says of tokens and money.
 *
 * @module
 */
import { messageOf } from "../read/content.ts";
import { asCount, asObject, asText, asTimeMs, type JsonObject } from "../read/fields.ts";
import type { PricedRequest, PriceTable, Tokens } from "./prices.ts";

/** Seconds of a quarter of an hour, in ms: every time zone's hours and days begin at one. */
export const QUARTER_MS = 900_000;

/** More than any request has, or costs. */
const MAX_TOKENS = 1e9;
const MAX_SEARCHES = 1e4;
const MAX_USD = 1e5;

/** A request to a model, as one record tells of it. */
export interface UsageEntry extends Tokens {
  /** What says that two records tell of the same request. */
  readonly message: string;
  readonly request: string;
  readonly session: string;
  readonly model: string;
  /** The quarter of an hour since the Unix epoch. */
  readonly quarter: number;
  readonly timeMs: number;
  /** Whether a side chain tells it. */
  readonly isSidechain: boolean;
  readonly usd: number;
  /** Whether the record said what it cost. */
  readonly isRecorded: boolean;
  /** Whether there is a price; without one, nothing is known of what it cost. */
  readonly isPriced: boolean;
}

/** Where a record stands. */
export interface UsagePlace {
  readonly session: string;
  /** Whether it is of an agent that the session sent to work. */
  readonly isSidechain: boolean;
  /** Names the record when it has no id of its own. */
  readonly fallbackKey: string;
  /** The time of a record that tells none, ms since the Unix epoch. */
  readonly fallbackMs: number;
}

/** What a record says of money; null when it says nothing. */
export function usageOf(
  record: JsonObject,
  place: UsagePlace,
  prices: PriceTable,
): UsageEntry | null {
  const message = messageOf(record);
  const usage = asObject(message?.["usage"]);
  const model = asText(message?.["model"]);
  if (usage === null || model === null || model === "<synthetic>") return null;
  const tokens = tokensOf(usage);
  const request: PricedRequest = {
    tokens,
    isFast: usage["speed"] === "fast",
    isOneCountry: asText(usage["inference_geo"]) !== null && usage["inference_geo"] !== "global",
    webSearches: countOf(asObject(usage["server_tool_use"])?.["web_search_requests"], MAX_SEARCHES),
  };
  const toldMs = asTimeMs(record["timestamp"]);
  const timeMs = Number.isNaN(toldMs) ? place.fallbackMs : toldMs;
  const price = prices.find(model, timeMs);
  const { costUSD } = record;
  const isRecorded = typeof costUSD === "number" && costUSD >= 0 && costUSD <= MAX_USD;
  const id = asText(message!["id"]);
  return {
    ...tokens,
    // A record that names no message is nobody's copy.
    message: id ?? `record:${asText(record["uuid"]) ?? place.fallbackKey}`,
    request: id === null ? "" : asText(record["requestId"]) ?? "",
    session: place.session,
    model,
    quarter: Math.floor(timeMs / QUARTER_MS),
    timeMs,
    isSidechain: place.isSidechain || record["isSidechain"] === true,
    usd: isRecorded ? costUSD : price === null ? 0 : prices.costUsd(price, request),
    isRecorded,
    isPriced: isRecorded || price !== null,
  };
}

/** A count; what no request can have is none: one such record would outweigh all others. */
function countOf(value: unknown, most = MAX_TOKENS): number {
  const count = asCount(value);
  return count <= most ? count : 0;
}

/** Tokens of a usage object. Writes whose parts do not add up all count as short ones. */
export function tokensOf(usage: JsonObject): Tokens {
  const written = countOf(usage["cache_creation_input_tokens"]);
  const parts = asObject(usage["cache_creation"]);
  const short = parts?.["ephemeral_5m_input_tokens"];
  const long = parts?.["ephemeral_1h_input_tokens"];
  const isSplit = typeof short === "number" && typeof long === "number" && short + long === written;
  return {
    input: countOf(usage["input_tokens"]),
    output: countOf(usage["output_tokens"]),
    cacheRead: countOf(usage["cache_read_input_tokens"]),
    cacheWrite5m: isSplit ? countOf(short) : written,
    cacheWrite1h: isSplit ? countOf(long) : 0,
  };
}

/** All tokens of a request. */
export function tokenTotal(tokens: Tokens): number {
  return tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite5m +
    tokens.cacheWrite1h;
}
