import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testContext } from "../tests/support/cli_context.ts";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

async function headway(...args: string[]) {
  const context = testContext();
  const code = await dispatch(args, context, { commands, version: "1.2.3" });
  return { code, out: context.stdout.text, err: context.stderr.text };
}

/** Three nights of one scenario. */
async function nights() {
  const folder = await tempFolder();
  const { path } = folder;
  for (const night of ["night-1", "night-2", "night-3"]) {
    await headway(
      ...["scenario", "overload", "--fidelity", "timing", "--jobs", "1"],
      ...["--out", `${path}/all/${night}`],
    );
  }
  return Object.assign(folder, { all: `${path}/all`, page: `${path}/history.html` });
}

Deno.test("a damaged report is named and left out, the others are plotted", async () => {
  await using folder = await nights();
  const { all, page } = folder;
  const damaged = `${all}/night-2/overload/report.json`;
  await Deno.writeTextFile(damaged, '{"half":');
  const { code, out, err } = await headway("report", "history", all, "--out", page);
  assertEquals(code, 0);
  assertMatch(err, /^headway: left out: cannot read .*night-2.*report\.json: it is no JSON .*\n$/);
  assertMatch(out, /^overload .*\n2 sets of runs; page: /);
  assertStringIncludes(await Deno.readTextFile(page), "over 2 saved sets");
});

Deno.test("a history of nothing but damage is none", async () => {
  await using folder = await nights();
  const { all, page } = folder;
  for (const night of ["night-1", "night-2", "night-3"]) {
    await Deno.writeTextFile(`${all}/${night}/overload/report.json`, "{}");
  }
  const { code, out, err } = await headway("report", "history", all, "--out", page);
  assertEquals([code, out], [2, ""]);
  assertMatch(err, /none of the runs can be read; the first: .*report\.json is no headway\.report/);
});

Deno.test("of many damaged reports the first ten are named, the others counted", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await headway(
    ...["scenario", "overload", "--fidelity", "timing", "--jobs", "1", "--out", `${path}/all/a`],
  );
  for (let i = 10; i < 22; i++) {
    await Deno.mkdir(`${path}/all/b${i}/overload`, { recursive: true });
    await Deno.writeTextFile(`${path}/all/b${i}/overload/report.json`, "[]");
  }
  const { code, err } = await headway("report", "history", `${path}/all`, "--json");
  assertEquals(code, 0);
  const lines = err.trimEnd().split("\n");
  assertEquals([lines.length, lines.at(-1)], [11, "headway: and 2 more"]);
});
