/**
 * What models cost: a table with dates, so that old work is priced as it was then. A model that is
 * not in it costs nothing that we know of, and its tokens are counted as such.
 *
 * @module
 */
import { z } from "zod";
import { UsageError } from "../../../runtime/errors.ts";
import builtIn from "./prices.json" with { type: "json" };

const usd = z.number().min(0).max(1e6);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "expected a day such as 2026-09-01");

const modelSchema = z.strictObject({
  /** The model's name without prefixes, dates and suffixes. */
  key: z.string().min(1),
  /** USD per million tokens. */
  input: usd,
  output: usd,
  cacheRead: usd,
  /** Writes that are kept for five minutes, and for an hour; 1.25 and 2 times input unless said. */
  write5m: usd.optional(),
  write1h: usd.optional(),
  /** The context window, tokens. */
  context: z.number().int().positive(),
  /** What a request in fast mode costs, times the rest. */
  fast: z.number().positive().optional(),
  /** What a request costs that is bound to one country, times the rest. */
  oneCountry: z.number().positive().optional(),
  /** Of a request with more tokens on its input side: rates of all of it. */
  long: z.strictObject({ above: z.number().int().positive(), input: usd, output: usd }).optional(),
  /** The first day, and the day after the last. */
  from: day.optional(),
  to: day.optional(),
});

const tableSchema = z.strictObject({
  /** When somebody last compared it with what is asked for. */
  checkedAt: day,
  /** USD for one search of the web. */
  webSearchUsd: usd,
  models: z.array(modelSchema).min(1),
});

/** Prices of one model in one span of time. */
export type ModelPrice = z.infer<typeof modelSchema>;

/** Tokens of one request. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

/** A request, as far as its price depends on it. */
export interface PricedRequest {
  readonly tokens: Tokens;
  readonly isFast: boolean;
  readonly isOneCountry: boolean;
  readonly webSearches: number;
}

/** A table of prices. */
export class PriceTable {
  /** The day on which the table was last compared with what is asked for. */
  readonly checkedAt: string;
  readonly #webSearchUsd: number;
  readonly #rows = new Map<string, ModelPrice[]>();

  private constructor(table: z.infer<typeof tableSchema>) {
    this.checkedAt = table.checkedAt;
    this.#webSearchUsd = table.webSearchUsd;
    for (const row of table.models) {
      const rows = this.#rows.get(row.key);
      if (rows === undefined) this.#rows.set(row.key, [row]);
      else rows.push(row);
    }
  }

  /** The table that Headway brings. */
  static builtIn(): PriceTable {
    return PriceTable.of(builtIn, "the built-in prices");
  }

  /**
   * A table from the text of a file.
   *
   * @param origin What messages call it, such as its path.
   * @throws {UsageError} for a text that is no such table.
   */
  static parse(text: string, origin: string): PriceTable {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new UsageError(`${origin} is not JSON; expected a table of prices`, { origin });
    }
    return PriceTable.of(json, origin);
  }

  /** A table from JSON. Throws {@link UsageError} for JSON that is no such table. */
  static of(json: unknown, origin: string): PriceTable {
    const read = tableSchema.safeParse(json);
    if (read.success) return new PriceTable(read.data);
    const [issue] = read.error.issues;
    const where = issue?.path.join(".") || "the whole";
    throw new UsageError(`${origin} is no table of prices: ${where}: ${issue?.message}`, {
      origin,
    });
  }

  /** The row of a model at a time, ms since the Unix epoch; null for a model without a price then. */
  find(model: string, timeMs: number): ModelPrice | null {
    const rows = this.#rows.get(modelKey(model)) ?? [];
    const isAt = ({ from, to }: ModelPrice) =>
      (from === undefined || !(timeMs < Date.parse(from))) &&
      (to === undefined || !(timeMs >= Date.parse(to)));
    return rows.find(isAt) ?? null;
  }

  /** What a request costs by a row, USD. */
  costUsd(price: ModelPrice, request: PricedRequest): number {
    const { tokens } = request;
    const inputSide = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
    const isLong = price.long !== undefined && inputSide > price.long.above;
    const input = isLong ? price.long!.input : price.input;
    const output = isLong ? price.long!.output : price.output;
    // What caches cost goes with input.
    const scale = price.input === 0 ? 1 : input / price.input;
    const sum = tokens.input * input + tokens.output * output +
      tokens.cacheRead * price.cacheRead * scale +
      tokens.cacheWrite5m * (price.write5m ?? price.input * 1.25) * scale +
      tokens.cacheWrite1h * (price.write1h ?? price.input * 2) * scale;
    const factor = (request.isFast ? price.fast ?? 1 : 1) *
      (request.isOneCountry ? price.oneCountry ?? 1 : 1);
    return sum / 1e6 * factor + request.webSearches * this.#webSearchUsd;
  }
}

/**
 * The name of a model in the table: without the provider, the region, the day and the build. Nothing
 * is guessed beyond that, as `claude-opus-5` is another model than `claude-opus-5-5`.
 */
export function modelKey(model: string): string {
  return model.trim().toLowerCase()
    .replace(/^.*\//, "")
    .replace(/^(?:[a-z]{2,6}\.)?anthropic\./, "")
    .replace(/\[1m\]$/, "")
    .replace(/-v\d+(?::\d+)?$/, "")
    .replace(/[-@]\d{8}$/, "");
}
