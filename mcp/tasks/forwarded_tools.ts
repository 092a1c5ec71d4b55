/**
 * The tools for agent tasks of a server elsewhere, for tools that do not live in it.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { readBody } from "../../server/limits.ts";
import type { ServerApi } from "../server_api.ts";
import { GET_RESULT, INBOX, runDefinition } from "./definitions.ts";
import { failed, type Payload, type TaskTool, taskTool } from "./task_tool.ts";

/** Longest answer that is read: a result, and what is around it. */
const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/** Makes them. Each call is a request to the server's `/mcp/tasks`. */
export function forwardedTaskTools(api: () => Promise<ServerApi>): readonly TaskTool[] {
  const definitions = [
    runDefinition({ agents: null, hasWorkflow: false }),
    INBOX,
    GET_RESULT,
  ] as const;
  return definitions.map((definition) =>
    taskTool(
      definition as typeof INBOX,
      async (args, { signal }) => forward(await api(), definition.name, args, signal),
    )
  );
}

async function forward(
  { target }: ServerApi,
  name: string,
  args: Payload,
  signal: AbortSignal,
): Promise<Payload> {
  const url = `${target.mainUrl}/mcp/tasks`;
  const { token } = target;
  let response: Response;
  try {
    response = await target.fetch(
      new Request(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Accept": "application/json",
          ...(token !== null && { Authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({
          ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
          params: { name, arguments: args },
        }),
        signal,
      }),
    );
  } catch (error) {
    return failed(`POST ${url} cannot be reached (${errorMessage(error)}); is the server running?`);
  }
  const body = await readBody(response.body, MAX_ANSWER_BYTES);
  const text = body.kind === "body" ? new TextDecoder().decode(body.bytes) : "";
  const answer = parsed(text);
  const payload = answer?.result?.structuredContent;
  if (payload !== undefined) return payload;
  if (response.status === 404) {
    return failed(
      `${target.mainUrl} has no agent tasks: they are switched off, or another server has them; name it by --target`,
    );
  }
  const said = answer?.error?.message ?? text.slice(0, 200).trim();
  return failed(`POST ${url} answered ${response.status}: ${said}`);
}

interface Answer {
  readonly result?: { readonly structuredContent?: Payload };
  readonly error?: { readonly message?: string };
}

function parsed(text: string): Answer | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
