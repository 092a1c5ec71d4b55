import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../runtime/errors.ts";
import { charge, chargeAll, MemoryLedger, type UsageDelta } from "./charge.ts";
import { readPrices } from "./price_file.ts";
import { BUILT_IN_PRICES, modelKey, PriceTable } from "./prices.ts";
import { tokensOf, type UsageEntry, usageOf } from "./usage.ts";

const prices = PriceTable.builtIn();
const DAY = Date.parse("2026-10-01T00:00:00Z");

/** A record of an answer. */
function answer(
  fields: {
    readonly model?: string;
    readonly usage?: object;
    readonly more?: object;
    readonly id?: string | null;
    readonly request?: string;
  } = {},
) {
  const { model = "claude-sonnet-4-6", usage = { output_tokens: 1000 }, more, id = "m1" } = fields;
  return {
    type: "assistant",
    uuid: "u1",
    requestId: fields.request ?? "r1",
    timestamp: "2026-10-01T00:07:00.000Z",
    message: { ...(id !== null && { id }), role: "assistant", model, usage, content: [] },
    ...more,
  };
}

const place = { session: "s", isSidechain: false, fallbackKey: "f:0", fallbackMs: DAY };
const usdOf = (fields: Parameters<typeof answer>[0]) => usageOf(answer(fields), place, prices)!.usd;

Deno.test("tokens cost what the table says, caches by how long they are kept", () => {
  const usage = {
    input_tokens: 1_000_000,
    output_tokens: 100_000,
    cache_read_input_tokens: 2_000_000,
    cache_creation_input_tokens: 300_000,
    cache_creation: { ephemeral_5m_input_tokens: 100_000, ephemeral_1h_input_tokens: 200_000 },
  };
  assertAlmostEquals(usdOf({ usage }), 3 + 1.5 + 0.6 + 0.1 * 3.75 + 0.2 * 6);
  // Read at a rate of its own.
  const read = { usage: { cache_read_input_tokens: 1_000_000 } };
  assertAlmostEquals(usdOf({ ...read, model: "claude-opus-5-5" }), 0.2);
  assertAlmostEquals(usdOf({ ...read, model: "claude-fable-5-1" }), 0.25);
  assertAlmostEquals(
    usdOf({ model: "claude-3-haiku", usage: { cache_creation_input_tokens: 1_000_000 } }),
    0.3,
  );
});

Deno.test("writes to caches whose parts are missing or do not add up all count as short ones", () => {
  const split = (parts: object | undefined) => {
    const { cacheWrite5m, cacheWrite1h } = tokensOf({
      cache_creation_input_tokens: 300,
      cache_creation: parts,
    });
    return [cacheWrite5m, cacheWrite1h];
  };
  assertEquals(split({ ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 }), [
    100,
    200,
  ]);
  assertEquals(split({ ephemeral_1h_input_tokens: 300 }), [300, 0]);
  assertEquals(split({ ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 100 }), [300, 0]);
  assertEquals(split({ ephemeral_5m_input_tokens: 100 }), [300, 0]);
  assertEquals(split(undefined), [300, 0]);
  // Long ones of a record that says so by half cost as short ones.
  const usage = {
    cache_creation_input_tokens: 1_000_000,
    cache_creation: { ephemeral_1h_input_tokens: 1_000_000 },
  };
  assertAlmostEquals(usdOf({ usage }), 3.75);
  const whole = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1_000_000 };
  assertAlmostEquals(usdOf({ usage: { ...usage, cache_creation: whole } }), 6);
});

