/**
 * The standing texts of what agents are told, as files: those that ship lie beside this one, a
 * user's own take their places one by one.
 *
 * @module
 */
import { UsageError } from "../../../runtime/mod.ts";
import type { TaskPaths } from "../store/layout.ts";

/** The texts. `{task_dir}`, `{status_file}`, `{result_file}` and `{results_dir}` become paths. */
export interface EnvelopeTexts {
  /** What the machine offers; only with the workflow. */
  readonly capabilities: string;
  /** How to work; only when it is asked for. */
  readonly workflow: string;
  /** Where to write progress and result, and in which form. */
  readonly instructions: string;
  /** What not to do. */
  readonly safety: string;
}

/** Longest text of each, characters. */
export const MAX_TEXT_CHARS: Readonly<Record<keyof EnvelopeTexts, number>> = {
  capabilities: 1599,
  workflow: 3199,
  instructions: 8000,
  safety: 8000,
};

/** Names of the texts; each is a file with the ending `.txt`. */
export const TEXT_NAMES = Object.keys(MAX_TEXT_CHARS) as readonly (keyof EnvelopeTexts)[];

/**
 * Reads the texts.
 *
 * @param read The text of a file by its name, from the first place that has it; null for none.
 * @throws {UsageError} for one that is too long or that is not there.
 */
export async function readTexts(
  read: (file: string) => Promise<string | null>,
): Promise<EnvelopeTexts> {
  const texts: Record<string, string> = {};
  for (const name of TEXT_NAMES) {
    const text = (await read(`${name}.txt`))?.trim() ?? null;
    if (text === null) throw new UsageError(`there is no ${name}.txt for what agents are told`);
    if (text.length > MAX_TEXT_CHARS[name]) {
      throw new UsageError(
        `${name}.txt has ${text.length} characters, at most ${MAX_TEXT_CHARS[name]} are told`,
        { name },
      );
    }
    texts[name] = text;
  }
  return texts as unknown as EnvelopeTexts;
}

/** A text with the paths of a task in it. */
export function fillText(text: string, paths: TaskPaths): string {
  return text
    .replaceAll("{task_dir}", paths.folder)
    .replaceAll("{status_file}", paths.status)
    .replaceAll("{result_file}", paths.result)
    .replaceAll("{results_dir}", paths.results);
}
