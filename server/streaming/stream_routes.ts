/**
 * The sessions that run, on the main port: a page for people, the same as data for its scripts.
 *
 * @module
 */
import { Hono } from "hono";
import type { Clock } from "../../runtime/mod.ts";
import { type App, type AppEnv, errorResponse, jsonResponse } from "../app.ts";
import { sessionsPage } from "./sessions_page.ts";
import type { SessionSnapshot } from "./snapshot.ts";

/** The sessions, as the routes need them. */
export interface StreamDirectory {
  /** Snapshots, newest first. */
  list(): readonly SessionSnapshot[];
  /** One session's snapshot; null for an unknown id. */
  find(id: string): SessionSnapshot | null;
}

/** The routes. */
export function streamRoutes(streams: StreamDirectory, clock: Pick<Clock, "unixS">): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/sessions", (c) => c.html(sessionsPage(streams.list(), clock.unixS())));
  routes.get("/api/streams", () => jsonResponse(streams.list()));
  routes.get("/api/streams/:id{[A-Za-z0-9_-]{1,64}}", (c) => {
    const snapshot = streams.find(c.req.param("id"));
    return snapshot === null
      ? errorResponse(404, "unknown_session", "no such session runs")
      : jsonResponse(snapshot);
  });
  return routes;
}
