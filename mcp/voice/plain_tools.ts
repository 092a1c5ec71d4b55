/**
 * Tools of other programs' protocols: one text for a result, no structure beside it.
 *
 * @module
 */
import { z } from "zod";
import { errorMessage } from "../../runtime/mod.ts";
import { nearest } from "../nearest.ts";
import { ProtocolError, ProtocolErrorCode, Server } from "../sdk.ts";

/** A result: a text, JSON as a rule. */
export interface PlainResult {
  readonly text: string;
  readonly isError?: boolean;
}

/** What a client may tell its user of a tool. */
export interface PlainHints {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** A tool. */
export interface PlainTool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly hints: PlainHints;
  readonly run: (args: Record<string, unknown>, signal: AbortSignal) => Promise<PlainResult>;
}

/** Makes a tool whose arguments have types. */
export function plainTool<In extends z.ZodObject>(
  tool: Omit<PlainTool, "input" | "run"> & {
    readonly input: In;
    readonly run: (args: z.infer<In>, signal: AbortSignal) => Promise<PlainResult>;
  },
): PlainTool {
  return { ...tool, run: (args, signal) => tool.run(args as z.infer<In>, signal) };
}

/** A value as a result. */
export function jsonResult(value: unknown): PlainResult {
  return { text: JSON.stringify(value) };
}

/** A server of such tools, for one request. */
export function plainServer(
  info: { readonly name: string; readonly version: string },
  tools: readonly PlainTool[],
): Server {
  const server = new Server({ ...info }, { capabilities: { tools: {} } });
  const listed = tools.map(({ name, description, input, hints: annotations }) => {
    const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: "input" });
    return { name, description, inputSchema, annotations };
  });
  server.setRequestHandler("tools/list", () => ({ tools: listed as never[] }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined) {
      const hint = nearest(params.name, tools.map(({ name }) => name));
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `there is no tool ${JSON.stringify(params.name)}${hint}; tools/list names all`,
      );
    }
    const { text, isError = false } = await called(tool, params.arguments ?? {}, mcpReq.signal);
    return { content: [{ type: "text" as const, text }], ...(isError && { isError }) };
  });
  return server;
}

async function called(tool: PlainTool, args: unknown, signal: AbortSignal): Promise<PlainResult> {
  const parsed = tool.input.safeParse(args);
  try {
    if (parsed.success) return await tool.run(parsed.data, signal);
  } catch (error) {
    return { text: `the tool failed: ${errorMessage(error)}`, isError: true };
  }
  const [issue] = parsed.error.issues;
  const field = issue!.path.join(".");
  const isMissing = field !== "" && (args as Record<string, unknown>)[field] === undefined;
  return isMissing ? { text: `${field} is required` } : {
    text: `${tool.name} cannot be called like that: ${field === "" ? "" : `${field}: `}${
      issue!.message
    }`,
    isError: true,
  };
}
