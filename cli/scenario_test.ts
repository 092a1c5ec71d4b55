import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

/** `headway scenario …args` in this process, at timing fidelity and in one lane. */
async function scenario(...args: string[]) {
  const context = testContext();
  const code = await dispatch(
    ["scenario", "--fidelity", "timing", "--jobs", "1", ...args],
    context,
    { commands, version: "1.2.3" },
  );
  return { code, out: context.stdout.text, err: context.stderr.text };
}

const MINIMAL = {
  name: "minimal",
  description: "Does the stream run?",
  durationS: 0.5,
  source: { synthS: 2 },
  expectations: [{ metric: "lag.slices.count", min: 1 }],
};
const FAILING = { ...MINIMAL, name: "failing", expectations: [{ metric: "sent.prompt", min: 9 }] };
const FORETOLD = {
  ...MINIMAL,
  name: "foretold",
  expectations: [{ metric: "sent.prompt", min: 9, fails: true }],
};
const NONSENSE = { ...MINIMAL, name: "nonsense", expectations: [{ metric: "lag.speed", min: 9 }] };

/** A folder with scenario files, and room for reports in `out`. */
async function folderWith(...scenarios: readonly { readonly name: string }[]) {
  const folder = await tempFolder();
  for (const it of scenarios) {
    await Deno.writeTextFile(`${folder.path}/${it.name}.json`, JSON.stringify(it));
  }
  return {
    ...folder,
    files: scenarios.map(({ name }) => `${folder.path}/${name}.json`),
    out: `${folder.path}/out`,
  };
}

Deno.test("--list shows every shipped scenario with its question, and runs none", async () => {
  const { code, out, err } = await scenario("--list");
  assertEquals([code, err], [0, ""]);
  for (const { name, description, shows } of SHIPPED) {
    const known = shows.length === 0 ? "" : `    shows ${shows.join(", ")}\n`;
    assertStringIncludes(out, `${name}\n    ${description}\n${known}`);
  }
});

Deno.test("--list --json is an array with name and description of each", async () => {
  const { code, out, err } = await scenario("--list", "--json");
  assertEquals([code, err], [0, ""]);
  const list = JSON.parse(out);
  assertEquals(
    list.map((it: Record<string, unknown>) => [it["name"], it["description"]]),
    SHIPPED.map(({ name, description }) => [name, description]),
  );
  assertEquals(typeof list[0].durationS, "number");
});

Deno.test("--list of names and files lists those", async () => {
  await using folder = await folderWith(MINIMAL);
  const { out } = await scenario("--list", "--json", "overload", folder.files[0]!);
  assertEquals(JSON.parse(out).map(({ name }: { name: string }) => name), ["overload", "minimal"]);
});

Deno.test("a run says what came of it, writes its files, and ends with 0", async () => {
  await using folder = await folderWith(MINIMAL);
  const { code, out, err } = await scenario(folder.files[0]!, "--out", folder.out);
  assertEquals([code, err], [0, ""]);
  assertMatch(out, /✓ minimal .*\n1 passed, 0 failed in .*\nreports: .*\/out\/index\.html\n$/);
  assertEquals(await filesBelow(folder.out), [
    "index.html",
    "junit.xml",
    "minimal/junit.xml",
    "minimal/report.html",
    "minimal/report.json",
    "minimal/summary.md",
    "minimal/trace.ndjson",
    "summary.json",
  ]);
});

Deno.test("--json prints the summary and nothing else", async () => {
  await using folder = await folderWith(MINIMAL, FAILING);
  const { code, out, err } = await scenario(...folder.files, "--json", "--out", folder.out);
  assertEquals([code, err], [1, ""]);
  const summary = JSON.parse(out);
  assertEquals(summary.schema, "headway.summary/1");
  assertEquals(summary.exitCode, 1);
  assertEquals(out, await Deno.readTextFile(`${folder.out}/summary.json`));
});

Deno.test("an expectation that fails is said in one line and ends the call with 1", async () => {
  await using folder = await folderWith(FAILING);
  const { code, out } = await scenario(folder.files[0]!, "--out", folder.out);
  assertEquals(code, 1);
  assertMatch(out, /✗ failing .*\n {4}sent\.prompt is 0, limit ≥ 9\n/);
});

