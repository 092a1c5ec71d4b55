import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { copyRun, readRuns } from "../reports/mod.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { compared } from "./review.ts";
import { hearBaseline, type RunCommand } from "./baseline_replay.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

async function headway(...args: string[]) {
  const context = testContext();
  const code = await dispatch(args, context, { commands, version: "1.2.3" });
  return { code, out: context.stdout.text, err: context.stderr.text };
}

/** Half a second of session, whose engine takes so long for a window. */
function definition(renderMs: number, name = "half-second") {
  return {
    name,
    description: "Does the stream run?",
    durationS: 4,
    source: { synthS: 2 },
    engine: { type: "constant", renderMs },
    expectations: [{ metric: "lag.slices.count", min: 1 }],
  };
}

async function world() {
  const folder = await tempFolder();
  const { path } = folder;
  const file = `${path}/it.json`;
  const baseline = `${path}/baselines`;
  return {
    ...folder,
    path,
    file,
    baseline,
    write: (renderMs: number) => Deno.writeTextFile(file, JSON.stringify(definition(renderMs))),
    scenario: (...args: string[]) =>
      headway("scenario", file, "--jobs", "1", "--out", `${path}/out`, ...args),
    gate: (...args: string[]) =>
      headway(
        ...["scenario", file, "--jobs", "1", "--fidelity", "timing", "--out", `${path}/out`],
        ...["--baseline", baseline, ...args],
      ),
  };
}

/** Changes figures of a baseline as if it had been another run that was accepted. */
async function tamper(path: string, figures: Record<string, number>): Promise<void> {
  const baseline = JSON.parse(await Deno.readTextFile(path));
  Object.assign(baseline.runs[0].figures, figures);
  baseline.runs[0].traceHash = "0".repeat(64);
  await Deno.writeTextFile(path, JSON.stringify(baseline));
}

Deno.test("what was accepted is the same when it is run again", async () => {
  await using here = await world();
  await here.write(10);
  const first = await here.gate("--update-baseline");
  assertEquals([first.code, first.err], [0, ""]);
  assertStringIncludes(first.out, "1 changed, 0 as they were");
  assertEquals(await filesBelow(here.baseline), ["half-second.json"]);
  const second = await here.gate();
  assertEquals(second.code, 0);
  assertMatch(second.out, /against .*baselines: 1 the same\nreview: .*out\/review\.html\n$/);
  assertStringIncludes((await here.gate("--update-baseline")).out, "0 changed, 1 as they were");
});

Deno.test("what got worse fails the call, and is reported in every form", async () => {
  await using here = await world();
  await here.write(10);
  await here.gate("--update-baseline");
  await tamper(`${here.baseline}/half-second.json`, { "lag.slices.leadS.p5": 9 });
  const { code, out } = await here.gate();
  assertEquals(code, 1);
  assertStringIncludes(out, "✗ half-second  worse\n    Lead, lowest 5 % got worse: 9 s before");
  assertStringIncludes(out, "to hear the baseline, too: --hear-baseline");
  const read = (name: string) => Deno.readTextFile(`${here.path}/out/${name}`);
  assertEquals(JSON.parse(await read("comparison.json")).counts.worse, 1);
  assertStringIncludes(await read("comparison.xml"), '<failure message="worse: 9 s before');
  assertStringIncludes(await read("comparison.md"), "### Worse (1)");
  assertStringIncludes(await read("review.html"), 'data-name="half-second"');
  const json = JSON.parse((await here.gate("--json")).out);
  assertEquals([json.exitCode, json.comparison.verdict], [0, "worse"]);
});

Deno.test("a folder that holds no baselines is refused before anything runs", async () => {
  await using here = await world();
  await here.write(10);
  const { code, out, err } = await here.gate();
  assertEquals([code, out], [2, ""]);
  assertStringIncludes(err, `there is no ${here.baseline}; expected`);
  assertEquals(await filesBelow(`${here.path}/out`), []);
});

Deno.test("the runs of the call before can be held against those of this one, in the same folder", async () => {
  await using here = await world();
  await here.write(10);
  const run = () => here.scenario("--fidelity", "timing", "--baseline", `${here.path}/out`);
  await here.scenario("--fidelity", "timing");
  const report = `${here.path}/out/half-second/report.json`;
  const before = JSON.parse(await Deno.readTextFile(report));
  before.lag.slices.leadS.p5 = 9;
  await Deno.writeTextFile(report, JSON.stringify(before));
  assertStringIncludes((await run()).out, "got worse: 9 s before");
  assertEquals((await run()).code, 0);
});

Deno.test("a scenario that was itself changed is not judged, and neither is one without baseline", async () => {
  await using here = await world();
  await here.write(10);
  await here.gate("--update-baseline");
  await here.write(20);
  const { code, out } = await here.gate();
  assertEquals(code, 3);
  assertStringIncludes(out, "the scenario is another one now");
  await Deno.rename(`${here.baseline}/half-second.json`, `${here.baseline}/other.json`);
  await Deno.writeTextFile(
    `${here.baseline}/other.json`,
    (await Deno.readTextFile(`${here.baseline}/other.json`)).replaceAll("half-second", "other"),
  );
  assertStringIncludes((await here.gate()).out, "it has no baseline");
});

