/**
 * The protocol's server with the tools for agent tasks and nothing else.
 *
 * @module
 */
import { nearest } from "../nearest.ts";
import { ProtocolError, ProtocolErrorCode, Server } from "../sdk.ts";
import { TASK_INSTRUCTIONS } from "./definitions.ts";
import { payloadAnswer, type TaskCall, type TaskTool } from "./task_tool.ts";

/** Tools, and who calls them. */
export interface BoundTaskTools {
  readonly tools: readonly TaskTool[];
  /** What is known of the caller. */
  readonly call: Omit<TaskCall, "signal">;
}

/** A server for one request. */
export function taskServer(
  info: { readonly name: string; readonly version: string },
  { tools, call }: BoundTaskTools,
): Server {
  const server = new Server(
    { ...info },
    { capabilities: { tools: { listChanged: false } }, instructions: TASK_INSTRUCTIONS },
  );
  const listed = listedTools(tools);
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
    return payloadAnswer(await tool.call(params.arguments, { ...call, signal: mcpReq.signal }));
  });
  return server;
}

/** The tools as `tools/list` gives them. */
export function listedTools(tools: readonly TaskTool[]): readonly object[] {
  return tools.map(({ call: _, ...listed }) => listed);
}

/** What clients of before left out of `initialize`; what they say is left as it is. */
export function lenientHandshake(message: unknown): unknown {
  const { method, params } = Object(message) as { method?: unknown; params?: unknown };
  if (method !== "initialize") return message;
  return {
    ...(message as object),
    params: {
      protocolVersion: "2025-03-26",
      capabilities: {},
      clientInfo: { name: "unknown", version: "0" },
      ...(typeof params === "object" ? params : {}),
    },
  };
}
