/** What the built-in engine promises, on every source, and the page that says so. */
import { assert, assertEquals } from "@std/assert";
import { motionFigures, motionPage } from "./motion_page.ts";

const figures = motionFigures();

Deno.test("on every source each knob, LoRA, clip and stem mode is heard from end to end", () => {
  assertEquals(figures.movements.filter(({ leastDb }) => !(leastDb >= 1)), []);
  assert(figures.movements.length > 50);
});

Deno.test("on every source prompts without a common word are 3 dB apart", () => {
  assert(figures.prompts.leastDb >= 3, `${figures.prompts.leastDb} dB`);
});

Deno.test("on every source denoise 0 is the source, and no peak is above −0.3 dBFS", () => {
  assertEquals(figures.dryErrorDb, -Infinity);
  assert(figures.peakDb <= -0.3, `${figures.peakDb} dBFS`);
});

Deno.test("no window leaves a step at its edges that the audio did not make by itself", () => {
  for (const { name, edges, ownFault } of figures.edges) {
    assertEquals(ownFault, 0, name);
    assert(edges > 100, name);
  }
});

Deno.test("docs/motion.md states what is measured", () => {
  const page = Deno.readTextFileSync(new URL("../docs/motion.md", import.meta.url));
  // The formatter breaks lines and pads tables in its own way.
  const words = (text: string) => text.replace(/\s+/g, " ").replace(/-{3,}:?|--:/g, "---");
  assertEquals(words(page), words(motionPage(figures)));
});
