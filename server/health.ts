/**
 * What anybody may ask: is this a Headway server, and is it still the same process?
 *
 * @module
 */
import { Hono } from "hono";
import { type App, type AppEnv, jsonResponse } from "./app.ts";
import type { PathRules } from "./path_rules.ts";

/** What {@link healthRoutes} asks of the gate. */
export const HEALTH_PATHS: PathRules = { open: ["/api/health"] };

/** What the answer says. */
export interface Health {
  /** Always this: other programs answer something else. */
  readonly app: "headway";
  /** A text that is new with every start of the process. */
  readonly boot: string;
  /** The process, for those who may come in. */
  readonly pid?: number;
}

/** The route. */
export function healthRoutes(boot: string, pid: number): App {
  const routes: App = new Hono<AppEnv>();
  const health: Health = { app: "headway", boot };
  routes.get(
    "/api/health",
    (c) => jsonResponse(c.var.standing === null ? health : { ...health, pid }),
  );
  return routes;
}

/** Reads such an answer; null when it is none of ours. */
export function healthOf(answer: unknown): Health | null {
  if (answer === null || typeof answer !== "object") return null;
  const { app, boot, pid } = answer as Partial<Health>;
  if (app !== "headway" || typeof boot !== "string") return null;
  return { app, boot, ...(Number.isSafeInteger(pid) && pid! > 1 && { pid: pid! }) };
}
