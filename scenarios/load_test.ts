import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { ScenarioError } from "./errors.ts";
import { isScenarioFile, loadScenarioFile } from "./load.ts";
import type { Scenario } from "./types.ts";

const MINIMAL = {
  name: "from-file",
  description: "Is this enough?",
  durationS: 1,
  expectations: [{ metric: "lag.slices.count", min: 1 }],
};
const DEFINE = new URL("./define.ts", import.meta.url).href;

/** Writes a file and loads it. */
async function load(name: string, content: string) {
  await using folder = await tempFolder();
  const path = `${folder.path}/${name}`;
  await Deno.writeTextFile(path, content);
  return await loadScenarioFile(path);
}

async function complaint(name: string, content: string): Promise<string> {
  return (await assertRejects(() => load(name, content), ScenarioError)).message;
}

Deno.test("a name is a shipped scenario, a path or an ending is a file", () => {
  for (const file of ["x.json", "x.ts", "./x", "a/b", "C:\\x"]) {
    assertEquals(isScenarioFile(file), true, file);
  }
  for (const name of ["healthy-stream", "json", "ts"]) assertEquals(isScenarioFile(name), false);
});

Deno.test("a JSON file holds one scenario, and may name its schema", async () => {
  const [only, ...rest] = await load("x.json", JSON.stringify({ $schema: "s.json", ...MINIMAL }));
  assertEquals([only!.name, (only as Scenario).client.paramsHz, rest.length], ["from-file", 30, 0]);
});

Deno.test("a module may export scenarios one by one and in lists, beside other things", async () => {
  const scenario = (name: string) => JSON.stringify({ ...MINIMAL, name });
  const found = await load(
    "x.ts",
    `import { defineScenario } from "${DEFINE}";
     export const one = defineScenario(${scenario("one")});
     export const more = [${scenario("two")}, ${scenario("three")}];
     export const limit: number = 4;
     export const nothing = null;`,
  );
  assertEquals(found.map(({ name }) => name).toSorted(), ["one", "three", "two"]);
});

Deno.test("a module's relative path is found from the working folder", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/x.ts`, `export const s = ${JSON.stringify(MINIMAL)};`);
  const up = Deno.cwd().split("/").filter((part) => part !== "").map(() => "..").join("/");
  const [only] = await loadScenarioFile(`${up}${folder.path}/x.ts`);
  assertEquals(only!.name, "from-file");
});

Deno.test("a path may hold spaces and signs that mean something in a URL", async () => {
  for (const name of ["my scenario.ts", "50%.ts", "what?.ts", "a#b.ts"]) {
    const [only] = await load(name, `export const s = ${JSON.stringify(MINIMAL)};`);
    assertEquals(only!.name, "from-file", name);
  }
});

Deno.test("a file with a wrong field names file, field and reason", async () => {
  const json = await complaint("x.json", JSON.stringify({ ...MINIMAL, durationS: 0 }));
  assertMatch(json, /\/x\.json is not a scenario: durationS: /);
  const module = await complaint(
    "x.ts",
    `export const s = ${JSON.stringify({ ...MINIMAL, steps: [{ do: "pause" }] })};`,
  );
  assertMatch(module, /\/x\.ts is not a scenario: steps\.0: /);
});

Deno.test("a file that is no JSON says where it stops being JSON", async () => {
  assertMatch(await complaint("x.json", `{ "name": `), /\/x\.json is not JSON: /);
  assertMatch(await complaint("x.json", ""), /\/x\.json is not JSON: /);
});

Deno.test("an absent file is called absent", async () => {
  for (const path of ["/nowhere/x.json", "/nowhere/x.ts"]) {
    const error = await assertRejects(() => loadScenarioFile(path), ScenarioError);
    assertEquals(error.message, `cannot read scenario ${path}: there is no such file`);
    assertEquals(error.fields, { path });
  }
});

Deno.test("a folder in place of a file is refused", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/x.json`);
  const error = await assertRejects(
    () => loadScenarioFile(`${folder.path}/x.json`),
    ScenarioError,
  );
  assertStringIncludes(error.message, "cannot read scenario ");
});

Deno.test("a file that is far too large is not read", async () => {
  const message = await complaint("x.json", " ".repeat(4 * 2 ** 20 + 1));
  assertMatch(message, /x\.json is 4194305 bytes long, more than the 4194304 /);
});

Deno.test("a module that does not compile, throws, or exports nothing is refused", async () => {
  assertMatch(await complaint("x.ts", "export const = 3;"), /^cannot read scenario .*\/x\.ts: /);
  assertMatch(await complaint("x.ts", `throw new Error("boom");`), /\/x\.ts: boom$/);
  assertMatch(
    await complaint("x.ts", "export const x = { name: 'x' };"),
    /x\.ts exports no scenario; export the result of defineScenario/,
  );
});