Deno.test("a long request costs the upper rates as a whole, where the model has them", () => {
  const usage = (input: number) => ({ input_tokens: input, output_tokens: 100_000 });
  assertAlmostEquals(usdOf({ model: "claude-sonnet-4-5", usage: usage(200_000) }), 0.6 + 1.5);
  assertAlmostEquals(
    usdOf({ model: "claude-sonnet-4-5", usage: usage(200_001) }),
    0.200001 * 6 + 2.25,
  );
  // The input side is all of it: read and written, too.
  const mixed = { cache_read_input_tokens: 150_000, cache_creation_input_tokens: 60_000 };
  assertAlmostEquals(
    usdOf({ model: "claude-sonnet-4-5", usage: mixed }),
    0.15 * 0.6 + 0.06 * 7.5,
  );
  assertAlmostEquals(usdOf({ model: "claude-sonnet-4-6", usage: usage(200_001) }), 0.600003 + 1.5);
});

Deno.test("fast mode, searches and what the record itself says change the price", () => {
  const usage = { output_tokens: 1_000_000, speed: "fast" };
  assertAlmostEquals(usdOf({ model: "claude-opus-4-7", usage }), 150);
  assertAlmostEquals(usdOf({ model: "claude-opus-5", usage }), 50);
  assertAlmostEquals(usdOf({ model: "claude-sonnet-4-6", usage }), 15);
  const searched = { server_tool_use: { web_search_requests: 7 } };
  assertAlmostEquals(usdOf({ usage: searched }), 0.07);
  const recorded = usageOf(answer({ more: { costUSD: 0.42 } }), place, prices)!;
  assertEquals([recorded.usd, recorded.isRecorded, recorded.isPriced], [0.42, true, true]);
});

Deno.test("what no request can have or cost is none, so that one record does not outweigh all others", () => {
  const usage = { input_tokens: 1e308, output_tokens: 2e9, cache_read_input_tokens: 1e9 };
  const entry = usageOf(answer({ usage, more: { costUSD: 1e300 } }), place, prices)!;
  assertEquals([entry.input, entry.output, entry.cacheRead], [0, 0, 1e9]);
  assertEquals([entry.isRecorded, Number.isFinite(entry.usd)], [false, true]);
  const searched = { server_tool_use: { web_search_requests: 1e12 } };
  assertAlmostEquals(usdOf({ usage: searched }), 0);
});

Deno.test("a model is found by its name without provider, region, day and build, never by a part of it", () => {
  const names = {
    "claude-sonnet-4-20250514": "claude-sonnet-4",
    "anthropic/claude-opus-4-1": "claude-opus-4-1",
    "anthropic.claude-3-5-haiku-20241022-v1:0": "claude-3-5-haiku",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0": "claude-sonnet-4-5",
    "claude-sonnet-4-5[1m]": "claude-sonnet-4-5",
    "claude-opus-5-5-20260901": "claude-opus-5-5",
    "claude-haiku-4-5@20251001": "claude-haiku-4-5",
  };
  for (const [name, key] of Object.entries(names)) {
    assertEquals(modelKey(name), key);
    assert(prices.find(name, DAY) !== null, name);
  }
  assertEquals(prices.find("claude-opus-5", DAY)!.input, 5);
  assertEquals(prices.find("claude-opus-5-5", DAY)!.input, 4);
  for (const name of ["claude-opus-5-6", "claude-opus", "gpt-x", "xclaude-opus-5", ""]) {
    assertEquals(prices.find(name, DAY), null, name);
  }
  assertEquals(prices.find("claude-opus-5-5", Date.parse("2026-08-31T23:59:59Z")), null);
  assertEquals(prices.find("claude-opus-5-5", Date.parse("2026-09-01T00:00:00Z"))!.input, 4);
});

Deno.test("tokens of a model without a price are counted as such, not as free", () => {
  const usage = { input_tokens: 100, output_tokens: 20 };
  const entry = usageOf(answer({ model: "some-model", usage }), place, prices)!;
  assertEquals([entry.usd, entry.isPriced], [0, false]);
  const [delta] = charge([], entry).deltas;
  assertEquals(delta!.unpricedTokens, 120);
});

