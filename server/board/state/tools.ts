/**
 * What is known of the agent's tools: which of them change files, which run tests, and when two calls
 * ask for the same thing.
 *
 * @module
 */
import type { ToolUse } from "../read/content.ts";
import { asObject, asText, firstChars } from "../read/fields.ts";

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

/** Whether a call runs tests or a build. */
export function isCheck(use: ToolUse): boolean {
  const command = commandOf(use);
  return command !== null && CHECKS.test(firstChars(command, 4096));
}

/** Names that programs make up for a while; most calls have none, which is found out faster. */
const TEMPORARY = /(?:\/(?:var\/)?tmp|\btmp|\btemp)[^\s"']*/gi;
const HAS_TEMPORARY = /te?mp/i;

/** Stands for a call: equal for calls that ask for the same thing, whatever temporary names they use. */
export function callKey({ name, input }: ToolUse): string {
  const text = firstChars(JSON.stringify(input) ?? "", 2048).replace(/(?:\\[nrt]|\s)+/g, " ");
  const masked = HAS_TEMPORARY.test(text)
    ? text.replace(TEMPORARY, (path) => path.replace(/\d+/g, "#"))
    : text;
  return `${name}:${hash(masked)}`;
}

/** FNV-1a of a text's code units, in hexadecimal. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return (value >>> 0).toString(16);
}
