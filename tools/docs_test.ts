import config from "../deno.json" with { type: "json" };
import { Ajv2020 } from "ajv/dist/2020.js";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { defineScenario } from "../scenarios/define.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { DRAWN } from "./docs.ts";
import { scenariosMarkdown } from "./scenarios_page.ts";

for (const [path, draw] of Object.entries(DRAWN)) {
  Deno.test(`${path} is what the code says (deno task docs)`, async () => {
    assertEquals(await Deno.readTextFile(new URL(`../${path}`, import.meta.url)), draw());
  });
}

Deno.test("every shipped scenario is valid by the committed JSON Schema, and nonsense is not", () => {
  const schema = JSON.parse(DRAWN["scenarios/scenario.schema.json"]!());
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
  for (const scenario of SHIPPED) {
    const isValid = validate(JSON.parse(JSON.stringify(scenario)));
    assert(isValid, `${scenario.name}: ${JSON.stringify(validate.errors)}`);
  }
  assertEquals(validate({ ...SHIPPED[0], durationS: "20" }), false);
  assertEquals(validate({ ...SHIPPED[0], expectatons: [] }), false);
});

Deno.test("the page of scenarios names what each one asks and what it shows", () => {
  const page = scenariosMarkdown([
    defineScenario({
      name: "first-look",
      description: "Is a | b?",
      durationS: 2,
      shows: ["lag/12 loop band", "lag/2 growing lag"],
      expectations: [{ metric: "lag.freshShare", min: 0.5, fails: true }],
    }),
  ]);
  assertStringIncludes(page, "There are 1.");
  assertStringIncludes(page, "| `first-look` | Is a \\| b? | 2 s     | fails as foretold |");
  assert(page.indexOf("lag/2 growing lag") < page.indexOf("lag/12 loop band"));
});

Deno.test("docs/dependencies.md gives a reason for every package", async () => {
  const page = await Deno.readTextFile(new URL("../docs/dependencies.md", import.meta.url));
  for (const name of Object.keys(config.imports)) assertStringIncludes(page, `\`${name}\``);
});
