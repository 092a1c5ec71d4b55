/**
 * The voice server's tools over stdin and stdout: each message goes to its `/mcp` as it is, and what is
 * answered goes back.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { SESSION_HEADER } from "../session_watch.ts";
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

/** How long a farewell may take. */
const FAREWELL_MS = 1000;

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
  const upstream = new Upstream(options);
  const take = async (message: Message) => {
    const { id, method, params } = message;
    if (method === "notifications/cancelled") return asked.get(params?.requestId)?.abort();
    // Other notices, and answers to what was never asked, mean nothing to a server that keeps nothing.
    if (method === undefined || id === undefined) return;
    const abort = new AbortController();
    asked.set(id, abort);
    try {
      await transport.send(await upstream.ask(message, abort.signal));
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
  return {
    closed: transport.closed.finally(() => upstream.leave()),
    close: () => transport.close(),
  };
}

/** The server behind it, and the session that it has named. */
class Upstream {
  readonly #options: ShimOptions;
  #session: string | null = null;
  /** Ends the stream that says that this client is there; null where none is open. */
  #presence: AbortController | null = null;

  constructor(options: ShimOptions) {
    this.#options = options;
  }

  async ask(message: Message, signal: AbortSignal): Promise<Sent> {
    this.#stay();
    const response = await this.#fetch("POST", {
      headers: {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
      },
      body: JSON.stringify(withoutProgress(message)),
      signal,
    });
    this.#session = response.headers.get(SESSION_HEADER) ?? this.#session;
    return await answerOf(response);
  }

  /** Says that nobody is here any more. */
  async leave(): Promise<void> {
    this.#presence?.abort();
    if (this.#session === null) return;
    try {
      const signal = AbortSignal.timeout(FAREWELL_MS);
      await (await this.#fetch("DELETE", { signal })).body?.cancel();
    } catch {
      // A server that has gone as well needs no farewell.
    }
  }

  /** Holds a stream open where the server has such. A new one is tried at the next message. */
  #stay(): void {
    if (this.#session === null || this.#presence !== null) return;
    const presence = new AbortController();
    this.#presence = presence;
    const hold = async () => {
      const response = await this.#fetch("GET", {
        headers: { accept: "text/event-stream" },
        signal: presence.signal,
      });
      for await (const _ of response.body ?? []) {
        // What comes says only that it goes on.
      }
    };
    hold().catch(() => {}).finally(() => this.#presence = null);
  }

  #fetch(method: string, init: RequestInit & { readonly headers?: Record<string, string> }) {
    const { baseUrl, token, fetch } = this.#options;
    return fetch(`${baseUrl}/mcp`, {
      ...init,
      method,
      headers: {
        ...init.headers,
        ...(this.#session !== null && { [SESSION_HEADER]: this.#session }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
    });
  }
}

async function answerOf(response: Response): Promise<Sent> {
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
