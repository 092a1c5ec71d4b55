/**
 * The server's HTTP side as the tools use it: GET routes of the main port, and the control bus.
 *
 * @module
 */
import { type Clock, type ErrorFields, errorMessage } from "../runtime/mod.ts";
import { contentLength, readBody } from "../server/limits.ts";
import { encodeControlBody } from "../wire/mod.ts";
import { ToolError } from "./errors.ts";
import type { Target } from "./target.ts";

/** A session as the control bus shows it; a foreign server's may hold less, or more. */
export type Snapshot = Readonly<Record<string, unknown>> & { readonly id: string };

/** What the control bus says to a command: it is queued, which does not mean applied. */
export interface CommandAnswer {
  readonly sent: boolean;
  readonly session_id: string;
  readonly audio_bytes: number;
}

/** What `/api/server-info` tells, as far as the tools need it. */
export interface ServerFacts {
  /** Fixtures that the server loads itself. */
  readonly ownFixtures: readonly string[];
  /** Sessions that it holds at a time. */
  readonly maxSessions: number;
}

/** How long each kind of request may take, seconds. */
const WITHIN_S = { sessions: 5, lists: 10, command: 120, fixture: 60 } as const;

/** Longest answer that is read: a fixture of 240 s in 32-bit stereo has 92 MB. */
const MAX_ANSWER_BYTES = 100 * 2 ** 20;

/** One target, asked over HTTP. */
export class ServerApi {
  /** Whom it asks. */
  readonly target: Target;
  readonly #clock: Clock;

  /** Asks nothing yet. */
  constructor(target: Target, clock: Clock) {
    this.target = target;
    this.#clock = clock;
  }

  /** The live sessions, newest first. */
  async sessions(): Promise<Snapshot[]> {
    const list = await this.#json(this.#control("/sessions"), WITHIN_S.sessions);
    if (!Array.isArray(list)) throw new ToolError(`${this.target.commandsUrl} is no control bus`);
    return list as Snapshot[];
  }

  /**
   * One session, the newest without an id.
   *
   * @throws {ToolError} when there is none of that id; it names those that there are.
   */
  async session(id?: string): Promise<Snapshot> {
    const sessions = await this.sessions();
    const found = id === undefined ? sessions[0] : sessions.find((session) => session.id === id);
    if (found !== undefined) return found;
    throw noSuchSession(id, sessions.map((session) => session.id));
  }

  /**
   * Queues a command for a session, the newest without an id.
   *
   * @param pcm The PCM message of a command that takes audio.
   */
  async command(
    id: string | undefined,
    message: Readonly<Record<string, unknown>>,
    pcm?: Uint8Array,
  ): Promise<CommandAnswer> {
    const session = id ?? (await this.session()).id;
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(session)) throw noSuchSession(session, await this.#ids());
    const url = this.#control(`/sessions/${session}/cmd`);
    const body = { type: "application/octet-stream", bytes: encodeControlBody(message, pcm) };
    const { status, bytes } = await this.#ask("POST", url, WITHIN_S.command, body);
    if (status === 404) throw noSuchSession(session, await this.#ids());
    return this.#parse("POST", url, status, bytes) as CommandAnswer;
  }

  /** Names of the server's fixtures. */
  async fixtures(): Promise<string[]> {
    const names = await this.main("/api/fixtures");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  }

  /** What the server says of itself. One that does not say how many sessions it holds holds one. */
  async facts(): Promise<ServerFacts> {
    const info = await this.main("/api/server-info") as Record<string, unknown> | null;
    const [names, max] = [info?.["server_side_fixtures"], info?.["max_sessions"]];
    return {
      ownFixtures: Array.isArray(names) ? names.filter((name) => typeof name === "string") : [],
      maxSessions: typeof max === "number" ? max : 1,
    };
  }

  /** The answer of a GET route of the main port. */
  main(path: string): Promise<unknown> {
    return this.#json(`${this.target.mainUrl}${path}`, WITHIN_S.lists);
  }

  /** What a route of the main port says to an order in JSON. */
  async order(path: string, order: object): Promise<unknown> {
    const url = `${this.target.mainUrl}${path}`;
    const body = {
      type: "application/json",
      bytes: new TextEncoder().encode(JSON.stringify(order)),
    };
    const { status, bytes } = await this.#ask("POST", url, WITHIN_S.lists, body);
    return this.#parse("POST", url, status, bytes);
  }

  /** A fixture's file. */
  async fixtureFile(name: string): Promise<Uint8Array> {
    const url = `${this.target.mainUrl}/fixtures/${encodeURIComponent(name)}`;
    const { status, bytes } = await this.#ask("GET", url, WITHIN_S.fixture);
    if (status !== 200) throw refusal("GET", url, status, bytes);
    return bytes;
  }

  async #ids(): Promise<string[]> {
    return (await this.sessions()).map(({ id }) => id);
  }

