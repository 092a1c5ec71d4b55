/**
 * The control bus: lists sessions, shows one, and passes commands to it.
 *
 * @module
 */
import { Hono } from "hono";
import { errorMessage } from "../../runtime/mod.ts";
import { decodeControlBody, WireError } from "../../wire/mod.ts";
import { type App, type AppEnv, jsonResponse } from "../app.ts";
import { parseStreamId, STREAM_ID_PARAM, type StreamId } from "./stream_id.ts";
import { type BodyResult, contentLength, CONTROL_LIMITS, readBody } from "../limits.ts";

/** The sessions, as the control bus needs them. */
export interface SessionDirectory {
  /** Snapshots, newest first. */
  list(): readonly object[];
  /** One session's snapshot; null for an unknown id. */
  find(id: StreamId): object | null;
  /** Queues a command, whose audio is given away; false for an unknown session. */
  inject(id: StreamId, json: Readonly<Record<string, unknown>>, audio: Uint8Array | null): boolean;
}

const SESSION = `/sessions/${STREAM_ID_PARAM}`;

/** The routes of the control listener. Answers of `cmd` mean queued, not applied. */
export function controlRoutes(sessions: SessionDirectory): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/sessions", () => jsonResponse(sessions.list()));
  routes.get(SESSION, (c) => {
    const id = parseStreamId(c.req.param("id"));
    const snapshot = id === null ? null : sessions.find(id);
    return snapshot === null ? unknownSession() : jsonResponse(snapshot);
  });
  routes.post(`${SESSION}/cmd`, async (c) => {
    const id = parseStreamId(c.req.param("id"));
    if (id === null || sessions.find(id) === null) return unknownSession();
    const length = contentLength(c.req.header("Content-Length")) ?? 0;
    if (length <= 0) return bad("empty body");
    const parts = c.env?.body ?? c.req.raw.body;
    const body = await readBody(parts, CONTROL_LIMITS.maxBodyBytes, length);
    return inject(sessions, id, body);
  });
  return routes;
}

function inject(sessions: SessionDirectory, id: StreamId, body: BodyResult): Response {
  if (body.kind === "too-large") return jsonResponse({ error: "body too large" }, 413);
  if (body.kind === "failed") return bad(`read failed: ${body.reason}`);
  let command: ReturnType<typeof decodeControlBody>;
  try {
    command = decodeControlBody(body.bytes);
  } catch (error) {
    if (error instanceof WireError) return bad(error.message);
    throw error;
  }
  // Injected audio may be moved to another thread: it is measured before.
  const audioBytes = command.audio?.length ?? 0;
  try {
    if (!sessions.inject(id, command.json, command.audio)) return unknownSession();
  } catch (error) {
    return jsonResponse({ error: `inject failed: ${errorMessage(error)}` }, 500);
  }
  return jsonResponse({ sent: true, session_id: id, audio_bytes: audioBytes });
}

function unknownSession(): Response {
  return jsonResponse({ error: "unknown session" }, 404);
}

function bad(error: string): Response {
  return jsonResponse({ error }, 400);
}