Deno.test("a failure that was foretold ends the call with 0, and the report says so", async () => {
  await using folder = await folderWith(FORETOLD);
  const { code, out } = await scenario(folder.files[0]!, "--out", folder.out);
  assertEquals(code, 0);
  assertStringIncludes(out, "fails as foretold");
  const report = JSON.parse(await Deno.readTextFile(`${folder.out}/foretold/report.json`));
  assertEquals([report.verdict, report.expectedFailure], ["passed", true]);
  assertEquals(report.expectations.map((it: { passed: boolean }) => it.passed), [false]);
});

Deno.test("an unknown scenario ends the call with 2 and the nearest name, before anything runs", async () => {
  await using folder = await folderWith(MINIMAL);
  const { code, out, err } = await scenario(
    folder.files[0]!,
    "helthy-stream",
    "--out",
    folder.out,
  );
  assertEquals([code, out], [2, ""]);
  assertEquals(err, "headway: unknown scenario helthy-stream: did you mean healthy-stream?\n");
  assertEquals(await filesBelow(folder.out), []);
});

Deno.test("a malformed file ends the call with 2, its field and the reason", async () => {
  await using folder = await folderWith({ ...MINIMAL, name: "broken", durationS: -3 } as never);
  const { code, out, err } = await scenario(folder.files[0]!, "--out", folder.out);
  assertEquals([code, out], [2, ""]);
  assertMatch(err, /^headway: .*\/broken\.json is not a scenario: durationS: .*\n$/);
  assertEquals(err.trimEnd().split("\n").length, 1);
});

Deno.test("a file that is not there ends the call with 2", async () => {
  const { code, err } = await scenario("nowhere.json");
  assertEquals(code, 2);
  assertEquals(err, "headway: cannot read scenario nowhere.json: there is no such file\n");
});

Deno.test("a metric that does not exist ends the call with 2, before anything runs", async () => {
  await using folder = await folderWith(NONSENSE, MINIMAL);
  const { code, out, err } = await scenario(...folder.files, "--out", folder.out);
  assertEquals([code, out], [2, ""]);
  assertMatch(err, /nonsense\.json .*"lag\.speed"/);
  assertEquals(await filesBelow(folder.out), []);
});

Deno.test("the worst that happened decides the exit code: 2 before 1 before 0", async () => {
  await using folder = await folderWith(MINIMAL, FAILING, NONSENSE);
  const [fine, failing, nonsense] = folder.files as [string, string, string];
  const codeOf = async (...files: string[]) => (await scenario(...files, "--out", folder.out)).code;
  assertEquals(await codeOf(fine, failing), 1);
  assertEquals(await codeOf(failing, nonsense), 2);
  assertEquals(await codeOf(nonsense, fine), 2);
  assertEquals(await codeOf(fine), 0);
});

Deno.test("a scenario that is named twice is refused", async () => {
  await using folder = await folderWith({ ...MINIMAL, name: "overload" });
  for (const args of [["overload", "overload"], ["overload", folder.files[0]!]]) {
    const { code, err } = await scenario(...args);
    assertEquals(code, 2);
    assertEquals(err, 'headway: scenario "overload" is named twice; each runs once a call\n');
  }
});

Deno.test("a target that is none of the three is refused", async () => {
  for (const target of ["simulated", "http://127.0.0.1:1318", "ws//x", "ws://"]) {
    const { code, out, err } = await scenario("overload", "--target", target);
    assertEquals([code, out], [2, ""], target);
    assertMatch(
      err,
      /^headway: --target is ".*"; it takes sim, self, a ws:\/\/ or wss:\/\/ address, or /,
    );
  }
});

Deno.test("flags that a target cannot heed are refused before anything runs", async () => {
  const live = "ws://127.0.0.1:9";
  const cases: [string[], RegExp][] = [
    [
      ["--control", "http://h"],
      /^headway: --control belongs to a ws:\/\/ target; with --target sim /,
    ],
    [
      ["--target", "self", "--token", "x"],
      /^headway: --token belongs .* --target self leave it out$/,
    ],
    [
      ["--target", live, "--control", "h:1319"],
      /^headway: --control is "h:1319"; it takes an http:/,
    ],
    [["--target", live, "--control", "http://"], /^headway: --control is "http:\/\/"; it takes/],
    [["--target", live], /^headway: --fidelity timing is for --target sim: /],
    [["--target", "self"], /^headway: --fidelity timing is for --target sim: /],
    [
      ["--target", "self", "--fidelity=full", "--check-determinism"],
      /^headway: --check-determinism is for --target sim: /,
    ],
  ];
  for (const [args, expected] of cases) {
    const context = testContext();
    const code = await dispatch(
      [
        "scenario",
        "overload",
        ...(args.includes("--fidelity=full") ? [] : ["--fidelity=timing"]),
        ...args,
      ],
      context,
      { commands, version: "1.2.3" },
    );
    assertEquals([code, context.stdout.text], [2, ""], args.join(" "));
    assertMatch(context.stderr.text.trimEnd(), expected);
  }
});

