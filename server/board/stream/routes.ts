/**
 * Streams of events over HTTP. Who may have one, and whether there is one to be had, is decided before
 * the first byte.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { Clock } from "../../../runtime/mod.ts";
import { type App, type AppEnv, errorResponse, jsonResponse } from "../../app.ts";
import type { BoardModel } from "../board_model.ts";
import { parseStreamCursor } from "../items/cursor.ts";
import type { BoardAnswer, BoardQuestion } from "../questions.ts";
import { BoardFeed, revOfId } from "./board_feed.ts";
import type { EventStream } from "./event_stream.ts";
import { type Growth, SessionFeed } from "./session_feed.ts";
import type { StreamFeed, StreamHub } from "./stream_hub.ts";

/** What the routes need. */
export interface StreamRouteData {
  readonly hub: StreamHub;
  readonly model: BoardModel;
  readonly growth: Growth;
  readonly clock: Clock;
  /** Sessions that are followed, and by how many. */
  tailers(): readonly { readonly file: string; readonly subs: number }[];
  /** Asks whoever has the sessions; its answers are never compressed. */
  ask(question: BoardQuestion): Promise<BoardAnswer>;
}

/** When there are too many streams, seconds until one has ended. */
const RETRY_AFTER_S = 5;

/** The routes. */
export function streamRoutes(data: StreamRouteData): App {
  const { clock, growth, hub, model } = data;
  const routes: App = new Hono<AppEnv>();
  const open = (
    c: Context<AppEnv>,
    kind: string,
    feedOf: (stream: EventStream) => StreamFeed,
  ): Response => {
    const { peerAddress, peerPort } = c.env.facts;
    const client = `${peerAddress}:${peerPort}`;
    const body = hub.open({ kind, client, rev: model.rev, feedOf });
    if (body === null) {
      const refusal = errorResponse(503, "too_many_streams", "as many streams as allowed are open");
      refusal.headers.set("Retry-After", String(RETRY_AFTER_S));
      return refusal;
    }
    return new Response(body, {
      headers: {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-cache, no-transform",
        "X-Accel-Buffering": "no",
      },
    });
  };
  routes.get("/api/board/stream", (c) => {
    const rev = revOfId(c.req.header("Last-Event-ID"), model.boot);
    return open(c, "board", (stream) => new BoardFeed(model, stream, rev));
  });
  routes.get("/api/sessions/:id/stream", async (c) => {
    const id = c.req.param("id");
    const text = c.req.header("Last-Event-ID") ?? c.req.query("cursor") ?? null;
    if (text !== null && parseStreamCursor(text) === null) {
      return errorResponse(400, "bad_cursor", "expected a cursor such as 0.1024");
    }
    const first = await data.ask({ kind: "since", id, cursor: null });
    if (first.kind === "problem") {
      return errorResponse(first.problem.status, first.problem.code, first.problem.message);
    }
    return open(
      c,
      "session",
      (stream) =>
        new SessionFeed(stream, { id, cursor: text, clock, model, growth, ask: data.ask }),
    );
  });
  routes.get(
    "/api/debug/streams",
    () => jsonResponse({ streams: hub.list(), ends: hub.ends, tailers: data.tailers() }),
  );
  return routes;
}
