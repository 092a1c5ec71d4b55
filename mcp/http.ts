/**
 * The tools over HTTP: stateless, so that each POST stands alone, on any of our servers.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { App, AppEnv } from "../server/app.ts";
import { readBody } from "../server/limits.ts";
import { ToolError } from "./errors.ts";
import { handshakeFault, INVALID_PARAMS } from "./handshake.ts";
import { MAX_REQUEST_BYTES } from "./paths.ts";
import {
  createMcpHandler,
  isLegacyRequest,
  type McpServerFactory,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "./sdk.ts";
import { mcpServer } from "./server.ts";
import type { BoundTaskTools } from "./tasks/task_server.ts";
import { SESSION_HEADER, sessionOf, type SessionWatch } from "./session_watch.ts";
import { closeServices, guarded, type McpServices } from "./services.ts";

/** Everything that the tools answer by HTTP, and the end of it. */
export interface McpHttp {
  /** The route `/mcp`. */
  readonly routes: App;
  /** Answers a request for it, whichever route it came by. */
  answer(context: Context<AppEnv>): Promise<Response>;
  /** Ends what runs: open answers, headless sessions, scenarios. */
  close(): Promise<void>;
}

/** What the listener decides. */
export interface McpHttpOptions {
  /**
   * Whether a caller may also name files of the server and have it start processes; default yes. Who
   * is let in for being local must then belong to our own user.
   */
  readonly mayReachOutside?: (context: Context<AppEnv>) => Promise<boolean>;
  /** Where a caller opens the server's pages; null where that is not known. */
  readonly pages?: (context: Context<AppEnv>) => string | null;
  /** The tools for agent tasks, for a caller; null where there are none. */
  readonly taskTools?: (context: Context<AppEnv> | undefined) => BoundTaskTools | null;
}

/**
 * The route `/mcp`. Who may come in is decided before: Host, Origin and token are the listener's
 * business.
 */
export function mcpRoutes(services: McpServices, options: McpHttpOptions = {}): McpHttp {
  const { mayReachOutside = () => Promise.resolve(true), taskTools = () => null } = options;
  const makeServer = (caller: Context<AppEnv> | undefined) => {
    const ours = guarded(services, async () => {
      if (caller !== undefined && await mayReachOutside(caller)) return;
      throw new ToolError(
        "naming files and starting processes needs the server's token, or a caller of its own user; " +
          "set HEADWAY_TOKEN on both sides, or use headway mcp over stdio",
      );
    });
    const base = caller === undefined ? null : options.pages?.(caller) ?? null;
    const its = base === null ? ours : { ...ours, pages: () => Promise.resolve(base) };
    return mcpServer(its, undefined, taskTools(caller));
  };
  return mcpEndpoint(makeServer, { close: () => closeServices(services) });
}

/** What else an endpoint does. */
export interface McpEndpointOptions {
  /** Ends what its tools have started. */
  readonly close?: () => Promise<void>;
  /**
   * Names a session in the answer to `initialize`, for clients that insist on one. Each request still
   * stands alone.
   */
  readonly nameSession?: () => string;
  /** Told when a client leaves that was named so. */
  readonly watch?: SessionWatch;
  /** Where it is mounted; `/mcp` unless told. */
  readonly path?: string;
  /**
   * Whether it is found with a slash at the end of its path, too. Clients of servers that have it only
   * there name it so, or ask for the plain path to be led there.
   */
  readonly hasSlash?: boolean;
  /** Mends messages of clients that leave something out, before anything looks at them. */
  readonly mend?: (message: unknown) => unknown;
}

