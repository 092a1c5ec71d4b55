/**
 * What models cost: a table with dates, so that old work is priced as it was then. A model that is
 * not in it costs nothing that we know of, and its tokens are counted as such.
 *
 * @module
 */
import builtIn from "./prices.json" with { type: "json" };

/** Prices of one model in one span of time. */
export interface ModelPrice {
  /** The model's name without prefixes, dates and suffixes. */
  readonly key: string;
  /** USD per million tokens. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Writes that are kept for five minutes, and for an hour; 1.25 and 2 times input unless said. */
  readonly write5m?: number | undefined;
  readonly write1h?: number | undefined;
  /** The context window, tokens. */
  readonly context: number;
  /** What a request in fast mode costs, times the rest. */
  readonly fast?: number | undefined;
  /** What a request costs that is bound to one country, times the rest. */
  readonly oneCountry?: number | undefined;
  /** Of a request with more tokens on its input side: rates of all of it. */
  readonly long?:
    | { readonly above: number; readonly input: number; readonly output: number }
    | undefined;
  /** The first day, and the day after the last. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Prices as a file has them; `price_file.ts` reads one. */
export interface Prices {
  /** When somebody last compared them with what is asked for. */
  readonly checkedAt: string;
  /** USD for one search of the web. */
  readonly webSearchUsd: number;
  readonly models: readonly ModelPrice[];
}

/** Those that Headway brings. */
export const BUILT_IN_PRICES: Prices = builtIn;

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

/** Names of models of which it is remembered which rows are theirs. */
const MAX_NAMES = 100;

/** A table of prices. */
export class PriceTable {
  /** The day on which the table was last compared with what is asked for. */
  readonly checkedAt: string;
  readonly #webSearchUsd: number;
  readonly #rows = new Map<string, ModelPrice[]>();
  readonly #named = new Map<string, readonly ModelPrice[]>();

  /** The table of these. */
  constructor({ checkedAt, models, webSearchUsd }: Prices) {
    this.checkedAt = checkedAt;
    this.#webSearchUsd = webSearchUsd;
    for (const row of models) {
      const rows = this.#rows.get(row.key);
      if (rows === undefined) this.#rows.set(row.key, [row]);
      else rows.push(row);
    }
  }

  /** The table that Headway brings. */
  static builtIn(): PriceTable {
    return new PriceTable(BUILT_IN_PRICES);
  }

  /** The row of a model at a time, ms since the Unix epoch; null for a model without a price then. */
  find(model: string, timeMs: number): ModelPrice | null {
    const rows = this.#rowsOf(model);
    const isAt = ({ from, to }: ModelPrice) =>
      (from === undefined || !(timeMs < Date.parse(from))) &&
      (to === undefined || !(timeMs >= Date.parse(to)));
    return rows.find(isAt) ?? null;
  }

  /** Rows of a model under any of its names. Transcripts say the same few names again and again. */
  #rowsOf(model: string): readonly ModelPrice[] {
    let rows = this.#named.get(model);
    if (rows === undefined) {
      rows = this.#rows.get(modelKey(model)) ?? [];
      if (this.#named.size >= MAX_NAMES) this.#named.clear();
      this.#named.set(model, rows);
    }
    return rows;
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
