import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testContext } from "../tests/support/cli_context.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { assertSameReports } from "../tests/support/without_timing.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

const NAMES = ["healthy-stream", "overload", "seek-storm", "idle-pause", "knob-storm"];

async function headway(args: readonly string[], env: Record<string, string> = {}) {
  const context = testContext({ env });
  const code = await dispatch(args, context, { commands, version: "1.2.3" });
  return { code, out: context.stdout.text, err: context.stderr.text };
}

function scenario(out: string, ...args: string[]) {
  return headway([
    ...["scenario", ...NAMES, "--fidelity", "timing", "--jobs", "1", "--out", out],
    ...args,
  ]);
}

Deno.test("merged shards are the unsharded report, byte by byte but for timing", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await scenario(`${path}/whole`);
  const shards = [1, 2, 3].map((i) => `${path}/shard-${i}`);
  for (const [i, out] of shards.entries()) await scenario(out, "--shard", `${i + 1}/3`);
  const { code, out } = await headway([
    ...["report", "merge", ...shards.toReversed(), "--out", `${path}/merged`],
  ]);
  assertEquals(code, 0);
  assertMatch(out, /^5 passed, 0 failed in /);
  await assertSameReports(`${path}/merged`, `${path}/whole`);
});

Deno.test("shards of repeated runs merge in the order of the rounds", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await scenario(`${path}/whole`, "--repeat", "2");
  for (const i of [1, 2]) await scenario(`${path}/${i}`, "--repeat", "2", "--shard", `${i}/2`);
  await headway(["report", "merge", `${path}/1`, `${path}/2`, "--out", `${path}/merged`]);
  await assertSameReports(`${path}/merged`, `${path}/whole`);
});

Deno.test("shards that are missing, twice there, or of another call are named", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const merge = (...names: string[]) =>
    headway(["report", "merge", ...names.map((it) => `${path}/${it}`), "--out", `${path}/x`]);
  await scenario(`${path}/1`, "--shard", "1/3");
  await scenario(`${path}/3`, "--shard", "3/3");
  await scenario(`${path}/other`, "--shard", "2/2");
  await scenario(`${path}/whole`);
  assertStringIncludes((await merge("1", "3")).err, "shard 2/3 is missing");
  assertStringIncludes((await merge("1", "1")).err, "are both shard 1/3");
  assertStringIncludes((await merge("1", "other")).err, "a shard of another call");
  assertStringIncludes((await merge("whole")).err, "no shard: there is nothing to merge");
  assertStringIncludes((await merge("nothing")).err, "summary.json: it is not there");
  const onto = await headway(["report", "merge", `${path}/1`, `${path}/3`, "--out", `${path}/1/`]);
  assertStringIncludes(onto.err, "--out is the shard");
  assertEquals((await merge("1", "3")).code, 2);
});

Deno.test("shards with another seed, fidelity or split are of another call", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const merge = (...names: string[]) =>
    headway(["report", "merge", ...names.map((it) => `${path}/${it}`), "--out", `${path}/x`]);
  for (const i of [1, 2]) await scenario(`${path}/${i}`, "--shard", `${i}/2`);
  await scenario(`${path}/seed`, "--shard", "2/2", "--seed", "2");
  const { code, err } = await merge("1", "seed");
  assertEquals(code, 2);
  assertMatch(err, /another call.*seed 2, the other has target sim, timing fidelity, seed 1/);
  // The split of a machine that knew other durations.
  const seconds = Object.fromEntries(NAMES.map((it, i) => [it, i === 0 ? 1000 : 1]));
  const durations = `${path}/durations.json`;
  await Deno.writeTextFile(
    durations,
    JSON.stringify({ schema: "headway.durations/1", seconds }),
  );
  const others = [1, 2].map((i) => `other-${i}`);
  for (const [i, name] of others.entries()) {
    await scenario(`${path}/${name}`, "--shard", `${i + 1}/2`, "--durations", durations);
  }
  const mixed = [await merge("1", "other-2"), await merge("other-1", "2")];
  assert(mixed.some(({ err }) => /both ran .*: give all shards the same --durations/.test(err)));
});

