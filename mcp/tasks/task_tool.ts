/**
 * Tools whose result is one JSON object, in a text and as structure: an error is a result of them,
 * too. They never throw.
 *
 * @module
 */
import { z } from "zod";
import { errorMessage, HeadwayError } from "../../runtime/mod.ts";
import type { PtyId } from "../../server/tasks/ids.ts";
import type { JsonSchema, ToolAnnotations } from "../tool.ts";

/** A result. */
export type Payload = Readonly<Record<string, unknown>>;

/** One call, and who makes it. */
export interface TaskCall {
  /** Aborts when the caller has cancelled, or is gone. */
  readonly signal: AbortSignal;
  /** The page of a terminal as this caller reaches it; null while no address is known. */
  readonly viewerUrl: (pty: PtyId | null) => string | null;
  /**
   * Resolves when the caller may start processes here.
   *
   * @throws {HeadwayError} when it may not.
   */
  readonly permit: () => Promise<void>;
}

/** A tool as `tools/list` gives it. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly annotations: ToolAnnotations;
}

/** A tool. */
export interface TaskTool extends ListedTool {
  /** Checks the arguments and does it. What goes wrong is a payload with an `error`. */
  call(args: unknown, call: TaskCall): Promise<Payload>;
}

/** A tool as it is declared. */
export interface TaskToolDefinition<In extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: In;
  /** Whether it changes nothing. */
  readonly isReadOnly?: boolean;
}

/** Makes a tool. */
export function taskTool<In extends z.ZodObject>(
  { name, title, description, input, isReadOnly = false }: TaskToolDefinition<In>,
  run: (args: z.infer<In>, call: TaskCall) => Promise<Payload>,
): TaskTool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: "input" });
  return {
    ...{ name, title, description, inputSchema },
    annotations: {
      title,
      readOnlyHint: isReadOnly,
      destructiveHint: false,
      idempotentHint: isReadOnly,
      openWorldHint: !isReadOnly,
    },
    async call(args, call) {
      const parsed = input.safeParse(args ?? {});
      if (!parsed.success) {
        return failed(`${name} cannot be called like that: ${faults(parsed.error, args)}`);
      }
      try {
        await call.permit();
        return await run(parsed.data, call);
      } catch (error) {
        const text = errorMessage(error);
        return failed(error instanceof HeadwayError ? text : `${name} failed: ${text}`);
      }
    },
  };
}

/** What went wrong, as a payload. */
export function failed(error: string, more: Payload = {}): Payload {
  return { status: "error", error, ...more };
}

/** A payload as the answer to a call. */
export function payloadAnswer(payload: Payload) {
  const isError = "error" in payload || payload["status"] === "error";
  return {
    content: [{ type: "text" as const, text: JSON.stringify(payload) }],
    structuredContent: { ...payload },
    ...(isError && { isError }),
  };
}

function faults({ issues }: z.ZodError, args: unknown): string {
  return issues.map(({ path, message }) => {
    const field = path.join(".");
    if (field === "") return message;
    const isMissing = path.length === 1 && Object(args)[path[0]!] === undefined;
    return isMissing ? `${field} is missing` : `${field}: ${message}`;
  }).join("; ");
}
