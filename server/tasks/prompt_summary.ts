/**
 * The beginning of a prompt, as lists and titles show it.
 *
 * @module
 */
import { maskedText } from "./terminal/secret_mask.ts";

const SUMMARY_CHARS = 100;
/** So much of a prompt is looked through for secrets that its first characters may be part of. */
const MASKED_CHARS = 16_384;

/** Its first hundred characters. Secrets are masked before it is cut, so that no half of one is left. */
export function promptSummary(prompt: string, secrets: readonly string[]): string {
  const masked = maskedText(prompt.slice(0, MASKED_CHARS), secrets);
  return Array.from(masked.slice(0, 2 * SUMMARY_CHARS)).slice(0, SUMMARY_CHARS).join("");
}
