/**
 * Help and documentation, drawn from the commands' declarations.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { acceptedForm, defaultText, type Flag, flagUsage } from "./flags.ts";
import { cell, paragraph, table } from "./markdown.ts";
import { wrapped } from "./wrap.ts";

/** The flag that every command has. */
const HELP_FLAG: Flag = { type: "boolean", short: "h", help: "show this help" };

/** Nothing is installed by cloning, so no shell knows the name. */
const IN_A_CHECKOUT = "In a checkout, `deno task headway` stands for `headway`.";

/** Help for the program: its commands, in lines of at most `width` columns. */
export function programHelp(
  commands: readonly Command[],
  version: string,
  width = Infinity,
): string {
  return [
    `headway ${version}: a test bench for real-time music generation servers`,
    "",
    "Usage: headway <command> [flags]",
    "",
    "Commands:",
    ...columns(commands.map((command) => [command.name, command.summary]), width),
    "",
    "Flags:",
    ...columns([["--help, -h", "show this help"], ["--version, -V", "show the version"]], width),
    "",
    "`headway <command> --help` shows a command's own flags.",
    IN_A_CHECKOUT,
    "",
  ].join("\n");
}

/** Help for commands that share their first word. */
export function groupHelp(word: string, commands: readonly Command[], width = Infinity): string {
  return [
    `Usage: headway ${word} <command> [flags]`,
    "",
    "Commands:",
    ...columns(commands.map(({ name, summary }) => [name, summary]), width),
    "",
    `\`headway ${word} <command> --help\` shows a command's own flags.`,
    IN_A_CHECKOUT,
    "",
  ].join("\n");
}

/** Help for one command. */
export function commandHelp(command: Command, width = Infinity): string {
  const { positionals, description, examples = [] } = command;
  const lines = [`headway ${command.name}: ${command.summary}`, "", `Usage: ${usageLine(command)}`];
  if (positionals !== undefined) {
    lines.push("", ...columns([[positionals.usage, positionals.help]], width));
  }
  if (description !== undefined) lines.push("", ...wrapped(description, width));
  lines.push("", "Flags:", ...columns(flagRows(command), width));
  if (examples.length > 0) lines.push("", "Examples:", ...examples.map((line) => `  ${line}`));
  return [...lines, "", IN_A_CHECKOUT, ""].join("\n");
}

/** The reference page of all commands, in Markdown, aligned as `deno fmt` would. */
export function commandsMarkdown(commands: readonly Command[]): string {
  const sections = commands.map((command) => {
    const { positionals, description, examples = [] } = command;
    const rows = Object.entries(command.flags).map(([name, flag]) => [
      `\`${cell(flagUsage(name, flag))}\``,
      cell(defaultText(flag)) || "–",
      cell(withEnv(flag)),
    ]);
    return [
      `## headway ${command.name}`,
      "",
      `${sentence(command.summary)}`,
      "",
      "```text",
      usageLine(command),
      "```",
      ...(positionals === undefined
        ? []
        : ["", paragraph(`\`${positionals.usage}\`: ${positionals.help}.`)]),
      ...(description === undefined ? [] : ["", paragraph(description)]),
      ...(rows.length === 0 ? [] : ["", ...table(["flag", "default", "what it does"], rows)]),
      ...(examples.length === 0 ? [] : ["", "```sh", ...examples, "```"]),
    ].join("\n");
  });
  return [
    "# Commands",
    "Drawn from the commands' own declarations by `deno task docs`; do not edit by hand.",
    IN_A_CHECKOUT,
    ...sections,
    "",
  ].join("\n\n").trimEnd() + "\n";
}

function usageLine(command: Command): string {
  const { name, positionals } = command;
  return `headway ${name}${positionals === undefined ? "" : ` ${positionals.usage}`} [flags]`;
}

function flagRows(command: Command): string[][] {
  return Object.entries({ ...command.flags, help: HELP_FLAG }).map(([name, flag]) => {
    const short = flag.short === undefined ? "" : `, -${flag.short}`;
    const fallback = defaultText(flag);
    const notes = [
      ...(flag.type === "number" && (flag.min ?? flag.max) !== undefined
        ? [acceptedForm(flag)]
        : []),
      ...(fallback === "" ? [] : [`default ${fallback}`]),
      ...(flag.env === undefined ? [] : [flag.env]),
    ];
    return [
      flagUsage(name, flag) + short,
      flag.help + (notes.length === 0 ? "" : ` (${notes.join("; ")})`),
    ];
  });
}

function withEnv(flag: Flag): string {
  const bounds = flag.type === "number" && (flag.min ?? flag.max) !== undefined
    ? ` (${acceptedForm(flag)})`
    : "";
  return flag.help + bounds + (flag.env === undefined ? "" : `; also \`${flag.env}\``);
}

function sentence(phrase: string): string {
  return `${phrase[0]?.toUpperCase() ?? ""}${phrase.slice(1)}.`;
}

/** The second column gets no less than this, or a line of its own. */
const LEAST_RIGHT = 36;

/** Two columns, the first as wide as its widest entry that is not too wide. */
function columns(rows: readonly (readonly string[])[], width: number): string[] {
  const widest = Math.min(34, Math.max(0, ...rows.map(([left]) => left!.length)));
  const isNarrow = width - widest - 4 < LEAST_RIGHT;
  const indent = isNarrow ? 6 : widest + 4;
  return rows.flatMap(([left, right]) => {
    const [first, ...others] = wrapped(right!, width, indent);
    return isNarrow || left!.length > widest
      ? [`  ${left}`, first!, ...others]
      : [`  ${left!.padEnd(widest)}  ${first!.slice(indent)}`, ...others];
  });
}
