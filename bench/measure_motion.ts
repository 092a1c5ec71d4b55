/**
 * Measures what the built-in engine does to the sound, and draws `docs/motion.md`:
 *
 * ```sh
 * deno run --allow-read --allow-env --allow-write=docs --allow-run=deno bench/measure_motion.ts
 * ```
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { motionFigures, motionPage } from "./motion_page.ts";

const path = fileURLToPath(new URL("../docs/motion.md", import.meta.url));
await Deno.writeTextFile(path, motionPage(motionFigures()));
await new Deno.Command("deno", { args: ["fmt", "-q", path] }).output();