Deno.test("flags that need each other say so", async () => {
  await using here = await world();
  await here.write(10);
  for (const flag of ["--update-baseline", "--hear-baseline"]) {
    const { code, err } = await here.scenario(flag);
    assertEquals(code, 2);
    assertStringIncludes(err, `${flag} needs --baseline and its folder`);
  }
  assertMatch((await here.gate("--update-baseline", "--hear-baseline")).err, /compares nothing/);
  const missing = await here.scenario("--baseline", `${here.path}/nowhere`);
  assertEquals(missing.code, 2);
  assertStringIncludes(missing.err, "nowhere; expected a folder of reports");
});

Deno.test("a baseline that is broken is named, with what is wrong in it", async () => {
  await using here = await world();
  await here.write(10);
  await here.gate("--update-baseline");
  const path = `${here.baseline}/half-second.json`;
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace('"figures"', '"figs"'));
  const { code, err } = await here.gate();
  assertEquals(code, 2);
  assertMatch(err, /half-second\.json is no baseline: runs\.0\.figures: .*--update-baseline/);
});

Deno.test("repeated runs lie side by side, and are compared together", async () => {
  await using here = await world();
  await here.write(10);
  const out = `${here.path}/three`;
  await here.scenario("--fidelity", "timing", "--repeat", "3", "--out", out);
  const { samples } = await readRuns(out);
  assertEquals(samples.map(({ seed }) => seed), [1, 2, 3]);
  const { code, out: text } = await headway(
    ...["report", "compare", out, out, "--out", `${here.path}/review`],
  );
  assertEquals(code, 0);
  assertStringIncludes(text, "1 the same");
});

Deno.test("report compare accepts into baselines only, and prints one form at a time", async () => {
  await using here = await world();
  await here.write(10);
  await here.gate("--update-baseline");
  const path = `${here.baseline}/half-second.json`;
  const was = await Deno.readTextFile(path);
  await tamper(path, { "lag.freshShare": 1 });
  const out = `${here.path}/out`;
  const compare = (...args: string[]) =>
    headway("report", "compare", ...args, "--out", `${here.path}/review`);
  assertEquals((await compare(here.baseline, out)).code, 1);
  assertMatch((await compare(here.baseline, out, "--markdown")).out, /^## Headway: 1 worse\n/);
  assertEquals(JSON.parse((await compare(here.baseline, out, "--json")).out).verdict, "worse");
  assertMatch((await compare(here.baseline, out, "--json", "--markdown")).err, /leave one out/);
  assertMatch((await compare(out, out, "--accept")).err, /--accept writes baselines/);
  assertEquals((await compare(here.baseline, out, "--accept")).code, 0);
  assertEquals(await Deno.readTextFile(path), was);
  assertMatch((await compare(here.path, `${here.path}/nothing`)).err, /there is no .*nothing/);
});

Deno.test("the baseline is heard from the commit that accepted it, if that makes the same run", async () => {
  await using here = await world();
  await here.write(10);
  await here.gate("--update-baseline");
  // What the commit makes: the very run that was accepted.
  const made = `${here.path}/made`;
  await copyRun(`${here.path}/out/half-second`, made, "half-second");
  const before = await readRuns(here.baseline);
  await here.write(10);
  const worse = before.samples.map((it) => ({
    ...it,
    traceHash: "x",
    figures: { ...it.figures, "lag.freshShare": 0 },
  }));
  const after = { name: "after", samples: worse, folders: new Map() };
  const comparison = compared({ before, after, out: "", accept: null });
  const asked: string[] = [];
  const commit = "a".repeat(40);
  const run: RunCommand = async (_deno, args) => {
    const git = args.findIndex((it) => it.endsWith("git_main.ts"));
    if (git < 0) {
      asked.push(`scenario ${args[args.indexOf("scenario") + 1]}`);
      await copyRun(`${made}/half-second`, args.at(-1)!, "half-second");
      return { code: 0, text: "" };
    }
    asked.push(`git ${args[git + 1]} ${args[git + 2]}`);
    return { code: 0, text: args[git + 1] === "log" ? `${commit}\n` : "" };
  };
  const { stderr } = testContext();
  const out = `${here.path}/replayed`;
  const heard = await hearBaseline(before, comparison, here.baseline, out, { stderr, run });
  assertEquals([...heard.folders.values()], [`${out}/aaaaaaaaaaaa/half-second`]);
  assertEquals(asked, [
    "git log -1",
    "git worktree add",
    "scenario half-second",
    "git worktree remove",
  ]);
  assertEquals(stderr.text, "");

  const changed = { ...before, samples: before.samples.map((it) => ({ ...it, traceHash: "y" })) };
  const unheard = await hearBaseline(changed, comparison, here.baseline, out, { stderr, run });
  assertEquals(unheard.folders.size, 0);
  assertStringIncludes(stderr.text, "does not make the accepted run of half-second");
  const noGit = await hearBaseline(before, comparison, here.baseline, out, {
    stderr,
    run: () => Promise.resolve(null),
  });
  assertEquals(noGit.folders.size, 0);
  assert(stderr.text.includes("cannot hear the baseline of half-second: no commit holds it"));
});
