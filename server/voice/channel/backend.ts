/**
 * The voice server as the channel forwarder sees it: in this process or elsewhere.
 *
 * @module
 */
import { type Clock, errorMessage } from "../../../runtime/mod.ts";

/** What is asked. */
export interface BackendRequest {
  readonly method: "GET" | "POST";
  /** With its query; ids in it are escaped. */
  readonly path: string;
  readonly body?: unknown;
  /** Default 8 s. */
  readonly timeoutS?: number;
  readonly accept?: string;
  /** Longest answer, bytes; default 1 MiB. */
  readonly maxBytes?: number;
}

/** What came of it. */
export type BackendAnswer =
  | {
    readonly kind: "answer";
    readonly status: number;
    readonly headers: Headers;
    readonly bytes: Uint8Array<ArrayBuffer>;
  }
  | { readonly kind: "unreachable"; readonly cause: string };

/** Asks a voice server. Never rejects. */
export type VoiceBackend = (request: BackendRequest) => Promise<BackendAnswer>;

/** Seconds that an answer may take. */
const TIMEOUT_S = 8;
const MAX_BYTES = 2 ** 20;

/** Sends a request; {@link voiceBackend} sees to time and size. */
export type SendRequest = (request: Request) => Promise<Response>;

/** Where a voice server is, and how it is asked. */
export interface VoiceBackendOptions {
  /** Without a slash at its end; empty for nowhere. */
  readonly baseUrl: string;
  readonly send: SendRequest;
  readonly clock: Clock;
  /** What it wants to see, if it is not on this machine. */
  readonly token?: string | null;
}

/** A voice server that is asked by HTTP requests, over the network or not. */
export function voiceBackend(
  { baseUrl, send, clock, token = null }: VoiceBackendOptions,
): VoiceBackend {
  return async ({ method, path, body, timeoutS = TIMEOUT_S, accept, maxBytes = MAX_BYTES }) => {
    if (baseUrl === "") return { kind: "unreachable", cause: "no address is set" };
    const abort = new AbortController();
    const late = `no answer in ${timeoutS} s`;
    const timer = clock.after(timeoutS, () => abort.abort(new Error(late)));
    try {
      const request = new Request(`${baseUrl}${path}`, {
        method,
        headers: {
          "Accept": accept ?? "application/json",
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...(token !== null && { "Authorization": `Bearer ${token}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: abort.signal,
      });
      const response = await raced(send(request), abort.signal);
      const bytes = await raced(readUpTo(response, maxBytes), abort.signal);
      if (bytes === null) {
        return { kind: "unreachable", cause: `its answer is longer than ${maxBytes} bytes` };
      }
      return { kind: "answer", status: response.status, headers: response.headers, bytes };
    } catch (error) {
      return { kind: "unreachable", cause: errorMessage(error) };
    } finally {
      timer.cancel();
    }
  };
}

/** What is asked in this process may not look at the signal. */
function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** Null for a body that is longer. */
async function readUpTo(response: Response, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // Leaving the loop cancels the rest.
    if (length > most) return null;
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A body as JSON: null for an empty one, `{raw}` for one that is something else. */
export function bodyValue(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return null;
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return { raw: text };
  }
}
