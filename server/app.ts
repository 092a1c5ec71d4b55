/**
 * The HTTP application of a listener: middleware in one visible order, then the listener's own
 * routes, then 404.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { errorMessage } from "../runtime/mod.ts";
import { single, type Standing } from "./auth.ts";
import { corsHeaders, NO_READERS } from "./cors.ts";
import { decide } from "./gate.ts";
import type { GateRules, RequestFacts } from "./gate.ts";
import type { Log } from "./log.ts";
import { LOGIN_PATH, loginPage } from "./login_page.ts";
import { messagePage } from "./page.ts";

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
  /** What the gate found out. */
  Variables: {
    /** By what the request was let in; null on an open path. */
    standing: Standing | null;
  };
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
  /**
   * What a request with the method OPTIONS gets: an empty answer, one that says that there is nothing,
   * or whatever the routes say. `empty` for pages and `unknown` for programs, unless told.
   */
  readonly preflights?: "empty" | "unknown" | "routes";
}

/** The header by which a page says what it may do. */
const POLICY = "Content-Security-Policy";

/** What a route may say of its own answers: stricter than the rest, or that they have a tag. */
const OWN_WORDS: ReadonlySet<string> = new Set([POLICY, "Cache-Control"]);

/**
 * On every answer. Pages load nothing from elsewhere, and MIDI is for any page in a frame, as the
 * protocol wants it.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  [POLICY]: "default-src 'self'; script-src 'self'; connect-src 'self'; " +
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
  const say = wordsOf(options);
  const { preflights = options.errors === "text" ? "empty" : "unknown" } = options;

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) {
      if (!OWN_WORDS.has(name) || !c.res.headers.has(name)) c.res.headers.set(name, value);
    }
    const { headers, method } = c.env.facts;
    const readable = corsHeaders(
      rules.cors.get(c.req.path) ?? NO_READERS,
      { origin: single(headers["origin"]), isPreflight: method === "OPTIONS" },
      rules.site.allowOrigins,
    );
    for (const [name, value] of Object.entries(readable)) c.res.headers.set(name, value);
  });
  app.use(async (c, next) => {
    const decision = decide(c.env.facts, rules);
    if (decision.isAllowed) {
      c.set("standing", decision.standing);
      // No credentials were asked for, so no route gets to see it: what is allowed is in the headers.
      if (c.env.facts.method === "OPTIONS" && preflights !== "routes") {
        return preflights === "empty" ? c.body(null, 204) : say(c, 404, "not_found", "not found");
      }
      return await next();
    }
    const { status, code, text } = decision;
    log.warn("request refused", { status, path: loggedPath(c, rules), why: text });
    const response = await say(c, status, code, text);
    if (status === 401) response.headers.set("WWW-Authenticate", "Bearer");
    // What else is on its way on this connection is not read.
    if (status === 413) response.headers.set("Connection", "close");
    return response;
  });
  app.route("/", routes);
  app.notFound((c) => say(c, 404, "not_found", "not found"));
  app.onError((error, c) => {
    log.error("request failed", { path: loggedPath(c, rules), reason: errorMessage(error) });
    return say(c, 500, "failed", "the server failed to answer; its log says why");
  });
  return app;
}

/** Says in short that something is not to be had. */
type Words = (
  c: Context<AppEnv>,
  status: number,
  code: string,
  text: string,
) => Response | Promise<Response>;

/** To programs in JSON, in the form that their protocol has; to people as a page, if they take one. */
function wordsOf({ errors, rules }: Pick<AppOptions, "errors" | "rules">): Words {
  // A listener without routes for a login asks nobody for a token.
  const hasLogin = rules.openPaths.has(LOGIN_PATH);
  return async (c, status, code, text) => {
    if (errors === "json") return jsonResponse({ error: text }, status);
    if (c.req.path.startsWith("/api/")) return errorResponse(status, code, text);
    if (!c.req.header("Accept")?.includes("text/html")) return textResponse(text, status);
    const page = status === 401 && hasLogin ? loginPage(text) : messagePage(status, text);
    return sized(String(await page), status, "text/html; charset=utf-8");
  };
}

/** The answer of a route below `/api/` that cannot do what it was asked. */
export function errorResponse(status: number, code: string, message: string): Response {
  return jsonResponse({ error: { code, message } }, status);
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

/** A path as logs may have it: whoever took it for a place of the token has not told the log. */
function loggedPath({ req }: Context<AppEnv>, { token }: GateRules): string {
  return token === null ? req.path : req.path.replaceAll(token, "[hidden]");
}
