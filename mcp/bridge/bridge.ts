/**
 * From lines to HTTP and back: for clients that speak the protocol over stdin and stdout only, and a
 * server elsewhere.
 *
 * @module
 */
import { type Clock, errorMessage, HeadwayError, reachReason } from "../../runtime/mod.ts";
import { readBody } from "../../server/limits.ts";
import { boundedLines, TOO_LONG } from "../bounded_lines.ts";
import { MAX_REQUEST_BYTES } from "../paths.ts";
import type { TokenSource } from "./token_source.ts";

/** What it is made of. */
export interface BridgeOptions {
  /** Where messages are posted. */
  readonly url: string;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** Takes a line for people; never part of the protocol. */
  readonly say: (line: string) => void;
}

/** A message as far as the bridge looks at it. */
interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
}

/** How long an answer may take, seconds. */
const ANSWER_S = 300;
/** Longest answer, bytes. */
const MAX_ANSWER_BYTES = 16 * 2 ** 20;
/** Messages under way at a time. */
const MAX_UNDER_WAY = 16;
/** What a deployment says whose token is not good any more. */
const REFUSED: ReadonlySet<number> = new Set([302, 401, 403]);

/** Passes messages on. */
export class Bridge {
  readonly #options: BridgeOptions;
  #session: string | null = null;

  /** Asks nothing yet. */
  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  /** Posts one line; what is to be written in answer, a message each. Never rejects. */
  async forward(line: string): Promise<readonly string[]> {
    let message: Message;
    try {
      message = Object(JSON.parse(line));
    } catch {
      return [failure(null, -32700, "the line is not JSON")];
    }
    try {
      return await this.#exchange(line);
    } catch (error) {
      const text = errorMessage(error);
      this.#options.say(`bridge: ${text}`);
      return message.id === undefined ? [] : [failure(message.id, -32000, text)];
    }
  }

  /** Serves two streams until the first ends, and what was asked by then is answered. */
  async serve(
    input: ReadableStream<Uint8Array>,
    output: WritableStream<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void> {
    const writer = output.getWriter();
    const encoder = new TextEncoder();
    const underWay = new Set<Promise<void>>();
    const pass = async (line: string) => {
      for (const answer of await this.forward(line)) {
        await writer.write(encoder.encode(`${answer}\n`));
      }
    };
    const lines = input
      .pipeThrough<string>(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>, {
        ...(signal && { signal }),
      })
      .pipeThrough(boundedLines(MAX_REQUEST_BYTES));
    try {
      for await (const line of lines) {
        if (line === TOO_LONG) {
          await writer.write(
            encoder.encode(`${failure(null, -32600, "the line is over 4 MiB")}\n`),
          );
          continue;
        }
        if (line.trim() === "") continue;
        const passing: Promise<void> = pass(line).finally(() => underWay.delete(passing));
        underWay.add(passing);
        passing.catch(() => {});
        // What comes after a handshake may depend on it.
        if (isHandshake(line)) await passing;
        if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay);
      }
    } catch (error) {
      if (!signal?.aborted) this.#options.say(`bridge: reading ended: ${errorMessage(error)}`);
    }
    await Promise.allSettled(underWay);
    await writer.close().catch(() => {});
  }

  /** With another token, once, where the first was refused. */
  async #exchange(line: string): Promise<readonly string[]> {
    const { tokens } = this.#options;
    const token = await tokens.get();
    const first = await this.#post(line, token);
    if (!REFUSED.has(first.status) || !tokens.isRenewable) return answersOf(first);
    return answersOf(await this.#post(line, await tokens.get(token)));
  }

  async #post(line: string, token: string | null): Promise<Answer> {
    const { url, clock, fetch } = this.#options;
    const limit = new AbortController();
    const timer = clock.after(ANSWER_S, () => limit.abort());
    try {
      const response = await fetch(url, {
        method: "POST",
        // A login page is no answer.
        redirect: "manual",
        headers: {
          "Content-Type": "application/json",
          "Accept": "application/json, text/event-stream",
          ...(token !== null && { Authorization: `Bearer ${token}` }),
          ...(this.#session !== null && { "Mcp-Session-Id": this.#session }),
        },
        body: line,
        signal: limit.signal,
      });
      this.#session = response.headers.get("Mcp-Session-Id") ?? this.#session;
      const body = await readBody(response.body, MAX_ANSWER_BYTES);
      if (body.kind === "too-large") {
        throw new HeadwayError(`the answer has over ${MAX_ANSWER_BYTES} bytes`);
      }
      if (body.kind === "failed") throw new HeadwayError(`the answer broke off: ${body.reason}`);
      return {
        status: response.status,
        isStream: (response.headers.get("Content-Type") ?? "").startsWith("text/event-stream"),
        text: new TextDecoder().decode(body.bytes),
      };
    } catch (error) {
      if (limit.signal.aborted) {
        throw new HeadwayError(`${url} did not answer within ${ANSWER_S} s`);
      }
      if (error instanceof HeadwayError) throw error;
      throw new HeadwayError(
        `${url} cannot be reached (${reachReason(error, ANSWER_S)}); ` +
          "is the server running, and is the port right?",
      );
    } finally {
      timer.cancel();
    }
  }
}

interface Answer {
  readonly status: number;
  readonly isStream: boolean;
  readonly text: string;
}

/** The messages in an answer, each on one line. */
function answersOf({ status, isStream, text }: Answer): readonly string[] {
  if (REFUSED.has(status)) {
    throw new HeadwayError(
      `the server answered ${status}: it takes no token, or not this one; log in again`,
    );
  }
  if (text.trim() === "") {
    if (status < 300) return [];
    throw noMessage(status, "without a word");
  }
  const parts = isStream ? eventsOf(text) : [text];
  return parts.map((part) => {
    let message: { readonly jsonrpc?: unknown };
    try {
      message = Object(JSON.parse(part));
    } catch {
      throw noMessage(status, "with something that is not JSON");
    }
    if (status >= 300 && message.jsonrpc !== "2.0") {
      throw new HeadwayError(`the server answered ${status}: ${part.slice(0, 200)}`);
    }
    return JSON.stringify(message);
  });
}

function noMessage(status: number, how: string): HeadwayError {
  return new HeadwayError(
    status === 404
      ? "the server answered 404: it has no such tools at that address; is --url right, " +
        "and does the server's log say that they were left out?"
      : `the server answered ${status} ${how}`,
  );
}

/** The data of a stream of events. */
function eventsOf(text: string): string[] {
  return text.split(/\r?\n\r?\n/).map((event) =>
    event.split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).replace(/^ /, ""))
      .join("\n")
  ).filter((data) => data !== "");
}

function isHandshake(line: string): boolean {
  try {
    return Object(JSON.parse(line)).method === "initialize";
  } catch {
    return false;
  }
}

function failure(id: unknown, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });
}
