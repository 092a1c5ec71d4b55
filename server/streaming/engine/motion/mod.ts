/**
 * The parts of the `motion` engine: layers over a circular source, and what the knobs make of them.
 *
 * @module
 */
export { MotionBank, type MotionBankOptions, SourcePart } from "./bank.ts";
export { LORA_COLOURS, loraColour } from "./colour_mask.ts";
export { splitStems, splitStemsGently, splitStemsInto, type StemPair } from "./split_stems.ts";
