/**
 * The HTTP application of a listener: middleware in one visible order, then the listener's own
 * routes, then 404.
 *
 * @module
 */
import { Hono } from "hono";
import { errorMessage } from "../runtime/mod.ts";
import { checkAuth, checkHost, checkOrigin, checkSize } from "./gate.ts";
import type { Check, GateRules, Refusal, RequestFacts } from "./gate.ts";
import type { Log } from "./log.ts";

/** What the server knows of a request beside the request itself. */
export interface AppBindings {
  /** What the checks look at. */
  readonly facts: RequestFacts;
  /**
   * The body as the listener gets it. The web stream of the request costs four times as much for a
   * long one, and stands in the way of everything else meanwhile.
   */
  readonly body?: AsyncIterable<Uint8Array>;
}

/** The environment of our routes. */
export interface AppEnv {
  /** What each request comes with. */
  Bindings: AppBindings;
}

/** An application, or a table of routes for one. */
export type App = Hono<AppEnv>;

/** What an application is made of. */
export interface AppOptions {
  /** Who may come in. */
  readonly rules: GateRules;
  /** Where refusals and failures are told. */
  readonly log: Log;
  /** The listener's own routes. */
  readonly routes: App;
  /** How this listener words a refusal or an unknown path: `text` for pages, `json` for programs. */
  readonly errors: "text" | "json";
}

/**
 * On every answer. Pages load nothing from elsewhere, and MIDI is for any page in a frame, as the
 * protocol wants it.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'self'; script-src 'self'; connect-src 'self'; " +
    "worker-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; " +
    "frame-ancestors 'none'",
  "Permissions-Policy": "midi=*",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Makes the application of one listener. */
export function createApp(options: AppOptions): App {
  const { rules, log, routes } = options;
  const app: App = new Hono<AppEnv>();
  const refuse = (status: number, text: string, path: string) =>
    options.errors === "json" || path.startsWith("/api/")
      ? jsonResponse({ error: text }, status)
      : textResponse(text, status);
  const guard = (check: Check) =>
    app.use(async (c, next) => {
      const refusal: Refusal | null = check(c.env.facts, rules);
      if (refusal === null) return await next();
      log.warn("request refused", { status: refusal.status, path: c.req.path, why: refusal.text });
      const response = refuse(refusal.status, refusal.text, c.req.path);
      if (refusal.status === 401) response.headers.set("WWW-Authenticate", "Bearer");
      // What else is on its way on this connection is not read.
      if (refusal.status === 413) response.headers.set("Connection", "close");
      return response;
    });

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });
  guard(checkHost);
  guard(checkOrigin);
  guard(checkAuth);
  guard(checkSize);
  app.route("/", routes);
  app.notFound((c) => refuse(404, "not found", c.req.path));
  app.onError((error, c) => {
    log.error("request failed", { path: c.req.path, reason: errorMessage(error) });
    return refuse(500, "the server failed to answer; its log says why", c.req.path);
  });
  return app;
}

/** A JSON answer with its length. */
export function jsonResponse(value: unknown, status = 200): Response {
  return sized(JSON.stringify(value), status, "application/json; charset=utf-8");
}

/** A short text answer with its length. */
export function textResponse(text: string, status = 200): Response {
  return sized(`${text}\n`, status, "text/plain; charset=utf-8");
}

function sized(text: string, status: number, type: string): Response {
  const bytes = new TextEncoder().encode(text);
  return new Response(bytes, {
    status,
    headers: { "Content-Type": type, "Content-Length": String(bytes.length) },
  });
}
