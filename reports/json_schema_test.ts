/** The committed schema, judged by another program's validator. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { assert, assertEquals } from "@std/assert";
import { NOTHING, sampleRun } from "../tests/support/sample_run.ts";
import { reportOf } from "./from_result.ts";
import { toJson } from "./json.ts";

const schema = JSON.parse(
  Deno.readTextFileSync(new URL("./report.schema.json", import.meta.url)),
);
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

Deno.test("reports that are written are valid by the committed JSON Schema", () => {
  const plain = sampleRun();
  const empty = sampleRun({
    verdict: "not-applicable",
    reason: "needs a simulated engine",
    played: null,
    buffer: null,
    lag: { ...plain.lag, freshShare: null, slices: { ...plain.lag.slices, leadS: NOTHING } },
    mirror: { identical: null, checkedSlices: 0 },
  });
  for (const run of [plain, empty]) {
    const isValid = validate(JSON.parse(toJson(reportOf(run))));
    assert(isValid, JSON.stringify(validate.errors));
  }
});

Deno.test("the JSON Schema refuses what is no report", () => {
  const report = JSON.parse(toJson(reportOf(sampleRun())));
  assertEquals(validate({ ...report, schema: "headway.report/2" }), false);
  assertEquals(validate({ ...report, verdict: "fine" }), false);
  assertEquals(validate({ ...report, lag: undefined }), false);
});
