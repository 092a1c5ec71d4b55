/**
 * The command line of an engine: from one text to words, and whether it can be run at all.
 *
 * @module
 */
import { delimiter, isAbsolute, join } from "node:path";
import { UsageError } from "../runtime/mod.ts";

/**
 * The words of a command line. Blanks separate them; quotes of either kind keep them together. A
 * backslash is a character like any other (paths have them), but for `\"` and `\\` inside of double
 * quotes. There is no shell: no variables, no `~`, no pipes.
 *
 * @throws {UsageError} when a quote is not closed.
 *
 * @example
 * ```ts
 * import { splitWords } from "./engine_command.ts";
 *
 * console.log(splitWords(`python3 "my engine.py" --name=''`)); // [ "python3", "my engine.py", "--name=" ]
 * ```
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === '"' || char === "'") {
      const [text, end] = quoted(line, i);
      word = (word ?? "") + text;
      i = end;
    } else word = (word ?? "") + char;
  }
  if (word !== null) words.push(word);
  return words;
}

/** The text in quotes that begins at `start`, and where its closing quote is. */
function quoted(line: string, start: number): [text: string, end: number] {
  const quote = line[start]!;
  let text = "";
  for (let i = start + 1; i < line.length; i++) {
    const char = line[i]!;
    if (char === quote) return [text, i];
    const next = line[i + 1];
    if (quote === '"' && char === "\\" && (next === '"' || next === "\\")) {
      text += next;
      i++;
    } else text += char;
  }
  throw new UsageError(
    `the engine command has a ${quote} at character ${start + 1} that is not closed: ${line}`,
  );
}

/** What the check of a command asks the operating system. */
export interface ProgramFiles {
  /** What is at this path; null for nothing. */
  readonly stat: (
    path: string,
  ) => { readonly isFile: boolean; readonly mode: number | null } | null;
  /** The variable `PATH`, or an empty text. */
  readonly path: string;
  /** False where programs are found in more ways than we can check, or where we may not look. */
  readonly canLook: boolean;
}

/**
 * Refuses a command whose program is not there or may not be executed: better at the start than in
 * every session.
 *
 * @throws {UsageError} with what was looked for, and where.
 */
export function checkCommand(
  command: readonly string[],
  files: ProgramFiles = systemFiles(),
): void {
  const [program = ""] = command;
  if (program === "") {
    throw new UsageError(
      'the engine command is empty; name a program and its arguments: --engine-command "python3 my_engine.py"',
    );
  }
  if (!files.canLook) return;
  const isPath = isAbsolute(program) || program.includes("/");
  const places = isPath
    ? [program]
    : files.path.split(delimiter).filter((folder) => folder !== "").map((it) => join(it, program));
  const found = places.map(files.stat).filter((entry) => entry !== null && entry.isFile);
  if (found.length === 0) {
    const where = isPath ? "" : " in any folder of PATH";
    throw new UsageError(`the engine's program "${program}" was not found${where}`, { program });
  }
  if (found.every((entry) => ((entry!.mode ?? 0o111) & 0o111) === 0)) {
    throw new UsageError(
      `the engine's program "${program}" may not be executed; run chmod +x, or put its interpreter in front`,
      { program },
    );
  }
}

function systemFiles(): ProgramFiles {
  const may = (name: "env" | "read") => Deno.permissions.querySync({ name }).state === "granted";
  const canLook = Deno.build.os !== "windows" && may("env") && may("read");
  return {
    path: canLook ? Deno.env.get("PATH") ?? "" : "",
    canLook,
    stat(path) {
      try {
        return Deno.statSync(path);
      } catch {
        return null;
      }
    },
  };
}