Deno.test("a shard with a damaged report is named, and nothing is half-merged", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  for (const i of [1, 2]) await scenario(`${path}/${i}`, "--shard", `${i}/2`);
  const { runs } = JSON.parse(await Deno.readTextFile(`${path}/2/summary.json`));
  const damaged = `${path}/2/${runs[0].folder}/report.json`;
  await Deno.writeTextFile(damaged, '{"half":');
  const { code, err } = await headway([
    ...["report", "merge", `${path}/1`, `${path}/2`, "--out", `${path}/x`],
  ]);
  assertEquals(code, 2);
  assertStringIncludes(err, `cannot read ${damaged}: it is no JSON`);
  assertEquals(await filesBelow(`${path}/x`), []);
});

Deno.test("more shards than scenarios leave some empty, and merge all the same", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const shards = Array.from({ length: 7 }, (_, i) => `${path}/${i + 1}`);
  const said: string[] = [];
  for (const [i, out] of shards.entries()) {
    const { code, out: text } = await scenario(out, "--shard", `${i + 1}/7`);
    assertEquals(code, 0);
    said.push(text);
  }
  const empty = said.filter((text) => text.startsWith("nothing to run: shard "));
  assertEquals([empty.length, said.filter((text) => text.includes("1 passed")).length], [2, 5]);
  assertMatch(empty[0]!, /^nothing to run: shard \d\/7 has no scenario in \d\.\d s\nreports: /);
  assertEquals((await headway(["report", "merge", ...shards, "--out", `${path}/x`])).code, 0);
});

Deno.test("a scenario that no shard tells of is a problem of the whole", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  for (const i of [1, 2]) await scenario(`${path}/${i}`, "--shard", `${i}/2`);
  // As a machine leaves it that was stopped after some of its scenarios.
  const file = `${path}/1/summary.json`;
  const summary = JSON.parse(await Deno.readTextFile(file));
  const [lost] = summary.runs.splice(0, 1);
  await Deno.writeTextFile(file, JSON.stringify(summary));
  const merged = await headway(["report", "merge", `${path}/1`, `${path}/2`, "--out", `${path}/x`]);
  assertEquals(merged.code, 3);
  const whole = JSON.parse(await Deno.readTextFile(`${path}/x/summary.json`));
  assertEquals(whole.problems.map(({ name }: { name: string }) => name), [lost.name]);
});

Deno.test("a shard is I/N, or auto/N with the index of a Kubernetes pod", async () => {
  await using folder = await tempFolder();
  const run = (shard: string, env: Record<string, string> = {}) =>
    headway(
      ["scenario", "overload", "--fidelity", "timing", "--jobs", "1"].concat([
        ...["--out", `${folder.path}/out`, "--shard", shard],
      ]),
      env,
    );
  for (const bad of ["0/3", "4/3", "x", "1/0", "1"]) {
    const { code, err } = await run(bad);
    assertEquals(code, 2, bad);
    assertStringIncludes(err, "it takes I/N");
  }
  assertMatch((await run("auto/3")).err, /JOB_COMPLETION_INDEX, from 0, and that is not set/);
  assertMatch((await run("auto/3", { JOB_COMPLETION_INDEX: "x" })).err, /that is "x"/);
  assertMatch((await run("auto/3", { JOB_COMPLETION_INDEX: "3" })).err, /with index 3; it takes/);
  const last = await run("auto/3", { JOB_COMPLETION_INDEX: "2" });
  assertEquals(last.code, 0);
  const { shard } = JSON.parse(await Deno.readTextFile(`${folder.path}/out/summary.json`));
  assertEquals([shard.index, shard.of], [3, 3]);
});

Deno.test("durations come from an earlier call, or from a file that one wrote", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await scenario(`${path}/out`, "--save-durations", `${path}/durations.json`);
  const { seconds } = JSON.parse(await Deno.readTextFile(`${path}/durations.json`));
  assertEquals(Object.keys(seconds), [...NAMES].sort());
  for (const file of ["durations.json", "out/summary.json"]) {
    const { code } = await scenario(
      `${path}/s`,
      "--shard",
      "1/2",
      "--durations",
      `${path}/${file}`,
    );
    assertEquals(code, 0);
  }
  const wrong = await scenario(
    `${path}/s`,
    "--shard",
    "1/2",
    "--durations",
    `${path}/out/overload/report.json`,
  );
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.err, "is neither a headway.durations/1 nor a headway.summary/1");
});
