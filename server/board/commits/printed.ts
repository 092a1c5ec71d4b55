/**
 * Which commits a command of an agent made, by what git printed.
 *
 * @module
 */
import { firstChars } from "../read/fields.ts";

/** Commands that make commits, and tell so in brackets. */
const MAKES = /\bgit\b[^|;&\n]*?\s(?:commit|cherry-pick|revert)\b/;
/** Such a command that is asked to say nothing. */
const IS_QUIET =
  /\bgit\b[^|;&\n]*?\s(?:commit|cherry-pick|revert)\b[^|;&\n]*\s(?:-\w*q\w*|--quiet)\b/;
/** `[main 1a2b3c4] Mend it`, `[main (root-commit) 1a2b3c4] Begin`, `[detached HEAD 1a2b3c4] …`. */
const BRACKETED = /^\[[^\]\n]{1,300} ([0-9a-f]{7,64})\] /gm;
/** A line of `git log --oneline` or of `git rev-parse HEAD`. */
const LISTED = /^(?:commit )?([0-9a-f]{7,64})(?:\s|$)/m;
/** So much of a command and of an answer is looked at, characters. */
const MAX_COMMAND_CHARS = 8192;
const MAX_ANSWER_CHARS = 65_536;
const MAX_IDS = 50;

/** How the answer of a command tells of commits; null when it makes none. */
export function commitSearch(command: string): "bracketed" | "listed" | null {
  const text = firstChars(command, MAX_COMMAND_CHARS);
  if (!MAKES.test(text)) return null;
  return IS_QUIET.test(text) ? "listed" : "bracketed";
}

/**
 * Ids in an answer: those that git says it made; of a command that was asked to be quiet the first
 * one that stands at the beginning of a line, which whoever uses it has to check by its time.
 */
export function printedCommits(
  answer: string,
  search: "bracketed" | "listed",
): { readonly id: string; readonly isMade: boolean }[] {
  const text = firstChars(answer, MAX_ANSWER_CHARS);
  const made = [...text.matchAll(BRACKETED)].slice(0, MAX_IDS).map(([, id]) => id!);
  if (made.length > 0) return [...new Set(made)].map((id) => ({ id, isMade: true }));
  const listed = search === "listed" ? LISTED.exec(text)?.[1] : undefined;
  return listed === undefined ? [] : [{ id: listed, isMade: false }];
}
