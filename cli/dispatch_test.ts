import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { HeadwayError, TargetError, UsageError } from "../runtime/errors.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { defineCommand } from "./command.ts";
import { dispatch } from "./dispatch.ts";

const greet = defineCommand({
  name: "greet",
  summary: "says hello to somebody",
  examples: ["headway greet Ada --times 2"],
  positionals: { usage: "[name]", help: "whom to greet", max: 1 },
  flags: {
    times: { type: "number", placeholder: "N", default: 1, min: 1, max: 9, help: "how often" },
  },
  run({ flags, positionals, stdout }) {
    stdout.write(`hello ${positionals[0] ?? "you"}\n`.repeat(flags.times));
    return 0;
  },
});

function failing(error: unknown) {
  return defineCommand({
    name: "fail",
    summary: "fails",
    flags: {},
    run: () => Promise.reject(error),
  });
}

async function run(
  line: string,
  options: { commands?: Parameters<typeof dispatch>[2]["commands"]; env?: Record<string, string> } =
    {},
) {
  const context = testContext({ env: options.env ?? {} });
  const code = await dispatch(line.split(" ").filter((word) => word !== ""), context, {
    commands: options.commands ?? [greet],
    version: "1.2.3",
  });
  return { code, out: context.stdout.text, err: context.stderr.text };
}

Deno.test("a command runs with its flags and its exit code is the program's", async () => {
  assertEquals(await run("greet Ada --times 2"), {
    code: 0,
    out: "hello Ada\nhello Ada\n",
    err: "",
  });
});

Deno.test("an unknown command names the nearest one, in one line", async () => {
  assertEquals(await run("gret"), {
    code: 2,
    out: "",
    err: "headway: unknown command gret: did you mean greet?\n",
  });
});

Deno.test("a command that is near to none is not guessed at", async () => {
  const { code, err } = await run("frobnicate");
  assertEquals(
    [code, err],
    [2, "headway: unknown command frobnicate: headway --help shows what there is\n"],
  );
});

Deno.test("an unknown flag names the nearest one, in one line", async () => {
  const { code, err } = await run("greet --tims 2");
  assertEquals([code, err], [2, "headway: unknown flag --tims: did you mean --times?\n"]);
});

Deno.test("a positional too many is refused", async () => {
  const { code, err } = await run("greet a b");
  assertEquals(code, 2);
  assertEquals(err, 'headway: headway greet does not know what to do with "b": it takes [name]\n');
});

Deno.test("--help shows every flag with its bounds and default", async () => {
  const { code, out } = await run("greet --help");
  assertEquals(code, 0);
  assertStringIncludes(out, "Usage: headway greet [name] [flags]");
  assertStringIncludes(out, "--times N   how often (a number from 1 to 9; default 1)");
  assertStringIncludes(out, "headway greet Ada --times 2");
  assertEquals((await run("help greet")).out, out);
});

Deno.test("help is broken between words where the terminal ends, and whole in a pipe", async () => {
  const description = "Greets whom it is told to greet, as often as it is told to, and no oftener.";
  const commands = [
    defineCommand({
      name: "greet",
      summary: "says hello to somebody",
      description,
      flags: {
        manner: {
          type: "boolean",
          help: "greet as one greets in the mornings of the long summers",
        },
      },
      run: () => 0,
    }),
  ];
  const helpAt = async (options: Parameters<typeof testContext>[0]) => {
    const context = testContext(options);
    await dispatch(["greet", "--help"], context, { commands, version: "1.2.3" });
    return context.stdout.text;
  };
  const narrow = await helpAt({ terminal: true, columns: 60 });
  assertStringIncludes(narrow, "as often as it is told to,\nand no oftener.\n");
  assertStringIncludes(
    narrow,
    "  --manner    greet as one greets in the mornings of the\n              long summers\n",
  );
  const least = await helpAt({ terminal: true, columns: 45 });
  assertStringIncludes(least, "  --manner\n      greet as one greets in the mornings of\n");
  assertStringIncludes(await helpAt({}), `${description}\n`);
});

Deno.test("the program's own help goes to stdout when asked for, else it is an error", async () => {
  const asked = await run("--help");
  assertEquals(asked.code, 0);
  assertStringIncludes(asked.out, "greet  says hello to somebody");
  const silent = await run("");
  assertEquals([silent.code, silent.err], [2, asked.out]);
  assertEquals((await run("--version")).out, "headway 1.2.3\n");
});

Deno.test("what a command throws decides the exit code", async () => {
  const cases: [unknown, number][] = [
    [new UsageError("bad value"), 2],
    [new HeadwayError("cannot write"), 2],
    [new Deno.errors.NotFound("no such file: x.json"), 2],
    [new TargetError("nobody listens"), 3],
    [new TypeError("x is undefined"), 70],
  ];
  for (const [error, expected] of cases) {
    assertEquals((await run("fail", { commands: [failing(error)] })).code, expected);
  }
});

Deno.test("errors are one line without control characters; the stack only when asked for", async () => {
  const commands = [failing(new UsageError("bad\nname \x1b[31mred"))];
  assertEquals((await run("fail", { commands })).err, "headway: bad; name \ufffd[31mred\n");
  const debug = await run("fail", { commands, env: { HEADWAY_DEBUG: "1" } });
  assertStringIncludes(debug.err, "dispatch_test.ts");
  assertNotMatch((await run("fail", { commands })).err, /dispatch_test/);
});

const wave = defineCommand({
  name: "greet wave",
  summary: "waves to somebody",
  flags: {},
  run({ stdout, positionals: _ }) {
    stdout.write("(waves)\n");
    return 0;
  },
});
const TWO_WORDS = { commands: [wave, { ...wave, name: "greet bow", summary: "bows" }] };

Deno.test("a command of two words is found by both, and its first word lists what there is", async () => {
  assertEquals((await run("greet wave", TWO_WORDS)).out, "(waves)\n");
  assertEquals(
    (await run("greet wav", TWO_WORDS)).err,
    "headway: unknown greet command wav: did you mean wave?\n",
  );
  assertEquals(
    (await run("greet", TWO_WORDS)).err,
    "headway: headway greet needs one of wave, bow after it\n",
  );
  for (const line of ["greet --help", "help greet"]) {
    const { code, out } = await run(line, TWO_WORDS);
    assertEquals(code, 0);
    assertStringIncludes(out, "greet wave  waves to somebody");
  }
  for (const line of ["greet bow --help", "help greet bow"]) {
    assertStringIncludes((await run(line, TWO_WORDS)).out, "headway greet bow: bows");
  }
  assertEquals((await run("greet --loud", TWO_WORDS)).code, 2);
});
