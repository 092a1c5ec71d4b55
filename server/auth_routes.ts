/**
 * Logging in and out, and what a page may know of how it stands.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { Clock } from "../runtime/mod.ts";
import { type App, type AppEnv, errorResponse, jsonResponse } from "./app.ts";
import { single } from "./auth.ts";
import { COOKIE_MAX_AGE_S, isSameText, loginCookie, logoutCookie, signCookie } from "./cookie.ts";
import type { GateRules } from "./gate.ts";
import { contentLength, readBody } from "./limits.ts";
import { LOGIN_PATH, LOGIN_SCRIPT, loginPage } from "./login_page.ts";
import type { Log } from "./log.ts";
import type { LoginThrottle } from "./login_throttle.ts";
import { parseAuthority } from "./origin.ts";
import type { PathRules } from "./path_rules.ts";
import { cameOverTls, clientAddress } from "./proxies.ts";

/** What {@link authRoutes} asks of the gate. */
export const AUTH_PATHS: PathRules = {
  open: [LOGIN_PATH, "/login.js", "/api/auth/login", "/api/auth/logout", "/api/auth/status"],
};

/** What logging in needs. */
export interface AuthRouteParts {
  /** The token, and who may log in. */
  readonly rules: GateRules;
  /** Counts failures. */
  readonly throttle: LoginThrottle;
  /** Time, for the delay of a failure. */
  readonly clock: Pick<Clock, "sleep">;
  /** A text of at least 16 URL-safe characters that never comes twice. */
  readonly nonce: () => string;
  /** Where failures are told. */
  readonly log: Log;
  /** Where the server is reached from elsewhere; null when nobody said. */
  readonly publicUrl: URL | null;
}

/** How long a failed login takes, seconds, whatever was wrong with it. */
const FAILURE_S = 0.25;
const MAX_LOGIN_BYTES = 4096;

/** The routes. */
export function authRoutes(parts: AuthRouteParts): App {
  const { rules, throttle, clock, log, publicUrl } = parts;
  const routes: App = new Hono<AppEnv>();
  routes.get(LOGIN_PATH, (c) => c.html(loginPage()));
  routes.get("/login.js", (c) => {
    c.header("Content-Type", "text/javascript; charset=utf-8");
    return c.body(LOGIN_SCRIPT);
  });
  routes.get("/api/auth/status", (c) => {
    const via = c.var.standing;
    return jsonResponse({
      authenticated: via !== null,
      via,
      tokenConfigured: rules.token !== null,
      ...(publicUrl !== null && { publicUrl: publicUrl.origin }),
    });
  });
  routes.post("/api/auth/login", async (c) => {
    const peer = clientAddress(c.env.facts, rules.proxies);
    const waitS = throttle.attempt(peer);
    if (waitS !== null) {
      log.warn("login refused", { peer, why: "too many failures" });
      const response = errorResponse(
        429,
        "too_many_logins",
        "too many failed logins; wait a little",
      );
      response.headers.set("Retry-After", String(waitS));
      return response;
    }
    const given = await givenToken(c);
    if (rules.token === null || given === null || !isSameText(given, rules.token)) {
      log.warn("login failed", { peer });
      await clock.sleep(FAILURE_S);
      return errorResponse(401, "bad_token", "this is not the server's token");
    }
    throttle.succeeded(peer);
    log.info("login", { peer });
    const expiryS = Math.floor(c.env.facts.unixS) + COOKIE_MAX_AGE_S;
    const value = signCookie(rules.token, expiryS, parts.nonce());
    return empty(loginCookie(value, isSecure(c, rules, publicUrl)));
  });
  routes.post("/api/auth/logout", (c) => empty(logoutCookie(isSecure(c, rules, publicUrl))));
  return routes;
}

/** The token in a body of JSON; null when there is none. */
async function givenToken(c: Context<AppEnv>): Promise<string | null> {
  const length = contentLength(c.req.header("Content-Length"));
  const parts = c.env.body ?? c.req.raw.body;
  const body = await readBody(parts, MAX_LOGIN_BYTES, length);
  if (body.kind !== "body") return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body.bytes));
    const token = value !== null && typeof value === "object" ? Reflect.get(value, "token") : null;
    return typeof token === "string" ? token : null;
  } catch {
    return null;
  }
}

/** Whether the browser's own connection is over TLS, as far as that can be known. */
function isSecure(c: Context<AppEnv>, rules: GateRules, publicUrl: URL | null): boolean {
  const { facts } = c.env;
  if (cameOverTls(facts, rules.proxies)) return true;
  if (publicUrl?.protocol !== "https:") return false;
  return parseAuthority(single(facts.headers["host"]) ?? "")?.host === publicUrl.hostname;
}

function empty(cookie: string): Response {
  return new Response(null, { status: 204, headers: { "Set-Cookie": cookie } });
}
