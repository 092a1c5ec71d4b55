/**
 * Prices of models from a file that anybody may have written.
 *
 * @module
 */
import { z } from "zod";
import { UsageError } from "../../../runtime/errors.ts";
import type { Prices } from "./prices.ts";

const usd = z.number().min(0).max(1e6);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "expected a day such as 2026-09-01");

const model = z.strictObject({
  key: z.string().min(1),
  input: usd,
  output: usd,
  cacheRead: usd,
  write5m: usd.optional(),
  write1h: usd.optional(),
  context: z.number().int().positive(),
  fast: z.number().positive().optional(),
  oneCountry: z.number().positive().optional(),
  long: z.strictObject({ above: z.number().int().positive(), input: usd, output: usd }).optional(),
  from: day.optional(),
  to: day.optional(),
});

const schema = z.strictObject({
  checkedAt: day,
  webSearchUsd: usd,
  models: z.array(model).min(1),
});

/**
 * Prices from the text of a file.
 *
 * @param origin - What messages call it, such as its path.
 * @throws {UsageError} for a text that is no table of prices.
 */
export function readPrices(text: string, origin: string): Prices {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`${origin} is not JSON; expected a table of prices`, { origin });
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join(".") || "the whole";
  throw new UsageError(`${origin} is no table of prices: ${where}: ${issue?.message}`, { origin });
}
