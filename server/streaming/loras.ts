/**
 * The LoRAs of the built-in engine: named colours, in the form in which servers list LoRAs.
 *
 * @module
 */
import type { LoraEntry } from "../../wire/mod.ts";
import { LORA_COLOURS } from "./engine/motion.ts";

const DESCRIPTIONS: Readonly<Record<typeof LORA_COLOURS[number], string>> = {
  telephone: "A small loudspeaker, far away.",
  crystal: "Bright and glassy, partials laid bare.",
  velvet: "Heavy and dull.",
  haze: "Breath and dust around every partial.",
  comb: "Sung through a comb.",
  smile: "Lows and highs without a middle.",
};

/** All LoRAs, none of them enabled. */
export function loraCatalog(): LoraEntry[] {
  return LORA_COLOURS.map((id) => ({
    id,
    name: `${id[0]!.toUpperCase()}${id.slice(1)}`,
    path: "",
    state: "registered",
    strength: 0,
    materialized_bytes: 0,
    metadata: {
      id,
      name: id,
      description: DESCRIPTIONS[id],
      primary_trigger_word: null,
      trigger_words: [],
      recommended_strength: 1,
      tags: ["built-in"],
      has_metadata: true,
    },
    compatible: true,
  }));
}