  #control(path: string): string {
    const { commandsUrl, mainUrl } = this.target;
    if (commandsUrl !== null) return `${commandsUrl}${path}`;
    throw new ToolError(
      `${mainUrl} runs no sessions, which this tool needs; start it with a backend and a control bus`,
    );
  }

  async #json(url: string, withinS: number): Promise<unknown> {
    const { status, bytes } = await this.#ask("GET", url, withinS);
    return this.#parse("GET", url, status, bytes);
  }

  #parse(method: string, url: string, status: number, bytes: Uint8Array): unknown {
    if (status !== 200 && status !== 201) throw refusal(method, url, status, bytes);
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw new ToolError(`${method} ${url} did not answer in JSON; is that a streaming server?`);
    }
  }

  async #ask(
    method: "GET" | "POST",
    url: string,
    withinS: number,
    body?: { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> },
  ): Promise<{ status: number; bytes: Uint8Array }> {
    const { token } = this.target;
    const limit = new AbortController();
    const timer = this.#clock.after(withinS, () => limit.abort());
    try {
      const response = await this.target.fetch(
        new Request(url, {
          method,
          headers: {
            ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : {
              "Content-Type": body.type,
              "Content-Length": String(body.bytes.length),
            }),
          },
          ...(body === undefined ? {} : { body: body.bytes }),
          signal: limit.signal,
        }),
      );
      const announced = contentLength(response.headers.get("Content-Length") ?? undefined);
      const answer = await readBody(response.body, MAX_ANSWER_BYTES, announced);
      if (answer.kind === "body") return { status: response.status, bytes: answer.bytes };
      if (answer.kind === "failed") throw new Error(answer.reason);
      throw new ToolError(
        `${method} ${url} answered with more than ${MAX_ANSWER_BYTES} bytes, which are not read`,
      );
    } catch (error) {
      if (error instanceof ToolError) throw error;
      if (limit.signal.aborted) {
        throw new ToolError(`${method} ${url} did not answer within ${withinS} s; try again`);
      }
      throw new ToolError(
        `${method} ${url} cannot be reached (${errorMessage(error)}); is the server running?`,
      );
    } finally {
      timer.cancel();
    }
  }
}

function noSuchSession(id: string | undefined, live: readonly string[]): ToolError {
  const found = id === undefined ? "there is no session" : `there is no session ${id}`;
  const next = live.length === 0
    ? "none is live: start one with headless_start, or open a player"
    : `live: ${live.join(", ")}`;
  return new ToolError(`${found}; ${next}`);
}

function refusal(method: string, url: string, status: number, bytes: Uint8Array): ToolError {
  const text = new TextDecoder().decode(bytes).slice(0, 500).trim();
  const next = status === 401 ? "; set HEADWAY_TOKEN to the server's token" : "";
  return new ToolError(`${method} ${url} answered ${status}: ${errorText(text)}${next}`, {
    status,
    ...codeOf(text),
  });
}

/** What programs are told of a refusal; nothing where it is of another form. */
function codeOf(text: string): ErrorFields {
  try {
    const { code, hint = null, message } = JSON.parse(text).error;
    if (typeof code !== "string" || typeof message !== "string") return {};
    return { code, said: message, hint: typeof hint === "string" ? hint : JSON.stringify(hint) };
  } catch {
    return {};
  }
}

/** The `error` of a JSON answer, or the answer itself. */
function errorText(text: string): string {
  try {
    const { error, message } = JSON.parse(text);
    const said = error?.message ?? error ?? message;
    return typeof said === "string" ? said : text;
  } catch {
    return text === "" ? "nothing" : text;
  }
}