Deno.test("T6: every model costs what was published of it", () => {
  // USD of a million tokens: put in, put out, read from a cache, kept for 5 minutes and for an hour.
  const published: Readonly<Record<string, readonly number[]>> = {
    "claude-fable-5-1": [10, 50, 0.25, 12.5, 20],
    "claude-fable-5": [10, 50, 1, 12.5, 20],
    "claude-opus-5-5": [4, 20, 0.2, 5, 8],
    "claude-opus-5": [5, 25, 0.5, 6.25, 10],
    "claude-opus-4-8": [5, 25, 0.5, 6.25, 10],
    "claude-opus-4-7": [5, 25, 0.5, 6.25, 10],
    "claude-opus-4-6": [5, 25, 0.5, 6.25, 10],
    "claude-opus-4-5": [5, 25, 0.5, 6.25, 10],
    "claude-opus-4-1": [15, 75, 1.5, 18.75, 30],
    "claude-opus-4": [15, 75, 1.5, 18.75, 30],
    "claude-3-opus": [15, 75, 1.5, 18.75, 30],
    "claude-sonnet-5": [2, 10, 0.2, 2.5, 4],
    "claude-sonnet-4-6": [3, 15, 0.3, 3.75, 6],
    "claude-3-7-sonnet": [3, 15, 0.3, 3.75, 6],
    "claude-3-5-sonnet": [3, 15, 0.3, 3.75, 6],
    // Of these a request of a million is a long one.
    "claude-sonnet-4-5": [6, 15, 0.6, 7.5, 12],
    "claude-sonnet-4": [6, 15, 0.6, 7.5, 12],
    "claude-haiku-4-5": [1, 5, 0.1, 1.25, 2],
    "claude-3-5-haiku": [0.8, 4, 0.08, 1, 1.6],
    "claude-3-haiku": [0.25, 1.25, 0.03, 0.3, 0.5],
  };
  const split = (short: number, long: number) => ({
    cache_creation_input_tokens: 1e6,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
  });
  const usages = [
    ...[{ input_tokens: 1e6 }, { output_tokens: 1e6 }, { cache_read_input_tokens: 1e6 }],
    ...[split(1e6, 0), split(0, 1e6)],
  ];
  for (const [model, usd] of Object.entries(published)) {
    for (const [no, usage] of usages.entries()) {
      assertAlmostEquals(usdOf({ model, usage }), usd[no]!, 1e-9, `${model} ${no}`);
    }
  }
  const fast = { output_tokens: 1e6, speed: "fast" };
  const factors = { "opus-5": 2, "opus-4-8": 2, "opus-4-7": 6, "opus-4-6": 6, "opus-4-5": 1 };
  for (const [name, factor] of Object.entries(factors)) {
    assertAlmostEquals(usdOf({ model: `claude-${name}`, usage: fast }), 25 * factor, 1e-9, name);
  }
});

Deno.test("a table from a file is read, or refused with what is wrong in it", () => {
  const row = { key: "m", input: 1, output: 2, cacheRead: 0.1, context: 1000 };
  const table = { checkedAt: "2026-11-01", webSearchUsd: 0, models: [row] };
  const read = (value: unknown) => new PriceTable(readPrices(JSON.stringify(value), "prices.json"));
  assertEquals(read(table).find("m", 0)!.output, 2);
  const { message } = assertThrows(
    () => read({ ...table, models: [{ ...row, input: "1" }] }),
    UsageError,
  );
  assert(message.startsWith("prices.json is no table of prices: models.0.input"), message);
  assertThrows(() => readPrices("{", "p"), UsageError, "not JSON");
  assertEquals(readPrices(JSON.stringify(BUILT_IN_PRICES), "built in"), BUILT_IN_PRICES);
});

