/**
 * `docs/mcp-tools.md`: every tool for agents, drawn from the tools themselves.
 *
 * @module
 */
import { cell, paragraph, table } from "../cli/markdown.ts";
import { PROMPTS, RESOURCE_TEMPLATES, type TaskTool, type Tool } from "../mcp/mod.ts";

/** What a JSON Schema of an argument has that the page shows. */
interface Argument {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Argument[];
  readonly default?: unknown;
  readonly description?: string;
}

/** The page, as `deno fmt` would write it. */
export function mcpToolsMarkdown(
  tools: readonly Tool[],
  taskTools: readonly TaskTool[],
): string {
  const groups = [...new Set(tools.map(({ group }) => group))];
  return [
    "# Tools for agents",
    paragraph(
      "Drawn from the tools themselves by `deno task docs`; do not edit by hand. " +
        "[mcp.md](mcp.md) says how to use them.",
    ),
    paragraph(
      `There are ${
        tools.length + taskTools.length
      }. _Reads_ changes nothing; _sets_ may be called again without harm; ` +
        "_adds_ may not; _replaces_ ends or overwrites what cannot be had back.",
    ),
    ...groups.flatMap((group) => [
      `## ${group[0]!.toUpperCase()}${group.slice(1)}`,
      table(
        ["tool", "arguments", "effect", "what it does"],
        tools.filter((tool) => tool.group === group).map(toolRow),
      ).join("\n"),
    ]),
    "## Agent tasks",
    paragraph("[tasks.md](tasks.md) says what they do; their results have a form of their own."),
    table(
      ["tool", "arguments", "effect", "what it does"],
      taskTools.map(toolRow),
    ).join("\n"),
    "## Resources",
    table(
      ["address", "what it holds"],
      RESOURCE_TEMPLATES.map(({ uri, description }) => [`\`${uri}\``, cell(description)]),
    ).join("\n"),
    paragraph("`headway://knobs` and `headway://scenario-schema` are always there."),
    "## Prompts",
    table(
      ["prompt", "arguments", "what it is for"],
      PROMPTS.map(({ name, arguments: args, description }) => [
        `\`${name}\``,
        args.map((it) => `\`${it.name}${it.required ? "" : "?"}\``).join(", "),
        cell(description),
      ]),
    ).join("\n"),
  ].join("\n\n") + "\n";
}

function toolRow({ name, description, annotations, inputSchema }: Tool | TaskTool): string[] {
  const { readOnlyHint, destructiveHint, idempotentHint } = annotations;
  const effect = readOnlyHint
    ? "reads"
    : destructiveHint
    ? "replaces"
    : idempotentHint
    ? "sets"
    : "adds";
  const properties = (inputSchema["properties"] ?? {}) as Readonly<Record<string, Argument>>;
  const required = (inputSchema["required"] ?? []) as readonly string[];
  const args = Object.entries(properties).map(([argument, schema]) =>
    argumentText(argument, schema, required.includes(argument))
  );
  return [`\`${name}\``, args.join(", ") || "–", effect, cell(description)];
}

/** `name: string`, `rate?: number`, `depth: integer = 4`. */
function argumentText(name: string, schema: Argument, isRequired: boolean): string {
  const hasDefault = schema.default !== undefined;
  const mark = isRequired || hasDefault ? "" : "?";
  const value = hasDefault ? ` = ${JSON.stringify(schema.default)}` : "";
  return cell(`\`${name}${mark}: ${typeText(schema)}${value}\``);
}

function typeText({ type, enum: values, anyOf }: Argument): string {
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" or ");
  if (anyOf !== undefined) return anyOf.map(typeText).join(" or ");
  return String(type ?? "any");
}
