/**
 * Reads the manual as a reader would use it: links lead somewhere, commands and flags exist, pages
 * have a heading, code says what language it is in. Part of `deno task check`.
 *
 * @module
 */
import { dirname, join, normalize } from "node:path";
import config from "../deno.json" with { type: "json" };
import { commands } from "../cli/commands.ts";

/** One Markdown page. */
export interface Page {
  /** Its path below the project's root. */
  readonly path: string;
  /** Its text. */
  readonly text: string;
}

/** What pages are held against. */
export interface World {
  /** True when this path below the root is a file or folder. */
  readonly exists: (path: string) => boolean;
  /** Pages by path, for links to headings. */
  readonly pages: ReadonlyMap<string, Page>;
  /** Names of the project's tasks. */
  readonly tasks: ReadonlySet<string>;
  /** Flags of each command, without hyphens. */
  readonly flags: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Flags that every command has. */
const COMMON_FLAGS = ["help", "version"];

/** What is wrong with the page, one sentence each, with its line. */
export function lintPage(page: Page, world: World): string[] {
  const found: string[] = [];
  const say = (line: number, what: string) => found.push(`${page.path}:${line}: ${what}`);
  const lines = page.text.split("\n");
  if (!lines[0]?.startsWith("# ")) say(1, "a page begins with its heading: `# …`");

  let fence: string | null = null;
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    const [, mark, tag] = /^\s*(```+|~~~+)(.*)$/.exec(line) ?? [];
    if (mark !== undefined && (fence === null || mark === fence)) {
      if (fence === null && tag!.trim() === "") say(number, "a code fence names its language");
      fence = fence === null ? mark : null;
      continue;
    }
    if (fence !== null) {
      for (const what of commandProblems(line, world)) say(number, what);
      continue;
    }
    if (number > 1 && line.startsWith("# ")) {
      say(number, "a page has one heading of the first level");
    }
    for (const [, span] of line.matchAll(/`([^`]+)`/g)) {
      for (const what of [...commandProblems(span!, world), ...flagProblems(span!, world)]) {
        say(number, what);
      }
    }
    const prose = line.replace(/`[^`]*`/g, "");
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
      const what = linkProblem(page, target!, world);
      if (what !== null) say(number, what);
    }
  }
  if (fence !== null) say(lines.length, "a code fence is not closed");
  return found;
}

/** Anchors of a page, as GitHub makes them from its headings. */
export function anchorsOf(text: string): Set<string> {
  const outside = text.replace(/^(```+|~~~+)[^]*?^\1/gm, "");
  return new Set(
    [...outside.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
      title!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

function linkProblem(page: Page, target: string, world: World): string | null {
  if (/^(https?:|mailto:)/.test(target)) return null;
  const [file = "", anchor] = target.split("#");
  const path = file === ""
    ? page.path
    : normalize(join(dirname(page.path), decodeURIComponent(file))).replace(/\/$/, "");
  if (!world.exists(path)) return `link to ${target}: there is no ${path}`;
  const other = world.pages.get(path);
  if (anchor !== undefined && other !== undefined && !anchorsOf(other.text).has(anchor)) {
    return `link to ${target}: ${path} has no such heading`;
  }
  return null;
}

/** `deno task X …` and `headway X …`: the task, the command and its flags have to exist. */
function commandProblems(text: string, { tasks, flags }: World): string[] {
  const problems: string[] = [];
  for (const [, task, rest] of text.matchAll(/\bdeno(?:@[\d.]+)? task ([a-z][\w:-]*)([^&|;#]*)/g)) {
    if (!tasks.has(task!)) problems.push(`there is no task ${task}`);
    const words = /^\s+([a-z-]+)(?:\s+([a-z-]+))?/.exec(rest!) ?? [];
    const command = task === "headway" ? commandOf(words[1] ?? "", words[2], flags) : task!;
    problems.push(...unknownFlags(command, rest!, flags));
  }
  for (const [, word, rest] of text.matchAll(/(?:^|\$ )headway ([a-z-]+)([^&|;#]*)/g)) {
    const command = commandOf(word!, /^\s+([a-z-]+)/.exec(rest!)?.[1], flags);
    if (!flags.has(command) && command !== "help") problems.push(`there is no command ${command}`);
    problems.push(...unknownFlags(command, rest!, flags));
  }
  return problems;
}

/** A command's name is one word, or two. */
function commandOf(first: string, second: string | undefined, flags: World["flags"]): string {
  return flags.has(first) || second === undefined ? first : `${first} ${second}`;
}

function unknownFlags(command: string, rest: string, flags: World["flags"]): string[] {
  const known = flags.get(command);
  if (known === undefined) return [];
  return [...rest.matchAll(/(?:^|[\s[])--([a-z][a-z0-9-]*)/g)]
    .map(([, name]) => name!)
    .filter((name) => !isFlag(name, known))
    .map((name) => `${command} has no flag --${name}`);
}

/** `--no-x` switches `x` off, unless that is the flag's whole name. */
function isFlag(name: string, known: ReadonlySet<string>): boolean {
  return [name, name.replace(/^no-/, "")].some((it) => known.has(it) || COMMON_FLAGS.includes(it));
}

/** A flag on its own in a code span has to be one of ours; `--allow-…` are Deno's. */
function flagProblems(span: string, { flags }: World): string[] {
  const name = /^--([a-z][a-z0-9-]*)/.exec(span)?.[1];
  if (name === undefined || name.startsWith("allow-")) return [];
  const isKnown = [...flags.values()].some((known) => isFlag(name, known));
  return isKnown ? [] : [`no command has a flag --${name}`];
}

/** Every Markdown page of the project that is written for readers. */
export function readPages(root: URL): Page[] {
  const pages: Page[] = [];
  const read = (folder: string) => {
    for (const entry of Deno.readDirSync(new URL(folder === "" ? "." : folder, root))) {
      const path = folder + entry.name;
      const isOurs = !entry.name.startsWith(".") && !config.exclude.includes(entry.name);
      if (entry.isDirectory && isOurs) read(`${path}/`);
      if (entry.isFile && entry.name.endsWith(".md")) {
        pages.push({ path, text: Deno.readTextFileSync(new URL(path, root)) });
      }
    }
  };
  read("");
  return pages.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The project as it is. */
function projectWorld(root: URL, pages: readonly Page[]): World {
  const tasks: Readonly<Record<string, unknown>> = "tasks" in config
    ? config.tasks as Record<string, unknown>
    : {};
  return {
    exists(path) {
      try {
        Deno.statSync(new URL(path, root));
        return true;
      } catch {
        return false;
      }
    },
    pages: new Map(pages.map((page) => [page.path, page])),
    tasks: new Set(Object.keys(tasks)),
    flags: new Map(commands.map((it) => [it.name, new Set(Object.keys(it.flags))])),
  };
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  const pages = readPages(root);
  const world = projectWorld(root, pages);
  const found = pages.flatMap((page) => lintPage(page, world));
  for (const sentence of found) console.error(sentence);
  console.error(`${pages.length} pages read, ${found.length} problems`);
  if (found.length > 0) Deno.exit(1);
}