/** The route `/mcp` for servers of any tools, one made for each request. */
export function mcpEndpoint(
  makeServer: (caller: Context<AppEnv> | undefined) => Server,
  options: McpEndpointOptions = {},
): McpHttp {
  const { close = () => Promise.resolve(), nameSession, watch, path = "/mcp", mend } = options;
  const { hasSlash = false } = options;
  const callers = new WeakMap<Request, Context<AppEnv>>();
  const factory: McpServerFactory = ({ requestInfo }) =>
    makeServer(requestInfo && callers.get(requestInfo));
  // Requests of 2026 say in each message what they are; all others are served by `serveOlder`.
  const modern = createMcpHandler(factory, { legacy: "reject" });
  const open = new Set<() => void>();
  const answer = async (c: Context<AppEnv>): Promise<Response> => {
    if (c.req.method !== "POST") {
      const held = watched(c.req.raw, watch);
      if (held !== null) return held;
      const isLed = hasSlash && c.req.method === "GET" && c.req.path === path;
      return isLed ? c.redirect(`${path}/`, 307) : refusedMethod(watch !== undefined);
    }
    const body = await readBody(c.env?.body ?? c.req.raw.body, MAX_REQUEST_BYTES);
    if (body.kind === "too-large") return rpcError(413, -32000, "the request is over 4 MiB");
    if (body.kind === "failed") return rpcError(400, -32700, `read failed: ${body.reason}`);
    const sent = parsed(body.bytes);
    const message = mend === undefined || sent === undefined ? sent : mend(sent);
    if (message === undefined) return rpcError(400, -32700, "the request is not JSON");
    if (Array.isArray(message)) {
      return rpcError(400, -32600, "batches are not taken; send one message a request");
    }
    const fault = handshakeFault(message);
    if (fault !== null) {
      return rpcError(400, INVALID_PARAMS, fault, (message as { id?: unknown }).id ?? null);
    }
    const request = c.req.raw;
    callers.set(request, c);
    if (await isLegacyRequest(request, message)) {
      const response = await serveOlder(request, message, factory, open);
      const isOpening = (message as { method?: unknown } | null)?.method === "initialize";
      if (isOpening && nameSession !== undefined) {
        response.headers.set(SESSION_HEADER, nameSession());
      }
      return response;
    }
    return await modern.fetch(request, { parsedBody: message });
  };
  const routes: App = new Hono<AppEnv>();
  routes.all(path, answer);
  if (hasSlash) routes.all(`${path}/`, answer);
  return {
    routes,
    answer,
    async close() {
      for (const end of open) end();
      watch?.close();
      await Promise.all([modern.close(), close()]);
    },
  };
}

/** A client that is there, or that leaves; null for anything else. */
function watched(request: Request, watch: SessionWatch | undefined): Response | null {
  const id = sessionOf(request);
  if (watch === undefined || id === null) return null;
  if (request.method === "DELETE") {
    watch.end(id);
    return new Response(null, { status: 204 });
  }
  if (request.method !== "GET") return null;
  return watch.open(id) ?? rpcError(503, -32000, "too many clients are here; try again later");
}

function refusedMethod(hasSessions: boolean): Response {
  const text = hasSessions
    ? "POST one message a request; GET and DELETE need the session that initialize named"
    : "POST one message a request; there is nothing to GET";
  const response = rpcError(405, -32000, text);
  response.headers.set("Allow", hasSessions ? "GET, POST, DELETE" : "POST");
  return response;
}

/**
 * Serves a request of a revision up to 2025-11-25: with JSON, or with an event stream when the caller
 * wants to be told of progress and can be.
 */
async function serveOlder(
  request: Request,
  message: unknown,
  factory: McpServerFactory,
  open: Set<() => void>,
): Promise<Response> {
  const wantsStream = (request.headers.get("accept") ?? "").includes("text/event-stream") &&
    hasProgressToken(message);
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: !wantsStream,
  });
  const server = await factory({ era: "legacy", requestInfo: request });
  const ended = Promise.withResolvers<Response>();
  const end = () => {
    open.delete(end);
    request.signal.removeEventListener("abort", end);
    // This cancels the tool.
    server.close().catch(() => {});
    ended.resolve(rpcError(503, -32000, "the server is shutting down"));
  };
  open.add(end);
  request.signal.addEventListener("abort", end, { once: true });
  await server.connect(transport);
  // Whoever does not say what it accepts takes what it gets: that is decided by now.
  const headers = new Headers(request.headers);
  headers.set("Accept", "application/json, text/event-stream");
  const asked = new Request(request.url, { method: "POST", headers });
  const answered = transport.handleRequest(asked, { parsedBody: message });
  const response = await Promise.race([answered, ended.promise]);
  if (!wantsStream || response.body === null) {
    end();
    return response;
  }
  const watched = response.body.pipeThrough(new TransformStream({ flush: end, cancel: end }));
  return new Response(watched, { status: response.status, headers: response.headers });
}

/** Undefined for what is no JSON, or no text. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function hasProgressToken(message: unknown): boolean {
  const params = (message as { params?: { _meta?: { progressToken?: unknown } } } | null)?.params;
  return params?._meta?.progressToken !== undefined;
}

function rpcError(status: number, code: number, message: string, id: unknown = null): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id }, { status });
}
