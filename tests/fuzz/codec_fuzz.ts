/**
 * Tries the properties of the wire layer on very many inputs.
 *
 *     codec_fuzz.ts [--cases N] [--seed S] [--property WORDS] [--path P]
 *
 * A property that fails prints the line that leads to the same input again, and the exit code is 1.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { CODEC_PROPERTIES } from "./codec_properties.ts";
import { TEXT_PROPERTIES } from "./text_properties.ts";
import { tryProperty } from "./property.ts";

const DEFAULT_CASES = 1_000_000;

/** Says how it is used, on top of what is wrong. */
function usage(problem: string): never {
  console.error(
    `${problem}\nusage: codec_fuzz.ts [--cases N] [--seed S] [--property WORDS] [--path P]`,
  );
  Deno.exit(2);
}

function wholeNumber(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (value === "" || !Number.isInteger(number)) usage(`--${name} must be a whole number`);
  return number;
}

const flags = parseArgs(Deno.args, {
  string: ["cases", "seed", "property", "path"],
  unknown: (argument) => usage(`${argument} is not a flag of the fuzzer`),
});
const cases = wholeNumber("cases", flags["cases"], DEFAULT_CASES);
const seed = wholeNumber("seed", flags["seed"], 1);
const words = flags["property"] as string | undefined;
const path = flags["path"] as string | undefined;
const all = [...CODEC_PROPERTIES, ...TEXT_PROPERTIES];
const chosen = all.filter(({ name }) => words === undefined || name.includes(words));
if (chosen.length === 0) usage(`no property is called "${words}"`);
if (path !== undefined && chosen.length !== 1) usage("--path needs one --property");
const shares = chosen.reduce((sum, { share }) => sum + share, 0);

const isTerminal = Deno.stderr.isTerminal();
const encoder = new TextEncoder();
let tried = 0;
for (const property of chosen) {
  const count = Math.ceil(cases * property.share / shares);
  const failure = tryProperty(property, count, seed, {
    ...(path === undefined ? {} : { path }),
    onProgress: (done) => {
      if (isTerminal) {
        Deno.stderr.writeSync(
          encoder.encode(`\r\x1b[K${tried + done} of ${cases}: ${property.name}`),
        );
      }
    },
  });
  if (isTerminal) Deno.stderr.writeSync(encoder.encode("\r\x1b[K"));
  if (failure !== null) {
    console.error(failure.report);
    console.error(
      `replay: deno task fuzz --seed ${failure.seed} --property ` +
        `${JSON.stringify(failure.property)} --path ${JSON.stringify(failure.path)}`,
    );
    Deno.exit(1);
  }
  tried += count;
  console.log(`ok  ${count} cases: ${property.name}`);
}
console.log(`${tried} cases held, seed ${seed}`);
