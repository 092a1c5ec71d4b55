import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../runtime/errors.ts";
import type { Flags } from "./flags.ts";
import { parseFlags } from "./parse.ts";

const FLAGS = {
  seed: { type: "number", placeholder: "N", default: 1, min: 0, integer: true, help: "the seed" },
  rate: { type: "number", placeholder: "R", min: 0.1, max: 4, help: "speed" },
  out: { type: "string", placeholder: "DIR", help: "where", short: "o" },
  json: { type: "boolean", help: "as JSON" },
  color: { type: "boolean", default: true, help: "with colours" },
  fidelity: { type: "enum", values: ["full", "timing"], default: "full", help: "how" },
  "control-port": { type: "port", default: 1319, help: "control bus", env: "HEADWAY_CONTROL_PORT" },
  "allow-origin": { type: "list", placeholder: "ORIGIN", help: "origins" },
} as const satisfies Flags;

function parse(line: string, env: Record<string, string> = {}) {
  return parseFlags(line.split(" ").filter((word) => word !== ""), FLAGS, (name) => env[name]);
}

function refusal(line: string, env: Record<string, string> = {}): string {
  return assertThrows(() => parse(line, env), UsageError).message;
}

Deno.test("flags have their declared types, and their defaults when not given", () => {
  const { flags, given } = parse("");
  const seed: number = flags.seed;
  const rate: number | undefined = flags.rate;
  const fidelity: "full" | "timing" = flags.fidelity;
  const origins: readonly string[] = flags["allow-origin"];
  assertEquals([seed, rate, fidelity, origins], [1, undefined, "full", []]);
  assertEquals([flags.json, flags.color, flags["control-port"]], [false, true, 1319]);
  assertEquals(given.size, 0);
});

Deno.test("flags and positionals may be mixed in any order", () => {
  const { flags, positionals, given } = parse("one --seed 7 two --json three -o dir --rate=2.5");
  assertEquals([flags.seed, flags.json, flags.out, flags.rate], [7, true, "dir", 2.5]);
  assertEquals(positionals, ["one", "two", "three"]);
  assertEquals([...given].sort(), ["json", "out", "rate", "seed"]);
});

Deno.test("a switch never swallows the word after it", () => {
  assertEquals(parse("--json true").positionals, ["true"]);
  assertEquals(parse("--json=false").flags.json, false);
  assertEquals(parse("--no-color").flags.color, false);
});

Deno.test("positionals stay text, also when they look like numbers", () => {
  assertEquals(parse("007 1e3 -- --json").positionals, ["007", "1e3", "--json"]);
});

Deno.test("a list may be repeated, and split at commas", () => {
  assertEquals(parse("--allow-origin a,b --allow-origin c").flags["allow-origin"], ["a", "b", "c"]);
});

Deno.test("a port is a number, 0 for a free one, or off", () => {
  assertEquals(parse("--control-port off").flags["control-port"], "off");
  assertEquals(parse("--control-port 0").flags["control-port"], 0);
});

Deno.test("a port that is required cannot be off", () => {
  const flags = {
    port: { type: "port", required: true, default: 1318, help: "main port" },
  } as const;
  assertEquals(parseFlags(["--port", "0"], flags).flags.port, 0);
  assertThrows(
    () => parseFlags(["--port", "off"], flags),
    UsageError,
    '--port is "off", expected a port from 0 (any free one) to 65535',
  );
});

Deno.test("an unknown flag names the nearest known one", () => {
  assertEquals(refusal("--sed 5"), "unknown flag --sed: did you mean --seed?");
  assertEquals(refusal("--jsno=1"), "unknown flag --jsno: did you mean --json?");
  assertEquals(refusal("--no-colour"), "unknown flag --no-colour: did you mean --no-color?");
  assertEquals(refusal("--=1"), "unknown flag --: --help shows what there is");
  assertEquals(refusal("--hlep"), "unknown flag --hlep: did you mean --help?");
  for (const far of ["--frobnicate", "--frob", "--foo", "-x"]) {
    assertEquals(refusal(far), `unknown flag ${far}: --help shows what there is`);
  }
});

Deno.test("a value out of form is refused with its form", () => {
  assertEquals(refusal("--seed 1.5"), '--seed is "1.5", expected a whole number of at least 0');
  assertEquals(refusal("--seed -5"), '--seed is "-5", expected a whole number of at least 0');
  assertEquals(refusal("--seed 0x10"), '--seed is "0x10", expected a whole number of at least 0');
  assertEquals(refusal("--rate 9"), '--rate is "9", expected a number from 0.1 to 4');
  assertEquals(refusal("--fidelity half"), '--fidelity is "half", expected one of full, timing');
  assertEquals(refusal("--json=maybe"), '--json takes no value, got "maybe"');
  assertEquals(
    refusal("--control-port 70000"),
    '--control-port is "70000", expected a port from 0 (any free one) to 65535, or off',
  );
});

Deno.test("a flag without its value is refused", () => {
  assertEquals(refusal("--out --json"), "--out has no value, expected a value (DIR)");
  assertEquals(refusal("--out="), "--out has no value, expected a value (DIR)");
});

Deno.test("a flag beats its environment variable, and that beats the default", () => {
  const env = { HEADWAY_CONTROL_PORT: "2000" };
  assertEquals(parse("", env).flags["control-port"], 2000);
  assertEquals(parse("", env).given.has("control-port"), true);
  assertEquals(parse("--control-port 3000", env).flags["control-port"], 3000);
  assertEquals(
    refusal("", { HEADWAY_CONTROL_PORT: "nine" }),
    'HEADWAY_CONTROL_PORT is "nine", expected a port from 0 (any free one) to 65535, or off',
  );
});

Deno.test("any arguments whatsoever parse, or are refused with a UsageError", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("--seed", "--json", "-o", "--", "--no-json", "--__proto__=1", "--a.b.c=1"),
    fc.string().map((text) => `--${text}`),
    fc.constantFrom(...Object.keys(FLAGS)).map((name) => `--${name}=x`),
  );
  fc.assert(fc.property(fc.array(word), (args) => {
    try {
      const { flags } = parseFlags(args, FLAGS);
      assertEquals(Object.keys(flags), Object.keys(FLAGS));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }));
});

Deno.test("parseFlags takes a switch that is called no-x by its name", () => {
  const flags = { "no-backend": { type: "boolean", help: "pages only" } } as const;
  const value = (...args: string[]) => parseFlags(args, flags).flags["no-backend"];
  assertEquals([value(), value("--no-backend"), value("--no-backend=true")], [false, true, true]);
  assertEquals(value("--no-backend=false"), false);
});
