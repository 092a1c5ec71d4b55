/**
 * The voice server's tools over stdin and stdout: each message goes to its `/mcp` as it is, and what is
 * answered goes back.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { LineTransport, type StdioServer, type StdioStreams } from "../stdio.ts";

/** Where the voice server is, and how it is asked. */
export interface ShimOptions extends StdioStreams {
  /** Its address, without a slash at its end. */
  readonly baseUrl: string;
  readonly token: string | null;
  readonly fetch: typeof globalThis.fetch;
}

/** Longest answer, bytes. */
const MAX_ANSWER_BYTES = 4 * 2 ** 20;

type Sent = Parameters<LineTransport["send"]>[0];

/** A message, as far as it is looked at. */
interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly requestId?: unknown };
}

/** Serves one client; nothing is asked before it says something. */
export function serveVoiceShim(options: ShimOptions): StdioServer {
  const transport = new LineTransport(options);
  const asked = new Map<unknown, AbortController>();
  const take = async (message: Message) => {
    const { id, method, params } = message;
    if (method === "notifications/cancelled") return asked.get(params?.requestId)?.abort();
    // Other notices, and answers to what was never asked, mean nothing to a server that keeps nothing.
    if (method === undefined || id === undefined) return;
    const abort = new AbortController();
    asked.set(id, abort);
    try {
      await transport.send(await answerOf(message, abort.signal, options));
    } catch (error) {
      if (!abort.signal.aborted) await transport.send(unanswered(message, options, error));
    } finally {
      asked.delete(id);
    }
  };
  transport.onmessage = (message) => void take(message as Message);
  transport.onclose = () => {
    for (const abort of asked.values()) abort.abort();
  };
  void transport.start();
  return { closed: transport.closed, close: () => transport.close() };
}

async function answerOf(message: Message, signal: AbortSignal, options: ShimOptions) {
  const { baseUrl, token, fetch } = options;
  const response = await fetch(`${baseUrl}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept": "application/json, text/event-stream",
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(withoutProgress(message)),
    signal,
  });
  const text = await textUpTo(response, MAX_ANSWER_BYTES);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(`it answered ${response.status}, and no JSON`);
  }
  if (Object(answer).jsonrpc !== "2.0") {
    throw new Error(`it answered ${response.status}: ${text.slice(0, 200)}`);
  }
  return answer as Sent;
}

/** Progress would make the answer a stream of events, of which there is none for these tools. */
function withoutProgress(message: Message): object {
  const { _meta, ...params } = (message.params ?? {}) as Record<string, unknown>;
  const { progressToken: _, ...meta } = Object(_meta) as Record<string, unknown>;
  const hasMeta = Object.keys(meta).length > 0;
  return {
    ...message,
    ...(message.params !== undefined && { params: { ...params, ...(hasMeta && { _meta: meta }) } }),
  };
}

async function textUpTo(response: Response, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > most) throw new Error(`its answer is longer than ${most} bytes`);
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** A tool that cannot be called says so in its result; anything else is an error of the protocol. */
function unanswered({ id, method }: Message, { baseUrl }: ShimOptions, error: unknown): Sent {
  const reason = `the voice server at ${baseUrl} cannot be asked: ${errorMessage(error)}`;
  const text = JSON.stringify({ status: "error", error: reason });
  return {
    jsonrpc: "2.0",
    id: id!,
    ...(method === "tools/call"
      ? { result: { content: [{ type: "text", text }] } }
      : { error: { code: -32603, message: reason } }),
  } as Sent;
}
