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
import { parseStreamId, STREAM_ID_PARAM, type StreamId } from "./stream_id.ts";

/** The sessions, as the routes need them. */
export interface StreamDirectory {
  /** Snapshots, newest first. */
  list(): readonly SessionSnapshot[];
  /** One session's snapshot; null for an unknown id. */
  find(id: StreamId): SessionSnapshot | null;
}

/** The routes. */
export function streamRoutes(streams: StreamDirectory, clock: Pick<Clock, "unixS">): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/sessions", (c) => c.html(sessionsPage(streams.list(), clock.unixS())));
  routes.get("/api/streams", () => jsonResponse(streams.list()));
  routes.get(`/api/streams/${STREAM_ID_PARAM}`, (c) => {
    const id = parseStreamId(c.req.param("id"));
    const snapshot = id === null ? null : streams.find(id);
    return snapshot === null
      ? errorResponse(404, "unknown_session", "no such session runs")
      : jsonResponse(snapshot);
  });
  return routes;
}
