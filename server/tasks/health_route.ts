/**
 * `GET /health` of the main listener, in the form that clients of agent tasks know.
 *
 * @module
 */
import { Hono } from "hono";
import { type App, type AppEnv, jsonResponse } from "../app.ts";
import type { PathRules } from "../path_rules.ts";
import type { Terminals } from "./terminal/terminals.ts";

/** What it asks of the gate. */
export const TASK_HEALTH_PATHS: PathRules = { open: ["/health"] };

/** What it tells beside the count of terminals. */
export interface TaskHealthFacts {
  readonly version: string;
  /** Seconds after which a terminal is closed that nobody attends to. */
  readonly idleS: number;
}

/** The route. Whoever may come in is told how many terminals there are. */
export function taskHealthRoute(
  terminals: Pick<Terminals, "list">,
  { version, idleS }: TaskHealthFacts,
): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/health", (c) =>
    jsonResponse({
      status: "healthy",
      version,
      setup_status: "complete",
      ...(c.var.standing !== null && { active_sessions: terminals.list().length }),
      session_timeout_seconds: idleS,
    }));
  return routes;
}
