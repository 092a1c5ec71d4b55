/**
 * What is known of the agent's tools: which of them change files, which run tests, and when two calls
 * ask for the same thing.
 *
 * @module
 */
import type { ToolUse } from "../read/content.ts";
import { asList, asObject, asText, firstChars, oneLine } from "../read/fields.ts";

const EDITORS: ReadonlySet<string> = new Set(["Edit", "MultiEdit", "Write", "NotebookEdit"]);
const READERS: ReadonlySet<string> = new Set(["Read", "NotebookRead"]);

/** Words of a command by which a test or a build is told. */
const CHECKS = new RegExp(
  String.raw`\b(?:test|tests|pytest|jest|vitest|tsc|check|lint|build|make|cargo|ctest|mypy|ruff)\b`,
);

/** The file that a call reads or changes; null for other calls. */
export function fileOf({ name, input }: ToolUse): { path: string; isEdit: boolean } | null {
  const isEdit = EDITORS.has(name);
  if (!isEdit && !READERS.has(name)) return null;
  const fields = asObject(input) ?? {};
  const path = asText(fields["file_path"]) ?? asText(fields["notebook_path"]);
  return path === null ? null : { path: firstChars(path, 1024), isEdit };
}

/** The command that a call runs; null for other calls. */
export function commandOf({ name, input }: ToolUse): string | null {
  if (name !== "Bash" && name !== "BashOutput" && name !== "PowerShell") return null;
  return asText(asObject(input)?.["command"]);
}

const MAX_ASK_CHARS = 160;

/** What a person is asked who has to say yes to a call, or to answer it, on one line. */
export function askOf(use: ToolUse): string {
  const input = asObject(use.input) ?? {};
  const questions = asList(input["questions"]).slice(0, 4).flatMap((it) => {
    const { question, options } = asObject(it) ?? {};
    const labels = asList(options).slice(0, 8).flatMap((option) =>
      asText(asObject(option)?.["label"]) ?? []
    );
    const asked = asText(question);
    if (asked === null) return [];
    return [labels.length === 0 ? asked : `${asked} (${labels.join(", ")})`];
  });
  if (use.name === "AskUserQuestion") return oneLine(questions.join(" "), MAX_ASK_CHARS);
  if (use.name === "ExitPlanMode") return oneLine(asText(input["plan"]) ?? "", MAX_ASK_CHARS);
  const what = commandOf(use) ?? fileOf(use)?.path ?? asText(input["url"]) ?? "";
  return oneLine(`${use.name}${what === "" ? "" : `: ${what}`}`, MAX_ASK_CHARS);
}

/** Whether a call runs tests or a build. */
export function isCheck(use: ToolUse): boolean {
  const command = commandOf(use);
  return command !== null && CHECKS.test(firstChars(command, 4096));
}

/** Names that programs make up for a while; most calls have none, which is found out faster. */
const TEMPORARY = /(?:\/(?:var\/)?tmp|\btmp|\btemp)[^\s"']*/gi;
const HAS_TEMPORARY = /te?mp/i;
/** So much of what a call asks for tells it from others, characters of JSON. */
const MAX_KEY_CHARS = 2048;

/** Stands for a call: equal for calls that ask for the same thing, whatever temporary names they use. */
export function callKey({ name, input }: ToolUse): string {
  const text = firstChars(JSON.stringify(input) ?? "", MAX_KEY_CHARS);
  if (!HAS_TEMPORARY.test(text)) return `${name}:${hashFolded(text)}`;
  const folded = text.replace(/(?:\\[nrt]|\s)+/g, " ");
  return `${name}:${hashFolded(folded.replace(TEMPORARY, (path) => path.replace(/\d+/g, "#")))}`;
}

/** FNV-1a of the code units of JSON, in hexadecimal; blanks that follow each other count as one. */
function hashFolded(text: string): string {
  let value = 0x811c9dc5;
  let wasBlank = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isEscaped = code === BACKSLASH && isBlankEscape(text.charCodeAt(i + 1));
    if (isEscaped) i++;
    const isBlank = isEscaped || code === SPACE || code >= 0x80 && WIDE_BLANK.test(text[i]!);
    if (!isBlank || !wasBlank) value = Math.imul(value ^ (isBlank ? SPACE : code), 0x01000193);
    wasBlank = isBlank;
  }
  return (value >>> 0).toString(16);
}

const SPACE = 0x20;
const BACKSLASH = 0x5c;
const WIDE_BLANK = /\s/;

/** Whether a letter after a backslash makes a line feed, a carriage return or a tab. */
function isBlankEscape(code: number): boolean {
  return code === 0x6e || code === 0x72 || code === 0x74;
}
