import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { round, toJson } from "./json.ts";

Deno.test("toJson keeps the keys' order and puts plain lists on one line", () => {
  assertEquals(
    toJson({ b: 1, a: { list: [1, 2.5, "x"], empty: {}, none: undefined }, rows: [{ c: null }] }),
    `{
  "b": 1,
  "a": {
    "list": [1, 2.5, "x"],
    "empty": {}
  },
  "rows": [
    {
      "c": null
    }
  ]
}
`,
  );
});

Deno.test("numbers have at most six decimals, and what is none is null", () => {
  assertEquals(round(0.1 + 0.2), 0.3);
  assertEquals(round(-0.0000001), 0);
  assertEquals([round(NaN), round(Infinity)], [null, null]);
  assertEquals(round(1234567.1234567), 1234567.123457);
});

Deno.test("toJson writes valid JSON of any value, equal but for rounding", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const rounded = JSON.parse(
      JSON.stringify(value, (_, it) => typeof it === "number" ? round(it) : it),
    );
    assertEquals(JSON.stringify(JSON.parse(toJson(value))), JSON.stringify(rounded));
  }));
});
