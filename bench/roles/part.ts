/**
 * Measures one part in a process of its own: what ran before would have warmed or littered it.
 *
 * @module
 */
import { answerAll } from "../child.ts";
import { PARTS } from "../parts/mod.ts";

/** Asks for a part. */
export interface MeasurePart {
  readonly part: string;
  /** See {@link PartOptions.python}. */
  readonly python: string;
  /** See {@link PartOptions.soakS}. */
  readonly soakS: number;
}

const isTerminal = Deno.stderr.isTerminal();
const encoder = new TextEncoder();

function show(text: string): void {
  if (isTerminal) Deno.stderr.writeSync(encoder.encode(`\r\x1b[K${text}`));
}

await answerAll(async (question) => {
  const { part, python, soakS } = question as MeasurePart;
  const measure = await PARTS[part]!();
  const result = await measure({ python, soakS, say: (what) => show(`${part}: ${what}`) });
  show("");
  return result;
});
