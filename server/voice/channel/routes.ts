/**
 * The routes of the channel forwarder.
 *
 * @module
 */
import { Hono } from "hono";
import type { App, AppEnv } from "../../app.ts";
import type { PathRules } from "../../path_rules.ts";
import { json, readObject } from "../http/body.ts";
import type { EventBus } from "./event_bus.ts";
import type { ChannelForwarder, Forwarded } from "./forwarder.ts";

/** What the voice server's pages may do here. */
export const CHANNEL_PATHS: PathRules = {
  cors: {
    "/v1/channel-sessions": { readers: "listed", methods: "GET", headers: "Content-Type" },
    "/v1/channel-sessions/register": {
      ...{ readers: "listed", methods: "POST", headers: "Content-Type" },
    },
  },
};

/** What the routes work on. */
export interface ChannelApp {
  readonly forwarder: ChannelForwarder;
  readonly events: EventBus;
  readonly version: string;
}

/** The routes. */
export function channelRoutes({ forwarder, events, version }: ChannelApp): App {
  const routes: App = new Hono<AppEnv>();
  routes.post("/v1/channel-sessions/register", async (c) => {
    const body = await readObject(c);
    if ("refused" in body) {
      const { status } = body.refused;
      return failure(status === 422 ? 400 : status, "invalid_request", "body must be JSON");
    }
    return answered(await forwarder.register(body.value));
  });
  routes.post(
    "/v1/channel-sessions/:id/deregister",
    async (c) => answered(await forwarder.deregister(c.req.param("id"))),
  );
  routes.get("/v1/channel-sessions", async () => answered(await forwarder.list()));
  routes.get(
    "/v1/channel-sessions/:id",
    async (c) => answered(await forwarder.get(c.req.param("id"))),
  );
  routes.get("/health", () =>
    json({
      ...{ status: "ok", service: "headway-channel", version },
      sessions: forwarder.records.length,
      listeners: events.listeners,
    }));
  routes.post("/v1/bus/send", async (c) => {
    const body = await readObject(c);
    if ("refused" in body) return failure(400, "invalid_request", "body must be JSON");
    const { bus_id: busId, type = "message", ...data } = body.value;
    if (typeof busId !== "string" || busId === "" || typeof type !== "string") {
      return failure(400, "invalid_request", "bus_id is required, and type is a text");
    }
    const { id } = events.send(busId, type, { ...data, type, content: data["message"] });
    return json({ ok: true, event_id: id });
  });
  routes.get("/v1/events/stream", (c) => {
    const stream = events.stream(c.req.query("bus_id") ?? null);
    if (stream === null) return failure(503, "busy", "too many programs listen to events");
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  });
  routes.notFound(() => failure(404, "not_found", "there is nothing at this path"));
  return routes;
}

/** A failure of the forwarder's own. */
function failure(status: number, type: string, message: string): Response {
  return json({ error: { type, message } }, status);
}

function answered(result: Forwarded): Response {
  switch (result.kind) {
    case "ok":
      return json(result.body);
    case "refused":
      return json(result.body, result.status);
    case "invalid":
      return failure(400, "invalid_request", result.message);
    case "unreachable":
      return failure(502, "mod3_unreachable", result.message);
  }
}