Deno.test("a token in the environment is no objection to a simulated run", async () => {
  await using folder = await folderWith(MINIMAL);
  const context = testContext({ env: { HEADWAY_TOKEN: "x" } });
  const code = await dispatch(
    ["scenario", folder.files[0]!, "--fidelity", "timing", "--jobs", "1", "--out", folder.out],
    context,
    { commands, version: "1.2.3" },
  );
  assertEquals([code, context.stderr.text], [0, ""]);
});

Deno.test("--list shows no control characters of a file's description", async () => {
  await using folder = await folderWith(
    { ...MINIMAL, description: "Clear \u001b[2J\nthe screen?" } as never,
  );
  const { out } = await scenario("--list", folder.files[0]!);
  assertEquals(out, "minimal\n    Clear \ufffd[2J the screen?\n");
});

Deno.test("a word that is near to no scenario is not guessed at", async () => {
  for (const [word, shown] of [["bananas", "bananas"], ["", '""']] as const) {
    const { code, err } = await scenario(word);
    assertEquals(
      [code, err],
      [2, `headway: unknown scenario ${shown}: deno task scenario --list shows what there is\n`],
    );
  }
});

Deno.test("reports that cannot be written end the call with 2, and leave nothing", async () => {
  await using folder = await folderWith(MINIMAL);
  const file = folder.files[0]!;
  for (const out of [file, `${file}/sub`, "/dev/full", "/dev/full/sub", "/proc/headway/sub"]) {
    const before = await filesBelow(folder.path);
    const { code, err, out: text } = await scenario(file, "--out", out);
    assertEquals(code, 2, out);
    assertMatch(`${err}${text}`, /cannot write reports to .*; name another folder with --out/, out);
    assertEquals(await filesBelow(folder.path), before);
  }
});

Deno.test("files that other runs left in the folder stay, and the run's own are replaced", async () => {
  await using folder = await folderWith(MINIMAL);
  await Deno.mkdir(`${folder.out}/minimal`, { recursive: true });
  await Deno.writeTextFile(`${folder.out}/minimal/notes.txt`, "mine");
  await Deno.writeTextFile(`${folder.out}/minimal/played.wav`, "of an older run");
  await Deno.writeTextFile(`${folder.out}/minimal/report.json`, "old");
  assertEquals((await scenario(folder.files[0]!, "--out", folder.out)).code, 0);
  const files = await filesBelow(`${folder.out}/minimal`);
  assert(files.includes("notes.txt") && !files.includes("played.wav"));
  JSON.parse(await Deno.readTextFile(`${folder.out}/minimal/report.json`));
});

Deno.test("a call that is stopped says how far it came, and ends with 3", async () => {
  await using folder = await folderWith(MINIMAL);
  const context = testContext();
  context.stop.abort();
  const code = await dispatch(
    ["scenario", folder.files[0]!, "--jobs", "1", "--out", folder.out],
    context,
    { commands, version: "1.2.3" },
  );
  assertEquals(code, 3);
  assertEquals(context.stderr.text, "headway: stopped after 0 of 1 scenarios\n");
});

Deno.test("numbers out of range are refused with their range", async () => {
  const cases: [string, RegExp][] = [
    ["--seed=-1", /--seed/],
    ["--seed=1.5", /--seed/],
    ["--jobs=0", /--jobs/],
    ["--fidelity=half", /--fidelity/],
    ["--lateness-budget-ms=0", /--lateness-budget-ms/],
  ];
  for (const [flag, expected] of cases) {
    const { code, err } = await scenario("overload", flag);
    assertEquals(code, 2, flag);
    assertMatch(err, expected);
  }
});
