import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

const VERSION = "1.2.3";

/** `headway explore …args`, in one lane. */
async function explore(...args: string[]) {
  const context = testContext();
  const words = ["explore", "--jobs", "1", ...args];
  const code = await dispatch(words, context, { commands, version: VERSION });
  return { code, out: context.stdout.text, err: context.stderr.text };
}

Deno.test("a search that finds nothing says how far it came, and ends with 0", async () => {
  await using folder = await tempFolder();
  const { code, out, err } = await explore("--runs", "25", "--corpus", folder.path);
  assertEquals([code, err], [0, ""]);
  assertMatch(out, /^25 runs in .* a minute\n\d+ of \d+ coverage marks hit; not hit: /);
  assertMatch(out, /none of \d+ invariants was broken\n$/);
  assertEquals(await filesBelow(folder.path), ["corpus.json"]);
});

Deno.test("a failure is told with its replay line, kept with its page, and ends with 1", async () => {
  await using folder = await tempFolder();
  const plant = ["--plant", "outsiders-obeyed", "--corpus", folder.path];
  const { code, out, err } = await explore("--runs", "5", ...plant);
  assertEquals([code, err], [1, ""]);
  assertMatch(out, /^FAILED {2}outsiders-harmless: /);
  const line = /replay {2}deno task (.*)/.exec(out)![1]!;
  assertStringIncludes(out, "report.html#breach");
  const [file] = (await filesBelow(folder.path)).filter((it) => /^outsiders.*\.json$/.test(it));
  const written = JSON.parse(await Deno.readTextFile(`${folder.path}/${file}`));
  assert(written.steps.length <= 5);
  const context = testContext();
  const again = [...line.split(" "), "--jobs", "1", "--out", `${folder.path}/again`];
  assertEquals(await dispatch(again, context, { commands, version: VERSION }), 1);
  assertMatch(context.stdout.text, /✗ outsiders-harmless-/);
});

Deno.test("--json prints one object with everything that there is to say", async () => {
  await using folder = await tempFolder();
  const { code, out } = await explore(
    ...["--runs", "5", "--json", "--plant", "old-wall-anchor", "--corpus", folder.path],
  );
  assertEquals(code, 1);
  const summary = JSON.parse(out);
  assertEquals([summary.version, summary.runs, summary.seed], [1, 5, 1]);
  assertEquals(typeof summary.wallS, "number");
  assertEquals(typeof summary.runsPerMinute, "number");
  assertEquals(summary.coverage.hit + summary.coverage.missing.length, summary.coverage.total);
  const [failure] = summary.failures;
  assertEquals(failure.invariant, "leads-positive");
  assertMatch(failure.replay, /^deno task scenario .* --fidelity timing --seed \d+$/);
  assertEquals(failure.isVerified, true);
});

Deno.test("a search goes on where the last one in its corpus ended, and plays again what was kept", async () => {
  await using folder = await tempFolder();
  const at = ["--corpus", folder.path];
  await explore("--runs", "20", ...at);
  const corpus = () => Deno.readTextFile(`${folder.path}/corpus.json`).then(JSON.parse);
  const first = await corpus();
  assertEquals(first.searches["timing/1"].next, 20);
  const { kept } = first.searches["timing/1"];
  assert(kept.length > 0);
  await explore("--runs", `${kept.length + 20}`, ...at);
  assertEquals((await corpus()).searches["timing/1"].next, 40);
});

Deno.test("what earlier searches found is played first, and stops nobody: mended, failing, or gone", async () => {
  await using folder = await tempFolder();
  const at = ["--runs", "1", "--corpus", folder.path];
  const plant = ["--plant", "missing-swap-epoch", "--runs", "9", "--corpus", folder.path];
  assertEquals((await explore(...plant)).code, 1);
  const corpus = () => Deno.readTextFile(`${folder.path}/corpus.json`).then(JSON.parse);
  const { failures } = await corpus();
  const files = failures.map(({ file }: { file: string }) => `${folder.path}/${file}`);
  assertEquals(files.length, 2);
  const scenario = JSON.parse(await Deno.readTextFile(files[0]));
  delete scenario.server;
  await Deno.writeTextFile(files[0], JSON.stringify(scenario));
  const first = await explore(...at);
  assertEquals(first.code, 1);
  const [mended, failing] = failures.map(({ invariant }: { invariant: string }) => invariant);
  assertMatch(first.out, new RegExp(`^mended {2}${mended}: .* passes now\n`));
  assertMatch(first.out, new RegExp(`\nFAILED {2}${failing}: .* still fails\n {8}replay {2}deno`));
  assertMatch(first.out, /\n1 kept failure still fails\n$/);
  await Deno.writeTextFile(files[0], "{");
  await Deno.remove(files[1]);
  const second = await explore(...at);
  assertEquals([second.code, second.err], [1, ""]);
  assertMatch(
    second.out,
    new RegExp(`^gone {4}${failing}: .*\.json is not there any more: forgotten\n`),
  );
  assertMatch(second.out, new RegExp(`\nFAILED {2}${mended}: .* cannot be played: .* is not JSON`));
  assertEquals((await corpus()).failures, failures.slice(0, 1));
});

