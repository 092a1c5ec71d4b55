import fc from "fast-check";
import { CODEC_PROPERTIES } from "../tests/fuzz/codec_properties.ts";
import { TEXT_PROPERTIES } from "../tests/fuzz/text_properties.ts";

/** Cases in all; the fuzzer tries the same properties a thousand times as often. */
const CASES = 10_000;

for (const { name, share, make } of [...CODEC_PROPERTIES, ...TEXT_PROPERTIES]) {
  Deno.test(name, () => {
    fc.assert(make(), { seed: 1, numRuns: Math.ceil(CASES * share) });
  });
}
