import { assert, assertEquals } from "@std/assert";
import type { KnobEntry } from "../../wire/shapes.ts";
import { knobRow, stepOf, valueText } from "./knob_row.ts";

const place = { group: "core", bank: true, description: "What it does." };
const drawn = async (name: string, entry: KnobEntry) => String(await knobRow(name, entry));

Deno.test("knobRow draws a slider, a field, a list or a box, by what the registry says", async () => {
  const slider = await drawn("shift", { type: "float", default: 3.5, min: 1, max: 6, ...place });
  assert(slider.includes('type="range"') && slider.includes('max="6"'), slider);
  assert(slider.includes(">3.50</output>"), slider);
  const seed = { type: "int", default: 0, min: 0, max: 4294967295, ...place } as const;
  assert((await drawn("seed", seed)).includes('type="number"'));
  const open = await drawn("man_layer_0", { type: "int", default: 9, min: 0, ...place });
  assert(open.includes('type="number"') && !open.includes("max="), open);
  const list = await drawn("mode", { type: "enum", default: "b", options: ["a", "b"], ...place });
  assert(/<option selected\s*>b<\/option>/.test(list), list);
  assert(/checked/.test(await drawn("on", { type: "bool", default: true, ...place })));
});

Deno.test("knobRow escapes what a server says of its knobs", async () => {
  const text = await drawn('"><b>', {
    type: "enum",
    default: "<i>",
    options: ["<i>"],
    ...place,
    description: "<script>",
  });
  for (const tag of ["<b>", "<i>", "<script>"]) assert(!text.includes(tag), tag);
});

Deno.test("a slider's step can be set by hand, and is as fine as its range is small", () => {
  assertEquals([stepOf(0, 0.3), stepOf(0, 3), stepOf(1, 15)], [0.005, 0.01, 0.1]);
  const entry: KnobEntry = { type: "float", default: 0.05, min: 0, max: 0.5, ...place };
  assertEquals(valueText(0.05, entry), "0.050");
});