Deno.test("a failure is on the corpus's list, with its world, before it is told", async () => {
  await using folder = await tempFolder();
  const context = testContext();
  const lists: string[] = [];
  const stdout = Object.assign(context.stdout, {
    write(text: string) {
      if (text.startsWith("FAILED")) {
        lists.push(Deno.readTextFileSync(`${folder.path}/corpus.json`));
      }
    },
  });
  const plant = ["--plant", "old-wall-anchor", "--corpus", folder.path];
  const words = ["explore", "--jobs", "1", "--runs", "1", ...plant];
  const code = await dispatch(words, { ...context, stdout }, { commands, version: VERSION });
  assertEquals([code, lists.length], [1, 1]);
  const { failures, searches } = JSON.parse(lists[0]!);
  assertEquals(failures.map(({ invariant }: { invariant: string }) => invariant), [
    "leads-positive",
  ]);
  assertEquals(searches["timing/1/old-wall-anchor"], { kept: [0], next: 1 });
  // A search whose finds cannot be kept ends, and says so.
  await Deno.mkdir(`${folder.path}/${failures[0].file}.part`);
  const full = await explore("--runs", "1", ...plant);
  assertEquals(full.code, 2);
  assertMatch(full.err, /^headway: cannot write .*leads-positive-[0-9a-f]+\.json: [^\n]*\n$/);
});

/** A clock on which the first minute is over as soon as somebody waits for it. */
class MinuteClock extends VirtualClock {
  override after(delayS: number, fn: () => void) {
    const timer = super.after(delayS, fn);
    if (delayS === 60) queueMicrotask(() => this.runUntil(60));
    return timer;
  }
}

Deno.test("a search that nobody watches says every minute how far it is; on a terminal its line does", async () => {
  await using folder = await tempFolder();
  const words = ["explore", "--jobs", "1", "--runs", "5", "--corpus", folder.path, "--json"];
  const told = async (terminal: boolean) => {
    const context = { ...testContext({ terminal }), clock: new MinuteClock() };
    assertEquals(await dispatch(words, context, { commands, version: VERSION }), 0);
    assertEquals(JSON.parse(context.stdout.text).runs, 5);
    return context.stderr.text;
  };
  assertMatch(
    await told(false),
    /^headway: 0 of 5 runs, 0 runs\/s, 0 of \d+ marks, 0 failures, 60 s\n$/,
  );
  assertNotMatch(await told(true), /headway:|\n/);
});

Deno.test("a coverage that is not reached is a failure, one that is ends the search", async () => {
  await using folder = await tempFolder();
  const at = ["--corpus", folder.path];
  const { code } = await explore("--until-coverage", "--runs", "2", ...at);
  assertEquals(code, 1);
});

Deno.test("an unknown bug is named, with those that there are", async () => {
  const { code, err } = await explore("--plant", "short-lop");
  assertEquals(code, 2);
  assertMatch(err, /short-lap/);
});

Deno.test("a corpus that is none is refused, and left as it is", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/corpus.json`;
  for (
    const text of [
      "",
      "[]",
      '{"version":2}',
      '{"version":1,"generator":1,"failures":[{"file":"../x.json"}],"searches":{}}',
    ]
  ) {
    await Deno.writeTextFile(path, text);
    const { code, err } = await explore("--runs", "1", "--corpus", folder.path);
    assertEquals(code, 2);
    assertMatch(err, /corpus\.json is no corpus: .*mend it/);
    assertEquals(await Deno.readTextFile(path), text);
  }
});

Deno.test("a folder that cannot be written to is said so, before anything is lost", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/file`;
  await Deno.writeTextFile(file, "mine");
  const { code, err } = await explore("--runs", "1", "--corpus", `${file}/corpus`);
  assertEquals(code, 2);
  assertMatch(err, /cannot (read|write) .*file.corpus/);
  assertEquals(await Deno.readTextFile(file), "mine");
  const isFull = `${folder.path}/full`;
  await Deno.mkdir(`${isFull}/corpus.json.part`, { recursive: true });
  const { code: tooLate, out, err: why } = await explore("--minutes", "5", "--corpus", isFull);
  assertEquals([tooLate, out], [2, ""]);
  assertMatch(why, /cannot write .*full.corpus\.json/);
});
