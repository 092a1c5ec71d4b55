/**
 * A call of a tool on one line, and its input as named texts.
 *
 * @module
 */
import { tame } from "../words.ts";

/** Names of what says most about a call, the most telling first. */
const TELLING = [
  ...["command", "file_path", "path", "pattern", "query", "url", "description", "prompt", "skill"],
];
const MAX_CHARS = 120;

/** What a call is about, on one line; empty when nothing says so. */
export function toolGist(input: unknown): string {
  if (typeof input === "string") return line(input);
  if (input === null || typeof input !== "object") return "";
  const fields = input as Readonly<Record<string, unknown>>;
  const name = TELLING.find((it) => typeof fields[it] === "string" && fields[it] !== "") ??
    Object.keys(fields).find((it) => typeof fields[it] === "string");
  return name === undefined ? "" : line(String(fields[name]));
}

/** Fields of an input, texts as they are, all else as JSON. */
export function toolFields(input: unknown): { readonly name: string; readonly text: string }[] {
  if (input === null || input === undefined) return [];
  if (typeof input !== "object" || Array.isArray(input)) {
    return [{ name: "", text: typeof input === "string" ? input : json(input) }];
  }
  return Object.entries(input).map(([name, value]) => ({
    name: tame(name),
    text: typeof value === "string" ? value : json(value),
  }));
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "";
}

function line(text: string): string {
  const folded = tame(text.slice(0, MAX_CHARS * 4)).replace(/\s+/g, " ").trim();
  return folded.length <= MAX_CHARS ? folded : `${folded.slice(0, MAX_CHARS - 1)}…`;
}
