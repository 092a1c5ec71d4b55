/**
 * Where agents send what their hooks tell. An agent waits for the answer and makes nothing of it, so it
 * is the same for all that was let in, and comes at once.
 *
 * @module
 */
import { Hono } from "hono";
import type { Clock } from "../../runtime/mod.ts";
import { type App, type AppEnv, errorResponse } from "../app.ts";
import { readBody } from "../limits.ts";
import { isLocal } from "../local_only.ts";
import { type HookNews, MAX_HOOK_BYTES, parseHook } from "./hooks.ts";

/** What the route needs. */
export interface HookRouteData {
  readonly clock: Pick<Clock, "unixS">;
  /** Told what a hook told; nobody waits for it. */
  hear(news: HookNews): void;
  /** Told of a request that said nothing. */
  onNoise(): void;
}

/** In which a hook that is a command says which pane of tmux it runs in. */
export const PANE_HEADER = "X-Tmux-Pane";
const PATH = "/api/hooks/claude";

/** The route. */
export function hookRoutes({ clock, hear, onNoise }: HookRouteData): App {
  const routes: App = new Hono<AppEnv>();
  routes.post(PATH, async (c) => {
    const body = await readBody(c.env.body ?? null, MAX_HOOK_BYTES);
    if (body.kind === "too-large") {
      return errorResponse(413, "too_large", `a hook may tell ${MAX_HOOK_BYTES} bytes at most`);
    }
    // Panes are those of this machine; what an agent elsewhere calls one is another.
    const pane = isLocal(c.env.facts) ? c.req.header(PANE_HEADER) ?? null : null;
    const news = body.kind === "body" ? parseHook(body.bytes, clock.unixS() * 1000, pane) : null;
    if (news === null) onNoise();
    else hear(news);
    return new Response(null, { status: 204 });
  });
  routes.all(PATH, () => {
    const response = errorResponse(405, "method_not_allowed", "this takes POST only");
    response.headers.set("Allow", "POST");
    return response;
  });
  return routes;
}
