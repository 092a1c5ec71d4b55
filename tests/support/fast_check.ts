/**
 * `fast-check` with a fixed seed, under its own name: a test that drew other cases at each run would
 * break builds that nobody changed. `HEADWAY_TEST_SEED` draws others; `deno task fuzz` draws many.
 *
 * @module
 */
import fc from "fast-check/unseeded";

fc.configureGlobal({ seed: Number(Deno.env.get("HEADWAY_TEST_SEED") ?? 1) });

export { default } from "fast-check/unseeded";