/** An entry of a message. */
function entry(fields: Partial<UsageEntry>): UsageEntry {
  return {
    ...{ message: "m", request: "r", session: "a", model: "x", quarter: 1, timeMs: 1 },
    ...{ input: 0, output: 10, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    ...{ isSidechain: false, usd: 1, isRecorded: false, isPriced: true },
    ...fields,
  };
}

/** What each session pays for, in the order of reading. */
function paid(entries: readonly UsageEntry[]): Record<string, number> {
  const sums: Record<string, number> = {};
  const ledger = new MemoryLedger();
  for (const it of entries) {
    for (const { session, usd } of chargeAll(ledger, [it])) {
      sums[session] = (sums[session] ?? 0) + usd;
    }
  }
  return sums;
}

Deno.test("lines of one answer are paid for once, by the largest", () => {
  const lines = [1, 5, 30].map((output) => entry({ output, usd: output / 10 }));
  assertEquals(paid(lines), { a: 3 });
  assertEquals(paid(lines.toReversed()), { a: 3 });
});

Deno.test("a resumed session does not pay again for what it copied", () => {
  const own = entry({ message: "m2", request: "r2", session: "b", usd: 2 });
  assertEquals(paid([entry({}), entry({ session: "b" }), own]), { a: 1, b: 2 });
});

Deno.test("a copy in a side chain is not paid for, a side chain of its own is", () => {
  const copy = entry({ request: "other", isSidechain: true, usd: 1 });
  assertEquals(Object.values(paid([entry({}), copy])).reduce((a, b) => a + b), 1);
  assertEquals(Object.values(paid([copy, entry({})])).reduce((a, b) => a + b), 1);
  const own = entry({ message: "side", isSidechain: true, usd: 4 });
  assertEquals(paid([entry({}), own]), { a: 5 });
  // Two requests of one message outside of side chains are two.
  assertEquals(paid([entry({}), entry({ request: "r2" })]), { a: 2 });
});

Deno.test("records without a message's id are keyed by their own, and never merged", () => {
  const of = (uuid: string) => usageOf({ ...answer({ id: null }), uuid }, place, prices)!;
  assertEquals([of("u1").message, of("u1").request], ["record:u1", ""]);
  const usd = of("u1").usd;
  assertAlmostEquals(paid([of("u1"), of("u2")])["s"]!, 2 * usd);
  const nameless = usageOf({ ...answer({ id: null }), uuid: undefined }, place, prices)!;
  assertEquals(nameless.message, "record:f:0");
});

Deno.test("what is not an answer of a model says nothing of money", () => {
  assertEquals(usageOf(answer({ model: "<synthetic>" }), place, prices), null);
  assertEquals(
    usageOf({ type: "user", message: { role: "user", content: "x" } }, place, prices),
    null,
  );
  assertEquals(
    usageOf(answer({ usage: undefined as never, more: { message: {} } }), place, prices),
    null,
  );
});

Deno.test("what everybody pays together does not depend on the order of files, nor on pieces", () => {
  const any = fc.record({
    message: fc.constantFrom("m1", "m2", "m3"),
    request: fc.constantFrom("r1", "r2"),
    session: fc.constantFrom("a", "b"),
    output: fc.integer({ min: 1, max: 4 }),
    isSidechain: fc.boolean(),
  }).map((it) => entry({ ...it, usd: it.output }));
  const sum = (deltas: readonly UsageDelta[]) => deltas.reduce((all, { usd }) => all + usd, 0);
  fc.assert(fc.property(
    fc.array(any, { maxLength: 20 }),
    fc.array(fc.nat(), { maxLength: 20 }),
    fc.integer({ min: 1, max: 20 }),
    (entries, keys, piece) => {
      const shuffled = entries
        .map((it, i) => ({ it, key: keys[i] ?? i }))
        .sort((a, b) => a.key - b.key)
        .map(({ it }) => it);
      const [one, other] = [new MemoryLedger(), new MemoryLedger()];
      const whole = sum(chargeAll(one, entries));
      let parts = 0;
      for (let at = 0; at < shuffled.length; at += piece) {
        parts += sum(chargeAll(other, shuffled.slice(at, at + piece)));
      }
      assertAlmostEquals(parts, whole);
    },
  ));
});
