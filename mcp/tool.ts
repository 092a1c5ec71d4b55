/**
 * A tool as data: name, schemas, annotations, and what it does. The protocol's server is made of
 * these, and so is the page that lists them.
 *
 * @module
 */
import { z } from "zod";
import { ToolError } from "./errors.ts";
import type { McpServices } from "./services.ts";

/** What a tool leaves behind, from which its annotations follow. */
export type ToolEffect =
  /** It only looks. */
  | "reads"
  /** It changes something, and calling it again with the same arguments changes nothing more. */
  | "sets"
  /** It changes something each time. */
  | "adds"
  /** It ends or replaces what cannot be had back. */
  | "replaces";

/** The heading that a tool stands under in lists. */
export type ToolGroup =
  | "discovery"
  | "prompt and knobs"
  | "sound and source"
  | "headless"
  | "scenarios"
  | "recording"
  | "board";

/** How far a running tool has come. */
export interface ToolProgress {
  /** Grows with each report. */
  readonly progress: number;
  /** What `progress` ends at, if that is known. */
  readonly total?: number;
  /** What happens now, in a few words. */
  readonly message: string;
}

/** One call, as its tool sees it. */
export interface ToolCall {
  /** Aborts when the caller has cancelled, or is gone. */
  readonly signal: AbortSignal;
  /** Tells the caller how far it is; does nothing for one who did not ask. */
  readonly report: (progress: ToolProgress) => void;
}

/** What a call comes to. */
export interface ToolAnswer<Data extends Record<string, unknown> = Record<string, unknown>> {
  /** The result in a sentence or two. */
  readonly text: string;
  /** The result itself, in the form of the tool's output schema. */
  readonly data: Data;
}

/** A tool as it is declared. */
export interface ToolDefinition<In extends z.ZodObject, Out extends z.ZodObject> {
  /** Its name in calls, snake_case. */
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  /** What it does, when to use it, what comes back. */
  readonly description: string;
  readonly group: ToolGroup;
  readonly effect: ToolEffect;
  /** Whether it reaches beyond the server that the tools work on: files, other processes. */
  readonly reachesOutside?: boolean;
  /** Its arguments. */
  readonly input: In;
  /** What it gives back. */
  readonly output: Out;
  /** Does it. Whatever it throws becomes an error result. */
  readonly run: (
    args: z.infer<In>,
    services: McpServices,
    call: ToolCall,
  ) => Promise<ToolAnswer<z.input<Out>>>;
}

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Hints for a client that asks its user before it calls. */
export interface ToolAnnotations {
  readonly title: string;
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** A tool, ready to be listed and called. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly group: ToolGroup;
  readonly annotations: ToolAnnotations;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  /**
   * Checks the arguments and does it.
   *
   * @throws {ToolError} for arguments out of form, and whatever the tool itself throws.
   */
  call(args: unknown, services: McpServices, call: ToolCall): Promise<ToolAnswer>;
}

/** Makes a tool from its declaration. */
export function defineTool<In extends z.ZodObject, Out extends z.ZodObject>(
  definition: ToolDefinition<In, Out>,
): Tool {
  const { name, title, description, group, effect, input, output, run } = definition;
  return {
    name,
    title,
    description,
    group,
    annotations: {
      title,
      readOnlyHint: effect === "reads",
      destructiveHint: effect === "replaces",
      idempotentHint: effect === "reads" || effect === "sets",
      openWorldHint: definition.reachesOutside ?? false,
    },
    inputSchema: jsonSchema(input),
    outputSchema: jsonSchema(output),
    call(args, services, call) {
      const parsed = input.safeParse(args ?? {});
      if (!parsed.success) throw new ToolError(argumentProblem(name, parsed.error, args, input));
      return run(parsed.data, services, call);
    },
  };
}

/** As a caller writes it: what has a default may be left out, and results may hold more. */
function jsonSchema(schema: z.ZodObject): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

/** What is wrong with the arguments, and what the tool takes. */
function argumentProblem(
  name: string,
  { issues }: z.ZodError,
  args: unknown,
  input: z.ZodObject,
): string {
  const problems = issues.map((issue) => problemOf(issue, args));
  const names = Object.keys(input.shape);
  const takes = names.length === 0 ? "no arguments" : `the arguments ${names.join(", ")}`;
  return `${name} cannot be called like that: ${problems.join("; ")}. It takes ${takes}.`;
}

function problemOf(issue: z.core.$ZodIssue, args: unknown): string {
  const { path } = issue;
  if (path.length === 0) return issue.message;
  const found = path.reduce<unknown>((value, key) => Object(value)[key], args);
  if (found === undefined) return `${path.join(".")} is missing`;
  // The branches of a choice say what each would have taken; the choice itself says nothing.
  const branches = issue.code === "invalid_union" ? issue.errors.flat() : [];
  const said = [...new Set(branches.map(({ message }) => message))].join(", or ");
  return `${path.join(".")}: ${said === "" ? issue.message : said}`;
}
